"""What is within reach of code: what it names, closes over or has as defaults, and their parts.

Attributes and items, those of classes too. Modules are looked into for the names that are used.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from sysconfig import get_path
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


class Globals(NamedTuple):
    """What of a module's names a function uses."""

    namespace: dict[str, Any]
    names: list[str]


def contents_of(cell: CellType) -> Any:
    """What is in a cell; nothing yet for a name without a value."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def parts_of(thing: Any) -> Iterable[Any]:
    """What a thing is made of, as far as its code may use it."""
    match thing:
        case Value() | str() | bytes() | float() | int() | type() | ModuleType():
            return ()
        case Globals(namespace, names):
            return _named(namespace, names)
        case CellType():
            return (contents_of(thing),)
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
        case list() | tuple() | set() | frozenset() | deque():
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


@cache
def is_installed(module: str) -> bool:
    """Whether a module is of Python or an installed package, whose own names stay as they are."""
    if module == "__main__":
        return False  # a person's, though `python -m` may run it from an installed file
    if module.partition(".")[0] in sys.stdlib_module_names:
        return True
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    return file.startswith((get_path("purelib"), get_path("platlib")))


def _parts_of_function(function: FunctionType) -> Iterator[Any]:
    if is_ours(function):
        return
    yield from function.__closure__ or ()
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    if is_installed(str(function.__module__)):
        return  # from np.sum half of NumPy is within reach, and an iterator somewhere there
    names = dict.fromkeys(_names_in(function.__code__))
    yield Globals(function.__globals__, [*names])


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


def within_reach(
    things: Iterable[Any], parts: Callable[[Any], Iterable[Any]] = parts_of
) -> Iterator[Any]:
    """The first `MOST` things within reach of some, and these; `parts` looks into one of them."""
    seen: set[int] = set()
    kept: list[Any] = []  # so that no id is used again
    waiting = deque(things)
    while waiting and len(seen) < MOST:
        thing = waiting.popleft()
        if id(thing) not in seen:
            seen.add(id(thing))
            kept.append(thing)
            yield thing
            waiting.extend(part for part in parts(thing) if type(part) not in PLAIN)
