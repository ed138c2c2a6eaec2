"""What a network and its loss draw from, and count in: it is looked at, and kept as it was.

A program replays one recording. A generator of random numbers, a count of calls or a running mean
would be another one at the next.
"""

import pickle
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import CellType
from typing import Any, NamedTuple

from autograd.core.value import Value
from autograd.program.reach import PLAIN, Globals, contents_of, is_ours, within_reach


class State(NamedTuple):
    """How to look at what changes, as something to be compared, and how to put it back."""

    get: Callable[[], Any]
    put: Callable[[Any], None]


class Surroundings:
    """The generators that all code shares, and what is within reach of some things.

    Shared are those of Python, NumPy and PyTorch. Within reach are attributes, of classes too,
    items, what functions close over or have as defaults, and the globals that they name. Of these,
    generators and plain numbers count.
    """

    def __init__(self, *things: Any) -> None:
        # Functions such as random.random() are methods of one generator, as are NumPy's.
        shared: list[Any] = [random.getstate.__self__]  # type: ignore[attr-defined]  # a method
        numpy_random = sys.modules.get("numpy.random")
        if numpy_random:
            shared.append(numpy_random.get_state.__self__)
        found = [*within_reach(things)]
        may_draw = not all(map(_draws_nothing, found))
        if may_draw:
            found += shared
        self.has_iterators = any(map(is_iterator, found))
        self._generators = [*filter(None, map(_state_of_generator, found))]
        torch = sys.modules.get("torch")
        if torch and may_draw:
            self._generators.append(_state_of_torch(torch))
        self._counts = [*filter(None, map(_state_of_numbers, found))]

    def draws(self) -> list[Any]:
        """What generators will draw next, to be compared."""
        return [state.get() for state in self._generators]

    def counts(self) -> list[Any]:
        """The numbers within reach, to be compared."""
        return [state.get() for state in self._counts]

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Leave all as it was, so that all engines begin alike."""
        states = [*self._generators, *self._counts]
        before = [state.get() for state in states]
        try:
            yield
        finally:
            for state, what in zip(states, before, strict=True):
                state.put(what)


def is_iterator(thing: Any) -> bool:
    """Whether a thing gives something else each time; a class of such things does not."""
    return hasattr(thing, "__next__") and not isinstance(thing, type)


def _draws_nothing(thing: Any) -> bool:
    """Whether a thing is plain, or of this package, which draws only when networks are made."""
    return isinstance(thing, (Value, list, tuple, dict, *PLAIN)) or is_ours(thing)


def _state_of_generator(thing: Any) -> State | None:
    if isinstance(thing, random.SystemRandom):
        return State(object, lambda state: None)  # which has no state: never the same
    if isinstance(thing, random.Random):
        return State(thing.getstate, thing.setstate)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is None:
        return None
    if isinstance(thing, numpy_random.RandomState):
        return _pickled(thing.get_state, thing.set_state)
    if isinstance(thing, numpy_random.Generator):
        thing = thing.bit_generator
    if isinstance(thing, numpy_random.BitGenerator):
        return _pickled(lambda: thing.state, lambda state: setattr(thing, "state", state))
    return None


def _state_of_torch(torch: Any) -> State:
    """The shared generator of PyTorch, whose tensors are not pickled alike twice."""

    def get() -> list[int]:
        return torch.get_rng_state().tolist()  # type: ignore[no-any-return]  # of bytes

    def put(state: list[int]) -> None:
        torch.set_rng_state(torch.tensor(state, dtype=torch.uint8))

    return State(get, put)


def _pickled(get: Callable[[], Any], put: Callable[[Any], None]) -> State:
    """A state that holds arrays, which are not equal as a whole."""
    return State(lambda: pickle.dumps(get()), lambda state: put(pickle.loads(state)))


def _state_of_numbers(thing: Any) -> State | None:
    """The plain numbers and texts in attributes, globals, and what a function closes over."""
    if isinstance(thing, CellType):
        return State(lambda: contents_of(thing), lambda state: _put_contents(thing, state))
    if isinstance(thing, Globals):
        space, names = thing
        return State(lambda: _plain(space, names), space.update)
    if isinstance(thing, dict):
        return State(lambda: _plain(thing, [*thing]), lambda state: _put_back(thing, state))
    return None


def _plain(space: dict[Any, Any], names: Iterable[Any]) -> dict[Any, Any]:
    return {name: space[name] for name in names if name in space and type(space[name]) in PLAIN}


def _put_back(space: dict[Any, Any], state: dict[Any, Any]) -> None:
    for name in _plain(space, [*space]).keys() - state.keys():
        del space[name]  # was made meanwhile
    space.update(state)


def _put_contents(cell: CellType, contents: Any) -> None:
    if type(contents) in PLAIN and contents is not None:
        cell.cell_contents = contents
