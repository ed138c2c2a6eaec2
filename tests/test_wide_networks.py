"""Of a layer wider than 12 units a network's figure has both ends, and a ⋮ between them."""

import re

import pytest

from autograd import MLP, draw_network
from autograd.show.networks import NetworkFigure
from autograd.show.style import BLUE, ORANGE
from tests.parsed import Parsed

ENDS_OF_64 = [1, 2, 3, 4, 61, 62, 63, 64]
ENDS_OF_32 = [1, 2, 3, 4, 29, 30, 31, 32]


@pytest.fixture
def figure() -> NetworkFigure:
    return draw_network(MLP(64, [32, 10], activation="relu", seed=0))


@pytest.mark.usefixtures("backend")
def test_both_ends_of_wide_layers_and_all_of_others(figure: NetworkFigure) -> None:
    svg = Parsed(figure)
    circles = [name for name, node in svg.nodes.items() if node.shape == "circle"]
    expected = [f"x_{i}" for i in ENDS_OF_64] + [f"h1_{i}" for i in ENDS_OF_32]
    expected += [f"z2_{i}" for i in range(1, 11)] + ["B1", "B2"]
    assert {name for name in circles if "others" not in name} == {*expected}
    assert svg.nodes["z1_30"].lines == ["z1₃₀"]
    assert svg.nodes["x_61"].lines == ["x₆₁"]


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize(("letter", "colour", "count"), [("x", BLUE, 56), ("h1", ORANGE, 24)])
def test_three_dots_stand_for_the_others(
    figure: NetworkFigure, letter: str, colour: str, count: int
) -> None:
    svg = Parsed(figure)
    dots = [f"{letter}_others_{i}" for i in (1, 2, 3)]
    x, above = svg.places[f"{letter}_4"]
    _, below = svg.places[f"{letter}_{count + 5}"]
    heights = [svg.places[dot][1] for dot in dots]
    assert [above, *heights, below] == sorted([above, *heights, below], reverse=True)
    assert {svg.places[dot][0] for dot in dots} == {x}
    assert {svg.nodes[dot].fill for dot in dots} == {colour}
    drawn = figure.pipe("svg", encoding="utf-8")
    assert drawn.count(f'title="⋮ {count} more"') == 3


def test_elements_are_those_that_are_drawn(figure: NetworkFigure) -> None:
    net = MLP(64, [32, 10], activation="relu", seed=0)
    figure = draw_network(net)
    hidden, last = net.layers
    assert [*figure.neurons] == [hidden.neurons[i - 1] for i in ENDS_OF_32] + last.neurons
    weights = [hidden.W[i - 1][j - 1] for i in ENDS_OF_64 for j in ENDS_OF_32]
    weights += [hidden.B[j - 1] for j in ENDS_OF_32]
    weights += [last.W[i - 1][j] for i in ENDS_OF_32 for j in range(10)]
    weights += last.B
    assert figure.weights.keys() == {*weights}
    ids = {*re.findall(r'<g id="([^"]+)"', figure.pipe("svg", encoding="utf-8"))}
    assert {element.arrow for element in figure.weights.values()} <= ids
    assert {element.circle for element in figure.neurons.values()} <= ids


def test_an_arrow_leads_from_the_input_that_its_weight_is_for(figure: NetworkFigure) -> None:
    drawn = figure.pipe("svg", encoding="utf-8")
    ends = re.search(r'id="network_f_w1_62_30".*?<title>(.*?)</title>', drawn, re.DOTALL)
    assert ends is not None
    assert ends[1].split(":")[0] == "x_62&#45;&gt;h1_30"
    assert 'title="w1_62_30"' in drawn


@pytest.mark.parametrize("width", [12, 13])
def test_twelve_are_drawn_and_of_thirteen_eight(width: int) -> None:
    net = MLP(width, [width, width], activation="tanh", seed=0)
    figure = draw_network(net)
    drawn = 12 if width == 12 else 8
    assert len(figure.neurons) == 2 * drawn
    assert len(figure.weights) == 2 * drawn * (drawn + 1)
    assert ("others" in figure.source) == (width == 13)
