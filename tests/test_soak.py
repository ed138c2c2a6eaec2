"""`make soak` counts what holds, and tells what does not so that it can be seen again."""

from pathlib import Path

import pytest

from tests.posix import on_posix
from tests.soak import __main__ as soak
from tests.soak import parts


@pytest.mark.long
@on_posix
@pytest.mark.parametrize("part", parts.PARTS)
def test_a_round_of_each_part(part: str, tmp_path: Path) -> None:
    out = tmp_path / "soak.md"
    status = soak.main([part, "--rounds", "1", "--seed", "0", "--out", str(out)])
    table = out.read_text(encoding="utf-8")
    assert status == 0, table
    assert f"| {part} | 1 | " in table


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of which one fails at the third round."""

    def played(part: str, seed: int) -> tuple[int, str]:
        return (0, "status 1\nit broke") if (part, seed) == ("kills", 7) else (10, "")

    monkeypatch.setattr(soak, "played", played)


@pytest.mark.usefixtures("faulty")
def test_the_first_failure_is_told_with_the_way_to_see_it_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "soak.md"
    run = ["kills", "threads", "--rounds", "3", "--seed", "5", "--out", str(out)]
    assert soak.main(run) == 1
    table = out.read_text(encoding="utf-8")
    assert capsys.readouterr() == (table, "")
    assert "| kills | 3 | 0 | 20 kills | 1 |\n" in table
    assert "| threads | 3 | 0 | 30 answers of threads | 0 |\n" in table
    assert "First failure: `python -m tests.soak kills --rounds 1 --seed 7`" in table
    assert "it broke" in table


@pytest.mark.usefixtures("faulty")
def test_the_part_that_had_the_least_time_is_next(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.0, 0.0, 3.0, 3.0, 3.0, 4.0, 4.0, 4.0, 6.0, 100.0])
    monkeypatch.setattr(soak, "monotonic", lambda: next(times))
    done = soak.soaked(soak.parse(["kills", "threads", "--minutes", "1", "--seed", "0"]))
    assert [(counts.rounds, counts.seconds) for counts in done.counts.values()] == [
        (1, 3.0),
        (2, 3.0),
    ]


def test_a_round_that_raises_or_says_no_count_is_a_failure() -> None:
    counted, told = soak.played("nothing", 0)
    assert counted == 0
    assert told.startswith("status 1\n")
    assert "KeyError: 'nothing'" in told


def test_a_round_that_hangs_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "PATIENCE", 0.0)
    counted, told = soak.played("kills", 0)
    assert counted == 0
    assert "timed out after 0.0 seconds" in told


def test_a_part_that_there_is_not_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        soak.main(["treads"])
    assert "no part is called treads; there are stateful, threads," in capsys.readouterr().err
