"""Whether the graph of one sample is the program of all of its kind."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from autograd.core.graph import below
from autograd.core.rows import LEAF
from autograd.core.tracking import departures, peek, what_left
from autograd.core.value import Value
from autograd.nn.objective import Objective
from autograd.nn.samples import Example, Kind, Known
from autograd.nn.targets import asks_for_numbers
from autograd.program.compiling import laid_out
from autograd.program.errors import CompileError
from autograd.program.program import Program

# How often a sample is recorded: what no generator within reach decides, such as the time, shows
# as a graph that differs; more often where something is counted, which may come to matter later.
FEWEST = 3
MOST = 30
MOST_KINDS = 100  # of samples, each with a graph of its own

_BY_NUMBERS = "net or loss takes a target or an input as a plain number, which no graph records"
_FROZEN = "while a sample was recorded: a program would keep what followed as it was at first"


class NumberLeftError(CompileError):
    """Network or loss asked for a number: another number may make another graph."""


class Recorded(NamedTuple):
    """A program for each kind of samples, and that of the term outside the mean.

    Where there is one kind, its program has the term.
    """

    programs: dict[Kind, Program[Any]]
    term: Program[Any] | None
    known: Known

    def kind(self, example: Example) -> Kind:
        """The kind of an example, whose program is its own."""
        return Kind.of(example, self.known)


def recorded(objective: Objective, others: Sequence[Example], trained: list[Value]) -> Recorded:
    """The programs of the graphs of an objective's examples and of others, by `trained`.

    A graph is that of all samples of one length. Where network or loss ask for a number, as an
    index, say, it is that of all samples of one target, of the same whole inputs, or of both.
    Raises CompileError if none of these holds, or there are too many kinds.
    """
    trouble: list[str] = []
    for known in Known:
        firsts: dict[Kind, Example] = {}
        for example in (*objective.examples, *others):
            firsts.setdefault(Kind.of(example, known), example)
        if len(firsts) > MOST_KINDS:
            trouble.append(
                f"with a graph for {known.value} there are more than {MOST_KINDS} graphs"
            )
            continue
        try:
            with objective.surroundings.restored():
                return _recorded(objective, firsts, trained, known)
        except NumberLeftError as error:
            trouble.append(str(error))
        except (AttributeError, LookupError, TypeError):
            if known is Known.NOTHING:
                raise
            # The loss wants Values where this way gives it numbers.
    raise CompileError("; ".join(dict.fromkeys(trouble)))


def _recorded(
    objective: Objective, firsts: dict[Kind, Example], trained: list[Value], known: Known
) -> Recorded:
    term = None
    if objective.plus is not None:
        term, _ = _recorded_alike(objective, trained, lambda: (objective.record_term(), []))
    is_one_kind = len({Kind.of(example, known) for example in objective.examples}) == 1
    programs = {}
    for kind, example in firsts.items():
        loss, leaves = _loss_recorded_alike(objective, trained, example, kind)
        plus = term if is_one_kind else None
        programs[kind] = laid_out(loss, leaves, trained, plus)
    if asks_for_numbers(objective, known):
        raise NumberLeftError(_BY_NUMBERS)
    if term is None or is_one_kind:
        return Recorded(programs, None, known)
    return Recorded(programs, laid_out(term, [], trained), known)


def _loss_recorded_alike(
    objective: Objective, trained: list[Value], example: Example, kind: Kind
) -> tuple[Value, list[Value]]:
    try:
        loss, leaves = _recorded_alike(objective, trained, lambda: objective.record(example, kind))
    except (AttributeError, KeyError, TypeError):
        if kind.y.count(None) and objective.takes_numbers:
            raise NumberLeftError(_BY_NUMBERS) from None
        raise
    if loss.op is LEAF:
        raise CompileError(f"the loss of {example.name} is a number, which nothing moves")
    return loss, leaves


def _recorded_alike(
    objective: Objective,
    trained: list[Value],
    record: Callable[[], tuple[Value, list[Value]]],
) -> tuple[Value, list[Value]]:
    """A graph, and the leaves of a sample's numbers in it, after recordings that were all alike.

    Raises CompileError if another sample, or the same one at another time, may have another graph.
    """
    surroundings = objective.surroundings
    draws = surroundings.draws()
    counts = surroundings.counts()
    before = departures()
    root, leaves = record()
    shape = _shape(root, leaves, trained)
    times = 1
    may_change = False
    while times < FEWEST or (may_change and times < MOST):
        root, leaves = record()
        if _shape(root, leaves, trained) != shape:
            raise CompileError("one sample recorded twice gives two graphs, as with random numbers")
        times += 1
        may_change = surroundings.has_iterators or surroundings.counts() != counts
    left = what_left(before, departures())
    if left:
        raise NumberLeftError(f"{left} {_FROZEN}")
    if surroundings.draws() != draws:
        raise CompileError(f"random numbers were drawn {_FROZEN}")
    return root, leaves


_Part: TypeAlias = tuple[str, tuple[str, ...], tuple[Any, ...]]  # primal, partials, operands


def _shape(root: Value, leaves: Sequence[Value], trained: Sequence[Value]) -> list[_Part]:
    """A graph without its numbers: two recordings are one program if these are equal.

    An operand is told by its place, a parameter by itself, any other leaf by its number.
    """
    operations, others = below(root)
    moved = set(trained)
    known: dict[Value, Any] = {x: x if x in moved else repr(peek(x)) for x in others}
    known |= {leaf: -1 - i for i, leaf in enumerate(leaves)}
    parts = []
    for i, node in enumerate(operations):
        known[node] = i
        operands = tuple(repr(x) if isinstance(x, float) else known[x] for x in node.operands)
        parts.append((node.op.primal, node.op.partials, operands))
    return parts
