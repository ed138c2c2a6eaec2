"""How mutants meet the tests: in copies of a process that has loaded what they need."""

import functools
import gc
import importlib
import json
import os
import pkgutil
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType

import coverage
import pytest
from hypothesis import Phase, settings

from tests.faults import PACKAGE, Mutant, path_of
from tests.reach import AT_IMPORT, Living, Reach, function_of

# The tests near each module, those that find most first. Browsers, notebooks and README are far.
NEAR = {
    "core/value.py": "value gradient tracking errors ops",
    "core/calls.py": "custom ops",
    "core/custom.py": "custom",
    "core/conversions.py": "conversions",
    "core/elsewhere.py": "subclasses messages",
    "core/at_once.py": "threads signals",
    "core/keeping.py": "subclasses",
    "core/adjoints.py": "derivatives gradient choices",
    "core/graph.py": "value gradient program errors drawing numeric",
    "core/numbers.py": "ops value wrapping choices errors folding samples",
    "core/choices.py": "choices gradient derivatives folding",
    "core/methods.py": "value ops wrapping tracking errors",
    "core/formula.py": "notation ops folding derivatives choices why",
    "core/notation.py": "notation ops folding choices derivatives why",
    "derivatives.py": "derivatives choices taylor newton tracking numeric",
    "products.py": "products derivatives choices",
    "derivative_graphs.py": "derivatives products choices taylor newton tracking numeric",
    "program/source.py": "program outputs folding choices sharing",
    "jets.py": "jets functionals",
    "arithmetic.py": "jets functionals",
    "program/sharing.py": "sharing program",
    "program/backward.py": "program outputs folding choices",
    "program/compiling.py": "program outputs tracking samples",
    "program/points.py": "outputs program engines",
    "program/answers.py": "outputs program engines training",
    "program/mapping.py": "outputs",
    "program/several.py": "kinds",
    "program/anew.py": "outputs program engines",
    "program/on_tape.py": "outputs tape",
    "program/jax.py": "engines outputs",
    "program/language.py": "program to_c",
    "program/c.py": "to_c",
    "program/tape.py": "tape replay",
    "program/sweep.py": "tape replay",
    "program/taped.py": "tape replay",
    "program/machine.py": "tape",
    "program/size.py": "engines tape training",
    "program/replay.py": "replay contents",
    "program/replayed.py": "replay vectors",
    "program/recordings.py": "replay contents vectors",
    "program/orders.py": "vectors",
    "program/at_once.py": "vectors",
    "program/arguments.py": "replay contents",
    "program/surroundings.py": "training replay contents",
    "program/contents.py": "contents replay",
    "program/reach.py": "contents replay training",
    "program/program.py": "program outputs tracking samples",
    "program/engines.py": "engines program training",
    "program/jitted.py": "apart engines",
    "program/apart.py": "apart",
    "program/child.py": "apart",
    "program/errors.py": "apart program",
    "program/choosing.py": "engines kinds",
    "core/tracking.py": "tracking value wrapping files program",
    "core/diagnosis.py": "errors gradient ops tracking choices numeric",
    "core/grammar.py": "ops notation main",
    "core/copying.py": "files tracking wrapping value",
    "core/define.py": "value derivatives ops wrapping",
    "core/checks.py": "derivatives nn program",
    "core/mathml.py": "why notation",
    "core/computed.py": "mathematics ops folding",
    "core/constants.py": "notation folding ops derivatives",
    "core/floats.py": "mathematics ops folding",
    "core/gaussians.py": "mathematics ops folding",
    "core/pairs.py": "mathematics ops folding",
    "core/remainders.py": "mathematics ops functions_of_many",
    "core/numpy_names.py": "functions_of_many",
    "core/rows.py": "mathematics ops value folding choices program",
}
# Tests that take seconds. Most find nothing that others do not; those of numba and JAX compile.
SLOW = """
    it_runs_as_a_script thousands_of_terms long_sums_within primal15 one_answer every_latex_text
    more_paths_than killed_at_any_moment after_a_thousand_steps an_optimizer_takes_the_place
    machine_code_of_some jax_on_random_graphs nothing_is_left_for_the_collector generators[numba]
    derivative_that_nobody_asks c_gives_the_numbers structure_in_jax long_sums_compile anew[numba]
    svg_of_a_random_graph numba jax no_number_where random_graphs main.py many_terms
"""
ENOUGH = 6  # seconds of computing after which a mutant has lived, one test of each function first
LONGEST = 10  # seconds of computing until a test counts as endless
PATIENCE = 900  # seconds, asleep or not
# What tests load beside the package, once.
LOADED = """
    hypothesis numpy mpmath sympy numba graphviz matplotlib.pyplot playwright.sync_api
    axe_playwright_python.sync_playwright html.parser http.server multiprocessing
"""
QUICK = [
    *("--assert=plain", "--override-ini=addopts=--doctest-modules", "-m", "not long"),
    *"-p no:cacheprovider -p no:unraisableexception -p no:threadexception".split(),
    *("-k", f"not ({' or '.join(SLOW.split())})"),
]


def hunt(waiting: Sequence[Mutant], processes: int) -> Iterator[tuple[Mutant, str]]:
    """Run tests against each mutant, several at a time, and tell its fate."""
    _prepare()
    by_key = {mutant.key: mutant for mutant in waiting}
    for line in _answers(lambda tell: _hunt_functions(waiting, processes, tell)):
        key, fate = json.loads(line)
        if key:
            yield by_key.pop(key), fate
        else:
            _leave_out("functions", fate)
    for module in NEAR:
        others = [mutant for mutant in by_key.values() if mutant.module == module]
        if others:
            without = _red(module)

            def work(mutant: Mutant, without: Sequence[str] = without) -> int:
                return _run_anew(mutant.module, mutant.text, without, lambda _: os._exit(1))

            yield from _several(others, work, processes)


def _prepare() -> None:
    """Load what tests need beside the package, so that all processes begin with it."""
    os.chdir(PACKAGE.parent)
    os.environ |= {"CI": "1", "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["AUTOGRAD_NATIVE"] = "0"  # faults are in Python
    for name in LOADED.split():
        importlib.import_module(name)
    sys.dont_write_bytecode = False  # so that no process compiles again what is as it was
    gc.freeze()  # each process would look at all of it again


def _begin(work: Callable[[], int]) -> int:
    """Begin a process without output that ends with what `work` gives."""
    process = os.fork()
    if process:
        return process
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    code = 1
    try:
        code = work()
    finally:
        os._exit(code)


def _several(
    waiting: Sequence[Mutant], work: Callable[[Mutant], int], processes: int
) -> Iterator[tuple[Mutant, str]]:
    """Let processes work on mutants, so many at a time, each within its limits."""

    def limited(mutant: Mutant) -> int:
        signal.alarm(PATIENCE)
        _give_time()
        return work(mutant)

    running: dict[int, Mutant] = {}
    queue = list(reversed(waiting))
    while queue or running:
        while queue and len(running) < processes:
            mutant = queue.pop()
            running[_begin(functools.partial(limited, mutant))] = mutant
        process, status = os.wait()
        mutant = running.pop(process)
        yield mutant, "endless" if os.WIFSIGNALED(status) else "killed" if status else "survived"


def _spent() -> float:
    """Seconds of computing of this process so far."""
    return sum(os.times()[:2])


def _give_time() -> None:
    """Let this process compute no longer than a test may take."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(_spent()) + LONGEST, most))


def _answers(work: Callable[[Callable[[str], None]], int]) -> Iterator[str]:
    """The lines that a process tells until it ends."""
    read, write = os.pipe()

    def tell(line: str) -> None:
        os.write(write, f"{line}\n".encode())

    process = _begin(lambda: work(tell))
    os.close(write)
    with open(read, encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n")
    os.waitpid(process, 0)


class _Listener:
    """Draws without shrinking, and tells which tests fail, before anyone explains why."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        self.failed = failed

    def pytest_sessionstart(self) -> None:
        settings.register_profile("mutants", settings(), phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed(report.nodeid)

    def pytest_runtest_logstart(self) -> None:
        if resource.getrlimit(resource.RLIMIT_CPU)[0] != resource.RLIM_INFINITY:
            _give_time()  # to each test anew

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
            self.failed(item.nodeid)


# Mutants of what is done at import.


class _Changed(SourceFileLoader):
    """Loads one module of the package from another text, and finds it for import."""

    def __init__(self, module: str, text: str) -> None:
        dotted = "autograd." + module.removesuffix(".py").replace("/", ".")
        super().__init__(dotted, str(path_of(module)))
        self.text = text

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec")

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None


def _run_anew(module: str, text: str, without: Sequence[str], failed: Callable[[str], None]) -> int:
    """Import the package with a text in the place of a module, and run the tests near it."""
    sys.meta_path.insert(0, _Changed(module, text))
    doctests = str(path_of(module).relative_to(PACKAGE.parent))
    left_out = [f"--deselect={test}" for test in without]
    files = [*_files(NEAR[module]), doctests]
    return pytest.main([*QUICK, *left_out, *files], plugins=[_Listener(failed)])


def _files(names: str) -> list[str]:
    return [f"tests/test_{name}.py" for name in dict.fromkeys(names.split())]


def _red(module: str) -> list[str]:
    """The tests near a module that fail without any fault, and so cannot find one."""
    text = path_of(module).read_text(encoding="utf-8")
    red = [*_answers(lambda tell: _run_anew(module, text, (), tell))]
    _leave_out(module, sorted(set(red)))
    return red


def _leave_out(what: str, red: Sequence[str]) -> None:
    if red:
        print(f"{what}: left out, as they fail without a fault: {', '.join(red)}")


# Mutants of what functions do later.


def _hunt_functions(waiting: Sequence[Mutant], processes: int, tell: Callable[[str], None]) -> int:
    """Run all tests once, then against each mutant those that reach its line."""
    measured = coverage.Coverage(
        data_file=None, include=[f"{PACKAGE}/*"], config_file=False, messages=False
    )
    measured.start()
    measured.switch_context(AT_IMPORT)
    _import_all()
    measured.switch_context("")
    modules = {mutant.module: None for mutant in waiting}
    doctests = [str(path_of(module).relative_to(PACKAGE.parent)) for module in modules]
    files = [*_files(" ".join(NEAR[module] for module in modules)), *doctests]
    return pytest.main([*QUICK, *files], plugins=[_Hunter(waiting, processes, measured, tell)])


def _import_all() -> None:
    import autograd

    for module in pkgutil.walk_packages(autograd.__path__, "autograd."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


class _Hunter(_Listener):
    """Hunts in the place of pytest's loop over tests."""

    def __init__(
        self,
        waiting: Sequence[Mutant],
        processes: int,
        measured: coverage.Coverage,
        tell: Callable[[str], None],
    ) -> None:
        super().__init__(self._note_red)
        self.waiting = waiting
        self.processes = processes
        self.measured = measured
        self.tell = tell
        self.red: set[str] = set()

    def _note_red(self, test: str) -> None:
        self.red.add(test)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        tests = {test.nodeid: test for test in session.items}
        for name, test in tests.items():
            self.measured.switch_context(name)
            _run(test)
        self.measured.stop()
        reach = Reach(self.measured.get_data())
        living = Living()
        gc.freeze()
        self.red |= {*_answers(lambda tell: self._run_again(tests, living, tell))}
        self.tell(json.dumps(["", sorted(self.red)]))
        self.failed = lambda _: os._exit(1)

        def work(mutant: Mutant) -> int:
            if not living.replace(mutant):
                return 0
            until = _spent() + ENOUGH
            for name in [x for x in reach.tests(mutant) if x not in self.red]:
                if _spent() < until:
                    _run(tests[name])
            return 0

        hunted = [mutant for mutant in self.waiting if function_of(mutant)]
        for mutant, fate in _several(hunted, work, self.processes):
            if fate != "survived" or reach.is_late(mutant):
                self.tell(json.dumps([mutant.key, fate]))
        return True

    def _run_again(
        self, tests: dict[str, pytest.Item], living: Living, tell: Callable[[str], None]
    ) -> int:
        """Run all tests in a copy without a fault, as mutants will run them; tell which fail."""
        self.failed = tell
        living.forget()
        for test in tests.values():
            _run(test)
        return 0


def _run(test: pytest.Item) -> None:
    test.config.hook.pytest_runtest_protocol(item=test, nextitem=None)
