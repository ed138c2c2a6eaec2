"""The command line: python -m autograd 'sigmoid(x*w + b)' x=1.5 w=-2 b=0.3

The expression is parsed and walked, never run: it holds numbers, names, + - * / ** and functions of `functions.py`, or is
refused in one message on stderr that says what and where, with exit status 2.
"""

import argparse
import ast
import sys
import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from autograd import functions
from autograd.drawing import draw
from autograd.errors import DomainError
from autograd.explanation import explain
from autograd.layout import LayoutError
from autograd.numeric import numeric_derivative
from autograd.ops import FUNCTIONS, OPS
from autograd.program import compile
from autograd.value import Value, record

LONGEST, DEEPEST = 2000, 200  # characters of an expression, and operations within each other
CALLS = {name: getattr(functions, name) for name in functions.__all__ if name in OPS}
SIGNS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "power"}


class _Parser(argparse.ArgumentParser):
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


def evaluate(node: ast.expr, known: Mapping[str, Value | float], deeper: int = DEEPEST) -> Any:
    """The value of an expression, recorded as a graph. Raises ValueError for what it may not hold, or is not defined."""

    def refused(why: object) -> ValueError:
        return ValueError(f"{why}, at column {node.col_offset + 1}")

    match node:
        case _ if not deeper:
            raise refused(f"more than {DEEPEST} operations within each other")
        case ast.Constant(value=x) if type(x) in (int, float):
            return float(str(x))  # 1e400 and a 1 with 400 zeros are inf
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.Name(id=name):
            raise refused(f"{name} is a function: call it" if name in CALLS else f"{name} has no number: give {name}=…")
        case ast.UnaryOp(op=ast.UAdd(), operand=a):
            return evaluate(a, known, deeper - 1)
        case ast.UnaryOp(op=ast.USub(), operand=a):
            name, operands = "neg", [a]
        case ast.BinOp(op=sign, left=a, right=b) if type(sign) in SIGNS:
            name, operands = SIGNS[type(sign)], [a, b]
        case ast.Call(func=ast.Name(id=name), args=operands, keywords=[]) if name in CALLS:
            pass
        case ast.Call(func=ast.Name(id=name)) if name not in CALLS:
            raise refused(f"{name} is no function here; known are {', '.join(CALLS)}")
        case _:
            raise refused(f"{ast.unparse(node):.40} is not made of numbers, names, + - * / ** and functions alone")
    values = [evaluate(operand, known, deeper - 1) for operand in operands]
    if name == "power" and isinstance(values[1], float):
        name = "power_constant"
    try:
        return CALLS[name](*values) if name in CALLS else record(OPS[name], *values)
    except TypeError:
        raise refused(f"{name} takes {', '.join(OPS[name].operands)}; got {len(values)}") from None
    except DomainError as error:
        raise refused(error) from None


def numbers(assignments: Sequence[str]) -> dict[str, float]:
    """The numbers given as name=number. Raises ValueError naming one that is wrong."""
    given: dict[str, float] = {}
    for assignment in assignments:
        name, _, text = assignment.partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # as Python's parser reads names
        if name in CALLS or name in given:
            raise ValueError(f"{assignment}: {name} is {'a function' if name in CALLS else 'given twice'}")
        if not name.isidentifier():
            raise ValueError(f"{assignment}: numbers are given as name=number")
        try:
            given[name] = float(text)
        except ValueError:
            raise ValueError(f"{assignment}: {text!r} is not a number") from None
    return given


def told(options: argparse.Namespace) -> str:
    """Write the files asked for, and give what is to be printed."""
    body, known = parse(text := options.expression.strip()), {"pi": FUNCTIONS["pi"]}
    leaves = {name: Value(x, name) for name, x in numbers(options.numbers).items()}
    root = evaluate(body, known | leaves)
    if unused := leaves.keys() - {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}:
        raise ValueError(f"the expression has no {', '.join(sorted(unused))}")
    if not isinstance(root, Value):
        raise ValueError(f"{text} has no names to differentiate by, as in 'x*w' x=1.5 w=-2")
    if root.operands and "y" not in leaves:
        root.label = "y"
    root.backward()
    lines = [f"{text} = {root.data!r}", ""]
    for name, leaf in leaves.items():
        lines.append(f"∂/∂{name} = {leaf.grad!r}")
        if options.check:
            differences: Any = "not defined beside this point"
            with suppress(ValueError):
                differences = numeric_derivative(lambda x: evaluate(body, known | leaves | {x.label: x}), leaf)
            lines[-1] += f", by differences {differences!s}"
    explanation = explain(root)
    lines += ["", explanation.latex() if options.latex else str(explanation)]
    if options.program:
        lines += ["", compile(root).source]
    if options.svg:
        draw(root, backward=True).save(options.svg.with_suffix(".svg"))
    if options.page:
        explanation.page(options.page)
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> None:
    parser = _Parser(prog="python -m autograd", allow_abbrev=False, description="Tell where every gradient comes from.")
    parser.add_argument("expression", help="such as 'sigmoid(x*w + b)', with + - * / ** and: " + ", ".join(CALLS))
    parser.add_argument("numbers", nargs="*", metavar="name=number", help="a number for each name")
    parser.add_argument("--svg", metavar="FILE", type=Path, help="draw the graph, forward and backward")
    parser.add_argument("--page", metavar="FILE", type=Path, help="write an HTML page to step through")
    parser.add_argument("--latex", action="store_true", help="explain in LaTeX")
    parser.add_argument("--program", action="store_true", help="print the graph as a program")
    parser.add_argument("--check", action="store_true", help="set numeric derivatives beside the gradients")
    given = sys.argv[1:] if argv is None else argv
    known = {"--", *(option for action in parser._actions for option in action.option_strings)}
    # A space in front, and argparse does not take -x*w for options.
    options = parser.parse_args([f" {x}" if x.startswith("-") and x.split("=")[0] not in known else x for x in given])
    try:
        print(told(options))
    except (ArithmeticError, LayoutError, OSError, ValueError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
