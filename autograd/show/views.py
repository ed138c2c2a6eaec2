"""Networks, programs and trainings as HTML, for a cell of a notebook."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import islice
from math import isfinite
from typing import Any

from autograd.show.curve import loss_curve
from autograd.show.figure import SVG
from autograd.show.frames import framed
from autograd.show.layout import LayoutError
from autograd.show.networks import draw_network, is_small, networks_in

LISTED = 20  # parameters in a table
MOST = 4  # networks of a module that are drawn
LONGEST = 2_000  # operations of a program that is shown, which takes it some 50 ms
LINES = 400  # of its source
SMALL = (360, 180)  # pixels, of a curve that a training redraws

_LEFT = "text-align: left"
_APART = "margin: 0.3em 0"
_CODE = "font-family: monospace; line-height: 1.35"  # as some notebooks' styles take it away


def network_view(net: Any) -> str:
    """The figures of a network, or of those a module holds; a table of the parameters not drawn."""
    parts = [_paragraph(repr(net))]
    drawn: set[Any] = set()
    for name, network in islice(networks_in(net), MOST):
        image = _image_of(network)
        if image:
            parts += [_paragraph(name), image] if name else [image]
            drawn.update(network.parameters())
            drawn.update(parameter for _, parameter in network.named_parameters())
    others = [(name, leaf) for name, leaf in net.named_parameters() if leaf not in drawn]
    return framed("".join([*parts, *_table(others)]))


def _image_of(network: Any) -> str:
    """The figure of a network, "" where it could not be read, or nothing lays it out."""
    if not is_small(network):
        return ""
    try:
        image = str(draw_network(network)._repr_mimebundle_()[SVG])
    except LayoutError:
        return ""
    return image[image.index("<svg") :]  # what stands before is not for HTML


def _table(parameters: Sequence[tuple[str, Any]]) -> Iterator[str]:
    """Parameters by name with their numbers, of many the first."""
    if not parameters:
        return
    yield _row("th", ["parameter", "data", "grad"], "<table><thead>", "</thead><tbody>")
    for name, parameter in islice(parameters, LISTED):
        yield _row("td", [name, f"{parameter.data:.6g}", f"{parameter.grad:.6g}"])
    yield "</tbody></table>"
    if len(parameters) > LISTED:
        yield _paragraph(f"… and {len(parameters) - LISTED:,} parameters more")


def _row(kind: str, cells: Sequence[str], before: str = "", after: str = "") -> str:
    texts = "".join(f'<{kind} style="{_LEFT}">{escape(cell)}</{kind}>' for cell in cells)
    return f"{before}<tr>{texts}</tr>{after}"


def fit_view(fit: Any) -> str:
    """The losses of a training as a curve, and below it how it ran; why so, on a click."""
    parts = [loss_curve(fit.losses, fit.validation_losses)] if fit.losses else []
    parts += map(_paragraph, _told_losses(fit))
    told = _told_run(fit)
    parts.append(_folded(told, fit.why) if fit.why else _paragraph(told))
    return framed("".join(parts))


def _told_losses(fit: Any) -> Iterator[str]:
    if fit.losses:
        yield f"loss {fit.losses[0]:.4g} → {fit.losses[-1]:.4g}"
    if fit.validation_losses:
        yield _told_validation(fit.validation_losses)


def _told_run(fit: Any) -> str:
    count = len(fit.losses)
    epochs = f"{count:,} epoch{'s' if count != 1 else ''}"
    ended = ", ended by on_epoch" if fit.stopped else ""
    return f"{epochs}{ended}, in {fit.seconds:.3g} s by {fit.engine}"


def _told_validation(losses: Sequence[float]) -> str:
    course = f"validation loss {losses[0]:.4g} → {losses[-1]:.4g}"
    known = [(x, epoch) for epoch, x in enumerate(losses, start=1) if isfinite(x)]
    if not known:
        return course
    least, epoch = min(known)
    return f"{course}, least {least:.4g} after epoch {epoch:,}"


def course_view(
    told: str, losses: Sequence[float], validation_losses: Sequence[float], epochs: int
) -> str:
    """A line about a training that runs, and its losses so far on an axis of all its epochs."""
    if not losses:
        return framed(_paragraph(told))
    width, height = SMALL
    curve = loss_curve(losses, validation_losses, epochs=epochs, width=width, height=height)
    return framed(_paragraph(told) + curve)


def program_view(program: Any) -> str:
    """The source of a program; of a large one how much there is of it."""
    told = _paragraph(repr(program))
    size = program.size
    if size.operations > LONGEST:
        return framed(told + _paragraph(f"{size}; .source is its text"))
    lines = program.source.splitlines()
    code = "\n".join(map(_code_line, lines[:LINES]))
    rest = len(lines) - LINES
    more = _paragraph(f"… and {rest:,} lines more, in .source") if rest > 0 else ""
    return framed(f'{told}<pre style="{_CODE}">{code}</pre>{more}')


def _code_line(line: str) -> str:
    """A line of code; a comment is paler."""
    code = escape(line)
    return f'<span style="opacity: 0.65">{code}</span>' if line.lstrip().startswith("#") else code


def printed_view(printed: Any) -> str:
    """A table that prints itself."""
    return framed(f'<pre style="{_CODE}">{escape(str(printed))}</pre>')


def _paragraph(text: str) -> str:
    return f'<p style="{_APART}">{escape(text)}</p>'


def _folded(text: str, more: str) -> str:
    """A line that opens on a click, and says more."""
    summary = f'<summary style="cursor: pointer">{escape(text)}</summary>'
    return f'<details style="{_APART}">{summary}<span>{escape(more)}</span></details>'
