"""What a training gives: its steps, its epochs, and in the end its losses and how it ran."""

from dataclasses import dataclass
from typing import NamedTuple

from autograd import views


class Batch(NamedTuple):
    """One finished step: `epoch` and `step` count from 0; `loss` is the mean before the step.

    It is the mean over the `size` samples of the batch.
    """

    epoch: int
    step: int
    loss: float
    size: int


class Epoch(NamedTuple):
    """One finished epoch, which count from 0.

    `loss` is the mean over its samples as they were met, `validation_loss` that over the validation
    data after it, None without such data.
    """

    epoch: int
    loss: float
    validation_loss: float | None


@dataclass(frozen=True, repr=False, kw_only=True)
class Fit:
    """A training that has ended: what `fit` gives.

    `losses` are the mean losses of the epochs, each over its samples as they were met;
    `validation_losses` are those over the validation data after each epoch, none where there are
    no such data. `seconds` is how long the training took, compiling included, `engine` what ran it,
    and `why` says in a sentence why that one. `stopped` says whether `on_epoch` ended it early.
    """

    losses: list[float]
    validation_losses: list[float]
    seconds: float
    engine: str
    why: str
    stopped: bool = False

    def __repr__(self) -> str:
        if not self.losses:
            return f"<Fit of 0 epochs, by {self.engine}>"
        count = len(self.losses)
        epochs = f"{count} epoch{'s' if count > 1 else ''}"
        course = f"loss {self.losses[0]:.4g} → {self.losses[-1]:.4g}"
        return f"<Fit of {epochs}, {course}, in {self.seconds:.3g} s by {self.engine}>"

    _repr_html_ = views.of_fit
