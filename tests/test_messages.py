"""Every message that names an option, an extra, a keyword or a name of ours names one there is."""

import importlib
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd.core import elsewhere
from autograd.extras import extra
from tests.messages import (
    NAMED,
    PARTS,
    Message,
    about_extras,
    is_file,
    messages,
    of_python,
    wrong,
)

ROOT = Path(__file__).parents[1]
OPTIONS = {"option", "option of a demo"}
COMMANDS = ("extra", "option", "target", "variable", "file")  # pages speak of mathematics beside
FOUND: dict[str, Callable[[], list[Message]]] = {
    "package": lambda: messages(".py", "autograd"),
    "demos": lambda: messages(".py", "demos"),
    "c": lambda: messages(".c", *PARTS),
    "pages": lambda: messages(".json", *PARTS),
    "extras": about_extras,
}
LEAST = {
    "package": {"option": 2, "keyword": 20, "variable": 1, "attribute": 100, "function": 60},
    "demos": {"option of a demo": 1},
    "c": {"variable": 1},
    "pages": {"file": 1},
    "extras": {"extra": 4},
}


@pytest.mark.parametrize("source", FOUND)
def test_what_a_message_names_is_there(source: str) -> None:
    found = FOUND[source]()
    options = {"option of a demo"} if source == "demos" else {"option"}
    kinds = COMMANDS if source == "pages" else {*NAMED} - OPTIONS | options
    for kind in sorted(kinds):
        count, missing = wrong(found, kind)
        assert not missing
        assert count >= LEAST[source].get(kind, 0), f"{count} of kind {kind}"


def test_all_messages_are_collected() -> None:
    assert len(messages(".py", *PARTS)) > 500
    assert len(messages(".json", *PARTS)) > 500
    raised = sum(
        len(re.findall(r"PyErr_(?:SetString|Format)", path.read_text(encoding="utf-8")))
        for path in (ROOT / "autograd").rglob("*.c")
    )
    assert len(messages(".c", *PARTS)) == raised > 5


PLANTED = {
    "extra": "pip install 'scalar-autograd[quick]' brings it",
    "option": "the expression is timed (--rounds of it), such as is done by the benchmark",
    "option of a demo": "such as --draw, which writes a file",
    "keyword": "the graph is deep: write compile(loss, engine='tapes')",
    "target": "the wheel is old: run make wheels",
    "variable": "AUTOGRAD_NATIV is 0 where Python is to run",
    "attribute": "a number is x.datum, and the text is in .sauce",
    "function": "for many samples there is vmap(f)",
    "file": "rows are in core/rowses.py, one a line",
}


@pytest.mark.parametrize("kind", NAMED)
def test_a_wrong_name_is_found(kind: str) -> None:
    lines = [
        "def f():",
        '    "a docstring that names --none of ours"',
        f"    raise E({PLANTED[kind]!r})",
    ]
    found = [*of_python(Path("planted.py"), "\n".join(lines))]
    assert [message.place for message in found] == ["planted.py:3"]
    count, missing = wrong(found, kind)
    assert len(missing) == count >= 1


def test_texts_of_several_lines_are_messages_where_they_are_raised() -> None:
    lines = ["text = 'this is\\na program'", "raise E('run it with --none\\nor see make wheels')"]
    found = [*of_python(Path("planted.py"), "\n".join(lines))]
    assert [message.place for message in found] == ["planted.py:2"]
    assert wrong(found, "option")[1]
    assert wrong(found, "target")[1]


def test_files_of_other_packages_are_not_ours() -> None:
    assert is_file("rows.py")
    assert is_file("show/page/assembly.py")
    assert is_file("CONTRIBUTING.md")
    assert not is_file("_pytest/nodes.py")  # in the folder .venv, where there is one


def test_wrong_keywords_of_a_named_function_are_found() -> None:
    for text in (
        "write fit(net, xs, ys, allow_unused=True)",
        "write MLP(2, [3, 1], activation='than')",
    ):
        assert wrong([Message("", text)], "keyword")[1]
    assert not wrong([Message("", "write fit(net, xs, ys, seed=0)")], "keyword")[1]


def test_an_extra_is_installed_by_the_name_that_pip_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ModuleNotFoundError, match=r"'nowhere': pip install 'scalar-autograd\[fast\]'"
    ):
        extra("nowhere", "fast")
    monkeypatch.setattr("importlib.metadata.distribution", _unknown)
    with pytest.raises(
        ModuleNotFoundError, match=r"install '\.\[fast\]' in the folder of its pyproj"
    ):
        extra("nowhere", "fast")


def _unknown(name: str) -> None:
    raise importlib.metadata.PackageNotFoundError(name)


ELSEWHERE = [(module, name) for module, names in elsewhere.OF_MODULES.items() for name in names]


@pytest.mark.parametrize(("module", "name"), ELSEWHERE)
def test_a_name_of_another_library_says_what_to_write(module: str, name: str) -> None:
    ours = importlib.import_module(module)
    told = f"^there is no {module}.{name}: (write|leave it out|a number is|NumPy|autograd|it is)"
    assert not hasattr(ours, name)
    assert name not in dir(ours)
    with pytest.raises(AttributeError, match=told):
        getattr(ours, name)
    for line in (f"from {module} import {name}", f"import {module}.{name}"):
        with pytest.raises(ModuleNotFoundError, match=told):
            exec(line)


def test_a_spec_of_a_name_of_another_library_is_refused_as_its_import() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"there is no autograd.numpy: NumPy's own"):
        importlib.util.find_spec("autograd.numpy")
    assert importlib.util.find_spec("autograd.grd") is None


def test_autograd_loaded_again_asks_once() -> None:
    importlib.reload(autograd)
    assert sys.meta_path.count(elsewhere.ImportsFromElsewhere) == 1


def test_other_names_are_missing_as_ever() -> None:
    with pytest.raises(ImportError, match="cannot import name 'grd' from 'autograd'"):
        exec("from autograd import grd")
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'autograd\.grd'"):
        exec("import autograd.grd")
    for module in ("autograd", "autograd.nn"):
        ours = importlib.import_module(module)
        with pytest.raises(
            AttributeError, match=f"^module '{module}' has no attribute 'fits'"
        ) as told:
            _ = ours.fits
        assert (told.value.name, told.value.obj) == ("fits", ours)  # of which Python makes a guess


def test_options_of_other_libraries_say_what_ours_are() -> None:
    ours: Any = autograd
    net = ours.MLP(1, [1], seed=0)
    asked: dict[str, Callable[[], Any]] = {
        "Neuron takes no nonlin; write activation='linear'": lambda: ours.Neuron(2, nonlin=False),
        "Layer takes no nonlin; write activation='linear'": lambda: ours.Layer(2, 3, nonlin=False),
        "fit takes no lr; it is learning_rate here": lambda: ours.fit(net, [1.0], [1.0], lr=0.1),
        "MLP takes no bias; it takes nin, nouts, activation,": lambda: ours.MLP(2, [1], bias=False),
        "takes no eps; it takes parameters, learning_rate, mom": lambda: ours.SGD(0.1, eps=1e-8),
        "got net.parameters without ()": lambda: ours.Adam(net.parameters, 0.1),
        "a plain function write value_and_grad(f).grad(x)": lambda: ours.grad(lambda x: x * x),
        "write value_and_grad(f).grad(x), or .jacobian": lambda: ours.jacobian(lambda x: [x * x]),
    }
    for told, ask in asked.items():
        with pytest.raises(TypeError, match=re.escape(told)):
            ask()
