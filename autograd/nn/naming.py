"""Where things stand in a module: what each holds, and the path to that: `heads.0.scale`."""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import MemberDescriptorType
from typing import Any, TypeAlias

from autograd.core.value import Value

# Where something stands in what holds it: the place in a list, or an attribute's name or an item's
# key, with its place; and the thing.
Part: TypeAlias = tuple[Any, Any]

NUMBERS = (bool, int, float, str, type(None))  # what holds nothing, and is met most


def attributes(module: Any) -> list[Part]:
    """What a module has as attributes: those of its classes, in slots, and its own in order.

    Slots come in alphabetical order, as Python keeps them.
    """
    found: dict[str, Any] = {}
    kind: Any = type(module)  # mypy does not take a class for something to be hashed
    for base in _classes(kind):
        for name, x in vars(base).items():
            if isinstance(x, MemberDescriptorType):
                found[name] = getattr(module, name, None)
            elif not name.startswith("__"):
                found[name] = x
    found |= getattr(module, "__dict__", {})
    return _keyed(found)


@lru_cache(256)
def _classes(kind: type[Any]) -> list[type[Any]]:
    """The bases of a class first, without those of this package, which hold no parameters."""
    bases = [base for base in kind.__mro__ if base is not object]
    return [base for base in reversed(bases) if not base.__module__.startswith("autograd.")]


def items(thing: Any) -> list[Part]:
    """What is in a list, tuple, dict or array of objects; nothing is in any other thing.

    Raises TypeError for parameters in a set.
    """
    if isinstance(thing, list | tuple | deque):
        return _numbered(thing)
    if isinstance(thing, dict):
        return _keyed(thing)
    if isinstance(thing, set | frozenset):
        if any(isinstance(x, Value) or hasattr(x, "parameters") for x in thing):
            instead = "keep parameters and modules in a list"
            raise TypeError(f"the order of a set changes from run to run: {instead}")
        return []
    if hasattr(type(thing), "dtype") and getattr(thing.dtype, "kind", "") == "O":
        return _numbered(thing if thing.ndim else [thing.item()])
    return []


def _numbered(things: Iterable[Any]) -> list[Part]:
    return [(i, x) for i, x in enumerate(things) if type(x) not in NUMBERS]


def _keyed(things: dict[Any, Any]) -> list[Part]:
    items = enumerate(things.items())
    return [((key, i), x) for i, (key, x) in items if type(x) not in NUMBERS]


def part_of_path(key: Any, place: int = 0) -> str:
    """What a name or a key adds to a path: `.scale`, `[3]`.

    A key that is no plain text stands as in Python, so that no two paths are alike; one that is
    told in another way from run to run is told by its type and its place.
    """
    if isinstance(key, str) and is_plain_name(key):
        return f".{key}"
    parts = key if isinstance(key, tuple) else (key,)
    is_plain = all(type(part) in NUMBERS for part in parts)
    return f"[{key!r}]" if is_plain else f"[{type(key).__name__} {place}]"


def is_plain_name(text: str) -> bool:
    """Whether a text can stand in a path."""
    return bool(text) and "." not in text and "[" not in text


def joined(path: str, name: str) -> str:
    """The path of what has a name, or a path, or none, within the thing at a path."""
    is_apart = path and name and not name.startswith("[")
    return f"{path}.{name}" if is_apart else f"{path}{name}"


def labels(module: Any, parameters: Sequence[Value]) -> list[str]:
    """The labels of parameters if these are names: all differ, and from the module's attributes.

    Else none.
    """
    found = [parameter.label for parameter in parameters]
    different = {*found}
    are_names = len(different) == len({*parameters}) and all(map(is_plain_name, different))
    taken = {part[0][0] for part in attributes(module)}
    return found if are_names and taken.isdisjoint(different) else []
