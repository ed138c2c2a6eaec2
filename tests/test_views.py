"""What a notebook shows: well-formed, true, small, and readable without any library."""

import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from math import inf, log10, nan
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import IPython
import nbformat
import pytest
from nbclient import NotebookClient

import autograd
from autograd import (
    MLP,
    Fit,
    Module,
    Parameter,
    Value,
    certify,
    draw,
    draw_layers,
    draw_network,
    explain,
    fit,
    half_squared_error,
    replay,
)
from autograd import views as hooks
from autograd.nn import progress
from autograd.nn.progress import Progress
from autograd.show.curve import loss_curve
from autograd.show.frames import framed
from tests.notebook import as_html

SVG = "{http://www.w3.org/2000/svg}"
ODD = '<b> & "误差"'


def parsed(html: str) -> ElementTree.Element:
    """HTML that is XML too, so that any parser reads it alike."""
    return ElementTree.fromstring(html.replace("&nbsp;", " "))


def words(html: str) -> str:
    return " ".join("".join(parsed(html).itertext()).split())


def shown(thing: Any) -> str:
    html = thing._repr_html_()
    assert isinstance(html, str)
    return html


def a_fit(losses: Sequence[float], validation_losses: Sequence[float] = (), why: str = "") -> Fit:
    return Fit(
        losses=[*losses],
        validation_losses=[*validation_losses],
        seconds=1.5,
        engine="tape",
        why=why,
    )


# The curve.


def ticks(svg: ElementTree.Element, anchor: str, coordinate: str) -> dict[float, float]:
    """Where an axis has which number."""
    found = {}
    for text in svg.iter(f"{SVG}text"):
        if text.get("text-anchor") == anchor and text.text not in ("epoch", "loss"):
            assert text.text is not None
            found[read_tick(text.text)] = float(text.attrib[coordinate])
    return found


def read_tick(text: str) -> float:
    plain = text.replace(",", "").replace("−", "-")
    match = re.fullmatch("(?:(.+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", plain)
    if not match:
        return float(plain)
    power = match[2].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(match[1] or 1.0) * 10.0 ** int(power)


def between(places: dict[float, float], x: float, scale: Any) -> float:
    """Where a number stands, by the two outermost ticks of its axis."""
    low, high = min(places), max(places)
    share = (scale(x) - scale(low)) / (scale(high) - scale(low))
    return float(places[low] + share * (places[high] - places[low]))


def points(svg: ElementTree.Element) -> list[list[tuple[float, float]]]:
    lines = []
    for line in svg.iter(f"{SVG}polyline"):
        pairs = (point.split(",") for point in line.attrib["points"].split())
        lines.append([(float(x), float(y)) for x, y in pairs])
    return lines


LINEAR = [-3.0, -1.0, 0.5, -2.0]
FALLING = [2.0, 1.0, 0.4, 0.1, 0.03, 0.004]


@pytest.mark.parametrize("losses", [FALLING, [1e-30, 1e-7, 1e12], [1.0, 1.1, 1.05], [7.0, 7.0]])
def test_points_lie_where_the_losses_are(losses: list[float]) -> None:
    svg = parsed(loss_curve(losses))
    (line,) = points(svg)
    upright = ticks(svg, "end", "y")
    across = ticks(svg, "middle", "x")
    assert len(line) == len(losses)
    assert len(upright) >= 2
    for epoch, (loss, (x, y)) in enumerate(zip(losses, line, strict=True), start=1):
        assert x == pytest.approx(between(across, epoch, float), abs=0.11)  # 2 × rounding to 0.1
        # A label is 4 pixels lower than its line; ticks are rounded to 0.1 of a pixel too, and
        # what lies outside of them is up to twice as far off.
        assert y == pytest.approx(between(upright, loss, log10) - 4.0, abs=0.35)


def test_a_negative_loss_makes_the_axis_linear() -> None:
    svg = parsed(loss_curve(LINEAR))
    (line,) = points(svg)
    upright = ticks(svg, "end", "y")
    for loss, (_, y) in zip(LINEAR, line, strict=True):
        assert y == pytest.approx(between(upright, loss, float) - 4.0, abs=0.35)


def test_validation_is_a_second_line_with_a_key() -> None:
    svg = parsed(loss_curve([1.0, 0.5, 0.2], [1.5, 0.8, 0.9]))
    second, first = points(svg)  # the first one is on top
    assert [x for x, _ in first] == [x for x, _ in second]
    assert all(high[1] < low[1] for high, low in zip(second, first, strict=True))
    dashes = [line.get("stroke-dasharray") for line in svg.iter(f"{SVG}polyline")]
    assert dashes[0]
    assert dashes[1] is None
    assert "dash" not in loss_curve([1.0] * 200, [2.0] * 200)  # where it would be lost
    assert {"training", "validation"} <= {text.text for text in svg.iter(f"{SVG}text")}
    assert "training" not in loss_curve([1.0, 0.5])


@pytest.mark.parametrize("gap", [nan, inf, -inf, 1e300])
def test_what_is_no_number_leaves_a_gap(gap: float) -> None:
    svg = parsed(loss_curve([3.0, 2.0, gap, 1.0, gap, 0.5, 0.2, 0.1]))
    assert [len(line) for line in points(svg)] == [2, 3]
    assert len([*svg.iter(f"{SVG}circle")]) == 1  # a loss between two gaps


def test_zero_has_no_place_on_a_logarithmic_axis() -> None:
    assert [len(line) for line in points(parsed(loss_curve([1.0, 1e-9, 0.0, 0.0])))] == [2]
    assert [len(line) for line in points(parsed(loss_curve([0.0, 0.0])))] == [2]


@pytest.mark.parametrize(
    "losses",
    [
        [],
        [0.3],
        [nan],
        [nan, inf],
        [0.0],
        [-5.0, -5.0],
        [5e-324, 1e308],
        [-1e308, 1e308],
        [-5e-324, 5e-324],
        [1e-250, 1e249],
        [-1e249, 1e249],
    ],
)
def test_nothing_is_raised_and_all_is_inside(losses: list[float]) -> None:
    for svg in (
        parsed(loss_curve(losses)),
        parsed(loss_curve(losses, losses, epochs=100, width=360, height=180)),
    ):
        _, _, width, height = map(float, svg.attrib["viewBox"].split())
        for line in points(svg):
            assert all(0.0 <= x <= width and 0.0 <= y <= height for x, y in line)
        for text in svg.iter(f"{SVG}text"):
            assert text.text is not None
            assert not re.search("nan|inf", text.text)
            assert 0.0 < float(text.attrib["y"]) < height
    parsed(shown(a_fit(losses, losses)))


def test_many_epochs_are_thinned_and_keep_their_peaks() -> None:
    losses = [1.0 / (1.0 + i) for i in range(100_000)]
    losses[77_777] = 30.0
    svg = parsed(loss_curve(losses))
    (line,) = points(svg)
    assert len(line) < 1000
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    whole = points(parsed(loss_curve([30.0, 1e-5])))[0]
    assert min(y for _, y in line) == pytest.approx(whole[0][1], abs=0.2)
    assert max(y for _, y in line) == pytest.approx(whole[1][1], abs=0.2)
    assert len(loss_curve(losses)) < 12_000


def test_epochs_to_come_have_their_room() -> None:
    (line,) = points(parsed(loss_curve([1.0, 0.5], epochs=100)))
    across = pairwise(x for x, _ in line)
    assert all(0.0 < right - left < 10.0 for left, right in across)


def test_a_curve_takes_the_colour_of_its_surroundings() -> None:
    svg = parsed(loss_curve([1.0, 0.5], [1.0, 0.6]))
    assert {text.get("fill") for text in svg.iter(f"{SVG}text")} == {"currentColor"}
    colours = {line.get("stroke") for line in svg.iter(f"{SVG}polyline")}
    assert len(colours) == 2
    for colour in colours:
        assert colour is not None
        assert contrast(colour, "#FFFFFF") > 4.0
        assert contrast(colour, "#111111") > 4.0  # JupyterLab's night


def contrast(colour: str, other: str) -> float:
    """As WCAG 2 has it: 3 is enough for lines."""
    dark, light = sorted((luminance(colour), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in channels]
    return sum(part * x for part, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# Trainings, programs, networks.


def test_a_fit_tells_its_course_and_how_it_ran() -> None:
    told = words(shown(a_fit([2.0, 0.5], [3.0, 0.7, 0.9], why=f"because {ODD}")))
    assert told.endswith(
        "loss 2 → 0.5validation loss 3 → 0.9, least 0.7 after epoch 2"
        f"2 epochs, in 1.5 s by tapebecause {ODD}"
    )
    ended = Fit(
        losses=[1.0], validation_losses=[], seconds=0.1, engine="python", why="", stopped=True
    )
    assert "1 epoch, ended by on_epoch, in 0.1 s by python" in words(shown(ended))
    nothing = shown(a_fit([]))
    assert "<svg" not in nothing
    assert words(nothing) == "0 epochs, in 1.5 s by tape"
    assert "least" not in words(shown(a_fit([1.0], [nan])))


def test_why_a_fit_ran_so_opens_on_a_click() -> None:
    (folded,) = parsed(shown(a_fit([2.0, 0.5], why=ODD))).iter("details")
    assert folded.get("open") is None
    assert [part.text for part in folded] == ["2 epochs, in 1.5 s by tape", ODD]
    assert "<details" not in shown(a_fit([2.0, 0.5]))


def test_a_program_shows_its_source() -> None:
    x, w = Value(2.0, "x"), Value(3.0, ODD)
    program = autograd.compile((x * w).elu(), [x])
    html = shown(program)
    assert "<" in program.source
    assert ODD not in html
    assert "".join(parsed(html)[1].itertext()) == program.source.rstrip("\n")
    assert words(html).startswith("<program of x by")


def test_a_large_program_shows_that_it_is_large() -> None:
    y = x = Value(0.5, "x")
    for _ in range(900):
        y = y.sin()
    html = shown(autograd.compile(y, []))
    assert "lines more, in .source" in words(html)
    assert len(html) < 30_000
    for _ in range(2000):
        y = y + x
    program = autograd.compile(y, [])
    assert "2,900 operations on 4,900 operands; .source is its text" in words(shown(program))
    assert "source" not in vars(program)  # it was not written for that


def test_a_network_shows_its_figure() -> None:
    net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    html = shown(net)
    assert words(html).startswith(repr(net))
    assert html.count("<svg") == 1
    assert {f"w1_1{j}" for j in (1, 2, 3)} <= {*re.findall(r"<title>(\w+)</title>", html)}
    assert "<table" not in html


class Scaled(Module):
    """A network of one's own: another in it, and a parameter."""

    def __init__(self) -> None:
        self.body = MLP(1, [2, 1], seed=0)
        self.scale = Parameter(2.5, ODD)

    def parameters(self) -> list[Value]:
        return [*self.body.parameters(), self.scale]


def test_a_module_of_ones_own_shows_what_can_be_drawn_and_a_table_of_the_rest() -> None:
    html = shown(Scaled())
    tree = parsed(html)
    assert html.count("<svg") == 1
    assert [text.text for text in tree.iter("p")][1] == "body"
    rows = [[cell.text for cell in row] for row in tree.iter("tr")]
    assert rows[0] == ["parameter", "data", "grad"]
    assert [row[1:] for row in rows[1:]] == [["2.5", "0"]]
    assert ODD not in html


def test_what_cannot_be_drawn_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = MLP(2, [2] * 50, seed=0)
    html = shown(deep)
    assert "<svg" not in html
    assert len([*parsed(html).iter("tr")]) == 21
    assert "… and 280 parameters more" in words(html)
    monkeypatch.setattr("autograd.show.layout.layout_programs", lambda: iter(()))
    assert len([*parsed(shown(MLP(1, [3, 1]))).iter("tr")]) == 11
    assert words(shown(Module())) == repr(Module())


class Parted(Module):
    """Networks in lists and dicts, and in another module."""

    def __init__(self) -> None:
        self.heads: list[Any] = [MLP(1, [1]), {"b": MLP(1, [2, 1])}]
        self.scaled = Scaled()
        self.others = (MLP(1, [1]), MLP(1, [1]))
        self.scaled.whole = self  # type: ignore[attr-defined]  # modules may hold each other

    def parameters(self) -> list[Value]:
        first, rest = self.heads
        nets = [first, rest["b"], self.scaled, *self.others]
        return [parameter for net in nets for parameter in net.parameters()]


def test_networks_are_found_wherever_they_are_and_the_first_are_drawn() -> None:
    tree = parsed(shown(Parted()))
    paths = [text.text for text in tree.iter("p")][1:]
    assert paths == ["heads.0", "heads.1.b", "scaled.body", "others.0"]
    assert len([*tree.iter(f"{SVG}svg")]) == 4
    assert len([*tree.iter("tr")]) == 1 + 3  # the scale, and the last network's two


def test_a_network_with_very_many_arrows_is_a_table() -> None:
    assert "<svg" in shown(MLP(12, [12, 12], seed=0))
    assert "<svg" not in shown(MLP(12, [12] * 4, seed=0))
    assert "<svg" not in shown(MLP(1, [1] * 9, seed=0))


def test_a_wide_network_is_small() -> None:
    net = MLP(100, [150, 30, 1], seed=0)  # 19,711 parameters
    html = shown(net)
    assert len(html) < 150_000
    parsed(html)


def test_a_certificate_shows_its_table() -> None:
    x = Value(3.0, ODD)
    proven = certify(x * x * 0.1)
    assert parsed(shown(proven))[0].text == str(proven)


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (draw(Value(2.0) * 3.0), r"<Figure: Computation graph of 6\.0, 2 values, 1 of them.*>"),
        (draw_network(MLP(1, [3, 1])), r"<NetworkFigure: network, 1-3-1>"),
        (draw_layers(MLP(2, [5])), r"<Figure: forward, 2-5>"),
        (autograd.compile(Value(2.0, "x").sin(), []), r"<program by x: python>"),
        (replay(half_squared_error), r"<replay of half_squared_error: 0 calls .*>"),
        (explain(Value(2.0, "x").sin()), r"<Explanation of v1: 2 gradients, to be printed>"),
        (a_fit([2.0, 0.5]), r"<Fit of 2 epochs, loss 2 → 0\.5, in 1\.5 s by tape>"),
    ],
)
def test_at_the_prompt_each_says_what_it_is(thing: Any, told: str) -> None:
    assert re.fullmatch(told, repr(thing))


def test_views_load_what_draws_when_they_are_asked_for() -> None:
    run = """
import sys
from autograd.nn import MLP
net = MLP(1, [2, 1])
assert not [name for name in sys.modules if name.startswith("autograd.show")]
assert "<svg" in net._repr_html_()
assert "autograd.show.views" in sys.modules
assert "IPython" not in sys.modules and "nbformat" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", run], check=True)


# Explanations.


def tells(root: Value, **options: Any) -> str:
    return shown(explain(root, **options))


def test_an_explanation_is_mathml() -> None:
    x, w = Value(2.0, "x1"), Value(-3.0, "w1_11")
    y = (x * w).tanh()
    y.label = ODD
    html = tells(y, leaf=w, proven=True)
    assert html.count("<math>") == 3
    assert "$" not in html
    assert ODD not in html
    told = re.sub(r"\s|\u2061", "", words(html))
    assert "v1=x1·w111=2·(−3)=−6" in told
    assert "dw111=dv1·∂v1∂w111=dv1·x1=" in told
    assert "(trueto" in told
    assert "1path" in told
    assert "→" in told


def test_each_element_of_the_mathml_has_as_many_parts_as_it_takes() -> None:
    net = MLP(2, [2, 1], activation="sigmoid", seed=0)
    loss = half_squared_error(net([0.5, -1e-20]), 1.0)
    loss.label = "loss"
    for html in (tells(loss), tells(loss, matrices=True), tells(loss, leaf=net.layers[0].B[1])):
        assert "ᵀ" not in html
        for node in parsed(html).iter():
            parts = {"mfrac": 2, "msub": 2, "msup": 2}.get(node.tag)
            if parts is not None:
                assert len(node) == parts
            if node.tag in ("mrow", "mtd", "mfrac", "msub", "msup"):  # no text but in a token
                loose = [node.text, *(child.tail for child in node)]
                assert not "".join(text or "" for text in loose).strip()
    assert "⊙" in tells(loss, matrices=True)
    assert "10" in tells(loss)


def test_a_long_explanation_is_told_by_its_text() -> None:
    y = Value(0.5)
    for _ in range(400):
        y = y.sin()
    assert explain(y)._repr_html_() is None
    assert explain(y)._repr_markdown_() is None


def test_mathjax_leaves_dollars_alone() -> None:
    assert {"tex2jax_ignore", "mathjax_ignore"} <= {*parsed(framed("$x$")).attrib["class"].split()}


# In a notebook.

CELLS = [
    """
import sys, time
from autograd import MLP, Value, explain, fit
from autograd.nn.progress import Progress
explain(Value(2.0, "x").tanh())""",
    """
course = Progress(4, is_shown=True)
for loss in (1.0, 0.5, 0.25, 0.125):
    course.epoch_done(loss, 2.0 * loss)
course.close()""",
    """
course = Progress(100, is_shown=True)
for loss in (1.0, 0.5):
    time.sleep(0.25)
    course.epoch_done(loss)
course.close()""",
    """
hidden = Progress(4, is_shown=False)
hidden.epoch_done(1.0)
hidden.close()""",
    "fit(MLP(1, [1], seed=0), [0.0, 1.0, 2.0], [1.0, 2.0, 3.0], epochs=50)",
    """
stop = fit(MLP(1, [1], seed=0), [0.0, 1.0], [1.0, 2.0], epochs=50, on_epoch=lambda _: True)""",
    "[name for name in ('ipywidgets', 'tqdm', 'matplotlib') if name in sys.modules]",
]


@pytest.fixture(scope="module")
def notebook() -> Any:
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    made = nbformat.v4.new_notebook(cells=cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(autograd.__path__[0]).removesuffix("autograd"))
        NotebookClient(made, timeout=120, kernel_name="python3").execute()
    return made


def test_a_training_in_a_cell_leaves_a_line(notebook: Any) -> None:
    (output,) = notebook.cells[1].outputs
    assert output.data["text/plain"].startswith("epoch 4 of 4, loss 0.125, validation 0.25, 0.")
    assert words(output.data["text/html"]) == output.data["text/plain"]
    assert len(output.data["text/html"]) < 300


def test_one_that_is_broken_off_leaves_its_curve(notebook: Any) -> None:
    (output,) = notebook.cells[2].outputs
    assert output.data["text/plain"].startswith("epoch 2 of 100, loss 0.5, ")
    (line,) = points(parsed(output.data["text/html"])[1])
    assert len(line) == 2


def test_what_is_not_shown_is_silent_and_a_fit_shows_itself(notebook: Any) -> None:
    assert not notebook.cells[3].outputs
    course, result = notebook.cells[4].outputs
    assert course.data["text/plain"].startswith("epoch 50 of 50, loss ")
    assert result.data["text/plain"].startswith("<Fit of 50 epochs")
    assert "<polyline" in result.data["text/html"]
    (stopped,) = notebook.cells[5].outputs
    assert stopped.data["text/plain"].startswith("epoch 1 of 50, loss ")
    assert "<polyline" not in stopped.data["text/html"]
    assert notebook.cells[6].outputs[0].data["text/plain"] == "[]"


def test_converted_to_html_it_is_read_without_mathjax(notebook: Any) -> None:
    body = as_html(notebook)
    assert "<math>" in body
    assert "<polyline" in body
    assert r"\begin" not in body
    assert "$$" not in body


def test_pictures_are_few_and_take_little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[dict[str, str]] = []
    handle = SimpleNamespace(update=lambda bundle, raw: updates.append(bundle))
    clock = iter(x / 100.0 for x in range(10_000))
    monkeypatch.setattr(progress, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(hooks, "notebook_display", lambda: lambda *_, **__: handle)
    course = Progress(1000, is_shown=True)
    for _ in range(1000):
        course.epoch_done(1.0)
    course.close()
    # Each look at the clock is 0.01 s later, and a picture takes two looks: 0.02 s of 0.4.
    assert 10 < len(updates) < 40


def test_until_the_first_epoch_is_done_it_says_what_it_waits_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []

    def display(bundle: dict[str, str], **_: Any) -> Any:
        told.append(bundle["text/plain"])
        return SimpleNamespace(update=display)

    monkeypatch.setattr(hooks, "notebook_display", lambda: display)
    Progress(3, is_shown=True).close()
    Progress(0, is_shown=True).close()
    course = Progress(3, is_shown=True)
    course.epoch_done(1.0)
    course.close()
    waiting = "epoch 0 of 3: compiling, or in the first epoch"
    assert told[:5] == [waiting, "epoch 0 of 3", "epoch 0 of 0", "epoch 0 of 0", waiting]
    assert told[5].startswith("epoch 1 of 3, loss 1, ")


def test_without_a_terminal_and_a_notebook_it_is_silent(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)
    fit(MLP(1, [1], seed=0), [0.0, 1.0], [1.0, 2.0], epochs=3, progress=True)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
