"""Which engine has run programs first, by how long each says that it takes."""

from collections.abc import Sequence
from typing import NamedTuple

from autograd.program.engines import ENGINES, Engine
from autograd.program.size import Size


class Choice(NamedTuple):
    """An engine, and why that one."""

    engine: Engine
    why: str


def fastest(work: Sequence[tuple[Size, int]], moves: int = 0) -> Choice:
    """The engine that has run programs of these sizes first, each over so many samples.

    Its time to compile is included, and that to move a parameter so many times. Python, if a
    program is too large for all.
    """
    ready = [engine for engine in ENGINES.values() if engine.is_available()]
    able = [e for e in ready if not any(e.refusal(size) for size, _ in work)]
    if not able:
        return Choice(ENGINES["python"], "the graph is too large for all engines")
    seconds = {engine: _seconds(engine, work, moves) for engine in able}
    by_time = sorted(able, key=seconds.__getitem__)
    times = [f"{engine.name} about {seconds[engine]:.2g} s" for engine in by_time]
    return Choice(by_time[0], f"expected to be done first, compiling included: {', '.join(times)}")


def _seconds(engine: Engine, work: Sequence[tuple[Size, int]], moves: int) -> float:
    """About how long an engine takes for all of it; it starts once, whatever there is to run."""
    total = engine.seconds_to_start + moves * engine.seconds_to_move
    for size, samples in work:
        a_sample = engine.seconds_to_run(size)
        if len(work) > 1:  # in what order they come says a loop around all programs
            a_sample += engine.seconds_to_call(size)
        total += engine.seconds_to_compile(size) + samples * a_sample
    return total
