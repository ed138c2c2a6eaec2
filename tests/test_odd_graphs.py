"""Graphs under max_nodes that a layout would not finish: weights of all steps, and odd shapes.

What costs a layout its time are pieces of long arrows. They are counted here, and no time is taken.
"""

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from autograd import Value, draw, explain, total
from autograd.core.graph import below
from autograd.show.folding import Graph, shown
from autograd.show.wrapping import LONGEST_ROW, MOST_PIECES, PIECES_BACKWARD, Rows
from tests.parsed import Parsed


def chain(length: int) -> Value:
    x = y = Value(0.5, "x")
    for _ in range(length):
        y = (y * x).tanh()
    return y


def recurrent(width: int, steps: int = 25) -> Value:
    matrix = [[Value(0.1, f"w{i}{j}") for j in range(width)] for i in range(width)]
    inputs = [Value(0.3, f"u{i}") for i in range(width)]
    state = [Value(0.0, f"h{i}") for i in range(width)]
    for step in range(steps):
        x = Value(0.1 * step, f"x{step}")
        sums = [sum(w * h for w, h in zip(row, state, strict=True)) for row in matrix]
        state = [(a + u * x).tanh() for a, u in zip(sums, inputs, strict=True)]
    return total(state)


def star() -> Value:
    return total([Value(float(i), f"x{i}") for i in range(200)])


def one_leaf_many_times() -> Value:
    x = Value(1.0, "x")
    return total([x] * 250)


def grid(size: int) -> Value:
    rows = [[Value(1.0, f"y{i}{j}") for j in range(size)] for i in range(size)]
    for i in range(1, size):
        for j in range(1, size):
            rows[i][j] = rows[i - 1][j] * rows[i][j - 1]
    return rows[-1][-1]


def squares() -> Value:
    x = Value(0.9999, "x")
    for _ in range(100):
        x = x * x
    return x


def dense(count: int) -> Value:
    values = [Value(0.1 * i, f"x{i}") for i in range(4)]
    for _ in range(count):
        values.append(total(values))
    return values[-1]


def scattered() -> Value:
    draws = random.Random(0)
    values = [Value(draws.uniform(-1.0, 1.0), f"x{i}") for i in range(10)]
    for _ in range(280):
        values.append(draws.choice(values[-12:]) * draws.choice(values))
    return values[-1]


def fibonacci() -> Value:
    a = Value(1.0, "a")
    b = Value(1.0, "b")
    for _ in range(140):
        a, b = b, a + b * 0.5
    return b


def ladder() -> Value:
    a = Value(1.0, "a")
    b = Value(2.0, "b")
    for _ in range(70):
        a, b = (a * b).tanh(), a + b
    return a + b


def skips() -> Value:
    states = [Value(0.5, "x")]
    for _ in range(60):
        states.append((total(states) * 0.1).tanh())
    return states[-1]


TANGLED = {
    "chain": lambda: chain(30),
    "long chain": lambda: chain(149),
    "recurrent, width 1": lambda: recurrent(1),
    "recurrent, width 2": lambda: recurrent(2),
    "recurrent, width 3": lambda: recurrent(3),
    "each sum of all before": lambda: dense(24),
    "scattered": scattered,
    "two values lead on": fibonacci,
    "two lead on, and one is used twice": ladder,
    "each step reads all before": skips,
}
PLAIN = {
    "short chain": lambda: chain(6),
    "star": star,
    "one leaf many times": one_leaf_many_times,
    "grid": lambda: grid(10),
    "squares": squares,
}


def pieces(root: Value, backward: bool) -> int:
    items, _ = shown(Graph(root), None, None, 300)
    rows = Rows(items, backward)
    return rows._pieces(items) * (PIECES_BACKWARD if backward else 1)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("build", TANGLED.values(), ids=TANGLED)
def test_what_a_layout_would_not_finish_goes_row_by_row(
    build: Callable[[], Value], backward: bool
) -> None:
    root = build()
    assert re.search(r"\tn\d+_again_\d+ \[", draw(root, backward=backward).source)
    most = 30_000 if backward else 25_000
    assert pieces(root, backward) < most


@pytest.mark.parametrize("build", PLAIN.values(), ids=PLAIN)
def test_what_a_layout_finishes_stays_as_it_is(build: Callable[[], Value]) -> None:
    root = build()
    assert pieces(root, backward=True) <= MOST_PIECES
    assert "_again_" not in draw(root, backward=True).source


@pytest.mark.parametrize("build", [fibonacci, ladder, skips])
def test_no_row_is_longer_than_an_image(build: Callable[[], Value]) -> None:
    items, _ = shown(Graph(build()), None, None, 300)
    rows = Rows(items, backward=False)
    ends = [0, *rows.ends, rows.levels[items[-1]]]
    assert max(end - start for start, end in pairwise(ends)) <= LONGEST_ROW


def test_where_much_is_named_again_the_layout_is_less_perfect() -> None:
    assert "mclimit=0.1" in draw(skips()).source
    assert "nslimit=0.1" in draw(skips()).source
    assert "limit" not in draw(fibonacci()).source


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_all_of_it_is_drawn_once_and_in_order(rankdir: str) -> None:
    root = chain(30)
    figure = Parsed(draw(root, backward=True, rankdir=rankdir))
    across = 1 if rankdir == "LR" else 0
    boxes = [name for name in figure.nodes if re.fullmatch(r"n\d+", name)]
    assert len(boxes) == 61
    rows = Rows(shown(Graph(root), None, None, 300)[0], backward=True)
    starts = [f"n{1 + rows.levels[item]}" for item in rows.starts]
    heights = [figure.places[name][across] for name in starts]
    assert heights in (sorted(heights), sorted(heights, reverse=True))
    arrows = [edge.ends for edge in figure.edges]
    assert len(arrows) == 60 + 2 * 90  # results; and operands, there and back


@pytest.mark.usefixtures("backend")
def test_its_page_is_written() -> None:
    assert "</svg>" in explain(chain(30)).html()


def test_every_value_has_its_element() -> None:
    root = recurrent(1)
    operations, leaves = below(root)
    assert draw(root, backward=True).elements.keys() == {*leaves, *operations}


class Body(list[str]):
    """The lines of a figure; it counts those that are read."""

    read = 0

    def __iter__(self) -> Iterator[str]:
        self.read += len(self)
        return super().__iter__()


def test_each_line_of_a_large_graph_is_written_once_and_read_once() -> None:
    figure = draw(chain(400))
    body = figure.body = Body()
    assert figure.source.count("rank=same") > 600
    assert body.read == len(body)
