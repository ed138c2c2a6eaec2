"""Where every gradient comes from: upstream × local derivative, added up over all uses of a Value.

A step tells the gradient of one Value, complete: results come before operands, layer by layer as in the document, whose
formulas (5) to (12) these are for its network. Every formula is the text of a row.
"""

import heapq
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from os import PathLike, fspath
from typing import Any, NamedTuple, TypeAlias

from autograd.derivatives import check_unchanged
from autograd.errors import described
from autograd.files import write_whole
from autograd.nn import Parameter
from autograd.page import page_text
from autograd.show.folding import LIMIT
from autograd.spelling import Tex, Text
from autograd.tape import above, document_order, names, tape
from autograd.value import Value

__all__ = ["Explanation", "explain"]

ALL_PATHS, LARGEST_PATHS, UNCOUNTED = 1000, 10, 10**18  # so many are all kept, of more the largest; and counted
LONGEST = 8  # arrows of a path that is written out

Equations: TypeAlias = list[list[str]]  # the sides of each: `a = b = c`


class Flow(NamedTuple):
    """What one use of a Value, as the operand of `result` at `slot`, adds to its gradient: upstream × local."""

    result: Value
    slot: int
    upstream: float
    local: float
    contribution: float
    sum_so_far: float


class Step(NamedTuple):
    """The gradient of one Value, and the flows that it is the sum of."""

    node: Value
    gradient: float
    flows: list[Flow]


class Path(NamedTuple):
    """A way from the root down to a leaf, and the product of the local derivatives along it."""

    flows: list[Flow]
    product: float


class Explanation:
    """How each gradient below `root` comes about, or only what reaches one `leaf`, with the paths to it.

    `str()`, `latex()` and `markdown()` tell it, a notebook shows it. `forward` are the operations in order, `steps` the
    gradients; `paths` lead to the leaf, the largest product first, and are `path_count` in all. No `grad` is read or written;
    numbers are those recorded, infinities and NaN among them. `matrices` groups the steps of a network as dZ2, dW2, dB2, …
    by labels such as `z2_1`. Raises ValueError if `root` does not depend on the leaf, if data changed since it was recorded,
    or if the labels are not those of one sample through fused neurons.

    >>> x, w = Value(1.5, "x"), Value(-2.0, "w")
    >>> print(explain((x * w).tanh(), w))
    forward
      v1 = x · w    = 1.5 · (-2) = -3
      v2 = tanh(v1) = tanh(-3)   = -0.995055
    backward
      dv2 = 1
      dv1 = ∂v2/∂v1      = 1 - v2 · v2 = 0.00986604
      dw  = dv1 · ∂v1/∂w = dv1 · x     = 0.00986604 · 1.5 = 0.0147991
    1 path
      v2 → v1 → w:   (1 - v2 · v2) · x = 0.00986604 · 1.5 = 0.0147991
      dw           = 0.0147991
    """

    def __init__(self, root: Value, leaf: Value | None = None, *, matrices: bool = False) -> None:
        operations, leaves = tape(root)
        if not isinstance(leaf, Value | None):
            raise TypeError(f"a leaf is a Value, not its name or number; got {leaf!r:.80}")
        for node in operations:
            check_unchanged(node)
        self.root, self.leaf, self.names = root, leaf, names(root)
        self._numbers = {x: x._data for x in self.names}
        flows, below = _flows(root, operations), above(leaves if leaf is None else [leaf], operations)
        if leaf is not None and root not in below:
            raise ValueError(f"{self.names[root]} does not depend on {described(leaf)}")
        forward, _, backward = document_order(operations)
        self.forward, order = [x for x in forward if x in below], [x for x in backward or leaves if x in below]
        if any(isinstance(x, Parameter) for x in leaves):  # then other leaves are data, and told last
            order.sort(key=lambda x: not x.operands and not isinstance(x, Parameter))
        self.steps = [Step(x, flows[x][-1].sum_so_far if flows[x] else float(x is root), flows[x]) for x in order]
        self.path_count, self.paths = (0, []) if leaf is None else _paths(self.steps, leaf)
        self._matrices = _by_matrix(self.steps, leaf) if matrices else {}
        self._matrix_names = {x: _matrix_name(x) for x in self.names} if matrices else {}

    def __repr__(self) -> str:
        return f"<Explanation of {self.names[self.root]}: {len(self.steps):,} gradients, to be printed>"

    def __str__(self) -> str:
        return "\n".join(f"{title}\n{_columns(equations)}" for title, equations in self._sections(Text))

    def latex(self) -> str:
        """One `aligned` environment, for an equation or $$ … $$."""
        rows = [rf"\textbf{{{title}}} \\ {_aligned(equations)}" for title, equations in self._sections(Tex)]
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def markdown(self) -> str:
        """The same as a formula in Markdown."""
        return f"$$\n{self.latex()}\n$$\n"

    def _repr_markdown_(self) -> str | None:
        return self.markdown() if len(self.steps) <= LIMIT else None

    def html(self, language: str = "en") -> str:
        """One page to step through the whole graph, with leaves to change, in English or Chinese ("zh").

        It needs nothing else and asks for nothing. With a leaf it opens where that is told. Raises ValueError for another
        language, and above 300 values.
        """
        told = Explanation(self.root)
        return page_text(self.root, self.leaf, told.forward, [step.node for step in told.steps], language)

    def page(self, path: str | PathLike[str], language: str = "en") -> str:
        """Write the page, whole or not at all, and give its path."""
        write_whole(path, self.html(language))
        return fspath(path)

    def _sections(self, spelling: type[Text]) -> Iterator[tuple[str, Equations]]:
        spell = spelling(self.names, self._numbers)
        name, number, primal = spell.name, spell.number, spell.primal
        if self.forward:
            yield "forward", [[name(x), primal(x, name), primal(x, number), number(x)] for x in self.forward]
        if self._matrices:
            matrices = spelling(self._matrix_names, self._numbers)
            yield "backward", [_matrix(steps, self.root, matrices) for steps in self._matrices.values()]
        else:
            yield "backward", [equation for step in self.steps for equation in _backward(step, self.root, spell)]
        if self.leaf is not None:
            count = f"{self.path_count:,}" if self.path_count < UNCOUNTED else "more than 10^18"
            yield f"{count} path{'s' * (self.path_count != 1)}", [*self._along(self.leaf, spell)]

    def _along(self, leaf: Value, spell: Text) -> Iterator[list[str]]:
        shown = self.paths[:LARGEST_PATHS]
        for flows, product in shown:
            way = [spell.name(x) for x in (*(flow.result for flow in flows), leaf)]
            sides = []
            if len(flows) > LONGEST:
                way = [*way[:3], spell.etc, *way[-3:]]
            elif flows:
                formulas = [spell.derivative(flow.result, flow.slot, len(flows) > 1) for flow in flows]
                sides = [spell.times.join(formulas), *[spell.product(flow.local for flow in flows)] * (len(flows) > 1)]
            yield [f"{spell.to.join(way)}:", *sides, spell.number(product)]
        gradient = self.steps[-1].gradient
        if self.path_count > len(shown):
            rest = gradient - sum(path.product for path in shown)
            yield [spell.words.format("the others:"), spell.number(rest)]
        yield [spell.gradient(leaf), spell.number(gradient)]


explain = Explanation  # as a verb


def _flows(root: Value, operations: list[Value]) -> dict[Value, list[Flow]]:
    """What each Value receives, in the order and to the bits of `backward`."""
    flows: dict[Any, list[Flow]] = defaultdict(list)
    for node in reversed(operations):
        if node is root or flows[node]:  # nothing flows below the condition of a `where`
            upstream = 1.0 if node is root else flows[node][-1].sum_so_far
            for slot, (operand, local) in enumerate(zip(node.operands, node.partials[: len(node.op.partials)], strict=False)):
                contribution, earlier = upstream * local, flows[operand]
                so_far = earlier[-1].sum_so_far + contribution if earlier else contribution
                earlier.append(Flow(node, slot, upstream, local, contribution, so_far))
    return flows


def _paths(steps: list[Step], leaf: Value) -> tuple[int, list[Path]]:
    """The number of paths from the root to a leaf, and all or the largest of them."""
    count = {steps[0].node: 1}
    for node, _, flows in steps[1:]:
        count[node] = min(sum(count[flow.result] for flow in flows), UNCOUNTED)
    kept = count[leaf] if count[leaf] <= ALL_PATHS else LARGEST_PATHS
    best: dict[Value, list[tuple[float, Any]]] = {steps[0].node: [(1.0, None)]}  # product, and flows as a linked list
    for node, _, flows in steps[1:]:
        longer = ((product * flow.local, (flow, link)) for flow in flows for product, link in best[flow.result])
        best[node] = heapq.nlargest(kept, longer, key=lambda way: abs(way[0]))
    paths = []
    for product, link in best[leaf]:
        flows = []
        while link:
            flow, link = link
            flows.append(flow)
        paths.append(Path(flows[::-1], product))
    return count[leaf], paths


def _backward(step: Step, root: Value, spell: Text) -> Iterator[list[str]]:
    head = spell.gradient(step.node)
    for result, slot, upstream, local, contribution, so_far in step.flows:
        partial = spell.partial.format(spell.name(result), spell.name(step.node))
        sides = [partial, spell.derivative(result, slot, result is not root)]
        if result is not root:  # whose gradient is 1
            sides = [*(spell.gradient(result) + spell.times + side for side in sides), spell.product((upstream, local))]
        sides.append(spell.number(contribution))
        if len(step.flows) > 1:
            sides[-1] += spell.words.format(", sum ") + spell.number(so_far)
        yield [head if len(step.flows) == 1 else spell.words.format("by ") + f"{spell.name(result)}:", *sides]
    if len(step.flows) != 1:
        yield [head, spell.number(step.gradient)]


def _columns(equations: Equations) -> str:
    """Equations below each other, with their sides in columns."""
    widths = [max(map(len, column)) for column in zip_longest(*equations, fillvalue="")]
    lines = []
    for head, *sides in equations:
        padded = " = ".join(side.ljust(width) for side, width in zip(sides, widths[1:], strict=False))
        lines.append(f"  {head.ljust(widths[0])} {' ' if head.endswith(':') else '='} {padded}".rstrip())
    return "\n".join(lines)


def _aligned(equations: Equations) -> str:
    """Equations as the lines of an `aligned` environment."""
    lines = ((head, r"\quad" if head.endswith(":") else "=", " = ".join(sides)) for head, *sides in equations)
    return " \\\\\n".join(f"{head} & {sign} {formula}" for head, sign, formula in lines)


def _matrix_name(x: Value) -> str:
    if found := re.fullmatch(r"([a-z]+\d*)(_\d+)*", x.label):
        return found[1].upper()
    raise ValueError(f"matrices=True groups Values labelled as in MLP(…, fused=True), such as z2_1; {described(x)} is not")


def _by_matrix(steps: list[Step], leaf: Value | None) -> dict[str, list[Step]]:
    """The steps of a network's parameters and what leads to them."""
    groups: dict[str, list[Step]] = defaultdict(list)
    for step in steps[1:]:
        if step.node.operands or isinstance(step.node, Parameter):
            groups[_matrix_name(step.node)].append(step)
    if leaf is not None or not groups or len({step.node.label for step in steps}) < len(steps):
        raise ValueError("matrices=True groups all parameters in the loss of one sample, each with a label")
    for name, group in groups.items():
        uses = {(_matrix_name(f.result), f.result.op.name, _role(f)) for step in group for f in step.flows}
        if len({result for result, *_ in uses}) < len(uses) or not all(step.flows for step in group):
            raise ValueError(f"matrices=True tells layers that do one thing: not all of {name} is used alike")
    return groups


def _role(flow: Flow) -> str:
    return flow.result.op.operands[flow.slot].rstrip("0123456789")


def _matrix(steps: list[Step], root: Value, spell: Text) -> list[str]:
    """The gradients of one matrix, from those of what is made with it; weights have a row for each input."""
    terms, rows = dict[str, str](), defaultdict[str, list[str]](list)
    for _, gradient, flows in steps:
        for flow in flows:
            result, role, upstream = flow.result, _role(flow), spell.gradient(flow.result)
            if result.op.name == "affine":
                x, w = (spell.name(result.operands[i]) + spell.transposed for i in (0, len(result.operands) // 2))
                factors = {"x": (upstream, w), "w": (x, upstream), "b": (upstream,)}[role]
                terms[upstream] = spell.times.join(factors)
            else:
                term = spell.derivative(result, flow.slot, result is not root)
                term = term if result is root else upstream + spell.times + term
                terms[upstream] = term.replace(spell.times.strip(), spell.elementwise)
        row = flows[0].result.op.operands[flows[0].slot] if _role(flows[0]) == "w" else ""
        rows[row].append(spell.number(gradient))
    table = spell.row.join(map(spell.column.join, rows.values()))
    return [spell.gradient(steps[0].node), " + ".join(terms.values()), spell.matrix.format(table)]
