"""The command line tells what the engine tells; and nothing but arithmetic gets through it."""

import os
import random
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pylatexenc.latexwalker import LatexWalker

import autograd
import autograd.__main__ as command
from autograd import Value, compile, explain
from autograd.core.rows import ROWS
from autograd.core.value import record
from autograd.expressions import CALLS
from tests.posix import on_posix

SIGMOID = ["sigmoid(x*w + b)", "x=1.5", "w=-2", "b=0.3"]


def refused(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one message on stderr with which arguments are refused."""
    with pytest.raises(SystemExit) as exit_:
        command.main(argv)
    out, err = capsys.readouterr()
    assert exit_.value.code == 2
    assert out == ""
    assert err.startswith("python -m autograd: ")
    assert err.endswith("\n")
    assert "Traceback" not in err
    return err.removeprefix("python -m autograd: ").rstrip("\n")


def test_value_gradients_and_explanation(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(SIGMOID)
    x, w, b = Value(1.5, "x"), Value(-2.0, "w"), Value(0.3, "b")
    y = (x * w + b).sigmoid()
    y.label = "y"
    y.backward()
    gradients = [f"∂y/∂{leaf.label} = {leaf.grad!r}" for leaf in (x, w, b)]
    expected = [f"y = sigmoid(x*w + b) = {y.data!r}", "", *gradients, "", str(explain(y))]
    assert capsys.readouterr().out == "\n".join(expected) + "\n"


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["-x**2", "x=3"], -9.0),
        (["--x", "x=3"], 3.0),
        (["-h*x", "x=3", "h=2"], -6.0),
        (["--program", "-x", "x=3"], -3.0),
        (["2**-x", "x=1"], 0.5),
        (["pi*x", "x=1"], 3.141592653589793),
        (["pi*x", "x=1", "pi=3"], 3.0),
        (["y*y", "y=4"], 16.0),
        (["x", "x=4"], 4.0),
        (["where(x, 2, x) + leaky_relu(x) + max(x, 3)", "x=0"], 3.0),
        (["9**9*x", "x=1"], 387420489.0),
        (["ﬁ + 1", "fi=2"], 3.0),  # Python reads names in their normal form
    ],
)
def test_expressions(
    arguments: list[str], value: float, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(arguments)
    assert re.search(rf" = {re.escape(repr(value))}$", capsys.readouterr().out, flags=re.M)


def test_options_may_stand_between_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(["x*w", "x=1", "--svg", str(tmp_path / "a.v1"), "w=2", "--program"])
    assert "def program(x, w):" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["a.v1"]


def test_a_program_in_c_stands_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    svg = tmp_path / "graph.svg"
    command.main(["x**2 + w", "x=3", "w=2", "--c", "--check", "--svg", str(svg)])
    x, w = Value(3.0, "x"), Value(2.0, "w")
    y = x**2 + w
    y.label = "y"
    assert capsys.readouterr().out == compile(y).to_c()
    assert "<svg" in svg.read_text(encoding="utf-8")


def test_a_large_graph_leaves_no_file_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def tree(count: int) -> str:
        return "x" if count == 1 else f"({tree(count // 2)}+{tree(count - count // 2)})"

    message = refused(
        [tree(320), "x=1", "--svg", str(tmp_path / "w.svg"), "--page", str(tmp_path / "w.html")],
        capsys,
    )
    assert "at most 300 values" in message
    assert not list(tmp_path.iterdir())


def test_all_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    svg, page = tmp_path / "made/graph.svg", tmp_path / "made/steps.html"
    command.main([*SIGMOID, "--svg", str(svg), f"--page={page}", "--latex", "--program", "--check"])
    out = capsys.readouterr().out
    assert "<svg" in svg.read_text(encoding="utf-8")
    assert "<!doctype html>" in page.read_text(encoding="utf-8")
    tex = out[out.index(r"\begin{aligned}") : out.index(r"\end{aligned}") + 13]
    assert LatexWalker(tex, tolerant_parsing=False).get_latex_nodes()[0]
    assert "def program(x, w, b):" in out
    checked = re.findall(r"^∂y/∂\w = (\S+), by differences (\S+)$", out, flags=re.M)
    assert len(checked) == 3
    # Central differences of a sigmoid at moderate numbers: ten digits, as numeric.py's error model
    # says.
    assert all(abs(float(ours) - float(numeric)) < 1e-9 for ours, numeric in checked)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["x*q", "x=1"],
            "q has no number, at column 3: add q=1.5, say",
        ),
        (["exp(w*x) + w"], "w has no number, at column 5: add w=1.5 x=1.5, say"),
        (["x", "x=1", "x=2"], "'x=2': x is given twice"),
        (["x", "x=1", "z=2"], "the expression has no z"),
        (["x", "x=one"], "'x=one' is not name=number"),
        (["x", "x=1,5"], "'x=1,5' is not name=number: write x=1.5"),
        (["x", "x"], "'x' is not name=number"),
        (["x", "exp=1"], "'exp=1': exp is a function"),
        (["exp + x", "x=1"], "'exp' is not known, at column 1; "),
        (["x + foo(x)", "x=1"], "'foo(x)' is not known, at column 5; "),
        (["x.real", "x=1"], "'x.real' is not known, at column 1; "),
        (["[x for x in y]", "y=1"], "'[x for x in y]' is not known, at column 1; "),
        (
            ["leaky_relu(x, slope=0.5)", "x=1"],
            "'leaky_relu(x, slope=0.5)' is not known, at column 1",
        ),
        (["exp(x, x)", "x=1"], "exp takes 1 operand, got 2, at column 1"),
        (
            ["x + log(-x)", "x=1"],
            "log(a) is not defined at a = -x = -1.0: it needs a > 0, at column 5",
        ),
        (
            ["x/0", "x=1"],
            "a / b is not defined at a = x = 1.0, b = 0.0: it needs b ≠ 0, at column 1",
        ),
        (["(-8)**(1/3)*x", "x=1"], "pow(a, b) is not defined at a = -8.0"),
        (["sqrt(x)", "x=0"], "x would get the gradient inf: "),
        (["exp(x)", "x=710"], "x would get the gradient inf: "),
        (["x +", "x=1"], "not an expression: invalid syntax, at column"),
        (["x\0", "x=1"], "not an expression: "),
        (
            ["(" * 5000 + "x" + ")" * 5000, "x=1"],
            "the expression has 10,001 characters, at most 2,000 are read",
        ),
        (["(" * 900 + "x" + ")" * 900, "x=1"], "too many nested parentheses"),
        (
            ["+".join(["x"] * 50_000), "x=1"],
            "the expression has 99,999 characters, at most 2,000 are read",
        ),
        (["+".join(["x"] * 900), "x=1"], "more than 200 operations within each other"),
        (["-" * 1900 + "x", "x=1"], "more than 200 operations within each other"),
        (["9**9**9**9**9**x", "x=1"], "x would get the gradient"),
        (["x" + ".a" * 900, "x=1"], "is not known, at column 1"),
        (["not " * 400 + "x", "x=1"], "is not known, at column 1"),
        (["ä + foo", "ä=1"], "foo has no number, at column 5"),
        (["(x\n+y\n+foo)", "x=1", "y=1"], "foo has no number, at column 8"),
        (["x", "x\n=1\n2"], r"'x\n=1\n2' is not name=number"),
        (["x*2", "--lat", "x=1"], "'--lat' is not name=number"),
        (["x*2", "x=1", "--page", "/"], "'/' is a folder or a device, not a file"),
        (["2+3"], "2+3 = 5.0 has no name to differentiate by"),
        (["x", "x=1", "--svg"], "argument --svg: expected one argument"),
        (["--check"], "the following arguments are required: expression"),
        ([], "Such as: python -m autograd 'sigmoid(x*w + b)' x=1.5 w=-2 b=0.3 (--help tells more)"),
        (["max() + x", "x=1"], "the max of no operands is not defined, at column 1"),
        (["x + mean()", "x=1"], "the mean of no values is not defined, at column 5"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(arguments, capsys)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("x·w", "· is written *, at column 2; write 'x*w'"),
        ("x^2 + 2x", "^ is written **, at column 2; write 'x**2 + 2*x'"),
        ("2x", "2x is written 2*x, at column 1; write '2*x'"),
        ("x + e", "e is written exp(1), at column 5; write 'x + exp(1)'"),
        ("x²", "x² is written x**2, at column 1; write 'x**2'"),
        ("y = x·w", "an expression has no =: write 'x*w'"),
        ("pow(x, 2)", "'pow(x, 2)' is not known, at column 1; write x**y"),
        ("x % 2", "'x % 2' is not known, at column 1; write mod(a, b)"),
        ("x < w", "'x < w' is not known, at column 1; write less(a, b)"),
        ("1,5*x", "'1,5*x' is not known, at column 1; write 1.5 for 1,5"),
        ("sigmiod(x)", "'sigmiod(x)' is not known, at column 1; did you mean sigmoid?"),
        ("frobnicate(x)", "'frobnicate(x)' is not known, at column 1; known are numbers, names, "),
    ],
)
def test_what_people_write_is_answered_with_what_to_write(
    expression: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused([expression, "x=1.5", "w=2"], capsys).startswith(message)


@pytest.mark.parametrize("expression", ["2x + (", "x²)", "2x if w else 3", "2x.real", "2xq(3"])
def test_nothing_is_told_to_write_that_could_not_be_read(
    expression: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "; write " not in refused([expression, "x=1.5", "w=2"], capsys)


def test_names_that_are_given_are_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["e*π + ln", "e=2", "π=3", "ln=1"])
    assert "y = e*π + ln = 7.0" in capsys.readouterr().out


STATISTICS = [
    ("normal_cdf(x) + erf(w)", lambda x, w: autograd.normal_cdf(x) + autograd.erf(w)),
    ("logsumexp(x, w, 3)", lambda x, w: autograd.logsumexp([x, w, 3.0])),
    ("logaddexp(x, w)", autograd.logaddexp),
    (
        "mean(x, w, 4) * total(x, w)",
        lambda x, w: autograd.mean([x, w, 4.0]) * autograd.total([x, w]),
    ),
    ("max(x, w, 1) - min(x, w, 1)", lambda x, w: autograd.max(x, w, 1.0) - autograd.min(x, w, 1.0)),
    ("hypot(x, w)", autograd.hypot),
    ("half_squared_error(x, w)", lambda x, w: record(ROWS["half_squared_error"], x, w)),
]


@pytest.mark.parametrize(("expression", "function"), STATISTICS)
def test_functions_of_statistics_with_all_options(
    expression: str,
    function: Callable[..., Value],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, svg = tmp_path / "steps.html", tmp_path / "graph.svg"
    files = [f"--page={page}", f"--svg={svg}"]
    given = [expression, "x=1.5", "w=-2"]
    command.main([*given, *files, "--latex", "--program", "--check", "--prove"])
    x, w = Value(1.5, "x"), Value(-2.0, "w")
    y = function(x, w)
    y.backward()
    out = capsys.readouterr().out
    assert out.startswith(f"y = {expression} = {y.data!r}\n\n∂y/∂x = {x.grad!r}, by differences ")
    assert f"\n∂y/∂w = {w.grad!r}, by differences " in out
    assert "not the same" not in out
    assert "def program(x, w" in out
    assert page.exists()
    assert svg.exists()
    command.main([*given, "--c"])
    assert "double" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "checked"),
    [
        (
            ["abs(x)", "x=0"],
            "∂y/∂x = 0.0, one of several, at the kink of y = abs(a) at a = x = 0.0: "
            "by differences -1.0 on the left, 1.0 on the right",
        ),
        (
            ["max(x, w)", "x=1", "w=1"],
            "∂y/∂w = 0.5, one of several, at the kink of y = max(a, b) at a = x = 1.0, b = w = 1.0:"
            " by differences 0.0 on the left, 1.0 on the right",
        ),
        (
            ["floor(x)", "x=2"],
            "∂y/∂x = 0.0, but y jumps here, by y = floor(a) at a = x = 2.0: "
            "1.0 on the left, 2.0 here, 2.0 on the right",
        ),
        (
            ["abs(x)", "x=1e-7"],
            "∂y/∂x = 1.0, by differences 0.01666666666666665, not the same: "
            "is a kink or a pole within 6e-06 of x?",
        ),
        (["log(x)", "x=1e-6"], "∂y/∂x = 1000000.0"),
    ],
)
def test_a_check_at_a_kink_says_so(
    arguments: list[str], checked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main([*arguments, "--check"])
    assert checked in capsys.readouterr().out.splitlines()


def test_help_tells_all_functions_and_examples_that_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exit_:
        command.main(["--help"])
    out = capsys.readouterr().out
    assert exit_.value.code == 0
    assert all(len(line) <= 84 for line in out.splitlines())
    assert set(CALLS) <= set(re.findall(r"\w+", out))
    examples = re.findall(r"^  python -m autograd (.*)$", out, flags=re.M)
    assert len(examples) == 3
    for example in examples:
        command.main(shlex.split(example))


def test_files_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for option in ("--svg", "--page"):
        path = str(tmp_path / "file/steps")
        assert refused([*SIGMOID, option, path], capsys).startswith(f"{path} cannot be written: ")


@on_posix
def test_a_disk_that_is_full_is_told_in_one_line(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "autograd", "x*2", "x=1"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            run, stdout=full, stderr=subprocess.PIPE, env=environment, cwd=tmp_path, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"python -m autograd: [Errno 28] No space left on device\n"


@on_posix
def test_a_folder_that_is_gone_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    told = refused([*SIGMOID, "--page", "steps.html"], capsys)
    assert told.startswith("steps.html cannot be written: No such file")
    assert not gone.exists()


def test_ctrl_c_ends_it_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(options: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "answer", interrupted)
    with pytest.raises(SystemExit) as exit_:
        command.main(SIGMOID)
    assert exit_.value.code == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("option", ["--svg", "--page"])
@pytest.mark.parametrize("also", [[], ["--c"]])
def test_a_file_needs_a_name(
    option: str, also: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for path in ("", "  "):
        told = refused([*SIGMOID, *also, option, path], capsys)
        assert told == f"{option} needs the name of a file, got ''"
        assert refused([*SIGMOID, *also, f"{option}={path}"], capsys) == told


def test_a_file_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "both.html")
    told = refused([*SIGMOID, "--svg", path, f"--page={path} "], capsys)
    assert told == f"--svg and --page are to write the same file, {path!r}"
    assert not [*tmp_path.iterdir()]


PIECES = """x y q 1 2.5 1e999 0x1f 1_0 True None ... 1j 'a' b'' f'{x}' ( ) [ ] { } , : ; .
    + - * / ** // % @ & | ^ ~ << = == != < <= := -> lambda if else for in not and or is await yield
    import del exec eval open print exit __import__ __class__ globals __builtins__ getattr
    exp( sigmoid( max( where( pow( .real .__class__ .__subclasses__() ('os') .system( 'touch
    HACKED' ) *x
    **x \\ \n \t # ！ ﬁ 权 \udc80 \0""".split(" ")
CRAFTED = [
    "__import__('os').system('touch HACKED')",
    "(lambda: open('HACKED', 'w'))()",
    "[open('HACKED', 'w') for _ in 'a']",
    "x.__class__.__mro__",
    "exp.__globals__['__builtins__']",
    'f\'{open("HACKED", "w")}\'',
    'exec(\'open("HACKED", "w")\')',
    "(y := x)",
    "x if open('HACKED', 'w') else x",
    "exp(*[x])",
    "exp(a=x)",
    "exp(**{'a': x})",
    "x[0]",
    "x @ x",
    "x < 1",
    "not x",
    "x and x",
    "x // 2",
    "x % 2",
    "{x: x}",
]


def test_a_thousand_hostile_expressions_run_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = random.Random(6)
    made = ["".join(rng.choices(PIECES, k=rng.randint(1, 12))) for _ in range(1000 - len(CRAFTED))]
    answered = 0
    for expression in CRAFTED + made:
        status: object = 0
        try:
            command.main([expression, "x=0.5"])
        except SystemExit as exit_:
            status = exit_.code
        err = capsys.readouterr().err
        assert (status, err.count("python -m autograd: ")) in ((2, 1), (0, 0))
        assert expression not in CRAFTED or "at column" in err
        answered += status == 0
    assert 0 < answered < 100
    assert not list(tmp_path.iterdir())


@on_posix
def test_a_terminal_without_the_signs_and_one_that_hangs_up() -> None:
    environment = {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "ascii"}
    run = f"{shlex.quote(sys.executable)} -m autograd 'x*2' x=1"
    done = subprocess.run(run, shell=True, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\u2202y/\u2202x = 2.0" in done.stdout
    done = subprocess.run(
        f"{run} --program | true", shell=True, env=environment, capture_output=True, check=False
    )
    assert done.stderr == b""


@pytest.mark.parametrize("expression", CRAFTED)
def test_as_processes(expression: str, tmp_path: Path) -> None:
    run = [sys.executable, "-W", "error", "-m", "autograd", expression, "x=0.5"]
    done = subprocess.run(
        run,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"python -m autograd: ")
    assert done.stderr.count(b"\n") == 1
    assert not list(tmp_path.iterdir())
