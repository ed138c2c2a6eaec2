"""How Values, numbers and the formulas of rows are written, as text and as LaTeX."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograd.formula import folded, splice
from autograd.value import Value

WIDEST = 12  # operands of a formula that is written out
_SPECIAL = {"\\": r"\backslash", "^": r"\wedge", "~": r"\sim", "|": r"\vert", **{sign: f"\\{sign}" for sign in "{}$&#_%"}}


class Text:
    """As text."""

    times, to, elementwise, transposed, etc = " · ", " → ", "⊙", "ᵀ", "…"
    words, brackets, partial = "{}", "({})", "∂{}/∂{}"
    matrix, column, row = "({})", ", ", "; "

    def __init__(self, names: Mapping[Value, str], numbers: Mapping[Value, float]) -> None:
        self.names, self.numbers = names, numbers

    def formula(self, text: str, names: Mapping[str, str]) -> str:
        """A row's text as a person writes it, with names or numbers for its operands: `a * 2.0` → `x · 2`."""
        text = splice(re.sub(r"(?<![\w.])(\d+)\.0(?![\w.])", r"\1", text).replace(" * ", self.times), names)
        return re.sub(r"(^|(?<=\())\((-(\d[-+.e\d]*|inf))\)", r"\2", text)  # nothing stands before it

    def label(self, label: str) -> str:
        return label

    def number(self, x: Value | float) -> str:
        return f"{x if isinstance(x, float) else self.numbers[x]:.6g}"

    def name(self, x: Value | float) -> str:
        if isinstance(x, float):
            return self.number(x)
        name = self.label(self.names[x])
        return name if re.fullmatch(r"\w+", self.names[x]) else self.brackets.format(name)

    def gradient(self, x: Value) -> str:
        return f"d{self.name(x)}"

    def said(self, node: Value, text: str, say: Callable[[Value | float], str]) -> str:
        """A text of a node's row, with what is said of its operands and itself."""
        known = zip((*node.op.operands, "out"), (*node.operands, node), strict=True)
        return self.formula(text, {name: say(x) for name, x in known if name in text} | {"etc": self.etc})

    def primal(self, node: Value, say: Callable[[Value | float], str]) -> str:
        """The formula of a node; one that chooses between branches, or is wide, as a call."""
        op = folded(node.op, node.operands)
        if len(op.operands) <= WIDEST and " if " not in op.primal:
            return self.said(node, op.primal, say)
        count = len(op.partials)  # what it is no function of comes first, as in where(condition, a, b)
        operands = [*op.operands[count:], *op.operands[:count]][:WIDEST] + ["etc"] * (len(op.operands) > WIDEST)
        return self.said(node, f"{op.name}({', '.join(operands)})", say)

    def derivative(self, node: Value, slot: int, factor: bool = True) -> str:
        """The formula of a partial, in parentheses where a product needs them."""
        text = folded(node.op, node.operands).partials[slot]
        body: Any = ast.parse(text, mode="eval").body
        loose = text[0] == "-" or isinstance(body, ast.IfExp) or not isinstance(getattr(body, "op", ast.Mult()), ast.Mult)
        return (self.brackets if factor and loose else "{}").format(self.said(node, text, self.name))

    def product(self, factors: Iterable[float]) -> str:
        first, *others = map(self.number, factors)
        return self.times.join([first, *(self.brackets.format(x) if x.startswith("-") else x for x in others)])


class Tex(Text):
    """As LaTeX."""

    times, to, elementwise, transposed, etc = r" \cdot ", r" \to ", r"\odot", r"^{\top}", r"\dots"
    words, brackets, partial = r"\text{{{}}}", r"\left({}\right)", r"\frac{{\partial {}}}{{\partial {}}}"
    matrix, column, row = r"\begin{{pmatrix}} {} \end{{pmatrix}}", " & ", r" \\ "

    def formula(self, text: str, names: Mapping[str, str]) -> str:
        return _latex(ast.parse(text, mode="eval").body, names)[0]

    def label(self, label: str) -> str:
        if not re.fullmatch(r"[A-Za-z]+\d*(_\d+)*", label, re.ASCII):
            parts = re.findall(r"[\\{}$&#_%^~|]|[^\\{}$&#_%^~|]+", label)  # special signs stand outside \text, for MathJax
            return "".join(_SPECIAL.get(part) or self.words.format(part) for part in parts)
        base, *indices = re.sub(r"^([a-z])(\d+)$", r"\1_\2", label).split("_")
        base = base if len(base.rstrip("0123456789")) == 1 else rf"\mathrm{{{base}}}"
        return f"{base}_{{{','.join(indices)}}}" if indices else base

    def number(self, x: Value | float) -> str:
        mantissa, _, power = super().number(x).replace("inf", r"\infty").replace("nan", r"\mathrm{nan}").partition("e")
        return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


_SUM, _PRODUCT, _FRACTION, _ATOM = range(4)  # how strongly a formula holds together without parentheses
_TEX = {"pi": r"\pi", "inf": r"\infty", "nan": r"\mathrm{nan}", ast.Lt: "<", ast.LtE: r"\le", ast.Gt: ">", ast.GtE: r"\ge",
        ast.Add: "+", ast.Sub: "-", "exp": "e^{%s}", "sqrt": r"\sqrt{%s}", "abs": r"\left\lvert %s \right\rvert"}  # fmt: skip


def _latex(node: Any, names: Mapping[str, str]) -> tuple[str, int]:
    def part(node: ast.expr, least: int = _SUM) -> str:
        text, strength = _latex(node, names)
        return text if strength >= least else rf"\left({text}\right)"

    match node:
        case ast.Name(id=name):
            text = names.get(name) or _TEX.get(name, name)
            return text, _SUM if text.startswith("-") else _PRODUCT if r"\cdot" in text else _ATOM
        case ast.Constant(value=x):
            return str(x).removesuffix(".0"), _ATOM
        case ast.UnaryOp(operand=a):
            return f"-{part(a, _PRODUCT)}", _SUM
        case ast.BinOp(left=a, op=ast.Div(), right=b):
            return rf"\frac{{{part(a)}}}{{{part(b)}}}", _FRACTION
        case ast.BinOp(left=a, op=ast.Mult(), right=b):
            return rf"{part(a, _PRODUCT)} \cdot {part(b, _FRACTION)}", _PRODUCT
        case ast.BinOp(left=a, op=sign, right=b):
            return f"{part(a)} {_TEX[type(sign)]} {part(b, _PRODUCT)}", _SUM
        case ast.Compare(left=a, ops=signs, comparators=others):
            return part(a) + "".join(f" {_TEX[type(s)]} {part(b)}" for s, b in zip(signs, others, strict=True)), _SUM
        case ast.IfExp(test=test, body=a, orelse=b):
            cases = rf"{part(a)} & \text{{if }} {part(test)} \\ {part(b)} & \text{{otherwise}}"
            return rf"\begin{{cases}} {cases} \end{{cases}}", _SUM
        case ast.Call(func=ast.Name(id="pow"), args=[a, b]):
            return f"{{{part(a, _ATOM)}}}^{{{part(b)}}}", _FRACTION
    name, operands = node.func.id, ", ".join(map(part, node.args))
    called = name.replace("_", r"\_")
    return _TEX.get(name, rf"\operatorname{{{called}}}\left(%s\right)") % operands, _FRACTION
