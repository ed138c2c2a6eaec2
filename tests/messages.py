"""The messages of the package, and whether what they name is there.

Messages are collected from the sources: texts in prose that stand on one line, docstrings aside;
what is raised, of any number of lines; the errors of C, and the words of pages.
`python -m tests.messages` lists them.
What is written in pieces, with variables between, is looked at piece by piece.
"""

import ast
import builtins
import copy
import inspect
import json
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import autograd
from autograd.extras import how_to_install
from autograd.nn.modules import ACTIVATIONS, OUTPUTS
from autograd.program.engines import ENGINES

ROOT = Path(__file__).parents[1]
PARTS = ("autograd", "demos")
HOLE = "…"  # what an f-string puts in


class Message(NamedTuple):
    """A text that people are told, and where it stands."""

    place: str
    text: str


# Three words in a row, or what to write.
PROSE = re.compile(r"[A-Za-z’']{2,}(?:[,;:]? [A-Za-z’']+){2,}|\b(write|such as|pip install)\b")


def is_message(text: str) -> bool:
    """Whether a text is told to people: prose, and not a page."""
    return bool(PROSE.search(text)) and not re.search(r"</?[a-z]+[ >]", text)


def of_python(path: Path, source: str) -> Iterator[Message]:
    """The texts of a module, docstrings aside; an f-string is one text."""
    tree = ast.parse(source)
    aside: set[ast.AST] = set()
    raised: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            aside.add(node.value)  # a docstring
        elif isinstance(node, ast.Raise):
            raised.update(ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            aside.update(part for part in ast.walk(node) if part is not node)
    for node in ast.walk(tree):
        if node in aside or not isinstance(node, ast.expr):
            continue
        text = written(node)
        is_told = node in raised or "\n" not in text  # several lines elsewhere are a program
        if is_told and is_message(text):
            yield Message(f"{path.name}:{node.lineno}", text)


def written(node: ast.AST) -> str:
    """The text of a string, with holes; "" of anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = [part.value if isinstance(part, ast.Constant) else HOLE for part in node.values]
    return "".join(map(str, parts))


C_ERROR = re.compile(r'PyErr_(?:SetString|Format)\(\w+,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')


def of_c(path: Path, source: str) -> Iterator[Message]:
    """The errors that a source in C raises."""
    for match in C_ERROR.finditer(source):
        line = source[: match.start()].count("\n") + 1
        parts = re.findall(r'"((?:[^"\\]|\\.)*)"', match[1])
        yield Message(f"{path.name}:{line}", "".join(parts))


def of_words(path: Path, source: str) -> Iterator[Message]:
    """The words of a page, in each language."""

    def strings(x: Any) -> Iterator[str]:
        if isinstance(x, str):
            yield x
        elif isinstance(x, dict | list):
            for item in x.values() if isinstance(x, dict) else x:
                yield from strings(item)

    for text in strings(json.loads(source)):
        yield Message(path.name, text)


READERS: dict[str, Callable[[Path, str], Iterator[Message]]] = {
    ".py": of_python,
    ".c": of_c,
    ".json": of_words,
}


@cache
def messages(suffix: str, *parts: str) -> list[Message]:
    """All messages in files of a kind, in some folders of the repository."""
    return [
        message
        for part in parts
        for path in sorted((ROOT / part).rglob("*"))
        if path.suffix == suffix
        for message in READERS[suffix](path, path.read_text(encoding="utf-8"))
    ]


@cache
def calls(only: str = "") -> list[ast.Call]:
    """Every call in every module, or in one of them."""
    paths = [path for part in (*PARTS, "tests") for path in sorted((ROOT / part).rglob("*.py"))]
    paths = [ROOT / only] if only else paths
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]


def texts_given(function: str, place: int, only: str = "") -> set[str]:
    """The texts that a function is called with, at a place among its arguments."""
    found = {
        written(call.args[place])
        for call in calls(only)
        if f".{ast.unparse(call.func)}".endswith(f".{function}") and len(call.args) > place
    }
    return found - {""}


def about_extras() -> list[Message]:
    """How each extra is installed that the package asks for, and why a test was left out."""
    asked = texts_given("extra", 1) | texts_given("how_to_install", 0)
    reasons = [
        written(option.value)
        for call in calls()
        for option in call.keywords
        if option.arg == "reason"
    ]
    told = [Message("extras.py", how_to_install(name)) for name in sorted(asked)]
    return [*told, *(Message("tests", reason) for reason in reasons)]


PUBLIC = {name: getattr(autograd, name) for name in dir(autograd) if not name.startswith("__")}
KINDS = [thing for thing in PUBLIC.values() if inspect.isclass(thing)]
RECEIVERS = {
    "autograd": autograd,
    "copy": copy,
    "f": autograd.VectorFunction,
    "loss": autograd.Value,
    "math": math,
    "module": autograd.MLP,
    "net": autograd.MLP,
    "np": np,
    "p": autograd.Parameter,
    "program": autograd.Program,
    "x": autograd.Value,
    "y": autograd.Value,
}
PLACEHOLDERS = {"Weight", "b", "f", "function", "module", "program", "w"}  # names of the reader's
OF_PIP = {"--editable"}


@cache
def extras() -> set[str]:
    """The extras of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (table,) = re.findall(r"\[project\.optional-dependencies\]\n(.*?)\n\[", text, flags=re.S)
    return {*re.findall(r"^(\w+) = \[", table, flags=re.M)}


@cache
def targets() -> set[str]:
    """The targets of the Makefile."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = re.findall(r"^([a-z][a-z_ -]*):", text, flags=re.M)
    return {name for line in lines for name in line.split()}


def has(thing: Any, name: str) -> bool:
    """Whether there is a public attribute, of a class also one of its objects alone."""
    if name.startswith("_"):
        return False
    if hasattr(thing, name) or name in getattr(thing, "__annotations__", {}):
        return True
    if not inspect.isclass(thing):
        return False
    return any(re.search(rf"\bself\.{name}(: .*)? = ", _source(kind)) for kind in thing.__mro__)


def _source(kind: type) -> str:
    try:
        return inspect.getsource(kind)
    except (OSError, TypeError):  # of C, or built in
        return ""


def function_named(name: str) -> Any:
    """What a message means by `name(`: a public name, or a method of a public class; or None."""
    methods = [getattr(kind, name) for kind in KINDS if hasattr(kind, name)]
    found = [PUBLIC.get(name), *methods, getattr(builtins, name, None), getattr(math, name, None)]
    return next((thing for thing in found if thing is not None), None)


def takes(function: Any, keyword: str) -> bool:
    """Whether a function has a parameter, or any of ours, if it is None."""
    if function is None:
        methods = [method for kind in KINDS for method in vars(kind).values()]
        ours = filter(callable, [*PUBLIC.values(), *methods])
        return any(takes(thing, keyword) for thing in ours)
    try:
        return keyword in inspect.signature(function).parameters
    except (TypeError, ValueError):  # of C, without a signature
        return False


Named = Iterator[tuple[str, bool]]  # and whether there is such a thing


def named_extras(text: str) -> Named:
    for listed in re.findall(r"(?:scalar-autograd|'\.)\[([\w,]+)\]|\bextra (\w+)", text):
        for name in "".join(listed).split(","):
            yield name, name in extras()


def options_in(text: str) -> list[str]:
    return re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)


def named_options(text: str) -> Named:
    """Those of `python -m autograd`, the only command of the package."""
    for option in options_in(text):
        yield option, option in options(of_package=True)


def named_options_of_demos(text: str) -> Named:
    for option in options_in(text):
        yield option, option in options(of_package=False)


def named_keywords(text: str) -> Named:
    for match in re.finditer(r"\b([a-z_]+)=(?![=\s])(['\"]?)(\w*)", text):
        keyword, _, value = match.groups()
        # x=1.5 is of the command line, and -std=c99 of a compiler
        is_ours = keyword not in {"name", "nonlin"} and len(keyword) > 1
        if not is_ours or text[: match.start()].endswith("-"):
            continue
        call = re.search(r"([\w.]+)\([^()]*(?:\[[^\]]*\][^()]*)?$", text[: match.start()])
        function = function_named(call[1].split(".")[-1]) if call else None
        choices = CHOICES.get(keyword, {value})
        yield match[0], takes(function, keyword) and (not value or value in choices)


CHOICES = {
    "activation": {*ACTIVATIONS},
    "engine": {*ENGINES, "auto", "eager"},
    "output": {*OUTPUTS},
}


def named_targets(text: str) -> Named:
    for name in re.findall(r"(?:`|\b(?:run|see|write) )make ([a-z_-]+)", text):  # a command
        yield name, name in targets()


def named_variables(text: str) -> Named:
    for name in re.findall(r"\bAUTOGRAD_[A-Z_]+\b", text):
        yield name, name in texts_given("environ.get", 0)


def named_attributes(text: str) -> Named:
    """`autograd.sin`, `x.data`, `np.dot`, and `.source` of anything of ours."""
    for receiver, path in re.findall(r"(?<![\w.])([a-z]+)((?:\.[A-Za-z_]\w*)+)", text):
        if receiver not in RECEIVERS or path in {".py", ".md"}:
            continue
        thing: Any = RECEIVERS[receiver]
        *before, last = path[1:].split(".")
        for name in before:
            thing = getattr(thing, name, None)
        yield f"{receiver}{path}", has(thing, last)
    for name in re.findall(r"(?<![\w)\]}…./{:])\.([a-z_]{2,})", text):
        yield f".{name}", name == "item" or any(has(kind, name) for kind in KINDS)


def named_functions(text: str) -> Named:
    for name in re.findall(r"(?<![\w.…])([A-Za-z_]\w*)\(", text):
        if name not in PLACEHOLDERS:
            yield f"{name}()", function_named(name) is not None


def named_files(text: str) -> Named:
    for name in re.findall(r"\b[\w/]+\.(?:py|md|toml|ipynb)\b", text):
        yield name, is_file(name)


@cache
def is_file(name: str) -> bool:
    """Whether there is such a file of ours; what is installed or built beside them is not."""
    folders = [ROOT / part for part in ("autograd", "demos", "tests", ".github")]
    return (ROOT / name).exists() or any(any(folder.rglob(name)) for folder in folders)


@cache
def options(of_package: bool) -> set[str]:
    """The options of `python -m autograd`, or those of everything that we run; and pip's."""
    given = texts_given("add_argument", 0, "autograd/__main__.py" if of_package else "")
    return {text for text in given if text.startswith("--")} | {"--help"} | OF_PIP


NAMED: dict[str, Callable[[str], Named]] = {
    "extra": named_extras,
    "option": named_options,
    "option of a demo": named_options_of_demos,
    "keyword": named_keywords,
    "target": named_targets,
    "variable": named_variables,
    "attribute": named_attributes,
    "function": named_functions,
    "file": named_files,
}


def wrong(found: list[Message], kind: str) -> tuple[int, list[str]]:
    """How many things of a kind messages name, and those that there are not."""
    count = 0
    missing = []
    for place, text in found:
        for name, is_there in NAMED[kind](text):
            count += 1
            if not is_there:
                missing.append(f"{place}: {name} in {text!r}")
    return count, missing


if __name__ == "__main__":
    for told in [*messages(".py", *PARTS), *messages(".c", "autograd")]:
        print(f"{told.place}: {told.text}")
