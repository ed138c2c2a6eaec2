"""What .github/SECURITY.md promises has tests, and what it says is run is all that is run."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograd import Value, explain
from autograd.reading import LARGEST
from demos.playground.__main__ import page_text

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograd"
SECURITY = (ROOT / ".github" / "SECURITY.md").read_text(encoding="utf-8")

HELD = {
    "Files run nothing": (
        "test_files.py: test_damaged_and_foreign_files_are_refused",
        "test_files.py: test_any_damage_is_a_value_error_or_another_network",
        "test_files.py: test_what_is_no_ordinary_file_is_neither_read_nor_waited_for",
        "test_files.py: test_a_size_beyond_reason_is_refused_before_it_is_read",
        "test_module_files.py: test_a_module_is_loaded_whole_or_not_at_all",
    ),
    "Expressions of the command line run nothing": (
        "test_main.py: test_a_thousand_hostile_expressions_run_nothing",
        "test_main.py: test_as_processes",
    ),
    "Texts stay texts": (
        "test_drawing.py: test_hostile_labels",
        "test_page.py: test_names_and_rows_of_ones_own",
        "test_explanation.py: test_every_latex_text_parses",
        "test_program.py: test_labels_become_names",
        "test_to_c.py: test_no_label_ends_the_comment",
    ),
    "Pages ask nothing of any network": (
        "test_security.py: test_pages_forbid_what_they_do_not_need",
        "test_page.py: test_a_page_is_one_small_file",
        "test_docs.py: test_pages_load_nothing_from_elsewhere",
    ),
    "Files are written whole or not at all": (
        "test_files.py: test_killed_at_any_moment_a_file_that_loads_is_left",
        "test_files.py: test_a_failing_disk_leaves_the_old_file",
    ),
}

# What can run code or ask something of a network, and the files that may use it.
RISKY = {
    # dot and graphviz-pure; a Python that compiles for numba
    "subprocess": {"show/figure.py", "show/layout.py", "program/apart.py"},
    "ctypes": {"program/machine.py"},  # libm's pow, for numba
    # The state of a random generator of the same process, to put it back; and whether functions of
    # `custom` can be pickled.
    "pickle": {"program/surroundings.py", "core/custom.py"},
    "exec": {"core/define.py", "program/machine.py"},
    "import_module": {"__init__.py", "extras.py", "core/native/loading.py"},
}
NOWHERE = """eval __import__ system popen socket urllib http ftplib ssl webbrowser marshal shelve
    runpy pty multiprocessing""".split()


def promises() -> list[str]:
    part = SECURITY.split("## What is promised")[1].split("\n## ")[0]
    return re.findall(r"^- \*\*([^*]+?)\.?\*\*", part, flags=re.M)


def test_each_promise_is_held_by_tests_that_are_there() -> None:
    assert promises() == list(HELD)
    for tests in HELD.values():
        for name, test in (told.split(": ") for told in tests):
            text = (ROOT / "tests" / name).read_text(encoding="utf-8")
            assert f"\ndef {test}(" in text, f"{name} has no {test}"


def test_the_size_it_tells_is_the_limit() -> None:
    assert f"{LARGEST // 2**20} MiB" in SECURITY
    assert LARGEST % 2**20 == 0


@pytest.mark.parametrize("page", ["steps", "playground"])
def test_pages_forbid_what_they_do_not_need(page: str) -> None:
    x = Value(2.0, "x")
    text = page_text() if page == "playground" else explain(x * x).html()
    policy = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]*)"', text)
    assert policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
    assert rules["default-src"] == "'none'"
    assert "'self'" not in policy[1]
    assert "http" not in policy[1]
    asked = r"<(?:script|img|iframe|link|source)\b[^>]*\b(?:src|href)=['\"](?!data:|#)"
    assert not re.search(asked, text)


def used(path: Path) -> Iterator[str]:
    """The modules and names that a file imports, and what it calls, by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Call):
            called = node.func
            yield called.id if isinstance(called, ast.Name) else ""
            yield called.attr if isinstance(called, ast.Attribute) else ""


def test_nothing_else_is_run_than_is_told() -> None:
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for name in used(path):
            found.setdefault(name, set()).add(path.relative_to(PACKAGE).as_posix())
    assert not {name: found[name] for name in NOWHERE if name in found}
    for name, places in RISKY.items():
        assert found[name] <= places, f"{name} is used in {found[name] - places}"


def test_no_name_in_a_file_is_looked_up() -> None:
    """Not that of a class, nor of an activation."""
    assert not {*used(PACKAGE / "nn" / "files.py")} & {"getattr", "import_module", "globals"}
