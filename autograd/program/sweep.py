"""The loop over a tape, forward and back: its text, written from the rows, and as machine code.

The text is Python, with a branch for each row, and nothing in it belongs to one graph: it is
compiled once for all graphs, and kept on disk. `print(text_of_sweep(TABLE))` shows it.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

from autograd.core.notation import FINITE, PYTHON
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, Row
from autograd.extras import extra
from autograd.program.machine import compiled_for_good, known_to_numba
from autograd.program.tape import Tape, numbered


class SampledTape(NamedTuple):
    """Samples, a row of numbers each, with the tape that is swept at them."""

    tape: Tape
    samples: Any
    which: Any  # of each sample, which output is its loss; or one for all
    term: int  # which output is added to the mean; or -1


def sampled(tape: Tape, samples: Any) -> SampledTape:
    """Samples with the tape whose first output is the loss of each."""
    numpy = extra("numpy", "fast")
    return SampledTape(tape, numpy.asarray(samples, float), numpy.zeros(1, numpy.int64), -1)


# Arrays are copied number by number: for `values[:n] = leaves` numba compiles the words of an error
# as well, for seconds.
_SWEEP = '''\
# Over {types}


@compiled
def run(taped, batch, leaves):
    """The mean loss and the mean gradients over samples[place] for place in batch."""
    tape = taped.tape
    inputs = tape.inputs
    which = taped.which
    for i in range(len(leaves)):
        tape.values[inputs + i] = leaves[i]
    loss = -0.0
    gradients = zeros(tape.parameters)
    gradients[:] = -0.0
    for place in batch:
        for i in range(inputs):
            tape.values[i] = taped.samples[place, i]
        output = which[place] if len(which) > 1 else which[0]
        loss += swept(tape, output)
        for i in range(len(gradients)):
            gradients[i] += tape.adjoints[inputs + i]
    loss = loss / len(batch)
    for i in range(len(gradients)):
        gradients[i] = gradients[i] / len(batch)
    if taped.term >= 0:
        loss += swept(tape, taped.term)
        for i in range(len(gradients)):
            gradients[i] += tape.adjoints[inputs + i]
    return loss, gradients


@compiled
def swept(tape, output):
    """The value of an output, after a sweep forward and back over its range."""
    place = tape.outputs[output]
    forward(tape, tape.firsts[output], place - tape.untouched.shape[1] + 1)
    backward(tape, output)
    return tape.values[place]


@compiled
def each(taped, leaves, with_gradients):
    """The outputs at each sample, and the derivatives of each by all inputs and parameters."""
    tape = taped.tape
    inputs = tape.inputs
    for i in range(len(leaves)):
        tape.values[inputs + i] = leaves[i]
    samples = len(taped.samples)
    outputs = len(tape.outputs)
    values = zeros((samples, outputs))
    gradients = zeros((samples, outputs if with_gradients else 0, inputs + tape.parameters))
    for place in range(samples):
        for i in range(inputs):
            tape.values[i] = taped.samples[place, i]
        forward(tape, 0, len(tape.codes))
        for output in range(outputs):
            values[place, output] = tape.values[tape.outputs[output]]
        for output in range(outputs if with_gradients else 0):
            backward(tape, output)
            for i in range(inputs + tape.parameters):
                gradients[place, output, i] = tape.adjoints[i]
    return values, gradients


@compiled
def forward(tape, first, end):
    """Compute the value of each operation of a range, and its local derivatives."""
    codes = tape.codes
    starts = tape.starts
    operands = tape.operands
    values = tape.values
    partials = tape.partials
    results = tape.untouched.shape[1]
    for node in range(first, end):
        code = codes[node]
        start = starts[node]
{branches}


@compiled
def backward(tape, output):
    """Add adjoint × local derivative to the adjoint of each operand, from an output down."""
    starts = tape.starts
    flows = tape.flows
    shift = tape.shifts[output]
    first = tape.firsts[output]
    untouched = tape.untouched[output]
    operands = tape.operands
    partials = tape.partials
    adjoints = tape.adjoints
    results = len(untouched)
    place = tape.outputs[output]
    for i in range(results):
        adjoints[i] = untouched[i]
    for node in range(first, place - results):
        adjoints[results + node] = -0.0
    adjoints[place] = 1.0
    for node in range(place - results, first - 1, -1):
        adjoint = adjoints[results + node]
        for slot in range(starts[node], starts[node] + flows[shift + node]):
            adjoints[operands[slot]] += adjoint * partials[slot]


@compiled
def finite(x):
    """A number; where there is none, Python has to say what it is."""
    if not isfinite(x):
        raise ValueError
    return x
'''

# The rows that are made for a number of operands, added from left to right as these say.
_OF_MANY = {
    "affine": """\
width = (starts[node + 1] - start) // 2
out = -0.0
for slot in range(start, start + width):
    x = values[operands[slot]]
    w = values[operands[slot + width]]
    out += x * w
    partials[slot] = w
    partials[slot + width] = x
partials[start + 2 * width] = 1.0
values[results + node] = out + values[operands[start + 2 * width]]
""",
    "total": """\
out = -0.0
for slot in range(start, starts[node + 1]):
    out += values[operands[slot]]
    partials[slot] = 1.0
values[results + node] = out
""",
    "mean": """\
width = starts[node + 1] - start
out = -0.0
for slot in range(start, start + width):
    out += values[operands[slot]]
    partials[slot] = 1.0 / width
values[results + node] = out / width
""",
}


class Sweeper(NamedTuple):
    """The functions of the text for tapes of some rows, which machine code may call too."""

    run: Callable[[SampledTape, Any, Any], tuple[float, Any]]
    each: Callable[[SampledTape, Any, bool], tuple[Any, Any]]


@lru_cache(32)
def sweeper(rows: tuple[Row, ...]) -> Sweeper:
    """What sweeps over tapes of these rows."""
    zeros = extra("numpy", "fast").zeros
    functions = known_to_numba(FUNCTIONS)
    known = {**functions, **CONSTANTS, "isfinite": isfinite, "zeros": zeros}
    scope = compiled_for_good("sweep", text_of_sweep(rows), known)
    return Sweeper(scope["run"], scope["each"])


def text_of_sweep(rows: Iterable[Row]) -> str:
    """The text of the loop for tapes of these rows."""
    branches: list[str] = []
    for row, code in numbered(rows).items():
        lines = _OF_MANY[row].splitlines() if isinstance(row, str) else _lines(row)
        name = row if isinstance(row, str) else row.name
        branches += [f"{'elif' if branches else 'if'} code == {code}:  # {name}"]
        branches += [f"    {line}" for line in lines]
    text = "\n".join(f"        {line}" for line in branches)
    return _SWEEP.format(types=" and ".join(map(_told, (SampledTape, Tape))), branches=text)


def _told(kind: Any) -> str:
    """A type with its fields: what numba keeps of a text holds for these."""
    return f"{kind.__module__}.{kind.__qualname__}({', '.join(kind._fields)})"


def _lines(row: Row) -> Iterator[str]:
    """Read the operands of a row, compute with them, and store the partials and the value.

    Each name has the row's behind it: of a name that branches share numba compiles a sixth longer.
    """
    computed = row.computed
    steps = [name for name, _ in computed.steps]
    names = {name: f"{name}_{row.name}" for name in (*row.operands, *steps, "out")}
    for slot, name in enumerate(row.operands):
        yield f"{names[name]} = values[operands[start + {slot}]]"
    for name, text in computed.steps:
        yield f"{names[name]} = {FINITE.written(text, names)}"
    yield f"{names['out']} = {FINITE.written(computed.primal, names)}"
    # A partial that is not finite matters only where it flows. In rows of ours machine code gives
    # then what Python records; others may divide by log2(0), which is a NaN to Python alone.
    partials = PYTHON if row in ROWS.values() else FINITE
    for slot, partial in enumerate(computed.partials):
        yield f"partials[start + {slot}] = {partials.written(partial, names)}"
    yield f"values[results + node] = {names['out']}"
