"""The generators of random numbers that a network and its loss may draw from."""

import pickle
import random
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FunctionType, MethodType, ModuleType
from typing import Any

from autograd.core.value import Value

MOST = 10_000  # things that are looked into


class Generators:
    """Those that all code shares, Python's and NumPy's, and those within reach of some things.

    Within reach are attributes, items, what functions close over, and the globals that they name.
    """

    def __init__(self, *things: Any) -> None:
        shared: list[Any] = [random.getstate.__self__]  # type: ignore[attr-defined]  # a method
        numpy_random = sys.modules.get("numpy.random")
        if numpy_random:
            shared.append(numpy_random.get_state.__self__)
        found = [*shared, *_within_reach(things)]
        self._generators = [*filter(_is_generator, found)]

    def states(self) -> list[Any]:
        """What they will draw next, to be compared."""
        states = [_state(generator) for generator in self._generators]
        # Python's are tuples of numbers; NumPy's hold arrays, which are not equal but by element.
        is_python = [isinstance(generator, random.Random) for generator in self._generators]
        pairs = zip(states, is_python, strict=True)
        return [state if is_tuple else pickle.dumps(state) for state, is_tuple in pairs]

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Leave them as they were, so that all engines begin alike."""
        before = [_state(generator) for generator in self._generators]
        try:
            yield
        finally:
            for generator, state in zip(self._generators, before, strict=True):
                _restore(generator, state)


def _is_generator(thing: Any) -> bool:
    if isinstance(thing, random.Random):
        return not isinstance(thing, random.SystemRandom)  # which has no state
    numpy_random = sys.modules.get("numpy.random")
    kinds = (numpy_random.RandomState, numpy_random.Generator) if numpy_random else ()
    return isinstance(thing, kinds)


def _state(generator: Any) -> Any:
    if hasattr(generator, "bit_generator"):
        return generator.bit_generator.state
    return generator.getstate() if hasattr(generator, "getstate") else generator.get_state()


def _restore(generator: Any, state: Any) -> None:
    if hasattr(generator, "bit_generator"):
        generator.bit_generator.state = state
    elif hasattr(generator, "setstate"):
        generator.setstate(state)
    else:
        generator.set_state(state)


def _within_reach(things: Iterable[Any]) -> Iterator[Any]:
    seen: set[int] = set()
    waiting = deque(things)
    while waiting and len(seen) < MOST:
        thing = waiting.popleft()
        if id(thing) not in seen:
            seen.add(id(thing))
            yield thing
            waiting.extend(_parts(thing))


def _parts(thing: Any) -> Iterable[Any]:
    """What a thing is made of, as far as its code may use it."""
    if isinstance(thing, Value | str | bytes | float | int | type | ModuleType):
        return ()
    if isinstance(thing, MethodType):
        return thing.__self__, thing.__func__
    if isinstance(thing, FunctionType):
        return _parts_of_function(thing)
    if isinstance(thing, dict):
        return thing.values()
    if isinstance(thing, list | tuple | set):
        return [] if all(isinstance(x, Value) for x in thing) else thing
    attributes = [*getattr(thing, "__dict__", {}).values()]
    if not _is_ours(type(thing)):
        attributes += [x for x in vars(type(thing)).values() if isinstance(x, FunctionType)]
    return attributes


def _is_ours(thing: Any) -> bool:
    """Whether a class or function is of this package, which draws only when networks are made."""
    return str(thing.__module__).startswith("autograd.")


def _parts_of_function(function: FunctionType) -> Iterator[Any]:
    if _is_ours(function):
        return
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # of a name that has no value yet
            continue
    yield from function.__defaults__ or ()
    for name in function.__code__.co_names:
        if name in function.__globals__:
            yield function.__globals__[name]
