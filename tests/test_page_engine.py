"""The engine in the page against the engine in Python: rows, graphs, chance and training."""

import math
import random
import re
from collections.abc import Callable, Iterator
from math import inf, isnan, ulp
from typing import Any

import mpmath
import pytest
from playwright.sync_api import Browser, Page

import autograd
from autograd import MLP, SGD, Adam, Value, explain
from autograd.core.graph import below
from autograd.core.rows import affine_row
from autograd.nn import ACTIVATIONS
from autograd.nn.loop import first_seed, shuffle
from autograd.nn.optimizers import Optimizer
from autograd.show.page.rows import engine_script
from demos import document
from tests.conftest import PATIENCE
from tests.strategies import ELEMENTAL, WIDE, draw_of_all_rows

ALL_ROWS = [*ELEMENTAL, *WIDE, affine_row(2), affine_row(4)]

Evaluate = Callable[..., Any]


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[Page]:
    """An empty page with the engine in it; what it logs or throws is a failure."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.set_content(f"<script>{engine_script(ALL_ROWS)}</script>")
    yield page
    page.close()
    assert not trouble


def close_to(expected: Any) -> Any:
    """As far as exp of another libm lets numbers be: it differs by an ulp, which stays small."""
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


def as_nodes(root: Value) -> tuple[list[dict[str, Any]], list[Value]]:
    """A graph as the page takes it, and its nodes in that order."""
    operations, leaves = below(root)
    nodes = [*leaves, *operations]
    place = {node: i for i, node in enumerate(nodes)}
    rows = {id(row): i for i, row in enumerate(ALL_ROWS)}
    data: list[dict[str, Any]] = [{"name": x.label, "number": x.data} for x in leaves]
    for node in operations:
        operands = [{"constant": x} if isinstance(x, float) else place[x] for x in node.operands]
        data.append({"name": node.label, "row": rows[id(node.op)], "operands": operands})
    return data, nodes


COMPUTED_BOTH_WAYS = """nodes => {
    const graph = new Graph(nodes);
    const {v, d} = graph.evaluate(nodes.map(node => node.number));
    const program = new Program(graph, [], graph.leaves);
    const data = graph.leaves.map(leaf => nodes[leaf].number);
    const gradients = new Float64Array(data.length);
    const loss = program.run([], [0], 0, 1, data, gradients);
    return {v, d, loss, gradients: [...gradients]};
}"""


TEXT_OF_A_PROGRAM = """nodes => {
    const graph = new Graph(nodes);
    return new Program(graph, [], graph.leaves).batchText();
}"""
TEXT_OF_VALUES = """nodes => {
    const graph = new Graph(nodes);
    return new Program(graph, [], graph.leaves).valuesText([graph.root]);
}"""


@pytest.mark.parametrize("count", [60, pytest.param(300, marks=pytest.mark.long)])
def test_graphs_of_all_rows(engine: Page, count: int) -> None:
    rng = random.Random(6)
    for _ in range(count):
        graph = draw_of_all_rows(rng)
        leaves = [Value(number, f"x{i}") for i, number in enumerate(graph.numbers)]
        root = graph.build(leaves)
        data, nodes = as_nodes(root)
        found = engine.evaluate(COMPUTED_BOTH_WAYS, data)
        steps = {step.node: step for step in explain(root).steps}
        for node, v, d in zip(nodes, found["v"], found["d"], strict=True):
            assert v == close_to(node.data)
            assert d == close_to(steps[node].gradient)
        assert found["loss"] == found["v"][-1]
        leaf_count = len(found["gradients"])
        assert found["gradients"] == found["d"][:leaf_count]


def test_a_program_names_a_step_once_for_value_and_partial(engine: Page) -> None:
    for activation in ("sigmoid", "tanh"):
        data, _ = as_nodes(MLP(1, [3, 1], activation=activation, seed=0)(Value(0.5, "x")))
        text = engine.evaluate(TEXT_OF_A_PROGRAM, data)
        steps = re.findall(r"const (e\d+) =", text)
        assert len(steps) == len({*steps}) == 3
        assert text.count("exp(") == 3


def test_values_alone_take_the_steps_that_they_use(engine: Page) -> None:
    data, _ = as_nodes(Value(0.5, "x").tanh())
    text = engine.evaluate(TEXT_OF_VALUES, data)
    assert "tanh(v0)" in text
    assert "exp(" not in text


@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_what_javascript_lacks_is_right_to_4_units_in_the_last_place(
    engine: Page, name: str
) -> None:
    rng = random.Random(name)
    points = [rng.uniform(low, high) for low, high in ((-1, 1), (-6, 6), (6, 26)) * 400]
    found = engine.evaluate(f"points => points.map({name})", points)
    with mpmath.workdps(40):
        for x, y in zip(points, found, strict=True):
            exact = getattr(mpmath, name)(x)
            assert abs(y - exact) <= 4 * ulp(float(exact)), x
    ends = engine.evaluate(f"[Infinity, -Infinity, NaN].map({name})")
    assert ends[:2] == [getattr(math, name)(x) for x in (inf, -inf)]
    assert isnan(ends[2])


def test_a_program_keeps_the_sign_of_zero(engine: Page) -> None:
    x = Value(-1.0, "x")
    root = autograd.atan2(Value(-0.0, "y"), x) + x * -0.0
    data, _ = as_nodes(root)
    program = """nodes => {
        const program = new Program(new Graph(nodes), [], []);
        return program.run([], [0], 0, 1, [], new Float64Array(0));
    }"""
    assert engine.evaluate(program, data) == root.data


def test_the_generator_is_pythons(engine: Page) -> None:
    drawn = """seed => {
        const generator = new Generator(seed);
        return Array.from({length: 1500}, () => generator.random());
    }"""
    for seed in (0, 2, 123456789, 2**32 - 1):
        rng = random.Random(seed)
        assert engine.evaluate(drawn, seed) == [rng.random() for _ in range(1500)]


def test_the_shuffle_is_that_of_fit(engine: Page) -> None:
    shuffled = """([seed, length]) => {
        const shuffle = new Shuffle(seed);
        const order = Array.from({length}, (_, i) => i);
        return [1, 2, 3].map(() => { shuffle.shuffle(order); return [...order]; });
    }"""
    for seed, length in ((0, 900), (7, 1), (123456789012, 1000)):
        order = list(range(length))
        state = first_seed(seed)
        expected = []
        for _ in range(3):
            state = shuffle(order, state)
            expected.append([*order])
        assert engine.evaluate(shuffled, [seed, length]) == expected


TRAINED = """([shape, seed, xs, ys, steps, settings]) => {
    const network = new Network(shape);
    const samples = xs.flatMap((x, i) => [x, ys[i]]);
    const start = network.initialNumbers(seed);
    const training = new Training(network.program, samples, xs.length, start, settings);
    for (let i = 0; i < steps; i++) training.step();
    return {start, end: [...training.data]};
}"""


def trained_in_the_page(
    engine: Page, shape: dict[str, Any], steps: int, settings: dict[str, Any]
) -> tuple[list[float], list[float]]:
    """The parameters at the start and after so many steps on the document's samples."""
    xs, ys = document.samples(document.TRAINED, seed=0)
    usual = {"rate": document.ETA, "batchSize": document.BATCH, "seed": 0}
    found = engine.evaluate(TRAINED, [shape, document.SEED, xs, ys, steps, usual | settings])
    return found["start"], found["end"]


def trained_in_python(net: MLP, steps: int, optimizer: Optimizer | None = None) -> list[float]:
    batches = autograd.batches(
        net,
        *document.samples(document.TRAINED, seed=0),
        learning_rate=None if optimizer else document.ETA,
        optimizer=optimizer,
        batch_size=document.BATCH,
        epochs=1000,
        seed=0,
    )
    for _ in range(steps):
        next(batches)
    return numbers(net)


def numbers(net: MLP) -> list[float]:
    return [w.data for w in net.parameters()]


def test_the_documents_training(engine: Page) -> None:
    net = MLP(1, [3, 1], activation="sigmoid", seed=document.SEED)
    shape = {"inputs": 1, "units": [3, 1], "activation": "sigmoid"}
    start, end = trained_in_the_page(engine, shape, 1000, {})
    assert start == numbers(net)
    assert end == close_to(trained_in_python(net, 1000))
    assert end != pytest.approx(start, rel=0.01)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_networks_of_each_activation(engine: Page, activation: str) -> None:
    net = MLP(1, [4, 3, 1], activation=activation, seed=document.SEED)
    shape = {"inputs": 1, "units": [4, 3, 1], "activation": activation}
    start, end = trained_in_the_page(engine, shape, 30, {"rate": 0.05})
    assert start == numbers(net)
    optimizer = autograd.SGD(0.05)
    assert end == close_to(trained_in_python(net, 30, optimizer))


@pytest.mark.parametrize(
    ("name", "rule"), [("momentum", SGD(0.02, momentum=0.9)), ("Adam", Adam(0.02))]
)
def test_optimizers(engine: Page, name: str, rule: Optimizer) -> None:
    net = MLP(1, [3, 1], activation="sigmoid", seed=document.SEED)
    shape = {"inputs": 1, "units": [3, 1], "activation": "sigmoid"}
    _, end = trained_in_the_page(engine, shape, 200, {"optimizer": name, "rate": 0.02})
    expected = trained_in_python(net, 200, rule)
    # Adam divides by the root of small squares: an ulp grows to some 1e-11.
    assert end == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_weight_decay_is_the_gradient_of_its_term(engine: Page) -> None:
    shape = {"inputs": 1, "units": [3, 1], "activation": "sigmoid"}
    weights = [0, 1, 2, 6, 7, 8]
    start, plain = trained_in_the_page(engine, shape, 1, {})
    _, end = trained_in_the_page(engine, shape, 1, {"decay": 0.1, "decayed": weights})
    for j, (before, without, after) in enumerate(zip(start, plain, end, strict=True)):
        term = document.ETA * 0.1 * before if j in weights else 0.0
        assert after == close_to(without - term)


def test_a_step_that_diverges_is_not_taken(engine: Page) -> None:
    found = engine.evaluate("""() => {
        const network = new Network({inputs: 1, units: [3, 1], activation: "relu"});
        const start = network.initialNumbers(0);
        const samples = [0.5, 1e200];
        const settings = {rate: 1e200, batchSize: 1, optimizer: "momentum"};
        const training = new Training(network.program, samples, 1, start, settings);
        try {
            training.step();
        } catch (error) {
            return [error instanceof Diverged, start, [...training.data],
                    [...training.memory], training.steps];
        }
    }""")
    assert found == [True, found[1], found[1], [0.0] * 10, 0]


def test_the_pace_gives_way_to_pictures(engine: Page) -> None:
    found = engine.evaluate("""() => {
        const pace = new Pace();
        const seen = [pace.slice];
        for (const elapsed of [25, 25, 16.7]) { pace.see(elapsed); seen.push(pace.slice); }
        for (let i = 0; i < 20; i++) pace.see(100);
        seen.push(pace.slice);
        for (let i = 0; i < 200; i++) pace.see(16.7);
        return [...seen, pace.slice];
    }""")
    assert found == pytest.approx([9.0, 8.0, 7.0, 7.1, 3.0, 9.0])


def test_a_slice_takes_so_many_steps_at_most(engine: Page) -> None:
    found = engine.evaluate("""() => {
        const network = new Network({inputs: 1, units: [3, 1], activation: "tanh"});
        const settings = {rate: 0.1, batchSize: 1};
        const start = network.initialNumbers(0);
        const training = new Training(network.program, [0.5, 0.2], 1, start, settings);
        const taken = [1, 3, 8].map(most => { training.runFor(1e6, most); return training.steps; });
        return taken;
    }""")
    assert found == [1, 4, 12]


def test_values_over_many_samples(engine: Page) -> None:
    net = MLP(2, [3, 2, 1], activation="tanh", seed=5)
    points = [(0.1 * i, 1.0 - 0.2 * i) for i in range(12)]
    found = engine.evaluate(
        """([points, data]) => {
            const network = new Network({inputs: 2, units: [3, 2, 1], activation: "tanh"});
            const wanted = [network.layers[0].outputs[2], network.output];
            const values = new Float64Array(2 * points.length);
            const fill = network.program.valuesOf(wanted);
            fill(points.flatMap(([a, b]) => [a, b, 0]), points.length, data, values);
            return [...values];
        }""",
        [points, numbers(net)],
    )
    nodes = [autograd.trace(net(point))[0] for point in points]
    values = [{node.label: node.data for node in graph} for graph in nodes]
    expected = [at["a1_3"] for at in values] + [at["z3_1"] for at in values]
    assert found == close_to(expected)


def test_the_logistic_loss_of_a_sample(engine: Page) -> None:
    z = Value(0.7, "z")
    for y in (-1.0, 1.0):
        loss = autograd.softplus(-(y * z))
        (slope,) = autograd.grad(loss, [z])
        found = engine.evaluate(
            """y => {
                const network = new Network(
                    {inputs: 1, units: [1], activation: "tanh", loss: "logistic"});
                const gradients = [0, 0];
                const loss = network.program.run([1, y], [0], 0, 1, [0.7, 0], gradients);
                return [loss, gradients[1]];
            }""",
            y,
        )
        assert found == close_to([loss.data, slope])
