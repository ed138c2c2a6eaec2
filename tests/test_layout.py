"""A figure is a Digraph that renders with `dot`, or graphviz-pure; it says if there is neither."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import graphviz
import pytest
from playwright.sync_api import Browser

from autograd import Figure, LayoutError, Value, draw
from autograd.show import bundled, layout
from tests.parsed import Parsed
from tests.posix import SCRIPT, on_posix


@pytest.fixture
def figure() -> Figure:
    return draw(Value(2.0, "x") * 3.0)


def test_saving_renders_images_and_writes_text(figure: Figure, tmp_path: Path) -> None:
    assert isinstance(figure, graphviz.Digraph)
    for name, start in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG"), ("sub/a.SVG", b"<?xml")):
        path = figure.save(tmp_path / name)
        assert path == os.fspath(tmp_path / name)
        assert Path(path).read_bytes().startswith(start)
    for name in ("a.dot", "a.gv", "plain"):
        assert Path(figure.save(tmp_path / name)).read_text(encoding="utf-8") == figure.source
    assert figure.save("b.gv", directory=tmp_path) == os.fspath(tmp_path / "b.gv")


def test_rendering_as_digraph_does(
    figure: Figure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert figure.render(tmp_path / "graph.gv") == os.fspath(tmp_path / "graph.gv.svg")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["graph.gv", "graph.gv.svg"]
    assert figure.render(tmp_path / "other", format="png", cleanup=True) == os.fspath(
        tmp_path / "other.png"
    )
    assert not (tmp_path / "other").exists()
    assert figure.render(outfile=tmp_path / "out.png") == os.fspath(tmp_path / "out.png")
    seen: list[str] = []
    monkeypatch.setattr(graphviz, "view", seen.append)
    figure.view(tmp_path / "viewed.gv")
    assert seen == [os.fspath(tmp_path / "viewed.gv.svg")]


def test_notebooks_get_svg(figure: Figure) -> None:
    bundle = figure._repr_mimebundle_()
    fitting = 'style="max-width: 100%; height: auto" '
    assert bundle["image/svg+xml"].count(fitting) == 1
    natural = bundle["image/svg+xml"].replace(fitting, "")
    assert figure.pipe("svg", encoding="utf-8") == re.sub(r'(?<=\d)px"', 'pt"', natural)
    assert [*figure._repr_mimebundle_(include=["image/png"])] == ["image/png"]


CELL = "<div style='width: {width}px'>{svg}</div>"


@pytest.mark.parametrize("width", [150, 3000])
def test_a_cell_shows_all_of_a_figure_and_never_enlarges_it(
    browser: Browser, figure: Figure, width: int
) -> None:
    page = browser.new_page()
    in_pixels = re.sub(r'(?<=\d)pt"', 'px"', figure.pipe("svg", encoding="utf-8"))
    page.set_content(in_pixels)
    natural = page.locator("svg").bounding_box()
    svg = figure._repr_mimebundle_()["image/svg+xml"]
    page.set_content(CELL.format(width=width, svg=svg[svg.index("<svg") :]))
    shown = page.locator("svg").bounding_box()
    page.close()
    assert natural is not None
    assert shown is not None
    assert natural["width"] > 150
    assert shown["width"] == pytest.approx(min(width, natural["width"]))
    scale = shown["width"] / natural["width"]
    assert shown["height"] == pytest.approx(scale * natural["height"], abs=1.0)


def test_a_wide_figure_is_no_wider_than_a_cell_even_as_an_image(browser: Browser) -> None:
    x = Value(0.5, "a_name_of_some_length")
    y = x
    for _ in range(8):
        y = (y * x).sin()
    wide = draw(y)._repr_mimebundle_()["image/svg+xml"]
    image = base64.b64encode(wide.encode()).decode()
    page = browser.new_page()
    page.set_content(f"<img src='data:image/svg+xml;base64,{image}'>")
    box = page.locator("img").bounding_box()
    page.close()
    _, _, width, height = map(float, re.findall(r'viewBox="([^"]*)"', wide)[0].split())
    assert width > 1000.0
    assert box is not None
    assert box["width"] == 860.0
    assert box["height"] == pytest.approx(860.0 * height / width, abs=1.5)


def test_a_small_graph_that_shows_itself_fits_too() -> None:
    svg = (Value(2.0, "x") * 3.0)._repr_svg_()  # type: ignore[attr-defined]
    assert 'style="max-width: 100%; height: auto"' in svg


def test_saved_files_keep_their_size(figure: Figure, tmp_path: Path) -> None:
    text = Path(figure.save(tmp_path / "saved.svg")).read_text(encoding="utf-8")
    assert re.search(r'<svg width="\d+pt" height="\d+pt"\s+viewBox="0\.00 0\.00 [\d. ]+"', text)


def test_dot_comes_first_then_graphviz_pure_then_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    assert [Path(program).stem for program in layout.layout_programs()] == ["dot", "graphviz-pure"]
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert [Path(program).stem for program in layout.layout_programs()] == ["graphviz-pure"]

    def missing(name: str) -> Any:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", missing)
    with pytest.raises(
        LayoutError, match=r"install Graphviz .*pip install graphviz-pure.*\.source"
    ):
        draw(Value(1.0) + 1.0).pipe()


def test_a_failing_layout_is_an_error(figure: Figure, tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="failed on format 'nonsense'"):
        figure.pipe("nonsense")
    with pytest.raises(LayoutError, match="failed"):
        Figure(body=["\tthis is {{ no DOT"]).save(tmp_path / "broken.svg")
    assert not list(tmp_path.iterdir())


@on_posix
def test_a_killed_layout_is_an_error(
    figure: Figure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    killed = tmp_path / "dot"
    killed.write_text(
        f"{SCRIPT}import os\nprint('<svg>', flush=True)\nos.kill(os.getpid(), 9)\n",
        encoding="utf-8",
    )
    killed.chmod(0o755)
    monkeypatch.setattr(layout, "layout_programs", lambda: [os.fspath(killed)])
    with pytest.raises(LayoutError, match="dot failed on format 'svg'"):
        figure.pipe()
    monkeypatch.setattr(layout, "layout_programs", lambda: [os.fspath(tmp_path / "nowhere")])
    with pytest.raises(LayoutError, match="nowhere could not be run"):
        figure.pipe()


@on_posix
def test_a_hung_layout_is_killed(
    figure: Figure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hung = tmp_path / "dot"
    hung.write_text(f"{SCRIPT}import time\ntime.sleep(600)\n", encoding="utf-8")
    hung.chmod(0o755)
    monkeypatch.setattr(layout, "layout_programs", lambda: [os.fspath(hung)])
    monkeypatch.setattr(layout, "TIME_LIMIT", 0.2)
    with pytest.raises(LayoutError, match=r"longer than 0\.2 s"):
        figure.pipe()
    processes = subprocess.run(["ps", "-ef"], capture_output=True, check=True).stdout
    assert os.fsencode(hung) not in processes


def is_running(process: int) -> bool:
    """Whether a process is there, and not only its entry until its parent has read its end."""
    asked = ["ps", "-o", "stat=", "-p", str(process)]
    state = subprocess.run(asked, capture_output=True, check=False).stdout.strip()
    return bool(state) and not state.startswith(b"Z")


@on_posix
@pytest.mark.parametrize("stopped", ["by the limit", "by Ctrl-C"])
def test_what_a_layout_has_started_ends_with_it(
    stopped: str, figure: Figure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    parent = tmp_path / "dot"
    written = tmp_path / "child"
    written.touch()
    parent.write_text(
        f"{SCRIPT}import subprocess, sys, time\n"
        'child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])\n'
        f"open({os.fspath(written)!r}, 'a').write(f'{{child.pid}}\\n')\ntime.sleep(600)\n",
        encoding="utf-8",
    )
    parent.chmod(0o755)
    monkeypatch.setattr(layout, "layout_programs", lambda: [os.fspath(parent)])
    wait = subprocess.Popen.communicate

    def until_the_child_is_there(
        process: subprocess.Popen[bytes], text: bytes, timeout: float
    ) -> tuple[bytes, bytes]:
        count = len(children()) + 1
        while len(children()) < count:
            time.sleep(0.01)
        if stopped == "by Ctrl-C":
            raise KeyboardInterrupt
        return wait(process, text, timeout=0.01)

    def children() -> list[int]:
        return (
            [int(line) for line in written.read_text("utf-8").split()] if written.exists() else []
        )

    monkeypatch.setattr(subprocess.Popen, "communicate", until_the_child_is_there)
    error = KeyboardInterrupt if stopped == "by Ctrl-C" else LayoutError
    with pytest.raises(error):
        figure.pipe()
    monkeypatch.undo()
    assert len(children()) == (1 if stopped == "by Ctrl-C" else len(layout.WAYS))
    deadline = time.monotonic() + 60.0  # a killed child is buried by init, at once or soon
    while any(map(is_running, children())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, children()))


@on_posix
def test_a_layout_that_takes_too_long_is_tried_in_simpler_ways(
    figure: Figure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "dot"
    slow.write_text(
        f"{SCRIPT}import sys, time\n"
        "if '-Ktwopi' not in sys.argv:\n    time.sleep(600)\n"
        "print('<svg>', *sys.argv[1:], '</svg>')\n",
        encoding="utf-8",
    )
    slow.chmod(0o755)
    monkeypatch.setattr(layout, "layout_programs", lambda: [os.fspath(slow)])
    last = layout.WAYS[-1]._replace(share=1000.0)  # as Python may start slowly
    monkeypatch.setattr(layout, "WAYS", (*layout.WAYS[:-1], last))
    monkeypatch.setattr(layout, "TIME_LIMIT", 0.1)
    assert "-Ktwopi -Gsplines=line" in figure.pipe("svg", encoding="utf-8")
    with pytest.raises(LayoutError, match=r"longer than 0\.1 s"):
        figure.pipe("svg", engine="neato")


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("way", layout.WAYS)
def test_each_way_draws_all(
    way: layout.Way, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "WAYS", (way._replace(share=1.0),))
    boxes = [node for node in Parsed(figure).nodes.values() if node.shape == "box"]
    assert len(boxes) == 2


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("inches", [2, 600])
def test_an_image_of_pixels_is_not_larger_than_programs_open(inches: int) -> None:
    figure = Figure(graph_attr={"pad": "0"}, node_attr={"shape": "box", "width": f"{inches}"})
    figure.node("wide")
    width = int.from_bytes(figure.pipe("png")[16:20], "big")
    assert width == pytest.approx(96 * min(inches, 200), abs=4)
    drawn = re.search(rb'<svg width="(\d+)pt"', figure.pipe("svg"))
    assert drawn is not None
    assert int(drawn[1]) == pytest.approx(72 * inches, abs=4)


BROKEN = {
    "fails": "import sys; sys.exit(3)",
    "says something else": "print('Deadline Of Today: nothing')",
    "says nothing": "pass",
}


@on_posix
@pytest.mark.parametrize("program", BROKEN)
def test_a_broken_dot_gives_way_to_graphviz_pure(
    program: str, figure: Figure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dot = tmp_path / "dot"
    dot.write_text(f"{SCRIPT}{BROKEN[program]}\n", encoding="utf-8")
    dot.chmod(0o755)
    monkeypatch.setenv("PATH", os.fspath(tmp_path), prepend=os.pathsep)
    assert "<svg" in figure.pipe("svg", encoding="utf-8")
    assert figure.pipe("png").startswith(b"\x89PNG")
    monkeypatch.setattr(layout, "bundled_program", lambda: None)
    with pytest.raises(LayoutError, match=r"dot (failed on format 'svg'|gave no svg)"):
        figure.pipe("svg")


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of graphviz-pure in the place of the installed one, and no dot."""
    program = bundled.bundled_program()
    assert program is not None
    copy = Path(shutil.copy(program, tmp_path))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(layout, "bundled_program", lambda: os.fspath(copy))
    return copy


def test_graphviz_pure_runs_only_if_it_is_bit_for_bit_what_was_looked_at(
    copied: Path, figure: Figure
) -> None:
    assert figure.pipe("svg")
    content = bytearray(copied.read_bytes())
    content[-1] ^= 1
    copied.write_bytes(content)
    anew = f"pip uninstall graphviz-pure, then pip install graphviz-pure=={bundled.VERSION}"
    message = rf"is not run, as it is not the program of graphviz-pure .* Install Graphviz .*{anew}"
    with pytest.raises(LayoutError, match=message):
        figure.pipe("svg")


def test_a_program_is_read_once_until_it_changes(
    copied: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    sha256 = hashlib.sha256

    def counted(content: bytes) -> Any:
        read.append(content)
        return sha256(content)

    monkeypatch.setattr(hashlib, "sha256", counted)
    for _ in range(3):
        figure.pipe("svg")
    assert len(read) == 1
    os.utime(copied, ns=(0, 0))
    figure.pipe("svg")
    assert len(read) == 2


def test_dot_comes_first_even_if_graphviz_pure_was_changed(
    copied: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("there is no dot")
    copied.write_bytes(b"changed")
    monkeypatch.setattr(layout, "bundled_program", lambda: os.fspath(copied))
    assert figure.pipe("svg")


def test_the_version_that_is_pinned_is_the_one_that_was_looked_at() -> None:
    project = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"graphviz-pure=={bundled.VERSION};' in project
    assert metadata.version("graphviz-pure") == bundled.VERSION
