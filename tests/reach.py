"""Which tests reach a mutant, and the living functions in which it takes its place."""

import ast
import functools
import gc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import coverage

from tests.faults import Mutant, path_of

AT_IMPORT = "at import"  # what is done before any test


class Reach:
    """Which tests reach which line."""

    def __init__(self, data: coverage.CoverageData) -> None:
        self.lines = {path: data.contexts_by_lineno(path) for path in data.measured_files()}
        self.size = Counter(
            name for lines in self.lines.values() for names in lines.values() for name in names
        )

    def is_late(self, mutant: Mutant) -> bool:
        """Whether a mutant changes the body of a function that nothing calls at import."""
        function = function_of(mutant)
        if function is None:
            return False
        lines = self.lines.get(str(path_of(mutant.module)), {})
        body = range(function.body[0].lineno, (function.end_lineno or 0) + 1)
        return not any(AT_IMPORT in lines.get(line, ()) for line in body)

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that reach the line of a mutant: small ones first, and one of each function."""
        lines = self.lines.get(str(path_of(mutant.module)), {})
        line = max((line for line in lines if line <= mutant.line), default=0)
        names = set(lines.get(line, ())) - {"", AT_IMPORT}
        seen: Counter[str] = Counter()
        ranked = []
        for name in sorted(names, key=lambda name: (self.size[name], name)):
            function, _, _ = name.partition("[")
            seen[function] += 1
            ranked.append((seen[function], self.size[name], name))
        return [name for _, _, name in sorted(ranked)]


def function_of(mutant: Mutant) -> ast.FunctionDef | None:
    """The function that a mutant changes the body of, if it does."""
    functions = _functions(path_of(mutant.module).read_text(encoding="utf-8"))
    inside = [x for x in functions if x.body[0].lineno <= mutant.line <= (x.end_lineno or 0)]
    return inside[0] if inside and inside[0].lineno < mutant.line else None


@functools.cache
def _functions(text: str) -> list[ast.FunctionDef]:
    """The functions and methods of a module, in order; what is in one belongs to it."""
    found: list[ast.FunctionDef] = []
    waiting: list[ast.stmt] = [*reversed(ast.parse(text).body)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            found.append(node)
        elif isinstance(node, ast.ClassDef):
            waiting += reversed(node.body)
    return found


def _first_line(function: ast.FunctionDef) -> int:
    """Where its code begins: at its decorators."""
    return min([function.lineno, *(x.lineno for x in function.decorator_list)])


class Living:
    """The functions of the package by where their code begins, and its caches, looked for once."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, int], list[FunctionType]] = {}
        self.caches: list[Any] = []
        for known in gc.get_objects():
            if isinstance(known, FunctionType):
                code = known.__code__
                place = (code.co_filename, code.co_firstlineno)
                self.functions.setdefault(place, []).append(known)
            elif isinstance(known, functools._lru_cache_wrapper):
                self.caches += [known] if str(known.__module__).startswith("autograd") else []

    def replace(self, mutant: Mutant) -> bool:
        """Put the code of a mutant's function into the function, if that is known."""
        path = str(path_of(mutant.module))
        functions = _functions(Path(path).read_text(encoding="utf-8"))
        place = functions.index(function_of(mutant))  # type: ignore[arg-type]  # not None here
        line = _first_line(_functions(mutant.text)[place])
        codes = _codes(compile(mutant.text, path, "exec"))
        (new,) = [code for code in codes if code.co_firstlineno == line]
        known = self.functions.get((path, _first_line(functions[place])), [])
        try:
            for function in known:
                function.__code__ = new
        except ValueError:  # code with other names from around it
            return False
        self.forget()
        return bool(known)

    def forget(self) -> None:
        for cache in self.caches:
            cache.cache_clear()


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of the functions and methods in that of a module or class."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            is_class = "__qualname__" in part.co_names
            yield from _codes(part) if is_class else [part]
