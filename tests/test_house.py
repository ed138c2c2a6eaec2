"""Imports point down, private names stay in their folder, what is heavy waits until it is used."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import autograd

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograd"

# Private by their look only: the language, or a library that calls them, made these names.
COMMON = {
    "_getframe": "of sys, documented there",
    "_replace": "of named tuples",
    "_asdict": "of named tuples",
    "_fields": "of named tuples",
    "_repr_svg_": "which notebooks look for",
    "_repr_markdown_": "which notebooks look for",
    "_repr_mimebundle_": "which notebooks look for",
}

# What `from autograd import Value` has no use for.
HEAVY = """
    IPython argparse asyncio autograd.show email graphviz hypothesis importlib.metadata jax json
    matplotlib numba numpy scipy socket subprocess sympy torch tqdm unittest urllib xml
""".split()


class House:
    """A package as files: what each imports, defines and asks for."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.root = package.parent

    def files(self, folder: str = "") -> list[Path]:
        found = sorted((self.package / folder).rglob("*.py"))
        assert found, f"there is no code in {self.package.name}/{folder}"
        return found

    def folder_of(self, path: Path) -> str:
        """The part of the house a file stands in: core, nn, ..., or "" for what stands beside."""
        inside = path.relative_to(self.package).parts
        return inside[0] if len(inside) > 1 else ""

    def module_of(self, path: Path) -> list[str]:
        """autograd/nn/fit.py → ["autograd", "nn", "fit"]; a package is the name of its folder."""
        parts = [*path.relative_to(self.root).with_suffix("").parts]
        return parts[:-1] if parts[-1] == "__init__" else parts

    def file_of(self, module: str) -> Path | None:
        """The file of a module of the package; None for any other."""
        path = self.root.joinpath(*module.split("."))
        places = [path / "__init__.py", path.with_suffix(".py")]
        inside = [place for place in places if place.is_relative_to(self.package)]
        return next((place for place in inside if place.exists()), None)

    def imports(self, path: Path) -> Iterator[tuple[str, str]]:
        """Each import of a file, wherever it stands: a module, and the name from it, or ""."""
        package = self.module_of(path) if path.name == "__init__.py" else self.module_of(path)[:-1]
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, ""
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else []
                module = ".".join([*above, *filter(None, [node.module])])
                for alias in node.names:
                    inner = f"{module}.{alias.name}"
                    yield (inner, "") if self.file_of(inner) else (module, alias.name)

    def looks_up(self, folder: str, *others: str) -> set[str]:
        """Imports of a folder's files from any part of the package but itself and the others."""
        allowed = tuple(f"{self.package.name}.{part}." for part in (folder, *others))
        return {
            f"{path.relative_to(self.root).as_posix()}: {module}"
            for path in self.files(folder)
            for module, _ in self.imports(path)
            if module.split(".")[0] == self.package.name and not f"{module}.".startswith(allowed)
        }

    def meetings(self, folder: str, other: str) -> set[str]:
        """Files of a folder that import from the other one."""
        start = f"{self.package.name}.{other}."
        return {
            path.relative_to(self.package).as_posix()
            for path in self.files(folder)
            if any(f"{module}.".startswith(start) for module, _ in self.imports(path))
        }

    def private_imports(self) -> set[str]:
        """Private names and modules that a file imports from another folder."""
        found = set()
        for path in self.files():
            for module, name in self.imports(path):
                source = self.file_of(module)
                if source is None or self.folder_of(source) == self.folder_of(path):
                    continue
                if any(map(is_private, [*module.split("."), name])):
                    found.add(f"{path.relative_to(self.root).as_posix()}: {module}.{name}")
        return found

    def private_attributes(self) -> set[str]:
        """Private attributes that no file of the folder defines which asks for them."""
        known: dict[str, set[str]] = {}
        for path in self.files():
            known.setdefault(self.folder_of(path), {*COMMON}).update(defined(tree_of(path)))
        return {
            f"{path.relative_to(self.root).as_posix()}:{line}: {name}"
            for path in self.files()
            for name, line in used(tree_of(path))
            if name not in known[self.folder_of(path)]
        }

    def searched_formulas(self, part: str) -> set[str]:
        """Lines with a regular expression, or with a tree written as text, in a file or folder."""
        place = self.package / part
        return {
            f"{path.relative_to(self.root).as_posix()}:{number}: {line.strip()}"
            for path in ([place] if place.is_file() else self.files(part))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
            if EXPRESSION.search(line) or ("ast.unparse" in line and path.name != "notation.py")
        }


EXPRESSION = re.compile(r"\bre\.(sub|compile|findall|fullmatch|match|search|split|finditer)\b")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_private(name: object) -> bool:
    return isinstance(name, str) and name.startswith("_") and not name.startswith("__")


def defined(tree: ast.Module) -> Iterator[str]:
    """Names that a file gives: functions, classes, variables, attributes of self, slots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id == "self":
                yield node.attr
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__slots__":
            for name in ast.walk(node.value):
                if isinstance(name, ast.Constant):
                    yield str(name.value)


def used(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Private attributes that a file asks for, by a dot or by getattr, and on which line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            yield node.attr, node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in BY_NAME:
            yield from ((name, node.lineno) for name in texts(node) if is_private(name))


BY_NAME = {"getattr", "setattr", "hasattr", "delattr", "object.__setattr__"}


def texts(call: ast.Call) -> list[str]:
    """The strings among the arguments of a call."""
    constants = [argument for argument in call.args if isinstance(argument, ast.Constant)]
    return [text.value for text in constants if isinstance(text.value, str)]


HOUSE = House(PACKAGE)


def test_core_imports_nothing_from_above() -> None:
    assert not HOUSE.looks_up("core")


def test_networks_and_drawings_meet_in_one_file() -> None:
    assert HOUSE.meetings("show", "nn") <= {"show/networks.py"}
    assert not HOUSE.meetings("nn", "show")


def test_drawings_are_asked_for_in_one_file() -> None:
    """Beside the public names and the command line."""
    asking = {
        path.relative_to(PACKAGE).as_posix()
        for path in HOUSE.files()
        if HOUSE.folder_of(path) != "show"
        and any(f"{module}.".startswith("autograd.show.") for module, _ in HOUSE.imports(path))
    }
    assert asking <= {"__init__.py", "__main__.py", "views.py"}


def test_programs_know_nothing_of_networks_and_drawings() -> None:
    assert not HOUSE.meetings("program", "nn")
    assert not HOUSE.meetings("program", "show")


def test_private_names_stay_in_their_folder() -> None:
    assert not HOUSE.private_imports()
    assert not HOUSE.private_attributes()


@pytest.mark.parametrize(
    "part",
    [
        "core",
        "program",
        "functions.py",
        "derivatives.py",
        "derivative_graphs.py",
        "jets.py",
        "products.py",
        "show/explanation.py",
    ],
)
def test_formulas_are_trees_and_not_texts_to_search(part: str) -> None:
    assert not HOUSE.searched_formulas(part)


FAULTY = {
    "__init__.py": "",
    "core/__init__.py": "",
    "core/value.py": """
class Value:
    __slots__ = ("_data",)
    def record(self):
        from ..nn import fit
        self._kept = _hidden
def _hidden(): ...
""",
    "nn/__init__.py": "from faulty.nn import fit",
    "nn/fit.py": "from faulty.core.value import Value, _hidden\nimport faulty.show.draw",
    "show/__init__.py": "",
    "show/draw.py": """
from ..core.value import Value
import re
def draw(value, named):
    value._data += getattr(value, "_kept") + named._replace()._own
    return re.sub("a", "b", "a * b"), ast.unparse(value)
""",
}


def test_a_faulty_house_is_seen_through(tmp_path: Path) -> None:
    for name, text in FAULTY.items():
        path = tmp_path / "faulty" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    house = House(tmp_path / "faulty")
    assert house.looks_up("core") == {"faulty/core/value.py: faulty.nn.fit"}
    assert house.looks_up("nn", "core") == {"faulty/nn/fit.py: faulty.show.draw"}
    assert house.meetings("nn", "show") == {"nn/fit.py"}
    assert house.meetings("show", "nn") == set()
    assert house.private_imports() == {"faulty/nn/fit.py: faulty.core.value._hidden"}
    asked = {place.split(": ")[1] for place in house.private_attributes()}
    assert asked == {"_data", "_kept", "_own"}
    assert len(house.searched_formulas("show")) == 1
    assert house.searched_formulas("core/value.py") == set()


def python(*program: str) -> str:
    """What a program prints in a Python of its own."""
    command = [sys.executable, "-c", "\n".join(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_value_is_there_without_what_is_heavy() -> None:
    loaded = "import sys; print(*sorted(sys.modules))"
    at_start = {*python(loaded).split()}
    after = {*python("from autograd import Value", loaded).split()}
    assert "autograd.core.value" in after
    assert not after.intersection(HEAVY) - at_start


def test_what_is_heavy_is_there_when_it_is_used() -> None:
    printed = python(
        "import sys, autograd",
        "assert 'draw' in dir(autograd)",
        "assert 'graphviz' not in sys.modules",
        "print(autograd.draw(autograd.Value(1.0) + 2.0).source[:7])",
        "from autograd import explain, MLP",
    )
    assert printed == "digraph\n"


def starred() -> dict[str, Any]:
    """What `from autograd import *` brings."""
    scope: dict[str, Any] = {}
    exec("from autograd import *", scope)
    del scope["__builtins__"]
    return scope


def test_a_star_leaves_pythons_own_names_alone() -> None:
    brought = starred()
    taken = {"abs", "max", "min", "compile"}
    assert not taken & brought.keys()
    assert all(callable(getattr(autograd, name)) for name in taken)
    assert not {name: value for name, value in brought.items() if isinstance(value, ModuleType)}
    assert {"Value", "MLP", "draw", "explain", "exp", "grad", "fit"} <= brought.keys()


def test_names_that_are_listed_are_there() -> None:
    assert {name for name in autograd.__all__ if hasattr(autograd, name)} == {*autograd.__all__}
    listed = dir(autograd)
    assert listed == sorted({*listed})
    assert {*autograd.__all__, "abs", "compile", "native", "nn", "functions"} <= {*listed}
    assert [name for name in listed if name.startswith("_")] == ["__version__"]
    assert all(hasattr(autograd, name) for name in listed)
    with pytest.raises(AttributeError, match="no attribute 'draws'"):
        _ = autograd.draws


@pytest.mark.parametrize(
    "name", ["core", "derivatives", "nn", "numeric", "products", "program", "show"]
)
def test_a_module_is_there_without_an_import_of_its_own(name: str) -> None:
    run = [sys.executable, "-c", f"import autograd; print(autograd.{name}.__name__)"]
    assert subprocess.check_output(run, encoding="utf-8") == f"autograd.{name}\n"


def test_the_version_is_the_one_of_the_project() -> None:
    assert autograd.__version__ == metadata.version("scalar-autograd")
