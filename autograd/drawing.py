"""Drawings as in the document: blue squares are values, blue circles operations, red arrows the way back."""

import unicodedata
from math import atan2, degrees, hypot

import graphviz

from autograd.layout import Figure
from autograd.nn import MLP
from autograd.tape import tape
from autograd.value import Value

__all__ = ["draw", "draw_dot", "draw_layers", "draw_network", "trace"]

BLUE, ORANGE, GREEN, RED = "#4472C4", "#ED7D31", "#70AD47", "#D9480F"
RADIUS, SMALL = 42.0, 22.0  # of neurons and bias circles, in points
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
    figure = _figure("graph", format, rankdir=rankdir, nodesep="0.25", ranksep="0.4")
    nodes, _ = trace(root)
    ids = {node: f"v{i}" for i, node in enumerate(nodes, 1)}
    for node, name in ids.items():
        label = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in node.label)
        lines = [label, f"data {node.data:.6g}", f"grad {node.grad:.6g}"]
        _box(figure, name, lines if label else lines[1:], "value" if node.operands else "value leaf")
        if node.operands:
            circle = {"shape": "circle", "width": "0.5", "fontsize": "12", "margin": "0.02", "ordering": "in"}
            _node(figure, f"{name}_op", node._op, "op", **circle)
            _arrow(figure, f"{name}_op", name, name)
        for slot, (operand, partial) in enumerate(zip(node.operands, node.partials, strict=False)):
            if isinstance(operand, float):
                _box(figure, f"{name}_c{slot}", [f"{operand:.6g}"], "value constant")
            source = f"{name}_c{slot}" if isinstance(operand, float) else ids[operand]
            _arrow(figure, source, f"{name}_op", f"{name}_{slot}")
            if backward and isinstance(operand, Value):
                _back(figure, source, f"{name}_op", f"{partial:.6g}", f"{name}_{slot}")
    return figure


def draw_layers(net: MLP, backward: bool = False) -> Figure:
    """Draw a network matrix by matrix, the document's forward graph; with `backward` its derivatives, right to left.

    >>> "dZ2/dW2" in draw_layers(MLP(1, [3, 1], activation="sigmoid", seed=0), backward=True).source
    True
    """
    figure = _figure("backward" if backward else "forward", rankdir="LR", nodesep="0.45", ranksep="0.35")
    figure.node_attr.update(fixedsize="shape", width="0.78", height="0.78", fontsize="20")

    def step(operand: str, circle: str, label: str, result: str) -> None:
        _node(figure, circle, label, "op", shape="circle", fontsize="12", group="main")
        _node(figure, result, result, "value", shape="box", group="main")
        _arrow(figure, operand, circle, f"{operand}_{circle}", weight="100")
        _arrow(figure, circle, result, f"{circle}_{result}", weight="100")

    def back(operand: str, result: str, out: str = "n", into: str = "n") -> None:
        if backward:
            label = f"d{result}/d{operand}"
            _back(figure, f"{operand}:{out}", f"{result}:{into}", label, f"{result}_{operand}", weight="0")

    signal = "X"
    _node(figure, "X", "X", "value", shape="box", group="main")
    for k, layer in enumerate(net.layers, 1):
        weights, biases, z, activation = f"W{k}", f"B{k}", f"Z{k}", layer.neurons[0].activation
        _node(figure, weights, weights, "value", shape="box")
        _node(figure, biases, biases, "value", shape="box")
        with figure.subgraph(graph_attr={"rank": "same"}) as column:
            column.edge(weights, signal, style="invis")
            column.edge(signal, biases, style="invis")
        step(signal, f"C{k}", f"{signal}·{weights}\n+{biases}", z)
        _arrow(figure, weights, f"C{k}", f"{weights}_C{k}")
        _arrow(figure, biases, f"C{k}", f"{biases}_C{k}")
        back(weights, z, "e", "n")
        back(biases, z, "e", "s")
        if k > 1:
            back(signal, z)
        signal = z if activation == "linear" else f"A{k}"
        if signal != z:
            step(z, f"S{k}", "S\nSigmoid" if activation == "sigmoid" else activation, signal)
            back(z, signal)
    step(signal, "M", f"{signal}−Y" if backward else "MSE", "Loss")
    back(signal, "Loss")
    return figure


def draw_network(net: MLP) -> Figure:
    """Draw a network neuron by neuron, the document's first figure: z and a in each neuron, weights on their arrows.

    Between layers with more than 12 weights their names are left to the tooltips of the arrows.
    """
    counts = [len(net.layers[0].W), *(len(layer.B) for layer in net.layers)]
    names = [[f"h{k}_{j}" for j in range(1, n + 1)] for k, n in enumerate(counts)]
    names[0] = [f"x_{i}" for i in range(1, counts[0] + 1)] if counts[0] > 1 else ["X"]
    names[-1] = [f"z{len(net.layers)}_{j}" for j in range(1, counts[-1] + 1)] if counts[-1] > 1 else [f"z{len(net.layers)}"]
    figure = _figure("network", layout="nop", splines="line", pad="0.1")  # nop: places are given, arrows are found
    figure.node_attr.update(fixedsize="shape", width="1.1667", height="1.1667", fontsize="26")
    place: dict[str, tuple[float, float]] = {}

    def pin(name: str, x: float, y: float, label: str, kind: str, shape: str = "circle", **attributes: str) -> None:
        place[name] = x, y
        _node(figure, name, _subscripted(label), kind, pos=f"{x:.1f},{y:.1f}", shape=shape, **attributes)

    x, floor = 0.0, -49.0 * (max(counts) - 1) - SMALL
    for i, name in enumerate(names[0]):
        pin(name, x, 49.0 * (counts[0] - 1) - 98.0 * i, name, "neuron")
    for k, layer in enumerate(net.layers, 1):
        hidden, (nin, nout) = k < len(net.layers), (counts[k - 1], counts[k])
        color, gap = ORANGE if hidden else GREEN, 272.0 + 12.0 * max(0, nin + nout - 4)
        pin(f"B{k}", x + 0.52 * gap + 20.0 * (k > 1), floor, f"B{k}", "bias", width="0.6111", height="0.6111",
            fontsize="15", fillcolor=color)  # fmt: skip
        x += gap
        for j, name in enumerate(names[k]):
            y = 49.0 * (nout - 1) - 98.0 * j
            pin(name, x, y, "" if hidden else name, "neuron", fillcolor=color)
            if hidden:
                _cut(figure, name, x, y)
                half = {"width": "0.47", "height": "0.29", "style": "solid", "fontsize": "18"}
                pin(f"z{k}_{j + 1}", x - 19, y + 13, f"z{k}_{j + 1}", "half", "box", **half)
                pin(f"a{k}_{j + 1}", x + 15, y - 15, f"a{k}_{j + 1}", "half", "box", **half)
            at = 0.38 if 1 in (nin, nout) else 0.2 + 0.4 * j / nout  # labels of one neuron's arrows side by side
            weights = [(source, row[j].label, RADIUS, at) for source, row in zip(names[k - 1], layer.W, strict=True)]
            for source, label, radius, at in (*weights, (f"B{k}", layer.B[j].label, SMALL, 0.45)):
                arrow = {"color": color, "penwidth": "1.2", "headport": "w", "tooltip": label}
                _arrow(figure, source, name, label, **arrow)
                if nin * nout <= 12:
                    dx, dy = x - RADIUS - place[source][0], y - place[source][1]
                    share = at + (1.0 - at) * radius / hypot(dx, dy)  # `at` counts from the rim
                    angle = round(-degrees(atan2(dy, dx)))
                    turn = f"weight turn{'m' * (angle < 0)}{abs(angle)}"
                    pin(label, place[source][0] + share * dx, place[source][1] + share * dy, label, turn, "box", height="0.29",
                        width=f"{0.12 * len(label):.2f}", fontsize="19", fontcolor=color, fillcolor="white")  # fmt: skip
    return figure


def _cut(figure: Figure, name: str, x: float, y: float) -> None:
    """The white diagonal of a neuron, between two points that cannot be seen."""
    for end, shift in (("l", -29.0), ("r", 29.0)):
        point = {"shape": "point", "width": "0.01", "height": "0.01", "style": "invis", "class": "cut"}
        figure.node(f"{name}{end}", "", pos=f"{x + shift:.1f},{y + shift:.1f}", **point)
    line = {"color": "white", "dir": "none", "penwidth": "1.5", "class": "cut", "id": f"cut_{name}"}
    figure.edge(f"{name}l", f"{name}r", **line)


def _figure(name: str, format: str = "svg", **graph: str) -> Figure:
    font = {"fontname": "Helvetica"}
    node = {"style": "filled", "penwidth": "0", "fillcolor": BLUE, "fontcolor": "white"}
    graph = {"bgcolor": "white", "id": name, "tooltip": " ", **graph}
    edge = {"color": BLUE, "arrowsize": "0.8"}
    figure: Figure = Figure(name, format=format, graph_attr=font | graph, node_attr=font | node, edge_attr=font | edge)
    return figure


def _node(figure: Figure, name: str, label: str, kind: str, **attributes: str) -> None:
    figure.node(name, _text(label), id=f"n_{name}", **{"class": kind, "tooltip": _text(label) or " "} | attributes)


def _box(figure: Figure, name: str, lines: list[str], kind: str) -> None:
    # Signs that the font lacks measure nothing, so the width is given: 1 em for a wide sign, 0.6 for another.
    ems = max(sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.6 for sign in line) for line in lines)
    _node(figure, name, "\n".join(lines), kind, shape="box", width=f"{ems * 12 / 72 + 0.2:.2f}", fontsize="12")


def _arrow(figure: Figure, tail: str, head: str, name: str, **attributes: str) -> None:
    figure.edge(tail, head, id=f"f_{name}", **{"class": "fwd", "tooltip": f"{tail} → {head}"} | attributes)


def _back(figure: Figure, operand: str, result: str, label: str, name: str, **attributes: str) -> None:
    # Declared forward and drawn back: a reversed edge would pull the layout apart.
    red = {"color": RED, "fontcolor": RED, "fontsize": "12", "dir": "back", "class": "bwd", "tooltip": label}
    figure.edge(operand, result, label, id=f"b_{name}", **red | attributes)


def _text(text: str) -> str:
    """A label that shows just these signs: Graphviz reads backslashes, `&` and a leading `<` as its own."""
    return graphviz.nohtml(text.replace("\\", "\\\\").replace("&", "&amp;").replace("\n", "\\n"))


def _subscripted(label: str) -> str:
    """`w1_11` → w1₁₁, `w2_1_11` → w2₁,₁₁."""
    base, *indices = label.split("_")
    return base + ",".join(index.translate(_SUBSCRIPTS) for index in indices)
