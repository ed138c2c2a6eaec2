"""How far a training is, on a terminal."""

from contextlib import suppress
from typing import Any


class Progress:
    """A bar of so many epochs, where tqdm is installed and someone looks at a terminal."""

    def __init__(self, epochs: int, *, is_shown: bool) -> None:
        self._bar: Any = None
        with suppress(ImportError):
            from tqdm import tqdm

            self._bar = tqdm(total=epochs, unit="epoch", disable=None if is_shown else True)

    def epoch_done(self, loss: float, validation_loss: float | None = None) -> None:
        """Go on by an epoch, and say its mean losses."""
        if self._bar is not None:
            self._bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
            self._bar.update()

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()
