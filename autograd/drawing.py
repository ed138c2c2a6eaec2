"""Drawings as in the document: blue squares are values, blue circles operations, red arrows the way back."""

from __future__ import annotations

import unicodedata
from math import atan2, degrees, hypot

import graphviz

from autograd.layout import Figure
from autograd.nn import MLP
from autograd.tape import tape
from autograd.value import Value

__all__ = ["draw", "draw_dot", "draw_layers", "draw_network", "trace"]

BLUE, ORANGE, GREEN, RED = "#4472C4", "#ED7D31", "#70AD47", "#D9480F"
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def draw(root: Value, backward: bool = False) -> Figure:
    """Draw the graph below `root`: values with label, data and grad, operations, and arrows in operand order.

    With `backward`, red arrows lead from each operation back to its operands, with the local derivative on them.

    >>> x = Value(3.0, "x")
    >>> draw(x + x).source.count("v1 -> v2_op")
    2
    """
    return _draw(root, backward)


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR") -> Figure:
    """Draw as micrograd's function of this name does; `rankdir` is LR (left to right) or TB (top to bottom)."""
    if rankdir not in ("LR", "TB"):
        raise ValueError(f"rankdir is 'LR' (left to right) or 'TB' (top to bottom), got {rankdir!r}")
    return _draw(root, False, format, rankdir)


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """The Values below `root`, leaves first, and the (operand, result) edges, one for each use."""
    operations, leaves = tape(root)
    return [*leaves, *operations], [(operand, node) for node in operations for operand in node._prev]


def _draw(root: Value, backward: bool, format: str = "svg", rankdir: str = "LR") -> Figure:
    figure = _figure("graph", format=format, rankdir=rankdir, nodesep="0.25", ranksep="0.4")
    nodes, _ = trace(root)
    ids = {node: f"v{i}" for i, node in enumerate(nodes, 1)}
    for node in nodes:
        name = ids[node]
        lines = [node.label, f"data {node.data:.6g}", f"grad {node.grad:.6g}"]
        _box(figure, name, [line for line in lines if line], "value" if node.operands else "value leaf")
        if node.operands:
            _circle(figure, f"{name}_op", node._op, width="0.5", ordering="in")
            _arrow(figure, f"{name}_op", name, name)
        for slot, (operand, partial) in enumerate(zip(node.operands, node.partials, strict=False)):
            if isinstance(operand, float):
                _box(figure, f"{name}_c{slot}", [f"{operand:.6g}"], "value constant")
                _arrow(figure, f"{name}_c{slot}", f"{name}_op", f"{name}_{slot}")
                continue
            _arrow(figure, ids[operand], f"{name}_op", f"{name}_{slot}")
            if backward:
                _back(figure, ids[operand], f"{name}_op", f"{partial:.6g}", f"{name}_{slot}")
    return figure


def draw_layers(net: MLP, backward: bool = False) -> Figure:
    """Draw a network matrix by matrix, the document's forward graph; with `backward` its derivatives, right to left.

    >>> "dZ2/dW2" in draw_layers(MLP(1, [3, 1], activation="sigmoid", seed=0), backward=True).source
    True
    """
    figure = _figure("backward" if backward else "forward", rankdir="LR", nodesep="0.45", ranksep="0.35")
    figure.node_attr.update(fixedsize="shape", width="0.78", height="0.78", fontsize="20")

    def step(value: str, circle: str, label: str, result: str) -> None:
        _circle(figure, circle, label, fontsize="12", group="main")
        figure.node(result, id=f"n_{result}", **{"class": "value"}, shape="box", group="main", tooltip=result)
        _arrow(figure, value, circle, f"{value}_{circle}", weight="100")
        _arrow(figure, circle, result, f"{circle}_{result}", weight="100")

    def back(operand: str, result: str, out: str, into: str) -> None:
        if backward:
            _back(figure, f"{operand}:{out}", f"{result}:{into}", f"d{result}/d{operand}", f"{result}_{operand}", weight="0")

    signal = "X"
    figure.node("X", id="n_X", **{"class": "value"}, shape="box", group="main", tooltip="X")
    for k, layer in enumerate(net.layers, 1):
        weights, biases, z, a = f"W{k}", f"B{k}", f"Z{k}", f"A{k}"
        for matrix in (weights, biases):
            figure.node(matrix, id=f"n_{matrix}", **{"class": "value"}, shape="box", tooltip=matrix)
        with figure.subgraph() as column:
            column.attr(rank="same")
            column.edge(weights, signal, style="invis")
            column.edge(signal, biases, style="invis")
        step(signal, f"C{k}", f"{signal}·{weights}\n+{biases}", z)
        _arrow(figure, weights, f"C{k}", f"{weights}_C{k}")
        _arrow(figure, biases, f"C{k}", f"{biases}_C{k}")
        back(weights, z, "e", "n")
        back(biases, z, "e", "s")
        if k > 1:
            back(signal, z, "n", "n")
        activation = layer.neurons[0].activation
        signal = z
        if activation != "linear":
            step(z, f"S{k}", "S\nSigmoid" if activation == "sigmoid" else activation, a)
            back(z, a, "n", "n")
            signal = a
    step(signal, "M", f"{signal}−Y" if backward else "MSE", "Loss")
    back(signal, "Loss", "n", "n")
    return figure


def draw_network(net: MLP) -> Figure:
    """Draw a network neuron by neuron, the document's first figure: z and a in each neuron, weights on their arrows.

    Weight names are written between layers of up to 12 weights; the others appear on pointing at the arrow.
    """
    counts = [len(net.layers[0].W), *(len(layer.B) for layer in net.layers)]
    middle = 160.0 + 49.0 * max(0, max(counts) - 3)
    x = [55.0]
    for nin, nout in zip(counts, counts[1:], strict=False):
        x.append(x[-1] + 272.0 + 12.0 * max(0, nin + nout - 4))
    figure = _figure("network", layout="nop2", pad="0.1")
    figure.node_attr.update(fixedsize="shape", label="")
    figure.edge_attr.update(penwidth="1.2")
    columns = [[(x[c], middle + 49.0 * (n - 1) - 98.0 * i) for i in range(n)] for c, n in enumerate(counts)]
    floor = min(y for column in columns for _, y in column) - 22.0
    labels: list[tuple[str, float, float, float, str]] = []

    def connect(name: str, source: tuple[float, float, float], target: tuple[float, float], at: float, color: str) -> None:
        (x0, y0, radius), (x1, y1) = source, (target[0] - _RADIUS, target[1])
        length = hypot(x1 - x0, y1 - y0)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        start, end = (x0 + radius * ux, y0 + radius * uy), (x1 - 8.0 * ux, y1 - 8.0 * uy)
        points = [(start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])) for t in (0, 1 / 3, 2 / 3, 1)]
        path = f"e,{x1:.2f},{y1:.2f} " + " ".join(f"{px:.2f},{py:.2f}" for px, py in points)
        tail, head = _place(source), _place(target)
        _arrow(figure, tail, head, name, pos=path, color=color, tooltip=name)
        px, py = start[0] + at * (x1 - start[0]), start[1] + at * (y1 - start[1])
        labels.append((name, px, py, -degrees(atan2(uy, ux)), color))

    for i, (px, py) in enumerate(columns[0], 1):
        name = "X" if len(columns[0]) == 1 else f"x_{i}"
        _disc(figure, (px, py), name, BLUE, 28)
    for k, layer in enumerate(net.layers, 1):
        last = k == len(net.layers)
        color = GREEN if last else ORANGE
        bias = (x[k - 1] + 0.52 * (x[k] - x[k - 1]) + 20.0 * (k > 1), floor)
        _disc(figure, bias, f"B{k}", color, 15, width="0.6111")
        for j, target in enumerate(columns[k]):
            single = f"z{k}" if len(columns[k]) == 1 else f"z{k}_{j + 1}"
            _disc(figure, target, single if last else "", color, 26)
        labels.clear()
        for j, target in enumerate(columns[k]):
            for i, source in enumerate(columns[k - 1]):
                connect(layer.W[i][j].label, (*source, _RADIUS), target, 0.38, color)
            connect(layer.B[j].label, (*bias, 22.0), target, 0.45, color)
        if counts[k - 1] * counts[k] <= 12:
            for name, px, py, angle, hue in labels:
                _edge_label(figure, name, px, py, angle, hue)
        if not last:
            for j, (px, py) in enumerate(columns[k], 1):
                _halves(figure, px, py, f"z{k}_{j}", f"a{k}_{j}")
    return figure


_RADIUS = 42.0


def _place(position: tuple[float, ...]) -> str:
    return f"p{position[0]:.0f}_{position[1]:.0f}"


def _disc(figure: Figure, at: tuple[float, float], name: str, color: str, size: int, width: str = "1.1667") -> None:
    figure.node(
        _place(at), _subscripted(name), pos=f"{at[0]:.2f},{at[1]:.2f}", shape="circle", width=width, height=width,
        fillcolor=color, fontsize=str(size), id=f"n_{name or _place(at)}", tooltip=name or "neuron", **{"class": "neuron"},
    )  # fmt: skip


def _edge_label(figure: Figure, name: str, x: float, y: float, angle: float, color: str) -> None:
    turn = f"turn{'m' * (angle < 0)}{abs(angle):.0f}"
    figure.node(
        f"l_{name}", _subscripted(name), pos=f"{x:.2f},{y:.2f}", shape="box", width=f"{0.12 * len(name) + 0.05:.2f}",
        height="0.2917", fontsize="19", fontcolor=color, fillcolor="white", id=f"l_{name}", tooltip=name,
        **{"class": f"weight {turn}"},
    )  # fmt: skip


def _halves(figure: Figure, x: float, y: float, z: str, a: str) -> None:
    place, cut = _place((x, y)), 29.7
    points = [(x + t * cut, y + t * cut) for t in (-1, -1 / 3, 1 / 3, 1)]
    path = " ".join(f"{px:.2f},{py:.2f}" for px, py in points)
    figure.edge(place, place, pos=path, color="white", dir="none", penwidth="1.5", id=f"cut_{z}", **{"class": "cut"})
    for name, px, py in ((z, x - 19, y + 13), (a, x + 15, y - 15)):
        figure.node(
            name, _subscripted(name), pos=f"{px:.2f},{py:.2f}", shape="box", width="0.4722", height="0.2875", style="solid",
            fontsize="18", id=f"n_{name}", tooltip=name, **{"class": "half"},
        )  # fmt: skip


def _figure(name: str, format: str = "svg", **graph: str) -> Figure:
    return Figure(
        name, format=format,
        graph_attr={"bgcolor": "white", "fontname": "Helvetica", "id": name, "tooltip": " ", **graph},
        node_attr={"fontname": "Helvetica", "style": "filled", "penwidth": "0", "fillcolor": BLUE, "fontcolor": "white"},
        edge_attr={"fontname": "Helvetica", "color": BLUE, "arrowsize": "0.8"},
    )  # fmt: skip


def _box(figure: Figure, name: str, lines: list[str], kind: str) -> None:
    # Fonts without the sign measure it as nothing: the width is given, 1 em for a wide sign, else 0.6.
    ems = max(sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.6 for c in line) for line in lines)
    figure.node(
        name, _text("\n".join(lines)), shape="box", id=f"n_{name}", tooltip=_text(lines[0]),
        width=f"{ems * 12 / 72 + 0.2:.2f}", fontsize="12", **{"class": kind},
    )  # fmt: skip


def _circle(figure: Figure, name: str, label: str, **attributes: str) -> None:
    figure.node(name, _text(label), shape="circle", id=f"n_{name}", tooltip=_text(label), **{"class": "op"}, **attributes)


def _arrow(figure: Figure, tail: str, head: str, name: str, **attributes: str) -> None:
    figure.edge(tail, head, id=f"f_{name}", **{"class": "fwd", "tooltip": f"{tail} → {head}", **attributes})


def _back(figure: Figure, operand: str, result: str, label: str, name: str, **attributes: str) -> None:
    # Declared forward and drawn back: reversed edges would pull the layout apart.
    figure.edge(
        operand, result, label, dir="back", color=RED, fontcolor=RED, fontsize="12", id=f"b_{name}", tooltip=label,
        **{"class": "bwd"}, **attributes,
    )  # fmt: skip


def _text(text: str) -> str:
    """A label that shows these characters: Graphviz reads `\\`, `&` and `<` in labels as its own."""
    lines = ("".join(c if c.isprintable() else repr(c)[1:-1] for c in line) for line in text.split("\n"))
    return graphviz.nohtml("\\n".join(line.replace("\\", "\\\\").replace("&", "&amp;") for line in lines))


def _subscripted(label: str) -> str:
    """`w1_11` → w1₁₁, `w2_1_11` → w2₁,₁₁."""
    base, *indices = label.split("_")
    return base + ",".join(index.translate(_SUBSCRIPTS) for index in indices)
