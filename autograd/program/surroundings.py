"""What a network and its loss draw from, and count in: it is looked at, and kept as it was.

A program replays one recording. A generator of random numbers, a count of calls or a running mean
would be another one at the next.
"""

import pickle
import random
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    GeneratorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any, NamedTuple

from autograd.core.value import Value

MOST = 10_000  # things that are looked into
PLAIN = (bool, int, float, str, type(None))


class State(NamedTuple):
    """How to look at what changes, as something to be compared, and how to put it back."""

    get: Callable[[], Any]
    put: Callable[[Any], None]


class Globals(NamedTuple):
    """What of a module's names a function uses."""

    namespace: dict[str, Any]
    names: list[str]


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
        found = [*_within_reach(things)]
        may_draw = not all(map(_draws_nothing, found))
        if may_draw:
            found += shared
        self.has_iterators = any(hasattr(thing, "__next__") for thing in found)
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
        return State(lambda: _contents(thing), lambda state: _put_contents(thing, state))
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


def _contents(cell: CellType) -> Any:
    """What is in a cell; nothing yet for a name without a value."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _put_contents(cell: CellType, contents: Any) -> None:
    if type(contents) in PLAIN and contents is not None:
        cell.cell_contents = contents


def _within_reach(things: Iterable[Any]) -> Iterator[Any]:
    seen: set[int] = set()
    kept: list[Any] = []  # so that no id is used again
    waiting = deque(things)
    while waiting and len(seen) < MOST:
        thing = waiting.popleft()
        if id(thing) not in seen:
            seen.add(id(thing))
            kept.append(thing)
            yield thing
            waiting.extend(_parts(thing))


def _parts(thing: Any) -> Iterable[Any]:
    """What a thing is made of, as far as its code may use it."""
    match thing:
        case Value() | str() | bytes() | float() | int() | type() | ModuleType():
            return ()
        case Globals(namespace, names):
            return _named(namespace, names)
        case CellType():
            return (_contents(thing),)
        case MethodType():
            return thing.__self__, thing.__func__
        case BuiltinFunctionType():  # as rng.random is
            return (thing.__self__,)
        case staticmethod() | classmethod():
            return (thing.__func__,)
        case property():
            return (thing.fget,)
        case partial():
            return thing.func, *thing.args, *thing.keywords.values()
        case GeneratorType():
            return [*thing.gi_frame.f_locals.values()] if thing.gi_frame else ()
        case FunctionType():
            return _parts_of_function(thing)
        case dict():
            return thing.values()
        case list() | tuple() | set():
            return [] if all(isinstance(x, Value) for x in thing) else thing
    attributes = getattr(thing, "__dict__", {})
    if is_ours(type(thing)):  # which count nothing themselves
        return [x for x in attributes.values() if not isinstance(x, (Value, *PLAIN))]
    return [attributes, *_of_classes(thing)]


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
    """Whether a class, a function or an object is of this package."""
    return str(getattr(thing, "__module__", "")).startswith("autograd.")


def _parts_of_function(function: FunctionType) -> Iterator[Any]:
    if is_ours(function):
        return
    yield from function.__closure__ or ()
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    yield Globals(function.__globals__, [*_names_in(function.__code__)])


def _names_in(code: CodeType) -> Iterator[str]:
    """The names that a function uses, and functions within it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _named(space: dict[str, Any], names: Sequence[str]) -> Iterator[Any]:
    """The things of these names, and those in modules among them: `tools.rng` and `np.random`."""
    for name in names:
        thing = space.get(name)
        if isinstance(thing, ModuleType):
            yield from (vars(thing).get(inner) for inner in names)
        else:
            yield thing
