"""The parts by name, and a round of one: python -m tests.soak.parts PART SEED."""

import sys
from collections.abc import Callable
from typing import NamedTuple

from tests.soak import kills, signals, stateful, threads, worst


class Part(NamedTuple):
    """A round by its seed, which says how much it counted of what; it raises where that fails."""

    round: Callable[[int], int]
    what: str


PARTS = {
    "stateful": Part(stateful.round_of, "steps of the state machine"),
    "threads": Part(threads.round_of, "answers of threads"),
    "signals": Part(signals.round_of, "interrupts"),
    "kills": Part(kills.round_of, "kills"),
    "worst": Part(worst.round_of, "numbers held to the truth"),
}

if __name__ == "__main__":
    part, seed = sys.argv[1:]
    print(PARTS[part].round(int(seed)))
