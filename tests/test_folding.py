"""Large graphs are drawn by their structure; what is left out is counted and said."""

import re
from collections.abc import Callable

import pytest

import autograd
from autograd import MLP, Value, draw, half_squared_error
from autograd.core.graph import below
from autograd.show import folding
from autograd.show.style import DOCUMENT, FADED


def losses(count: int) -> Value:
    net = MLP(2, [16, 16, 1], seed=0)
    terms = [half_squared_error(net([i / count, 0.3]), 1.0) for i in range(count)]
    for i, term in enumerate(terms):
        term.label = f"loss_{i}"
    return autograd.mean(terms)


def texts(figure: autograd.Figure) -> list[str]:
    return re.findall(r'\tn\d+ \[label="([^"]*)"', figure.source)


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("add", [autograd.total, lambda terms: sum(terms, Value(0.0))])
def test_alike_terms_of_a_sum_are_drawn_once(
    add: Callable[[list[Value]], Value], labelled: bool
) -> None:
    net = MLP(1, [4, 1], "tanh", seed=0)
    x = Value(0.5, "x")
    alike = [half_squared_error(net(i / 50), 0.5) for i in range(50)]
    for i, term in enumerate(alike):
        term.label = f"term {i}" if labelled else ""
    total = add([*alike, x * x, x.exp()])
    figure = draw(total)
    assert [text for text in texts(figure) if "more" in text] == ["49 more like it"]
    assert "values are not drawn: terms like others" in figure.source
    inputs = ["x", "y"]
    hidden = 4 * ["w", "b", "z", "a", "w of the output"]
    output = ["b", "z", "loss"]
    start = ["0"] if total.op.name == "add" else []  # sum() begins at a leaf
    rest = ["x", "x * x", "exp(x)", "more", "total"]
    assert len(texts(figure)) == len([*inputs, *hidden, *output, *start, *rest])
    assert "more like it" not in draw(total, max_nodes=10_000).source


def test_few_terms_are_folded_when_asked_for() -> None:
    x = Value(0.5, "x")
    total = autograd.total([x * x, x * 2.0, x * 3.0])
    assert "more like it" not in draw(total).source
    assert "more like it" in draw(total, group="sample").source


def test_a_network_over_many_samples_is_drawn_layer_by_layer() -> None:
    figure = draw(losses(100))
    shown = texts(figure)
    assert "99 more like it" in shown
    several = ["b1_1", "z1_1", "a1_1", "b2_1", "z2_1", "a2_1", "w3_1_1"]
    expected = [f"{name} …\\n16 values" for name in several]
    assert [text for text in shown if "16 values" in text] == expected
    assert "w2_1_1 …\\n256 values" in shown
    assert re.search(r'label="×256"', figure.source)
    assert "what does the same in a layer is drawn as one" in figure.source
    assert figure.pipe("svg")


def test_a_small_network_is_drawn_layer_by_layer_when_asked_for(loss: Value) -> None:
    assert len(texts(draw(loss, group="layer"))) == len("x W1 B1 Z1 A1 W2 B2 Z2 Y Loss".split())


@pytest.mark.parametrize("group", [None, "layer"])
def test_every_value_is_in_one_place(group: str | None) -> None:
    root = losses(3)
    items, _ = folding.shown(folding.Graph(root), group, None, 10_000)
    values = [value for item in items for value in item.values]
    assert len(values) == len(set(values))


def test_operands_come_first() -> None:
    root = losses(3)
    operations, leaves = below(root)
    items, _ = folding.shown(folding.Graph(root), None, None, 10_000)
    assert {value for item in items for value in item.values} == {*operations, *leaves}
    seen: set[object] = set()
    for item in items:
        sources = {use.source for use in item.uses if isinstance(use.source, folding.Item)}
        assert sources <= seen
        seen.add(item)


def test_depth_cuts_and_says_how_much_it_hides() -> None:
    x = Value(2.0, "x")
    y = x
    for _ in range(10):
        y = y.tanh()
    figure = draw(y * x, depth=3)
    assert "x\\ndata 2" in texts(figure)  # x is one operation away, and so it is drawn
    assert "… 7 values" in texts(figure)
    assert "7 of 12 values lie deeper than 3 operations" in figure.source
    assert "told elsewhere" in draw((y + 1.0) * (y + 2.0), depth=1).source
    assert "deeper" not in texts(draw(y, depth=50))


def test_what_looks_different_is_not_alike() -> None:
    x = [Value(0.1 * i, f"x{i}") for i in range(1, 41)]
    powers = [v**2 if i % 2 else v**3 for i, v in enumerate(x)]
    squares = [v * v for v in x]
    products = [v * x[0] for v in x[1:]]
    figure = draw(autograd.total([*powers, *squares, *products]), group="sample")
    folded = [text for text in texts(figure) if "more" in text]
    assert folded == [f"{count} more like it" for count in (19, 19, 39, 38)]
    energy = x[0] * x[1] + x[2]
    energy.label = "energy"
    shown = texts(draw(energy + x[3] + x[4], group="sample"))
    assert any(text.startswith("energy") for text in shown)
    numbers = draw(autograd.total([x[0], x[0], x[1], 2.0, 3.0]), group="sample").source
    assert re.findall(r'label=(\d) class="value constant"', numbers) == ["2", "3"]


def test_folded_sums_name_the_operand_on_their_arrows() -> None:
    a = Value(2.0, "a")
    terms = [v for i in range(200) for v in ((a * i).tanh(), (a * i) ** 2)]
    for i, term in enumerate(terms):
        term.label = f"t{i}"
    total = autograd.mean(terms)
    total.backward()
    arrows = re.findall(
        r'label="(∂/∂t\d+ = [^"]*)"', draw(total, backward=True, edges="formula").source
    )
    assert arrows == ["∂/∂t0 = 1 / 400", "∂/∂t1 = 1 / 400"]
    assert "∂/∂a = 1" in draw(1.0 + a, backward=True, edges="formula", group="sample").source
    last = terms[-1]  # among the second "199 more like it"
    source = draw(total, highlight=last).source
    assert "what is highlighted is not drawn" in source
    stubs = re.findall(r'label="199 more like it" .*fillcolor="(#\w+)"', source)
    assert stubs == [FADED, DOCUMENT.roles["folded"].fill]


def test_stubs_stand_where_the_operand_stood() -> None:
    x = Value(2.0, "x")
    h = (Value(1.0, "a") + 1.0).tanh()
    source = draw(h / x + x, depth=1).source
    assert source.index('label="… 3 values"') < source.index("n3_op")
    divided = re.findall(r"\tn(\d) -> n(\d)_op", source)
    (first, circle), (second, same), *_ = divided
    assert same == circle
    assert [tail for tail, head in divided if head == circle] == [first, second]


@pytest.mark.parametrize("depth", [-1, -5])
def test_a_depth_is_not_negative(depth: int) -> None:
    with pytest.raises(ValueError, match="depth counts operations from the root"):
        draw(Value(2.0) * 3.0, depth=depth)


def test_at_least_one_box_is_drawn() -> None:
    with pytest.raises(ValueError, match="max_nodes is a whole number from 1"):
        draw(Value(2.0) * 3.0, max_nodes=0)
    with pytest.raises(TypeError, match="max_nodes is a whole number, got float"):
        draw(Value(2.0) * 3.0, max_nodes=1e3)  # type: ignore[arg-type]


def test_a_drawing_keeps_what_was_drawn() -> None:
    w = Value(1.0, "w")
    y = w * w
    figure = draw(y)
    w.data = 9.0
    y.backward()
    assert "data 9" not in figure.source
    y2 = w * w  # w has a gradient, this graph has none
    assert "no gradient yet" in draw(y2).source
    with pytest.raises(ValueError, match="known after backward"):
        draw(y2, backward=True, edges="contribution")
