"""A chain of a million operations: recorded, swept, freed, copied, told and drawn like a short one.

Nothing here may recurse over the graph, or take time that grows faster than it. Without the marker
`long` the chain has thirty thousand operations.
"""

import copy
import gc
import pickle
import re
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

import autograd
from autograd import LayoutError, Value, draw, explain, grad, jvp
from autograd.core.graph import operand_values
from autograd.show import explanation, folding, layout
from tests.alive import alive

Chain = tuple[Value, Value]


@pytest.fixture(params=[30_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def length(request: pytest.FixtureRequest) -> int:
    """How many operations a chain has."""
    assert isinstance(request.param, int)
    return request.param


def chain(length: int) -> Chain:
    """x and x·1 + x + x + …: so many operations, and the derivative by x."""
    x = Value(1.0, "x")
    y = x * 1.0
    for _ in range(length - 1):
        y = y + x
    return x, y


def test_it_is_swept_and_freed(length: int) -> None:
    limit = sys.getrecursionlimit()
    gc.collect()
    gc.disable()
    try:
        before = alive()
        x, y = chain(length)
        y.backward()
        assert (y.data, x.grad) == (length, length)
        assert alive() == before + 1 + length
        del y  # as many frees in a row, without recursion and without the collector
        assert alive() == before + 1  # x
    finally:
        gc.enable()
    assert sys.getrecursionlimit() == limit


def test_it_has_derivatives_as_numbers_and_as_values(length: int) -> None:
    x, y = chain(length)
    assert grad(y, [x]) == [length]
    assert jvp(y, [x], [2.0]) == 2.0 * length
    assert grad(y, [x], create_graph=True)[0].data == length
    assert x.grad == 0.0


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda graph: pickle.loads(pickle.dumps(graph))],
    ids=["copied", "pickled"],
)
def test_it_is_copied_with_its_gradients(length: int, copied: Callable[[Chain], Chain]) -> None:
    x, y = chain(length)
    y.label = "y"
    y.backward()
    x.data = 7.0  # copies keep the recorded point
    copied_x, copied_y = copied((x, y))
    assert (copied_x.grad, copied_y.label, copied_x.data) == (length, "y", 7.0)
    assert copied_y.op is y.op
    copied_x.grad = 0.0
    copied_y.backward()
    assert (copied_x.grad, copied_y.data) == (length, length)
    assert (x.grad, y.grad) == (length, 1.0)


def test_it_shares_its_operands_with_a_shallow_copy(length: int) -> None:
    x, y = chain(length)
    copy.copy(y).backward()
    assert (x.grad, y.grad) == (length, 0.0)


@pytest.mark.parametrize("debugging", [False, True])
def test_the_operation_in_its_middle_is_to_blame(length: int, debugging: bool) -> None:
    x = y = Value(0.0, "x")
    middle = length // 2
    line = sys._getframe().f_lineno + 3
    with autograd.debug() if debugging else nullcontext():
        for i in range(1, length + 1):
            y = y.sqrt() if i == middle else y + 0.0
    where = rf" \(made at {re.escape(__file__)}:{line}\)" if debugging else ""
    named = rf"the derivative of v{middle} = sqrt\(a\){where} by a at a = v{middle - 1} = 0\.0"
    with pytest.raises(FloatingPointError, match=named):
        y.backward()
    assert x.grad == 0.0


def test_it_is_explained_up_to_a_text_of_ten_megabytes(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(length):
        y = y + 1.0
    if length > explanation.MOST:
        monkeypatch.setattr(explanation, "_Graph", lambda root: pytest.fail("it was computed"))
        most = f"tells at most 100,000 gradients, here there are {length + 1:,}: explain the loss"
        for leaf in (None, x):
            with pytest.raises(ValueError, match=most):
                explain(y, leaf)
        return
    told = explain(y, x)
    assert (told.path_count, told.steps[-1].gradient) == (1, 1.0)
    (path,) = told.paths
    assert (path.product, len(path.flows)) == (1.0, length)


def test_its_page_is_refused_before_anything_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = explain(chain(301)[1])
    monkeypatch.setattr(explanation, "_Graph", lambda root: pytest.fail("it was computed"))
    with pytest.raises(ValueError, match="a page shows at most 300 values, this graph has 302"):
        told.html()


def test_a_chain_is_followed_only_as_far_as_it_could_be_drawn(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, y = chain(10)
    for _ in range(length):
        y = y.tanh()
    y.backward()
    asked: list[Value] = []

    def counted(node: Value) -> tuple[Value, ...]:
        asked.append(node)
        return operand_values(node)

    monkeypatch.setattr(folding, "operand_values", counted)
    monkeypatch.setattr(folding, "sweep", lambda *_, **__: pytest.fail("gradients were computed"))
    assert "at most 300 are drawn" in draw(y).refusal
    assert len(asked) == 9 + 301  # additions, which are drawn as one; and operations


def test_its_drawing_is_refused_without_a_layout(
    length: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    x = y = Value(0.5, "x")
    for i in range(length):
        y = y * 0.999 if i % 2 else y.tanh()
    assert draw(y, depth=5).pipe()
    figure = draw(y)
    monkeypatch.setattr(layout, "layout_programs", lambda: pytest.fail("a layout was begun"))
    size = f"{length + 1:_}".replace("_", " ")
    message = rf'this graph has {size} nodes; at most 300 are drawn\. Try group="layer", group='
    with pytest.raises(LayoutError, match=message):
        figure.pipe()
    with pytest.raises(LayoutError, match=message):
        figure.save(tmp_path / "never.svg")
    assert not list(tmp_path.iterdir())
    assert x.grad == 0.0


@pytest.mark.parametrize("length", [2000, pytest.param(20_000, marks=pytest.mark.long)])
def test_its_drawing_has_a_text(length: int) -> None:
    y = Value(1.0, "x")
    for _ in range(length):
        y = y * 1.0
    assert draw(y).source.count("_op") > 2 * length
