"""The node in C is the node in Python: it says the same, and either is had for the asking.

Two engines are compared in processes of their own. What other tests tell of one holds for both, and
is asked of that which runs: see test_memory.py and test_subclasses.py.
"""

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import autograd
from autograd.core.native.loading import native

ROOT = Path(__file__).parents[1]
BINARY = "autograd.core.native._native"


@pytest.fixture
def binary() -> None:
    """For tests of both engines: there has to be one in C."""
    if find_spec(BINARY) is None:
        end = pytest.fail if os.environ.get("BROWSER_REQUIRED") else pytest.skip
        end("Value in C is not tested: there was no C compiler when this was installed")


def python(engine: str, *arguments: str) -> "subprocess.Popen[str]":
    """Run Python in a process of its own; `engine` is AUTOGRAD_NATIVE."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        env={**os.environ, "AUTOGRAD_NATIVE": engine},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def said(process: "subprocess.Popen[str]") -> str:
    """What a process prints, which ends well."""
    out, trouble = process.communicate()
    assert process.returncode == 0, trouble
    return out


def trouble_of(engine: str, code: str) -> str:
    """The last line of what a process complains of."""
    process = python(engine, "-c", code)
    return process.communicate()[1].strip().splitlines()[-1]


@pytest.mark.usefixtures("binary")
def test_both_tell_a_thousand_stories_alike() -> None:
    processes = [python(engine, "-m", "tests.differential") for engine in "01"]
    in_python, in_c = map(said, processes)
    for ours, other in zip(in_python.splitlines(), in_c.splitlines(), strict=False):
        assert other == ours
    assert hashlib.sha256(in_c.encode()).digest() == hashlib.sha256(in_python.encode()).digest()


@pytest.mark.usefixtures("binary")
@pytest.mark.parametrize(("writer", "reader"), ["01", "10"])
def test_one_reads_what_the_other_pickled(writer: str, reader: str, tmp_path: Path) -> None:
    path = str(tmp_path / "graph.pickle")
    begin = "import sys, pickle, autograd; from autograd.core.graph import below\n"
    write = """
x, w = autograd.Value(0.5, "x"), autograd.nn.Parameter(-2.0, "w")
y = autograd.affine([x, 2], [w, x], 1.0).tanh() ** 2
y.label = "y"
y.backward()
pickle.dump((x, w, y), open(sys.argv[1], "wb"))
"""
    read = "x, w, y = pickle.load(open(sys.argv[1], 'rb'))\n"
    tell = """
print(y, x, w, type(w), *map(repr, below(y)))
y.backward()
print(y, x, w, *(node.partials for node in below(y)[0]))
"""
    # -W error would tell of the open files.
    told = said(python(writer, "-W", "default", "-c", begin + write + tell, path))
    assert said(python(reader, "-W", "default", "-c", begin + read + tell, path)) == told


def test_which_engine_runs_is_known() -> None:
    wished = os.environ.get("AUTOGRAD_NATIVE")
    assert autograd.native is native
    assert autograd.native is (bool(find_spec(BINARY)) and wished != "0")


HIDDEN = f"import sys; sys.modules['{BINARY}'] = None; "
STALE = f"""
import sys, types, importlib.machinery
other = sys.modules['{BINARY}'] = types.ModuleType('{BINARY}')
other.__spec__ = importlib.machinery.ModuleSpec('{BINARY}', None)
other.built_from = 0
"""
SHOW = "import autograd; print(autograd.native, autograd.Value(2.0) * 3.0)"
WAY_OUT = "pip install builds it where there is a C compiler; in a clone: pip install --editable ."


def test_c_is_asked_for_where_there_is_none() -> None:
    message = f"ImportError: AUTOGRAD_NATIVE=1, but Value was not built in C; {WAY_OUT}"
    assert trouble_of("1", HIDDEN + SHOW) == message
    for engine in ("", "0"):
        assert said(python(engine, "-c", HIDDEN + SHOW)) == "False Value(data=6.0, grad=0.0)\n"


def test_c_of_other_sources_is_not_used() -> None:
    other = "Value was built in C from other rows or sources than these"
    assert trouble_of("1", STALE + SHOW) == (
        f"ImportError: AUTOGRAD_NATIVE=1, but {other}; {WAY_OUT}"
    )
    assert trouble_of("", STALE + SHOW) == f"UserWarning: {other}, so that Python runs; {WAY_OUT}"
    assert said(python("0", "-c", STALE + SHOW)) == "False Value(data=6.0, grad=0.0)\n"


def test_anything_else_is_no_engine() -> None:
    message = "AUTOGRAD_NATIVE is 0 for Python, 1 for C, or not set; it is 'yes'"
    assert trouble_of("yes", SHOW) == f"ValueError: {message}"
