"""Drawings as in the document: squares are values, blue circles operations, red arrows the way back."""

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from math import atan2, degrees, hypot
from operator import index
from typing import Any

import graphviz

from autograd.errors import check_known
from autograd.folding import LIMIT, Item, Use, shown
from autograd.layout import SMALLER, Figure, LayoutError
from autograd.nn import MLP, Parameter
from autograd.spelling import Text
from autograd.tape import above, names, printable, tape
from autograd.value import Value

__all__ = ["draw", "draw_dot", "draw_layers", "draw_network", "trace"]

BLUE, ORANGE, GREEN, RED, GREY, FADED = "#4472C4", "#ED7D31", "#70AD47", "#D9480F", "#767F8B", "#8A929D"
ROLES = {  # white text keeps a contrast of 4.5 on each
    "leaf": {"shape": "box", "fillcolor": "#2B4C86"}, "parameter": {"shape": "component", "fillcolor": "#B8540B"},
    "constant": {"shape": "ellipse", "fillcolor": "#6B7480"}, "output": {"shape": "octagon", "fillcolor": "#4B7D2B"},
    "intermediate": {"shape": "box", "style": "rounded,filled"}, "folded": {"shape": "note", "fillcolor": "#6B7480"},
}  # fmt: skip
SMALL_GRAPH = 100  # arrows of a graph that shows itself in a notebook
RADIUS, SMALL, PITCH = 42.0, 22.0, 98.0  # of neurons and bias circles, and from neuron to neuron, in points
Place = tuple[float, float]
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def draw(root: Value, backward: bool = False, format: str = "svg", rankdir: str = "LR", *, edges: str = "derivative",
         highlight: Value | None = None, group: str | None = None, depth: int | None = None,
         max_nodes: int = LIMIT) -> Figure:  # fmt: skip
    """Draw the graph below `root`: values with label, data and grad, operations, and arrows in operand order.

    With `backward`, red arrows lead from each operation back to its operands; on them `edges` says the local "derivative",
    its "formula", or the "contribution" to the gradient, the adjoint times it. `highlight` lights the paths to one Value.
    Past 300 values, alike terms of a sum are drawn once, and then, if need be, a network layer by layer (`group="sample"` and
    "layer" ask for it); `depth` draws so many operations from the root. What is still larger than `max_nodes` raises
    LayoutError when rendered. Raises ValueError for other options, and for contributions before `backward()` has run.

    >>> x = Value(3.0, "x")
    >>> draw(x + x).source.count("n1 -> n2_op")
    2
    """
    check_known("rankdir", rankdir, ("LR", "TB"))
    check_known("kind of edges", edges, ("derivative", "contribution", "formula"))
    check_known("group", group or "sample", ("sample", "layer"))
    if depth is not None and index(depth) < 0:
        raise ValueError(f"depth counts operations from the root, got {depth}")
    operations, leaves = tape(root)
    ran = any(node.grad for node in operations or leaves)  # leaves may still have that of another graph
    if backward and edges == "contribution" and not ran:
        raise ValueError("contributions are known after backward() has run")
    items, said = shown(root, group, depth, max_nodes)
    size, lit = len(operations) + len(leaves), None if highlight is None else above([highlight], operations)
    if lit is not None and root not in lit:
        raise ValueError("the graph does not depend on the Value to highlight")
    dark = "" if lit is None or any(highlight in item.values for item in items) else "what is highlighted is not drawn"
    caption = "; ".join(filter(None, ("" if ran else "no gradient yet: backward() has not run", said, dark)))
    figure = _figure("graph", format, rankdir=rankdir, nodesep="0.25", ranksep="0.4", bgcolor="transparent",
                     label=caption, fontsize="11", fontcolor=GREY)  # fmt: skip
    if len(items) > LIMIT:  # a layout less perfect, but within the time
        figure.graph_attr.update(nslimit="0.1", nslimit1="0.1")
    figure.heading = f"Computation graph of {printable(str(root.label)) or repr(root._data)}"
    figure.description = "; ".join(filter(None, (f"{size:,} values, {len(operations):,} of them results", caption)))
    if 0 < len(items) <= max_nodes:
        _fill(figure, items, names(root), ran, edges if backward else "", lit)
    else:
        figure.refusal = f"this graph has {size:_} nodes; at most {max_nodes:_} are drawn. ".replace("_", " ") + SMALLER
        figure.content = lambda figure: _fill(
            figure, items or shown(root, "whole", None, 0)[0], names(root), ran, edges if backward else "", lit
        )
    return figure


def _fill(figure: Figure, items: list[Item], named: Mapping[Value, str], ran: bool, edges: str,
          lit: set[Value] | None) -> None:  # fmt: skip
    def faded(*ends: Any) -> bool:
        return lit is not None and not all(isinstance(end, Item) and lit.intersection(end.values or end.hidden) for end in ends)

    ids = {item: f"n{i}" for i, item in enumerate(items, 1)}
    roles = {"constant"} if any(isinstance(use.source, float) for item in items for use in item.uses) else set()
    for item, name in ids.items():
        own = {"color": FADED, "fillcolor": FADED} if faded(item) else {}
        role, lines = _look(item, items[-1], named, ran)
        roles.add(role)
        _box(figure, name, lines, role, **own)
        if item.uses:
            circle = {"shape": "circle", "width": "0.5", "fontsize": "12", "margin": "0.02", "ordering": "in"}
            _node(figure, f"{name}_op", item.sign, "op", **circle | own)
            _arrow(figure, f"{name}_op", name, name, **own)
        for slot, use in enumerate(item.uses):
            pale = {"color": FADED, "fontcolor": FADED} if faded(item, use.source) else {}
            source = ids.get(use.source) or f"{name}_c{slot}"
            if isinstance(use.source, float):
                _box(figure, source, [f"{use.source:.6g}"], "constant", **own)
            several = {"label": f"×{use.arrows}", "fontsize": "12", "fontcolor": GREY} if use.arrows > 1 else {}
            _arrow(figure, source, f"{name}_op", f"{name}_{slot}", **several | pale)
            if edges and isinstance(use.source, Item) and use.slot is not None and use.slot < len(item.values[0].op.partials):
                _back(figure, source, f"{name}_op", _told(item.values[0], use, edges, named), f"{name}_{slot}", **pale)
    for role in sorted(roles, key=list(ROLES).index):  # the legend, where the layout has room
        small = {"fontsize": "9", "height": "0.2", "margin": "0.06,0.02"}
        _node(figure, f"legend_{role}", role, "legend", **ROLES[role], **small)


def _look(item: Item, last: Item, named: Mapping[Value, str], ran: bool) -> tuple[str, list[str]]:
    """The role of an item, and what its box says."""
    if not item.values:
        return "folded", [item.text]
    node, count = item.values[0], len(item.values)
    leaf, label = "parameter" if isinstance(node, Parameter) else "leaf", named[node]
    role = leaf if not item.uses else "output" if item is last else "intermediate"
    grad = [f"grad {node.grad or 0.0:.6g}"] * ran
    return role, [f"{label} …", f"{count:,} values"] if count > 1 else [label, f"data {node._data:.6g}", *grad]


def _told(node: Value, use: Use, edges: str, named: Mapping[Value, str]) -> str:
    """What a red arrow says of the derivative of an operation by one operand."""
    slot = use.slot or 0
    if edges == "formula":
        return f"∂/∂{named[use.source.values[0]]} = {Text(named, {}).derivative(node, slot, factor=False)}"
    return f"{node.partials[slot] * (node.grad if edges == 'contribution' else 1.0):.6g}"


def _small_svg(root: Value) -> str | None:
    """What Jupyter shows of a Value: its graph, if that is small."""
    with suppress(LayoutError):
        if 0 < sum(len(node.operands) for node in tape(root)[0]) <= SMALL_GRAPH:
            return str(draw(root).pipe("svg", encoding="utf-8"))
    return None


Value._repr_svg_ = _small_svg  # type: ignore[attr-defined]  # Jupyter asks for it; value.py imports nothing from above


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR") -> Figure:
    """Draw as micrograd's function of this name does."""
    return draw(root, False, format, rankdir)


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """The Values below `root`, leaves first, and the (operand, result) edges, one for each use."""
    operations, leaves = tape(root)
    return [*leaves, *operations], [(operand, node) for node in operations for operand in node._prev]


def draw_layers(net: MLP, backward: bool = False) -> Figure:
    """Draw a network matrix by matrix, the document's forward graph; with `backward` its derivatives, right to left.

    >>> "dZ2/dW2" in draw_layers(MLP(1, [3, 1], activation="sigmoid", seed=0), backward=True).source
    True
    """
    figure = _figure("backward" if backward else "forward", rankdir="LR", nodesep="0.45", ranksep="0.35")
    figure.node_attr.update(fixedsize="shape", width="0.78", height="0.78", fontsize="20")

    def back(operand: str, result: str, out: str = "n", into: str = "n") -> None:
        if backward and operand != "X":
            label = f"d{result}/d{operand}"
            _back(figure, f"{operand}:{out}", f"{result}:{into}", label, f"{result}_{operand}", weight="0")

    def step(operand: str, circle: str, label: str, result: str) -> None:
        _node(figure, circle, label, "op", shape="circle", fontsize="12", group="main")
        _node(figure, result, result, "value", shape="box", group="main")
        _arrow(figure, operand, circle, f"{operand}_{circle}", weight="100")
        _arrow(figure, circle, result, f"{circle}_{result}", weight="100")
        back(operand, result)

    signal = "X"
    _node(figure, "X", "X", "value", shape="box", group="main")
    for k, layer in enumerate(net.layers, 1):
        weights, biases, z, activation = f"W{k}", f"B{k}", f"Z{k}", layer.neurons[0].activation
        with figure.subgraph(graph_attr={"rank": "same"}, edge_attr={"style": "invis"}) as column:
            column.edges([(weights, signal), (signal, biases)])
        step(signal, f"C{k}", f"{signal}·{weights}\n+{biases}", z)
        for matrix, side in ((weights, "n"), (biases, "s")):
            _node(figure, matrix, matrix, "value", shape="box")
            _arrow(figure, matrix, f"C{k}", f"{matrix}_C{k}")
            back(matrix, z, "e", side)
        signal = z if activation == "linear" else f"A{k}"
        if signal != z:
            step(z, f"S{k}", "S\nSigmoid" if activation == "sigmoid" else activation, signal)
    step(signal, "M", f"{signal}−Y" if backward else "MSE", "Loss")
    return figure


def draw_network(net: MLP) -> Figure:
    """Draw a network neuron by neuron, the document's first figure: z and a in each neuron, weights on their arrows.

    Where more than 12 weights meet, or 6 whose arrows cross, their names are left to the tooltips.
    """
    counts, last = [len(net.layers[0].W), *(len(layer.B) for layer in net.layers)], len(net.layers)
    figure = _figure("network", layout="nop", splines="line", pad="0.1")  # nop: places are given, arrows are found
    figure.node_attr.update(fixedsize="shape", width="1.1667", height="1.1667", fontsize="26")
    x, floor = 0.0, -PITCH / 2 * max(max(counts) - 1, 2) - SMALL
    sources = _column("x", counts[0], x) if counts[0] > 1 else {"X": (x, 0.0)}
    for name, place in sources.items():
        _pin(figure, name, place, name, "neuron", shape="circle")
    for k, layer in enumerate(net.layers, 1):
        (nin, nout), color = counts[k - 1 : k + 1], GREEN if k == last else ORANGE
        gap = 272.0 + 12.0 * max(0, nin + nout - 4)
        bias = f"B{k}", (x + 0.52 * gap + 20.0 * (k > 1), floor)
        _pin(figure, *bias, f"B{k}", "bias", shape="circle", width="0.6111", height="0.6111", fontsize="15", fillcolor=color)
        x += gap
        targets = _column(f"z{k}" if k == last else f"h{k}", nout, x) if k < last or nout > 1 else {f"z{k}": (x, 0.0)}
        for j, target in enumerate(targets.items()):
            _pin(figure, *target, target[0] if k == last else "", "neuron", shape="circle", fillcolor=color)
            if k < last:
                _halve(figure, *target, f"z{k}_{j + 1}", f"a{k}_{j + 1}")
            fan = 1 in (nin, nout)  # else arrows cross, and labels are moved off the crossings
            at = None if nin * nout > (12 if fan else 6) else 0.38 if fan else 0.2 + 0.4 * j / nout
            for source, row in zip(sources.items(), layer.W, strict=True):
                _weight(figure, source, target, row[j].label, RADIUS, at, color)
            _weight(figure, bias, target, layer.B[j].label, SMALL, at and 0.45, color)
        sources = targets
    return figure


def _column(letter: str, count: int, x: float) -> dict[str, Place]:
    return {f"{letter}_{i + 1}": (x, PITCH / 2 * (count - 1) - PITCH * i) for i in range(count)}


def _halve(figure: Figure, neuron: str, place: Place, z: str, a: str) -> None:
    """The white diagonal of a neuron, between two points that cannot be seen, with z above and a below it."""
    (x, y), half = place, {"shape": "box", "width": "0.47", "height": "0.29", "style": "solid", "fontsize": "18"}
    for end, by in ("l", -29), ("r", 29):
        _pin(figure, f"{neuron}{end}", (x + by, y + by), "", "cut", shape="point", width="0.01", height="0.01", style="invis")
    _arrow(figure, f"{neuron}l", f"{neuron}r", f"cut_{neuron}", color="white", dir="none", penwidth="1.5", tooltip=" ")
    _pin(figure, z, (x - 19, y + 13), z, "half", **half)
    _pin(figure, a, (x + 15, y - 15), a, "half", **half)


def _weight(figure: Figure, source: tuple[str, Place], target: tuple[str, Place], label: str, radius: float,
            at: float | None, color: str) -> None:  # fmt: skip
    """An arrow from a circle of some radius to the left of a neuron; its label stands at a share of the way between rims."""
    (tail, (x, y)), (head, (end_x, end_y)) = source, target
    _arrow(figure, tail, head, label, color=color, penwidth="1.2", headport="w", tooltip=label)
    if at is not None:
        dx, dy = end_x - RADIUS - x, end_y - y
        share, angle = at + (1.0 - at) * radius / hypot(dx, dy), round(-degrees(atan2(dy, dx)))  # Figure turns it, not Graphviz
        style = {"shape": "box", "width": f"{0.12 * len(label):.2f}", "height": "0.29", "fontsize": "19", "fontcolor": color}
        _pin(figure, label, (x + share * dx, y + share * dy), label, f"weight turn{angle}", fillcolor="white", **style)


def _pin(figure: Figure, name: str, place: Place, label: str, kind: str, **attributes: str) -> None:
    """A node at its place; its label `w1_11` shows as w1₁₁, `w2_1_11` as w2₁,₁₁."""
    base, *indices = label.split("_")
    label = base + ",".join(index.translate(_SUBSCRIPTS) for index in indices)
    _node(figure, name, label, kind, pos=f"{place[0]:.1f},{place[1]:.1f}", **attributes)


def _figure(name: str, format: str = "svg", **graph: str) -> Figure:
    font = {"fontname": "Helvetica"}
    node = {"style": "filled", "penwidth": "0", "fillcolor": BLUE, "fontcolor": "white"}
    graph = {"bgcolor": "white", "id": name, "tooltip": " ", **graph}
    edge = {"color": BLUE, "arrowsize": "0.8"}
    figure: Figure = Figure(name, format=format, graph_attr=font | graph, node_attr=font | node, edge_attr=font | edge)
    return figure


def _text(label: str) -> str:
    # A label that shows just these signs: Graphviz reads backslashes, `&` and a leading `<` as its own.
    return graphviz.nohtml(label.replace("\\", "\\\\").replace("&", "&amp;").replace("\n", "\\n"))


def _node(figure: Figure, name: str, label: str, kind: str, **attributes: str) -> None:
    text = _text(label)
    figure.node(name, text, id=f"{figure.name}_{name}", **{"class": kind, "tooltip": text or " "} | attributes)


def _box(figure: Figure, name: str, lines: list[str], role: str, **attributes: str) -> None:
    # Signs that the font lacks measure nothing, so the width is given: 1 em for a wide sign, 0.6 for another.
    ems = max(sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.6 for sign in line) for line in lines)
    size = {"width": f"{ems * 12 / 72 + 0.2:.2f}", "fontsize": "12"}
    _node(figure, name, "\n".join(lines), f"value {role}", **ROLES[role] | size | attributes)


def _arrow(figure: Figure, tail: str, head: str, name: str, **attributes: str) -> None:
    figure.edge(tail, head, id=f"{figure.name}_f_{name}", **{"class": "fwd", "tooltip": f"{tail} → {head}"} | attributes)


def _back(figure: Figure, operand: str, result: str, label: str, name: str, **attributes: str) -> None:
    # Declared forward and drawn back: a reversed edge would pull the layout apart.
    text = _text(label)
    red = {"color": RED, "fontcolor": RED, "fontsize": "12", "dir": "back", "class": "bwd", "tooltip": text}
    figure.edge(operand, result, text, id=f"{figure.name}_b_{name}", **red | attributes)
