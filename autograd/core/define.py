"""Running generated source, so that people and debuggers can read it."""

import itertools
import linecache
import weakref
from collections.abc import Callable
from typing import Any

_serial = itertools.count()


def define(name: str, source: str, scope: dict[str, Any]) -> Callable[..., Any]:
    """Run the source of one function in a scope, and give the function.

    `inspect.getsource`, pdb and tracebacks show its text under the file name `<autograd name 7>`.
    """
    filename = f"<autograd {name} {next(_serial)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    # Made beside the scope, not in it: a method called tanh must not hide the tanh that it calls.
    made: dict[str, Callable[..., Any]] = {}
    exec(compile(source, filename, "exec"), scope, made)
    _, function = made.popitem()
    weakref.finalize(function, linecache.cache.pop, filename, None)
    return function
