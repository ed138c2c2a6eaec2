"""What other systems do otherwise: encodings, folders, homes that cannot be written.

Windows reads and writes files as cp1252, and a terminal may have ASCII alone; folders have spaces
and letters of any language; a container's home belongs to somebody else.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [path for part in ("autograd", "demos", "tests") for path in (ROOT / part).rglob("*.py")]


def without_encoding(source: str) -> Iterator[int]:
    """Lines on which a file, or what a process says, is text in whatever encoding there is."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        keywords = {keyword.arg for keyword in node.keywords}
        if name in PROCESSES and keywords & TEXT and "encoding" not in keywords:
            yield node.lineno
        position = POSITIONS.get(name)
        if position is None or ast.unparse(node.func) in NO_FILES:
            continue
        is_named = "encoding" in keywords or len(node.args) > position
        if not is_named and not any(map(is_binary, node.args)):
            yield node.lineno


def is_binary(argument: ast.expr) -> bool:
    """Whether it is the mode of a file of bytes: "rb"."""
    mode = argument.value if isinstance(argument, ast.Constant) else None
    return isinstance(mode, str) and set(mode) <= set("rwxab+") and "b" in mode


# Where the encoding stands among the arguments.
POSITIONS = {"read_text": 0, "write_text": 1, "open": 3}
PROCESSES = {"run", "Popen", "call", "check_call", "check_output"}
TEXT = {"text", "universal_newlines", "errors"}
NO_FILES = {"webbrowser.open", "os.open", "tarfile.open", "Image.open"}


def test_text_names_its_encoding() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in SOURCES
        for line in without_encoding(path.read_text(encoding="utf-8"))
    }
    assert not found


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("path.read_text()", [1]),
        ("path.read_text('utf-8')", []),
        ("path.write_text(text)\npath.write_text(text, 'utf-8')", [1]),
        ("run(command, text=True)\nrun(command)\nrun(command, encoding='utf-8')", [1]),
        ("subprocess.Popen(command, errors='replace')\npartial(f, text=True)", [1]),
        ("open(name)\nopen(name, 'rb')\npath.open('x')\npath.open(encoding='utf-8')", [1, 3]),
    ],
)
def test_text_without_an_encoding_is_found(source: str, lines: list[int]) -> None:
    assert [*without_encoding(source)] == lines


def is_print(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "print"


def main_that_prints(source: str) -> ast.FunctionDef | None:
    """The main function of a program that prints anywhere."""
    tree = ast.parse(source)
    if not any(map(is_print, ast.walk(tree))):
        return None
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return next((function for function in functions if function.name == "main"), None)


MAINS = {
    path.relative_to(ROOT).as_posix(): main
    for path in SOURCES
    if path.is_relative_to(ROOT / "demos")
    and (main := main_that_prints(path.read_text(encoding="utf-8")))
}


@pytest.mark.parametrize("path", MAINS)
def test_demos_print_on_terminals_that_lack_signs(path: str) -> None:
    """As a folder has letters that the terminal has not, and a figure is written there."""
    calls = [ast.unparse(step) for step in MAINS[path].body if isinstance(step, ast.Expr)]
    assert calls[0] == "escape_what_cannot_be_printed()"


# In ASCII alone, or in a folder as people have them, or both.
ASCII = {
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii",  # as on Windows the locale is not asked
}
FOLDER = "a b é 中"

USING = """
import os
import autograd
x, w = autograd.Value(2.0, "权"), autograd.Value(-3.0, "w")
y = (x * w).tanh()
y.backward()
autograd.draw(y, backward=True).save("made/graph.svg")
autograd.explain(y).page(os.path.join(os.getcwd(), "made", "steps.html"), "zh")
net = autograd.MLP(1, [2, 1], seed=0)
autograd.save(net, "made/net.json")
again = autograd.load("made/net.json")
assert [p.data for p in again.parameters()] == [p.data for p in net.parameters()]
print(autograd.explain(y))
print(autograd.compile(y)()[0])
"""


def run(place: Path, *arguments: str, **variables: str) -> str:
    """What a Python prints in a folder; where it warns or complains, that is an error."""
    ours = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=place,
        env=os.environ | ours | variables,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8").replace("\r\n", "\n")


def written(place: Path, program: str) -> str:
    """The name of a file with a program."""
    (place / "using.py").write_text(program, encoding="utf-8")
    return "using.py"


@pytest.fixture(params=["ascii", "folder", "both"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder, and what the environment says of signs."""
    place = tmp_path if request.param == "ascii" else tmp_path / FOLDER
    place.mkdir(exist_ok=True)
    return place, {"PYTHONUTF8": "1"} if request.param == "folder" else ASCII


def test_all_works_in_ascii_and_in_any_folder(elsewhere: tuple[Path, dict[str, str]]) -> None:
    place, variables = elsewhere
    printed = run(place, written(place, USING), **variables)
    assert printed.endswith("\n-0.9999877116507956\n")
    assert "d权" in printed or "d\\u6743" in printed
    assert "权" in (place / "made/graph.svg").read_text(encoding="utf-8")
    assert "权" in (place / "made/steps.html").read_text(encoding="utf-8")


def test_the_command_line_takes_chinese_names(elsewhere: tuple[Path, dict[str, str]]) -> None:
    place, variables = elsewhere
    words = ["-m", "autograd", "权*w", "权=1.5", "w=-2", "--svg", "图.svg", "--page", "中/页.html"]
    printed = run(place, *words, **variables)
    assert "∂y/∂权 = -2.0" in printed or "\\u2202y/\\u2202\\u6743 = -2.0" in printed
    assert "权" in (place / "图.svg").read_text(encoding="utf-8")
    assert "权" in (place / "中/页.html").read_text(encoding="utf-8")


def test_the_playground_is_written_to_any_folder(elsewhere: tuple[Path, dict[str, str]]) -> None:
    place, variables = elsewhere
    printed = run(place, "-m", "demos.playground", "--no-browser", **variables)
    assert printed.startswith("Open ")
    assert (place / "build/playground/index.html").exists()


@pytest.fixture
def no_home(tmp_path: Path) -> dict[str, str]:
    """A home in which nothing can be written: rights do not bind root, so that it is a file."""
    home = tmp_path / "home"
    home.write_text("", encoding="utf-8")
    folders = dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA"), str(home / "cache"))
    return {"HOME": str(home), "NUMBA_CACHE_DIR": "", **folders}


SMALL = """
from autograd.program.machine import compiled_for_good
text = "@compiled\\ndef twice(x):\\n    return 2.0 * x\\n"
print(compiled_for_good("small", text, {})["twice"](4.0))
"""


def test_a_home_that_cannot_be_written_changes_nothing(
    tmp_path: Path, no_home: dict[str, str]
) -> None:
    assert run(tmp_path, written(tmp_path, SMALL), **no_home) == "8.0\n"
    assert run(tmp_path, written(tmp_path, USING), **no_home).endswith("\n-0.9999877116507956\n")
