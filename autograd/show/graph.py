"""Graphs as in the document: boxes are values, blue circles operations, red arrows the way back."""

from itertools import pairwise
from math import isclose, isnan

from graphviz import Digraph

from autograd.core.checks import check_flag, check_known, check_whole
from autograd.core.diagnosis import told
from autograd.core.graph import depending_on, operand_values, printable, recorded_partials
from autograd.core.tracking import number_left, peek, peek_grad
from autograd.core.value import Value
from autograd.derivative_graphs import has_changed
from autograd.show.figure import (
    SVG,
    Element,
    Figure,
    add_arrow,
    add_backward_arrow,
    add_box,
    add_node,
    begin,
)
from autograd.show.folding import LIMIT, Graph, Item, Use, shown
from autograd.show.key import key
from autograd.show.layout import SMALLER, LayoutError
from autograd.show.spelling import Spelling
from autograd.show.style import DOCUMENT, Style
from autograd.show.wrapping import Rows

__all__ = ["draw", "draw_dot", "trace"]

SMALL_GRAPH = 100  # arrows of a graph that shows itself in a notebook
ROUNDING = 1e-9  # of a gradient, which is a sum in one order or another
ADDED_UP = "gradients of leaves add up over backward() calls; zero_grad() clears them"


def draw(
    root: Value,
    *,
    backward: bool = False,
    format: str = "svg",
    rankdir: str = "LR",
    edges: str = "derivative",
    highlight: Value | None = None,
    group: str | None = None,
    depth: int | None = None,
    max_nodes: int = LIMIT,
    style: Style = DOCUMENT,
) -> Figure:
    """Draw the graph below a Value, as a figure that a notebook shows.

    Boxes are Values: their label (or a name such as `v1`), data, and grad once `backward()` has
    run. Circles are operations. Arrows lead from operands to results, in the order of operands. A
    chain of many operations goes on in the next row. The caption says what a reader has to know,
    such as that gradients of leaves have added up.

    A graph with more than `max_nodes` Values is drawn in short. First, terms of a sum that are
    alike are drawn once, and the others are counted. If that is not enough, operations of a layer
    that do the same are drawn as one.

    Arguments:

    - `root`: the Value whose graph is drawn.
    - `backward`: True draws red arrows too, from each operation back to its operands. False by
      default.
    - `format`: the format of the image, as Graphviz names them: "svg", the default, "png", "pdf",
      ….
    - `rankdir`: the direction: "LR", from left to right, the default, or "TB", from top to bottom.
    - `edges`: what red arrows say. "derivative", the default, is the local derivative as a number;
      "formula" is its formula; "contribution" is the derivative times the grad of the result, which
      is what the arrow adds to the grad of the operand.
    - `highlight`: a Value in the graph. What lies on no path from it to `root` is faded. None by
      default.
    - `group`: "sample" draws terms of a sum that are alike once, such as those of the samples in a
      batch; "layer" also draws operations of a layer that do the same as one. None, the default,
      does so only where the graph is large.
    - `depth`: draws only what is at most so many operations away from `root`, from 0. None, the
      default, draws all.
    - `max_nodes`: how many boxes are drawn at most, from 1; 300 by default.
    - `style`: how it looks, an `autograd.show.style.Style`; the document's by default.

    Returns a `Figure`. Where there are more boxes than `max_nodes` even in short, `source` has the
    DOT text, but rendering raises a `LayoutError`.

    Raises:

    - `TypeError` if `root` or `highlight` is no Value, and for a flag or number of the wrong kind.
    - `ValueError` for an option that is not one of these, for contributions before `backward()` has
      run, and if `root` does not depend on `highlight`.

    >>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
    >>> y = (x * w + b).tanh()
    >>> y.label = "y"
    >>> y.backward()
    >>> draw(y, backward=True)
    <Figure: Computation graph of y, 6 values, 3 of them results>
    """
    check_flag("backward", backward)
    check_whole("max_nodes", max_nodes, least=1)
    _check_options(rankdir, edges, group, depth)
    graph = Graph(root)
    number_left("{} was drawn", root.label)
    if backward and edges == "contribution" and not graph.has_gradients:
        raise ValueError("contributions are known after backward() has run")
    items, omissions = shown(graph, group, depth, max_nodes)
    lit = None if highlight is None else _paths(graph, highlight)
    figure = Figure("graph", format=format, style=style)
    _begin(figure, rankdir, graph, _remarks(graph, items, omissions, highlight))
    drawing = _Drawing(figure, graph, edges if backward else "", lit)
    if 0 < len(items) <= max_nodes:
        drawing.fill(items)
    else:
        figure.refusal = _refusal(graph.size, max_nodes)
        figure.content = lambda: drawing.fill(items or shown(graph, "whole", None, 0)[0])
    return figure


def _check_options(rankdir: str, edges: str, group: str | None, depth: int | None) -> None:
    check_known("rankdir", rankdir, ("LR", "TB"))
    check_known("kind of edges", edges, ("derivative", "contribution", "formula"))
    check_known("group", group or "sample", ("sample", "layer"))
    if depth is not None and check_whole("depth", depth) < 0:
        raise ValueError(f"depth counts operations from the root, got {depth}")


def _paths(graph: Graph, highlight: Value) -> set[Value]:
    """What is highlighted, and all between it and the root."""
    if not isinstance(highlight, Value):
        raise TypeError(f"what is highlighted is a Value, got {told(highlight)}")
    lit = depending_on([highlight], graph.operations)
    if graph.root not in lit:
        raise ValueError("the graph does not depend on the Value to highlight")
    return lit


def _remarks(graph: Graph, items: list[Item], omissions: str, highlight: Value | None) -> str:
    """What a reader has to know of a drawing, as its caption."""
    remarks = []
    drawn = [value for item in items for value in item.values if value.operands]
    if any(map(has_changed, drawn)):
        remarks.append("data changed after this was recorded: not all numbers are of one moment")
    if not graph.has_gradients:
        remarks.append("no gradient yet: backward() has not run")
    elif any(_is_of_another(value, graph) for value in drawn):
        remarks.append("grad is not that of this result: another backward() has run since")
    elif peek_grad(graph.root) != 1.0:
        remarks.append(f"gradients are times {peek_grad(graph.root):.6g}, that of this result")
    elif any(_has_added_up(leaf, graph) for item in items for leaf in item.values):
        remarks.append(ADDED_UP)
    if omissions:
        remarks.append(omissions)
    if highlight is not None and not any(highlight in item.values for item in items):
        remarks.append("what is highlighted is not drawn")
    return "; ".join(remarks)


def _is_of_another(value: Value, graph: Graph) -> bool:
    """Whether the gradient that a result has is not that of the root which is drawn."""
    own = graph.sweep.adjoints.get(value, 0.0)
    grad = peek_grad(value)
    return grad != own and not (isnan(grad) and isnan(own))


def _has_added_up(value: Value, graph: Graph) -> bool:
    """Whether a leaf has another gradient than this root's alone gives it, and was not cleared."""
    if value.operands or not peek_grad(value):
        return False
    own = graph.sweep.adjoints.get(value, 0.0)
    return not isclose(peek_grad(value), own, rel_tol=ROUNDING) and not isnan(own)


def _begin(figure: Figure, rankdir: str, graph: Graph, remarks: str) -> None:
    root = graph.root
    counts = f"{graph.size:,} values, {len(graph.operations):,} of them results"
    figure.heading = f"Computation graph of {printable(str(root.label)) or repr(peek(root))}"
    figure.description = f"{counts}; {remarks}" if remarks else counts
    begin(
        figure,
        rankdir=rankdir,
        nodesep="0.25",
        ranksep="0.4",
        bgcolor=figure.style.graph_paper,
        label=remarks,
        fontsize=f"{figure.style.caption_text}",
        fontcolor=figure.style.caption,
    )


def _refusal(size: int, max_nodes: int) -> str:
    counts = f"this graph has {size:_} nodes; at most {max_nodes:_} are drawn. "
    return counts.replace("_", " ") + SMALLER


class _Drawing:
    """The figure of a graph, to be filled with items.

    `edges` is what red arrows say, nothing if there are none; `lit` what is not faded, None if
    all of it is.
    """

    def __init__(self, figure: Figure, graph: Graph, edges: str, lit: set[Value] | None) -> None:
        self.figure = figure
        self.style = figure.style
        self.graph = graph
        self.edges = edges
        self.lit = lit
        self.nodes: dict[Item, str] = {}
        self.again: dict[tuple[Item, int], str] = {}  # what a row reads from others, by its number
        self.roles: set[str] = set()

    def fill(self, items: list[Item]) -> None:
        self.root = items[-1]
        self.names = self.graph.names()
        self.rows = Rows(items, backward=bool(self.edges))
        for i, item in enumerate(items, 1):
            self.nodes[item] = f"n{i}"
        for item in items:
            element = self.add_item(item)
            for value in item.values:
                self.figure.elements[value] = element
        if self.again:
            self.align_rows(items[0])
        if max(len(items), len(self.again)) > LIMIT:  # a layout less perfect, but within the time
            self.figure.graph_attr.update(nslimit="0.1", nslimit1="0.1")
        if len(self.again) > LIMIT:  # to untangle so many takes half of it
            self.figure.graph_attr["mclimit"] = "0.1"
        if self.style.legend:
            caption = self.figure.graph_attr["label"]
            self.figure.graph_attr["label"] = key(self.style, self.roles, caption)

    def add_item(self, item: Item) -> Element:
        box = self.add_box(self.nodes[item], self.lines(item), self.role(item), item)
        if not item.uses:
            return Element(box)
        circle = self.add_circle(item)
        arrow = self.add_result_arrow(item)
        forward = []
        backward = []
        for place in range(len(item.uses)):
            forward.append(self.add_forward(item, place))
            backward.append(self.add_backward(item, place))
        return Element(box, circle, arrow, tuple(forward), tuple(backward))

    def add_box(self, node: str, lines: list[str], role: str, item: Item) -> str:
        """Draw a box that is faded if its item is."""
        self.roles.add(role)
        look = self.node_look(item)
        return add_box(self.figure, node, lines, role, **look)

    def add_circle(self, item: Item) -> str:
        return add_node(
            self.figure,
            self.circle(item),
            item.sign,
            "op",
            shape="circle",
            width="0.5",
            margin="0.02",
            ordering="in",
            fontsize=f"{self.style.circle_text}",
            **self.node_look(item),
        )

    def add_result_arrow(self, item: Item) -> str:
        """Draw the arrow from the circle of an operation to the box of its result."""
        node = self.nodes[item]
        look = self.node_look(item)
        return add_arrow(self.figure, self.circle(item), node, node, **look)

    def add_forward(self, item: Item, place: int) -> str:
        """Draw the arrow from something that an item is drawn from."""
        use = item.uses[place]
        look = self.arrow_look(item, use)
        if use.arrows > 1:
            look = self.count_look(use.arrows) | look
        return add_arrow(
            self.figure,
            self.source(item, place),
            self.circle(item),
            f"{self.nodes[item]}_{place}",
            **look,
        )

    def add_backward(self, item: Item, place: int) -> str | None:
        """Draw the red arrow beside it, if there is a derivative by one operand."""
        use = item.uses[place]
        source = use.source
        if not self.edges or use.slot is None or isinstance(source, float):
            return None
        node = item.values[0]
        if use.slot >= len(node.op.partials):
            return None  # what the row is no function of, such as the condition of a `where`
        return add_backward_arrow(
            self.figure,
            self.beginning(source, item),
            self.circle(item),
            self.derivative(node, use.slot, source.values[0]),
            f"{self.nodes[item]}_{place}",
            **self.arrow_look(item, use),
        )

    def align_rows(self, first: Item) -> None:
        """Let what all rows begin with stand in one column, in order, and their first circles."""
        beginnings = [self.nodes[first], *self.again_first()]
        circles = [self.circle(item) for item in self.rows.starts]
        columns = [beginnings, circles]
        if self.rows.are_cut_anywhere:  # much is named again, at no fixed place: rows would mingle
            for pair in self.rows.below_each_other():
                columns.append([self.circle(item) for item in pair])
        for nodes in columns:  # `with figure.subgraph():` would copy all that is drawn, each time
            column = Digraph(graph_attr={"rank": "same"}, edge_attr={"style": "invis"})
            column.edges(pairwise(nodes))
            self.figure.subgraph(column)

    def again_first(self) -> list[str]:
        """The box that each row but the first begins with: the latest of those named again."""
        latest: dict[int, tuple[Item, int]] = {}
        for source, row in self.again:
            known = latest.get(row)
            if known is None or self.rows.levels[source] > self.rows.levels[known[0]]:
                latest[row] = (source, row)
        return [self.again[latest[row]] for row in sorted(latest)]

    def circle(self, item: Item) -> str:
        return f"{self.nodes[item]}_op"

    def source(self, item: Item, place: int) -> str:
        """The node of what an item is drawn from; a number gets one for each use."""
        source = item.uses[place].source
        if isinstance(source, Item):
            return self.beginning(source, item)
        node = f"{self.nodes[item]}_c{place}"
        self.add_box(node, [self.number(source)], "constant", item)
        return node

    def beginning(self, source: Item, item: Item) -> str:
        """The node that an arrow leads from: a box of the same row, or the name of it there."""
        row = self.rows.row(item)
        if self.rows.row(source) == row:
            return self.nodes[source]
        if (source, row) not in self.again:
            self.again[source, row] = self.add_again(source, row)
        return self.again[source, row]

    def add_again(self, source: Item, row: int) -> str:
        """Name once more in a row what stands in one before."""
        node = f"{self.nodes[source]}_again"
        if self.rows.are_cut_anywhere:
            node += f"_{row}"
        look = self.node_look(source) | {
            "style": "dashed,rounded",
            "color": self.style.caption,
            "fontcolor": self.style.caption,
            "penwidth": f"{self.style.weight_pen:g}",
        }
        add_box(self.figure, node, self.lines(source)[:1], "intermediate", **look)
        return node

    def is_lit(self, end: Item | float) -> bool:
        if self.lit is None:
            return True
        if isinstance(end, float):
            return False
        values = end.values or end.hidden
        return not self.lit.isdisjoint(values)

    def node_look(self, item: Item) -> dict[str, str]:
        if self.is_lit(item):
            return {}
        faded = self.style.faded
        return {"color": faded, "fillcolor": faded}

    def arrow_look(self, item: Item, use: Use) -> dict[str, str]:
        look = {}
        if not (self.is_lit(item) and self.is_lit(use.source)):
            look["color"] = look["fontcolor"] = self.style.faded
        return look

    def count_look(self, arrows: int) -> dict[str, str]:
        """What an arrow says that stands for several."""
        return {
            "label": f"×{arrows}",
            "fontsize": f"{self.style.arrow_text}",
            "fontcolor": self.style.caption,
        }

    def role(self, item: Item) -> str:
        if not item.values:
            return "folded"
        if item.uses:
            return "output" if item is self.root else "intermediate"
        return "parameter" if item.values[0].trained else "leaf"

    def lines(self, item: Item) -> list[str]:
        """What the box of an item says."""
        if not item.values:
            return [item.text]
        first = item.values[0]
        name = self.names[first]
        if len(item.values) > 1:
            return [f"{name} …", f"{len(item.values):,} values"]
        lines = [name, f"data {self.number(peek(first))}"]
        if self.graph.has_gradients:
            lines.append(f"grad {self.number(peek_grad(first))}")
        return lines

    def derivative(self, node: Value, slot: int, operand: Value) -> str:
        """What a red arrow says of the derivative by an operand, or by a term of a folded sum."""
        if self.edges == "formula":
            formula = Spelling(self.names, {}).derivative(node, slot, factor=False)
            return f"∂/∂{self.names[operand]} = {formula}"
        if self.edges == "contribution":
            return self.number(self.graph.sweep.contribution(node, slot))
        return self.number(recorded_partials(node)[slot])

    def number(self, x: float) -> str:
        return f"{x:.{self.style.digits}g}"


def small_picture(root: Value) -> str | None:
    """The graph below a Value as SVG, if it is small: what Jupyter shows of it."""
    graph = Graph(root)
    arrows = sum(len(node.operands) for node in graph.operations)
    if not 0 < arrows <= SMALL_GRAPH:
        return None
    try:
        return str(draw(root)._repr_mimebundle_()[SVG])
    except LayoutError:
        return None


def draw_dot(root: Value, format: str = "svg", rankdir: str = "LR") -> Figure:
    """Draw a graph by micrograd's name and arguments: the same as `draw` without red arrows.

    Arguments:

    - `root`: the Value whose graph is drawn.
    - `format`: the format of the image, as Graphviz names them; "svg" by default.
    - `rankdir`: "LR", from left to right, the default, or "TB", from top to bottom.

    Returns a `Figure`. Raises what `draw` raises.

    >>> x = Value(3.0, "x")
    >>> y = x * x + 1.0
    >>> y.backward()
    >>> draw_dot(y)
    <Figure: Computation graph of 10.0, 3 values, 2 of them results>
    """
    return draw(root, format=format, rankdir=rankdir)


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """List the Values and the edges of a graph, as micrograd's function of this name does.

    Arguments:

    - `root`: the Value that the graph ends in.

    Returns two lists: the Values, leaves first and operands before results; and the edges as pairs
    of operand and result. A Value that an operation uses twice has two edges.

    Raises:

    - `TypeError` if `root` is no Value.

    >>> x = Value(3.0, "x")
    >>> nodes, edges = trace(x * x)
    >>> [node.data for node in nodes], len(edges)
    ([3.0, 9.0], 2)
    """
    graph = Graph(root)
    nodes = [*graph.leaves, *graph.operations]
    edges = [(operand, node) for node in graph.operations for operand in operand_values(node)]
    return nodes, edges
