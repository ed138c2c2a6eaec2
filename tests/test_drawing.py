"""The document's figures, point by point, parsed from the SVG; and scalar graphs that can be read."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import (
    MLP,
    Figure,
    LayoutError,
    Value,
    draw,
    draw_dot,
    draw_layers,
    draw_network,
    layout,
    trace,
)
from autograd.drawing import BLUE, FADED, GREEN, ORANGE, RED, ROLES
from autograd.folding import shown
from autograd.tape import names, tape
from tests.strategies import Graph, graphs

SVG = "{http://www.w3.org/2000/svg}"


class Parsed:
    """Nodes, edges, texts, shapes and colours of a rendered figure, as the SVG has them."""

    def __init__(self, figure: Figure) -> None:
        self.nodes: dict[str, tuple[str, str, list[str]]] = {}  # name → shape, fill, lines of text
        self.edges: list[
            tuple[str, str, str, bool, list[str]]
        ] = []  # tail, head, colour, drawn back, texts
        self.places: dict[str, tuple[float, float]] = {}
        self.turned: dict[str, float] = {}
        for group in ET.fromstring(figure.pipe("svg")).iter(f"{SVG}g"):
            kind = group.get("class", "").split()
            title = group.findtext(f"{SVG}title") or ""
            texts = [text.text or "" for text in group.iter(f"{SVG}text")]
            if "node" in kind:
                shape = next(
                    e
                    for e in group.iter()
                    if e.tag in (f"{SVG}polygon", f"{SVG}ellipse", f"{SVG}path")
                )
                name = "circle" if shape.tag == f"{SVG}ellipse" else "box"
                self.nodes[title] = (name, shape.get("fill", "").upper(), texts)
                self.places[title] = self._center(shape)
                if turn := re.search(r"rotate\((-?\d+) ", group.get("transform", "")):
                    self.turned[title] = float(turn[1])
            elif "edge" in kind:
                path = next(group.iter(f"{SVG}path"))
                tail, head = (end.split(":")[0] for end in title.split("->"))
                heads = list(group.iter(f"{SVG}polygon"))
                start = [float(v) for v in re.findall(r"-?[\d.]+", path.get("d", ""))[:2]]
                tip = (
                    [float(v) for v in heads[0].get("points", "").split()[1].split(",")]
                    if heads
                    else start
                )
                back = bool(heads) and abs(tip[0] - start[0]) + abs(tip[1] - start[1]) < 15.0
                self.edges.append((tail, head, path.get("stroke", "").upper(), back, texts))

    @staticmethod
    def _center(shape: ET.Element) -> tuple[float, float]:
        if shape.tag == f"{SVG}ellipse":
            return float(shape.get("cx", "")), -float(shape.get("cy", ""))
        numbers = [
            float(number)
            for number in re.findall(r"-?[\d.]+", shape.get("points") or shape.get("d") or "")
        ]
        (left, *_, right), (top, *_, bottom) = sorted(numbers[::2]), sorted(numbers[1::2])
        return (left + right) / 2, -(top + bottom) / 2


def document() -> MLP:
    return MLP(1, [3, 1], activation="sigmoid", seed=0)


def test_the_network_figure() -> None:
    figure = Parsed(draw_network(document()))
    colors = {
        "X": BLUE,
        "B1": ORANGE,
        "h1_1": ORANGE,
        "h1_2": ORANGE,
        "h1_3": ORANGE,
        "z2": GREEN,
        "B2": GREEN,
    }
    for name, color in colors.items():
        assert figure.nodes[name][:2] == ("circle", color)
    assert [figure.nodes[name][2] for name in ("X", "z2", "B1", "B2")] == [
        ["X"],
        ["z2"],
        ["B1"],
        ["B2"],
    ]
    arrows = {(tail, head): color for tail, head, color, *_ in figure.edges if color != "WHITE"}
    first = {(source, f"h1_{j}"): ORANGE for source in ("X", "B1") for j in (1, 2, 3)}
    second = {(f"h1_{j}", "z2"): GREEN for j in (1, 2, 3)} | {("B2", "z2"): GREEN}
    assert arrows == first | second
    assert not any(back for *_, back, _ in figure.edges)
    names = {
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
    assert {name: figure.nodes[name][2] for name in names} == {
        name: [text] for name, text in names.items()
    }
    for j in (
        1,
        2,
        3,
    ):  # a diagonal through the neuron, z above it on the left, a below it on the right
        (x, y), z, a = figure.places[f"h1_{j}"], figure.places[f"z1_{j}"], figure.places[f"a1_{j}"]
        assert z[0] < x < a[0]
        assert a[1] < y < z[1]
        assert (f"h1_{j}l", f"h1_{j}r", "WHITE") in [edge[:3] for edge in figure.edges]
        assert figure.nodes[f"z1_{j}"][2] == [f"z1{'₀₁₂₃'[j]}"]
    columns = [figure.places[name][0] for name in ("X", "h1_2", "z2")]
    assert columns == sorted(columns)
    assert (
        figure.places["h1_1"][1]
        > figure.places["X"][1]
        == figure.places["h1_2"][1]
        > figure.places["h1_3"][1]
    )
    assert figure.places["B1"][1] < figure.places["h1_3"][1]
    turned = {name: figure.turned[name] for name in ("w1_11", "w1_12", "w1_13", "b2_1")}
    assert turned["w1_11"] < turned["w1_12"] == 0.0 < turned["w1_13"]
    assert turned["b2_1"] < -45.0


LAYERS = {
    "X": "box",
    "W1": "box",
    "B1": "box",
    "C1": "circle",
    "Z1": "box",
    "S1": "circle",
    "A1": "box",
    "W2": "box",
    "B2": "box",
    "C2": "circle",
    "Z2": "box",
    "M": "circle",
    "Loss": "box",
}
FORWARD = {
    ("X", "C1"),
    ("W1", "C1"),
    ("B1", "C1"),
    ("C1", "Z1"),
    ("Z1", "S1"),
    ("S1", "A1"),
    ("A1", "C2"),
    ("W2", "C2"),
    ("B2", "C2"),
    ("C2", "Z2"),
    ("Z2", "M"),
    ("M", "Loss"),
}
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
def test_the_forward_and_backward_figures(backward: bool) -> None:
    figure = Parsed(draw_layers(document(), backward=backward))
    assert {name: shape for name, (shape, _, _) in figure.nodes.items()} == LAYERS
    assert {fill for _, fill, _ in figure.nodes.values()} == {BLUE}
    texts = {name: " ".join(lines) for name, (_, _, lines) in figure.nodes.items()}
    circles = {
        "C1": "X·W1 +B1",
        "S1": "S Sigmoid",
        "C2": "A1·W2 +B2",
        "M": "Z2−Y" if backward else "MSE",
    }
    assert texts == {name: name for name in LAYERS} | circles
    assert {
        (tail, head) for tail, head, color, back, _ in figure.edges if color == BLUE and not back
    } == FORWARD
    red = {
        (tail, head): texts[0]
        for tail, head, color, back, texts in figure.edges
        if color == RED and back
    }
    assert red == (BACKWARD if backward else {})
    assert len(figure.edges) == len(FORWARD) + len(red)
    main = [figure.places[name] for name in ("X", "C1", "Z1", "S1", "A1", "C2", "Z2", "M", "Loss")]
    assert main == sorted(main)
    assert len({round(y) for _, y in main}) == 1
    assert figure.places["W1"][1] > figure.places["X"][1] > figure.places["B1"][1]


@pytest.mark.parametrize(
    ("nin", "nouts"), [(1, [1]), (3, [1, 1]), (2, [4, 3, 2]), (12, [12] * 5 + [12])]
)
def test_other_networks_draw(nin: int, nouts: list[int]) -> None:
    net = MLP(nin, nouts, activation="tanh", seed=0)
    figure = Parsed(draw_network(net))
    arrows = [edge for edge in figure.edges if edge[2] != "WHITE"]
    assert len(arrows) == len(net.parameters())
    assert sum(
        name[0] == "h" and shape == "circle" and name[-1] not in "lr"
        for name, (shape, *_) in figure.nodes.items()
    ) == sum(nouts[:-1])
    layers = Parsed(draw_layers(net, backward=True))
    assert len([edge for edge in layers.edges if edge[3]]) == 4 * len(nouts) - 1


def test_a_scalar_graph() -> None:
    a, b = Value(2.0, "a"), Value(1e-7, "b")
    y = a * b + a * 3
    y.backward()
    figure = Parsed(draw(y, backward=True))
    texts = sorted(" ".join(lines) for _, _, lines in figure.nodes.values())
    assert texts == sorted(
        [
            "a data 2 grad 3",
            "b data 1e-07 grad 2",
            "×",
            "v1 data 2e-07 grad 1",
            "×",
            "3",
            "v2 data 6 grad 1",
            "+",
            "v3 data 6 grad 1",
            "leaf",
            "constant",
            "intermediate",
            "output",
        ]
    )
    red = sorted(texts[0] for *_, color, back, texts in figure.edges if color == RED and back)
    assert red == sorted(["1e-07", "2", "3", "1", "1"])
    assert sum(color == BLUE for _, _, color, *_ in figure.edges) == 9
    assert not [edge for edge in Parsed(draw(y)).edges if edge[3]]


def test_a_plus_a_has_two_arrows_and_operands_keep_their_order() -> None:
    a, b = Value(2.0, "a"), Value(5.0, "b")
    edges = Counter(edge[:2] for edge in Parsed(draw(a + a)).edges)
    assert edges[("n1", "n2_op")] == 2
    inner = a - b
    figure = Parsed(draw(b - inner))  # b comes first, so its arrow arrives on top
    assert [figure.nodes[name][2][0] for name in ("n1", "n2", "n3")] == ["b", "a", "v1"]
    assert figure.places["n1"][1] > figure.places["n3"][1]


BACKENDS = [
    pytest.param(backend, marks=pytest.mark.skipif(not program, reason=f"there is no {backend}"))
    for backend, program in (("dot", shutil.which("dot")), ("graphviz-pure", "always"))
]
HOSTILE = st.text(max_size=20) | st.sampled_from(
    ["|", "<b>", "{x}", '"', "\\", "\\n", "&amp;", "&", "]]>", "\x01", "w" * 200, "权重" * 40]
)


@pytest.mark.parametrize("backend", BACKENDS)
@settings(max_examples=60, deadline=None)
@given(graph=graphs(), data=st.data())
def test_the_svg_of_a_random_graph_parses_back_to_it(
    backend: str, graph: Graph, data: st.DataObject
) -> None:
    leaves = [Value(x) for x in graph.numbers]
    nodes = graph.nodes(leaves)
    for node in nodes:
        node.label = data.draw(HOSTILE)
    root, named = nodes[-1], names(nodes[-1])
    if data.draw(st.booleans()):
        root.backward()
    backward = data.draw(st.booleans())
    with pytest.MonkeyPatch.context() as patch:
        if backend == "graphviz-pure":
            patch.setattr(shutil, "which", lambda name: None)
        figure = draw(root, backward)
        svg = Parsed(figure)
        command = [layout._program(), "-Tsvg"]
        warned = subprocess.run(
            command, input=figure.source.encode(), capture_output=True, check=True
        ).stderr.splitlines()
        assert not [
            line for line in warned if b"no value for width" not in line
        ]  # the wheel's font; widths are given
    operations, used = tape(root)
    ids = {item.values[0]: f"n{i}" for i, item in enumerate(shown(root, "whole", None, 0)[0], 1)}
    ran = root.grad != 0.0
    boxes = {
        ids[node]: [
            printable(named[node]),
            f"data {node.data:.6g}",
            *[f"grad {node.grad or 0.0:.6g}"] * ran,
        ]
        for node in (*operations, *used)
    }
    circles = {f"{ids[node]}_op": [node._op] for node in operations}
    found = {
        name: [line.replace("\xa0", " ").strip() for line in lines]
        for name, (_, _, lines) in svg.nodes.items()
    }
    legend = {name: lines for name, lines in found.items() if name.startswith("legend_")}
    assert {
        name: [line.replace("\xa0", " ").strip() for line in lines]
        for name, lines in (boxes | circles).items()
    } == {name: lines for name, lines in found.items() if name not in legend}
    forward = [(f"{ids[node]}_op", ids[node]) for node in operations]
    into = [(ids[x], f"{ids[node]}_op") for node in operations for x in node._prev]
    red = [
        (ids[x], f"{ids[node]}_op", f"{p:.6g}")
        for node in operations
        for x, p in zip(node._prev, node.partials[: len(node.op.partials)], strict=False)
    ]
    assert Counter(edge[:2] for edge in svg.edges if edge[2] == BLUE) == Counter(forward + into)
    assert Counter((*edge[:2], edge[4][0]) for edge in svg.edges if edge[2] == RED) == Counter(
        red * backward
    )


def printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


@pytest.mark.parametrize(
    "label",
    [
        "|",
        "<b>",
        "{x}",
        '"',
        "\\",
        "\\n",
        "&amp;",
        "&",
        "f(max)",
        "权重",
        "a\nb",
        "<",
        "]]>",
        "\x01",
    ],
)
def test_hostile_labels(label: str) -> None:
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in label)
    assert [shown, "data 1"] in [
        lines for _, _, lines in Parsed(draw(Value(1.0, label) + 1.0)).nodes.values()
    ]


def test_same_program_same_bytes() -> None:
    program = (
        "import autograd; net = autograd.MLP(1, [3, 1], 'sigmoid', 0); loss = autograd.half_squared_error(net(0.5), 0.2);"
        "print(autograd.draw(loss, True).source, autograd.draw_network(net).source, autograd.draw_layers(net).source);"
        "many = autograd.mean([autograd.half_squared_error(net(i / 50), 0.2) for i in range(50)]);"
        "print(autograd.draw(many).source, autograd.draw(many, group='layer').source, autograd.draw(many, depth=3).source)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            env={"PYTHONHASHSEED": seed},
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != b""


def test_microgradian_names() -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = a * b + a
    nodes, edges = trace(y)
    assert nodes == [a, b, y.operands[0], y]
    assert Counter(edges) == Counter([(a, nodes[2]), (b, nodes[2]), (nodes[2], y), (a, y)])
    assert draw_dot(y, rankdir="TB").source.count("rankdir=TB") == 1
    assert draw_dot(y, format="png").pipe()[:4] == b"\x89PNG"
    with pytest.raises(ValueError, match="unknown rankdir 'up'; known are LR, TB"):
        draw_dot(y, rankdir="up")


def test_a_long_chain_gives_its_text() -> None:
    y = Value(1.0, "x")
    for _ in range(20_000):
        y = y * 1.0
    figure = draw(y)
    with pytest.raises(
        LayoutError,
        match=r"this graph has 20 001 nodes; at most 300 are drawn\. Try group=\"layer\"",
    ):
        figure.pipe()
    assert figure.source.count("_op") > 40_000


def test_drawings_leave_gradients_alone(tmp_path: Path) -> None:
    x = Value(3.0, "x")
    y = x * x
    autograd.draw(y, backward=True).save(tmp_path / "y.svg")
    assert (x.grad, y.grad) == (0.0, 0.0)


def test_before_backward_there_is_no_gradient_and_it_says_so() -> None:
    x = Value(3.0, "x")
    y = x * x
    assert "no gradient yet: backward() has not run" in draw(y).source
    assert "grad" not in " ".join(
        line for _, _, lines in Parsed(draw(y)).nodes.values() for line in lines
    )
    y.backward()
    assert "no gradient yet" not in draw(y).source
    assert ["x", "data 3", "grad 6"] in [lines for _, _, lines in Parsed(draw(y)).nodes.values()]


def test_red_arrows_say_derivative_contribution_or_formula() -> None:
    a, b = Value(2.0, "a"), Value(-5.0, "b")
    y = (a * b).tanh() * 3.0
    with pytest.raises(ValueError, match="known after backward"):
        draw(y, True, edges="contribution")
    y.backward()
    product, tanh = y.operands[0].operands[0], y.operands[0]  # type: ignore[union-attr]

    def red(edges: str) -> list[str]:
        return sorted(
            texts[0]
            for *_, color, _, texts in Parsed(draw(y, True, edges=edges)).edges
            if color == RED
        )

    slope = tanh.partials[0]  # type: ignore[union-attr]
    assert red("derivative") == sorted(["-5", "2", "3", f"{slope:.6g}"])
    assert red("contribution") == sorted(
        [f"{a.grad:.6g}", f"{b.grad:.6g}", "3", f"{3.0 * slope:.6g}"]
    )
    assert red("formula") == sorted(["∂/∂a = b", "∂/∂b = a", "∂/∂v1 = 1 - v2 · v2", "∂/∂v2 = 3"])
    assert product.grad == 3.0 * slope  # type: ignore[union-attr]
    with pytest.raises(
        ValueError, match="unknown kind of edges 'all'; known are derivative, contribution, formula"
    ):
        draw(y, edges="all")


def test_highlight_lights_the_paths_to_a_leaf() -> None:
    a, b, c = Value(2.0, "a"), Value(3.0, "b"), Value(4.0, "c")
    y = (a * b + c) * b
    figure = Parsed(draw(y, True, highlight=a))
    pale = {lines[0] for _, fill, lines in figure.nodes.values() if fill == FADED}
    assert pale == {"b", "c"}
    lit = sorted(edge[:2] for edge in figure.edges if edge[2] == RED)
    assert lit == [("n1", "n3_op"), ("n3", "n5_op"), ("n5", "n6_op")]
    with pytest.raises(ValueError, match="does not depend on the Value to highlight"):
        draw(y, highlight=Value(1.0))


def test_roles_have_a_shape_and_a_colour_each_and_a_legend() -> None:
    net = document()
    figure = draw(autograd.half_squared_error(net(0.5) * 2.0, 0.2))
    legend = dict(re.findall(r"\tlegend_(\w+) \[label=\w+ .*?shape=(\w+)", figure.source))
    assert set(legend) == {"leaf", "parameter", "constant", "intermediate", "output"}
    assert (
        len({*re.findall(r"\tlegend_\w+ .*?fillcolor=(\S+)", figure.source)}) == 4
    )  # intermediate has the colour of all
    for role, shape in legend.items():
        assert re.search(rf'class="value {role}".*?shape={shape}', figure.source)
    look = {role: (style["shape"], style.get("style")) for role, style in ROLES.items()}
    assert len(set(look.values())) == len(look)


def test_notebooks_show_small_graphs_of_values() -> None:
    x = Value(2.0, "x")
    svg = (x * 3.0)._repr_svg_()  # type: ignore[attr-defined]
    assert "<title>Computation graph of 6.0</title>" in svg
    assert "<desc>2 values, 1 of them results; no gradient yet" in svg
    assert x._repr_svg_() is None  # type: ignore[attr-defined]
    for _ in range(60):
        x = x * 2.0
    assert x._repr_svg_() is None  # type: ignore[attr-defined]
