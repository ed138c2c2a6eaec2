"""The recipes of CONTRIBUTING, followed to the letter in a copy of the package, hold."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
LONGEST = 8  # lines of code in a recipe, blank ones not counted

# In `file`, after `beginning of a line`, …:  or  At the end of `file`:  and the block that follows.
INSTRUCTION = re.compile(
    r"(?:In `(?P<file>[^`]+)`, after `(?P<after>[^`]+)`|At the end of `(?P<end>[^`]+)`)"
    r"[^`]*(?:`[^`\n]+`[^`]*)*?\n\n```python\n(?P<code>.*?)```",
    re.DOTALL,
)

CHECKS = {
    "An elemental function": """
        import autograd
        from autograd import Value, compile, draw, explain, grad, gradcheck, softsign
        x = Value(-3.0, "x")
        y = softsign(x)
        assert (y.data, grad(y, [x])) == (-0.75, [0.0625])
        assert x.softsign().data == softsign(-3.0) == -0.75
        assert gradcheck(softsign, [-3.0])
        assert compile(y)() == (-0.75, (0.0625,))
        assert "softsign" in draw(y, backward=True).source
        assert "x / (1 + abs(x))" in str(explain(y))
        assert r"\\frac{x}{1 + " in explain(y).latex()
        assert "divide(" in explain(y).html()
        assert "Return `softsign(a)`" in autograd.softsign.__doc__
    """,
    "An engine": """
        from autograd import MLP, Value, compile, fit
        x, w = Value(2.0, "x"), Value(3.0, "w")
        program = compile(x * w, [x], engine="shown")
        assert program(5.0) == (15.0, (5.0,))
        losses = {
            engine: fit(
                MLP(1, [2, 1], seed=0), [0.0, 1.0], [1.0, 2.0], epochs=9, engine=engine
            ).losses
            for engine in ("shown", "eager")
        }
        assert losses["shown"] == losses["eager"]
    """,
    "An optimizer": """
        from autograd import MLP, Value, fit
        from autograd.nn.optimizers import RMSProp
        w = Value(1.0, "w")
        optimizer = RMSProp([w], learning_rate=0.5)
        w.grad = -1e3
        optimizer.step()
        assert abs(w.data - (1.0 + 0.5 / 0.01**0.5)) < 1e-8
        ends = []
        for engine in ("python", "eager", "numba", "tape"):
            net = MLP(1, [2, 1], "tanh", seed=0)
            rule = RMSProp(0.01)
            fit(net, [0.0, 0.5, 1.0], [1.0, 2.0, 1.0], epochs=9, engine=engine, optimizer=rule)
            ends.append([p.data for p in net.parameters()])
        assert ends == [ends[0]] * 4
    """,
    "A notation": """
        from autograd.core.notation import Julia
        text = "0.0 if a <= 0.0 else b * pow(a, b - 1.0)"
        assert Julia().written(text, {"a": "x"}) == "x <= 0.0 ? 0.0 : b * x ^ (b - 1.0)"
    """,
}


def recipes() -> dict[str, str]:
    _, text = CONTRIBUTING.split("## Recipes")
    titles_and_texts = re.split(r"^### (.*)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(titles_and_texts[::2], titles_and_texts[1::2], strict=True))


def follow(recipe: str, package: Path) -> int:
    """Do what a recipe says in a copy of the package, and give the lines of code it took."""
    lines = 0
    for step in INSTRUCTION.finditer(recipe):
        path = package / (step["file"] or step["end"])
        text = path.read_text(encoding="utf-8")
        lines += sum(bool(line.strip()) for line in step["code"].splitlines())
        if step["end"]:
            changed = text + "\n\n" + step["code"]
        else:
            before, anchor, rest = text.partition(f"{step['after']}")
            line, end, after = rest.partition("\n")
            changed = before + anchor + line + end + step["code"] + after
        assert changed != text
        path.write_text(changed, encoding="utf-8")
    return lines


def test_there_are_four_recipes() -> None:
    assert list(recipes()) == list(CHECKS)


@pytest.mark.parametrize("title", CHECKS)
def test_a_recipe_does_what_it_says(title: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "autograd", tmp_path / "autograd")
    lines = follow(recipes()[title], tmp_path)
    assert 0 < lines <= LONGEST
    check = re.sub(r"^ {8}", "", CHECKS[title], flags=re.MULTILINE)
    run = subprocess.run(
        [sys.executable, "-c", check],
        cwd=tmp_path,
        # The rows of the copy are no longer those that a binary was built from.
        env={**os.environ, "PYTHONPATH": str(tmp_path), "AUTOGRAD_NATIVE": "0"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_an_op_takes_a_row_and_a_typed_line_all_else_one_file() -> None:
    files = {
        title: [step["file"] or step["end"] for step in INSTRUCTION.finditer(recipe)]
        for title, recipe in recipes().items()
    }
    assert files == {
        "An elemental function": ["autograd/core/rows.py", "autograd/functions.py"],
        "An engine": ["autograd/program/engines.py"],
        "An optimizer": ["autograd/nn/optimizers.py"],
        "A notation": ["autograd/core/notation.py"],
    }
