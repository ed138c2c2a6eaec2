"""The generators of random numbers that a network and its loss may draw from."""

import pickle
import random
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any

from autograd.core.value import Value

MOST = 10_000  # things that are looked into


class Generators:
    """Those that all code shares, Python's and NumPy's, and those within reach of some things.

    Within reach are attributes, of classes too, items, what functions close over or have as
    defaults, and the globals that they name.
    """

    def __init__(self, *things: Any) -> None:
        # Functions such as random.random() are methods of one generator, as are NumPy's.
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
    if isinstance(thing, BuiltinFunctionType):  # as rng.random is
        return (thing.__self__,)
    if isinstance(thing, FunctionType):
        return _parts_of_function(thing)
    if isinstance(thing, dict):
        return thing.values()
    if isinstance(thing, list | tuple | set):
        return [] if all(isinstance(x, Value) for x in thing) else thing
    if isinstance(thing, partial):
        return thing.func, *thing.args, *thing.keywords.values()
    return [*getattr(thing, "__dict__", {}).values(), *_of_classes(thing)]


def _of_classes(thing: Any) -> Iterator[Any]:
    """Methods and other attributes of the classes of a thing, and what it keeps in their slots."""
    for kind in type(thing).__mro__:
        if kind is object or is_ours(kind):
            continue
        for name, attribute in vars(kind).items():
            if isinstance(attribute, MemberDescriptorType):
                yield getattr(thing, name, None)
            elif not name.startswith("__") or isinstance(attribute, FunctionType):
                yield attribute


def is_ours(thing: Any) -> bool:
    """Whether a class or function is of this package, which draws only when networks are made."""
    return str(getattr(thing, "__module__", "")).startswith("autograd.")


def _parts_of_function(function: FunctionType) -> Iterator[Any]:
    if is_ours(function):
        return
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # of a name that has no value yet
            continue
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for name in _names_in(function.__code__):
        if name in function.__globals__:
            yield function.__globals__[name]


def _names_in(code: CodeType) -> Iterator[str]:
    """The globals that a function names, those in functions within it too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
