"""What a user's editor sees: pyright, in strict mode, over a program that uses public names."""

import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import autograd
from tests.client import client

ROOT = Path(__file__).parents[1]

# basedpyright has rules of its own, which pyright's users do not see.
CONFIGURATION = {
    "typeCheckingMode": "strict",
    "extraPaths": [str(ROOT)],
    "pythonVersion": f"{sys.version_info.major}.{sys.version_info.minor}",
}


def complaints(folder: Path, text: str) -> list[str]:
    """What pyright says of a program."""
    client = folder / "client.py"
    client.write_text(text, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(CONFIGURATION), encoding="utf-8")
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable]
    run = subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=600
    )
    found = json.loads(run.stdout)["generalDiagnostics"]
    return [f"{item['range']['start']['line'] + 1}: {item['message']}" for item in found]


def test_a_client_has_types_everywhere(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "client.py").read_text(encoding="utf-8")
    assert not complaints(tmp_path, text)


def test_the_client_runs(tmp_path: Path) -> None:
    client(str(tmp_path))
    assert (tmp_path / "loss.svg").exists()


def test_what_is_wrong_is_seen(tmp_path: Path) -> None:
    text = "from autograd import Value, max\n\nmax(Value(1.0), 2.0).dat\nValue(1.0).tanhh()\n"
    lines = [complaint.split(":")[0] for complaint in complaints(tmp_path, text)]
    assert {"3", "4"} <= set(lines)


# Public booleans that may be given by position: none that could be taken for something else.
BY_POSITION = {
    "Figure.render(view)": "as graphviz's own, in whose place it stands",
    "Figure.render(cleanup)": "as graphviz's own, in whose place it stands",
}


def public_modules() -> Iterator[ModuleType]:
    """The package, and each module that lists what it gives."""
    yield autograd
    for found in pkgutil.walk_packages(autograd.__path__, "autograd."):
        if not found.name.startswith("autograd.core.native") and "__main__" not in found.name:
            module = importlib.import_module(found.name)
            if hasattr(module, "__all__"):
                yield module


def public_functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions of a module, and the methods of its classes, that have no private name."""
    for name in dir(module) if module is autograd else module.__all__:
        thing = getattr(module, name)
        if inspect.isclass(thing):
            for method, function in inspect.getmembers(thing, callable):
                is_own = str(getattr(function, "__module__", "")).startswith("autograd")
                if is_own and (not method.startswith("_") or method in ("__init__", "__call__")):
                    yield f"{name}.{method}", function
        elif callable(thing):
            yield name, thing


def by_position(name: str, function: Callable[..., Any]) -> set[str]:
    """The booleans of a function that a call may give without their names."""
    named = [p for p in inspect.signature(function).parameters.values() if p.kind < p.KEYWORD_ONLY]
    return {
        f"{name}({parameter.name})"
        for parameter in named
        if isinstance(parameter.default, bool) or parameter.annotation in (bool, "bool")
    }


def test_booleans_of_public_functions_are_given_by_name() -> None:
    functions = [each for module in public_modules() for each in public_functions(module)]
    names = {name for name, _ in functions}
    assert {"grad", "draw", "Value.backward", "MLP.__init__", "Optimizer.step", "replay"} <= names
    assert set().union(*(by_position(*each) for each in functions)) == BY_POSITION.keys()


def test_a_boolean_by_position_is_found() -> None:
    def first(x: float, flag: bool = False, *, other: bool = True) -> None: ...
    def second(x: float, flag: "bool") -> None: ...

    assert by_position("first", first) == {"first(flag)"}
    assert by_position("second", second) == {"second(flag)"}
