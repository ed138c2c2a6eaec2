"""How a program is written: Python's way, of which other languages override what they do otherwise.

`Source` lays a graph out as an `Outline`, names and statements. A language chooses the names, and
makes the outline a text; the formulas in it are written by the language's notation.
"""

import builtins
import keyword
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, count
from typing import NamedTuple, TypeAlias

from autograd.core.notation import PYTHON, Notation
from autograd.core.rows import CONSTANTS, FUNCTIONS
from autograd.core.value import Value

OURS = """
    program samples batch place leaves values gradients row sums zeros where less at_most
""".split()
RESERVED = frozenset([*keyword.kwlist, *dir(builtins), *FUNCTIONS, *CONSTANTS, *OURS])


class Statement(NamedTuple):
    """A name and the formula that it stands for from here on."""

    name: str
    formula: str
    is_first: bool = True  # else the name stood for something before


Line: TypeAlias = Statement | str  # a str is a comment


class Result(NamedTuple):
    """What a program gives: the name of what a sample gives, and what is added to it once.

    Either may be nothing.
    """

    of_sample: str
    once: str = ""

    def written(self, of_sample: str = "{}") -> str:
        """Their sum, with a form for what a sample gives; 0 if both are nothing."""
        parts = [of_sample.format(self.of_sample)] if self.of_sample else []
        parts += [self.once] if self.once else []
        return " + ".join(parts) or "0.0"


class Outline(NamedTuple):
    """A program for one sample: the names of its leaves and results, and the lines between.

    `once` are the lines for what no sample changes, and come before the `body`. A program of
    several outputs has a row of gradients for each. `renamed` are the names that differ from the
    labels of their Values, with these labels.
    """

    inputs: list[str]
    parameters: list[str]
    constants: list[str]
    once: list[Line]
    body: list[Line]
    values: list[Result]
    gradients: list[list[Result]]
    renamed: dict[str, str]
    is_several: bool

    @property
    def results(self) -> list[Result]:
        """All of them, the values first."""
        return [*self.values, *chain.from_iterable(self.gradients)]


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

    def identifiers(
        self,
        named: Mapping[Value, str],
        nodes: Iterable[Value],
        beginnings: Callable[[Value], Sequence[str]],
    ) -> dict[Value, str]:
        """Each node's name as an identifier of its own.

        So are the names that the program makes of it: `beginnings` gives what is put before it.
        """
        identifiers: dict[Value, str] = {}
        taken = set(self.reserved)
        serial = count(2)
        for node in nodes:
            wanted = self.identifier(named[node])
            name = wanted
            before = [f"{step}_" for step, _ in node.op.computed.steps]
            before += ["", "sum_", *beginnings(node)]
            while not taken.isdisjoint(_family(name, before)):
                name = f"{wanted}_{next(serial)}"
            taken.update(_family(name, before))
            identifiers[node] = name
        return identifiers

    def line(self, line: Line) -> str:
        """A statement or a comment."""
        return f"# {line}" if isinstance(line, str) else f"{line.name} = {line.formula}"

    def function(self, outline: Outline) -> str:
        """A function of inputs and other leaves that gives the outputs and the gradients."""
        arguments = [*outline.inputs, *outline.parameters, *outline.constants]
        body = [self.line(line) for line in (*outline.once, *outline.body)]
        return in_python(arguments, body, answer(outline, Result.written))


PYTHON_LANGUAGE = Language()


def answer(outline: Outline, write: Callable[[Result], str]) -> str:
    """What a program in Python returns: a loss and a tuple of its gradients, or tuples of these."""
    values = [write(result) for result in outline.values]
    rows = [in_brackets([write(result) for result in row]) for row in outline.gradients]
    if outline.is_several:
        return f"{in_brackets(values)}, {in_brackets(rows)}"
    return f"{values[0]}, {rows[0]}"


def in_python(arguments: Sequence[str], body: Sequence[str], answer: str = "") -> str:
    """A function in Python that gives an answer, or fills in what it was given."""
    lines = [*body, f"return {answer}"] if answer else body
    return f"def program({', '.join(arguments)}):\n" + "".join(f"    {line}\n" for line in lines)


def in_brackets(items: Sequence[str]) -> str:
    """A tuple in Python."""
    comma = "," if len(items) == 1 else ""
    return f"({', '.join(items)}{comma})"


def _family(name: str, beginnings: Iterable[str]) -> list[str]:
    """The names that a program may make of a node's name."""
    return [beginning + name for beginning in beginnings]
