"""Whether `Value` is the one in C, and how that takes the place of the one in Python.

`AUTOGRAD_NATIVE=0` keeps to Python, `AUTOGRAD_NATIVE=1` is an ImportError where there is no C, and
without it C runs where it was built.
"""

import os
import warnings
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from types import FunctionType, MemberDescriptorType
from typing import Any, TypeVar

from autograd.core.native.fingerprint import fingerprint

Thing = TypeVar("Thing", bound=Callable[..., Any])

BUILD = "pip install builds it where there is a C compiler; in a clone: pip install --editable ."
_BINARY = "autograd.core.native._native"


def _loaded(wish: str) -> Any:
    """The module in C, or None."""
    if wish not in ("", "0", "1"):
        raise ValueError(f"AUTOGRAD_NATIVE is 0 for Python, 1 for C, or not set; it is {wish!r}")
    if wish == "0":
        return None
    trouble = "Value was not built in C"
    if find_spec(_BINARY):
        try:
            binary = import_module(_BINARY)
            if binary.built_from == fingerprint():
                return binary
            trouble = "Value was built in C from other rows or sources than these"
        except ImportError as error:  # as of a binary for another machine
            trouble = f"the C of Value cannot be loaded: {error}"
        if not wish:
            warnings.warn(f"{trouble}, so that Python runs; {BUILD}", stacklevel=2)
    if wish:
        raise ImportError(f"AUTOGRAD_NATIVE=1, but {trouble}; {BUILD}")
    return None


_native: Any = _loaded(os.environ.get("AUTOGRAD_NATIVE", ""))
native = _native is not None


def begin(scope: dict[str, Any]) -> None:
    """Let C know what written methods know by name: rows, and when nodes are made."""
    if native:
        _native.begin(scope)


def new_tape(outputs: list[Any], operations: list[Any], *leaves: list[Any]) -> Any:
    """A graph as flat arrays of C, or None for one with rows that C has not: see tape.c.

    `leaves` are the inputs, the parameters and those that stay.
    """
    return _native.new_tape(outputs, operations, *leaves)


def in_c(thing: Thing) -> Thing:
    """The twin in C of a function or class, if C is used; it keeps this one for what is odd."""
    if not native:
        return thing
    twin = _native.instead_of(thing.__name__.strip("_"), thing)
    if isinstance(thing, type):
        _complete(twin, thing)
    return twin  # type: ignore[no-any-return]  # of the same kind


def _complete(twin: type[Any], written: type[Any]) -> None:
    """Give a type in C what else the class in Python has."""
    twin.__doc__ = written.__doc__
    for name, attribute in vars(written).items():
        if isinstance(attribute, FunctionType) and name in vars(twin) and name != "_keep":
            _show_written(twin, name, attribute)
    for kind in reversed(written.__mro__[:-1]):
        for name, attribute in vars(kind).items():
            is_missing = name not in vars(twin) and name not in _OF_MEMORY
            is_of_python = _is_from_row(attribute) or isinstance(attribute, MemberDescriptorType)
            if is_missing and not is_of_python:
                setattr(twin, name, attribute)
    setattr(twin, "__init_subclass__", classmethod(_inherit_slots))  # noqa: B010  mypy's way


# What a class in Python has in place of what C lays out.
_OF_MEMORY = ("__slots__", "__dict__", "__weakref__", "__module__")

_slots: dict[str, Any] = {}  # operators and __init__, by name, as they run in C
_shown: dict[str, Any] = {}  # what people see in their place


def _is_from_row(attribute: Any) -> bool:
    """Whether a method is written from a row: see core/methods.py."""
    code = getattr(attribute, "__code__", None)
    return code is not None and code.co_filename.startswith("<autograd Value.")


def _show_written(twin: type[Any], name: str, written: FunctionType) -> None:
    """Let people who look at a method of a type in C see the Python that it stands in for."""
    in_slot = vars(twin)[name]

    @wraps(written)
    def method(self: Any) -> Any:
        return in_slot(self)

    @wraps(written)
    def operator(self: Any, other: Any) -> Any:
        return in_slot(self, other)

    @wraps(written)
    def other_method(self: Any, *arguments: Any, **options: Any) -> Any:
        return in_slot(self, *arguments, **options)

    shown: Callable[..., Any] = other_method
    if _is_from_row(written):
        shown = method if written.__code__.co_argcount == 1 else operator
    if name.startswith("__"):
        _slots[name] = in_slot
        _shown[name] = shown
        _native.show(twin, name, shown)
    else:
        setattr(twin, name, shown)


def _inherit_slots(kind: type[Any], /, **options: Any) -> None:
    """Let a subclass run in C what it does not write itself, and find it where Python would."""
    super(_native.Value, kind).__init_subclass__(**options)
    inherited = [name for name, shown in _shown.items() if getattr(kind, name) is shown]
    for name in inherited:
        setattr(kind, name, _slots[name])
    # In its own namespace they would hide those of the next classes that it inherits from.
    for name in inherited:
        _native.show(kind, name, None)
