"""Networks as in the document: matrix by matrix, and neuron by neuron."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import atan2, degrees, hypot
from typing import Any, NamedTuple

from autograd.core.checks import check_flag
from autograd.core.diagnosis import first_few, told
from autograd.core.graph import printable
from autograd.core.value import Value
from autograd.nn import MLP, Layer, Module, Neuron
from autograd.show.figure import Figure, add_arrow, add_backward_arrow, add_node, begin, escaped
from autograd.show.pinned import (
    NEURON,
    PITCH,
    Circle,
    Column,
    Place,
    column,
    drawn_units,
    inches,
    pin,
)
from autograd.show.style import DOCUMENT, Style

__all__ = ["draw_layers", "draw_network"]

# Of a network that is drawn without being asked for: layers, and weights with an arrow.
DEEPEST = 8
MOST_ARROWS = 300  # 160 kB of SVG

# In the figure of neurons, in points.
BIAS = 22.0  # radius of a bias's circle
DOT = 3.5  # and of each dot of a ⋮
DIAGONAL = 29.0  # from a neuron's centre to the ends of its diagonal, across and up
ABOVE = (-19.0, 13.0)  # from a neuron's centre to the name of its weighted sum
BELOW = (15.0, -15.0)  # and to that of its activation

# DOT has its own use for many signs, and of two nodes with one name it makes one.
_DOCUMENT_NAME = re.compile(r"[wb]\d+_\d+(_\d+)?", re.ASCII)


def draw_layers(net: MLP, *, backward: bool = False, style: Style = DOCUMENT) -> Figure:
    """Draw a network matrix by matrix, as the document's forward graph.

    Boxes are matrices, such as W1 or A1; circles are what is computed of them, up to the loss.

    Arguments:

    - `net`: the `MLP` to draw.
    - `backward`: True draws the derivatives too, as red arrows from right to left. False by
      default.
    - `style`: how it looks, an `autograd.show.style.Style`; the document's by default.

    Returns a `Figure`.

    Raises:

    - `TypeError` if `net` is no `MLP` of layers, or `backward` is neither True nor False.

    >>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    >>> draw_layers(net, backward=True)
    <Figure: backward, 1-3-1>
    """
    check_flag("backward", backward)
    _check_network("draw_layers", net)
    figure = Figure("backward" if backward else "forward", format="svg", style=style)
    begin(figure, rankdir="LR", nodesep="0.45", ranksep="0.35")
    figure.node_attr.update(
        fixedsize="shape", width="0.78", height="0.78", fontsize=f"{style.matrix_text}"
    )
    row = _Matrices(figure, backward)
    for k, layer in enumerate(net.layers, 1):
        row.add_layer(k, layer)
    row.add_loss()
    figure.description = _told(net)
    return figure


class _Matrices:
    """The figure of a network by matrices: its main line from X on, one step after the other."""

    def __init__(self, figure: Figure, backward: bool) -> None:
        self.figure = figure
        self.backward = backward
        self.signal = "X"
        self.add_matrix("X", group="main")

    def add_layer(self, k: int, layer: Layer) -> None:
        weights = f"W{k}"
        biases = f"B{k}"
        weighted_sum = f"Z{k}"
        circle = f"C{k}"
        self.add_column(weights, biases)
        self.add_step(circle, f"{self.signal}·{weights}\n+{biases}", weighted_sum)
        for matrix, side in ((weights, "n"), (biases, "s")):
            self.add_matrix(matrix)
            add_arrow(self.figure, matrix, circle, f"{matrix}_{circle}")
            self.add_derivative(matrix, weighted_sum, "e", side)
        activation = layer.activation
        if activation == "sigmoid":
            self.add_step(f"S{k}", "S\nSigmoid", f"A{k}")
        elif activation != "linear":
            self.add_step(f"S{k}", activation, f"A{k}")

    def add_loss(self) -> None:
        label = f"{self.signal}−Y" if self.backward else "MSE"
        self.add_step("M", label, "Loss")

    def add_column(self, weights: str, biases: str) -> None:
        """Place the weights above the signal and the biases below it."""
        column = self.figure.subgraph(
            graph_attr={"rank": "same"},
            edge_attr={"style": "invis"},
        )
        with column as edges:
            edges.edge(weights, self.signal)
            edges.edge(self.signal, biases)

    def add_step(self, circle: str, label: str, result: str) -> None:
        """Draw one operation on the signal; its result is the signal from then on."""
        operand = self.signal
        add_node(
            self.figure,
            circle,
            label,
            "op",
            shape="circle",
            fontsize=f"{self.figure.style.circle_text}",
            group="main",
        )
        self.add_matrix(result, group="main")
        add_arrow(self.figure, operand, circle, f"{operand}_{circle}", weight="100")
        add_arrow(self.figure, circle, result, f"{circle}_{result}", weight="100")
        # Above a box one arrow arrives, at its right; from its left and its middle others depart.
        self.add_derivative(operand, result, "ne", "nw")
        self.signal = result

    def add_matrix(self, name: str, **attributes: str) -> None:
        add_node(self.figure, name, name, "value", shape="box", **attributes)

    def add_derivative(self, operand: str, result: str, side: str, result_side: str) -> None:
        """Draw a red arrow from a side of the result back to one of the operand."""
        if not self.backward or operand == "X":
            return
        add_backward_arrow(
            self.figure,
            f"{operand}:{side}",
            f"{result}:{result_side}",
            f"d{result}/d{operand}",
            f"{result}_{operand}",
            weight="0",
        )


class NeuronElement(NamedTuple):
    """What draws one neuron, by the ids that its parts have in the SVG.

    Attributes:

    - `circle`: the circle.
    - `weighted_sum`: the name of its weighted sum. In a last layer that is linear this is the text
      of the circle.
    - `activation`: the name of its activation; None in a last layer that is linear.
    - `diagonal`: the line between the two names; None there too.
    """

    circle: str
    weighted_sum: str
    activation: str | None = None
    diagonal: str | None = None


class WeightElement(NamedTuple):
    """What draws one weight or bias, by the ids that its parts have in the SVG.

    Attributes:

    - `arrow`: the arrow.
    - `name`: the name on the arrow; None where names are left to the tooltips.
    """

    arrow: str
    name: str | None


class NetworkFigure(Figure):
    """The drawing of a network, which says which parts of the SVG draw which neuron and weight.

    Arguments:

    - `arguments` and `options`: as for `Figure`.

    Attributes:

    - `neurons`: a `NeuronElement` for each `Neuron` that is drawn.
    - `weights`: a `WeightElement` for each weight and bias that is drawn.

    >>> figure = draw_network(MLP(1, [3, 1], seed=0))
    >>> len(figure.neurons), len(figure.weights)
    (4, 10)
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.neurons: dict[Neuron, NeuronElement] = {}
        self.weights: dict[Value, WeightElement] = {}
        self._named: set[str] = set()

    def node_of(self, label: str, source: Circle, target: Circle) -> str:
        """The name in DOT of a weight: its label if that is of the document's kind, and new."""
        is_free = label not in self._named
        self._named.add(label)
        is_plain = _DOCUMENT_NAME.fullmatch(label)
        return label if is_plain and is_free else f"{source.name}_{target.name}"


def draw_network(net: MLP, *, style: Style = DOCUMENT) -> NetworkFigure:
    """Draw a network neuron by neuron, as the document's first figure.

    A neuron shows its weighted sum z and its activation a; in a last layer that is linear, z alone.
    Arrows are weights. Their names stand on the arrows in a layer of up to 12 weights if it has one
    input or one unit, and of up to 6 weights if arrows cross. In larger layers the names are in the
    tooltips. Of more than 12 inputs or units the first and the last four are drawn, and ⋮ for the
    others.

    Arguments:

    - `net`: the `MLP` to draw.
    - `style`: how it looks, an `autograd.show.style.Style`; the document's by default.

    Returns a `NetworkFigure`: a `Figure` whose `neurons` and `weights` say which parts of the SVG
    draw which.

    Raises:

    - `TypeError` if `net` is no `MLP` of layers.

    >>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    >>> draw_network(net)
    <NetworkFigure: network, 1-3-1>
    >>> draw_network(net).weights[net.layers[0].W[0][0]]
    WeightElement(arrow='network_f_w1_11', name='network_w1_11')
    """
    _check_network("draw_network", net)
    figure = NetworkFigure("network", format="svg", style=style)
    # With `nop`, places are given and arrows are found.
    begin(figure, layout="nop", splines="line", pad="0.1")
    figure.node_attr.update(
        fixedsize="shape",
        width=inches(2 * NEURON),
        height=inches(2 * NEURON),
        fontsize=f"{style.neuron_text}",
    )
    _fill(figure, net)
    figure.description = _told(net)
    return figure


def _check_network(function: str, net: Any) -> None:
    """Raise TypeError for what is no network of layers, with what to draw instead."""
    if not isinstance(net, MLP):
        inside = [path for path, _ in networks_in(net)] if isinstance(net, Module) else []
        hint = f": draw what it holds, its {first_few(inside)}" if inside else ""
        raise TypeError(f"{function} draws an MLP, got {told(net)}{hint}")
    others = [layer for layer in net.layers if not isinstance(layer, Layer)]
    if others:
        raise TypeError(f"{function} draws an MLP of layers, got one with {told(others[0])}")


def networks_in(net: Module) -> Iterator[tuple[str, MLP]]:
    """A network, or those in a module, its lists and dicts, each once and with its path."""
    seen: dict[int, Any] = {}  # by id, as not everything can be hashed
    waiting: list[tuple[str, Any]] = [("", net)]
    while waiting:
        name, part = waiting.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        if isinstance(part, MLP):
            yield name, part
        else:
            inside = [(f"{name}.{key}" if name else str(key), x) for key, x in _inside(part)]
            waiting += reversed(inside)


def _inside(part: Any) -> Iterable[tuple[Any, Any]]:
    match part:
        case Module():
            return vars(part).items()
        case dict():
            return part.items()
        case list() | tuple():
            return enumerate(part)
    return ()


def is_small(net: MLP) -> bool:
    """Whether the figure of a network can be read: by its layers, and by the arrows that it has."""
    layers = net.layers
    if not 0 < len(layers) <= DEEPEST or not all(isinstance(layer, Layer) for layer in layers):
        return False
    widths = [len(layers[0].W), *map(_width, layers)]
    drawn = [sum(unit is not None for unit in drawn_units(width)) for width in widths]
    return sum(a * b for a, b in pairwise(drawn)) <= MOST_ARROWS


def _fill(figure: NetworkFigure, net: MLP) -> None:
    """Draw a network from left to right."""
    inputs = len(net.layers[0].W)
    tallest = max(len(drawn_units(count)) for count in (inputs, *map(_width, net.layers)))
    floor = -PITCH / 2 * max(tallest - 1, 2) - BIAS
    x = 0.0
    sources = column("x", inputs, x) if inputs > 1 else Column([Circle("X", Place(x, 0.0))])
    for circle in sources.circles:
        pin(figure, circle.name, circle.center, circle.name, "neuron", shape="circle")
    _add_others(figure, "x", sources, inputs, figure.style.node)
    for k, layer in enumerate(net.layers, 1):
        drawing = _LayerDrawing(figure, k, layer, is_last=k == len(net.layers))
        circles = len(sources.circles) + len(drawn_units(_width(layer)))
        gap = 272.0 + 12.0 * max(0, circles - 4)
        lead = 0.52 * gap
        if k > 1:
            lead += 20.0
        drawing.add_bias(Place(x + lead, floor))
        x += gap
        sources = drawing.add_neurons(sources, x)


def _told(net: MLP) -> str:
    """The inputs of a network and the units of its layers: 1-3-1."""
    widths = [len(net.layers[0].W), *map(_width, net.layers)]
    return "-".join(map(str, widths))


def _width(layer: Layer) -> int:
    return len(layer.B)


def _add_others(figure: Figure, letter: str, column: Column, count: int, colour: str) -> None:
    """Draw ⋮ for what is left out of a column, if anything is; its tooltip tells how much.

    It is three circles, as the font that graphviz-pure has for PNG lacks the sign.
    """
    if column.others is None:
        return
    left_out = count - len(column.circles)
    for i in (-1, 0, 1):
        pin(
            figure,
            f"{letter}_others_{2 - i}",
            column.others.moved(0.0, 5.0 * DOT * i),
            "",
            "others",
            shape="circle",
            width=inches(2 * DOT),
            height=inches(2 * DOT),
            fillcolor=colour,
            tooltip=f"⋮ {left_out:,} more",
        )


class _LayerDrawing:
    """One layer in the figure of a network: its bias, neurons and the arrows to them."""

    def __init__(self, figure: NetworkFigure, k: int, layer: Layer, is_last: bool) -> None:
        self.figure = figure
        self.style = figure.style
        self.k = k
        self.layer = layer
        self.is_bare = is_last and layer.activation == "linear"
        self.letter = f"z{k}" if self.is_bare else f"h{k}"
        self.colour = figure.style.output_layer if is_last else figure.style.hidden_layer

    def add_bias(self, center: Place) -> None:
        self.bias = Circle(f"B{self.k}", center, radius=BIAS)
        pin(
            self.figure,
            self.bias.name,
            center,
            self.bias.name,
            "bias",
            shape="circle",
            width=inches(2 * BIAS),
            height=inches(2 * BIAS),
            fontsize=f"{self.style.bias_text}",
            fillcolor=self.colour,
        )

    def add_neurons(self, sources: Column, x: float) -> Column:
        """Draw the neurons one below the other, each with its weights."""
        layer = self.layer
        weights = layer.W
        targets = self.column(x)
        count = len(targets.circles)
        for place, target in enumerate(targets.circles):
            unit = target.unit
            self.figure.neurons[layer.neurons[unit]] = self.add_neuron(target, unit + 1)
            share = _name_share(len(sources.circles), count, place)
            for source in sources.circles:
                self.add_weight(weights[source.unit][unit], source, target, share)
            bias_share = None if share is None else 0.45
            self.add_weight(layer.B[unit], self.bias, target, bias_share)
        _add_others(self.figure, self.letter, targets, _width(layer), self.colour)
        return targets

    def column(self, x: float) -> Column:
        count = _width(self.layer)
        if self.is_bare and count == 1:
            return Column([Circle(self.letter, Place(x, 0.0))])
        return column(self.letter, count, x)

    def add_neuron(self, circle: Circle, unit: int) -> NeuronElement:
        if self.is_bare:
            node = self.add_circle(circle, circle.name)
            return NeuronElement(node, node)
        return NeuronElement(
            circle=self.add_circle(circle, ""),
            diagonal=self.add_diagonal(circle),
            weighted_sum=self.add_half(f"z{self.k}_{unit}", circle.center.moved(*ABOVE)),
            activation=self.add_half(f"a{self.k}_{unit}", circle.center.moved(*BELOW)),
        )

    def add_circle(self, circle: Circle, label: str) -> str:
        return pin(
            self.figure,
            circle.name,
            circle.center,
            label,
            "neuron",
            shape="circle",
            fillcolor=self.colour,
        )

    def add_diagonal(self, circle: Circle) -> str:
        """Draw a line across a neuron, between two points that cannot be seen."""
        left = f"{circle.name}l"
        right = f"{circle.name}r"
        point = {"shape": "point", "width": "0.01", "height": "0.01", "style": "invis"}
        for end, offset in ((left, -DIAGONAL), (right, DIAGONAL)):
            pin(self.figure, end, circle.center.moved(offset, offset), "", "cut", **point)
        return add_arrow(
            self.figure,
            left,
            right,
            f"cut_{circle.name}",
            color=self.style.text,
            dir="none",
            penwidth=f"{self.style.diagonal_pen:g}",
            tooltip=" ",
        )

    def add_half(self, name: str, place: Place) -> str:
        """Write a name into a half of a neuron."""
        return pin(
            self.figure,
            name,
            place,
            name,
            "half",
            shape="box",
            width="0.47",
            height="0.29",
            style="solid",
            fontsize=f"{self.style.half_text}",
        )

    def add_weight(
        self,
        weight: Value,
        source: Circle,
        target: Circle,
        share: float | None,
    ) -> None:
        """Draw the arrow of a weight, and its name at a share of the way between the circles."""
        label = printable(str(weight.label))
        name = self.figure.node_of(label, source, target)
        arrow = add_arrow(
            self.figure,
            source.name,
            target.name,
            name,
            color=self.colour,
            penwidth=f"{self.style.weight_pen:g}",
            headport="w",
            tooltip=escaped(label) or " ",
        )
        written = None
        if share is not None:
            written = self.add_name(name, label, source, target, share)
        self.figure.weights[weight] = WeightElement(arrow, written)

    def add_name(self, name: str, label: str, source: Circle, target: Circle, share: float) -> str:
        """Write the name of a weight on its arrow, which ends at the left of a neuron."""
        right = target.center.x - NEURON - source.center.x
        up = target.center.y - source.center.y
        way = share + (1.0 - share) * source.radius / hypot(right, up)
        angle = round(-degrees(atan2(up, right)))
        return pin(
            self.figure,
            name,
            source.center.moved(way * right, way * up),
            label,
            f"weight turn{angle}",  # Figure turns it, as Graphviz cannot
            shape="box",
            width=f"{0.12 * len(label):.2f}",
            height="0.29",
            fontsize=f"{self.style.weight_text}",
            fontcolor=self.colour,
            fillcolor=self.style.paper,
        )


def _name_share(inputs: int, units: int, unit: int) -> float | None:
    """How far along its arrow the name of a weight stands; None where there are too many."""
    weights = inputs * units
    if 1 in (inputs, units):
        return 0.38 if weights <= 12 else None
    # Arrows cross: names are moved off the crossings.
    return 0.2 + 0.4 * unit / units if weights <= 6 else None
