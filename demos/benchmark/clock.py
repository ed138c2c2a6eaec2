"""How long something takes."""

from collections.abc import Callable
from statistics import median
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


def often(once: Callable[[], Timed], seconds: float = 0.3, most: int = 1_000) -> Timed:
    """The median of as many runs as take so long together, and what the first gave."""
    first = once()
    times = [first.seconds]
    spent = first.seconds
    while spent < seconds and len(times) < most:
        times.append(once().seconds)
        spent += times[-1]
    return Timed(median(times), first.result)
