"""Moments of a training: the numbers of the parameters after some of its steps."""

from collections.abc import Iterable
from typing import Any

from autograd import MLP

Numbers = list[float]
Moments = list[tuple[int, Numbers]]  # a step, and the parameters after it

COUNT = 210  # of which 201 differ in the published run
DIGITS = 8  # that the page keeps of a parameter


def numbers_of(net: MLP) -> Numbers:
    return [parameter.data for parameter in net.parameters()]


def spread(last: int, count: int = COUNT) -> set[int]:
    """Whole numbers from 0 to `last`, about so many: half of them evenly, half by powers.

    Early steps change much, later ones little, but all through the run.
    """
    half = count // 2
    evenly = {round(last * i / half) for i in range(half + 1)}
    by_powers = {round(last ** (i / half)) for i in range(half)}
    return evenly | by_powers


def moments_of(net: MLP, batches: Iterable[Any], steps: int) -> Moments:
    """The numbers of a network at moments of its training, which this runs."""
    wanted = spread(steps)
    moments = [(0, numbers_of(net))]
    for step, _ in enumerate(batches, 1):
        if step in wanted:
            moments.append((step, numbers_of(net)))
    return moments


def as_data(moments: Moments) -> dict[str, Any]:
    """Moments for the page: the steps, and all numbers one after the other, to DIGITS digits."""
    return {
        "steps": [step for step, _ in moments],
        "numbers": [float(f"{x:.{DIGITS}g}") for _, numbers in moments for x in numbers],
    }
