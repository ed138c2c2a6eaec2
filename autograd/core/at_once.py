"""Changes to many Values that are made wholly or not at all.

Between two lines of Python another thread may run, and a signal may raise an error such as
KeyboardInterrupt. Within one call of a function in C neither gets in, as long as that calls no code
of Python. So what has to hold together is computed first, then written here in one such call.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from operator import add, eq
from typing import Any, TypeAlias

from autograd.core.tracking import SCOPE

Changes: TypeAlias = Iterator[Any]  # each is made when it is asked for

_GOES_ON = {True: None}  # looked up by whether a number is what it was: a KeyError where it is not


def at_once(*changes: Changes) -> None:
    """Make all changes, between which no other thread and no signal gets in."""
    deque(chain(*changes), maxlen=0)


def move(leaves: Sequence[Any], before: Iterable[float], after: Iterable[float]) -> Changes:
    """Changes of the numbers of leaves, none of them if one has another number than before.

    Then another thread has moved it, which is a KeyError. No number may be a NaN.
    """
    now = map(_slot("_data").__get__, leaves)
    return chain(map(_GOES_ON.__getitem__, map(eq, before, now)), data_put(leaves, after))


def items_put(into: Any, places: Iterable[Any], items: Iterable[Any]) -> Changes:
    """Changes of a list or a dict."""
    return map(into.__setitem__, places, items)


def data_put(leaves: Iterable[Any], numbers: Iterable[float]) -> Changes:
    """Changes of the numbers of leaves, from which nobody learns anything."""
    # A slot of memory, whatever a subclass calls by its name.
    return map(_slot("_data").__set__, leaves, numbers)


def grads_put(nodes: Iterable[Any], gradients: Iterable[float]) -> Changes:
    """Changes of gradients."""
    return map(_slot("_grad").__set__, nodes, gradients)


def grads_added(nodes: Sequence[Any], gradients: Iterable[float]) -> Changes:
    """Changes of gradients by what is added to each."""
    return grads_put(nodes, map(add, map(_slot("_grad").__get__, nodes), gradients))


def grads_zeroed(nodes: Iterable[Any]) -> Changes:
    """Changes of gradients to 0."""
    return grads_put(nodes, repeat(0.0))


def grads_seen(nodes: Iterable[Any]) -> list[float]:
    """All gradients at one moment; None, as PyTorch sets it, counts as 0."""
    seen = [*map(_slot("_grad").__get__, nodes)]
    return [grad or 0.0 for grad in seen]


def _slot(name: str) -> Any:
    return vars(SCOPE["Value"])[name]
