"""How Values, numbers and the formulas of rows are written, as text and as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from autograd.formula import latex, loose, plain
from autograd.value import Value

WIDEST = 12  # operands of a formula that is written out
_ESCAPES = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "|": r"\textbar{}"}


class Text:
    """As text."""

    times, to, elementwise, transposed, etc = " · ", " → ", "⊙", "ᵀ", "…"
    words, brackets, partial = "{}", "({})", "∂{}/∂{}"
    matrix, column, row = "({})", ", ", "; "
    formula = staticmethod(plain)

    def __init__(self, names: Mapping[Value, str]) -> None:
        self.names = names

    def label(self, label: str) -> str:
        return label if re.fullmatch(r"\w+", label) else f"({label})"

    def number(self, x: Value | float) -> str:
        return f"{getattr(x, '_data', x):.6g}"

    def name(self, x: Value | float) -> str:
        return self.number(x) if isinstance(x, float) else self.label(self.names[x])

    def gradient(self, x: Value) -> str:
        return f"d{self.name(x)}"

    def said(self, node: Value, text: str, say: Callable[[Value | float], str]) -> str:
        """A text of a node's row, with what is said of its operands and itself."""
        known = zip((*node.op.operands, "out"), (*node.operands, node), strict=True)
        return self.formula(text, {name: say(x) for name, x in known} | {"etc": self.etc})

    def primal(self, node: Value, say: Callable[[Value | float], str]) -> str:
        """The formula of a node; one that chooses between branches, or is wide, by name."""
        op, wide = node.op, len(node.operands) > WIDEST
        called = f"{op.name}({', '.join([*op.operands[:WIDEST], *['etc'] * wide])})"
        return self.said(node, called if wide or " if " in op.primal else op.primal, say)

    def factor(self, node: Value, slot: int, say: Callable[[Value | float], str]) -> str:
        """A partial of a node, as a factor of a product."""
        text = node.op.partials[slot]
        return (self.brackets if loose(text) else "{}").format(self.said(node, text, say))

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
            return self.words.format(re.sub(r"[\\{}$&#_%^~|]", lambda sign: _ESCAPES.get(sign[0], f"\\{sign[0]}"), label))
        base, *indices = label.split("_")
        base = base if len(base.rstrip("0123456789")) == 1 else rf"\mathrm{{{base}}}"
        return f"{base}_{{{','.join(indices)}}}" if indices else base

    def number(self, x: Value | float) -> str:
        mantissa, _, power = super().number(x).replace("inf", r"\infty").partition("e")
        return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa
