"""Elemental functions and operators as MathML, which browsers set without any library."""

from html import escape

from autograd.core.mathml import MATHML
from autograd.core.rows import ROWS, Row

RESULT = "<mi>y</mi>"

OPERATORS = {
    "a + b": "add",
    "a - b": "sub",
    "a * b": "mul",
    "a / b": "div",
    "a ** b": "power",
    "a // b": "floordiv",
    "a % b": "mod",
    "-a": "neg",
    "abs(a)": "abs",
}


def of_row(row: Row, *, is_domain_told: bool) -> str:
    """The value of a row and its derivatives, an equation each, and where they hold."""
    lines = [_equation(RESULT, row.primal), *_slopes(row)]
    domain = "" if is_domain_told else f'<span class="domain">for {escape(row.domain)}</span>'
    return f'<div class="formulas">{"".join(lines)}{domain}</div>'


def of_operators() -> str:
    """A table of the operators of `Value`, with the derivatives of each."""
    head = "<tr><th>y</th><th>derivatives</th></tr>"
    lines = [_operator(sign, ROWS[name]) for sign, name in OPERATORS.items()]
    return f'<table class="operators"><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table>'


def _operator(sign: str, row: Row) -> str:
    slopes = " ".join(_slopes(row))
    return f"<tr><td><code>{escape(sign)}</code></td><td>{slopes}</td></tr>"


def _slopes(row: Row) -> list[str]:
    """The derivatives by the operands that have one."""
    operands = row.operands[: len(row.partials)]
    sign = "d" if len(operands) == 1 else "∂"
    named = zip(operands, row.partials, strict=True)
    return [_equation(_derivative(sign, operand), partial) for operand, partial in named]


def _derivative(sign: str, operand: str) -> str:
    above = f"<mrow><mi>{sign}</mi>{RESULT}</mrow>"
    return f"<mfrac>{above}<mrow><mi>{sign}</mi>{MATHML.name(operand)}</mrow></mfrac>"


def _equation(left: str, formula: str) -> str:
    return _math(f"{left}<mo>=</mo>{MATHML.written(formula, {'out': RESULT})}")


def _math(content: str) -> str:
    return f'<math displaystyle="true">{content}</math>'
