"""Programs of several outputs, over samples one by one, with a vector, with a term of their own.

All are the same numbers, bit for bit: those of each output alone, of each sample alone, of the
leaves moved by hand, of both terms added by hand. The text of a program with a term adds the
derivatives of both as a person would.
"""

import copy
import math
import pickle
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import CompileError, DomainError, Program, Value, compile, grad
from autograd.core.graph import below
from autograd.core.native.loading import native
from autograd.core.tracking import peek
from autograd.program import engines, mapping, taped
from autograd.program.mapping import Mapped, Results
from autograd.program.points import Point
from tests.strategies import Graph, draw_of_all_rows, examples, graphs

IN_C = pytest.param("tape in C", marks=pytest.mark.skipif(not native, reason="Value is in Python"))
SEEDS = st.integers(0, 2**32).map(random.Random)


class Drawn:
    """A random graph: its leaves, the first of them inputs, and its last operations as outputs."""

    def __init__(self, graph: Graph, rng: random.Random) -> None:
        self.leaves = [Value(x, f"x{i}") for i, x in enumerate(graph.numbers)]
        root = graph.build(self.leaves)
        operations = below(root)[0]
        self.outputs = operations[-rng.randint(1, 3) :]
        rng.shuffle(self.outputs)
        used = set().union(*(below(output)[1] for output in self.outputs))
        self.used = [leaf for leaf in self.leaves if leaf in used]
        self.inputs = self.used[: rng.randint(0, len(self.used) - 1)]
        self.parameters = [leaf for leaf in self.used if leaf not in self.inputs]
        rng.shuffle(self.parameters)

    def program(self, engine: str) -> Program[Any]:
        return on(engine, compile(self.outputs, self.inputs, parameters=self.parameters))

    def sample(self) -> list[float]:
        return [leaf.data for leaf in self.inputs]


def on(engine: str, program: Program[Any]) -> Program[Any]:
    """The program by an engine; tapes in C take the place of those by numba."""
    return program.on(engine.removesuffix(" in C"))


@pytest.fixture(params=["python", "tape", IN_C])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """An engine that is ready at once."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param.endswith(" in C"):
            patch.setattr(taped, "HAS_NUMBA", False)
            patch.setitem(engines.ENGINES, "tape", engines.SweepingInC())
        yield request.param


def shown(numbers: Any) -> Any:
    """Numbers as texts, by which NaNs are alike, in lists."""
    if isinstance(numbers, list | tuple | np.ndarray):
        return [shown(x) for x in numbers]
    return repr(float(numbers) + 0.0)


def check_outputs(drawn: Drawn, engine: str) -> None:
    """Each output is what it is alone, with 0 for the parameters that are not below it."""
    answers = drawn.program(engine)(*drawn.sample())
    for output, value, row in zip(drawn.outputs, *answers, strict=True):
        assert repr(value) == repr(output.data)
        derivatives = grad(output, drawn.parameters, allow_unused=True)
        assert shown(row) == shown([*derivatives])


@examples(200)
@given(graph=graphs(), rng=SEEDS)
def test_each_of_several_outputs_is_what_it_is_alone(graph: Graph, rng: random.Random) -> None:
    check_outputs(Drawn(graph, rng), "python")


@examples(100)
@given(rng=SEEDS)
def test_each_of_several_outputs_on_a_tape(rng: random.Random) -> None:
    check_outputs(Drawn(draw_of_all_rows(rng), rng), "tape")


@examples(8)
@given(graph=graphs(longest=6), rng=SEEDS)
def test_each_of_several_outputs_in_machine_code(graph: Graph, rng: random.Random) -> None:
    check_outputs(Drawn(graph, rng), "numba")


def check_map(drawn: Drawn, engine: str, columns: Sequence[Sequence[float]]) -> None:
    program = drawn.program(engine)
    values, gradients, by_inputs = program.map(*columns, by_inputs=True, allow_nonfinite=True)
    assert shown(program.map(*columns, allow_nonfinite=True)) == shown([values, gradients])
    singly = [program(*sample, allow_nonfinite=True) for sample in zip(*columns, strict=True)]
    assert shown(values) == shown([value for value, _ in singly])
    assert shown(gradients) == shown([rows for _, rows in singly])
    by = compile(drawn.outputs, parameters=[*drawn.inputs, *drawn.parameters])
    theta = [peek(leaf) for leaf in drawn.parameters]
    for sample, rows in zip(zip(*columns, strict=True), by_inputs, strict=True):
        _, of_all = by([*sample, *theta], allow_nonfinite=True)
        assert shown(rows) == shown([row[: len(drawn.inputs)] for row in of_all])


@examples(100)
@given(graph=graphs(), rng=SEEDS)
def test_a_map_is_a_loop_of_calls(graph: Graph, rng: random.Random) -> None:
    drawn = Drawn(graph, rng)
    columns = [[rng.uniform(-2.0, 2.0) for _ in range(4)] for _ in drawn.inputs]
    if columns:
        check_map(drawn, "python", columns)


@examples(60)
@given(rng=SEEDS)
def test_a_map_by_a_tape_is_a_loop_of_calls_wherever_numbers_end(rng: random.Random) -> None:
    drawn = Drawn(draw_of_all_rows(rng), rng)
    columns = [[rng.choice([-2.0, 0.0, 0.5, 1e3]) for _ in range(4)] for _ in drawn.inputs]
    if columns:
        check_map(drawn, "tape", columns)


@examples(60)
@given(rng=SEEDS)
def test_a_map_in_python_is_a_loop_of_calls_wherever_numbers_end(rng: random.Random) -> None:
    drawn = Drawn(draw_of_all_rows(rng), rng)
    columns = [[rng.choice([-2.0, 0.0, 0.5, 1e3]) for _ in range(4)] for _ in drawn.inputs]
    if columns:
        check_map(drawn, "python", columns)


@examples(8)
@given(graph=graphs(longest=6), rng=SEEDS)
def test_a_map_in_machine_code_is_a_loop_of_calls(graph: Graph, rng: random.Random) -> None:
    drawn = Drawn(graph, rng)
    columns = [[rng.uniform(-2.0, 2.0) for _ in range(4)] for _ in drawn.inputs]
    if columns:
        check_map(drawn, "numba", columns)


@examples(100)
@given(graph=graphs(), rng=SEEDS)
def test_a_vector_is_the_leaves_moved_by_hand(graph: Graph, rng: random.Random) -> None:
    drawn = Drawn(graph, rng)
    for engine in ("python", "tape"):
        program = drawn.program(engine)
        theta = [rng.uniform(-2.0, 2.0) for _ in drawn.parameters]
        before = [peek(leaf) for leaf in drawn.parameters]
        values, gradients = program(theta, *drawn.sample())
        value = program.value(theta, *drawn.sample())
        assert [peek(leaf) for leaf in drawn.parameters] == before
        for leaf, x in zip(drawn.parameters, theta, strict=True):
            leaf.data = x
        moved, slopes = program(*drawn.sample())
        assert (tuple(values), tuple(map(tuple, gradients))) == (moved, slopes)
        assert tuple(value) == program.value(*drawn.sample()) == moved


@examples(100)
@given(graph=graphs(), rng=SEEDS)
def test_a_term_outside_the_mean_is_added_by_hand(graph: Graph, rng: random.Random) -> None:
    drawn = Drawn(graph, rng)
    loss = drawn.outputs[0] * 1.0
    leaves = below(loss)[1]
    inputs = [leaf for leaf in drawn.inputs if leaf in leaves]
    rest = [leaf for leaf in leaves if leaf not in inputs]
    term = autograd.total(leaf.tanh() * 0.3 for leaf in (*drawn.parameters, *rest))
    samples = [[rng.uniform(-2.0, 2.0) for _ in range(3)] for _ in inputs]
    once, by_term = compile(term, parameters=drawn.parameters)()
    for engine in ("python", "tape"):
        plain = compile(loss, inputs, engine)
        mean, by_loss = plain(*samples)
        slopes = dict(zip(plain.parameters, by_loss, strict=True))
        by_hand = [slopes.get(leaf, 0.0) for leaf in drawn.parameters]
        program = compile(loss, inputs, engine, parameters=drawn.parameters, plus=term)
        sums = map(sum, zip(by_hand, by_term, strict=True))
        assert program(*samples) == (mean + once, tuple(sums))
        assert program.value(*samples) == mean + once
        if inputs:
            values = [plain(*sample)[0] + once for sample in zip(*samples, strict=True)]
            assert [*program.map(*samples)[0]] == values


def line() -> tuple[Value, Value, Value, Program]:
    """The program of b + w · x by b and w, in this order."""
    x, w, b = Value(1.0, "x"), Value(3.0, "w"), Value(2.0, "b")
    return x, w, b, compile(w * x + b, [x], parameters=[b, w])


def test_gradients_come_in_the_order_that_was_asked_for(engine: str) -> None:
    _, w, b, program = line()
    program = on(engine, program)
    assert program.parameters == program.leaves == [b, w]
    assert program(5.0) == (17.0, (1.0, 5.0))
    assert "return v2, (d_b, d_w)" in program.source
    x = Value(1.0, "x")
    assert compile(w * x + b, [x]).parameters == [w, b]  # the document's
    twice = on(engine, compile(w * x + b, [x], parameters=[b, w, b]))
    assert twice(5.0) == (17.0, (1.0, 5.0))


def test_the_text_of_several_outputs_is_written_once_forward() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    h = x * w
    r1, r2 = h.sin(), h + w
    h.label, r1.label, r2.label = "h", "r1", "r2"
    program = compile([r1, r2], [x])
    assert program.source == (
        "def program(x, w):\n"
        "    # forward\n"
        "    h = x * w\n"
        "    r1 = sin(h)\n"
        "    r2 = h + w\n"
        "    # backward from r1\n"
        "    d_r1_h = cos(h)\n"
        "    d_r1_w = d_r1_h * x\n"
        "    # backward from r2\n"
        "    d_r2_h = 1.0\n"
        "    d_r2_w = 1.0 + d_r2_h * x\n"
        "    return (r1, r2), ((d_r1_w,), (d_r2_w,))\n"
    )
    assert program.outputs == [r1, r2]
    with pytest.raises(AttributeError, match="of several outputs has no loss; see its `outputs`"):
        program.loss  # noqa: B018  # it raises
    assert compile(r1, [x]).loss is r1
    without = compile([r1, r2], [x], parameters=[])
    assert "backward" not in without.source
    assert without.source.endswith("    return (r1, r2), ((), ())\n")
    assert without(2.0) == ((math.sin(6.0), 9.0), ((), ()))
    alone = compile([r1], [x])
    assert alone(2.0) == ((math.sin(6.0),), ((2.0 * math.cos(6.0),),))


def test_the_names_of_adjoints_are_nobody_elses() -> None:
    """∂a_b/∂w and ∂a/∂b_w would both be d_a_b_w."""
    labels = ["w", "b_w", "d_a_w", "d_a_b_w", "sum_a", "on_a_w"]
    leaves = [Value(0.5 + i, label) for i, label in enumerate(labels)]
    outputs = [autograd.total(x * x for x in leaves), autograd.total(x.sin() for x in leaves)]
    outputs[0].label, outputs[1].label = "a", "a_b"
    program = compile(outputs)
    for output, value, row in zip(outputs, *program(), strict=True):
        assert value == output.data
        assert [*row] == [*grad(output, program.parameters)]
    names = re.findall(r"^    (\w+) = ", program.source, flags=re.M)
    assert len(names) == len(set(names))
    assert program.source == compile(outputs).source


def test_means_over_samples_are_those_of_each_output(engine: str) -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    outputs = [x * w, (x * w).tanh()]
    xs = [0.1 * i for i in range(2500)]  # more than are kept at once
    values, gradients = on(engine, compile(outputs, [x]))(xs)
    for output, value, row in zip(outputs, values, gradients, strict=True):
        assert (value, row) == compile(output, [x])(xs)


def test_numbers_stand_for_all_samples_in_a_map(engine: str) -> None:
    x, y, w = Value(1.0, "x"), Value(1.0, "y"), Value(2.0, "w")
    program = on(engine, compile(w * x * y, [x, y]))
    for columns in (([1.0, 2.0], 3.0), ([1, 2], [3, 3]), (np.array([1.0, 2.0]), 3)):
        values, gradients, by_inputs = program.map(*columns, by_inputs=True)
        assert shown(values) == shown([6.0, 12.0])
        assert shown(gradients) == shown([[3.0], [6.0]])
        assert shown(by_inputs) == shown([[6.0, 2.0], [6.0, 4.0]])
    assert shown(program.map([5.0], 3.0, [1.0, 2.0])[0]) == shown([15.0, 30.0])
    with pytest.raises(
        ValueError, match=r"a list, tuple or array of some input; a call takes numbers alone"
    ):
        program.map(1.0, 3.0)
    with pytest.raises(ValueError, match=r"numbers or sequences of one length \(x, y\), and befo"):
        program.map([1.0, 2.0], [1.0])
    with pytest.raises(TypeError, match=r"in the order x, y; got z by name"):
        program.map([1.0], [1.0], z=2.0)


def test_a_number_beside_sequences_is_that_of_all_samples_in_a_mean(engine: str) -> None:
    x, y, w = Value(1.0, "x"), Value(1.0, "y"), Value(2.0, "w")
    program = on(engine, compile(w * x * y, [x, y]))
    assert shown(program([1.0, 2.0], 3.0)) == shown(program([1.0, 2.0], [3.0, 3.0]))
    assert shown(program.value([5.0], 3.0, [1.0, 2.0])) == shown(22.5)


def test_an_array_of_no_dimensions_is_a_number(engine: str) -> None:
    x, y, w = Value(1.0, "x"), Value(1.0, "y"), Value(2.0, "w")
    program = on(engine, compile(w * x * y, [x, y]))
    three = np.array(3.0)
    assert shown(program(three, 5)) == shown(program(3.0, 5.0))
    assert shown(program.map(three, [1.0, 2.0])) == shown(program.map(3.0, [1.0, 2.0]))
    with pytest.raises(TypeError, match="fill it or leave it out"):
        program(np.ma.array(3.0, mask=True), 5.0)


def test_what_holds_no_numbers_in_an_order_is_refused(engine: str) -> None:
    x, y, w = Value(1.0, "x"), Value(1.0, "y"), Value(2.0, "w")
    program = on(engine, compile(w * x * y, [x, y]))
    wrong: list[Any] = [{2.0, 1.0}, frozenset([1.0, 2.0]), {1.0: 2.0, 2.0: 1.0}, "12", b"12"]
    for ask in (program, program.map, program.value):
        for thing in wrong:
            told = (
                f"a program takes numbers, or sequences of numbers: .* got {type(thing).__name__}"
            )
            for arguments in ((thing, [1.0, 2.0]), ([1.0, 2.0], thing), (thing, 1.0, 2.0)):
                with pytest.raises(TypeError, match=told):
                    ask(*arguments)


def test_of_a_table_the_columns_are_taken(engine: str) -> None:
    x, y, w = Value(1.0, "x"), Value(1.0, "y"), Value(2.0, "w")
    program = on(engine, compile(w * x * y, [x, y]))
    table = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    for arguments in ((table,), ([5.0], table), (table, [1.0, 2.0, 3.0])):
        with pytest.raises(
            TypeError, match=r"columns: program\.map\(\*table\.T\); got an array of 2"
        ):
            program.map(*arguments)
    assert shown(program.map(*table.T)[0]) == shown([4.0, 24.0, 60.0])


def test_inputs_without_a_label_are_told_by_their_places() -> None:
    x, y = Value(1.0), Value(1.0, "y")
    program = compile(x * y * Value(3.0), [x, y, Value(2.0)])
    assert repr(program) == "<program of input 1, y, input 3 by parameter 1: python>"
    with pytest.raises(ValueError, match=r"one length \(input 1, y, input 3\), and before them"):
        program(1.0)


@pytest.mark.parametrize("engine", ["python", "numba", "tape"])
def test_a_map_in_parts_is_the_same_map(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is called for so few samples that Ctrl-C is heard in between."""
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program: Program[Any] = compile([x * w, (x + w).log()], [x], engine=engine)
    samples = [0.5, 1.0, 1.5, 2.0, 2.5]
    whole = program.map(samples, by_inputs=True)
    called = []
    of_some = Mapped._run

    def counted(mapped: Mapped, point: Point) -> Results | None:
        called.append(len(point.samples))
        return of_some(mapped, point)

    monkeypatch.setattr(Mapped, "_run", counted)
    monkeypatch.setattr(mapping, "MOST_AT_ONCE", 2 * (1 + 3 * (1 + 2)))  # two samples of these
    in_parts = program.map(samples, by_inputs=True)
    assert called == [2, 2, 1]
    for one, other in zip(whole, in_parts, strict=True):
        assert np.array_equal(one, other)
    with pytest.raises(DomainError, match="sample 4: "):
        program.map([*samples[:4], -3.0])


def test_a_map_gives_lists_or_arrays_even_of_no_samples() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    for outputs in (x * w, [x * w, x + w]):
        program: Program[Any] = compile(outputs, [x])
        assert program.map([]) == ([], [])
        of_many = () if isinstance(outputs, Value) else (2,)
        for engine in ("numba", "tape"):
            for samples in ([], [1.0, 2.0, 3.0]):
                found = program.on(engine).map(samples, by_inputs=True)
                shapes = [part.shape for part in found]
                n = len(samples)
                assert shapes == [(n, *of_many), (n, *of_many, 1), (n, *of_many, 1)]


@pytest.mark.parametrize("kind", [list, tuple, np.array])
def test_gradients_are_of_the_kind_of_the_vector(kind: Callable[..., Any], engine: str) -> None:
    x, w, b, program = line()
    theta = kind([20.0, 30.0])
    value, gradient = on(engine, program)(theta, 5.0)
    assert type(value) is float
    assert (value, type(gradient), [*gradient]) == (170.0, type(theta), [1.0, 5.0])
    x = Value(1.0, "x")
    values, rows = on(engine, compile([w * x, b * x], [x], parameters=[b, w]))(theta, 5.0)
    assert type(values) is type(rows) is type(theta)
    assert [*map(list, rows)] == [[0.0, 5.0], [5.0, 0.0]]
    assert program(5.0) == (17.0, (1.0, 5.0))


def test_constants_stay_those_of_their_leaves() -> None:
    x, w, b = Value(1.0, "x"), Value(3.0, "w"), Value(2.0, "b")
    program: Program[Any] = compile(w * x + b, [x], parameters=[w])
    assert program([10.0], 1.0) == (12.0, [1.0])
    b.data = 5.0
    assert program([10.0], 1.0) == (15.0, [1.0])


def test_a_wrong_call_is_told_with_the_counts() -> None:
    _, _, _, program = line()
    due = r"vector has a number for each of program\.parameters, got 3 numbers for 2 parameters"
    for run in (program, program.value, program.map):
        with pytest.raises(ValueError, match=due):
            run([1.0, 2.0, 3.0], [5.0])
    with pytest.raises(ValueError, match=r"\(x\), and before them, if any, a vector of 2 param"):
        program(1.0, 5.0)
    alone = compile(Value(3.0, "w") * 2.0)
    with pytest.raises(ValueError, match=r"^expected nothing, or a vector of 1 parameters, got "):
        alone(5.0)
    with pytest.raises(ValueError, match="of some input; this program has no inputs"):
        alone.map([5.0])
    with pytest.raises(TypeError, match=r"a vector of parameters holds one real number .* got str"):
        program([1.0, "2"], 5.0)
    with pytest.raises(TypeError, match=r"a vector of parameters holds one real number .* got nda"):
        program(np.ones((2, 2)), 5.0)


def test_a_value_is_where_floats_are(engine: str) -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = on(engine, compile((x * w).log(), [x]))
    for at, value in ((2.0, math.log(4.0)), (0.0, -math.inf), (-1.0, math.nan)):
        assert shown(program.value(at)) == shown(value)
        assert shown(program.value([2.0], at)) == shown(value)
    assert shown(program.value([1.0, 0.0])) == shown(-math.inf)
    x = Value(1.0, "x")
    program = on(engine, compile(autograd.where(x.exp(), 1.0 / x, w) * 1.0, [x]))
    assert program.value(1e3) == 1e-3  # though exp(1000) is infinite
    assert program.value(0.0) == math.inf
    assert shown(program.value(math.nan)) == shown(math.nan)


def test_a_value_has_no_text_for_derivatives() -> None:
    _, _, _, program = line()
    program.value(2.0)
    text = program._forward.text
    assert "backward" not in text
    assert "d_" not in text


def test_what_is_not_finite_is_given_where_that_is_allowed(engine: str) -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = on(engine, compile((x * w).log() + w, [x]))
    assert shown(program(-1.0, allow_nonfinite=True)) == shown((math.nan, (math.nan,)))
    assert shown(program(0.0, allow_nonfinite=True)) == shown((-math.inf, (math.nan,)))
    with pytest.raises(DomainError, match=r"^sample 2: log\(a\) is not defined at a = x \* w = -2"):
        program.map([1.0, 2.0, -1.0, 3.0])
    values, gradients = program.map([1.0, 2.0, -1.0, 3.0], allow_nonfinite=True)
    assert [math.isnan(value) for value in values] == [False, False, True, False]
    assert [math.isnan(row[0]) for row in gradients] == [False, False, True, False]
    x = Value(1.0, "x")
    program = on(engine, compile(x * 1e300 * w, [x]))
    with pytest.raises(FloatingPointError, match=r"^sample 1: w .* inf: the value of v1"):
        program.map([1.0, 1e10])
    assert program(1e10, allow_nonfinite=True) == (math.inf, (math.inf,))


def test_nothing_flows_into_a_branch_not_taken_where_infinities_are_allowed(engine: str) -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = on(engine, compile(autograd.where(x, w, w / x) + x.exp(), [x], parameters=[w]))
    assert program(1e3, allow_nonfinite=True) == (math.inf, (1.0,))
    assert shown(program.map([1e3], allow_nonfinite=True)) == shown([[math.inf], [[1.0]]])


def test_a_term_outside_the_mean_is_told_in_the_text() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    loss, penalty = x * w, 0.5 * w**2
    loss.label, penalty.label = "loss", "penalty"
    program = compile(loss, [x], plus=penalty)
    assert (
        program.source
        == (
            "def program(x, w):\n"
            "    # the term outside the mean, forward\n"
            "    v1 = pow(w, 2.0)\n"
            "    penalty = 0.5 * v1\n"
            "    # its derivatives\n"
            "    d_penalty_v1 = 0.5\n"
            "    d_penalty_w = d_penalty_v1 * 2.0 * w\n"
            "    # forward\n"
            "    loss = x * w\n"
            "    # backward\n"
            "    d_w = x\n"
            "    return loss + penalty, (d_w + d_penalty_w,)\n"
        )
        or program.source.count("penalty = 0.5 * ") == 1
    )
    before, _, loop = program.text.partition("for place in batch:")
    assert "penalty = " in before
    assert "penalty = " not in loop


def test_what_no_sample_changes_is_computed_once_for_both() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    square = w * w
    square.label = "square"
    program = compile(x * square, [x], plus=square + 1.0)
    assert program.text.count("square = w * w") == 1
    assert program([1.0, 3.0]) == (2.0 * 9.0 + 10.0, (2.0 * 6.0 + 6.0,))


def test_a_sample_that_fails_beside_a_term(engine: str) -> None:
    x, w, b = Value(1.0, "x"), Value(2.0, "w"), Value(0.5, "b")
    program = on(engine, compile(autograd.where(x.exp(), x * w, 0.0) + b, [x], plus=w * w))
    of_loss = on(engine, compile(autograd.where(x.exp(), x * w, 0.0) + b, [x]))
    loss, slopes = of_loss([1.0, 1000.0])
    assert program([1.0, 1000.0]) == (loss + 4.0, (slopes[0] + 4.0, slopes[1]))
    assert program(1000.0) == (2004.5, (1004.0, 1.0))
    assert shown(program.map([1.0, 1000.0])[0]) == shown([6.5, 2004.5])
    assert program.value([1.0, 1000.0]) == loss + 4.0
    assert program([3.0, 0.0], 1.0) == (12.0, [7.0, 1.0])


def test_terms_that_are_refused_are_told_with_what_to_do() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    with pytest.raises(CompileError, match=r"plus depends on the input x = 2\.0: it is added once"):
        compile(x * w, [x], plus=x * 2.0)
    with pytest.raises(ValueError, match="plus is added to one loss, and here are several"):
        compile([x * w], [x], plus=w * w)  # type: ignore[call-overload]  # no such overload
    wrong: list[Any] = [w, 0.5]
    for term in wrong:
        with pytest.raises(CompileError, match=r"plus is a Value made of parameters by operations"):
            compile(x * w, [x], plus=term)


def test_outputs_that_are_refused_are_told_with_what_to_do() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = x * w
    with pytest.raises(ValueError, match=r"an output is given twice: write r \* 1\.0"):
        compile([y, y])
    with pytest.raises(ValueError, match="an output or several, got none"):
        compile([])
    with pytest.raises(CompileError, match=r"the output x = 2\.0 is a leaf"):
        compile([y, x])
    with pytest.raises(TypeError, match="a graph begins at a Value, got float"):
        compile([y, 2.0])  # type: ignore[list-item]  # a float is none
    z = Value(1.0, "z")
    with pytest.raises(ValueError, match=r"z = 1\.0 is no parameter"):
        compile([y, y * 2.0], parameters=[z])


def test_programs_of_all_kinds_are_pickled(engine: str) -> None:
    x, w, b, program = line()
    penalized = compile(w * x + b, [x], plus=w * w)
    several = compile([w * x, b * x], [x], parameters=[b, w])
    for made in (program, penalized, several):
        made = on(engine, made)
        for twin in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
            assert twin([1.0, 2.0]) == made([1.0, 2.0])
            assert shown(twin.map([1.0, 2.0])) == shown(made.map([1.0, 2.0]))
            assert [p.label for p in twin.parameters] == [p.label for p in made.parameters]
            assert twin.engine == made.engine


def test_jax_gives_a_row_for_each_output() -> None:
    x, w, b, _ = line()
    several = compile([w * x, b * x], [x], parameters=[b, w])
    for theta in ([2.0, 3.0], np.array([2.0, 3.0])):
        values, rows = jax.jit(several.to_jax())(theta, 5.0)
        assert [float(v) for v in values] == [15.0, 10.0]
        assert [[float(d) for d in row] for row in rows] == [[0.0, 5.0], [5.0, 0.0]]
    penalized: Program[Any] = compile(w * x + b, [x], parameters=[b, w], plus=w * w)
    value, slopes = penalized.to_jax()([2.0, 3.0], np.array([1.0, 3.0]))
    assert (float(value), [*map(float, slopes)]) == penalized([2.0, 3.0], [1.0, 3.0])


def refused(record: Callable[[], Any]) -> str:
    with pytest.raises(CompileError) as caught:
        record()
    return str(caught.value)


def test_what_was_chosen_by_a_number_is_refused_with_what_to_write() -> None:
    """A branch on x.data, and log-sum-exp that takes the largest as a number."""

    def branch() -> Any:
        x, w = Value(2.0, "x"), Value(3.0, "w")
        return compile(w * x if x.data > 0.0 else -w, [x])

    def logsumexp() -> Any:
        vs = [Value(1.0 * i, f"v{i}") for i in range(3)]
        largest = max(v.data for v in vs)
        return compile(autograd.total((v - largest).exp() for v in vs).log() + largest, vs)

    def one_of_several() -> Any:
        x, w = Value(2.0, "x"), Value(3.0, "w")
        first = x * w
        second = w * x if first.data > 0.0 else -w
        return compile([first, second], [x])

    for label, record in (("x", branch), ("v2", logsumexp), ("", one_of_several)):
        told = refused(record)
        assert told.startswith(f"the data of {label or 'a Value'} was read after the inputs were")
        assert "max, min, relu, logsumexp and where(relu(x - 1), a, b) choose anew" in told
