"""A chain longer than a page goes on in the next row; whatever else would tangle stays whole."""

import math
import re
from collections.abc import Callable

import pytest

from autograd import MLP, Figure, Value, draw, half_squared_error
from autograd.core.graph import below
from tests.parsed import Parsed


def chain(length: int) -> Value:
    y = Value(0.5, "x")
    for i in range(length):
        y = y.sin() if i % 2 else y.tanh()
    return y


def rows(figure: Figure, along: int) -> list[list[str]]:
    """The boxes of results in one line, line by line: along x in a row, along y in a column."""
    found: list[tuple[float, float, str]] = []
    for name, (x, y) in Parsed(figure).places.items():
        if name != "n1" and not name.endswith(("_op", "_again")):
            place = (x, -y)  # as they are read, from the left and from above
            found.append((place[1 - along], place[along], name))
    lines: list[list[tuple[float, str]]] = []
    last = -math.inf
    for across, forward, name in sorted(found):
        if across - last > 20.0:  # lines of boxes are 30 points apart, or more
            lines.append([])
        lines[-1].append((forward, name))
        last = across
    return [[name for _, name in sorted(line)] for line in lines]


def boxes(first: int, last: int) -> list[str]:
    return [f"n{i}" for i in range(first, last + 1)]


FIVE_ROWS = [boxes(2 + 8 * i, 9 + 8 * i) for i in range(5)]


@pytest.mark.usefixtures("backend")
def test_a_long_chain_is_read_row_by_row() -> None:
    assert rows(draw(chain(40)), along=0) == FIVE_ROWS


@pytest.mark.usefixtures("backend")
def test_from_top_to_bottom_it_is_read_column_by_column() -> None:
    assert rows(draw(chain(40), rankdir="TB"), along=1) == FIVE_ROWS


def named_again(figure: Figure) -> list[str]:
    """The boxes at the beginning of rows that name the end of the row before."""
    return re.findall(r"\t(n\d+_again) \[", figure.source)


def test_with_red_arrows_rows_are_shorter() -> None:
    figure = draw(chain(10), backward=True)
    assert named_again(figure) == ["n6_again"]
    leading = [
        line for line in figure.source.splitlines() if line.startswith("\tn6_again -> n7_op")
    ]
    assert len(leading) == 2  # an arrow each way
    assert "n6 -> " not in figure.source


def test_all_of_a_long_chain_is_drawn() -> None:
    y = chain(299)
    figure = draw(y)
    operations, leaves = below(y)
    assert figure.elements.keys() == {*leaves, *operations}
    drawn = {edge.ends for edge in Parsed(figure).edges}
    again = {int(name[1:-6]) for name in named_again(figure)}
    assert len(again) == 37
    names = {i: f"n{i}_again" if i in again else f"n{i}" for i in range(1, 300)}
    operands = {(name, f"n{i + 1}_op") for i, name in names.items()}
    assert drawn == operands | {(f"n{i}_op", f"n{i}") for i in range(2, 301)}


@pytest.mark.parametrize("length", [0, 1, 8])
def test_what_fits_on_a_page_is_one_row(length: int) -> None:
    assert "rank=same" not in draw(chain(length)).source
    assert not named_again(draw(chain(length)))


def recurrent(shared: bool) -> Value:
    h = Value(0.5, "x")
    w = Value(0.5, "w")
    for _ in range(12):
        h = (h * (w if shared else Value(0.5))).tanh()
    return h


def with_side_branch() -> Value:
    return chain(20) * Value(2.0).exp()


def deep_network() -> Value:
    return half_squared_error(MLP(1, [2] * 8 + [1], "tanh", seed=0)(0.5), 0.2)


@pytest.mark.parametrize(
    ("build", "rows_after_the_first"),
    [
        pytest.param(lambda: recurrent(shared=False), 2, id="each step has a number of its own"),
        pytest.param(lambda: recurrent(shared=True), 0, id="one number goes into all steps"),
        pytest.param(with_side_branch, 2, id="a side branch joins the last row"),
        pytest.param(deep_network, 0, id="two values in each layer"),
    ],
)
def test_rows_end_where_one_value_leads_on(
    build: Callable[[], Value], rows_after_the_first: int
) -> None:
    assert len(named_again(draw(build()))) == rows_after_the_first


@pytest.mark.usefixtures("backend")
def test_rows_with_leaves_beside_them_begin_in_one_column_from_above() -> None:
    figure = draw(recurrent(shared=False), backward=True)
    places = Parsed(figure).places
    starts = [places[name] for name in ("n1", *named_again(figure))]
    assert len(starts) == 5
    assert len({round(x) for x, _ in starts}) == 1
    heights = [y for _, y in starts]
    assert heights == sorted(heights, reverse=True)


@pytest.mark.usefixtures("backend")
def test_a_row_may_begin_with_any_name() -> None:
    y = chain(5)
    y.label = "<b>"
    figure = draw(y.sin().sin().sin().sin())
    (again,) = named_again(figure)
    assert Parsed(figure).nodes[again].lines == ["<b>"]
