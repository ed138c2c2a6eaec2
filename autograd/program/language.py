"""How a program is written: Python's way, of which other languages override what they do otherwise.

`Source` lays a graph out as an `Outline`, names and statements. A language chooses the names, and
makes the outline a text; the formulas in it are written by the language's notation.
"""

import builtins
import keyword
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import NamedTuple, TypeAlias

from autograd.core.notation import PYTHON, Notation
from autograd.core.rows import CONSTANTS, FUNCTIONS
from autograd.core.value import Value

OURS = ("program", "samples", "batch", "place", "leaves", "where", "less", "at_most")
RESERVED = frozenset([*keyword.kwlist, *dir(builtins), *FUNCTIONS, *CONSTANTS, *OURS])


class Statement(NamedTuple):
    """A name and the formula that it stands for from here on."""

    name: str
    formula: str
    is_first: bool = True  # else the name stood for something before


Line: TypeAlias = Statement | str  # a str is a comment


class Outline(NamedTuple):
    """A program for one sample: the names of its leaves and results, and the lines between.

    `renamed` are the names that differ from the labels of their Values, with these labels.
    """

    inputs: list[str]
    parameters: list[str]
    constants: list[str]
    body: list[Line]
    loss: str
    gradients: list[str]
    renamed: dict[str, str]


class Language:
    """Python's own way; a class for each other language says what that writes differently."""

    reserved: frozenset[str] = RESERVED

    def __init__(self, notation: Notation = PYTHON) -> None:
        self.notation = notation

    def identifier(self, name: str) -> str:
        """A name, with the signs that may stand in names."""
        normal = unicodedata.normalize("NFKC", name)  # as Python reads names
        signs = [sign if f"v{sign}".isidentifier() else "_" for sign in normal]
        text = "".join(signs)
        return text if text.isidentifier() else f"v_{text}"

    def identifiers(self, named: Mapping[Value, str], nodes: Iterable[Value]) -> dict[Value, str]:
        """Each node's name as an identifier of its own."""
        identifiers: dict[Value, str] = {}
        taken = set(self.reserved)
        serial = count(2)
        for node in nodes:
            wanted = self.identifier(named[node])
            name = wanted
            steps = [step for step, _ in node.op.computed.steps]
            while not taken.isdisjoint(_family(name, steps)):
                name = f"{wanted}_{next(serial)}"
            taken.update(_family(name, steps))
            identifiers[node] = name
        return identifiers

    def line(self, line: Line) -> str:
        """A statement or a comment."""
        return f"# {line}" if isinstance(line, str) else f"{line.name} = {line.formula}"

    def function(self, outline: Outline) -> str:
        """A function of inputs and other leaves that gives the loss and the gradients."""
        arguments = [*outline.inputs, *outline.parameters, *outline.constants]
        body = [self.line(line) for line in outline.body]
        return in_python(arguments, body, [outline.loss, *outline.gradients])


PYTHON_LANGUAGE = Language()


def in_python(arguments: Sequence[str], body: Sequence[str], results: Sequence[str]) -> str:
    """A function in Python that gives the first result, and a tuple of the others."""
    loss, *gradients = results
    lines = [*body, f"return {loss}, {in_brackets(gradients)}"]
    return f"def program({', '.join(arguments)}):\n" + "".join(f"    {line}\n" for line in lines)


def in_brackets(items: Sequence[str]) -> str:
    """A tuple in Python."""
    comma = "," if len(items) == 1 else ""
    return f"({', '.join(items)}{comma})"


def _family(name: str, steps: Iterable[str]) -> list[str]:
    """The names that a program may make of a node's name."""
    beginnings = ("", "d_", "on_", "sum_", "sum_d_", *(f"{step}_" for step in steps))
    return [beginning + name for beginning in beginnings]
