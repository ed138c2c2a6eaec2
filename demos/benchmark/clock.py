"""How long something takes."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple


class Timed(NamedTuple):
    seconds: float
    result: Any


def timed(work: Callable[[], Any], clock: Callable[[], float] = perf_counter) -> Timed:
    """Seconds by a clock: `process_time` lets other processes of the machine alone."""
    begin = clock()
    result = work()
    return Timed(clock() - begin, result)
