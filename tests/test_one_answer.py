"""Whatever people do between recording and running, each engine answers as eager does, or refuses.

The oracle is the code itself, run anew at the numbers in question: where a program is given, it has
to do what that does; where nothing left the graph, one has to be given.
"""

import copy
import math
import pickle
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from autograd import CompileError, Value, compile, draw, explain, fit
from autograd.core.graph import below
from autograd.core.rows import Row
from autograd.core.value import record
from autograd.derivatives import gradients
from tests import ALL_EXAMPLES
from tests.strategies import TAME
from tests.ways import WAYS

RUNS, STEPS = (400, 30) if ALL_EXAMPLES else (100, 20)
LABELS = ("x", "u", "v")


@dataclass(frozen=True)
class Look:
    """A number of an earlier node that reaches the code, in one of the ways there are."""

    place: int
    way: str


@dataclass(frozen=True)
class Code:
    """What a person wrote: operations on leaves, results, numbers, and numbers looked at."""

    steps: Sequence[tuple[Row, Sequence[Any]]]

    def run(self, leaves: Sequence[Value]) -> Value:
        nodes = list(leaves)
        for row, operands in self.steps:
            nodes.append(record(row, *[self.operand(x, nodes) for x in operands]))
        return nodes[-1]

    def operand(self, x: Any, nodes: Sequence[Value]) -> Any:
        if isinstance(x, Look):
            return math.tanh(WAYS[x.way](nodes[x.place]))  # which keeps large numbers moderate
        return nodes[x] if isinstance(x, int) else x

    @property
    def looks(self) -> bool:
        return any(isinstance(x, Look) for _, operands in self.steps for x in operands)


@st.composite
def codes(draw: Any) -> Code:
    steps: list[tuple[Row, list[Any]]] = []
    may_look = draw(st.sampled_from([False, False, True]))
    for _ in range(draw(st.integers(1, 5))):
        row = draw(st.sampled_from(TAME))
        last = len(LABELS) + len(steps) - 1
        places = st.integers(0, last)
        looks = st.builds(Look, places, st.sampled_from([*WAYS]))
        numbers = st.floats(-2.0, 2.0, allow_subnormal=False)
        operands = [draw(places)]
        for _ in row.operands[1:]:
            operands.append(draw(st.one_of(places, looks if may_look else numbers)))
        steps.append((row, operands))
    return Code(steps)


@dataclass
class Recorded:
    """A graph, the code that it was recorded from, and whether a number left meanwhile."""

    code: Code
    leaves: list[Value]
    root: Value
    is_looked_at: bool


@dataclass
class Net:
    """The same code as a network: of x, with the other leaves as parameters."""

    code: Code
    weights: list[Value] = field(default_factory=lambda: [Value(0.5, "u"), Value(-0.25, "v")])

    def parameters(self) -> list[Value]:
        return self.weights

    def __call__(self, x: Value) -> Value:
        return self.code.run([x, *self.weights])


numbers = st.lists(st.floats(-2.0, 2.0, allow_subnormal=False), min_size=3, max_size=3)
choices = st.integers(0, 10**6)


class Session(RuleBasedStateMachine):
    programs: ClassVar[int] = 0
    refusals: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.leaves: list[Value] = []
        self.recorded: list[Recorded] = []
        self.is_looked_at = False  # whether a number left since the leaves were made

    def pick(self, choice: int) -> Recorded:
        return self.recorded[choice % len(self.recorded)]

    @initialize(data=numbers)
    def begin(self, data: list[float]) -> None:
        self.make_leaves(data)

    @rule(data=numbers)
    def make_leaves(self, data: list[float]) -> None:
        self.leaves = [Value(x, label) for x, label in zip(data, LABELS, strict=True)]
        self.is_looked_at = False

    @rule(code=codes())
    def record(self, code: Code) -> None:
        root = code.run(self.leaves)
        self.is_looked_at |= code.looks
        self.recorded.append(Recorded(code, self.leaves, root, self.is_looked_at))

    @precondition(lambda self: self.recorded)
    @rule(way=st.sampled_from([*WAYS]), choice=choices)
    def look(self, way: str, choice: int) -> None:
        with suppress(ValueError):  # which explanations and derivatives raise if data changed
            WAYS[way](self.pick(choice).root)
        self.is_looked_at = True

    @rule(choice=choices, number=st.floats(-2.0, 2.0))
    def change_data(self, choice: int, number: float) -> None:
        self.leaves[choice % len(self.leaves)].data = number
        self.is_looked_at = True

    @precondition(lambda self: self.recorded)
    @rule(choice=choices)
    def draw_and_explain(self, choice: int) -> None:
        found = self.pick(choice)
        has_changed = "data changed" in draw(found.root).description
        with suppress(ValueError):
            explain(found.root)
            has_changed = not has_changed
        assert has_changed  # says one of the two, never both or neither
        self.is_looked_at = True

    @precondition(lambda self: self.recorded)
    @rule(choice=choices, by_pickle=st.booleans())
    def copy(self, choice: int, by_pickle: bool) -> None:
        found = self.pick(choice)
        both = (found.leaves, found.root)
        leaves, root = pickle.loads(pickle.dumps(both)) if by_pickle else copy.deepcopy(both)
        self.recorded.append(Recorded(found.code, leaves, root, found.is_looked_at))
        self.is_looked_at = True

    @precondition(lambda self: self.recorded)
    @rule(choice=choices, count=st.integers(1, 3), data=numbers)
    def compile(self, choice: int, count: int, data: list[float]) -> None:
        self.check_program(self.pick(choice), count, data)

    def teardown(self) -> None:
        for i, found in enumerate(self.recorded):
            self.check_program(found, 1 + i % 3, [0.75, -1.25, 0.5])

    def check_program(self, found: Recorded, count: int, data: list[float]) -> None:
        """Compile for some of the leaves as inputs, and compare with the code at other numbers."""
        _, below_root = below(found.root)
        inputs = [leaf for leaf in found.leaves[:count] if leaf in below_root]
        try:
            program = compile(found.root, inputs)
        except CompileError:
            Session.refusals += 1
            if not found.is_looked_at:
                raise
            return
        moved = dict(zip(inputs, data, strict=False))
        fresh = {leaf: Value(moved.get(leaf, leaf._data)) for leaf in found.leaves}
        root = found.code.run([*fresh.values()])
        by = [fresh[leaf] for leaf in program.parameters]
        assert program(*moved.values()) == (root._data, gradients(root, by))
        Session.programs += 1

    @rule(code=codes(), seed=st.integers(0, 3))
    def fit(self, code: Code, seed: int) -> None:
        ends: list[Any] = []
        for engine in ("eager", "auto", "python"):
            net = Net(code)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)
                    fit(net, [0.5, -1.0, 2.0], [0.25, 0.0, 1.0], batch_size=2, epochs=2, seed=seed,
                        learning_rate=0.05, engine=engine)  # fmt: skip
            except CompileError:
                if engine != "python" or not code.looks:
                    raise
                continue
            except ValueError as error:
                if "no gradient reaches" not in str(error):
                    raise
                ends.append(str(error))
                continue
            ends.append([weight._data for weight in net.weights])
        assert ends == [ends[0]] * len(ends)
        self.is_looked_at = True


def test_each_engine_answers_as_eager_does_or_refuses() -> None:
    Session.programs = Session.refusals = 0
    run_state_machine_as_test(
        Session, settings=settings(max_examples=RUNS, stateful_step_count=STEPS)
    )
    assert Session.programs > RUNS / 4
    assert Session.refusals > RUNS / 10
