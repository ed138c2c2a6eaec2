"""Files are written whole or not at all, and what killed processes left of theirs goes away."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograd import Value, draw
from autograd.show import layout
from autograd.writing import ABANDONED, write_whole

# Killed after the part was written, and before it took the place of the file.
KILLED = """
import os, sys
os.fsync = lambda _: os._exit(9)
from autograd import Value, draw, explain
y = Value(2.0, "x") * 3.0
file = sys.argv[1]
explain(y).page(file) if file.endswith("html") else draw(y).save(file)
"""


def parts(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix == ".part"]


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.mark.parametrize("name", ["graph.svg", "graph.png", "graph.gv", "steps.html"])
def test_a_killed_save_leaves_the_old_file_and_a_later_one_cleans_up(
    name: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text("old", encoding="utf-8")
    killed = subprocess.run([sys.executable, "-c", KILLED, os.fspath(file)], check=False)
    assert killed.returncode == 9
    assert file.read_text(encoding="utf-8") == "old"
    (part,) = parts(tmp_path)
    write_whole(tmp_path / "other", "new")
    assert parts(tmp_path) == [part]  # it is young: on a shared folder a machine may write it
    age(part, ABANDONED + 60.0)
    draw(Value(2.0, "x") * 3.0).save(tmp_path / "other.svg")
    assert not parts(tmp_path)


def test_what_is_of_a_living_process_or_a_stranger_stays(tmp_path: Path) -> None:
    number = "0" * 32
    others = [
        f".autograd-{os.getpid()}-{number}.part",
        f".autograd-{os.getppid()}-{number}.part",
        f".autograd-1-{number}.part",  # of another user
        f"autograd-99999999-{number}.part",
        f".autograd-99999999-{number}.part.txt",
        f".{number}.part",
        "film.mkv.part",
    ]
    for name in others:
        (tmp_path / name).write_text("theirs", encoding="utf-8")
        age(tmp_path / name, 1e7)
    folder = tmp_path / f".autograd-99999998-{number}.part"
    folder.mkdir()
    age(folder, 1e7)
    write_whole(tmp_path / "file", b"\x00\xff")
    assert (tmp_path / "file").read_bytes() == b"\x00\xff"
    assert {path.name for path in tmp_path.iterdir()} == {*others, folder.name, "file"}


def test_a_drawing_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = draw(Value(2.0, "x") * 3.0)
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(ValueError, match="is a folder or a device, not a file"):
        figure.save(tmp_path / "folder.svg")
    monkeypatch.setattr(layout, "layout_programs", lambda: iter(()))
    with pytest.raises(layout.LayoutError):
        figure.save(tmp_path / "graph.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.svg"]
