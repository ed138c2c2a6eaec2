"""Large graphs are drawn by their structure; what is left out is counted and said."""

import re
import time
from typing import Any

import pytest

import autograd
from autograd import MLP, LayoutError, Value, draw, folding
from autograd.drawing import FADED, ROLES


def losses(count: int, labels: bool = True) -> Value:
    net = MLP(2, [16, 16, 1], seed=0)
    terms = [autograd.half_squared_error(net([i / count, 0.3]), 1.0) for i in range(count)]
    for i, term in enumerate(terms):
        term.label = f"loss_{i}" if labels else ""
    return autograd.mean(terms)  # type: ignore[no-any-return]  # of Values


def texts(figure: autograd.Figure) -> list[str]:
    return re.findall(r'\tn\d+ \[label="([^"]*)"', figure.source)


def test_alike_terms_of_a_sum_are_drawn_once_whatever_their_names() -> None:
    net, x = MLP(1, [4, 1], "tanh", seed=0), Value(0.5, "x")
    terms = [autograd.half_squared_error(net(i / 50), 0.5) for i in range(50)] + [x * x, x.exp()]
    for total in (sum(terms, Value(0.0)), autograd.total(terms)):
        for labels in (False, True):
            for i, term in enumerate(terms[:50]):
                term.label = f"term {i}" * labels
            figure = draw(total)
            assert [text for text in texts(figure) if "more" in text] == ["49 more like it"]
            assert "values are not drawn: terms like others" in figure.source
            start = total.op.name == "add"  # sum() begins at a leaf
            network = (
                1 + 4 * 4 + 5 + 1 + 2
            )  # x; w, b, z and a of 4 neurons; w, and b, of the output; z; y and loss
            assert len(texts(figure)) == network + 1 + 3 + 1 + start
    assert "more like it" not in draw(total, max_nodes=10_000).source
    assert "more like it" in draw(autograd.total([x * x, x * 2.0, x * 3.0]), group="sample").source


def test_a_network_over_many_samples_is_drawn_layer_by_layer() -> None:
    figure = draw(losses(100))
    shown = texts(figure)
    assert "99 more like it" in shown
    assert [text for text in shown if "16 values" in text] == [
        f"{name} …\\n16 values"
        for name in ("b1_1", "z1_1", "a1_1", "b2_1", "z2_1", "a2_1", "w3_1_1")
    ]
    assert "w2_1_1 …\\n256 values" in shown
    assert re.search(r'label="×256"', figure.source)
    assert "what does the same in a layer is drawn as one" in figure.source
    assert figure.pipe("svg")
    small = draw(
        autograd.half_squared_error(MLP(1, [3, 1], "sigmoid", seed=0)(0.5), 0.2), group="layer"
    )
    assert len(texts(small)) == 10  # x W1 B1 Z1 A1 W2 B2 Z2 Y Loss


def test_every_value_is_in_one_place() -> None:
    root = losses(3)
    operations, leaves = autograd.tape.tape(root)
    for group in (None, "layer"):
        items, _ = folding.shown(root, group, None, 10_000)
        values = [value for item in items for value in item.values]
        assert len(values) == len(set(values))
        if group is None:
            assert set(values) == {*operations, *leaves}
        seen: set[Any] = set()
        for item in items:
            assert all(
                use.source in seen
                for use in item.uses
                if isinstance(use.source, folding.Item) and group is None
            )
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


def test_what_is_too_large_says_so_at_once() -> None:
    x = y = Value(0.5, "x")
    for i in range(1_000_000):
        y = y * 0.999 if i % 2 else y.tanh()
    begin = time.perf_counter()
    autograd.tape.tape(y)
    walk = time.perf_counter() - begin
    figure = draw(y)
    for act in (figure.pipe, lambda: figure.save("never.svg")):
        with pytest.raises(
            LayoutError,
            match=r'this graph has 1 000 001 nodes; at most 300 are drawn\. Try group="layer", group=',
        ):
            act()
    assert (
        time.perf_counter() - begin < 60.0 + 10.0 * walk
    )  # some 2 s; a hang is what this is about
    assert draw(y, depth=5).pipe()
    assert x.grad == 0.0


def test_what_looks_different_is_not_alike() -> None:
    x = [Value(0.1 * i, f"x{i}") for i in range(1, 41)]
    terms = (
        [v**2 if i % 2 else v**3 for i, v in enumerate(x)]
        + [v * v for v in x]
        + [v * x[0] for v in x[1:]]
    )
    folded = [text for text in texts(draw(autograd.total(terms), group="sample")) if "more" in text]
    assert folded == ["19 more like it", "19 more like it", "39 more like it", "38 more like it"]
    energy = x[0] * x[1] + x[2]
    energy.label = "energy"
    assert any(
        text.startswith("energy") for text in texts(draw(energy + x[3] + x[4], group="sample"))
    )
    numbers = draw(autograd.total([x[0], x[0], x[1], 2.0, 3.0]), group="sample").source
    assert re.findall(r'label=(\d) class="value constant"', numbers) == ["2", "3"]


def test_folded_sums_name_the_operand_on_their_arrows() -> None:
    a = Value(2.0, "a")
    terms = [v for i in range(200) for v in ((a * i).tanh(), (a * i) ** 2)]
    for i, term in enumerate(terms):
        term.label = f"t{i}"
    total = autograd.mean(terms)
    total.backward()
    arrows = re.findall(r'label="(∂/∂t\d+ = [^"]*)"', draw(total, True, edges="formula").source)
    assert arrows == ["∂/∂t0 = 1 / 400", "∂/∂t1 = 1 / 400"]
    assert "∂/∂a = 1" in draw(1.0 + a, True, edges="formula", group="sample").source
    source = draw(total, highlight=terms[-1]).source  # which is among the second "199 more like it"
    assert "what is highlighted is not drawn" in source
    stubs = re.findall(r'label="199 more like it" .*fillcolor="(#\w+)"', source)
    assert stubs == [FADED, ROLES["folded"]["fillcolor"]]


def test_stubs_stand_where_the_operand_stood() -> None:
    x, h = Value(2.0, "x"), (Value(1.0, "a") + 1.0).tanh()
    source = draw(h / x + x, depth=1).source
    assert source.index('label="… 3 values"') < source.index("n3_op")
    divided = re.findall(r"\tn(\d) -> n(\d)_op", source)
    assert [tail for tail, head in divided if head == divided[0][1]] == [
        divided[0][0],
        divided[1][0],
    ]
    for wrong in (-1, -5):
        with pytest.raises(ValueError, match="depth counts operations from the root"):
            draw(x * h, depth=wrong)


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
        draw(y2, True, edges="contribution")
