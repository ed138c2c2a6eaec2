"""The package keeps the limits within which code can be read, and the counting counts."""

import ast
from pathlib import Path

import pytest

from tests import reading
from tests.reading import COLUMNS, ROOT, Reading

PACKAGE = ROOT / "autograd"

SMALL = '''\
"""A docstring is not counted."""

x = 1  # nor is a comment


def f(a: int) -> str:
    """One line, two tokens that count: return and a string."""
    return f"{a} and {x}"
'''


def test_the_package_keeps_the_limits() -> None:
    whole = reading.total(reading.read(path) for path in reading.files([PACKAGE]))
    assert not whole.broken()


@pytest.mark.parametrize("kind", ["py", "js", "css"])
def test_no_line_is_longer_than_the_screen(kind: str) -> None:
    long = {
        reading.shown(path): count
        for path in PACKAGE.rglob(f"*.{kind}")
        if (count := reading.long_lines(path.read_text(encoding="utf-8"), path == reading.ROWS))
    }
    assert not long


def read(text: str, folder: Path) -> Reading:
    path = folder / "small.py"
    path.write_text(text, encoding="utf-8")
    return reading.read(path)


def test_what_is_counted(tmp_path: Path) -> None:
    small = read(SMALL, tmp_path)
    assert small.lines == 3
    assert small.tokens == len("x = 1".split()) + len("def f ( a : int ) -> str :".split()) + 2
    assert (small.longest_name, small.longest) == ("f", 2)
    assert not small.broken()


def test_tuples_of_names_are_counted_once_a_statement() -> None:
    tree = ast.parse(
        "a, b = c, d = 1, 2\n[e] = [1]\nx = 1, 2\nfor i, j in []: pass\nx.y[0], z = 1, 2"
    )
    assert reading.tuple_assignments(tree) == 3


def test_the_table_alone_may_be_wide() -> None:
    wide = "#" * (COLUMNS + 1)
    text = f"# fmt: off\n{wide}\n# fmt: on\n{wide}\n{wide[1:]}"
    assert reading.long_lines(text, table=True) == 1
    assert reading.long_lines(text) == 2
    assert reading.long_lines(f"|{wide}|\n    |{wide}|") == 1  # a guide's, a formula's


def test_what_breaks_a_limit_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = "".join(f"    a, b = {i}, f({i}, {i}, {i}, {i})  # fmt: skip\n" for i in range(41))
    (tmp_path / "dense.py").write_text(f"def dense():\n{body}" + " " * 101 + "\n", encoding="utf-8")
    assert reading.main([str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    for limit in (
        "tokens a line, at most 9.5",
        "1 lines over 100 columns",
        "tuple assignments per 100 lines, at most 1.2",
        "41 × fmt: skip, at most 2",
        "dense.py: dense has 42 lines, at most 40",
    ):
        assert limit in printed


def test_what_keeps_them_is_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "small.py").write_text(SMALL, encoding="utf-8")
    assert reading.main([str(tmp_path)]) == 0
    assert "| all | 3 |" in capsys.readouterr().out
