"""A recorded graph as flat arrays, for one loop that sweeps over graphs of any shape and size.

`Tape` is the layout, here and nowhere else: what writes tapes and what sweeps over them, by numba
or in C, go by it. A tape has no names and no text. Recording one takes less than a microsecond a
node, where a text takes 25 to write and compile.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from autograd.core.graph import below, below_all
from autograd.core.rows import ROWS, SLOPES, Row
from autograd.core.value import Value
from autograd.extras import extra

# Rows made for a number of operands: one code each, whatever their width.
WIDE = ("affine", "total", "mean")
TABLE = tuple(row for row in ROWS.values() if row.partials and row not in SLOPES)

# The adjoint of what nothing has reached: the zero that changes no number it is added to.
UNREACHED = -0.0


class Tape(NamedTuple):
    """A graph, and what a sweep over it works in.

    Each number has a place: first those of the inputs, then of the other leaves, parameters before
    those that stay, then of the results, operands before what is made of them, last of the plain
    numbers. All arrays of numbers are 64-bit floats. With n operations, m operands in all of
    them and p places:
    """

    codes: Any  # n × uint16: which row each operation is, see `numbered`
    starts: Any  # (n + 1) × int64: where its operands begin; at the end m
    flows: Any  # n × int32: to how many of its operands, the first ones, a derivative flows; or
    # that for the range of each output, one behind the other, where outputs differ
    shifts: Any  # int64: of each output, where its flows begin, less its first operation; or 0
    operands: Any  # m × int32: the place of each operand
    values: Any  # p numbers; those of constants are there from the start
    partials: Any  # m numbers: the local derivative by each operand, as far as one flows
    adjoints: Any  # p numbers
    untouched: Any  # of each output, of inputs and other leaves, the adjoint to begin with: 0
    # where none arrives
    inputs: int  # how many
    parameters: int  # how many; in `untouched` they come after the inputs
    outputs: Any  # int64: their places
    firsts: Any  # int64: of each output, the first operation that it depends on


def numbered(rows: Iterable[Row]) -> dict[Row | str, int]:
    """The code of each row of a loop; those made for a number of operands go by their name."""
    kinds: list[Row | str] = [*WIDE, *rows]
    return {kind: code for code, kind in enumerate(kinds)}


def rows_of_loop(used: Iterable[Row]) -> tuple[Row, ...]:
    """The rows of the loop for a graph: our table, and those beyond it, if they are used.

    Beyond it are all slopes together, which second derivatives have: they take as long to compile
    as the table; and rows of one's own.
    """
    beyond = {row for row in used if row.name not in WIDE}.difference(TABLE)
    slopes = () if beyond.isdisjoint(SLOPES) else SLOPES
    own = sorted(beyond.difference(SLOPES), key=_texts)
    return (*TABLE, *slopes, *own)


def _texts(row: Row) -> tuple[Any, ...]:
    return row.name, row.operands, row.computed


def record_tape(
    outputs: Sequence[Value],
    columns: Sequence[Sequence[Value]],
    parameters: Sequence[Value],
    constants: Sequence[Value] = (),
) -> tuple[Tape, tuple[Row, ...]]:
    """Write the graph of some outputs as a tape, and say which rows its loop needs.

    All leaves below them are among `columns`, the inputs that stand at each place, several where
    graphs have their own; `parameters`; and `constants`, which are those that stay.
    Raises ModuleNotFoundError without NumPy.
    """
    numpy = extra("numpy", "fast")
    operations, _ = below_all(outputs)
    leaves = [*columns, *([leaf] for leaf in (*parameters, *constants))]
    place: dict[Any, int] = {leaf: i for i, column in enumerate(leaves) for leaf in column}
    place.update((node, i) for i, node in enumerate(operations, start=len(leaves)))
    places = len(leaves) + len(operations)
    operands, numbers = _placed(operations, place, places)
    firsts, untouched = _reached_by_each(outputs, place, len(leaves))
    distinct: dict[Row, int] = {}
    kinds = [distinct.setdefault(node.op, len(distinct)) for node in operations]
    kind = numpy.array(kinds, numpy.int64)
    rows = rows_of_loop(distinct)
    code = numbered(rows)
    codes = [code[row.name if row.name in WIDE else row] for row in distinct]
    widths = [len(row.operands) for row in distinct]
    flows = [len(row.partials) for row in distinct]
    tape = Tape(
        codes=numpy.array(codes, numpy.uint16)[kind],
        starts=numpy.append(0, numpy.cumsum(numpy.array(widths, numpy.int64)[kind])),
        flows=numpy.array(flows, numpy.int32)[kind],
        shifts=numpy.zeros(len(outputs), numpy.int64),
        operands=numpy.array(operands, numpy.int32),
        values=numpy.array([0.0] * places + numbers),
        partials=numpy.zeros(len(operands)),
        adjoints=numpy.zeros(places + len(numbers)),
        untouched=untouched,
        inputs=len(columns),
        parameters=len(parameters),
        outputs=numpy.array([place[output] for output in outputs], numpy.int64),
        firsts=firsts,
    )
    return (_closed(tape) if _has_conditions(tape, places) else tape), rows


def _reached_by_each(
    outputs: Sequence[Value], place: dict[Any, int], leaves: int
) -> tuple[Any, Any]:
    """The first operation below each output, and the adjoints of leaves to begin with.

    The way back ends at the first operation, past them all for a leaf: of residuals recorded one
    after the other each has its own range.
    """
    numpy = extra("numpy", "fast")
    firsts = numpy.empty(len(outputs), numpy.int64)
    untouched = numpy.zeros((len(outputs), leaves))
    for i, output in enumerate(outputs):
        operations, leaves_below = below(output)
        first = min([place[node] for node in operations], default=len(place))
        firsts[i] = first - leaves
        untouched[i, [place[leaf] for leaf in leaves_below]] = UNREACHED
    return firsts, untouched


def is_same(tape: Tape, other: Tape) -> bool:
    """Whether two tapes that were not swept yet have one graph, with the same constants."""
    numpy = extra("numpy", "fast")
    pairs = zip(tape, other, strict=True)
    return all(numpy.array_equal(a, b, equal_nan=True) for a, b in pairs)


def _placed(
    operations: Iterable[Value], place: dict[Any, int], first: int
) -> tuple[list[int], list[float]]:
    """The places of all operands, and the constants among them, each at a place from `first` on."""
    constants: list[float] = []

    def place_for(constant: float) -> int:
        constants.append(constant)
        return first + len(constants) - 1

    places = [
        place_for(operand) if operand.__class__ is float else place[operand]
        for node in operations
        for operand in node.operands
    ]
    return places, constants


def _has_conditions(tape: Tape, first_constant: int) -> bool:
    """Whether an operand to which no derivative flows, as to the condition of `where`, varies."""
    numpy = extra("numpy", "fast")
    widths = numpy.diff(tape.starts)
    slots = numpy.arange(len(tape.operands)) - numpy.repeat(tape.starts[:-1], widths)
    takes_no_flow = slots >= numpy.repeat(tape.flows, widths)
    return bool((tape.operands[takes_no_flow] < first_constant).any())


def _closed(tape: Tape) -> Tape:
    """The tape on which nothing flows from what only conditions read, not even 0 · inf.

    Nothing flows to it either.
    """
    numpy = extra("numpy", "fast")
    leaves = tape.untouched.shape[1]
    untouched = numpy.zeros_like(tape.untouched)
    pieces = []
    for i, (flows, reached) in enumerate(_reached_from_each(tape)):
        pieces.append(numpy.array(flows, numpy.int32))
        untouched[i, [place for place in reached if place < leaves]] = UNREACHED
    ends = numpy.cumsum([len(piece) for piece in pieces], dtype=numpy.int64)
    starts = numpy.append(0, ends[:-1])
    return tape._replace(
        flows=numpy.concatenate(pieces), shifts=starts - tape.firsts, untouched=untouched
    )


def _reached_from_each(tape: Tape) -> Iterator[tuple[list[int], set[int]]]:
    """Of each output the flows on the way back from it, over its range, and the places reached."""
    starts = tape.starts.tolist()
    operands = tape.operands.tolist()
    flows = tape.flows.tolist()
    leaves = tape.untouched.shape[1]
    for output, first in zip(tape.outputs.tolist(), tape.firsts.tolist(), strict=True):
        reached = {output}
        found = []
        for i in range(output - leaves, first - 1, -1):
            flow = flows[i] if leaves + i in reached else 0
            reached.update(operands[starts[i] : starts[i] + flow])
            found.append(flow)
        yield found[::-1], reached
