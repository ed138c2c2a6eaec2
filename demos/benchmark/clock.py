"""How long something takes."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, NamedTuple


class Timed(NamedTuple):
    seconds: float
    result: Any


def timed(work: Callable[[], Any]) -> Timed:
    begin = perf_counter()
    result = work()
    return Timed(perf_counter() - begin, result)
