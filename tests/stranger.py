"""What a stranger does first with the package as it is installed, in an environment without more.

    AUTOGRAD_NATIVE=1 venv/bin/python -I tests/stranger.py README.md

README's first example runs, a training, as there is no numba, and a page, which is put together of
files that are not Python. It prints one line about it; tests/release.py calls it.
"""

import doctest
import os
import platform
import re
import sys
from pathlib import Path

import autograd


def is_installed() -> bool:
    """Whether it is this environment's package, with its types, and not a folder of sources."""
    package = Path(autograd.__file__).parent
    return package.is_relative_to(sys.prefix) and (package / "py.typed").exists()


def lines_of_first_example(readme: Path) -> int:
    """Run README's first example; the number of its lines."""
    text = readme.read_text(encoding="utf-8")
    first = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)[0]
    example = doctest.DocTestParser().get_doctest(first, {}, "README", str(readme), 0)
    runner = doctest.DocTestRunner()
    runner.run(example)
    assert runner.tries
    assert not runner.failures
    return runner.tries


def train() -> None:
    """Without numba C sweeps over tapes, where there is one."""
    for engine in ["auto", *["tape"] * autograd.native]:
        net = autograd.MLP(1, [2, 1], seed=0)
        run = autograd.fit(net, [0.0, 1.0], [1.0, 0.0], engine=engine, epochs=3)
        assert len(run.losses) == 3


def tell() -> None:
    """A page holds styles, scripts and words in two languages; a drawing needs no Graphviz."""
    root = (autograd.Value(2.0, label="x") * -3.0).tanh()
    for language in ("en", "zh"):
        assert "<!doctype html>" in autograd.explain(root).html(language)
    assert "<svg" in autograd.draw(root, backward=True).pipe("svg", encoding="utf-8")


def main(readme: Path) -> None:
    assert is_installed(), autograd.__file__
    assert autograd.native == (os.environ["AUTOGRAD_NATIVE"] == "1")
    lines = lines_of_first_example(readme)
    train()
    tell()
    engine = "C" if autograd.native else "Python"
    about = f"version {autograd.__version__}, Python {platform.python_version()}"
    print(f"{lines} lines of README run, {about}, Value in {engine}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
