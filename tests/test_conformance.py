"""Every row keeps the bounds it states, and the comparison would see it if one did not."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from autograd.core.rows import ROWS, Row
from autograd.core.value import Value, record
from tests import conformance
from tests.conformance import WIDE, main, measure
from tests.rows import FOUR, NOTHING, TESTED, Bound, entry_of
from tests.strategies import ELEMENTAL, intervals


@pytest.mark.parametrize("op", ELEMENTAL + WIDE, ids=lambda op: op.name)
def test_every_row_keeps_its_bounds(op: Row) -> None:
    result = measure(op)
    assert not result.problems
    assert result.points >= 60
    assert (
        max(result.worst["value"], result.worst["partials"]) <= 2000.0
    )  # gelu's at -25, where a² is 625, is 820


@pytest.mark.parametrize("op", ELEMENTAL + WIDE, ids=lambda op: op.name)
def test_a_nan_stays_a_nan(op: Row) -> None:
    point = [0.9 * low + 0.1 * high for low, high in intervals(op)]
    for i, name in enumerate(op.operands):
        node = record(op, *(Value(math.nan if j == i else x) for j, x in enumerate(point)))
        hidden = op.name in ("less", "at_most") or (
            op.name == "where" and name != "a"
        )  # not chosen, or only compared
        assert math.isnan(node.data) != hidden
    assert not math.isnan(record(op, *map(Value, point)).data)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("log1p", {"primal": "log(1.0 + a)"}),
        ("tanh", {"partials": ("1.000000000000001 - out * out",)}),
        ("expm1", {"partials": ("out + 1.0",)}),
        ("relu", {"partials": ("0.0 if a < 0.0 else 1.0",)}),
        ("sqrt", {"primal": "pow(a, 0.5000000001)"}),
        ("atan", {"partials": ("1.0 / (1.0 + a * a * a / a)",)}),
        ("log10", {"partials": ("1.0 / (a * log(10.0))",)}),
        ("acosh", {"primal": "log(a + sqrt(a * a - 1.0))"}),
        ("max", {"partials": ("1.0 if a >= b else 0.0", "1.0 if a < b else 0.0")}),
    ],
)
def test_a_small_fault_is_seen(name: str, changes: dict[str, object]) -> None:
    row = ROWS[name]
    fields = {**vars(row), **changes}
    assert measure(Row(**fields)).problems


@pytest.mark.parametrize(
    ("name", "changes"), [("gelu", {"ulps": FOUR}), ("sigmoid", {"scale": NOTHING})]
)
def test_a_bound_is_not_too_wide(name: str, changes: dict[str, Bound]) -> None:
    entry = replace(TESTED[name], **changes)  # type: ignore[arg-type]  # fields of Tested
    assert measure(ROWS[name], entry).problems


def test_every_row_has_an_entry() -> None:
    missing = [row.name for row in ELEMENTAL if row.name not in TESTED]
    assert not missing, f"rows without an entry in tests/rows.py: {', '.join(missing)}"
    unknown = [name for name in TESTED if name not in ROWS]
    assert not unknown, f"entries in tests/rows.py without a row: {', '.join(unknown)}"
    for row in ELEMENTAL:
        assert len(entry_of(row).sample) == len(row.operands), row.name


def test_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conformance, "ELEMENTAL", [ROWS["exp"], ROWS["tanh"]])
    monkeypatch.setattr(conformance, "WIDE", [])
    assert main(tmp_path / "build" / "table.md") == 0
    assert "2 rows, 0 out of bounds" in capsys.readouterr().out
    text = (tmp_path / "build" / "table.md").read_text(encoding="utf-8")
    assert "# Conformance: 2 rows, 252 points" in text
    assert "| tanh | `tanh(a)` | 126 |" in text
    assert "| max(result, 1.0) |" in text
    monkeypatch.setattr(conformance, "entry_of", lambda row: replace(TESTED["tanh"], scale=NOTHING))
    monkeypatch.setattr(conformance, "ELEMENTAL", [ROWS["tanh"]])
    assert main(tmp_path / "build" / "table.md") == 1
    assert "tanh(25.0,): partials 0.0, truth 7.71" in capsys.readouterr().out
