"""How far a training is: a bar on a terminal, a line and a curve in a cell of a notebook."""

from collections.abc import Callable
from contextlib import suppress
from time import perf_counter
from typing import Any

from autograd import views

SECONDS = 0.2  # between two pictures in a cell
SHARE = 0.05  # of the time, at most, that goes into pictures
WAITING = "compiling, or in the first epoch"  # numba takes seconds to compile


class Progress:
    """The course of so many epochs, where someone looks: at a terminal with tqdm, or a notebook."""

    def __init__(self, epochs: int, *, is_shown: bool) -> None:
        self._view: _Cell | _Bar | None = None
        if not is_shown:
            return
        display = views.notebook_display()
        if display is not None:
            self._view = _Cell(epochs, display)
            return
        with suppress(ImportError):
            self._view = _Bar(epochs)

    def epoch_done(self, loss: float, validation_loss: float | None = None) -> None:
        """Go on by an epoch, and say its mean loss, and that over validation data."""
        if self._view is not None:
            self._view.epoch_done(loss, validation_loss)

    def end(self) -> None:
        """Say that the training is over, be it before the last epoch."""
        if self._view is not None:
            self._view.is_over = True

    def close(self) -> None:
        """Leave what is to stay; of a training that is broken off that is more."""
        if self._view is not None:
            self._view.close()


class _Bar:
    """tqdm's, which is silent where standard error is no terminal."""

    def __init__(self, epochs: int) -> None:
        from tqdm import tqdm

        self._bar = tqdm(total=epochs, unit="epoch", disable=None)
        self.is_over = False

    def epoch_done(self, loss: float, validation_loss: float | None) -> None:
        self._bar.set_postfix_str(_told_losses(loss, validation_loss), refresh=False)
        self._bar.update()

    def close(self) -> None:
        self._bar.close()


class _Cell:
    """A line with the curve so far, which change in their place.

    Of a training that comes to its end the line stays: its result shows the curve.
    """

    def __init__(self, epochs: int, display: Callable[..., Any]) -> None:
        self.epochs = epochs
        self.is_over = epochs == 0
        self.is_closed = False
        self.losses: list[float] = []
        self.validation_losses: list[float] = []
        self.start = perf_counter()
        self.next_picture = self.start + SECONDS
        self._handle = display(self._bundle(), raw=True, display_id=True)

    def epoch_done(self, loss: float, validation_loss: float | None) -> None:
        self.losses.append(loss)
        self.is_over = len(self.losses) == self.epochs
        if validation_loss is not None:
            self.validation_losses.append(validation_loss)
        began = perf_counter()
        if began >= self.next_picture:
            self._handle.update(self._bundle(), raw=True)
            ended = perf_counter()
            self.next_picture = ended + max(SECONDS, (ended - began) / SHARE)

    def close(self) -> None:
        self.is_closed = True
        self._handle.update(self._bundle(with_curve=not self.is_over), raw=True)

    def _bundle(self, *, with_curve: bool = True) -> dict[str, str]:
        """What the cell is to show, as HTML and as text."""
        told = self._told()
        losses = self.losses if with_curve else []
        html = views.course(told, losses, self.validation_losses, self.epochs)
        return {"text/html": html, "text/plain": told}

    def _told(self) -> str:
        count = f"epoch {len(self.losses):,} of {self.epochs:,}"
        if not self.losses:
            return count if self.is_over or self.is_closed else f"{count}: {WAITING}"
        latest = self.validation_losses[-1] if self.validation_losses else None
        seconds = perf_counter() - self.start
        return f"{count}, {_told_losses(self.losses[-1], latest)}, {seconds:.1f} s"


def _told_losses(loss: float, validation_loss: float | None) -> str:
    validation = "" if validation_loss is None else f", validation {validation_loss:.4g}"
    return f"loss {loss:.4g}{validation}"
