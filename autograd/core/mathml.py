"""Formulas as MathML, which browsers set without any library.

What is put into the holes is one element: `<mi>w</mi>`, `<mn>3</mn>`, or a negative number as
`MATHML.number` gives it.

>>> MATHML.written("a / b", {"b": MATHML.number(-2.0)})
'<mfrac><mrow><mi>a</mi></mrow><mrow><mrow><mo>−</mo><mn>2</mn></mrow></mrow></mfrac>'
"""

import ast
from collections.abc import Mapping, Sequence
from html import escape

from autograd.core.notation import ATOM, FACTOR, PRODUCT, SIGN, SUM, Parts, Text, Written
from autograd.core.rows import role

_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}


class MathMl(Text):
    """MathML Core, as presentation; a minus is with its number in one element."""

    times = " <mo>·</mo> "
    prime = "<mo>′</mo>"
    plus = " <mo>+</mo> "
    minus = " <mo>−</mo> "
    comma = "<mo>,</mo> "
    negative = "<mrow><mo>−</mo>"
    brackets = ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>")
    signs: Mapping[str, str] = {
        "<": "<mo>&lt;</mo>",
        "<=": "<mo>≤</mo>",
        ">": "<mo>&gt;</mo>",
        ">=": "<mo>≥</mo>",
    }
    constants: Mapping[str, str] = {
        "pi": "<mi>π</mi>",
        "inf": "<mi>∞</mi>",
        "nan": "<mi>nan</mi>",
    }
    letters: Mapping[str, str] = {"alpha": "α"}
    bases: Mapping[str, str] = {"log2": "2", "log10": "10"}
    forms: Mapping[str, tuple[str, str]] = {
        "exp": ("<msup><mi>e</mi><mrow>", "</mrow></msup>"),
        "sqrt": ("<msqrt><mrow>", "</mrow></msqrt>"),
        "abs": ("<mrow><mo>|</mo><mrow>", "</mrow><mo>|</mo></mrow>"),
    }
    otherwise = "<mtext>otherwise</mtext>"  # where a choice has more than one condition

    def name(self, name: str) -> str:
        """A name as a row has it, with its number below: x1 as x with the index 1."""
        letters = role(name)
        index = name.removeprefix(letters)
        symbol = f"<mi>{escape(self.letters.get(letters, letters))}</mi>"
        return f"<msub>{symbol}<mn>{index}</mn></msub>" if index else symbol

    def number(self, x: float) -> str:
        return self.in_powers(super().number(x))

    def in_powers(self, number: str) -> str:
        """A number as Python writes it, with a power of ten in the place of its `e`."""
        digits = number.removeprefix("-")
        size = self.constants.get(digits) or self._size(digits)
        return size if digits == number else f"{self.negative}{size}</mrow>"

    def _size(self, digits: str) -> str:
        mantissa, _, power = digits.partition("e")
        if not power:
            return f"<mn>{mantissa}</mn>"
        exponent = self.number(float(power))
        ten = f"<msup><mn>10</mn>{exponent}</msup>"
        return f"<mrow><mn>{mantissa}</mn>{self.times}{ten}</mrow>"

    def strength(self, text: str) -> int:
        strength = super().strength(text)
        return PRODUCT if strength == ATOM and self.times in text else strength

    def least_after(self, before: str, least: int) -> int:
        """A negative number needs no brackets where it comes first: in a fraction, an exponent."""
        return min(least, SUM) if before.endswith(("(", "<mrow>", "<mo>(</mo>")) else least

    def opposite(self, a: ast.expr) -> Written:
        return [self.negative, *self.part(a, SIGN), "</mrow>"], SIGN

    def quotient(self, a: ast.expr, b: ast.expr) -> Written:
        return ["<mfrac>", *self._row(a), *self._row(b), "</mfrac>"], FACTOR

    def _row(self, tree: ast.expr) -> Parts:
        return ["<mrow>", *self.part(tree), "</mrow>"]

    def choice(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> Written:
        lines = self._line(self.part(yes), self.part(test))
        last = self._unless(test)
        while isinstance(no, ast.IfExp):
            lines += self._line(self.part(no.body), self.part(no.test))
            last = [self.otherwise]
            no = no.orelse
        lines += self._line(self.part(no), last)
        return ["<mrow><mo>{</mo><mtable>", *lines, "</mtable></mrow>"], SUM

    def _line(self, value: Parts, condition: Parts) -> Parts:
        cell = '<mtd style="text-align: left">'
        return ["<mtr>", cell, *value, "</mtd>", cell, *condition, "</mtd></mtr>"]

    def _unless(self, test: ast.expr) -> Parts:
        """The opposite of a condition, which needs no word; NaNs are left out."""
        match test:
            case ast.Compare(left=a, ops=[sign], comparators=[b]):
                return self.part(ast.Compare(a, [_OPPOSITES[type(sign)]()], [b]))
        return [self.otherwise]

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        if function == "pow":
            base, exponent = arguments
            return ["<msup>", *self.part(base, ATOM), *self._row(exponent), "</msup>"], FACTOR
        opening, closing = self.forms.get(function) or self._usual(function)
        return [opening, *self.listed(arguments), closing], ATOM if function == "abs" else FACTOR

    def _usual(self, function: str) -> tuple[str, str]:
        """What stands around the arguments of a function that is written by its name."""
        opening, closing = self.brackets
        return f"<mrow>{self.function(function)}<mo>&#x2061;</mo>{opening}", f"{closing}</mrow>"

    def function(self, name: str) -> str:
        written = super().function(name)
        return f"<msup>{written}</msup>" if written.endswith(self.prime) else written

    def named(self, function: str) -> str:
        base = self.bases.get(function, "")
        name = f"<mi>{function.removesuffix(base)}</mi>"
        return f"<msub>{name}<mn>{base}</mn></msub>" if base else name


class MathMlElementwise(MathMl):
    """Products of matrices, element by element."""

    times = " <mo>⊙</mo> "


MATHML = MathMl()
MATHML_ELEMENTWISE = MathMlElementwise()
