"""What is in the containers within reach of a function, compared from call to call.

A recorded graph holds what was in them: other things there, and it is another graph.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from operator import length_hint
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    GeneratorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any, NamedTuple

from autograd.core.value import Value
from autograd.program.reach import (
    MOST,
    PLAIN,
    Globals,
    contents_of,
    is_installed,
    is_ours,
    parts_of,
    within_reach,
)

MOST_BYTES = 80_000  # of an array that is compared: 10,000 numbers

_HOLDERS = (list, dict, set, deque)
_MADE_OF_PARTS = (
    *_HOLDERS,
    tuple,
    frozenset,
    CellType,
    MethodType,
    BuiltinFunctionType,
    staticmethod,
    classmethod,
    property,
    partial,
    GeneratorType,
)


class Contents:
    """What is in lists, dicts, attributes, cells, globals and arrays within reach of some things.

    Things are compared by identity, plain numbers and texts by value, arrays by their bytes.
    `hidden` says what may change unseen, or nothing.
    """

    def __init__(self, *things: Any) -> None:
        self._found = [*within_reach(things, _parts)]
        # Flat, as 300 parameters are compared in 20 µs so, and one container at a time in 200.
        boxes = [box for thing in self._found for box in _boxes(thing)]
        self._boxes = [box for box in boxes if not isinstance(box, _Look)]
        self._looks = [box.read for box in boxes if isinstance(box, _Look)]
        self._arrays = [thing for thing in self._found if _is_buffer(thing)]
        self.hidden = _hidden(self._found)
        if self.hidden:
            self._arrays = []
        self._bytes = [*map(_bytes, self._arrays)]
        self._sizes = [*map(length_hint, self._boxes)]
        self._keep(self._all_items())

    def _all_items(self) -> list[Any]:
        """What is in the boxes, and what the looks find."""
        looked = [read() for read in self._looks]
        return [*chain(*self._boxes, *looked)]

    def _keep(self, items: list[Any]) -> None:
        self._items = items  # so that no id is used again
        self._ids = [*map(id, items)]

    def have_changed(self) -> bool:
        """Whether anything in there is another thing than it was."""
        if [*map(length_hint, self._boxes)] != self._sizes:
            return True
        if self._arrays and [*map(_bytes, self._arrays)] != self._bytes:
            return True
        items = self._all_items()
        if [*map(id, items)] == self._ids:
            return False
        if not all(map(_is_same, items, self._items)):
            return True
        self._keep(items)
        return False

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Leave in lists, dicts, sets and attributes what was in them."""
        holders = [x for x in self._found if isinstance(x, _HOLDERS)]
        before = [dict(x) if isinstance(x, dict) else [*x] for x in holders]
        try:
            yield
        finally:
            for holder, items in zip(holders, before, strict=True):
                _put_back(holder, items)


class _Look(NamedTuple):
    """A container of a fixed number of things, which `read` gives."""

    read: Callable[[], Iterable[Any]]


def _boxes(thing: Any) -> list[Any]:
    """The things in a container, as looks, or as what can be iterated over again and again."""
    if isinstance(thing, dict):
        return [thing.keys(), thing.values()]
    if isinstance(thing, (list, set, deque)):
        return [thing]
    if isinstance(thing, type):
        return [] if _is_fixed(thing) else [vars(thing).keys(), vars(thing).values()]
    if isinstance(thing, CellType):
        return [_Look(lambda: (contents_of(thing),))]
    if isinstance(thing, Globals):
        places = [*_places(*thing, set())]
        return [_Look(lambda: [space.get(name) for space, name in places])]
    if isinstance(thing, FunctionType):
        return [_Look(lambda: (thing.__code__, thing.__defaults__, thing.__kwdefaults__))]
    if _is_array_of_things(thing):
        return [_Look(lambda: thing.ravel().tolist())]
    slots = _slots(thing)
    return [_Look(lambda: [getattr(thing, slot, None) for slot in slots])] if slots else []


def _parts(thing: Any) -> Iterable[Any]:
    """What to look into besides: classes as well, but nothing of installed packages."""
    match thing:
        case Value() | ModuleType():
            return ()
        case type():
            return () if _is_fixed(thing) else [*vars(thing).values(), *thing.__mro__[1:]]
        case Globals():
            return [space.get(name) for space, name in _places(*thing, set())]
        case FunctionType():
            is_fixed = is_installed(str(thing.__globals__.get("__name__")))
            parts = [*parts_of(thing), thing.__kwdefaults__, vars(thing)]
            return [x for x in parts if not (is_fixed and isinstance(x, Globals))]
    items: Iterable[Any] = ()
    if isinstance(thing, _MADE_OF_PARTS):
        items = parts_of(thing)
    elif _is_array_of_things(thing):
        items = thing.ravel().tolist()
    slots = [getattr(thing, slot, None) for slot in _slots(thing)]
    return [*items, *slots, getattr(thing, "__dict__", None), type(thing)]


def _places(
    space: dict[str, Any], names: list[str], seen: set[str]
) -> Iterator[tuple[dict[str, Any], str]]:
    """Where names are looked up: in a module, and in those among its names: `tools.scale`."""
    for name in names:
        yield space, name
        module = space.get(name)
        if isinstance(module, ModuleType) and module.__name__ not in seen:
            seen.add(module.__name__)
            if not is_installed(module.__name__):
                yield from _places(vars(module), names, seen)


def _slots(thing: Any) -> list[str]:
    """The names of the slots of a thing of somebody's own class."""
    own = [kind for kind in type(thing).__mro__ if not _is_fixed(kind)]
    slots = [vars(kind).items() for kind in own]
    return [name for name, x in chain(*slots) if isinstance(x, MemberDescriptorType)]


def _is_fixed(kind: type) -> bool:
    """Whether a class is of this package or an installed one."""
    return is_ours(kind) or is_installed(kind.__module__)


def _is_same(mine: Any, theirs: Any) -> bool:
    if mine is theirs:
        return True
    # By repr, as 0.0 is not -0.0, and NaN is NaN.
    return type(mine) is type(theirs) and type(mine) in PLAIN and repr(mine) == repr(theirs)


def _is_array_of_things(thing: Any) -> bool:
    return getattr(getattr(thing, "dtype", None), "kind", "") == "O" and hasattr(thing, "ravel")


def _is_buffer(thing: Any) -> bool:
    """Whether a thing is an array of numbers that may be changed in place."""
    if type(thing).__hash__ is not None or _is_array_of_things(thing):
        return False
    try:
        memoryview(thing)
    except (TypeError, ValueError, BufferError):
        return False
    return True


def _bytes(array: Any) -> bytes:
    return memoryview(array).tobytes()


def _hidden(found: list[Any]) -> str:
    """What may change within reach without being seen."""
    if len(found) >= MOST:
        return f"more than {MOST:,} things are within its reach"
    for thing in found:
        is_large = _is_buffer(thing) and memoryview(thing).nbytes > MOST_BYTES
        if is_large or _is_opaque(thing):
            kind = f"large {type(thing).__name__}" if is_large else type(thing).__name__
            return f"a {kind} is within its reach, which may be changed in place"
    return ""


def _is_opaque(thing: Any) -> bool:
    """Whether a thing is an array of another library, or of what has no bytes to compare."""
    if isinstance(thing, type) or not hasattr(thing, "__array__") or _is_array_of_things(thing):
        return False
    is_scalar = hasattr(thing, "__array_interface__") and type(thing).__hash__ is not None
    return not is_scalar and not _is_buffer(thing)


def _put_back(holder: Any, before: Any) -> None:
    """Let a list, dict, set or deque hold what it held, if it does not."""
    if _ids(holder) == _ids(before):
        return
    holder.clear()
    if isinstance(holder, (list, deque)):
        holder.extend(before)
    else:
        holder.update(before)


def _ids(holder: Any) -> list[int]:
    values = holder.values() if isinstance(holder, dict) else ()
    return [*map(id, holder), *map(id, values)]
