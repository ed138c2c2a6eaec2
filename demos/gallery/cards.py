"""What the engine gives, set as cards: a drawing, a program, what was measured, what was proven."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from math import log10
from pathlib import Path
from typing import NamedTuple

import autograd
from autograd import MLP, Parameter, Value, affine, certify, draw, half_squared_error
from autograd.proof.certificate import Enclosure
from autograd.show.page.assembly import joined
from autograd.show.style import DOCUMENT
from demos import document
from demos.benchmark import kept
from demos.benchmark.found import digits
from demos.benchmark.picture import IN_PYTHON, MEANING
from demos.gallery.camera import Scene

HERE = files(__package__)
PAGE = """<!doctype html>
<meta charset="utf-8">
<title>{title}</title>
<style>
{style}
</style>
<main id="{name}">
{content}
</main>
"""
# A drawing shrinks to the width of the card.
WIDE = replace(DOCUMENT, legend=False, digits=4, box_text=24, arrow_text=24, circle_text=24)
TALL = replace(DOCUMENT, legend=False, digits=3, box_text=22, arrow_text=22, circle_text=22)
TOKENS = re.compile(r"(?P<comment>#.*)|(?P<word>\bdef\b|\breturn\b|\bif\b|\belse\b)|(?P<d>\bd_\w+)")
REACH = 2.0  # units in the last place to each side of the true number
KINDS = dict(zip(("machine-code", "in-python", "by-hand", "others"), MEANING, strict=True))
IN_CHINESE = {
    "ours, as machine code": "本引擎，机器码",
    "ours, in Python alone": "本引擎，纯 Python",
    "C by hand": "手写的 C",
    "others": "其他",
    "steps of one training": "步训练所用的时间",
    "each line is ten times the one before; ≈ extrapolated": "每条竖线是前一条的十倍；≈ 为推算",
    "ours: true digits are green": "本引擎的数，绿色的位是对的",
    "off by": "相差",
    "the doubles around the true number": "真值附近的浮点数",
    "the true number": "真值",
    "ours": "本引擎的数",
    "other doubles": "其他浮点数",
}
IN_READERS_LANGUAGE = "document.documentElement.lang = navigator.language"
NOT_ZERO = re.compile(r"[1-9]")


def card(folder: Path, name: str, content: str) -> Scene:
    """A page that is one card."""
    style = joined("base.css", folder=files("autograd.show.page"))
    style += joined("frame.css", "card.css", folder=HERE)
    path = folder / f"{name}.html"
    path.write_text(PAGE.format(title=name, name=name, style=style, content=content), "utf-8")
    return Scene(path, "main", script=IN_READERS_LANGUAGE)


def told(english: str) -> str:
    """Words in both languages, of which the style of a card shows those of the page."""
    return f'<bdi lang="en">{english}</bdi><bdi lang="zh">{IN_CHINESE[english]}</bdi>'


def key(**classes: str) -> str:
    """The line that says what each colour means."""
    spans = (f'<span class="{name}">{told(words)}</span>' for name, words in classes.items())
    return f'<p class="keys">{"".join(spans)}</p>'


def code(text: str) -> str:
    """A line of code above what it gives."""
    return f'<pre class="line">{html.escape(text)}</pre>'


def drawings(folder: Path) -> Scene:
    """README's first example, with the formula of each local derivative on its red arrow."""
    x = Value(2.0, label="x")
    w = Value(-3.0, label="w")
    b = Value(6.5, label="b")
    y = (x * w + b).tanh()
    y.label = "y"
    y.backward()
    figure = draw(y, backward=True, edges="formula", style=WIDE)
    line = code('draw(y, backward=True, edges="formula")')
    return card(folder, "drawings", line + svg_of(figure))


def svg_of(figure: autograd.Figure) -> str:
    text: str = figure.pipe("svg", encoding="utf-8")
    return text[text.index("<svg") :]


def program(folder: Path) -> Scene:
    """The program of a neuron and its loss, beside the graph that it was written from."""
    x = Value(0.5, "x")
    y = Value(1.0, "y")
    z = affine([x], [Parameter(-1.5, "w")], Parameter(0.25, "b"))
    z.label = "z"
    a = z.sigmoid()
    a.label = "a"
    loss = half_squared_error(a, y)
    loss.label = "loss"
    loss.backward()
    text = autograd.compile(loss, inputs=[x, y]).source
    figure = draw(loss, backward=True, rankdir="TB", style=TALL)
    line = code("print(compile(loss, inputs=[x, y]).source)")
    return card(folder, "program", f"<div>{line}{coloured(text)}</div>{svg_of(figure)}")


def coloured(text: str) -> str:
    """A program with its way forward and its way back apart."""
    blocks: dict[str, list[str]] = {"head": [], "forward": [], "backward": [], "end": []}
    place = "head"
    for line in text.rstrip().splitlines():
        if line.strip() in ("# forward", "# backward"):
            place = line.strip(" #")
        if line.strip().startswith("return"):
            place = "end"
        blocks[place].append(TOKENS.sub(marked, html.escape(line, quote=False)))
    parts = [f'<pre class="{name}">{chr(10).join(lines)}</pre>' for name, lines in blocks.items()]
    return "".join(parts)


def marked(token: re.Match[str]) -> str:
    return f'<span class="{token.lastgroup}">{token[0]}</span>'


def speed(folder: Path) -> Scene:
    """The published run by each competitor, as it was measured, on a scale of powers of ten."""
    run = kept.read()
    powers = (-2, 3)
    rows = []
    for entry in run.entries:
        share = (log10(entry.seconds) - powers[0]) / (powers[1] - powers[0])
        about = "" if entry.whole else "≈ "
        rows.append(
            f"<tr><th>{html.escape(entry.who)}</th><td>"
            f'<i class="{kind(entry.who)}" style="width: {100 * share:.2f}%"></i>'
            f"<b>{about}{digits(entry.seconds)} s</b></td></tr>"
        )
    scale_told = told("each line is ten times the one before; ≈ extrapolated")
    steps_told = f"<span>{run.steps:,} {told('steps of one training')}</span>"
    title = f"<h1>{steps_told}<small>{scale_told}</small></h1>"
    ticks = "".join(f"<span>{10.0**power:g} s</span>" for power in range(powers[0], powers[1]))
    scale = f'<tr class="scale"><th></th><td>{ticks}</td></tr>'
    table = f"<table>{''.join(rows)}{scale}</table>"
    return card(folder, "speed", title + table + key(**KINDS))


def kind(who: str) -> str:
    if who in IN_PYTHON:
        return "in-python"
    if who.startswith("ours"):
        return "machine-code"
    return "by-hand" if who.startswith("C,") else "others"


class Proven(NamedTuple):
    """A number of a certificate with its name."""

    name: str
    enclosure: Enclosure

    @property
    def offset(self) -> float:
        """How far ours is from the true number, in units in the last place, with its sign."""
        below = self.enclosure.ours <= self.enclosure.low
        return -self.enclosure.ulps if below else self.enclosure.ulps


def proofs(folder: Path) -> Scene:
    """What is proven of the document's network: of each number its true digits, and how near."""
    net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    loss = document.loss_of(net, 0.5, 0.2)
    certificate = certify(loss, net.parameters())
    root, *inputs = certificate.names
    proven = [Proven(root, certificate.value)]
    proven += map(Proven, [f"∂{root}/∂{x}" for x in inputs], certificate.gradients)
    rows = "".join(map(row_of, proven))
    words = ("ours: true digits are green", "off by", "the doubles around the true number")
    heads = "".join(f"<th>{told(head)}</th>" for head in words)
    table = f"<table><tr><th></th>{heads}</tr>{rows}</table>"
    keys = key(truth="the true number", ours="ours", double="other doubles")
    return card(folder, "proofs", code("print(certify(loss, net.parameters()))") + table + keys)


def row_of(proven: Proven) -> str:
    lit, rest = split_at(repr(proven.enclosure.ours), proven.enclosure.digits)
    return (
        f"<tr><th>{proven.name}</th><td><b>{lit}</b><s>{rest}</s></td>"
        f"<td>{proven.enclosure.ulps:.2f} ulp</td><td>{number_line(proven.offset)}</td></tr>"
    )


def split_at(number: str, count: int) -> tuple[str, str]:
    """A decimal number, cut after so many of its digits; zeros before the first do not count.

    >>> split_at("-0.0219", 2)
    ('-0.021', '9')
    """
    first = NOT_ZERO.search(number)
    at = first.start() if first else 0
    while count and at < len(number):
        count -= number[at].isdigit()
        at += 1
    return number[:at], number[at:]


def number_line(offset: float) -> str:
    """The doubles near the true number, which is in the middle; ours is one of them."""
    marks = "".join(f'<circle class="double" cx="{place}" r="3"/>' for place in doubles(offset))
    return (
        '<svg class="number-line" viewBox="-100 -10 200 20">'
        '<line class="axis" x1="-100" x2="100"/><line class="truth" y1="-9" y2="9"/>'
        f'{marks}<circle class="ours" cx="{100 * offset / REACH:.1f}" r="5.5"/></svg>'
    )


def doubles(offset: float) -> Iterator[str]:
    """The places of the neighbours of ours, a unit in the last place apart."""
    for steps in range(-4, 5):
        place = offset + steps
        if steps and abs(place) < REACH:
            yield f"{100 * place / REACH:.1f}"


CARDS: dict[str, Callable[[Path], Scene]] = {
    "drawings": drawings,
    "program": program,
    "speed": speed,
    "proofs": proofs,
}
