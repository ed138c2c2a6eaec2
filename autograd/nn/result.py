"""What a training gives: its steps, its epochs, and in the end its losses and how it ran."""

from dataclasses import dataclass
from typing import NamedTuple

from autograd import views


class Batch(NamedTuple):
    """One step of a training: what `batches` gives.

    Attributes:

    - `epoch`: the epoch of the step, from 0.
    - `step`: the place of the step in its epoch, from 0.
    - `loss`: the mean loss over the batch, before the step.
    - `size`: the number of samples in the batch.

    >>> from autograd import MLP, batches
    >>> steps = [*batches(MLP(1, [1], seed=0), [0.0, 1.0, 2.0], [1.0, 3.0, 5.0], epochs=2)]
    >>> [(batch.epoch, batch.step, batch.size) for batch in steps]
    [(0, 0, 3), (1, 0, 3)]
    """

    epoch: int
    step: int
    loss: float
    size: int


class Epoch(NamedTuple):
    """One epoch of a training: what `fit` calls `on_epoch` with.

    Attributes:

    - `epoch`: which one it is, from 0.
    - `loss`: the mean loss over all samples, each taken before the step of its batch.
    - `validation_loss`: the mean loss over the validation data after the epoch; None without such
      data.

    >>> from autograd import MLP, fit
    >>> def watch(epoch):
    ...     print(f"epoch {epoch.epoch}: loss {epoch.loss:.3f}")
    ...     return epoch.loss < 0.5
    >>> run = fit(MLP(1, [1], seed=0), [0.0, 1.0], [1.0, 3.0], epochs=9, on_epoch=watch)
    epoch 0: loss 1.066
    epoch 1: loss 0.129
    """

    epoch: int
    loss: float
    validation_loss: float | None


@dataclass(frozen=True, repr=False, kw_only=True)
class Fit:
    """A training that has ended: what `fit` gives.

    A notebook shows it as a curve of the losses.

    Attributes:

    - `losses`: the mean loss of each epoch, over all samples, each taken before the step of its
      batch.
    - `validation_losses`: the mean loss over the validation data after each epoch; empty without
      such data.
    - `seconds`: how long the training took, in seconds, with the time to compile.
    - `engine`: the engine that ran it: "python", "numba", "tape" or "eager".
    - `why`: a sentence that says why this engine.
    - `stopped`: whether `on_epoch` ended the training before its last epoch.

    >>> from autograd import MLP, fit
    >>> run = fit(MLP(1, [1], seed=0), [0.0, 1.0], [1.0, 3.0], epochs=5)
    >>> print(" ".join(f"{loss:.3f}" for loss in run.losses), run.stopped)
    1.066 0.129 0.017 0.003 0.001 False
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
