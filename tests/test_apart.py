"""Long programs are compiled by another process, which ends in time, on Ctrl-C, and with this one.

No test looks at a clock: a compiler that never ends is ended, and the harness waits long.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

import autograd
from autograd import CompileError, Value, fit
from autograd.program import apart, child, engines, jitted
from autograd.program.errors import SMALLER
from tests.guides import ROOT
from tests.posix import on_posix

HARNESS = 120.0  # seconds after which a test gives up


@pytest.fixture
def all_apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another process compiles short programs too."""
    monkeypatch.setattr(engines, "SECONDS_IN_THIS_PROCESS", 0.0)
    jitted.machine_code_apart.cache_clear()
    yield
    jitted.machine_code_apart.cache_clear()


@pytest.fixture
def never_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The other process never compiles anything, and its time is short."""
    program = tmp_path / "endless.py"
    program.write_text("import sys\nsys.stdin.read()\n", encoding="utf-8")
    started = subprocess.Popen

    def endless(command: list[str], **options: Any) -> Any:
        return started([command[0], str(program)], **options)

    monkeypatch.setattr(subprocess, "Popen", endless)
    monkeypatch.setattr(jitted, "compile_apart", lambda path, _: apart.compile_apart(path, 0.1))


def wave() -> tuple[Value, Value, Value]:
    x, w = Value(0.5, "x"), Value(2.0, "w")
    return x, w, (x * w).sin() + autograd.hypot(x, w)


def test_it_gives_the_numbers_of_the_graph(all_apart: None) -> None:
    x, w, y = wave()
    program = autograd.compile(y, [x], engine="numba")
    y.backward()
    assert program(0.5) == (y.data, (w.grad,))
    values, gradients = program.map([0.5, 0.5])
    assert values.tolist() == [y.data] * 2
    assert gradients.tolist() == [[w.grad]] * 2
    assert program.value(0.5) == y.data


def test_programs_find_what_was_compiled(all_apart: None, monkeypatch: pytest.MonkeyPatch) -> None:
    x, _, y = wave()
    autograd.compile(y, [x], engine="numba")(0.5)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert autograd.compile(y, [x], engine="numba")(0.5)[0] == y.data


def test_training_is_that_of_python(all_apart: None) -> None:
    xs = [0.0, 0.5, 1.0]
    ends = []
    for engine in ("python", "numba"):
        net = autograd.MLP(1, [2, 1], "tanh", seed=0)
        fit(net, xs, xs, engine=engine, epochs=20)
        ends.append([p.data for p in net.parameters()])
    assert ends[0] == ends[1]


def test_a_compiler_that_never_ends_is_ended(all_apart: None, never_done: None) -> None:
    x, _, y = wave()
    program = autograd.compile(y, [x], engine="numba")
    told = 'had not compiled it after 0.1 s, and was ended; engine="tape"'
    for call in (lambda: program(0.5), lambda: program.map([0.5]), lambda: program.value(0.5)):
        with pytest.raises(CompileError, match=told):
            call()
    assert program.on("tape")(0.5)[0] == y.data


def test_training_that_chose_numba_goes_on_by_a_tape(
    all_apart: None, never_done: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines.Numba, "seconds_to_start", -1e9)  # and so it is chosen
    monkeypatch.setattr(engines.ENGINES["tape"], "seconds_to_start", 0.0)
    xs = [0.0, 0.5, 1.0]
    trained = fit(autograd.MLP(1, [2, 1], seed=0), xs, xs, epochs=3)
    assert trained.engine == "tape"
    with pytest.raises(CompileError, match="was ended"):
        fit(autograd.MLP(1, [2, 1], seed=0), xs, xs, epochs=3, engine="numba")


def test_what_the_compiler_says_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text("@compiled\ndef program(samples):\n    return samples + None\n", "utf-8")
    with pytest.raises(CompileError, match=r"could not compile it: \w+Error: .*engine=\"tape\""):
        apart.compile_apart(path, HARNESS)
    with pytest.raises(CompileError, match="FileNotFoundError"):
        apart.compile_apart(tmp_path / "nothing.py", HARNESS)
    assert SMALLER.startswith('engine="tape"')


def test_modules_of_the_working_directory_are_not_its(
    all_apart: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "numba.py").write_text("raise SystemExit('a stranger')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    x, _, y = wave()
    assert autograd.compile(y, [x], engine="numba")(0.5)[0] == y.data


def test_nothing_is_left_where_numba_keeps_machine_code(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(kept), "TMPDIR": str(tmp_path)}
    run = [sys.executable, "-c", COMPILED]
    subprocess.run(run, cwd=ROOT, env=environment, check=True, timeout=HARNESS)
    assert [*tmp_path.iterdir()] == [kept]
    assert not [*kept.rglob("program_*")]
    assert not [*kept.glob("tmp*")]


COMPILED = """
from autograd import Value, compile
from autograd.program import engines
engines.SECONDS_IN_THIS_PROCESS = 0.0
x = Value(0.5, "x")
assert compile(x.sin(), [x], engine="numba")(0.5)[0] == x.sin().data
"""


def test_warnings_as_errors_do_not_stop_it(
    all_apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error::RuntimeWarning")
    x, _, y = wave()
    assert autograd.compile(y, [x], engine="numba")(0.5)[0] == y.data


COMPILES = """
import os, sys
from autograd import Value, compile
from autograd.program import apart, engines
engines.SECONDS_IN_THIS_PROCESS = 0.0
started = apart.subprocess.Popen
def noted(command, **options):
    child = started([sys.executable, "-c", "import sys; sys.stdin.read()"], **options)
    print(child.pid, flush=True)
    return child
apart.subprocess.Popen = noted
x = Value(0.5, "x")
program = compile(x.sin(), [x], engine="numba")
try:
    program(0.5)
except KeyboardInterrupt:
    apart.subprocess.Popen = started
    print("interrupted", program(0.5)[0] == x.sin().data, flush=True)
"""


@on_posix
def test_ctrl_c_is_answered_and_the_program_runs_later(tmp_path: Path) -> None:
    process = _compiling(tmp_path)
    assert process.stdout
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    told, errors = process.communicate(timeout=HARNESS)
    assert (told, process.returncode) == ("interrupted True\n", 0), errors
    _wait_for_the_end(child)
    assert not [*tmp_path.iterdir()]


@on_posix
def test_the_other_process_ends_with_this_one(tmp_path: Path) -> None:
    process = _compiling(tmp_path)
    assert process.stdout
    child = int(process.stdout.readline())
    process.kill()
    process.communicate(timeout=HARNESS)  # which ends when nobody writes there: the child neither
    assert process.returncode == -signal.SIGKILL
    _wait_for_the_end(child)


def _compiling(folder: Path) -> "subprocess.Popen[str]":
    """A process that waits for its compiler."""
    return subprocess.Popen(
        [sys.executable, "-c", COMPILES],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_for_the_end(process: int) -> None:
    """An orphan is reaped by another, some time after its end."""
    until = monotonic() + HARNESS
    while _runs(process) and not _is_dead(process):
        assert monotonic() < until, f"process {process} does not end"
        sleep(0.01)


def _is_dead(process: int) -> bool:
    """Whether it waits to be reaped, as far as the system tells."""
    status = Path(f"/proc/{process}/stat")
    return status.exists() and ") Z " in status.read_text(encoding="utf-8")


@on_posix
def test_a_process_that_a_signal_ended_had_no_time_to_say_why() -> None:
    warned = ["a warning of Python, which is not the reason"]
    assert apart._reason(-signal.SIGKILL, warned) == "its process was ended by signal 9"
    assert apart._reason(child.FAILED, ["first", "the reason"]) == "the reason"
