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


def of_row(row: Row) -> str:
    """The value of a row and its derivatives, an equation each, and where they hold."""
    lines = [_equation(RESULT, row.primal), *_slopes(row)]
    domain = f'<span class="domain">for {escape(row.domain)}</span>' if row.domain else ""
    return f'<div class="formulas">{"".join(lines)}{domain}</div>'


def of_operators() -> str:
    """A table of the operators of `Value`: the value and the derivatives of each."""
    head = "<tr><th>operator</th><th>value</th><th>derivatives</th></tr>"
    lines = [_operator(sign, ROWS[name]) for sign, name in OPERATORS.items()]
    return f'<table class="operators"><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table>'


def _operator(sign: str, row: Row) -> str:
    value = _math(MATHML.written(row.primal))
    slopes = " ".join(_slopes(row))
    return f"<tr><td><code>{escape(sign)}</code></td><td>{value}</td><td>{slopes}</td></tr>"


def _slopes(row: Row) -> list[str]:
    """The derivatives by the operands that have one."""
    operands = row.operands[: len(row.partials)]
    sign = "d" if len(operands) == 1 else "∂"
    named = zip(operands, row.partials, strict=True)
    return [_equation(_derivative(sign, operand), partial) for operand, partial in named]


def _derivative(sign: str, operand: str) -> str:
    above = f"<mrow><mo>{sign}</mo>{RESULT}</mrow>"
    return f"<mfrac>{above}<mrow><mo>{sign}</mo>{MATHML.name(operand)}</mrow></mfrac>"


def _equation(left: str, formula: str) -> str:
    return _math(f"{left}<mo>=</mo>{MATHML.written(formula, {'out': RESULT})}")


def _math(content: str) -> str:
    return f'<math display="inline">{content}</math>'
