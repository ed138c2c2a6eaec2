"""The command line: python -m autograd 'sigmoid(x*w + b)' x=1.5 w=-2 b=0.3

The expression is parsed and walked, never run: see expressions.py. What is wrong is told in one
message on stderr, with exit status 2.
"""

import argparse
import os
import sys
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from math import pi
from typing import Any, NoReturn

from autograd.core.value import Value
from autograd.expressions import CALLS, Expression, Known, read
from autograd.kinks import kink
from autograd.numeric import EPS, numeric_derivative
from autograd.program import compile
from autograd.proof.certificate import certify
from autograd.show.explanation import Explanation, explain
from autograd.show.graph import draw
from autograd.show.layout import LayoutError
from autograd.writing import as_typed, escape_what_cannot_be_printed, write_whole

OPTIONS = ("--svg", "--page", "--latex", "--program", "--c", "--check", "--prove", "-h", "--help")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


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
            point = right.strip().replace(",", ".")
            hint = f": write {name}={point}" if _is_number(point) else ""
            raise ValueError(f"{assignment.strip()!r} is not name=number{hint}") from None
    return leaves


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def evaluated(text: str, leaves: Mapping[str, Value]) -> tuple[Expression, Value]:
    """An expression and its graph, run backward. Raises ValueError if there is none."""
    expression, root = read(text, {"pi": pi, **leaves})
    unused = leaves.keys() - expression.names()
    if unused:
        raise ValueError(f"the expression has no {', '.join(sorted(unused))}")
    if not isinstance(root, Value):
        hint = "has no name to differentiate by, as 'x*w' x=1.5 w=-2 has"
        raise ValueError(f"{expression.text} = {root!r} {hint}")
    free = [name for name in ("y", "f", "out") if name not in leaves]
    root.label = root.label or (free[0] if free else "")
    root.backward()
    return expression, root


def beside(expression: Expression, leaves: Mapping[str, Value], by: str, root: Value) -> str:
    """What differences say beside the derivative by a leaf; nothing where there are none."""
    leaf = leaves[by]
    known: Known = {"pi": pi, **leaves}

    def at(x: Value) -> Any:
        return expression.at({**known, by: x})

    def number_at(x: float) -> float:
        return float(at(Value(x, by)).data)

    try:
        numeric = numeric_derivative(at, leaf)
        found = kink(number_at, root, leaf)
    except ValueError:  # not defined on both sides
        return ""
    if found is None:
        noise = 4e-15 * abs(root.data) / EPS
        is_near = abs(leaf.grad - numeric) <= 1e-6 + 1e-5 * abs(numeric) + noise
        unlike = "" if is_near else f", not the same: is a kink or a pole within {EPS} of {by}?"
        return f", by differences {numeric!r}{unlike}"
    if found.is_jump:
        sides = f"{found.left!r} on the left, {root.data!r} here, {found.right!r} on the right"
        return f", but {root.label} jumps here, by {found.where}: {sides}"
    sides = f"{found.left!r} on the left, {found.right!r} on the right"
    return f", one of several, at the kink of {found.where}: by differences {sides}"


def written_lines(options: argparse.Namespace, root: Value, explanation: Explanation) -> list[str]:
    """Write the files that are asked for, and say so."""
    files = {}
    if options.svg is not None:
        files[options.svg.strip()] = draw(root, backward=True).pipe("svg", encoding="utf-8")
    if options.page is not None:
        files[options.page.strip()] = explanation.html()
    lines = []
    for path, content in files.items():
        try:
            write_whole(path, content)
        except OSError as error:
            raise OSError(f"{as_typed(path)} cannot be written: {error.strerror}") from None
        lines += ["", f"Written: {as_typed(path)}"]
    return lines


def check_files(options: argparse.Namespace) -> None:
    """Raise ValueError unless each file that is asked for has a name of its own."""
    asked = {"--svg": options.svg, "--page": options.page}
    paths = {option: path.strip() for option, path in asked.items() if path is not None}
    for option, path in paths.items():
        if not path:
            raise ValueError(f"{option} needs the name of a file, got {path!r}")
    if len(set(paths.values())) < len(paths):
        raise ValueError(f"--svg and --page are to write the same file, {options.svg!r}")


def answer(options: argparse.Namespace) -> str:
    """What is to be printed; writes the files that are asked for."""
    check_files(options)
    leaves = given([as_typed(number) for number in options.numbers])
    expression, root = evaluated(as_typed(options.expression), leaves)
    explanation = explain(root, proven=options.prove)
    if options.c:
        program = compile(root).to_c()
        written_lines(options, root, explanation)
        return program.removesuffix("\n")
    name = explanation.names[root]
    lines = [f"{name} = {expression.text} = {root.data!r}", ""]
    for by, leaf in leaves.items():
        checked = beside(expression, leaves, by, root) if options.check else ""
        lines.append(f"∂{name}/∂{by} = {leaf.grad!r}{checked}")
    if options.prove:
        lines += ["", str(certify(root, leaves.values()))]
    lines += ["", explanation.latex() if options.latex else str(explanation)]
    if options.program:
        lines += ["", compile(root).source]
    lines += written_lines(options, root, explanation)
    return "\n".join(lines)


EXAMPLE = "python -m autograd 'sigmoid(x*w + b)' x=1.5 w=-2 b=0.3"


def _about_expressions() -> str:
    """What is written below the options in --help."""
    lines = textwrap.wrap(", ".join(CALLS), 76, initial_indent="  ", subsequent_indent="  ")
    parts = [
        "An expression holds numbers, names, brackets, + - * / **, pi, and these functions:",
        *lines,
        "",
        "for example:",
        f"  {EXAMPLE}",
        "  python -m autograd 'max(x, 0) + logsumexp(x, w, 1)' x=0 w=2 --check",
        "  python -m autograd 'normal_cdf((x - m) / s)' x=1 m=0 s=2 --page build/steps.html",
    ]
    return "\n".join(parts)


def command_line() -> Parser:
    """The arguments there are."""
    parser = Parser(
        prog="python -m autograd",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Tell where every gradient of an expression comes from.",
        epilog=_about_expressions(),
    )
    parser.add_argument("expression", help="such as 'sigmoid(x*w + b)': see below")
    parser.add_argument("numbers", nargs="*", metavar="name=number", help="a number for each name")
    parser.add_argument("--svg", metavar="FILE", help="draw the graph, forward and backward")
    parser.add_argument("--page", metavar="FILE", help="write an HTML page to step through")
    parser.add_argument("--latex", action="store_true", help="explain in LaTeX")
    parser.add_argument("--program", action="store_true", help="print the graph as a program")
    parser.add_argument(
        "--c", action="store_true", help="print that program in C99, and nothing else"
    )
    checked = "set numeric derivatives beside the gradients, and say where there is a kink"
    parser.add_argument("--check", action="store_true", help=checked)
    proven = "enclose the true numbers, and count the true digits (needs python-flint)"
    parser.add_argument("--prove", action="store_true", help=proven)
    return parser


def _guarded(argument: str) -> str:
    """An argument with a space in front, if argparse would take it for an option: -x*w."""
    is_ours = argument == "--" or argument.split("=")[0] in OPTIONS
    return f" {argument}" if argument.startswith("-") and not is_ours else argument


def main(argv: Sequence[str]) -> None:
    parser = command_line()
    if not argv:
        parser.error(f"what is to be differentiated? Such as: {EXAMPLE} (--help tells more)")
    options = parser.parse_intermixed_args([_guarded(argument) for argument in argv])
    escape_what_cannot_be_printed()
    try:
        print(answer(options), flush=True)
    except BrokenPipeError:  # of `| head`; what is left to flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        parser.exit(130)  # as shells tell of what Ctrl-C ended: 128 + SIGINT
    except (ArithmeticError, ImportError, LayoutError, OSError, ValueError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
