"""Machine code and JAX give the numbers of the graph, and its errors; the text stays one.

Error model: as in tests/against_torch.py, two results may differ by K · ulp(scale), scale the sum
over all nodes on the way to a result of Σ|contributions| by the node times its number. numba
calls the C library that Python calls: of 300 graphs all but two agreed bit for bit, and those to
0.1 ulp(scale). XLA has functions of its own and contracts a·b + c: of 2,000 graphs 99 % agreed to
1 ulp(scale), and the worst to 4. K has a factor of 2 to spare; but XLA's log1p, which other
functions use too, is off by up to 114 ulp near -0.41.
"""

import copy
import doctest
import math
import os
import pickle
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from math import ulp
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import MLP, CompileError, DomainError, Value, fit, grad
from autograd.core.graph import below
from autograd.core.value import record
from autograd.nn.loop import mini_batches, settling, shuffle
from autograd.nn.optimizers import SGD
from autograd.program import Program, engines, jitted
from autograd.program.choosing import fastest
from autograd.program.size import Size
from autograd.program.source import Source
from tests.bounds import scale
from tests.conftest import recorded
from tests.guides import ROOT, guide
from tests.strategies import ELEMENTAL, Graph, draw_of_all_rows, examples, intervals

K = {"numba": 1.0, "jax": 8.0, "log1p in jax": 128.0}
BY_LOG1P = {"log1p", "softplus", "asinh", "acosh", "atanh"}
SEEDS = st.integers(0, 2**32).map(random.Random)


@pytest.fixture(autouse=True, scope="module")
def _64_bits() -> Iterator[None]:
    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]  # of JAX
    yield
    jax.config.update("jax_enable_x64", False)  # type: ignore[no-untyped-call]


def by_numba(program: Program, sample: list[float]) -> tuple[float, Any]:
    return (
        program(*(np.array([x, x]) for x in sample)) if sample else program()
    )  # the mean of two alike is the same number


def by_jax(program: Program, sample: list[float]) -> tuple[float, Any]:
    loss, gradients = jax.jit(program.to_jax())(
        jnp.array([p.data for p in program.parameters]), *sample
    )
    return loss.item(), gradients.tolist()


def check(
    graph: Graph, engine: str, run: Callable[[Program, list[float]], tuple[float, Any]]
) -> float:
    """Compare value and gradients with the graph's own; give how far they were apart at most."""
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    inputs = [leaf for leaf in below(root)[1] if leaf is not leaves[-1]]
    program = autograd.compile(root, inputs, engine)
    loss, gradients = run(program, [leaf.data for leaf in inputs])
    results = [(loss, root.data, scale(root))]
    exact = grad(root, program.parameters, allow_unused=True)
    derivatives = grad(root, program.parameters, create_graph=True, allow_unused=True)
    results += zip(gradients, exact, map(scale, derivatives), strict=True)
    worst = max(abs(mine - theirs) / ulp(size) for theirs, mine, size in results)
    imprecise = BY_LOG1P & {op.name for op, _ in graph.steps}
    k = K["numba" if engine == "numba" else "log1p in jax" if imprecise else "jax"]
    assert worst <= k, f"{worst} ulp(scale) apart:\n{graph}\n{program.text}"
    return worst


@examples(16)  # four in make test
@given(rng=SEEDS)
def test_machine_code_of_some_random_graphs(rng: random.Random) -> None:
    check(draw_of_all_rows(rng), "numba", by_numba)


@pytest.mark.long
@examples(40)
@given(rng=SEEDS)
def test_machine_code_of_random_graphs_of_all_rows(rng: random.Random) -> None:
    check(draw_of_all_rows(rng), "numba", by_numba)


@examples(60)
@given(rng=SEEDS)
def test_jax_on_random_graphs_of_all_rows(rng: random.Random) -> None:
    check(draw_of_all_rows(rng), "python", by_jax)


@examples(60)
@given(rng=SEEDS)
def test_the_printed_source_of_random_graphs_of_all_rows_runs_as_pasted(rng: random.Random) -> None:
    graph = draw_of_all_rows(rng)
    root = graph.build([Value(x) for x in graph.numbers])
    program = autograd.compile(root)
    namespace: dict[str, Any] = {}
    exec("from math import *\n" + program.source, namespace)
    numbers = [p.data for p in program.parameters]
    assert namespace["program"](*numbers) == (
        root.data,
        tuple(grad(root, program.parameters, allow_unused=True)),
    )


EDGES = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    40.0,
    -700.0,
    1e3,
    -1e3,
    1e200,
    1e-200,
    1e308,
    math.inf,
    -math.inf,
    math.nan,
]


@pytest.mark.parametrize("op", ELEMENTAL, ids=lambda op: op.name)
def test_no_number_where_the_graph_has_none(op: Any) -> None:
    """At all edges a row under 1 / … and where, which might hide a failure, answers as eagerly."""
    leaves = [
        Value(0.3 * low + 0.7 * high, name)
        for (low, high), name in zip(intervals(op), "abc", strict=False)
    ]
    inputs = leaves[:1] if op.name == "power_constant" else leaves

    def root(*operands: Any) -> Any:
        row = operands[0] ** -1.5 if op.name == "power_constant" else record(op, *operands)
        return autograd.where(1.0 / (1.0 + 1.0 / (row + 37.5)), 2.0, operands[0]) * 2.0

    program = autograd.compile(root(*leaves), inputs, "numba")
    rng = random.Random(0)
    for point in [[rng.choice(EDGES) for _ in inputs] for _ in range(60)]:
        fresh = [Value(x, leaf.label) for x, leaf in zip(point, inputs, strict=True)]
        assert outcome(lambda: program(*point)[0]) == outcome(lambda: root(*fresh).data), point  # noqa: B023


def outcome(run: Callable[[], float]) -> str:
    try:
        return repr(run())
    except DomainError as error:
        return str(error)


@pytest.mark.long
def test_a_text_is_compiled_once() -> None:
    xs = [i / 20 for i in range(20)]
    fit(recorded()[0], xs, xs, engine="numba")
    _, x, y, loss = recorded()
    program = jitted.machine_code(autograd.compile(loss, [x, y]).text_in_array)
    compiled = engines.ENGINES["numba"].function
    functions = (compiled(settling(compiled(SGD.update))), compiled(shuffle))
    loop: Any = jitted.machine_loop(mini_batches, program, *functions)
    assert len(loop.signatures) == 1  # the one that fit compiled
    known = jitted.machine_loop.cache_info().misses
    fit(
        MLP(1, [3, 1], activation="sigmoid", seed=3),
        xs[:7],
        xs[:7],
        engine="numba",
        batch_size=3,
        epochs=2,
    )
    assert len(loop.signatures) == 1
    assert jitted.machine_loop.cache_info().misses == known


@pytest.mark.parametrize(
    "net",
    [
        MLP(1, [3, 1], "sigmoid", seed=0),
        pytest.param(MLP(2, [4, 3, 1], "gelu", seed=1), marks=pytest.mark.long),
    ],
    ids=repr,
)
def test_after_a_thousand_steps_engines_agree(net: MLP) -> None:
    width, start = len(net.layers[0].W), [p.data for p in net.parameters()]
    xs = [[math.sin(7.0 * i + k) for k in range(width)] for i in range(50)]
    ends = []
    for engine in ("eager", "python", "numba", "auto"):
        for p, x in zip(net.parameters(), start, strict=True):
            p.data = x
        losses = fit(
            net, xs, [x[0] * x[-1] for x in xs], epochs=200, engine=engine, learning_rate=0.1
        ).losses
        ends.append(losses + [p.data for p in net.parameters()])
    assert ends[0] != pytest.approx(ends[0][:200] + start, rel=1e-3)
    for end in ends[1:]:
        assert end == pytest.approx(ends[0], rel=1e-9, abs=1e-9)


def test_numba_takes_arrays_of_any_real_numbers() -> None:
    _, x, y, loss = recorded()
    python, numba = (autograd.compile(loss, [x, y], engine) for engine in ("python", "numba"))
    xs, ys = [0, 1, 2], [0.5, 0.25, 0.125]
    expected = python(xs, ys)
    for kind in (np.int64, np.uint8, np.float32, np.float64):
        assert numba(np.array(xs, kind), np.array(ys, np.float16)) == expected
    assert numba(xs, ys) == numba(np.array(xs * 2)[::2][[0, 2, 1]], np.array(ys)) == expected
    assert numba(1, 0.25) == python(1, 0.25)
    for wrong in (np.array([True]), np.array(["1"]), np.array([1j]), [None]):
        with pytest.raises(TypeError, match="one real number"):
            numba(wrong, [0.5])
    with pytest.raises(ValueError, match="no samples"):
        numba(np.array([]), [])


def test_only_the_sample_that_failed_is_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = autograd.compile(autograd.where(x.exp(), x * w, 0.0), [x], "numba")
    replayed, replay = [], Program._recorded_anew

    def noted(program: Program, sample: Any, *others: Any) -> Any:
        replayed.append([*sample])
        return replay(program, sample, *others)

    monkeypatch.setattr(Program, "_recorded_anew", noted)
    assert program([1.0, 1000.0, -1.0]) == (
        2000.0 / 3,
        (1000.0 / 3,),
    )  # exp(1000) is infinite, and so not 0
    assert replayed == [[1000.0]]
    x = Value(1.0, "x")
    with pytest.raises(DomainError, match=r"log\(a\) is not defined at a = x \* w = -2\.0"):
        autograd.compile((x * w).log(), [x], "numba")([1.0, -1.0])


def test_parameters_keep_their_structure_in_jax() -> None:
    _, x, y, loss = recorded()
    program = autograd.compile(loss, [x, y])
    function, numbers = program.to_jax(), [p.data for p in program.parameters]
    expected, slopes = program(0.5, 0.2)
    for made in (list, tuple, jnp.array):
        value, gradients = function(made(numbers), 0.5, 0.2)
        assert isinstance(gradients, type(made(numbers)))
        assert [value, *gradients] == pytest.approx([expected, *slopes], rel=1e-14)
    xs = jnp.array([0.5, 0.1])
    each = jax.vmap(function, (None, 0, 0))(jnp.array(numbers), xs, xs)
    means = function(jnp.array(numbers), xs, xs)
    assert each[1].shape == (2, 10)
    np.testing.assert_allclose(each[1].mean(axis=0), means[1], rtol=1e-14)
    with pytest.raises(ValueError, match=r"one shape, got the shapes \[\(2,\), \(2, 1\)\]"):
        function(numbers, xs, xs[:, None])
    with pytest.raises(TypeError, match="b2_1"):
        function(numbers[:9], 0.5, 0.2)
    assert "a1_1 = where(less(0.0, z1_1), 1.0, e_a1_1) / (1.0 + e_a1_1)\n" in (
        function.__doc__ or ""
    )


def test_jax_takes_whole_and_plain_numbers_for_what_they_are() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    cube = autograd.compile(x * x * w, [x]).to_jax()
    for large in (100_000, np.array([100_000]), jnp.array([100_000], jnp.int32)):
        assert [float(a) for a in (cube([3], large)[0], *cube([3], large)[1])] == [3e10, 1e10]
    small = autograd.compile((x - 3.0) * w, [x]).to_jax()
    assert small((1.0,), np.array([1, 2], np.uint8))[0] == -1.5
    assert autograd.compile(w / x, [x]).to_jax()((1.0,), 0.0)[0] == math.inf
    assert math.isnan(autograd.compile(x.log() * w, [x]).to_jax()((1.0,), -1.0)[0])


def test_sums_of_many_terms_go_to_jax() -> None:
    w = [Value(0.1 * i, f"w{i}") for i in range(1000)]
    program = autograd.compile(autograd.total(v.relu() * w[1] for v in w) * 2.0)
    value, gradients = program.to_jax()([v.data for v in program.parameters])
    expected, slopes = program()
    np.testing.assert_allclose([value, *gradients], [expected, *slopes], rtol=1e-12)


def test_a_program_is_pickled_with_its_graph() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    program = autograd.compile((w * x).log(), [x])
    program(1.0)
    for twin in (pickle.loads(pickle.dumps(program)), copy.deepcopy(program)):
        assert twin(2.0) == program(2.0)
        twin.parameters[0].data = 5.0
        assert twin(2.0)[0] == math.log(10.0)
        assert w.data == 3.0
        with pytest.raises(DomainError, match="log"):
            twin(-2.0)


@pytest.mark.long
def test_the_lines_of_the_guide_shard_the_samples_over_eight_devices() -> None:
    blocks = re.findall(r"```python\n(.*?)```", guide("autograd.program"), flags=re.S)
    lines = doctest.script_from_examples(next(block for block in blocks if "to_jax" in block))
    before = """
import autograd
net = autograd.MLP(1, [3, 1], "sigmoid", seed=0)
x = autograd.Value(0.5, "x")
y = autograd.Value(0.5, "y")
program = autograd.compile(autograd.half_squared_error(net(x), y), inputs=[x, y])
start, _ = program([0.0, 0.5, 1.0], [0.0, 0.25, 1.0])
"""
    after = """
assert len(x_all.sharding.device_set) == len(gradients.sharding.device_set) == 8
assert x_all.addressable_shards[0].data.shape == (1000,)
assert "all-reduce" in step.lower(parameters, x_all, x_all**2).compile().as_text()
for p, data in zip(program.parameters, (parameters + 0.5 * gradients).tolist()):
    p.data = data  # before the last step
xs = x_all.tolist()
loss, means = program(xs, [x * x for x in xs])
assert abs(loss - mean_loss) < 1e-6, (loss, mean_loss)
assert max(abs(a - b) for a, b in zip(means, gradients)) < 1e-6
assert loss < 0.5 * start
"""
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    run = subprocess.run(
        [sys.executable, "-c", before + lines + after],
        cwd=ROOT,
        env=os.environ | flags,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr


def test_numbers_and_labels_of_every_kind_run_everywhere() -> None:
    labels = [
        *"lambda exp samples batch place parameters means where less at_most d_x sum_x x x".split(),
        "权重",
        "w₁",
        "x y",
    ]
    leaves = [Value(0.1 * i, label) for i, label in enumerate(labels, 1)]
    total = autograd.total(leaf * i for i, leaf in enumerate(leaves))
    root = (
        autograd.where(leaves[0], total, math.inf)
        + autograd.where(leaves[0] - 0.1, math.nan, leaves[3]) * -0.0
    )
    expected = [root.data, *grad(root, leaves)]
    for engine, run in (("python", by_numba), ("numba", by_numba), ("python", by_jax)):
        program = autograd.compile(root, engine=engine)
        value, gradients = run(program, [])
        found = dict(zip(program.parameters, gradients, strict=True))
        assert [value, *(found[leaf] for leaf in leaves)] == pytest.approx(expected, rel=1e-14)


def test_a_graph_past_the_limit_is_refused_with_its_size_and_the_choices() -> None:
    x = y = Value(0.5, "x")
    for _ in range(150_001):
        y = y * x
    with pytest.raises(
        CompileError,
        match=r"150,001 operations on 300,002 operands.*300,000.*\"tape\".*program\(xs, ys\)",
    ):
        autograd.compile(y)
    net = MLP(2, [64, 64, 1], seed=0)
    with pytest.raises(
        CompileError,
        match=r"257 operations on 8,833 operands would take numba about \d{4} s.*affine",
    ):
        autograd.compile(net([0.1, 0.2]), engine="numba")
    for _ in range(120):
        x = autograd.max(x.sigmoid() * 1.1, x.relu())
    with pytest.raises(
        CompileError, match=r"would take numba past 400 choices, where .*engine=\"tape\" takes"
    ):
        autograd.compile(x, engine="numba")
    with pytest.raises(ValueError, match="unknown engine 'auto'; known are python, numba"):
        autograd.compile(x * x, engine="auto")


def test_numba_pays_for_many_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    _, x, y, loss = recorded()
    program = autograd.compile(loss, [x, y])
    assert fastest([(program.size, 900 * 4200)]).engine.name == "numba"
    assert fastest([(program.size, 900 * 42)]).engine.name == "python"
    large = autograd.compile(
        MLP(1, [70, 70, 1], "tanh", seed=0)(x), [x]
    )  # minutes to compile by numba, so never by itself
    assert fastest([(large.size, 10**12)]).engine.name == "tape"
    assert fastest([(large.size, 100)]).engine.name == "python"
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    assert fastest([(program.size, 900 * 4200)]).engine.name == "python"


def test_where_samples_are_of_several_kinds_calls_and_one_start_are_counted() -> None:
    """Each sample is called from Python, but for the tape, whose loop is one for all kinds."""
    _, x, y, loss = recorded()
    size = autograd.compile(loss, [x, y]).size
    for samples in (10_000, 10_000_000):
        alone = expected_seconds([(size, 4 * samples)])
        four = expected_seconds([(size, samples)] * 4)
        python, numba, tape = (engines.ENGINES[name] for name in ("python", "numba", "tape"))
        for engine in (python, numba):
            calls = 4 * samples * engine.seconds_to_call(size)
            more = 3 * engine.seconds_to_compile(size) + calls
            assert four[engine.name] == pytest.approx(alone[engine.name] + more, rel=0.05)
        more = 3 * tape.seconds_to_compile(size)
        assert four[tape.name] == pytest.approx(alone[tape.name] + more, rel=0.05)


def expected_seconds(work: list[tuple[Size, int]]) -> dict[str, float]:
    """What each engine would take, as it is told with a choice, to two digits."""
    told = re.findall(r"(\w+) about (\S+) s", fastest(work).why)
    return {name: float(seconds) for name, seconds in told}


def test_what_is_not_installed_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x = Value(0.125, "x")
    y = x * 0.1015625  # no other test has this text, so that it is not compiled yet
    for name in ("numba", "jax"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match=r"numba.*pip install 'scalar-autograd\[fast\]'"):
        autograd.compile(y, engine="numba")()
    # Looked for first, as a long text takes seconds to write.
    monkeypatch.setattr(Source, "one_sample", lambda source: pytest.fail("a text was written"))
    with pytest.raises(ModuleNotFoundError, match=r"jax.*pip install 'scalar-autograd\[jax\]'"):
        autograd.compile(y).to_jax()


@pytest.mark.parametrize("exponent", [2.0, 3.0, 0.5, -1.0, -2.0, 1.5, 0.3])
def test_powers_by_machine_code_are_pythons_to_the_last_bit(exponent: float) -> None:
    x, w = Value(1.0, "x"), Value(1.0, "w")
    y = (x * w) ** exponent
    python = autograd.compile(y, [x])
    numba = autograd.compile(y, [x], "numba")
    rng = random.Random(0)
    points = [3.792787700456266, *(rng.uniform(0.01, 10.0) for _ in range(3000))]
    assert [numba(at) for at in points] == [python(at) for at in points]


def test_hypot_by_machine_code_is_pythons_to_the_last_bit() -> None:
    x, y = Value(3.0, "x"), Value(4.0, "y")
    program = autograd.compile(autograd.hypot(x, y), [x, y], "numba")
    rng = random.Random(0)
    edges = [0.0, -0.0, 5e-324, 2.0**-1024, 2.0**-1023, 2.0**-1022, 1e-170, 1.0, 1e300]
    points = [(a, b) for a in edges for b in edges if a or b]
    points += [(rng.uniform(-9.0, 9.0), rng.uniform(-9.0, 9.0)) for _ in range(20_000)]
    values, _ = program.map(*map(list, zip(*points, strict=True)), allow_nonfinite=True)
    assert values.tolist() == [math.hypot(*point) for point in points]


@pytest.mark.parametrize(
    ("function", "at"),
    [
        (autograd.erf, [-4.0]),
        (autograd.gelu, [-5.0]),
        (autograd.softplus, [100.0]),
        (autograd.hypot, [3e19, 4e19]),
        (autograd.atan2, [3e-15, 4e-15]),
    ],
)
def test_jax_with_fewer_bits_than_doubles_takes_the_mathematics(
    function: Any, at: list[float]
) -> None:
    leaves = [Value(x) for x in at]
    result = function(*leaves)
    value, gradients = autograd.compile(result).to_jax()(jnp.array(at, "float32"))
    assert value.dtype == "float32"
    assert float(value) == pytest.approx(result.data, rel=1e-5)
    assert gradients.tolist() == pytest.approx(grad(result, leaves), rel=1e-5)
