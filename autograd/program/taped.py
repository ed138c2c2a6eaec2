"""A graph that is swept as flat arrays: by machine code of numba's, or where that is not, in C."""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol

from autograd.core.graph import below_all
from autograd.core.native.loading import BUILD, native, new_tape
from autograd.core.rows import ROWS, Row
from autograd.core.value import Value
from autograd.extras import extra, how_to_install
from autograd.program import tape as tapes
from autograd.program.sweep import sampled, sweeper
from autograd.program.tape import Tape, record_tape

HAS_NUMBA = find_spec("numba") is not None
WIDE = ("affine", "total", "mean")


class OwnRowError(ModuleNotFoundError):
    """A graph has a row of one's own, which C does not sweep, and there is no numba."""


class Swept(Protocol):
    """A graph as flat arrays, and what sweeps over them."""

    def run(self, samples: Any, batch: Any, leaves: Any) -> tuple[float, tuple[float, ...]]:
        """The mean loss and gradients over samples[place] for place in batch, of the first output.

        Raises ValueError where a number of a row is not finite, or is for Python to compute.
        """

    def each(self, samples: Any, leaves: Any, with_gradients: bool = True) -> tuple[Any, Any]:
        """values[sample][output], and gradients[sample][output] by the inputs, then parameters.

        Without gradients their lists are empty. Raises alike.
        """

    def is_same(self, other: Any) -> bool:
        """Whether another one that was not swept yet has the same graph and constants."""


class ByNumba(NamedTuple):
    """A tape in arrays of NumPy's, and the rows of the loop over it."""

    tape: Tape
    rows: tuple[Row, ...]

    def run(self, samples: Any, batch: Any, leaves: Any) -> tuple[float, tuple[float, ...]]:
        numpy = extra("numpy", "fast")
        taped = sampled(self.tape, samples)
        sweep = sweeper(self.rows)
        loss, gradients = sweep.run(taped, numpy.asarray(batch), numpy.asarray(leaves, float))
        return loss, tuple(gradients.tolist())

    def each(self, samples: Any, leaves: Any, with_gradients: bool = True) -> tuple[Any, Any]:
        numpy = extra("numpy", "fast")
        taped = sampled(self.tape, samples)
        return sweeper(self.rows).each(taped, numpy.asarray(leaves, float), with_gradients)

    def is_same(self, other: Any) -> bool:
        return self.rows == other.rows and tapes.is_same(self.tape, other.tape)


def taped(
    outputs: Sequence[Value],
    inputs: Sequence[Value],
    parameters: Sequence[Value],
    constants: Sequence[Value],
) -> Swept:
    """Lay out the graph of some outputs for sweeps; the three lists hold all leaves below them.

    Raises ModuleNotFoundError where there is nothing to sweep it: `OwnRowError` if C sweeps others.
    """
    if HAS_NUMBA:
        columns = [[leaf] for leaf in inputs]
        return ByNumba(*record_tape(outputs, columns, parameters, constants))
    if not native:
        ways = f"numba ({how_to_install('fast')}), or the C of Value: {BUILD}"
        raise ModuleNotFoundError(f"tapes are swept by {ways}")
    return taped_in_c(outputs, inputs, parameters, constants)


def taped_in_c(
    outputs: Sequence[Value],
    inputs: Sequence[Value],
    parameters: Sequence[Value],
    constants: Sequence[Value],
) -> Swept:
    """The same for C, which needs no second to compile its loop; OwnRowError for other rows."""
    operations, _ = below_all(outputs)
    tape = new_tape([*outputs], operations, [*inputs], [*parameters], [*constants])
    if tape is None:
        raise OwnRowError(_told(node.op for node in operations))
    return tape  # type: ignore[no-any-return]  # of C


def _told(rows: Iterable[Row]) -> str:
    own = [row.name for row in rows if ROWS.get(row.name) is not row and row.name not in WIDE]
    by_pip = how_to_install("fast")
    ways = "C does not; engine='python' and backward() run it"
    return f"{own[0]} is a row of one's own: numba sweeps it ({by_pip}), {ways}"
