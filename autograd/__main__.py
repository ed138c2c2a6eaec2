"""The command line: python -m autograd 'sigmoid(x*w + b)' x=1.5 w=-2 b=0.3

The expression is parsed and walked, never run: it holds numbers, names, + - * / ** and elemental functions, or is refused in
one message on stderr, with exit status 2.
"""

import argparse
import ast
import os
import sys
import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import TextIOWrapper
from math import pi
from typing import Any, NoReturn

from autograd import functions
from autograd.errors import DomainError
from autograd.explanation import explain
from autograd.files import write_whole
from autograd.numeric import numeric_derivative
from autograd.ops import OPS
from autograd.program import compile
from autograd.show.figure import LayoutError
from autograd.show.graph import draw
from autograd.value import Value, record

LONGEST, DEEPEST = 2000, 200  # characters of an expression, and operations within each other
CALLS = {name: getattr(functions, name) for name in functions.__all__ if name in OPS}
SIGNS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "power", ast.USub: "neg"}


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def parse(text: str) -> ast.expr:
    """The syntax of an expression. Raises ValueError if it is none, or too long."""
    if len(text) > LONGEST:
        raise ValueError(f"the expression has {len(text):,} characters, at most {LONGEST:,} are read")
    try:
        with warnings.catch_warnings(record=True):
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"not an expression: {error.msg}, at column {error.offset or len(text) + 1}") from None
    except (ValueError, MemoryError, RecursionError) as error:
        raise ValueError(f"not an expression: {error or 'too deep'}") from None


def evaluate(text: str, node: ast.expr, known: Mapping[str, Value | float], deeper: int = DEEPEST) -> Any:
    """The value of an expression, recorded as a graph. Raises ValueError for what is not known or not defined, and where."""
    at = f", at column {len(text.encode()[: node.col_offset].decode()) + 1}"
    match node:
        case _ if not deeper:
            raise ValueError(f"more than {DEEPEST} operations within each other{at}")
        case ast.Constant(value=x) if type(x) in (int, float):
            return float(str(x))  # 1e400 and a 1 with 400 zeros are inf
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.UnaryOp(op=ast.UAdd(), operand=a):
            return evaluate(text, a, known, deeper - 1)
        case ast.UnaryOp(op=ast.USub(), operand=a):
            name, operands = "neg", [a]
        case ast.BinOp(op=sign, left=a, right=b) if type(sign) in SIGNS:
            name, operands = SIGNS[type(sign)], [a, b]
        case ast.Call(func=ast.Name(id=name), args=operands, keywords=[]) if name in CALLS:
            pass
        case ast.Name(id=name) if name not in CALLS:
            raise ValueError(f"{name} has no number{at}: add {name}=1.5, say")
        case _:
            raise ValueError(f"{ast.get_source_segment(text, node)!r:.60} is not known{at}; known are numbers, names, "
                             f"+ - * / ** and calls of {', '.join(CALLS)}")  # fmt: skip
    values = [evaluate(text, operand, known, deeper - 1) for operand in operands]
    if name == "power" and isinstance(values[1], float):
        name = "power_constant"
    try:
        return CALLS[name](*values) if name in CALLS else record(OPS[name], *values)
    except TypeError:
        raise ValueError(f"{name} takes {len(OPS[name].operands)} operands, got {len(values)}{at}") from None
    except DomainError as error:
        raise ValueError(f"{error}{at}") from None


def given(assignments: Sequence[str]) -> dict[str, Value]:
    """A leaf for each name=number."""
    leaves: dict[str, Value] = {}
    for assignment in assignments:
        name, _, number = assignment.partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # as Python's parser reads names
        if name in leaves or name in CALLS:
            raise ValueError(f"{assignment!r}: {name} is {'a function' if name in CALLS else 'given twice'}")
        try:
            leaves[name] = Value(float(number), name)
        except ValueError:
            raise ValueError(f"{assignment.strip()!r} is not name=number") from None
    return leaves


def told(options: argparse.Namespace) -> str:
    """Write the files asked for, and give what is to be printed."""
    body, leaves = parse(text := " ".join(options.expression.split())), given(options.numbers)
    known: dict[str, Value | float] = {"pi": pi, **leaves}
    root = evaluate(text, body, known)
    if unused := leaves.keys() - {getattr(node, "id", "") for node in ast.walk(body)}:
        raise ValueError(f"the expression has no {', '.join(sorted(unused))}")
    if not isinstance(root, Value):
        raise ValueError(f"{text} = {root!r} has no name to differentiate by, as 'x*w' x=1.5 w=-2 has")
    root.label = root.label or next((name for name in ("y", "f", "out") if name not in leaves), "")
    root.backward()
    explanation = explain(root)
    lines = [f"{explanation.names[root]} = {text} = {root.data!r}", ""]
    for leaf in leaves.values():
        lines.append(f"∂{explanation.names[root]}/∂{leaf.label} = {leaf.grad!r}")
        if options.check:
            with suppress(ValueError):  # not defined on both sides
                differences = numeric_derivative(lambda x: evaluate(text, body, known | {x.label: x}), leaf)
                lines[-1] += f", by differences {differences!r}"
    lines += ["", explanation.latex() if options.latex else str(explanation)]
    lines += ["", compile(root).source] if options.program else []
    files = {options.svg: draw(root, backward=True).pipe("svg", encoding="utf-8")} if options.svg else {}
    files |= {options.page: explanation.html()} if options.page else {}
    for path, content in files.items():
        try:
            write_whole(path := path.strip(), content)
        except OSError as error:
            raise OSError(f"{path} cannot be written: {error.strerror}") from None
        lines += ["", f"Written: {path}"]
    return "\n".join(lines)


def main(argv: Sequence[str]) -> None:
    parser = Parser(prog="python -m autograd", allow_abbrev=False, description="Tell where every gradient comes from.")
    parser.add_argument("expression", help="such as 'sigmoid(x*w + b)', with + - * / ** and " + ", ".join(CALLS))
    parser.add_argument("numbers", nargs="*", metavar="name=number", help="a number for each name")
    parser.add_argument("--svg", metavar="FILE", help="draw the graph, forward and backward")
    parser.add_argument("--page", metavar="FILE", help="write an HTML page to step through")
    parser.add_argument("--latex", action="store_true", help="explain in LaTeX")
    parser.add_argument("--program", action="store_true", help="print the graph as a program")
    parser.add_argument("--check", action="store_true", help="set numeric derivatives beside the gradients")
    known = {"--", *parser._option_string_actions}  # with a space in front, argparse does not take -x*w for options
    options = parser.parse_intermixed_args([f" {x}" if x[:1] == "-" and x.split("=")[0] not in known else x for x in argv])
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # ∂ is not in every encoding
    try:
        print(told(options), flush=True)
    except BrokenPipeError:  # of `| head`; what is left to flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ArithmeticError, LayoutError, OSError, ValueError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
