"""Mutants are what they are said to be, and the report says what became of them."""

import pytest

pytest.importorskip("mutmut", reason="the extra dev brings it")

from tests.faults import mutants, path_of
from tests.hunt import NEAR
from tests.mutants import Fate, report
from tests.reach import function_of
from tests.survivors import REASONS, reason


def test_each_has_one_fault_in_what_runs() -> None:
    text = path_of("core/checks.py").read_text(encoding="utf-8")
    found = [*mutants("core/checks.py")]
    assert len({mutant.text for mutant in found} - {text}) == len(found) >= 40
    for mutant in found:
        compile(mutant.text, "mutant", "exec")
        assert mutant.before in " ⏎ ".join(line.strip() for line in text.splitlines())
        assert not mutant.before.startswith(('"""', "from ", "import "))
    changes = {(mutant.before, mutant.after) for mutant in found}
    assert {
        ("count = index(x)", "count = None"),
        ("count = index(x)", "count = index(None)"),
    } < changes


def test_a_fault_in_a_body_is_the_functions_and_one_in_a_signature_is_not() -> None:
    names = {
        mutant.before: getattr(function_of(mutant), "name", None)
        for mutant in mutants("core/checks.py")
    }
    assert names["count = index(x)"] == "check_whole"
    assert names["def check_whole(name: str, x: Any, least: int = -MOST) -> int:"] is None


def test_every_module_is_hunted() -> None:
    files = [*path_of("core").glob("*.py"), *path_of("program").glob("*.py")]
    names = {file.relative_to(path_of("")).as_posix() for file in files if file.stem != "__init__"}
    assert {*NEAR} == names | {
        "derivatives.py",
        "derivative_graphs.py",
        "products.py",
        "jets.py",
        "arithmetic.py",
    }
    assert all(any(known.module in module for module in NEAR) for known in REASONS)


def test_the_report_tells_the_score_and_each_survivor() -> None:
    cache = ("@lru_cache(256)", "@lru_cache(257)")
    fates = [
        Fate("core/graph.py", 1, "a + b", "a - b", "killed"),
        Fate("core/graph.py", 2, "a < b", "a <= b", "survived"),
        Fate("core/rows.py", 3, *cache, "survived"),
        Fate("core/rows.py", 4, "while a", "while True", "endless"),
    ]
    text = report(fates)
    assert "| core/graph.py | 2 | 1 | 0 | 1 | 0 | 50.0 % |" in text
    assert "| all | 4 | 2 | 1 | 2 | 1 | 50.0 % |" in text
    assert "- core/graph.py:2 `a < b` → `a <= b`: **no reason yet**" in text
    assert f"`{cache[1]}`: {reason('core/rows.py', *cache)}" in text
