"""Where an extra is missing, what needs it says so: what is missing, which extra, the command."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Run as if some packages were not installed, by finders that do not find them.
BARE = """
import runpy
import sys

class Finder:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        is_hidden = name.partition(".")[0] in HIDDEN
        return None if is_hidden else self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)

HIDDEN = sys.argv[1].split()
sys.meta_path[:] = map(Finder, sys.meta_path)
del sys.argv[:2]
if sys.argv[0].endswith(".py"):
    runpy.run_path(sys.argv[0], run_name="__main__")
else:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
PACKAGES = """matplotlib tqdm numba llvmlite numpy jax jaxlib flint scipy sklearn pdoc markupsafe
    pygments jinja2 playwright PIL torch""".split()


def run(folder: Path, *arguments: str, hidden: str = " ".join(PACKAGES)) -> tuple[int, str, str]:
    command = [sys.executable, "-c", BARE, hidden, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


NEEDS = [
    ("derivative", "matplotlib", "plot"),
    ("gradient", "matplotlib numpy", "plot"),
    ("newton", "matplotlib", "plot"),
    ("taylor", "matplotlib", "plot"),
    ("moons", "matplotlib", "plot"),
    ("document", "matplotlib", "plot"),
    ("digits", "sklearn", "digits"),
    ("digits", "matplotlib numpy", "plot"),
    ("greeks", "flint", "proof"),
    ("greeks", "matplotlib numpy", "plot"),
    ("least_squares", "scipy", "scipy"),
    ("least_squares", "matplotlib numpy", "plot"),
    ("benchmark", "tqdm", "bench"),
    ("docs", "pdoc", "docs"),
    ("gallery", "playwright", "test"),
]


@pytest.mark.parametrize(("demo", "hidden", "extra"), NEEDS)
def test_a_demo_names_the_extra_that_it_lacks(
    demo: str, hidden: str, extra: str, tmp_path: Path
) -> None:
    script = ROOT / "demos" / f"{demo}.py"
    how = str(script) if script.exists() else f"demos.{demo}"
    status, printed, told = run(tmp_path, how, hidden=hidden)
    last = told.splitlines()[-1]
    assert (status, printed) == (1, "")
    assert last.startswith(f"ModuleNotFoundError: No module named '{hidden.split()[-1]}")
    assert f"[{extra}]'" in last
    assert "pip install" in last
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("demo", ["names", "drawings"])
def test_a_demo_that_needs_no_extra_runs_without_one(demo: str, tmp_path: Path) -> None:
    options = {"names": ["--epochs", "1"], "drawings": []}[demo]
    status, printed, told = run(tmp_path, str(ROOT / "demos" / f"{demo}.py"), *options)
    assert (status, told) == (0, "")
    assert printed


def test_each_demo_is_tried() -> None:
    tried = {demo for demo, _, _ in NEEDS} | {"names", "drawings"}
    assert {path.stem for path in (ROOT / "demos").glob("[!_]*.py")} <= tried
    assert len(PACKAGES) == len({*PACKAGES})


def test_the_command_line_names_the_extra_that_proves(tmp_path: Path) -> None:
    status, printed, told = run(tmp_path, "autograd", "x*x", "x=1", "--prove")
    assert (status, printed) == (2, "")
    assert told.startswith("python -m autograd: No module named 'flint': pip install ")
    assert "[proof]' in the folder" in told or "[proof]' brings it" in told
    assert told.count("\n") == 1
