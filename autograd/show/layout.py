"""Where layouts come from: Graphviz' `dot` if it is installed, else the wheel graphviz-pure.

Each runs as a process, which is ended with all that it has started if it takes too long.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from autograd.show.bundled import VERSION, bundled_program, distrust

__all__ = ["LayoutError"]

TIME_LIMIT = 20.0  # seconds for one drawing
SMALLER = (
    'Try group="layer", group="sample", depth=8, one sample\'s loss, or max_nodes=…. '
    "The DOT text is in .source."
)
NO_PROGRAM = (
    "no layout program: install Graphviz (apt install graphviz, brew install graphviz) or "
    f"pip install graphviz-pure=={VERSION}; the DOT text is in .source"
)


class Way(NamedTuple):
    """One way to lay a drawing out, and the part of the time limit that it has."""

    share: float
    options: tuple[str, ...]


# The best first. What costs the time is to set pieces of long arrows straight, and to untangle
# them; the last way does neither: circles around the middle, straight lines, 0.1 s for 300 values.
WAYS = (
    Way(0.25, ()),
    Way(0.5, ("-Gnslimit=0.05", "-Gnslimit1=0.05", "-Gmclimit=0.1")),
    Way(0.25, ("-Ktwopi", "-Gsplines=line", "-Granksep=2.2")),
)
ONE_WAY = (Way(1.0, ()),)  # of other engines than dot

# Images of pixels end at 32,767 on a side; larger drawings are scaled down to these inches, 19,200
# pixels. No other drawing is changed.
PIXEL_FORMATS = {"png", "gif", "jpg", "jpeg", "jpe", "webp", "bmp", "tif", "tiff"}
MOST_INCHES = "-Gsize=200,200"

# What an image has in it, and the output of another program has not.
SIGNATURES = {
    "svg": b"</svg>",
    "png": b"\x89PNG",
    "pdf": b"%PDF",
    "gif": b"GIF8",
    "jpg": b"\xff\xd8",
}


class LayoutError(RuntimeError):
    """A drawing could not be laid out.

    There is no layout program, or all of them failed, or one took longer than 20 seconds, or the
    graph is too large to be drawn. It is a `RuntimeError`; its text says what to do. The DOT text
    in `source` is there all the same.

    >>> from autograd import Value, draw
    >>> try:
    ...     draw(Value(3.0) + 1.0, max_nodes=1).pipe("svg")
    ... except LayoutError as error:
    ...     print(str(error).partition(".")[0])
    this graph has 2 nodes; at most 1 are drawn
    """


class BrokenProgramError(LayoutError):
    """A layout program failed where another one may do."""


def layout_programs() -> Iterator[str]:
    """The paths of programs that lay out, the best first."""
    dot = shutil.which("dot")
    if dot:
        yield dot
    bundled = bundled_program()
    if bundled:
        yield bundled


def laid_out(source: str, engine: str, format: str) -> bytes:
    """The image of a DOT text, by the first program that makes one."""
    failures = []
    for program in layout_programs():
        try:
            return _laid_out_by(program, source, engine, format)
        except BrokenProgramError as error:
            failures.append(str(error))
    raise LayoutError("; ".join(failures) or NO_PROGRAM)


def _laid_out_by(program: str, source: str, engine: str, format: str) -> bytes:
    command = [program, f"-K{engine}", f"-T{format}"]
    if format.partition(":")[0] in PIXEL_FORMATS:
        command.append(MOST_INCHES)
    try:
        if program == bundled_program():
            _check_trusted(program)
        done = _done_in_time(command, source.encode(), WAYS if engine == "dot" else ONE_WAY)
    except OSError as error:
        raise BrokenProgramError(f"{program} could not be run: {error}") from None
    if done.returncode:  # an image may come all the same, with the broken part left out
        failed = f"{Path(program).name} failed on format {format!r}"
        message = done.stderr.decode(errors="replace").strip()
        hint = "Graphviz' own dot knows most formats"
        raise BrokenProgramError(f"{failed} ({hint}): {message or 'without a word'}")
    if SIGNATURES.get(format, b"") not in done.stdout:
        got = done.stdout[:60].decode(errors="replace")
        other = "is it another program of that name?"
        raise BrokenProgramError(f"{program} gave no {format}, but {got!r}; {other}")
    return done.stdout


def _check_trusted(program: str) -> None:
    reason = distrust(program)
    if reason:
        raise BrokenProgramError(reason)


def _done_in_time(
    command: list[str], text: bytes, ways: Sequence[Way]
) -> subprocess.CompletedProcess[bytes]:
    """A layout by the first way that comes to an end within its part of the time."""
    for way in ways:
        with suppress(subprocess.TimeoutExpired):
            return _run([*command, *way.options], text, way.share * TIME_LIMIT)
    took = f"the layout took longer than {TIME_LIMIT:g} s and was ended"
    raise LayoutError(f"{took}. {SMALLER}")


def _run(command: list[str], text: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run a program on a text; whatever stops the wait, Ctrl-C too, ends all that it started."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # without effect on Windows
    ) as process:
        try:
            out, err = process.communicate(text, timeout=seconds)
        except BaseException:
            _end(process)
            raise
        return subprocess.CompletedProcess(command, process.returncode, out, err)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children: its session, or on Windows its tree."""
    if os.name == "nt":
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
