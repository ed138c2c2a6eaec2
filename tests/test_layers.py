"""Figures of networks: red arrows touch a box apart, and last layers show their activations."""

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from itertools import combinations
from math import dist
from typing import Any

import pytest

from autograd import MLP, Module, Neuron, draw_layers, draw_network
from tests.parsed import NUMBER, SVG


def red_ends(net: MLP) -> dict[str, list[tuple[float, float]]]:
    """Where red arrows touch each box: their tips, and where they begin."""
    ends: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for group in ET.fromstring(draw_layers(net, backward=True).pipe("svg")).iter(f"{SVG}g"):
        if "bwd" in group.get("class", ""):
            operand, result = (group.findtext(f"{SVG}title") or "").split("->")
            (path,) = group.iter(f"{SVG}path")
            (head,) = group.iter(f"{SVG}polygon")
            _, tip, *_ = head.get("points", "").split()
            ends[operand.split(":")[0]].append(point(tip))
            ends[result.split(":")[0]].append(point(path.get("d", "").split()[-1]))
    return ends


def point(text: str) -> tuple[float, float]:
    x, y = map(float, re.findall(NUMBER, text)[-2:])
    return x, y


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_no_two_red_arrows_touch_a_box_at_one_point(layers: int, activation: str) -> None:
    ends = red_ends(MLP(1, [3] * (layers - 1) + [1], activation=activation, seed=0))
    boxes = {name: len(points) for name, points in ends.items()}
    assert boxes[f"Z{layers}"] == (4 if layers > 1 else 3)
    for points in ends.values():
        for one, other in combinations(points, 2):
            assert dist(one, other) > 20.0


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("output", ["linear", "sigmoid", "softmax"])
def test_an_activation_of_the_last_layer_is_drawn(output: str) -> None:
    net = MLP(2, [3, 2], activation="tanh", seed=0, output=output)
    layers = draw_layers(net, backward=True).source
    for name in ("A2", "dA2/dZ2"):
        assert (name in layers) == (output != "linear")
    assert {"linear": "Z2−Y", "sigmoid": "S\\nSigmoid", "softmax": "softmax"}[output] in layers
    figure = draw_network(net)
    for neuron in net.layers[1].neurons:
        element = figure.neurons[neuron]
        assert (element.activation is None) == (output == "linear")
        assert all(
            f'id="{part}"' in figure.pipe("svg", encoding="utf-8") for part in element if part
        )


class Holder(Module):
    def __init__(self) -> None:
        self.heads = [MLP(1, [1])]


def mixed() -> MLP:
    net = MLP(1, [3, 1])
    net.layers[0] = Neuron(1)  # type: ignore[call-overload]  # what it is not for
    return net


@pytest.mark.parametrize("draws", [draw_network, draw_layers])
@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (3, "draws an MLP, got int: 3$"),
        (Neuron(2), "draws an MLP, got Neuron: <Neuron 2-1, relu, of 3 parameters>$"),
        (Holder(), "draw what it holds, its heads.0$"),
        (mixed(), "draws an MLP of layers, got one with Neuron: "),
    ],
)
def test_what_is_no_network_is_named(draws: Any, thing: Any, told: str) -> None:
    with pytest.raises(TypeError, match=f"^{draws.__name__} .*{told}"):
        draws(thing)
