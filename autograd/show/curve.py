"""The losses of a training as a curve, written as SVG: it takes the colours of what it stands in.

The axis of losses is logarithmic, as a training falls by factors, unless a loss is negative.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from math import ceil, floor, log10
from operator import itemgetter
from typing import NamedTuple, TypeAlias

LEFT, RIGHT, TOP, BOTTOM = 58.0, 26.0, 12.0, 40.0  # around the curves, in pixels
KEY = 20.0  # above them, where there are two
PADDING = 0.05  # of the range of losses, above and below
NARROWEST = 0.1  # range: a decade's, or that share of the largest loss
LARGEST = 1e250  # a larger loss is a gap, so that no range overflows
SMALLEST = 1e-250  # and what is smaller is zero
DETAIL = 2.0  # pixels: of more epochs in such a column the least and the largest loss are drawn
COLOURS = ("#4472C4", "#D9480F")  # a contrast above 4 on white, and on a notebook's night
DASHES = ("", ' stroke-dasharray="5 3"')
PLAIN = ("", "")
DENSE = 150  # epochs: of more, dashes would not follow the line
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Point: TypeAlias = tuple[float, float]


class Axis(NamedTuple):
    """Numbers from `low` to `high`, as they are or by their logarithms, on pixels."""

    low: float
    high: float
    start: float
    end: float
    is_logarithmic: bool = False

    def scaled(self, x: float) -> float:
        return log10(x) if self.is_logarithmic else x

    def has(self, x: float) -> bool:
        """Whether a number has a place: a NaN has none, nor has zero a logarithm."""
        return SMALLEST < x < LARGEST if self.is_logarithmic else abs(x) < LARGEST

    def place(self, x: float) -> float:
        share = (self.scaled(x) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round numbers on the axis, few enough to be read."""
        if self.is_logarithmic and self.high - self.low > 0.7:
            return _powers(self.low, self.high)
        ends = (10.0**self.low, 10.0**self.high) if self.is_logarithmic else (self.low, self.high)
        return _steps(*ends)


def loss_curve(
    losses: Sequence[float],
    validation_losses: Sequence[float] = (),
    *,
    epochs: int | None = None,
    width: int = 520,
    height: int = 260,
) -> str:
    """Draw the loss of each epoch, counted from 1, and that over validation data as a second line.

    `epochs` is how many the axis has, as many as there are losses if that is not said. A NaN or an
    infinity leaves a gap. `width` and `height` are in pixels; it shrinks with its surroundings.

    >>> loss_curve([1.0, 0.1]).count("<polyline")
    1
    """
    lines = [losses, validation_losses] if validation_losses else [losses]
    top = TOP + (KEY if len(lines) > 1 else 0.0)
    count = max(epochs or 0, *map(len, lines), 1)
    first = 1.0 if count > 1 else 0.5  # one alone stands in the middle
    across = Axis(first, max(count, 1.5), LEFT, width - RIGHT)
    upright = _upright([x for line in lines for x in line], height - BOTTOM, top)
    parts = [*_drawn_axes(across, upright, width, height)]
    dashes = DASHES if count <= DENSE else PLAIN
    looks = [*zip(lines, COLOURS, dashes, strict=False)]
    for line, colour, dash in reversed(looks):  # the first one on top
        parts += _drawn_line(_runs(line, across, upright), colour, dash)
    if len(lines) > 1:
        parts += _key(dashes)
    title = escape(_told(losses))
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    look = 'style="max-width: 100%; height: auto" font-family="sans-serif" font-size="12"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look} role="img">'
    return "\n".join([opening, f"<title>{title}</title>", *parts, "</svg>"])


def _told(losses: Sequence[float]) -> str:
    if not losses:
        return "No loss yet"
    return f"Loss by epoch: from {losses[0]:.4g} to {losses[-1]:.4g} in {len(losses):,}"


def _upright(numbers: Sequence[float], start: float, end: float) -> Axis:
    """The axis of losses: logarithmic if none is negative."""
    finite = [x for x in numbers if abs(x) < LARGEST]
    positive = [x for x in finite if x > SMALLEST]
    is_logarithmic = bool(positive) and min(finite) >= 0.0
    shown = [log10(x) for x in positive] if is_logarithmic else finite or [0.0, 1.0]
    low = min(shown)
    high = max(shown)
    narrowest = NARROWEST
    if not is_logarithmic:
        largest = max(abs(low), abs(high))
        narrowest = NARROWEST * largest if largest > SMALLEST else 1.0
    room = max(PADDING * (high - low), 0.5 * (narrowest - (high - low)))
    return Axis(low - room, high + room, start, end, is_logarithmic)


def _steps(low: float, high: float) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, some five of them."""
    rough = (high - low) / 5.0
    power = 10.0 ** floor(log10(rough))
    step = power * next(factor for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough)
    return [i * step for i in range(ceil(low / step), floor(high / step) + 1)]


def _powers(low: float, high: float) -> list[float]:
    """Powers of ten, of many every second, third, …; of few twice and five times them too."""
    decades = range(ceil(low), floor(high) + 1)
    if high - low > 2.5:
        return [10.0**i for i in decades[:: 1 + len(decades) // 7]]
    tens = [10.0**i for i in range(floor(low), floor(high) + 1)]
    found = [factor * ten for ten in tens for factor in (1.0, 2.0, 5.0)]
    return [x for x in found if x > 0.0 and low <= log10(x) <= high]


def number(x: float) -> str:
    """A tick's number, with a power of ten where there would be many zeros.

    >>> number(0.02), number(2e-05), number(1e-05), number(20000.0)
    ('0.02', '2·10⁻⁵', '10⁻⁵', '20,000')
    """
    if x == 0.0 or 1e-3 <= abs(x) < 1e6:
        return f"{x:,.6g}".replace("-", "−")
    mantissa, power = f"{x:.3e}".split("e")
    factor = f"{float(mantissa):g}".replace("-", "−")
    exponent = f"10{str(int(power)).translate(SUPERSCRIPTS)}"
    return exponent if factor == "1" else f"{factor}·{exponent}"


def _drawn_axes(across: Axis, upright: Axis, width: int, height: int) -> Iterator[str]:
    floor_line = height - BOTTOM
    for x in upright.ticks():
        y = upright.place(x)
        yield _grid_line(f"M{LEFT:g} {y:.1f}H{width - RIGHT:g}")
        yield _text(LEFT - 8.0, y + 4.0, number(x), "end")
    for epoch in _epochs(across):
        yield _grid_line(f"M{across.place(epoch):.1f} {floor_line:g}v4")
        yield _text(across.place(epoch), floor_line + 18.0, f"{epoch:,.0f}")
    yield _grid_line(f"M{LEFT:g} {floor_line:g}H{width - RIGHT:g}")
    yield _text((LEFT + width - RIGHT) / 2.0, height - 6.0, "epoch")
    yield _text(14.0, (upright.start + upright.end) / 2.0, "loss", turned=True)


def _epochs(across: Axis) -> list[float]:
    """The epochs that are named: the first, and round ones."""
    if across.high < 2.0:
        return [1.0]
    named = [x for x in _steps(0.0, across.high) if x >= 1.0 and x == floor(x)]
    first = named[0] if named else across.high
    is_near = across.place(first) - across.place(1.0) < 24.0
    return named if is_near else [1.0, *named]


def _grid_line(path: str) -> str:
    return f'<path d="{path}" stroke="currentColor" opacity="0.2"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle", *, turned: bool = False) -> str:
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place}{turn} fill="currentColor">{escape(text)}</text>'


def _key(dashes: Sequence[str]) -> Iterator[str]:
    """What each of the two lines is."""
    x = LEFT
    for text, colour, dash in zip(("training", "validation"), COLOURS, dashes, strict=True):
        yield f'<path d="M{x:g} 14h24" stroke="{colour}" stroke-width="2"{dash}/>'
        yield _text(x + 30.0, 18.0, text, "start")
        x += 110.0


def _drawn_line(runs: Iterable[list[Point]], colour: str, dash: str) -> Iterator[str]:
    for points in runs:
        if len(points) == 1:
            x, y = points[0]
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>'
        else:
            places = " ".join(f"{x:.1f},{y:.1f}" for x, y in _thinned(points))
            look = f'stroke="{colour}" stroke-width="1.5" stroke-linejoin="round"{dash}'
            yield f'<polyline points="{places}" fill="none" {look}/>'


def _runs(losses: Sequence[float], across: Axis, upright: Axis) -> Iterator[list[Point]]:
    """The points of the curve, from gap to gap."""
    numbered = enumerate(losses, start=1)
    for is_there, run in groupby(numbered, key=lambda pair: upright.has(pair[1])):
        if is_there:
            yield [(across.place(epoch), upright.place(loss)) for epoch, loss in run]


def _thinned(points: list[Point]) -> list[Point]:
    """Of many points in a column its highest and lowest, so that no peak is lost; and the ends."""
    if len(points) <= 2.0 * (points[-1][0] - points[0][0]) / DETAIL:
        return points
    found = [points[0]]
    for _, column in groupby(points, key=lambda point: floor(point[0] / DETAIL)):
        inside = [*column]
        ends = {min(inside, key=itemgetter(1)), max(inside, key=itemgetter(1))}
        found += sorted(ends)
    return [*found, points[-1]]
