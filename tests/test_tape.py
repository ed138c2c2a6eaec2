"""A graph as flat arrays, swept by one loop for all graphs, answers as eager does, bit for bit.

The text of the loop is Python, and runs as it stands too, without numba.
"""

import gc
import os
import pickle
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import MLP, DomainError, Value, compile, fit, half_squared_error
from autograd.core.graph import below, below_all
from autograd.core.native.loading import new_tape
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, SLOPES, Row
from autograd.core.tracking import peek
from autograd.core.value import record
from autograd.derivatives import gradients
from autograd.nn import running as module
from autograd.program import choosing, engines, machine
from autograd.program import taped as sweeps
from autograd.program.source import Source
from autograd.program.sweep import sampled, sweeper, text_of_sweep
from autograd.program.tape import TABLE, record_tape, rows_of_loop
from tests.strategies import ELEMENTAL, WIDE, Graph, draw_of_all_rows, examples, graphs

needs_c = pytest.mark.skipif(not autograd.native, reason="Value is not in C here")
SEEDS = st.integers(0, 2**32).map(random.Random)

IN_C = [row for row in ELEMENTAL if row in ROWS.values()]  # a row of one's own is not
IN_TABLE = [row for row in ELEMENTAL if row in TABLE]


def eager(root: Value) -> tuple[float, list[Value], tuple[float, ...]]:
    """The loss, the leaves, and the derivatives by them."""
    _, leaves = below(root)
    return root.data, leaves, gradients(root, leaves)


@cache
def interpreted(rows: tuple[Row, ...]) -> Callable[..., Any]:
    """The loop as Python runs it."""

    def unchanged(function: Any) -> Any:
        return function

    scope: dict[str, Any] = {**FUNCTIONS, **CONSTANTS, "zeros": np.zeros, "compiled": unchanged}
    exec("from math import isfinite\n" + text_of_sweep(rows), scope)
    run: Callable[..., Any] = scope["run"]
    return run


def machine_code(rows: tuple[Row, ...]) -> Callable[..., Any]:
    """The loop as numba compiles it."""
    return sweeper(rows).run


def swept(root: Value, by: Callable[[tuple[Row, ...]], Callable[..., Any]]) -> Any:
    """The same by a sweep over the tape."""
    _, leaves = below(root)
    tape, rows = record_tape([root], [], leaves)
    data = np.array([leaf.data for leaf in leaves])
    loss, found = by(rows)(sampled(tape, np.zeros((1, 0))), np.array([0]), data)
    return float(loss), leaves, tuple(found.tolist())


def built(graph: Graph) -> Value:
    return graph.build([Value(x) for x in graph.numbers])


@examples(400)
@given(rng=SEEDS)
def test_machine_code_on_random_graphs_of_the_table_is_eager_to_the_bit(rng: random.Random) -> None:
    root = built(draw_of_all_rows(rng, [*IN_TABLE, *WIDE]))
    assert repr(swept(root, machine_code)) == repr(eager(root))


@examples(400)
@given(rng=SEEDS)
def test_c_on_random_graphs_of_all_rows_is_eager_to_the_bit(rng: random.Random) -> None:
    if not autograd.native:
        pytest.skip("Value is not in C here")
    root = built(draw_of_all_rows(rng, [*IN_C, *WIDE]))
    operations, leaves = below(root)
    tape = new_tape([root], operations, [], leaves, [])
    loss, found = tape.run([[]], [0], [leaf.data for leaf in leaves])
    assert repr((loss, leaves, found)) == repr(eager(root))


def outputs_of(rng: random.Random, rows: Sequence[Row]) -> list[Value]:
    """Some Values of a random graph, leaves and the same twice among them."""
    root = built(draw_of_all_rows(rng, rows))
    operations, leaves = below(root)
    return [root, *rng.choices([*operations, *leaves], k=3)]


def jacobian_by_eager(outputs: Sequence[Value], leaves: Sequence[Value]) -> Any:
    return [output.data for output in outputs], [[*gradients(output, leaves)] for output in outputs]


@examples(200)
@given(rng=SEEDS)
def test_several_outputs_in_c_are_eager_to_the_bit(rng: random.Random) -> None:
    if not autograd.native:
        pytest.skip("Value is not in C here")
    outputs = outputs_of(rng, [*IN_C, *WIDE])
    operations, leaves = below(outputs[0])
    half = len(leaves) // 2
    tape = new_tape(outputs, operations, leaves[:half], leaves[half:], [])
    data = [leaf.data for leaf in leaves]
    (values,), (found,) = tape.each([data[:half]], data[half:])
    assert repr((values, found)) == repr(jacobian_by_eager(outputs, leaves))


@needs_c
def test_the_first_operation_of_each_output_is_found_in_c() -> None:
    """Ranges lie apart, overlap, hold others, and an output may be a leaf, or far from its root."""
    x, w, u = (Value(number) for number in (2.0, 3.0, 5.0))
    shared = x * w
    between = u * 3.0
    outputs = [between, shared + u, x, u * u, (between * x) * shared, shared, between]
    operations, leaves = below_all(outputs)
    tape = new_tape(outputs, operations, leaves, [], [])
    (values,), (found,) = tape.each([[leaf.data for leaf in leaves]], [])
    assert repr((values, found)) == repr(jacobian_by_eager(outputs, leaves))


def of_two_numbers() -> Any:
    """The tape in C of x · w and x · x, with the input x and the parameter w."""
    x, w = Value(1.0), Value(1.0)
    outputs = [x * w, x * x]
    return new_tape(outputs, below_all(outputs)[0], [x], [w], [])


def check_at_two_numbers(tape: Any, x: Any, w: Any) -> None:
    """Sweep at x and w, which may be more than numbers, and 63 times at an x of 5.

    That makes more lists in C than are made here, so that the collector starts there.
    """
    samples = [[x], *[[5.0]] * 63]
    values, found = tape.each(samples, [w])
    mean = tape.run(samples, range(64), [w])
    x_number, w_number = getattr(x, "number", x), getattr(w, "number", w)
    assert values == [[x_number * w_number, x_number * x_number], *[[5.0 * w_number, 25.0]] * 63]
    assert found[0] == [[w_number, x_number], [2.0 * x_number, 0.0]]
    assert found[1:] == [[[w_number, 5.0], [10.0, 0.0]]] * 63
    mean_x = (x_number + 5.0 * 63) / 64
    assert mean == (mean_x * w_number, (mean_x,))


class Rival:
    """Sweeps over a tape at other numbers when it is read, or freed by the collector."""

    def __init__(self, tape: Any, number: float) -> None:
        self.tape = tape
        self.number = number
        self.me = self

    def sweep(self, *_: Any) -> None:
        self.tape.each([[-7.0]], [-9.0])
        self.tape.run([[-7.0]], [0], [-9.0])

    def __float__(self) -> float:
        self.sweep()
        return self.number

    def __del__(self) -> None:
        self.sweep()


@needs_c
def test_a_number_may_sweep_over_the_tape_that_reads_it() -> None:
    tape = of_two_numbers()
    check_at_two_numbers(tape, Rival(tape, 3.0), 2.0)
    check_at_two_numbers(tape, 3.0, Rival(tape, 2.0))
    check_at_two_numbers(tape, Rival(tape, 3.0), Rival(tape, 2.0))


@pytest.fixture
def eager_collector() -> Iterator[None]:
    """Let the collector run at each object, and another thread as soon as it can."""
    thresholds = gc.get_threshold()
    interval = sys.getswitchinterval()
    gc.collect()
    gc.set_threshold(1)
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)


@needs_c
@pytest.mark.usefixtures("eager_collector")
def test_the_collector_may_sweep_over_the_tape_that_starts_it() -> None:
    tape = of_two_numbers()
    hook = Rival(tape, 0.0).sweep
    gc.callbacks.append(hook)
    try:
        for i in range(20):
            check_at_two_numbers(tape, float(i), 2.0)
    finally:
        gc.callbacks.remove(hook)


@needs_c
@pytest.mark.usefixtures("eager_collector")
def test_threads_share_a_tape_while_garbage_sweeps_over_it() -> None:
    tape = of_two_numbers()

    def sweep(number: float) -> None:
        for _ in range(300):
            Rival(tape, 0.0)
            check_at_two_numbers(tape, number, number + 1.0)

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(sweep, [1.0, 2.0, 3.0, 4.0])] == [None] * 4


@examples(200)
@given(rng=SEEDS)
def test_several_outputs_by_machine_code_are_eager_to_the_bit(rng: random.Random) -> None:
    outputs = outputs_of(rng, [*IN_TABLE, *WIDE])
    _, leaves = below(outputs[0])
    tape, rows = record_tape(outputs, [[leaf] for leaf in leaves], [])
    data = np.array([[leaf.data for leaf in leaves]] * 2)
    values, found = sweeper(rows).each(sampled(tape, data), np.zeros(0), True)
    for sample in range(2):
        answer = (values[sample].tolist(), found[sample].tolist())
        assert repr(answer) == repr(jacobian_by_eager(outputs, leaves))


@examples(200)
@given(rng=SEEDS)
def test_the_text_on_random_graphs_of_all_rows_is_eager_to_the_bit(rng: random.Random) -> None:
    root = built(draw_of_all_rows(rng, [*ELEMENTAL, *WIDE]))
    assert repr(swept(root, interpreted)) == repr(eager(root))


@pytest.mark.long
@examples(400)
@given(rng=SEEDS)
def test_machine_code_on_random_graphs_with_slopes_is_eager_to_the_bit(rng: random.Random) -> None:
    root = built(draw_of_all_rows(rng, [*ELEMENTAL, *WIDE]))
    assert repr(swept(root, machine_code)) == repr(eager(root))


@examples(100)
@given(graph=graphs(), data=st.data())
def test_over_samples_it_gives_the_means_of_python(graph: Graph, data: Any) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    inputs = [leaf for leaf in below(root)[1] if leaf is not leaves[-1]][:2]
    numbers = st.lists(st.floats(-2.0, 2.0), min_size=3, max_size=3)
    columns = [data.draw(numbers) for _ in inputs]
    python = compile(root, inputs)
    tape = compile(root, inputs, "tape")
    assert [*tape.parameters] == [*python.parameters]
    if columns:
        assert tape(*columns) == python(*columns)
        assert tape(*np.array(columns)) == python(*columns)
    assert tape(*[column[0] for column in columns]) == python(*[column[0] for column in columns])


EDGES = [0.0, -0.0, 1.0, -1.0, 40.0, -700.0, 1e3, -1e3, 1e200, 1e-200, 1e308, np.inf, -np.inf,
         np.nan]  # fmt: skip


@pytest.mark.parametrize("row", IN_TABLE, ids=lambda row: row.name)
def test_at_all_edges_it_answers_or_raises_as_eager_does(row: Row) -> None:
    rng = random.Random(row.name)
    count = len(row.partials)
    for point in [[rng.choice(EDGES) for _ in row.operands] for _ in range(40)]:

        def root(leaves: Sequence[Value], point: Sequence[float] = point) -> Value:
            used: Value = record(row, *leaves, *point[count:])
            return 2.0 / (1.0 + 1.0 / (used + 37.5))

        smooth = [0.3, 0.4, 0.5, 0.6]
        if row.name == "acosh":
            smooth[0] = 1.5
        inputs = [Value(x, name) for x, name in zip(smooth, row.operands[:count], strict=False)]
        try:
            program = compile(root(inputs), inputs[:0], "tape")
        except DomainError:  # of a constant exponent
            continue
        for leaf, x in zip(inputs, point, strict=False):
            leaf.data = x
        by = program.parameters
        places = [inputs.index(leaf) for leaf in by]

        def anew(point: Sequence[float] = point, places: Sequence[int] = places) -> Any:
            fresh = [Value(x, name) for x, name in zip(point[:count], row.operands, strict=False)]
            loss = root(fresh)
            return loss.data, gradients(loss, [fresh[place] for place in places])

        assert outcome(program) == outcome(anew), point


def outcome(run: Callable[[], Any]) -> str:
    try:
        return repr(run())
    except (DomainError, FloatingPointError) as error:
        return str(error)


def test_only_conditions_reach_what_has_the_derivative_0() -> None:
    """Nothing flows below a condition, where an infinite partial would make 0 · inf of it."""
    x, u = Value(2.0, "x"), Value(0.0, "u")
    root = autograd.where(u.sqrt() + 1.0, x * x, x) * -1.0
    program = compile(root, [], "tape")
    tape, rows = record_tape([root], [], [x, u])
    assert tape.flows.sum() == sum(len(node.op.partials) for node in below(root)[0]) - 3
    value, found = program()
    assert dict(zip(program.parameters, map(repr, found), strict=True)) == {x: "-4.0", u: "0.0"}
    assert value == -4.0
    assert rows == TABLE


def test_outputs_with_conditions_have_flows_for_their_own_ranges_alone() -> None:
    x, u = Value(2.0, "x"), Value(0.5, "u")
    outputs: list[Value] = [x]
    for i in range(30):
        condition = u * 2.0 - i / 15
        outputs.append(autograd.where(condition, x * u, x * x * float(i)))
    operations, _ = below_all(outputs)
    tape, rows = record_tape(outputs, [[x], [u]], [])
    assert len(tape.flows) == len(operations)
    (values,), (found,) = sweeper(rows).each(
        sampled(tape, np.array([[2.0, 0.5]])), np.zeros(0), True
    )
    assert repr((values.tolist(), found.tolist())) == repr(jacobian_by_eager(outputs, [x, u]))


def test_a_derivative_of_minus_0_keeps_its_sign() -> None:
    x, w = Value(-0.0, "x"), Value(2.0, "w")
    for root in (x * w, x * w + x * 0.0, autograd.total([x * w, 0.0 - x]) * -0.0):
        assert repr(swept(root, machine_code)) == repr(eager(root))


def test_constants_keep_the_sign_of_0_and_nan() -> None:
    x = Value(1.0, "x")
    tape, _ = record_tape([((x * -0.0) * 0.0) + float("nan")], [], [x])
    assert [*map(repr, tape.values[-3:].tolist())] == ["-0.0", "0.0", "nan"]


def test_rows_of_ones_own_run_in_a_loop_with_the_table() -> None:
    soft = autograd.elemental("softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"])
    blend = autograd.elemental("blend", "a * c + b * (1.0 - c)", ["c", "1.0 - c", "a - b"])
    x, y = Value(0.3, "x"), Value(-0.7, "y")
    root = blend(soft(x), y.sin(), soft(x * y))
    _, rows = record_tape([root], [], [x, y])
    assert [row.name for row in rows[len(TABLE) :]] == ["blend", "softsign"]
    assert rows_of_loop([*rows[::-1]]) == rows
    assert repr(swept(root, interpreted)) == repr(eager(root))


@pytest.mark.long
def test_rows_of_ones_own_are_compiled() -> None:
    power = autograd.elemental("fourth", "pow(pow(a, 2.0), 2.0)", ["4.0 * a * pow(a, 2.0)"])
    rng = random.Random(0)
    for _ in range(2000):
        x = Value(rng.uniform(0.01, 10.0), "x")
        root = power(x) * x
        assert repr(swept(root, machine_code)) == repr(eager(root))


def test_the_loop_is_one_for_all_graphs_but_slopes_come_together() -> None:
    assert rows_of_loop([ROWS["add"], *WIDE]) == TABLE
    assert rows_of_loop([ROWS["tanh_slope"]]) == (*TABLE, *SLOPES)
    x = Value(0.3, "x")
    (slope,) = autograd.grad(x.tanh() * x, [x], create_graph=True)
    assert repr(swept(slope, interpreted)) == repr(eager(slope))


def test_a_long_chain_is_swept_without_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Source, "_body", None)
    monkeypatch.setattr(Source, "names", None)
    x = y = Value(0.5, "x")
    w = Value(0.99, "w")
    for _ in range(50_000):
        y = (y * w).tanh() + x
    program = compile(y, [x], "tape")
    y.backward()
    assert program(0.5) == (y.data, (w.grad,))
    assert program.size.operations == 150_000


def test_a_text_is_there_when_it_is_read() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    program = compile((x * w).log(), [x], "tape")
    assert "d_w = " in program.source
    assert program.on("python")(5.0) == program(5.0)
    twin = pickle.loads(pickle.dumps(program))
    assert twin.engine == "tape"
    assert twin(5.0) == program(5.0)
    w.data = 4.0
    assert program(5.0) == program.on("python")(5.0) != twin(5.0)


def test_samples_that_fail_are_recorded_anew_alone() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = compile(autograd.where(x.exp(), x * w, 0.0), [x], "tape")
    assert program([1.0, 1000.0, -1.0]) == (2000.0 / 3, (1000.0 / 3,))
    with pytest.raises(DomainError, match=r"log\(a\) is not defined at a = x \* w = -2\.0"):
        compile((x * w).log(), [x], "tape")([1.0, -1.0])
    with pytest.raises(ValueError, match="no samples"):
        program([])


def test_powers_are_those_of_the_c_library() -> None:
    x = Value(1.0, "x")
    rng = random.Random(0)
    points = [3.792787700456266, *(rng.uniform(0.01, 10.0) for _ in range(3000))]
    for exponent in (2.0, 3.0, 0.5, -1.0, 1.5):
        root = (x * 1.0) ** exponent
        program = compile(root, [x], "tape")
        assert [program(at)[0] for at in points] == [at**exponent for at in points]


def test_auto_takes_it_for_what_others_refuse(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setattr(engines.Python, "MOST_OPERANDS", 10)
    monkeypatch.setattr(engines.Numba, "MOST_CHOICES", -1)
    xs = [0.0, 0.5, 1.0]
    ends = []
    for engine in ("eager", "auto", "tape"):
        net = MLP(1, [3, 1], "tanh", seed=0)
        losses = fit(net, xs, [1.0, 0.0, 1.0], engine=engine, epochs=5, batch_size=2).losses
        ends.append([*losses, *(p.data for p in net.parameters())])
    assert ends[0] == ends[1] == ends[2]
    assert not recwarn.list


def test_without_numba_it_is_refused_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sweeper.cache_clear()
    machine.power_of_c.cache_clear()
    for name in ("numba", "llvmlite.binding"):
        monkeypatch.setitem(sys.modules, name, None)
    x = Value(0.5, "x")
    with pytest.raises(ModuleNotFoundError, match=r"numba.*pip install 'scalar-autograd\[fast\]'"):
        compile(x * x, engine="tape")()


@needs_c
def test_where_numba_is_not_installed_the_c_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "HAS_NUMBA", False)
    monkeypatch.setitem(engines.ENGINES, "tape", engines.SweepingInC())
    x, w = Value(2.0, "x"), Value(3.0, "w")
    root = autograd.mean([(x * w).log(), autograd.where(x, w * w, x)])
    python, tape = (compile(root, [x], engine) for engine in ("python", "tape"))
    assert tape(5.0) == python(5.0)
    assert tape([5.0, 0.5, 0.25]) == python([5.0, 0.5, 0.25])
    with pytest.raises(DomainError, match="log"):
        tape(-5.0)
    ends = []
    for engine in ("python", "tape"):
        net = MLP(1, [3, 1], "tanh", seed=0)
        fit(net, [0.0, 0.5, 1.0], [1.0, 0.0, 1.0], engine=engine, epochs=5, batch_size=2)
        ends.append([p.data for p in net.parameters()])
    assert ends[0] == ends[1]


def test_without_both_it_is_refused_with_the_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(0.5, "x")
    own = autograd.elemental("twice_in_c", "2.0 * a", ["2.0"])(x)
    monkeypatch.setattr(sweeps, "HAS_NUMBA", False)
    monkeypatch.setitem(engines.ENGINES, "tape", engines.SweepingInC())
    if autograd.native:
        says = r"twice_in_c is a row of one's own: numba sweeps it .*\[fast\].* backward\(\) run it"
        with pytest.raises(ModuleNotFoundError, match=says):
            compile(own, engine="tape")
        with pytest.raises(ModuleNotFoundError, match=says):
            compile(own).on("tape")
    monkeypatch.setattr(sweeps, "native", False)
    with pytest.raises(ModuleNotFoundError, match=r"numba.*\[fast\].*C of Value: .*compiler"):
        compile(x * x, engine="tape")


@needs_c
def test_fit_takes_another_engine_for_a_row_that_c_does_not_sweep(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setattr(sweeps, "HAS_NUMBA", False)
    in_c = choosing.Choice(engines.SweepingInC(), "")
    monkeypatch.setattr(module, "fastest", lambda work, moves=0: in_c)
    monkeypatch.setitem(engines.ENGINES, "tape", engines.SweepingInC())
    twice = autograd.elemental("twice_for_fit", "2.0 * a", ["2.0"])

    def loss(prediction: Any, y: Any) -> Value:
        return twice(prediction - y) ** 2  # type: ignore[no-any-return]  # a Value

    ends = []
    for engine in ("auto", "python"):
        net = MLP(1, [1], seed=0)
        samples = ([0.0, 1.0], [1.0, 0.0])
        run = fit(net, *samples, loss=loss, engine=engine, epochs=3, learning_rate=0.01)
        assert run.engine == "python"
        assert ("twice_for_fit is a row of one's own" in run.why) == (engine == "auto")
        ends.append([p.data for p in net.parameters()])
    assert ends[0] == ends[1]
    assert not recwarn.list


SMALL = "@compiled\ndef twice(x):\n    return 2.0 * x\n"


def test_what_is_compiled_is_kept_where_numba_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "kept"))  # read at the start
    for _ in range(2):
        twice = machine.compiled_for_good("small", SMALL, {})["twice"]
        assert twice(4.0) == 8.0
    assert sum(twice.stats.cache_hits.values()) == 1
    (source,) = (tmp_path / "kept").glob("small_*.py")
    assert source.read_text(encoding="utf-8") == SMALL


def test_where_nothing_can_be_written_it_is_compiled_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, where a folder would have to be", encoding="utf-8")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(taken))
    assert machine.compiled_for_good("small", SMALL, {})["twice"](4.0) == 8.0


@pytest.mark.parametrize("damage", ["bytes", "folder"])
def test_what_stands_where_the_source_is_kept_is_no_harm(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    machine.compiled_for_good("small", SMALL, {})
    (source,) = tmp_path.glob("small_*.py")
    if damage == "bytes":
        source.write_bytes(b"\xff\x80")
    else:
        source.unlink()
        source.mkdir()
    assert machine.compiled_for_good("small", SMALL, {})["twice"](4.0) == 8.0


@pytest.mark.long
def test_a_second_process_finds_the_loop_on_disk(tmp_path: Path) -> None:
    program = (
        "from autograd import Value, compile; from autograd.program.sweep import sweeper; "
        "from autograd.program.tape import TABLE; x = Value(0.5); "
        "compile(x.tanh(), engine='tape')(); "
        "print(sum(sweeper(TABLE).run.stats.cache_hits.values()))"
    )
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    hits = [
        subprocess.check_output([sys.executable, "-c", program], env=environment, encoding="utf-8")
        for _ in range(2)
    ]
    assert [hit.strip() for hit in hits] == ["0", "1"]


def test_the_loss_of_a_network_over_all_its_samples_is_one_graph() -> None:
    net = MLP(2, [8, 8, 1], "tanh", seed=0)
    points = [(i / 10, 1.0 - i / 7) for i in range(20)]
    loss = autograd.mean(half_squared_error(net(point), 0.5) for point in points)
    program = compile(loss, engine="tape")
    loss.backward()
    assert program() == (loss.data, tuple(p.grad for p in program.parameters))
    assert peek(loss) == loss.data
