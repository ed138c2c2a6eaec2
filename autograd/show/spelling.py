"""How Values, their numbers and their formulas are said, as text, as LaTeX and as MathML.

The formulas themselves are written by the notations of `core/notation.py`. A spelling says what
stands in them, names or numbers, and the words and signs around them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from html import escape
from typing import TypeAlias

from autograd.core.constants import folded
from autograd.core.formula import call, chooses, parsed
from autograd.core.mathml import MATHML, MATHML_ELEMENTWISE
from autograd.core.notation import (
    ASCII,
    ASCII_ELEMENTWISE,
    ELEMENTWISE,
    LATEX,
    LATEX_ELEMENTWISE,
    TEXT,
    Notation,
    Template,
)
from autograd.core.rows import SLOPES, Row
from autograd.core.value import Value

Say: TypeAlias = Callable[[Value | float], str]  # how an operand is said, by name or by number

WIDEST = 12  # operands of a formula that is written out
MORE = "…"  # stands for the operands after those

_WORD = re.compile(r"\w+")


def primal(row: Row, notation: Notation) -> Template:
    """The formula of a row; as a call if it is wide or chooses between branches."""
    if is_told_as_call(row):
        return notation.template(call(row.name, _shown_operands(row)))
    return notation.template(parsed(row.primal))


def is_told_as_call(row: Row) -> bool:
    """Whether a row is told by its name and its operands.

    The prime of a slope does not say by which of two operands: such a slope is told by its formula.
    """
    if len(row.operands) > WIDEST or chooses(parsed(row.primal)):
        return True
    is_read_as_it_is_computed = row.primal == row.computed.primal
    return not is_read_as_it_is_computed and not (row in SLOPES and len(row.operands) > 1)


def _shown_operands(row: Row) -> list[str]:
    """The operands of a row as it is called: where(condition, a, b)."""
    count = len(row.partials)  # what it has no derivative by comes first
    operands = [*row.operands[count:], *row.operands[:count]]
    if len(operands) > WIDEST:
        return [*operands[:WIDEST], MORE]
    return operands


class Spelling:
    """As text.

    `names` and `numbers` are those of the Values that are told.
    """

    notation: Notation = TEXT
    notation_by_element: Notation = ELEMENTWISE
    to = " → "
    transposed = "ᵀ"
    more = MORE
    colon = ":"

    def __init__(self, names: Mapping[Value, str], numbers: Mapping[Value, float]) -> None:
        self.names = names
        self.numbers = numbers

    def by_element(self) -> "Spelling":
        """The same for matrices, which are multiplied element by element."""
        twin = copy(self)
        twin.notation = self.notation_by_element
        return twin

    def words(self, text: str) -> str:
        return text

    def label(self, label: str) -> str:
        return label

    def number(self, x: Value | float) -> str:
        number = x if isinstance(x, float) else self.numbers[x]
        return f"{number:.6g}"

    def name(self, x: Value | float) -> str:
        """The name of a Value, in brackets if it is no single word; a number as it is."""
        if isinstance(x, float):
            return self.number(x)
        label = self.names[x]
        name = self.label(label)
        return name if _WORD.fullmatch(label) else self.notation.enclosed(name)

    def gradient(self, x: Value) -> str:
        return f"d{self.name(x)}"

    def derivative_sign(self, result: Value, operand: Value) -> str:
        return f"∂{self.name(result)}/∂{self.name(operand)}"

    def transpose(self, matrix: str) -> str:
        return matrix + self.transposed

    def matrix(self, rows: Iterable[Sequence[str]]) -> str:
        lines = "; ".join(", ".join(row) for row in rows)
        return f"({lines})"

    def product(self, factors: Iterable[str]) -> str:
        return self.notation.times.join(factors)

    def product_of_numbers(self, factors: Iterable[float]) -> str:
        texts = [self.number(factor) for factor in factors]
        others = [self._later_factor(text) for text in texts[1:]]
        return self.product([*texts[:1], *others])

    def _later_factor(self, number: str) -> str:
        return (
            self.notation.enclosed(number) if number.startswith(self.notation.negative) else number
        )

    def primal(self, node: Value, say: Say) -> str:
        """The formula of a node's value."""
        row = folded(node.op, node.operands)
        return self._filled(primal(row, self.notation), node, say)

    def derivative(self, node: Value, slot: int, factor: bool = True) -> str:
        """The formula of a partial; `factor` puts it in brackets where a product needs them."""
        row = folded(node.op, node.operands)
        tree = parsed(row.partials[slot])
        if not factor:
            return self._filled(self.notation.template(tree), node, self.name)
        return self._later_factor(self._filled(self.notation.factor(tree), node, self.name))

    def _filled(self, template: Template, node: Value, say: Say) -> str:
        """A formula of a node's row, with what is said of its operands and of itself."""
        known = dict(zip(node.op.operands, node.operands, strict=True))
        known["out"] = node
        texts = {name: say(known[name]) for name in template.names if name in known}
        texts[MORE] = self.more
        return template.fill(texts)


class AsciiSpelling(Spelling):
    """As text for a terminal that lacks the signs of the other."""

    notation = ASCII
    notation_by_element = ASCII_ELEMENTWISE
    to = " -> "
    transposed = "^T"
    more = "..."

    def label(self, label: str) -> str:
        return label.encode("ascii", "backslashreplace").decode()

    def derivative_sign(self, result: Value, operand: Value) -> str:
        return super().derivative_sign(result, operand).replace("∂", "d")


class LatexSpelling(Spelling):
    """As LaTeX, for MathJax and papers alike."""

    notation = LATEX
    notation_by_element = LATEX_ELEMENTWISE
    to = r" \to "
    transposed = r"^{\top}"
    more = r"\dots"

    def words(self, text: str) -> str:
        return rf"\text{{{text}}}"

    def label(self, label: str) -> str:
        """A name with indices, `w1_11` as w1 with the index 11; any other label as words."""
        match = _INDEXED.fullmatch(label)
        if not match:
            return "".join(_SPECIAL.get(part) or self.words(part) for part in _PARTS.findall(label))
        base, indices = _with_indices(*match.groups())
        base = base if len(match[1]) == 1 else rf"\mathrm{{{base}}}"
        return f"{base}_{{{','.join(indices)}}}" if indices else base

    def number(self, x: Value | float) -> str:
        return LATEX.in_powers(super().number(x))

    def derivative_sign(self, result: Value, operand: Value) -> str:
        return rf"\frac{{\partial {self.name(result)}}}{{\partial {self.name(operand)}}}"

    def matrix(self, rows: Iterable[Sequence[str]]) -> str:
        lines = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}"


class MathSpelling(Spelling):
    """As MathML, which a browser sets by itself."""

    notation = MATHML
    notation_by_element = MATHML_ELEMENTWISE
    to = "<mo>→</mo>"
    more = "<mo>…</mo>"
    colon = "<mo>:</mo>"

    def words(self, text: str) -> str:
        return f"<mtext>{escape(text).replace(' ', NO_BREAK)}</mtext>"

    def label(self, label: str) -> str:
        """A name with indices, `w1_11` as w1 with the index 11; any other label as words."""
        match = _INDEXED.fullmatch(label)
        if not match:
            return self.words(label)
        base, indices = _with_indices(*match.groups())
        symbol = f"<mi>{base}</mi>"
        return f"<msub>{symbol}<mn>{','.join(indices)}</mn></msub>" if indices else symbol

    def number(self, x: Value | float) -> str:
        return MATHML.in_powers(super().number(x))

    def gradient(self, x: Value) -> str:
        return f"<mrow><mi>d</mi>{self.name(x)}</mrow>"

    def derivative_sign(self, result: Value, operand: Value) -> str:
        above, below = (f"<mrow><mo>∂</mo>{self.name(x)}</mrow>" for x in (result, operand))
        return f"<mfrac>{above}{below}</mfrac>"

    def transpose(self, matrix: str) -> str:
        return f"<msup>{matrix}<mi>⊤</mi></msup>"

    def matrix(self, rows: Iterable[Sequence[str]]) -> str:
        cells = ["".join(f"<mtd>{number}</mtd>" for number in row) for row in rows]
        lines = "".join(f"<mtr>{row}</mtr>" for row in cells)
        return f'<mtable style="{AROUND_MATRIX}">{lines}</mtable>'


def _with_indices(letters: str, digits: str, rest: str) -> tuple[str, list[str]]:
    """The parts of a name: w1 and 1, 11 of `w1_1_11`, x and 1 of `x1`."""
    indices = rest.split("_")[1:]
    if digits and not indices and len(letters) == 1 and letters.islower():  # x1
        return letters, [digits]
    return letters + digits, indices


# As brackets grow with a table only where a font for mathematics is installed.
AROUND_MATRIX = "border: solid; border-width: 0 1px; border-radius: 0.8em"
NO_BREAK = "\N{NO-BREAK SPACE}"  # MathML drops other spaces at the ends of a text
_INDEXED = re.compile(r"([A-Za-z]+)(\d*)((?:_\d+)*)", re.ASCII)
# Signs with a meaning of their own stand outside \text, for MathJax.
_SPECIAL = {"\\": r"\backslash", "^": r"\wedge", "~": r"\sim", "|": r"\vert"}
_SPECIAL |= {sign: f"\\{sign}" for sign in "{}$&#_%"}
_PARTS = re.compile(r"[\\{}$&#_%^~|]|[^\\{}$&#_%^~|]+")
