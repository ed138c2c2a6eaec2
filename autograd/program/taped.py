"""A graph that is swept as flat arrays: by machine code of numba's, or where that is not, in C."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol

from autograd.core.graph import below
from autograd.core.native.loading import BUILD, native, new_tape
from autograd.core.rows import Row
from autograd.core.value import Value
from autograd.extras import extra
from autograd.program import tape as tapes
from autograd.program.sweep import SampledTape, sweeper
from autograd.program.tape import Tape, record_tape

HAS_NUMBA = find_spec("numba") is not None
_NUMBA = "numba, which pip install 'scalar-autograd[fast]' brings"


class Swept(Protocol):
    """A graph as flat arrays, and what sweeps over them."""

    def run(self, samples: Any, batch: Any, leaves: Any) -> tuple[float, tuple[float, ...]]:
        """The mean loss and gradients over samples[place] for place in batch."""

    def is_same(self, other: Any) -> bool:
        """Whether another one that was not swept yet has the same graph and constants."""


class ByNumba(NamedTuple):
    """A tape in arrays of NumPy's, and the rows of the loop over it."""

    tape: Tape
    rows: tuple[Row, ...]

    def run(self, samples: Any, batch: Any, leaves: Any) -> tuple[float, tuple[float, ...]]:
        numpy = extra("numpy", "fast")
        taped = SampledTape(self.tape, numpy.asarray(samples, float))
        sweep = sweeper(self.rows)
        loss, gradients = sweep(taped, numpy.asarray(batch), numpy.asarray(leaves, float))
        return loss, tuple(gradients.tolist())

    def is_same(self, other: Any) -> bool:
        return self.rows == other.rows and tapes.is_same(self.tape, other.tape)


def taped(
    loss: Value,
    inputs: Sequence[Value],
    parameters: Sequence[Value],
    constants: Sequence[Value],
) -> Swept:
    """Lay out the graph of a loss for sweeps; all leaves below it are among the three lists.

    Raises ModuleNotFoundError where there is nothing to sweep it.
    """
    if HAS_NUMBA:
        return ByNumba(*record_tape(loss, inputs, parameters, constants))
    if not native:
        raise ModuleNotFoundError(f"tapes are swept by {_NUMBA}, or by the C of Value: {BUILD}")
    operations, _ = below(loss)
    tape = new_tape(loss, operations, [*inputs], [*parameters], [*constants])
    if tape is None:
        raise ModuleNotFoundError(f"rows of one's own are swept by {_NUMBA}, and not in C")
    return tape  # type: ignore[no-any-return]  # of C
