"""The document's figures, point by point, parsed from the SVG; and graphs that can be read."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    MLP,
    Value,
    draw,
    draw_dot,
    draw_layers,
    draw_network,
    half_squared_error,
    trace,
)
from autograd.core.graph import below, names
from autograd.show.folding import Graph as DrawnGraph
from autograd.show.folding import shown
from autograd.show.layout import layout_programs
from autograd.show.style import BLUE, DOCUMENT, FADED, GREEN, ORANGE, RED
from tests.parsed import BACKENDS, Parsed
from tests.strategies import Graph, examples, graphs

CIRCLES = {"X": BLUE, "B1": ORANGE, "z2": GREEN, "B2": GREEN} | {
    f"h1_{j}": ORANGE for j in (1, 2, 3)
}
WEIGHTS = {
    "w1_11": "w1₁₁",
    "w1_12": "w1₁₂",
    "w1_13": "w1₁₃",
    "b1_1": "b1₁",
    "b1_2": "b1₂",
    "b1_3": "b1₃",
    "w2_11": "w2₁₁",
    "w2_21": "w2₂₁",
    "w2_31": "w2₃₁",
    "b2_1": "b2₁",
}


def test_circles_and_arrows_of_the_network_figure(net: MLP) -> None:
    figure = Parsed(draw_network(net))
    for name, color in CIRCLES.items():
        assert figure.nodes[name][:2] == ("circle", color)
    for name in ("X", "z2", "B1", "B2"):
        assert figure.nodes[name].lines == [name]
    arrows = {edge.ends: edge.color for edge in figure.edges if edge.color != "WHITE"}
    first = {(source, f"h1_{j}"): ORANGE for source in ("X", "B1") for j in (1, 2, 3)}
    second = {(source, "z2"): GREEN for source in ("h1_1", "h1_2", "h1_3", "B2")}
    assert arrows == first | second
    assert not any(edge.back for edge in figure.edges)


def test_names_in_the_network_figure(net: MLP) -> None:
    figure = Parsed(draw_network(net))
    assert {name: figure.nodes[name].lines for name in WEIGHTS} == {
        name: [text] for name, text in WEIGHTS.items()
    }
    turned = {name: figure.turned[name] for name in ("w1_11", "w1_12", "w1_13", "b2_1")}
    assert turned["w1_11"] < turned["w1_12"] == 0.0 < turned["w1_13"]
    assert turned["b2_1"] < -45.0


@pytest.mark.parametrize("j", [1, 2, 3])
def test_a_diagonal_divides_a_neuron(net: MLP, j: int) -> None:
    figure = Parsed(draw_network(net))
    x, y = figure.places[f"h1_{j}"]
    z = figure.places[f"z1_{j}"]
    a = figure.places[f"a1_{j}"]
    assert z[0] < x < a[0]  # z above on the left, a below on the right
    assert a[1] < y < z[1]
    assert (f"h1_{j}l", f"h1_{j}r") in [edge.ends for edge in figure.colored("WHITE")]
    assert figure.nodes[f"z1_{j}"].lines == [f"z1{'₀₁₂₃'[j]}"]


def test_places_in_the_network_figure(net: MLP) -> None:
    places = Parsed(draw_network(net)).places
    columns = [places[name][0] for name in ("X", "h1_2", "z2")]
    assert columns == sorted(columns)
    assert places["X"][1] == places["h1_2"][1]
    rows = [places[name][1] for name in ("h1_1", "h1_2", "h1_3", "B1")]
    assert rows == sorted(rows, reverse=True)
    assert len({*rows}) == 4


OPERATIONS = {"C1", "S1", "C2", "M"}
VALUES = {"X", "W1", "B1", "Z1", "A1", "W2", "B2", "Z2", "Loss"}
MAIN = ["X", "C1", "Z1", "S1", "A1", "C2", "Z2", "M", "Loss"]
FORWARD = {*pairwise(MAIN)} | {("W1", "C1"), ("B1", "C1"), ("W2", "C2"), ("B2", "C2")}
BACKWARD = {
    ("W1", "Z1"): "dZ1/dW1",
    ("B1", "Z1"): "dZ1/dB1",
    ("Z1", "A1"): "dA1/dZ1",
    ("W2", "Z2"): "dZ2/dW2",
    ("B2", "Z2"): "dZ2/dB2",
    ("A1", "Z2"): "dZ2/dA1",
    ("Z2", "Loss"): "dLoss/dZ2",
}


@pytest.mark.parametrize("backward", [False, True])
def test_shapes_and_texts_of_the_forward_and_backward_figures(net: MLP, backward: bool) -> None:
    figure = Parsed(draw_layers(net, backward=backward))
    shapes = dict.fromkeys(VALUES, "box") | dict.fromkeys(OPERATIONS, "circle")
    assert {name: node.shape for name, node in figure.nodes.items()} == shapes
    assert {node.fill for node in figure.nodes.values()} == {BLUE}
    texts = {name: name for name in VALUES} | {
        "C1": "X·W1 +B1",
        "S1": "S Sigmoid",
        "C2": "A1·W2 +B2",
        "M": "Z2−Y" if backward else "MSE",
    }
    assert {name: " ".join(node.lines) for name, node in figure.nodes.items()} == texts


@pytest.mark.parametrize("backward", [False, True])
def test_arrows_of_the_forward_and_backward_figures(net: MLP, backward: bool) -> None:
    figure = Parsed(draw_layers(net, backward=backward))
    assert {edge.ends for edge in figure.colored(BLUE, back=False)} == FORWARD
    red = {edge.ends: edge.texts[0] for edge in figure.colored(RED, back=True)}
    assert red == (BACKWARD if backward else {})
    assert len(figure.edges) == len(FORWARD) + len(red)
    main = [figure.places[name] for name in MAIN]
    assert main == sorted(main)
    assert len({round(y) for _, y in main}) == 1
    assert figure.places["W1"][1] > figure.places["X"][1] > figure.places["B1"][1]


@pytest.mark.parametrize(
    ("nin", "nouts"), [(1, [1]), (3, [1, 1]), (2, [4, 3, 2]), (12, [12] * 5 + [12])]
)
def test_other_networks_draw(nin: int, nouts: list[int]) -> None:
    net = MLP(nin, nouts, activation="tanh", seed=0)
    figure = Parsed(draw_network(net))
    arrows = [edge for edge in figure.edges if edge.color != "WHITE"]
    assert len(arrows) == len(net.parameters())
    circles = [name for name, node in figure.nodes.items() if node.shape == "circle"]
    neurons = [name for name in circles if re.fullmatch(r"h\d+_\d+", name)]
    assert len(neurons) == sum(nouts[:-1])
    layers = Parsed(draw_layers(net, backward=True))
    assert len([edge for edge in layers.edges if edge.back]) == 4 * len(nouts) - 1


def test_a_scalar_graph() -> None:
    a = Value(2.0, "a")
    b = Value(1e-7, "b")
    y = a * b + a * 3
    y.backward()
    figure = Parsed(draw(y, backward=True))
    leaves = ["a data 2 grad 3", "b data 1e-07 grad 2", "3"]
    results = ["v1 data 2e-07 grad 1", "v2 data 6 grad 1", "v3 data 6 grad 1"]
    texts = [" ".join(lines) for lines in figure.lines()]
    assert Counter(texts) == Counter([*leaves, *results, "×", "×", "+"])
    red = [edge.texts[0] for edge in figure.colored(RED, back=True)]
    assert Counter(red) == Counter(["1e-07", "2", "3", "1", "1"])
    assert len(figure.colored(BLUE)) == 9
    assert not [edge for edge in Parsed(draw(y)).edges if edge.back]


def test_a_plus_a_has_two_arrows_and_operands_keep_their_order() -> None:
    a = Value(2.0, "a")
    b = Value(5.0, "b")
    edges = Counter(edge.ends for edge in Parsed(draw(a + a)).edges)
    assert edges[("n1", "n2_op")] == 2
    inner = a - b
    figure = Parsed(draw(b - inner))  # b comes first, so its arrow arrives on top
    assert [figure.nodes[name].lines[0] for name in ("n1", "n2", "n3")] == ["b", "a", "v1"]
    assert figure.places["n1"][1] > figure.places["n3"][1]


SIGNS = ["|", "<b>", "{x}", '"', "\\", "\\n", "&amp;", "&", "]]>", "\x01"]
HOSTILE = st.text(max_size=20) | st.sampled_from([*SIGNS, "w" * 200, "权重" * 40])


def warnings_of_layout(source: str) -> list[bytes]:
    command = [next(layout_programs()), "-Tsvg"]
    done = subprocess.run(command, input=source.encode(), capture_output=True, check=True)
    # The wheel knows no font; widths are given.
    return [line for line in done.stderr.splitlines() if b"no value for width" not in line]


def plain(lines: list[str]) -> list[str]:
    return [line.replace("\xa0", " ").strip() for line in lines]


def printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def expected_lines(root: Value, ids: dict[Value, str]) -> dict[str, list[str]]:
    """What is to stand on each node of a drawing."""
    operations, leaves = below(root)
    lines = {f"{ids[node]}_op": plain([node._op]) for node in operations}
    for node, name in names(root).items():
        shown = [printable(name), f"data {node.data:.6g}"]
        if root.grad != 0.0:
            shown.append(f"grad {node.grad or 0.0:.6g}")
        lines[ids[node]] = plain(shown)
    assert len(lines) == 2 * len(operations) + len(leaves)
    return lines


AGAIN = "_again"  # at the beginning of a row, the end of the one before


def check_drawing(root: Value, backward: bool) -> None:
    """Draw a graph, and compare what the SVG says with its nodes, operands and partials."""
    figure = draw(root, backward=backward)
    svg = Parsed(figure)
    assert not warnings_of_layout(figure.source)
    items, _ = shown(DrawnGraph(root), "whole", None, 0)
    ids = {item.values[0]: f"n{i}" for i, item in enumerate(items, start=1)}
    found = {name: plain(node.lines) for name, node in svg.nodes.items()}
    again = {name: found.pop(name) for name in [*found] if name.endswith(AGAIN)}
    lines = expected_lines(root, ids)
    assert found == lines
    assert again == {name: lines[name.removesuffix(AGAIN)][:1] for name in again}
    blue = []
    red = []
    for node in below(root)[0]:
        circle = f"{ids[node]}_op"
        operands = [x for x in node.operands if isinstance(x, Value)]
        blue += [(circle, ids[node]), *((ids[x], circle) for x in operands)]
        partials = node.partials[: len(node.op.partials)]
        steps = zip(node.operands, partials, strict=False)
        red += [(ids[x], circle, f"{p:.6g}") for x, p in steps if isinstance(x, Value)]
    ends = [(edge.tail.removesuffix(AGAIN), edge.head) for edge in svg.colored(BLUE)]
    assert Counter(ends) == Counter(blue)
    drawn = [(edge.tail.removesuffix(AGAIN), edge.head, edge.texts[0]) for edge in svg.colored(RED)]
    assert Counter(drawn) == Counter(red * backward)


def check_random_drawing(backend: str, graph: Graph, data: st.DataObject) -> None:
    nodes = graph.nodes([Value(x) for x in graph.numbers])
    for node in nodes:
        node.label = data.draw(HOSTILE)
    if data.draw(st.booleans()):
        nodes[-1].backward()
    with pytest.MonkeyPatch.context() as patch:
        if backend == "graphviz-pure":
            patch.setattr(shutil, "which", lambda name: None)
        check_drawing(nodes[-1], data.draw(st.booleans()))


@pytest.mark.parametrize("backend", BACKENDS)
@examples(10)
@given(graph=graphs(), data=st.data())
def test_the_svg_of_a_random_graph_parses_back_to_it(
    backend: str, graph: Graph, data: st.DataObject
) -> None:
    check_random_drawing(backend, graph, data)


@pytest.mark.long
@pytest.mark.parametrize("backend", BACKENDS)
@examples(60)
@given(graph=graphs(), data=st.data())
def test_the_svg_of_many_random_graphs_parses_back_to_them(
    backend: str, graph: Graph, data: st.DataObject
) -> None:
    check_random_drawing(backend, graph, data)


@pytest.mark.parametrize("label", [*SIGNS, "f(max)", "权重", "a\nb", "<"])
def test_hostile_labels(label: str) -> None:
    figure = Parsed(draw(Value(1.0, label) + 1.0))
    assert [printable(label), "data 1"] in figure.lines()


DRAWINGS = """
import autograd
net = autograd.MLP(1, [3, 1], "sigmoid", 0)
losses = [autograd.half_squared_error(net(i / 50), 0.2) for i in range(50)]
many = autograd.mean(losses)
chain = autograd.Value(0.5)
for _ in range(40):
    chain = chain.sin()
for figure in (
    autograd.draw(chain, backward=True),
    autograd.draw(losses[25], backward=True),
    autograd.draw_network(net),
    autograd.draw_layers(net),
    autograd.draw(many),
    autograd.draw(many, group="layer"),
    autograd.draw(many, depth=3),
):
    print(figure.source)
"""


def printed_with(seed: str) -> bytes:
    command = [sys.executable, "-c", DRAWINGS]
    environment = {"PYTHONHASHSEED": seed}
    return subprocess.run(command, capture_output=True, env=environment, check=True).stdout


def test_same_program_same_bytes() -> None:
    assert printed_with("1") == printed_with("2") != b""


def test_microgradian_names() -> None:
    a = Value(2.0, "a")
    b = Value(3.0, "b")
    y = a * b + a
    nodes, edges = trace(y)
    assert nodes == [a, b, y.operands[0], y]
    assert Counter(edges) == Counter([(a, nodes[2]), (b, nodes[2]), (nodes[2], y), (a, y)])
    assert draw_dot(y, rankdir="TB").source.count("rankdir=TB") == 1
    assert draw_dot(y, format="png").pipe()[:4] == b"\x89PNG"
    with pytest.raises(ValueError, match="unknown rankdir 'up'; known are LR, TB"):
        draw_dot(y, rankdir="up")


def test_drawings_leave_gradients_alone(tmp_path: Path) -> None:
    x = Value(3.0, "x")
    y = x * x
    autograd.draw(y, backward=True).save(tmp_path / "y.svg")
    assert (x.grad, y.grad) == (0.0, 0.0)


def test_before_backward_there_is_no_gradient_and_it_says_so() -> None:
    x = Value(3.0, "x")
    y = x * x
    assert "no gradient yet: backward() has not run" in draw(y).source
    assert not [line for lines in Parsed(draw(y)).lines() for line in lines if "grad" in line]
    y.backward()
    assert "no gradient yet" not in draw(y).source
    assert ["x", "data 3", "grad 6"] in Parsed(draw(y)).lines()


def test_gradients_of_several_backward_calls_are_told_as_such() -> None:
    x = Value(3.0, "x")
    y = x * x
    y.backward()
    assert "add up" not in draw(y, backward=True, edges="contribution").source
    y.backward()
    told = "gradients of leaves add up over backward() calls; zero_grad() clears them"
    assert told in draw(y, backward=True, edges="contribution").source
    y.zero_grad()
    assert "add up" not in draw(y).source
    y.backward()
    (x * 5.0).backward()  # of another graph, on the same leaf
    assert told in draw(y).source


def test_red_arrows_say_derivative_contribution_or_formula() -> None:
    a = Value(2.0, "a")
    b = Value(-5.0, "b")
    product = a * b
    tanh = product.tanh()
    y = tanh * 3.0
    with pytest.raises(ValueError, match="known after backward"):
        draw(y, backward=True, edges="contribution")
    y.backward()

    def red(edges: str) -> Counter[str]:
        figure = Parsed(draw(y, backward=True, edges=edges))
        return Counter(edge.texts[0] for edge in figure.colored(RED))

    (slope,) = tanh.partials
    formulas = ["∂/∂a = b", "∂/∂b = a", "∂/∂v1 = 1 - v2 · v2", "∂/∂v2 = 3"]
    assert red("derivative") == Counter(f"{x:.6g}" for x in (-5.0, 2.0, 3.0, slope))
    assert red("contribution") == Counter(f"{x:.6g}" for x in (a.grad, b.grad, 3.0, 3.0 * slope))
    assert red("formula") == Counter(formulas)
    assert product.grad == 3.0 * slope
    known = "unknown kind of edges 'all'; known are derivative, contribution, formula"
    with pytest.raises(ValueError, match=known):
        draw(y, edges="all")


def test_highlight_lights_the_paths_to_a_leaf() -> None:
    a = Value(2.0, "a")
    b = Value(3.0, "b")
    c = Value(4.0, "c")
    y = (a * b + c) * b
    figure = Parsed(draw(y, backward=True, highlight=a))
    pale = {node.lines[0] for node in figure.nodes.values() if node.fill == FADED}
    assert pale == {"b", "c"}
    lit = sorted(edge.ends for edge in figure.colored(RED))
    assert lit == [("n1", "n3_op"), ("n3", "n5_op"), ("n5", "n6_op")]
    with pytest.raises(ValueError, match="does not depend on the Value to highlight"):
        draw(y, highlight=Value(1.0))
    with pytest.raises(TypeError, match="what is highlighted is a Value, got str: 'a'"):
        draw(y, highlight="a")  # type: ignore[arg-type]


def test_roles_have_a_shape_and_a_colour_each_and_a_key(net: MLP) -> None:
    source = draw(half_squared_error(net(0.5) * 2.0, 0.2)).source
    key = re.findall(r'<TD BGCOLOR="(#\w+)"([^>]*)><FONT [^>]*>(\w+)</FONT></TD>', source)
    assert [role for *_, role in key] == ["leaf", "parameter", "constant", "output", "intermediate"]
    assert len({color for color, *_ in key}) == len(key)
    for color, corners, role in key:
        look = DOCUMENT.roles[role]
        assert re.search(rf'class="value {role}".*?shape={look.shape}', source)
        assert color == look.fill
        assert ("rounded" in corners) == (role in ("constant", "intermediate"))
    looks = {name: (role.shape, role.rounded) for name, role in DOCUMENT.roles.items()}
    assert len(set(looks.values())) == len(looks)


def test_notebooks_show_small_graphs_of_values() -> None:
    x = Value(2.0, "x")
    svg = (x * 3.0)._repr_svg_()  # type: ignore[attr-defined]
    assert "<title>Computation graph of 6.0</title>" in svg
    assert "<desc>2 values, 1 of them results; no gradient yet" in svg
    assert x._repr_svg_() is None  # type: ignore[attr-defined]
    for _ in range(60):
        x = x * 2.0
    assert x._repr_svg_() is None  # type: ignore[attr-defined]


def test_a_drawing_says_what_is_not_of_its_moment() -> None:
    x = Value(2.0, "x")
    y = x * 3.0
    assert "changed" not in draw(y).description
    x.data = 5.0
    assert "data changed after this was recorded" in draw(y).description
    assert "data changed after this was recorded" in draw(y).pipe("svg", encoding="utf-8")


def test_contributions_are_those_to_the_root_that_is_drawn() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    h = a * b
    first, second = h * 2.0, h * 10.0
    first.backward()
    assert "another" not in draw(first, backward=True).description
    second.backward()
    figure = Parsed(draw(first, backward=True, edges="contribution"))
    assert [edge.texts[0] for edge in figure.colored(RED, back=True)] == ["6", "4", "2"]
    told = "grad is not that of this result: another backward() has run since"
    assert told in draw(first, backward=True).description
    assert told not in draw(second, backward=True).description


def test_contributions_by_a_seed() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = a * b
    y.backward(10.0)
    figure = draw(y, backward=True, edges="contribution")
    assert "another" not in figure.description
    assert [edge.texts[0] for edge in Parsed(figure).colored(RED, back=True)] == ["30", "20"]


def test_labels_used_twice_are_told_apart() -> None:
    y = Value(2.0, "w") * Value(5.0, "w") + Value(1.0, "w_2")
    source = draw(y).source
    assert all(f'"{name}\\ndata' in source for name in ("w", "w_3", "w_2"))
