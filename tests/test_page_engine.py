"""The engine in the page against the engine in Python: rows, graphs, chance and training."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import autograd
from autograd import MLP, Value, explain
from autograd.core.graph import below
from autograd.core.rows import affine_row
from autograd.nn.loop import first_seed, shuffle
from autograd.show.page.assembly import embedded, joined
from autograd.show.page.rows import engine_data
from demos import document
from tests.conftest import PATIENCE
from tests.strategies import ELEMENTAL, WIDE, draw_of_all_rows

SCRIPTS = ("engine.js", "program.js", "random.js", "network.js", "training.js")
ALL_ROWS = [*ELEMENTAL, *WIDE, affine_row(2)]

Evaluate = Callable[..., Any]


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[Page]:
    """An empty page with the engine in it; what it logs or throws is a failure."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    data = engine_data(ALL_ROWS)
    constants = f"const FUNCTION_NAMES = {data['functions']};\nconst ROW_DATA = {data['rows']};"
    page.set_content(f"<script>{constants}\n{joined(*SCRIPTS)}</script>")
    yield page
    page.close()
    assert not trouble


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
            assert v == pytest.approx(node.data, rel=1e-12, abs=1e-12)
            assert d == pytest.approx(steps[node].gradient, rel=1e-12, abs=1e-12)
        assert found["loss"] == found["v"][-1]
        leaf_count = len(found["gradients"])
        assert found["gradients"] == found["d"][:leaf_count]


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


def test_the_documents_training(engine: Page) -> None:
    xs, ys = document.samples(document.TRAINED, seed=0)
    net = MLP(1, [3, 1], activation="sigmoid", seed=document.SEED)
    shape = {"inputs": 1, "units": [3, 1], "activation": "sigmoid"}
    settings = {"rate": document.ETA, "batchSize": document.BATCH, "seed": 0}
    found = engine.evaluate(TRAINED, [shape, document.SEED, xs, ys, 1000, settings])
    assert found["start"] == [w.data for w in net.parameters()]
    batches = autograd.batches(
        net, xs, ys, learning_rate=document.ETA, batch_size=document.BATCH, epochs=20, seed=0
    )
    for _ in range(1000):
        next(batches)
    assert found["end"] == pytest.approx([w.data for w in net.parameters()], rel=1e-12, abs=1e-12)
