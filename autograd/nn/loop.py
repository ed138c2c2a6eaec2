"""The mini-batch loop, as text that Python runs on lists and numba compiles for arrays."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from autograd.program.jitted import Run

_63_BITS = 0x7FFFFFFFFFFFFFFF


class State(NamedTuple):
    """Where a training stands, in lists or arrays of numbers that the loop changes in place.

    Parameters move from `data` to `moved`, and what the optimizer remembers from `memory` to
    `after`, once all of it is known to be finite.
    """

    order: Any  # of the samples in this epoch
    data: Any  # the numbers of the parameters, and after them of the leaves that stay
    moved: Any
    memory: Any
    after: Any
    settings: Any  # the optimizer's
    rates: Any  # the learning rates of the steps to come, which begin anew at the end
    losses: Any  # the mean loss of each epoch, or of the one under way alone
    latest: Any  # the mean loss of the last batch
    position: Any  # steps taken, and the state of the shuffle


def mini_batches(
    run: Run, settle: Callable[..., bool], shuffle: Callable[[Any, int], int]
) -> Callable[..., None]:
    """The loop around a program and what `settling` made of an optimizer's `update`."""

    def take(samples: Any, state: State, size: int, steps: int, stop: int) -> None:
        """Go on to step `stop`, or to one where a number is not finite, which is not taken."""
        order = state.order
        position = state.position
        first = position[0]
        state.moved[:] = state.data
        state.after[:] = state.memory
        for step in range(first, stop):
            start = step % steps * size
            batch = order[start : start + size]
            loss, gradients = run(samples, batch, state.data)
            state.settings[0] = state.rates[(step - first) % len(state.rates)]
            if not settle(state, loss, gradients, step):
                break
            state.latest[0] = loss
            epoch = step // steps % len(state.losses)
            state.losses[epoch] += loss * len(batch) / len(order)
            if start + size >= len(order):
                position[1] = shuffle(order, position[1])
            position[0] = step + 1

    return take


@lru_cache(32)
def settling(update: Callable[..., None]) -> Callable[..., bool]:
    """A step by an optimizer's `update`, which is taken only if all numbers stay finite."""

    def settle(state: State, loss: float, gradients: Any, step: int) -> bool:
        moved = state.moved
        after = state.after
        update(moved, gradients, after, state.settings, step)
        trouble = 0.0 * loss  # becomes NaN by any number that is not finite
        for x in moved:
            trouble += 0.0 * x
        for x in after:
            trouble += 0.0 * x
        if trouble != 0.0:
            return False
        state.data[:] = moved
        state.memory[:] = after
        return True

    return settle


def first_seed(seed: int) -> int:
    """The state of the generator that a seed begins with."""
    return int(seed) & _63_BITS


def shuffle(order: Any, state: int) -> int:
    """Shuffle a list of places, and give the next state of the generator.

    Fisher and Yates' shuffle (Knuth, The Art of Computer Programming, 3.4.2, algorithm P), on the
    linear congruential generator of Knuth's MMIX (3.3.4, table 1, line 26), in integers that 64
    bits hold: alike in Python and in machine code.
    """
    for i in range(len(order) - 1, 0, -1):
        state = (state * 6364136223846793005 + 1442695040888963407) & _63_BITS
        j = (state >> 31) * (i + 1) >> 32
        moved = order[i]
        order[i] = order[j]
        order[j] = moved
    return state
