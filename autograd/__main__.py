"""The command line: python -m autograd 'sigmoid(x*w + b)' x=1.5 w=-2 b=0.3

The expression is parsed and walked, never run: it holds numbers, names, + - * / ** and elemental
functions, or is refused in one message on stderr, with exit status 2.
"""

import argparse
import ast
import os
import sys
import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import pi
from typing import Any, NoReturn, TypeAlias

from autograd import functions
from autograd.core.numbers import DomainError
from autograd.core.rows import ROWS
from autograd.core.value import Value, record
from autograd.numeric import numeric_derivative
from autograd.program import compile
from autograd.proof.certificate import certify
from autograd.show.explanation import Explanation, explain
from autograd.show.figure import LayoutError
from autograd.show.graph import draw
from autograd.writing import escape_what_cannot_be_printed, write_whole

LONGEST = 2000  # characters of an expression
DEEPEST = 200  # operations within each other
CALLS = {name: getattr(functions, name) for name in sorted(ROWS) if hasattr(functions, name)}
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "power",
    ast.USub: "neg",
}
OPTIONS = ("--svg", "--page", "--latex", "--program", "--c", "--check", "--prove", "-h", "--help")

Known: TypeAlias = Mapping[str, Value | float]


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def parse(text: str) -> ast.expr:
    """The syntax of an expression. Raises ValueError if it is none, or too long."""
    if len(text) > LONGEST:
        at_most = f"at most {LONGEST:,} are read"
        raise ValueError(f"the expression has {len(text):,} characters, {at_most}")
    try:
        with warnings.catch_warnings(record=True):
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        column = error.offset or len(text) + 1
        raise ValueError(f"not an expression: {error.msg}, at column {column}") from None
    except (ValueError, MemoryError, RecursionError) as error:
        raise ValueError(f"not an expression: {error or 'too deep'}") from None


class Expression:
    """An expression as text and as syntax, to be evaluated at numbers of its names."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self.body = parse(self.text)

    def names(self) -> set[str]:
        """The names in it, of functions too."""
        return {node.id for node in ast.walk(self.body) if isinstance(node, ast.Name)}

    def at(self, known: Known) -> Any:
        """Its value, recorded as a graph.

        Raises ValueError for what is not known or not defined, and says where.
        """
        return self._value(self.body, known, DEEPEST)

    def _value(self, node: ast.expr, known: Known, deeper: int) -> Any:
        if not deeper:
            at = self._column(node)
            raise ValueError(f"more than {DEEPEST} operations within each other{at}")
        match node:
            case ast.Constant(value=x) if type(x) in (int, float):
                return float(str(x))  # 1e400 and a 1 with 400 zeros are inf
            case ast.Name(id=name) if name in known:
                return known[name]
            case ast.UnaryOp(op=ast.UAdd(), operand=a):
                return self._value(a, known, deeper - 1)
        name, operands = self._operation(node)
        values = [self._value(operand, known, deeper - 1) for operand in operands]
        return self._applied(node, name, values)

    def _operation(self, node: ast.expr) -> tuple[str, list[ast.expr]]:
        """The name of the row that a node of the syntax applies, and to what."""
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=a):
                return "neg", [a]
            case ast.BinOp(op=sign, left=a, right=b) if type(sign) in SIGNS:
                return SIGNS[type(sign)], [a, b]
            case ast.Call(func=ast.Name(id=name), args=operands, keywords=[]) if name in CALLS:
                return name, operands
            case ast.Name(id=name) if name not in CALLS:
                at = self._column(node)
                raise ValueError(f"{name} has no number{at}: add {name}=1.5, say")
        part = ast.get_source_segment(self.text, node)
        known = f"known are numbers, names, + - * / ** and calls of {', '.join(CALLS)}"
        raise ValueError(f"{part!r:.60} is not known{self._column(node)}; {known}")

    def _applied(self, node: ast.expr, name: str, values: Sequence[Value | float]) -> Any:
        if name == "power" and isinstance(values[1], float):
            name = "power_constant"
        try:
            return CALLS[name](*values) if name in CALLS else record(ROWS[name], *values)
        except TypeError:
            takes = f"{name} takes {len(ROWS[name].operands)} operands"
            raise ValueError(f"{takes}, got {len(values)}{self._column(node)}") from None
        except DomainError as error:
            raise ValueError(f"{error}{self._column(node)}") from None

    def _column(self, node: ast.expr) -> str:
        before = self.text.encode()[: node.col_offset].decode()
        return f", at column {len(before) + 1}"


def given(assignments: Sequence[str]) -> dict[str, Value]:
    """A leaf for each name=number."""
    leaves: dict[str, Value] = {}
    for assignment in assignments:
        left, _, right = assignment.partition("=")
        name = unicodedata.normalize("NFKC", left.strip())  # as Python's parser reads names
        if name in CALLS:
            raise ValueError(f"{assignment!r}: {name} is a function")
        if name in leaves:
            raise ValueError(f"{assignment!r}: {name} is given twice")
        try:
            leaves[name] = Value(float(right), name)
        except ValueError:
            raise ValueError(f"{assignment.strip()!r} is not name=number") from None
    return leaves


def evaluated(expression: Expression, leaves: Mapping[str, Value]) -> Value:
    """The graph of an expression, run backward. Raises ValueError if there is none."""
    root = expression.at({"pi": pi, **leaves})
    unused = leaves.keys() - expression.names()
    if unused:
        raise ValueError(f"the expression has no {', '.join(sorted(unused))}")
    if not isinstance(root, Value):
        hint = "has no name to differentiate by, as 'x*w' x=1.5 w=-2 has"
        raise ValueError(f"{expression.text} = {root!r} {hint}")
    free = [name for name in ("y", "f", "out") if name not in leaves]
    root.label = root.label or (free[0] if free else "")
    root.backward()
    return root


def gradient_lines(
    expression: Expression, leaves: Mapping[str, Value], name: str, check: bool
) -> list[str]:
    """A line for the derivative by each leaf, by central differences too if they are asked for."""
    known: Known = {"pi": pi, **leaves}
    lines = []
    for leaf in leaves.values():
        line = f"∂{name}/∂{leaf.label} = {leaf.grad!r}"
        if check:
            with suppress(ValueError):  # not defined on both sides
                at = lambda x: expression.at({**known, x.label: x})  # noqa: E731  a step of its own
                line += f", by differences {numeric_derivative(at, leaf)!r}"
        lines.append(line)
    return lines


def written_lines(options: argparse.Namespace, root: Value, explanation: Explanation) -> list[str]:
    """Write the files that are asked for, and say so."""
    files = {}
    if options.svg:
        files[options.svg] = draw(root, backward=True).pipe("svg", encoding="utf-8")
    if options.page:
        files[options.page] = explanation.html()
    lines = []
    for given_path, content in files.items():
        path = given_path.strip()
        try:
            write_whole(path, content)
        except OSError as error:
            raise OSError(f"{path} cannot be written: {error.strerror}") from None
        lines += ["", f"Written: {path}"]
    return lines


def answer(options: argparse.Namespace) -> str:
    """What is to be printed; writes the files that are asked for."""
    expression = Expression(options.expression)
    leaves = given(options.numbers)
    root = evaluated(expression, leaves)
    explanation = explain(root, proven=options.prove)
    if options.c:
        program = compile(root).to_c()
        written_lines(options, root, explanation)
        return program.removesuffix("\n")
    name = explanation.names[root]
    lines = [f"{name} = {expression.text} = {root.data!r}", ""]
    lines += gradient_lines(expression, leaves, name, options.check)
    if options.prove:
        lines += ["", str(certify(root, leaves.values()))]
    lines += ["", explanation.latex() if options.latex else str(explanation)]
    if options.program:
        lines += ["", compile(root).source]
    lines += written_lines(options, root, explanation)
    return "\n".join(lines)


def command_line() -> Parser:
    """The arguments there are."""
    parser = Parser(
        prog="python -m autograd",
        allow_abbrev=False,
        description="Tell where every gradient comes from.",
    )
    such_as = "such as 'sigmoid(x*w + b)', with + - * / ** and " + ", ".join(CALLS)
    parser.add_argument("expression", help=such_as)
    parser.add_argument("numbers", nargs="*", metavar="name=number", help="a number for each name")
    parser.add_argument("--svg", metavar="FILE", help="draw the graph, forward and backward")
    parser.add_argument("--page", metavar="FILE", help="write an HTML page to step through")
    parser.add_argument("--latex", action="store_true", help="explain in LaTeX")
    parser.add_argument("--program", action="store_true", help="print the graph as a program")
    parser.add_argument(
        "--c", action="store_true", help="print that program in C99, and nothing else"
    )
    beside = "set numeric derivatives beside the gradients"
    parser.add_argument("--check", action="store_true", help=beside)
    proven = "enclose the true numbers, and count the true digits (needs python-flint)"
    parser.add_argument("--prove", action="store_true", help=proven)
    return parser


def _guarded(argument: str) -> str:
    """An argument with a space in front, if argparse would take it for an option: -x*w."""
    is_ours = argument == "--" or argument.split("=")[0] in OPTIONS
    return f" {argument}" if argument.startswith("-") and not is_ours else argument


def main(argv: Sequence[str]) -> None:
    parser = command_line()
    options = parser.parse_intermixed_args([_guarded(argument) for argument in argv])
    escape_what_cannot_be_printed()
    try:
        print(answer(options), flush=True)
    except BrokenPipeError:  # of `| head`; what is left to flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ArithmeticError, ImportError, LayoutError, OSError, ValueError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
