"""What network and loss make of targets, and of inputs, as numbers."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from math import isclose
from typing import Any

from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.derivatives import gradients
from autograd.nn.objective import Objective
from autograd.nn.parameter import distinct
from autograd.nn.samples import Example, Kind, Known
from autograd.program.reach import is_ours

MOST_CHECKED = 10_000  # targets, by some microseconds each
TRIED = 30  # examples, by two graphs each
ROUNDED = 1e-9  # of the largest derivative

# What a graph may know beside what it knows.
_MORE = {
    Known.NOTHING: (Known.TARGETS, Known.WHOLE_INPUTS),
    Known.TARGETS: (Known.BOTH,),
    Known.WHOLE_INPUTS: (Known.BOTH,),
    Known.BOTH: (),
}


def check_targets(objective: Objective, examples: Iterable[Example]) -> None:
    """Raise what the loss says of a target, such as a label that is no class, naming the sample.

    Each target is tried with one prediction for all samples of a length. A loss that has no number
    is not spoken of: it may have one later.
    """
    predictions: dict[Kind, Any] = {}
    seen: set[tuple[Any, ...]] = set()
    with objective.surroundings.restored():
        for example in examples:
            kind = Kind.of(example, Known.NOTHING)
            if (kind, example.y) in seen:
                continue
            seen.add((kind, example.y))
            with suppress(ArithmeticError):
                if kind not in predictions:
                    predictions[kind] = objective.predict(example, kind)
                objective.record_loss(predictions[kind], example)
            if len(seen) == MOST_CHECKED:
                return


def asks_for_numbers(objective: Objective, known: Known) -> bool:
    """Whether there is another graph if more numbers are known, as by `if y in (0, 1)`."""
    if is_ours(objective.loss) and is_ours(type(objective.net)):
        return False
    with objective.surroundings.restored():
        return any(_differs(objective, known, more) for more in _MORE[known])


def _differs(objective: Objective, known: Known, more: Known) -> bool:
    """Whether some example has another answer by more numbers."""
    if more.has_targets and not objective.takes_numbers:
        return False
    firsts: dict[Kind, Example] = {}
    for example in objective.examples:
        firsts.setdefault(Kind.of(example, more), example)
    return any(
        _differs_at(objective, example, Kind.of(example, known), kind)
        for kind, example in _spread([*firsts.items()])
    )


def _spread(items: Sequence[Any]) -> Sequence[Any]:
    """Some of many items, from all over them."""
    step = -(-len(items) // TRIED)
    return items[::step]


def _differs_at(objective: Objective, example: Example, kind: Kind, more: Kind) -> bool:
    if kind == more:
        return False
    with suppress(ArithmeticError, AttributeError, LookupError, TypeError):
        one = _answer(objective, objective.record(example, kind)[0])
        other = _answer(objective, objective.record(example, more)[0])
        return not _are_alike(one, other)
    return False


def _are_alike(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether they differ by rounding alone: a look-up by a Value adds up in another order."""
    least = ROUNDED * max(map(abs, one))
    pairs = zip(one, other, strict=True)
    return all(isclose(x, y, rel_tol=ROUNDED, abs_tol=least) for x, y in pairs)


def _answer(objective: Objective, loss: Value) -> tuple[float, ...]:
    return peek(loss), *gradients(loss, distinct(objective.net.parameters()))
