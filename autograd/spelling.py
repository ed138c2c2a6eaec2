"""How Values, numbers and the formulas of rows are written, as text and as LaTeX."""

import re
from collections.abc import Callable, Iterable, Mapping

from autograd.formula import folded, latex, loose, plain
from autograd.value import Value

WIDEST = 12  # operands of a formula that is written out
_SPECIAL = {"\\": r"\backslash", "^": r"\wedge", "~": r"\sim", "|": r"\vert", **{sign: f"\\{sign}" for sign in "{}$&#_%"}}


class Text:
    """As text."""

    times, to, elementwise, transposed, etc = " · ", " → ", "⊙", "ᵀ", "…"
    words, brackets, partial = "{}", "({})", "∂{}/∂{}"
    matrix, column, row = "({})", ", ", "; "
    formula = staticmethod(plain)

    def __init__(self, names: Mapping[Value, str], numbers: Mapping[Value, float]) -> None:
        self.names, self.numbers = names, numbers

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
        return (self.brackets if factor and loose(text) else "{}").format(self.said(node, text, self.name))

    def product(self, factors: Iterable[float]) -> str:
        first, *others = map(self.number, factors)
        return self.times.join([first, *(self.brackets.format(x) if x.startswith("-") else x for x in others)])


class Tex(Text):
    """As LaTeX."""

    times, to, elementwise, transposed, etc = r" \cdot ", r" \to ", r"\odot", r"^{\top}", r"\dots"
    words, brackets, partial = r"\text{{{}}}", r"\left({}\right)", r"\frac{{\partial {}}}{{\partial {}}}"
    matrix, column, row = r"\begin{{pmatrix}} {} \end{{pmatrix}}", " & ", r" \\ "
    formula = staticmethod(latex)

    def label(self, label: str) -> str:
        if not re.fullmatch(r"[A-Za-z]+\d*(_\d+)*", label, re.ASCII):
            parts = re.findall(r"[\\{}$&#_%^~|]|[^\\{}$&#_%^~|]+", label)  # special signs stand outside \text, for MathJax
            return "".join(_SPECIAL.get(part) or self.words.format(part) for part in parts)
        base, *indices = label.split("_")
        base = base if len(base.rstrip("0123456789")) == 1 else rf"\mathrm{{{base}}}"
        return f"{base}_{{{','.join(indices)}}}" if indices else base

    def number(self, x: Value | float) -> str:
        mantissa, _, power = super().number(x).replace("inf", r"\infty").replace("nan", r"\mathrm{nan}").partition("e")
        return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa
