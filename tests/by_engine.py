"""The graphs of rows run by each engine at many points: numba, tapes, JAX, C and JavaScript."""

import ctypes
import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy

from autograd import Value
from autograd.core.graph import below
from autograd.core.rows import affine_row, mean_row, total_row
from autograd.program.jitted import machine_code, machine_loop
from autograd.program.sweep import sampled, sweeper
from autograd.program.tape import record_tape
from autograd.show.page.rows import engine_script
from demos.benchmark.browser import BROWSERS
from tests.by_library import in_64_bits
from tests.draws import Numbers
from tests.recorded import Graph
from tests.strategies import ELEMENTAL


def in_machine_code(graph: Graph, numbers: Numbers) -> Numbers:
    """By numba; NaN where the text raises."""
    assert graph.program is not None
    results = numpy.full((len(numbers), 1 + numbers.shape[1]), math.nan)
    machine_loop(_over_points, machine_code(graph.program.text_in_array))(numbers, results)
    return results


def _over_points(run: Any) -> Callable[..., None]:
    def loop(numbers: Any, results: Any) -> None:
        samples = numpy.zeros((1, 0))
        batch = numpy.zeros(1, numpy.int64)
        for i in range(len(numbers)):
            try:
                value, gradients = run(samples, batch, numbers[i])
                for j in range(len(gradients)):
                    results[i, 1 + j] = gradients[j]
                results[i, 0] = value
            except Exception:
                results[i] = numpy.nan

    return loop


def in_jax(graph: Graph, numbers: Numbers) -> Numbers:
    """By JAX with 64 bits."""
    import jax

    assert graph.program is not None
    with in_64_bits():
        values, gradients = jax.jit(jax.vmap(graph.program.to_jax()))(numbers)
    return numpy.column_stack([numpy.asarray(values), numpy.asarray(gradients)])


def in_sweeps(graph: Graph, numbers: Numbers) -> Numbers:
    """By sweeps over a tape; NaN where they raise."""
    assert graph.program is not None
    tape, rows = record_tape([graph.root], [], graph.program.parameters)
    taped = sampled(tape, numpy.zeros((1, 0)))
    sweep = sweeper(rows).run
    batch = numpy.zeros(1, numpy.int64)
    results = numpy.full((len(numbers), 1 + numbers.shape[1]), math.nan)
    for i, point in enumerate(numbers):
        with suppress(ValueError):
            results[i, 0], results[i, 1:] = sweep(taped, batch, point)
    return results


LOOP_IN_C = """
void over_points(long count, const double *leaves, double *results)
{{
    for (long i = 0; i < count; i++, leaves += {width}, results += {width} + 1)
        results[0] = program(leaves, results + 1);
}}
"""


def in_c(graph: Graph, numbers: Numbers) -> Numbers:
    """By the machine's C compiler."""
    assert graph.program is not None
    width = numbers.shape[1]
    text = graph.program.to_c() + LOOP_IN_C.format(width=width)
    results = numpy.zeros((len(numbers), width + 1))
    with tempfile.TemporaryDirectory() as folder:
        over_points = _built(text, folder).over_points
        pointer = ctypes.POINTER(ctypes.c_double)
        points = numpy.ascontiguousarray(numbers)
        count = ctypes.c_long(len(points))
        over_points(count, points.ctypes.data_as(pointer), results.ctypes.data_as(pointer))
    return results


def _built(source: str, folder: str) -> Any:
    path = Path(folder) / "program.c"
    path.write_text(source, encoding="utf-8")
    library = path.with_suffix(".so")
    options = ["-O1", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run(["cc", *options, "-o", str(library), str(path), "-lm"], check=True)
    return ctypes.CDLL(str(library))


IN_A_PAGE = """([nodes, points]) => {
    const graph = new Graph(nodes);
    const program = new Program(graph, [], graph.leaves);
    return points.map(point => {
        const gradients = new Float64Array(point.length);
        const value = program.run([], [0], 0, 1, point, gradients);
        return [value, ...gradients];
    });
}"""
ALL_ROWS = [*ELEMENTAL, affine_row(2), total_row(4), mean_row(4)]


@cache
def in_page() -> Callable[[Graph, Numbers], Numbers]:
    """By the engine that pages have, in a browser that ends with this process."""
    # In a thread of its own: of Playwright's loops a thread has one, and tests have another.
    thread = ThreadPoolExecutor(1)
    page = thread.submit(_opened_page).result()

    def run(graph: Graph, numbers: Numbers) -> Numbers:
        assert graph.program is not None
        nodes, leaves = _as_nodes(graph)
        place = {leaf: i for i, leaf in enumerate(graph.program.parameters)}
        constant = numpy.ones(len(numbers))
        given = [numbers[:, place[x]] if x in place else constant * x.data for x in leaves]
        points = numpy.column_stack(given).tolist()
        found = thread.submit(page.evaluate, IN_A_PAGE, [nodes, points]).result()
        ours = [0, *(1 + leaves.index(leaf) for leaf in place)]
        return numpy.array(found, float)[:, ours]

    return run


def _opened_page() -> Any:
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)))
    started = sync_playwright().start()
    browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
    page = browser.new_page()
    page.set_content(f"<script>{engine_script(ALL_ROWS)}</script>")
    return page


def _as_nodes(graph: Graph) -> tuple[list[dict[str, Any]], list[Value]]:
    """A graph as the page takes it, and its leaves in that order."""
    operations, leaves = below(graph.root)
    place = {node: i for i, node in enumerate([*leaves, *operations])}
    rows = {id(row): i for i, row in enumerate(ALL_ROWS)}
    nodes: list[dict[str, Any]] = [{"name": x.label, "number": x.data} for x in leaves]
    for node in operations:
        operands = [{"constant": x} if isinstance(x, float) else place[x] for x in node.operands]
        nodes.append({"name": "", "row": rows[id(node.op)], "operands": operands})
    return nodes, leaves
