"""How the formulas of rows are written: in Python, as text, in LaTeX, JavaScript, C, over arrays.

A notation walks the tree of a formula, and says only what it writes differently from Python:
numbers, quotients, choices, calls. What it writes is a template, with a hole for each name, to be
filled with the names or numbers of a graph.

>>> TEXT.written("b * pow(a, b - 1.0)", {"a": "x", "b": "3"})
'3 · pow(x, 3 - 1)'
"""

import ast
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from autograd.core.formula import (
    continues_product,
    names_in,
    number_of,
    parsed,
    summands,
)
from autograd.core.rows import CONSTANTS, FUNCTIONS, SLOPES

SIGNS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}

_SLOPES = {row.name: row.name.removesuffix("_slope") for row in SLOPES}

# How strongly a formula holds together; where its surroundings ask for more, it stands in brackets.
CHOICE, COMPARISON, SUM, PRODUCT, SIGN, FACTOR, ATOM = range(7)


class Hole(NamedTuple):
    """The place of a name, and how strongly what is put there has to hold together."""

    name: str
    least: int


Parts: TypeAlias = list[str | Hole]
Written: TypeAlias = tuple[Parts, int]


class Notation:
    """Python's own way of writing; other notations override what they write differently."""

    computes_all_branches = False  # of a choice, and not the one taken alone
    times = " * "
    plus = " + "
    minus = " - "
    comma = ", "
    negative = "-"  # with what a negative number begins
    brackets = ("(", ")")
    signs: Mapping[str, str] = {}
    constants: Mapping[str, str] = {}

    def template(self, tree: ast.expr, least: int = CHOICE) -> "Template":
        """Write a tree, with holes for the names that are none of `CONSTANTS`.

        It stands in brackets if it holds together less than is asked for.
        """
        return Template(self, self.part(tree, least))

    def factor(self, tree: ast.expr) -> "Template":
        """Write a tree as one of several factors, in brackets where it needs them."""
        return self.template(tree, PRODUCT if continues_product(tree) else FACTOR)

    def written(self, text: str, names: Mapping[str, str] | None = None) -> str:
        """Write a row's text, with other names or numbers for some of its names."""
        return _template(self, text).fill(names or {})

    def part(self, tree: ast.expr, least: int = CHOICE) -> Parts:
        """A formula within another, in brackets if it holds together less than is asked for."""
        if isinstance(tree, ast.Name) and tree.id not in CONSTANTS:
            return [Hole(tree.id, least)]
        parts, strength = self.write(tree)
        return parts if strength >= least else self.bracketed(parts)

    def bracketed(self, parts: Parts) -> Parts:
        opening, closing = self.brackets
        return [opening, *parts, closing]

    def enclosed(self, text: str) -> str:
        opening, closing = self.brackets
        return f"{opening}{text}{closing}"

    def strength(self, text: str) -> int:
        """How strongly a text holds together that is put into a hole."""
        return SUM if text.startswith(self.negative) else ATOM

    def least_after(self, before: str, least: int) -> int:
        """How strongly it has to: a negative number stands in brackets unless it comes first."""
        return min(least, SUM) if before.endswith("(") else max(least, PRODUCT)

    def write(self, tree: ast.expr) -> Written:
        match tree:
            case ast.Constant(value=x):
                number = self.number(number_of(x))
                return [number], SIGN if number.startswith(self.negative) else self.strength(number)
            case ast.Name(id=name):
                return [self.constants.get(name, name)], ATOM
            case ast.UnaryOp(op=ast.USub(), operand=a):
                return self.opposite(a)
            case ast.UnaryOp(op=ast.UAdd(), operand=a):
                return self.write(a)
            case ast.BinOp(op=ast.Add()):
                return self.sum(tree)
            case ast.BinOp(left=a, op=ast.Sub(), right=b):
                return [*self.part(a, SUM), self.minus, *self.later_term(b)], SUM
            case ast.BinOp(left=a, op=ast.Mult(), right=b):
                return [*self.part(a, PRODUCT), self.times, *self.part(b, FACTOR)], PRODUCT
            case ast.BinOp(left=a, op=ast.Div(), right=b):
                return self.quotient(a, b)
            case ast.Compare(left=a, ops=signs, comparators=others):
                return self.comparison([a, *others], [SIGNS[type(sign)] for sign in signs])
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self.choice(test, yes, no)
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return self.call(function, arguments)
        raise TypeError(f"rows are not made of {type(tree).__name__}")

    def sum(self, tree: ast.expr) -> Written:
        *others, first = summands(tree)
        parts = self.part(first, SUM)
        for term in reversed(others):
            parts += [self.plus, *self.later_term(term)]
        return parts, SUM

    def later_term(self, tree: ast.expr) -> Parts:
        """A term after others: in brackets if it is a sum, or begins with a sign."""
        return self.part(tree, FACTOR if isinstance(tree, ast.UnaryOp) else PRODUCT)

    def name(self, name: str) -> str:
        """A name for which nothing else was put in."""
        return name

    def number(self, x: float) -> str:
        return repr(x)

    def opposite(self, a: ast.expr) -> Written:
        return ["-", *self.part(a, SIGN)], SIGN

    def quotient(self, a: ast.expr, b: ast.expr) -> Written:
        return [*self.part(a, PRODUCT), " / ", *self.part(b, FACTOR)], PRODUCT

    def comparison(self, sides: Sequence[ast.expr], signs: Sequence[str]) -> Written:
        parts = self.part(sides[0], SUM)
        for sign, side in zip(signs, sides[1:], strict=True):
            parts += [f" {self.signs.get(sign, sign)} ", *self.part(side, SUM)]
        return parts, COMPARISON

    def choice(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> Written:
        taken = self.part(yes, COMPARISON)
        return [*taken, " if ", *self.part(test, COMPARISON), " else ", *self.part(no)], CHOICE

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        return [f"{function}(", *self.listed(arguments), ")"], ATOM

    def listed(self, arguments: Sequence[ast.expr]) -> Parts:
        parts: Parts = []
        for argument in arguments:
            parts += [self.comma] if parts else []
            parts += self.part(argument)
        return parts


class Ieee(Notation):
    """Python with `divide`: the one operator of rows that raises where IEEE 754 goes on."""

    def quotient(self, a: ast.expr, b: ast.expr) -> Written:
        return ["divide(", *self.listed([a, b]), ")"], ATOM


class Finite(Notation):
    """Python with `finite` around what may have no finite number: quotients and calls."""

    def quotient(self, a: ast.expr, b: ast.expr) -> Written:
        parts, _ = super().quotient(a, b)
        return ["finite(", *parts, ")"], ATOM

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        parts, _ = super().call(function, arguments)
        return ([*parts] if function == "abs" else ["finite(", *parts, ")"]), ATOM


class Text(Notation):
    """As a person writes it: `2 · x`."""

    times = " · "
    prime = "′"

    def number(self, x: float) -> str:
        return str(x).removesuffix(".0")

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        return super().call(self.function(function), arguments)

    def function(self, name: str) -> str:
        """The name of a function; that of a slope is the function's, with a prime."""
        return self.named(_SLOPES[name]) + self.prime if name in _SLOPES else self.named(name)

    def named(self, function: str) -> str:
        return function


class Elementwise(Text):
    """The document's products of matrices, element by element: `A1 ⊙ (1 - A1)`."""

    times = " ⊙ "


class Ascii(Text):
    """The same for a terminal that has no other signs."""

    times = " * "
    prime = "'"


class AsciiElementwise(Ascii):
    """Products of matrices, element by element."""

    times = " .* "


class Latex(Text):
    """LaTeX, for MathJax and papers alike."""

    times = r" \cdot "
    prime = "'"
    brackets = (r"\left(", r"\right)")
    signs: Mapping[str, str] = {"<=": r"\le", ">=": r"\ge"}
    constants: Mapping[str, str] = {"pi": r"\pi", "inf": r"\infty", "nan": r"\mathrm{nan}"}
    forms: Mapping[str, tuple[str, str]] = {
        "exp": ("e^{", "}"),
        "sqrt": (r"\sqrt{", "}"),
        "abs": (r"\left\lvert ", r" \right\rvert"),
    }

    def number(self, x: float) -> str:
        return self.in_powers(super().number(x))

    def in_powers(self, number: str) -> str:
        """A number as Python writes it, with a power of ten in the place of its `e`."""
        mantissa, _, power = number.partition("e")
        for name, sign in self.constants.items():
            mantissa = mantissa.replace(name, sign)
        return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa

    def strength(self, text: str) -> int:
        strength = super().strength(text)
        return PRODUCT if strength == ATOM and r" \cdot " in text else strength

    def least_after(self, before: str, least: int) -> int:
        return min(least, SUM) if before.endswith("(") else least

    def quotient(self, a: ast.expr, b: ast.expr) -> Written:
        return [r"\frac{", *self.part(a), "}{", *self.part(b), "}"], FACTOR

    def choice(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> Written:
        taken = [*self.part(yes), r" & \text{if } ", *self.part(test)]
        cases = [*taken, r" \\ ", *self.part(no), r" & \text{otherwise}"]
        return [r"\begin{cases} ", *cases, r" \end{cases}"], SUM

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        if function == "pow":
            base, exponent = arguments
            return ["{", *self.part(base, ATOM), "}^{", *self.part(exponent), "}"], FACTOR
        usual = rf"{self.function(function)}\left(", r"\right)"
        opening, closing = self.forms.get(function, usual)
        return [opening, *self.listed(arguments), closing], FACTOR

    def named(self, function: str) -> str:
        name = function.replace("_", r"\_")
        return rf"\operatorname{{{name}}}"


class LatexElementwise(Latex):
    """Products of matrices, element by element."""

    times = r" \odot "


class C(Notation):
    """C's expressions on doubles."""

    constants: Mapping[str, str] = {"pi": repr(math.pi), "inf": "INFINITY", "nan": "NAN"}

    def comparison(self, sides: Sequence[ast.expr], signs: Sequence[str]) -> Written:
        parts: Parts = []
        for a, sign, b in zip(sides, signs, sides[1:], strict=False):
            parts += [" && "] if parts else []
            parts += [*self.part(a, SUM), f" {sign} ", *self.part(b, SUM)]
        return parts, COMPARISON

    def choice(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> Written:
        chosen = [*self.part(yes, COMPARISON), " : ", *self.part(no)]
        return [*self.part(test, COMPARISON), " ? ", *chosen], CHOICE

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        return super().call("fabs" if function == "abs" else function, arguments)


class JavaScript(C):
    """JavaScript calls `divide`, as its own division never fails."""

    constants: Mapping[str, str] = {}

    def quotient(self, a: ast.expr, b: ast.expr) -> Written:
        return ["divide(", *self.listed([a, b]), ")"], ATOM

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        return Notation.call(self, function, arguments)


class Arrays(Notation):
    """Over arrays both branches are computed, and `where` takes from each what is chosen."""

    computes_all_branches = True

    def comparison(self, sides: Sequence[ast.expr], signs: Sequence[str]) -> Written:
        parts: Parts = []
        for a, sign, b in zip(sides, signs, sides[1:], strict=False):
            smaller, larger = (a, b) if sign.startswith("<") else (b, a)
            function = "at_most" if sign.endswith("=") else "less"
            parts += [" * "] if parts else []
            parts += [f"{function}(", *self.listed([smaller, larger]), ")"]
        return parts, ATOM if len(signs) == 1 else PRODUCT

    def choice(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> Written:
        return ["where(", *self.listed([test, yes, no]), ")"], ATOM


class Graphs(Arrays):
    """Over Values a choice is a call of `choose`, with each branch to be recorded when it is taken.

    The names in the branches follow: what a branch may be without any operation.
    """

    def choice(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> Written:
        known = sorted((names_in(yes) | names_in(no)) - {*FUNCTIONS, *CONSTANTS})
        branches = [", lambda: ", *self.part(yes), ", lambda: ", *self.part(no)]
        for name in known:
            branches += [", ", Hole(name, CHOICE)]
        return ["choose(", *self.part(test), *branches, ")"], ATOM


class Template:
    """A formula in one notation, written once, to be filled with names and numbers.

    `parts` are the text and, in it, the holes.

    >>> TEXT.template(parsed("a - b")).fill({"a": "-1", "b": "-2"})
    '-1 - (-2)'
    """

    def __init__(self, notation: Notation, parts: Parts) -> None:
        self.notation = notation
        self.parts: Parts = []
        for part in parts:
            before = self.parts[-1] if self.parts else "("
            if isinstance(part, str) and self.parts and isinstance(before, str):
                self.parts[-1] = before + part
            elif isinstance(part, Hole) and isinstance(before, str):
                least = notation.least_after(before, part.least)
                self.parts.append(Hole(part.name, least))
            else:
                self.parts.append(part)

    @property
    def names(self) -> set[str]:
        """The names that have a hole."""
        return {part.name for part in self.parts if isinstance(part, Hole)}

    def fill(self, names: Mapping[str, str]) -> str:
        """Put texts in the place of names; a name that has none stays."""
        texts = [part if isinstance(part, str) else self._put(part, names) for part in self.parts]
        return "".join(texts)

    def _put(self, hole: Hole, names: Mapping[str, str]) -> str:
        text = names.get(hole.name, self.notation.name(hole.name))
        is_strong = self.notation.strength(text) >= hole.least
        return text if is_strong else self.notation.enclosed(text)


@lru_cache(4096)
def _template(notation: Notation, text: str) -> Template:
    return notation.template(parsed(text))


PYTHON = Notation()
IEEE = Ieee()
FINITE = Finite()
TEXT = Text()
ELEMENTWISE = Elementwise()
ASCII = Ascii()
ASCII_ELEMENTWISE = AsciiElementwise()
LATEX = Latex()
LATEX_ELEMENTWISE = LatexElementwise()
JAVASCRIPT = JavaScript()
C_LANGUAGE = C()
ARRAYS = Arrays()
GRAPHS = Graphs()
