"""What the guide says of each engine's numbers holds: nothing that it calls the same is apart.

The points are fewer than those of `python -m tests.same_numbers --guide`, and others. Error model:
engines that call the functions of Python's library round as it does, so that nothing is apart; of
the others the guide tells what was measured, rounded up, and no number here may be farther off.
"""

import numpy
import pytest

from autograd.core.rows import ROWS as ALL
from autograd.core.rows import Row
from tests import same_numbers
from tests.guides import guide
from tests.recorded import in_python
from tests.same_numbers import ROWS, Apart, Engine, bound, engines, measured, table, told

OURS = ('`engine="tape"`, by numba', '`engine="tape"`, in C', "`compile(y)`")
BY_LIBRARIES = ("power", "hypot", "erfc", "sinh", "silu")  # of JAX's, of C's and of browsers'


def held(row: Row, count: int, names: tuple[str, ...] = ()) -> None:
    """Hold the engines of these names, or all, to the guide in a row."""
    known = told(guide("autograd.program"))
    asked = [engine for engine in engines() if not names or engine.name in names]
    for apart in measured(row, count, asked):
        assert apart.ulps <= known[apart.engine].get(row.name, 0), apart


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_programs_and_tapes_have_the_numbers_of_the_graph(row: Row) -> None:
    held(row, 60, OURS)


@pytest.mark.parametrize("name", BY_LIBRARIES)
def test_all_engines_keep_to_the_guide(name: str) -> None:
    held(ALL[name], 200)


@pytest.mark.long
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_all_engines_keep_to_the_guide_in_each_row(row: Row) -> None:
    held(row, 1000)


def test_only_pages_and_jax_are_apart_by_the_guide() -> None:
    apart = [engine for engine, rows in told(guide("autograd.program")).items() if rows]
    assert apart == ["pages, in JavaScript", "`to_jax()`, in 64 bits"]


def test_the_table_is_read_as_it_is_written() -> None:
    found = [Apart("a", "exp", 3.0, ""), Apart("a", "log", 0.0, ""), Apart("b", "exp", 0.0, "")]
    text = f"{same_numbers.START}{table(found)}{same_numbers.END}"
    assert told(text) == {"a": {"exp": 5}, "b": {}}
    assert [bound(ulps) for ulps in (0.5, 1.0, 2.0, 3.0, 11.0, 495.0)] == [1, 1, 2, 5, 20, 500]


def test_one_wrong_bit_is_found() -> None:
    wrong = Engine(
        "wrong", lambda graph, points: numpy.nextafter(in_python(graph, points), numpy.inf)
    )
    (apart,) = measured(ALL["exp"], 20, [wrong])
    assert apart.ulps == 1.0
