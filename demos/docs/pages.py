"""The pages as pdoc has them: modules, with the members that a person calls, in our order."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from pdoc.doc import Class, Doc, Function, Module, Variable
from pdoc.doc_types import empty

import autograd
from autograd.core.elsewhere import Elsewhere
from autograd.core.numpy_names import numpy_methods
from autograd.core.rows import ROWS
from autograd.core.value import record
from autograd.nn.parameter import Refused
from demos.docs.contents import FACTS, GUIDES, OTHERS, check_complete, grouped
from demos.docs.signatures import cleaned, of_function

# Methods of Value for functions of NumPy, which look for them.
NUMPY = [name for name, _ in numpy_methods(record)]
ROOT = Path(autograd.__file__).parent


def reference() -> Module:
    """The page of `autograd`: all its public names, in the order of their groups."""
    modules = {name for name in dir(autograd) if isinstance(getattr(autograd, name), ModuleType)}
    check_complete({*dir(autograd)} - modules - FACTS.keys())
    names = [name for group in grouped().values() for name in group]
    page = Module(autograd)
    page.members = {name: _member(name) for name in names}
    page.members |= {name: _fact(name, told) for name, told in FACTS.items()}
    return page


def guides() -> list[Module]:
    """The pages of the guides, with what a reader of them needs that `autograd` has not."""
    return [_guide(name) for name in GUIDES]


def _guide(name: str) -> Module:
    page = Module(import_module(name))
    page.members = {
        other: _member(other, module)
        for module, others in OTHERS.get(name, {}).items()
        for other in others.split()
    }
    return page


def _member(name: str, module: str = "autograd") -> Doc[Any]:
    """A public name as pdoc has it, with a signature that can be read."""
    thing = getattr(import_module(module), name)
    if isinstance(thing, type):
        return _class(module, name, thing)
    function = Function(module, name, thing, (thing.__module__, thing.__qualname__))
    _sign(function)
    if function.taken_from[0] == "autograd.functions" and name in ROWS:
        function.source = ""  # of the function that makes such functions
    return function


def _sign(function: Function) -> None:
    function.signature = of_function(function.obj)
    function.decorators = []


def _fact(name: str, told: str) -> Variable:
    return Variable("autograd", name, taken_from=("autograd", name), docstring=told)


def _class(module: str, name: str, thing: type) -> Class:
    page = Class(module, name, thing, (thing.__module__, thing.__qualname__))
    all_members = page.members
    page.bases = []
    page.decorators = []
    page.source = ""  # its methods show theirs
    page.members = {
        key: member for key, member in all_members.items() if _is_told(page, key, member)
    }
    for key, member in page.members.items():
        if isinstance(member, Function):
            _sign(member)
        elif isinstance(member, Variable):
            _annotate(member, thing, key)
    page.own_members = list(page.members.values())
    if is_other_name(page):
        page.members = {}
        page.own_members = []
    return page


def is_other_name(page: Doc[Any]) -> bool:
    """Whether it is a class by another name, as `explain` is: a verb, which gives one."""
    return isinstance(page, Class) and page.obj.__name__ != page.name


def _is_told(page: Class, name: str, member: Doc[Any]) -> bool:
    """Whether a member of a class is listed: one of ours that a person calls, and is told."""
    is_ours = member.taken_from[0].startswith("autograd.")
    is_named = not name.startswith("_") or name == "__call__"
    raw = inspect.getattr_static(page.obj, name, None)
    is_field = member.docstring.startswith("Alias for field number")  # of a named tuple
    if not (is_ours and is_named and member.docstring) or isinstance(raw, Elsewhere) or is_field:
        return False
    if isinstance(raw, Refused) or _teller(page.obj, name) is not page.obj:
        return False
    return not (page.obj is autograd.Value and (is_elemental(name) or name in NUMPY))


def _teller(kind: type, name: str) -> type:
    """The class among whose members one is told: the public one that has it, or this one."""
    home = next(base for base in kind.__mro__ if name in vars(base))
    return home if getattr(autograd, home.__name__, None) is home else kind


def inherited(page: Class) -> dict[str, list[str]]:
    """What a class has from other public classes, by the names of these."""
    found: dict[str, list[str]] = {}
    for base in page.obj.__mro__[1:]:
        public = getattr(autograd, base.__name__, None)
        if public is base:
            own = [member.name for member in _class("autograd", base.__name__, base).own_members]
            found[base.__name__] = [name for name in own if _teller(page.obj, name) is base]
    return {base: names for base, names in found.items() if names}


def is_elemental(name: str) -> bool:
    """Whether a method of `Value` is a function of `autograd` of the same name."""
    return name in ROWS and hasattr(autograd, name)


def elemental_methods() -> list[str]:
    """The methods of `Value` that are functions, too."""
    return [name for name in vars(autograd.Value) if is_elemental(name)]


def _annotate(member: Variable, kind: type, name: str) -> None:
    """Give a property or a field the type that is written, and no default."""
    member.default_value = empty
    raw = inspect.getattr_static(kind, name, None)
    if isinstance(raw, property) and raw.fget is not None:
        member.annotation = of_function(raw.fget).return_annotation
    elif member.annotation is not empty:
        member.annotation = cleaned(member.annotation)


def verbs() -> dict[str, str]:
    """The other name of a class that has one, by its own."""
    names = (name for group in grouped().values() for name in group)
    things = {name: getattr(autograd, name) for name in names}
    return {
        thing.__name__: name
        for name, thing in things.items()
        if isinstance(thing, type) and thing.__name__ != name
    }


def names_of(guide: str) -> list[str]:
    """The public names of `autograd` that stand in the module of a guide, or below it."""
    names = (name for group in grouped().values() for name in group)
    return [
        name for name in names if f"{getattr(autograd, name).__module__}.".startswith(f"{guide}.")
    ]


@dataclass
class House:
    """A module of the package, and the first sentence of its docstring."""

    name: str
    path: str
    told: str


def house() -> Iterator[House]:
    """All modules of the package, each package before what is in it."""
    files = [path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts]
    for path in sorted(files, key=_order):
        parts = [*path.relative_to(ROOT.parent).with_suffix("").parts]
        name = ".".join(part for part in parts if part != "__init__")
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        yield House(name, path.relative_to(ROOT.parent).as_posix(), _first_sentence(docstring))


def _order(path: Path) -> tuple[list[str], bool, str]:
    """Files of a folder before its folders, `__init__.py` first."""
    folder = list(path.parent.parts)
    return folder, path.name != "__init__.py", path.name


def _first_sentence(docstring: str) -> str:
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    sentence, stop, _ = paragraph.partition(". ")
    return sentence + stop.strip()
