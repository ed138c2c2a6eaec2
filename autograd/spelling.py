"""How Values, numbers and the formulas of rows are written, as text and as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from autograd.formula import latex, plain, splice, times
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.explanation import Flow

WIDEST = 12  # operands of a formula that is written out


class Text:
    """Names, numbers and formulas as text."""

    times, to, elementwise, transposed, etc = " · ", " → ", "⊙", "ᵀ", "…"
    formula = staticmethod(plain)

    def __init__(self, names: Mapping[Value, str]) -> None:
        self.names = names

    def text(self, words: str) -> str:
        return words

    def label(self, label: str) -> str:
        return label if re.fullmatch(r"[\w⟨⟩]+", label) else f"({label})"

    def number(self, x: Value | float) -> str:
        return f"{getattr(x, '_data', x):.6g}"

    def partial(self, result: str, operand: str) -> str:
        return f"∂{result}/∂{operand}"

    def table(self, rows: list[list[str]]) -> str:
        return f"({'; '.join(', '.join(row) for row in rows)})"

    def name(self, x: Value | float) -> str:
        return self.number(x) if isinstance(x, float) else self.label(self.names[x])

    def gradient(self, x: Value) -> str:
        return f"d{self.name(x)}"

    def meaning(self, node: Value, say: Callable[[Value | float], str], mark: str = "") -> dict[str, str]:
        """What the names in a row stand for at a node; a mark tells those of several rows apart."""
        operands = dict(zip((*node.op.operands, "out"), (*node.operands, node), strict=True))
        return {f"{name}{mark}": say(x) for name, x in operands.items()} | {"etc": self.etc}

    def primal(self, node: Value, say: Callable[[Value | float], str]) -> str:
        """The formula of a node; one that chooses between branches, or is wide, by name."""
        op, shown = node.op, node.op.operands[:WIDEST]
        called = f"{op.name}({', '.join([*shown, *['etc'] * (len(shown) < len(op.operands))])})"
        return self.formula(called if " if " in op.primal or "etc" in called else op.primal, self.meaning(node, say))

    def product(self, flows: list[Flow], upstream: str = "") -> str:
        """The local derivatives as formulas, multiplied."""
        factors, meaning = ["upstream"] * bool(upstream), {"upstream": upstream}
        for i, (result, slot, *_) in enumerate(flows):
            factors.append(splice(result.op.partials[slot], {x: f"{x}__{i}" for x in (*result.op.operands, "out")}))
            meaning |= self.meaning(result, self.name, f"__{i}")
        return self.formula(times(factors), meaning)

    def multiplied(self, factors: Iterable[float]) -> str:
        named = {f"f{i}": self.number(x) for i, x in enumerate(factors)}
        return self.formula(" * ".join(named), named)


class Tex(Text):
    """The same as LaTeX."""

    times, to, elementwise, transposed, etc = r" \cdot ", r" \to ", r"\odot", r"^{\top}", r"\dots"
    formula = staticmethod(latex)

    def text(self, words: str) -> str:
        return rf"\text{{{words}}}"

    def label(self, label: str) -> str:
        base, _, index = label.partition("_")
        if not re.fullmatch(r"[A-Za-z]+\d*(_\d+)*", label, re.ASCII):
            return self.text(re.sub(r"[\\{}$&#_%^~|]", lambda sign: _ESCAPES.get(sign[0], f"\\{sign[0]}"), label))
        base = base if len(base.rstrip("0123456789")) == 1 else rf"\mathrm{{{base}}}"
        return f"{base}_{{{index.replace('_', ',')}}}" if index else base

    def number(self, x: Value | float) -> str:
        mantissa, _, power = super().number(x).partition("e")
        return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else {"inf": r"\infty"}.get(mantissa, mantissa)

    def partial(self, result: str, operand: str) -> str:
        return rf"\frac{{\partial {result}}}{{\partial {operand}}}"

    def table(self, rows: list[list[str]]) -> str:
        lines = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}"


_ESCAPES = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "|": r"\textbar{}"}
