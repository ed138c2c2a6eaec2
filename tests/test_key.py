"""Below a graph one line says what the colours of its boxes mean, whatever lays it out."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from autograd import Figure, Value, draw
from autograd.show.style import DOCUMENT, Style
from tests.parsed import SVG, Parsed

pytestmark = pytest.mark.usefixtures("backend")


def neuron(**options: Any) -> Figure:
    y = (Value(2.0, "x") * Value(-3.0, "w") + 6.5).tanh()
    y.backward()
    return draw(y, backward=True, **options)


def key_of(figure: Figure) -> dict[str, tuple[float, float]]:
    """Where the key has its roles, from the left, with y downwards."""
    (drawing,) = ET.fromstring(figure.pipe("svg")).findall(f"{SVG}g")
    places = {}
    for text in drawing.iter(f"{SVG}text"):
        places[text.text] = (float(text.get("x", "")), float(text.get("y", "")))
    return {role: places[role] for role in DOCUMENT.roles if role in places}


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_the_key_is_one_line_below_the_graph(rankdir: str) -> None:
    figure = neuron(rankdir=rankdir)
    key = key_of(figure)
    assert [*key] == ["leaf", "constant", "output", "intermediate"]
    (line,) = {y for _, y in key.values()}
    assert line > max(-y for _, y in Parsed(figure).places.values())
    across = [x for x, _ in key.values()]
    assert across == sorted(across)
    assert across[-1] - across[0] < 200.0


def size(figure: Figure) -> tuple[float, float]:
    *_, width, height = ET.fromstring(figure.pipe("svg")).get("viewBox", "").split()
    return float(width), float(height)


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_the_key_adds_its_line_and_no_more(rankdir: str) -> None:
    width, height = size(neuron(rankdir=rankdir))
    bare_width, bare_height = size(neuron(rankdir=rankdir, style=Style(legend=False)))
    assert abs(width - bare_width) <= 1.0
    assert bare_height < height < bare_height + 45.0


def test_the_key_stays_small_above_a_long_caption() -> None:
    terms = [Value(0.1 * i).tanh() for i in range(9)]
    figure = draw(sum(terms, Value(0.0)), group="sample")
    assert "no gradient yet: backward() has not run; " in figure.source
    assert "values are not drawn: terms like others" in figure.source
    key = key_of(figure)
    assert 0.0 < key["folded"][0] - key["leaf"][0] < 200.0
