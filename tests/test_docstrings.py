"""Every public name tells what it takes, gives and raises, by an example that runs.

The reference is made from docstrings alone, so a name without one is missing there. What a test
cannot see is whether a sentence is true and easy: that is for who reads it.
"""

import ast
import doctest
import inspect
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any, NamedTuple, NoReturn

import pytest

import autograd

PUBLIC = {
    name: thing
    for name in dir(autograd)
    if callable(thing := getattr(autograd, name)) and not name.startswith("_")
}
IN_SLOTS = (MemberDescriptorType, type(NamedTuple("One", [("a", int)]).a))  # type: ignore[attr-defined]  # a class


class Told(NamedTuple):
    """A public name with its docstring, and what that has to tell."""

    name: str
    text: str
    parameters: list[str]
    attributes: list[str]
    errors: set[str]
    needs_example: bool
    inherited: str = ""  # the docstrings of public classes that it inherits from
    refused: tuple[str, ...] = ()  # parameters that need not be told

    def lacks(self) -> Iterator[str]:
        """All that the docstring does not tell."""
        if not self.text:
            yield f"{self.name}: no docstring"
            return
        if not self.text.split("\n\n")[0].rstrip().endswith((".", ":")):
            yield f"{self.name}: does not begin with a sentence"
        known = named(f"{self.text}\n{self.inherited}")
        told = in_lists(f"{self.text}\n{self.inherited}") if self.needs_example else known
        yield from self._lacking("the argument", self.parameters, told)
        for name in in_lists(section(self.text, "Arguments:")):
            if name not in {*self.parameters, *self.refused}:
                yield f"{self.name}: there is no argument `{name}`"
        yield from self._lacking("the attribute", self.attributes, told)
        yield from self._lacking("raises", sorted(self.errors), known)
        if self.needs_example and ">>> " not in self.text:
            yield f"{self.name}: no example"

    def _lacking(self, what: str, names: list[str], told: set[str]) -> Iterator[str]:
        for name in names:
            if name not in told:
                yield f"{self.name}: {what} `{name}`"


def named(text: str) -> set[str]:
    """All names in backticks."""
    return set(re.findall(r"`(\w+)`", text))


def section(text: str, title: str) -> str:
    """The list below a title: its items, and what goes on with them."""
    found = re.search(rf"^{title}\n\n((?:(?:- |  ).*\n?)+)", text, flags=re.M)
    return found[1] if found else ""


def in_lists(text: str) -> set[str]:
    """The names that items of lists are about: `a` and `b` in "- `a`, `b`: each a number."."""
    lines = text.replace("\n  ", " ").splitlines()  # an item that goes on is indented
    items = [line for line in lines if line.startswith("- `") and ":" in line]
    return {name for item in items for name in named(item.partition(":")[0])}


def is_ours(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).startswith(("autograd", "tests"))


def docstring(thing: Any) -> str:
    """The docstring of a thing itself, and not that of what it inherits from."""
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


def docstring_of_member(kind: type[Any], key: str) -> str:
    """That of a method or property, or if it has none of what it overrides."""
    found = [docstring(vars(base).get(key)) for base in kind.__mro__ if key in vars(base)]
    return next(filter(None, found), "")


def of_function(name: str, function: Callable[..., Any]) -> Told:
    return Told(name, docstring(function), made_of(function), [], raised(function), True)


def of_class(name: str, kind: type[Any]) -> Told:
    inherited = [docstring(base) for base in kind.__mro__[1:] if base in PUBLIC.values()]
    called = vars(kind).get("__call__")
    own = [vars(kind)[method] for method in ("__init__", "__new__") if method in vars(kind)]
    errors = {error for method in (*own, called) for error in raised(method)}
    has_signature = bool(own) or not issubclass(kind, Exception)
    parameters = made_of(kind) if has_signature else []
    if called:
        parameters += arguments(called)
    return Told(
        name=name,
        text=docstring(kind),
        parameters=parameters,
        attributes=attributes(kind),
        errors=errors,
        needs_example=True,
        inherited="".join(inherited),
        refused=refused(kind) if has_signature else (),
    )


def of_member(name: str, kind: type[Any], key: str) -> Told:
    member = inspect.getattr_static(kind, key)
    text = docstring_of_member(kind, key)
    parts = [getattr(member, part, None) for part in ("fget", "fset", "func")]
    if any(parts) or isinstance(member, GetSetDescriptorType):
        errors = {error for part in parts for error in raised(part)}
        return Told(name, text, [], [], errors, False)
    function = getattr(member, "__func__", member)
    is_static = isinstance(member, staticmethod)
    parameters = made_of(function) if is_static else arguments(function)
    return Told(name, text, parameters, [], raised(function), False)


def made_of(thing: Callable[..., Any]) -> list[str]:
    """What a function or class is called with; a name with an underscore stands for nothing."""
    given = inspect.signature(thing).parameters.values()
    # An option that takes no value, NoReturn, is there to be refused with words.
    return [p.name for p in given if p.annotation is not NoReturn and not p.name.startswith("_")]


def refused(thing: Callable[..., Any]) -> tuple[str, ...]:
    """The options that a class takes to refuse them with words."""
    given = inspect.signature(thing).parameters.values()
    return tuple(p.name for p in given if p.annotation is NoReturn)


def arguments(method: Callable[..., Any]) -> list[str]:
    """What a method is called with, itself aside."""
    return made_of(method)[1:]


def told_here(kind: type[Any]) -> Iterator[type[Any]]:
    """A class and those it inherits from that are not public, which the reference shows as its."""
    for base in kind.__mro__:
        is_told_there = base is not kind and base in PUBLIC.values()
        if is_ours(base) and not is_told_there:
            yield base


KINDS = (
    FunctionType,
    property,
    cached_property,
    GetSetDescriptorType,
    classmethod,
    staticmethod,
)


def members(kind: type[Any]) -> list[str]:
    """The public methods and properties that the house wrote for a class."""
    found = [item for base in told_here(kind) for item in vars(base).items()]
    return sorted({key for key, x in found if not key.startswith("_") and isinstance(x, KINDS)})


def attributes(kind: type[Any]) -> list[str]:
    """The public attributes without a docstring of their own: fields, slots, those of `__init__`.

    What a public base class has is told there.
    """
    names: list[str] = []
    for base in told_here(kind):
        names += fields(base)
        names += [name for name, x in vars(base).items() if isinstance(x, IN_SLOTS)]
        names += set_in(vars(base).get("__init__"))
    told = members(kind)
    told += [] if issubclass(kind, Exception) else made_of(kind)
    own = [name for name in names if not name.startswith("_") and name not in told]
    return list(dict.fromkeys(own))


def fields(kind: type[Any]) -> list[str]:
    """What a class itself declares for its objects."""
    try:
        hints = inspect.get_annotations(kind)
    except NameError:  # from Python 3.14 on, of what is imported for type checkers alone
        return []
    return [name for name, hint in hints.items() if "ClassVar" not in str(hint)]


def set_in(method: Any) -> Iterator[str]:
    """The attributes that a method gives to `self`."""
    for node in body(method):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def raised(function: Any) -> set[str]:
    """The errors that a function raises by itself, by name."""
    found = set()
    for node in body(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(error, ast.Name) and error.id[0].isupper():
                found.add(error.id)
    return found


def body(function: Any) -> Iterator[ast.AST]:
    """All in the text of a function but the functions in it."""
    function = inspect.unwrap(function) if callable(function) else None
    if not isinstance(function, FunctionType):
        return
    try:
        text = textwrap.dedent(inspect.getsource(function))
    except OSError:  # as of what dataclasses write
        return
    waiting = list(ast.iter_child_nodes(ast.parse(text).body[0]))
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node
            waiting += ast.iter_child_nodes(node)


def told() -> Iterator[Told]:
    """All public names, and all that is public in classes."""
    for name, thing in PUBLIC.items():
        if name != thing.__name__ and thing.__name__ in PUBLIC:
            continue  # another name of the same, as `explain` is of Explanation
        if not isinstance(thing, type):
            yield of_function(name, thing)
            continue
        yield of_class(name, thing)
        for key in members(thing):
            yield of_member(f"{name}.{key}", thing, key)


def test_docstrings_tell_all() -> None:
    lacking = [sentence for one in told() for sentence in one.lacks()]
    assert not lacking, "\n".join(["docstrings do not tell:", *lacking])


EXAMPLES = {one.name: one.text for one in told() if ">>> " in one.text}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_run_after_a_star_import(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As who reads the reference runs them; doctest alone leaves out functions made from rows."""
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec("from autograd import *", scope)
    examples = doctest.DocTestParser().get_doctest(EXAMPLES[name], scope, name, None, None)
    printed: list[str] = []
    doctest.DocTestRunner().run(examples, out=printed.append)
    assert not printed, "".join(printed)


_PRINTED = """
import inspect, json, autograd
kind = autograd.Value
print(json.dumps({name: inspect.getdoc(inspect.getattr_static(kind, name)) for name in dir(kind)
    if not name.startswith("_")} | {"": kind.__doc__}))
"""


def test_help_tells_the_same_in_c_and_in_python() -> None:
    if not autograd.native:
        pytest.skip("Value runs in Python")
    texts = []
    for wish in ("0", "1"):
        environment = {**os.environ, "AUTOGRAD_NATIVE": wish}
        command = [sys.executable, "-c", _PRINTED]
        texts.append(
            json.loads(subprocess.check_output(command, env=environment, encoding="utf-8"))
        )
    assert texts[0]["tanh"]
    assert texts[0] == texts[1]


class Silent:
    """A class that tells too little

    but of its argument, and of `y` in no list.

    Arguments:

    - `x`: a number.
    - `nowhere`: a number, too.
    """

    kept: int

    def __init__(self, x: int, y: int) -> None:
        if x > y:
            raise ValueError("x")
        self.difference = y - x

    def __call__(self, z: int) -> int:
        return z

    def method(self, a: int) -> int:
        """Of nothing."""

        def inner() -> None:
            raise KeyError(a)

        inner()
        raise TypeError

    @property
    def silent(self) -> int:
        return 1


def test_fields_that_cannot_be_evaluated_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As from Python 3.14 on, where a class evaluates its annotations when it is asked."""

    def unknown(kind: type[Any]) -> NoReturn:
        raise NameError("Value")

    assert fields(Silent) == ["kept"]
    monkeypatch.setattr(inspect, "get_annotations", unknown)
    assert fields(Silent) == []


def test_what_is_not_told_is_found() -> None:
    found = [*of_class("Silent", Silent).lacks()]
    for key in members(Silent):
        found += of_member(f"Silent.{key}", Silent, key).lacks()
    assert found == [
        "Silent: does not begin with a sentence",
        "Silent: the argument `y`",
        "Silent: the argument `z`",
        "Silent: there is no argument `nowhere`",
        "Silent: the attribute `kept`",
        "Silent: the attribute `difference`",
        "Silent: raises `ValueError`",
        "Silent: no example",
        "Silent.method: the argument `a`",
        "Silent.method: raises `TypeError`",
        "Silent.silent: no docstring",
    ]
