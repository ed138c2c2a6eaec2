"""What runs programs: Python, machine code by numba, a loop over flat arrays, and jax.numpy.

An engine says how it stores numbers, how it compiles a program or a loop around one, and how long
that takes. A new engine is one class here, and an entry in `ENGINES`.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from math import isfinite
from typing import Any, Protocol, TypeAlias

from autograd.core.define import define
from autograd.core.native.loading import native
from autograd.core.notation import ARRAYS
from autograd.core.numbers import number
from autograd.core.rows import CONSTANTS, FUNCTIONS
from autograd.core.value import Value
from autograd.extras import extra
from autograd.program.language import Language
from autograd.program.machine import power_of_c
from autograd.program.size import Size
from autograd.program.sweep import SampledTape, sweeper
from autograd.program.tape import record_tape
from autograd.program.taped import HAS_NUMBA, taped

Answer: TypeAlias = tuple[float, tuple[float, ...]]  # a loss, and its gradients by the parameters
Run: TypeAlias = Callable[..., Answer]  # of (samples, batch, leaves)
Loop: TypeAlias = Callable[..., Callable[..., None]]  # of a Run and the functions that it calls

LONGEST_WAIT = 100.0  # seconds for an engine to compile


class Runnable(Protocol):
    """A program, as an engine sees it: its graph, and a text that is written when it is read."""

    loss: Value
    inputs: list[Value]
    parameters: list[Value]
    constants: list[Value]

    @property
    def text(self) -> str: ...

    @property
    def run(self) -> Run: ...


class Engine(ABC):
    """What runs programs."""

    name: str

    @abstractmethod
    def is_available(self) -> bool:
        """Whether what it needs is installed."""

    @abstractmethod
    def stored(self, numbers: Sequence[Any]) -> Any:
        """Numbers, or rows of numbers, as this engine's programs take them."""

    @abstractmethod
    def samples(self, columns: Sequence[Any]) -> Any:
        """A row for each sample, from one sequence of numbers for each input."""

    @abstractmethod
    def compiled(self, program: Runnable) -> Run:
        """A program over samples as a function."""

    @abstractmethod
    def loop(
        self, write: Loop, program: Runnable, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        """The loop that `write` makes around a program and other functions.

        It takes first a tuple of named parts, the `samples` among them.
        """

    def check(self, program: Runnable) -> None:  # noqa: B027  # most have nothing to ask for
        """Raise ModuleNotFoundError if what this program needs is not installed."""

    def refusal(self, size: Size) -> str:
        """Why a program is too large for this engine; nothing if it is not."""
        seconds = self.seconds_to_compile(size)
        wait = f"would take {self.name} about {seconds:.0f} s to compile"
        return wait if seconds > LONGEST_WAIT else ""

    @abstractmethod
    def seconds_to_compile(self, size: Size) -> float:
        """About how long `compiled` takes."""

    @abstractmethod
    def seconds_to_run(self, size: Size) -> float:
        """About how long one sample takes."""


class Python(Engine):
    """The text as it stands, on lists of floats."""

    name = "python"

    SECONDS_AN_OPERATOR = 5e-9
    SECONDS_TO_COMPILE_AN_OPERATOR = 5e-6
    MOST_OPERANDS = 300_000  # 5 s and 1 GB to compile, in which the graph runs itself 35 times

    def is_available(self) -> bool:
        return True

    def stored(self, numbers: Sequence[Any]) -> list[Any]:
        return list(numbers)

    def samples(self, columns: Sequence[Any]) -> list[list[float]]:
        return [[number(x) for x in sample] for sample in zip(*columns, strict=True)]

    def compiled(self, program: Runnable) -> Run:
        return define("program", program.text, {**FUNCTIONS, **CONSTANTS})

    def loop(
        self, write: Loop, program: Runnable, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        return write(program.run, *functions)

    def refusal(self, size: Size) -> str:
        limit = f"{self.MOST_OPERANDS:,} operands the limit of {self.name}"
        is_larger = size.operands > self.MOST_OPERANDS
        return f"are too many to compile, {limit}" if is_larger else ""

    def seconds_to_compile(self, size: Size) -> float:
        return self.SECONDS_TO_COMPILE_AN_OPERATOR * size.operators

    def seconds_to_run(self, size: Size) -> float:
        return self.SECONDS_AN_OPERATOR * size.operators


class Numba(Engine):
    """The text as machine code, on arrays; the extra `fast`."""

    name = "numba"

    SECONDS_AN_OPERATOR = 5e-10  # 0.2 to 2 ns, measured
    # Fitted to compilations of 10 to 3,000 operators: it grows faster than the text.
    SECONDS_TO_START = 1.0
    SECONDS_TO_COMPILE_AN_OPERATOR = 6e-4
    SECONDS_A_SUM = 8e-3  # of what a loop adds up, or unpacks
    SECONDS_A_LINE_AND_SUM = 1e-5
    SECONDS_A_LINE_SQUARED = 1e-7
    SECONDS_A_CHOICE_SQUARED = 1e-4
    MOST_CHOICES = 400  # at 500 numba ends in a RecursionError

    def is_available(self) -> bool:
        return find_spec("numba") is not None

    def stored(self, numbers: Sequence[Any]) -> Any:
        return extra("numpy", "fast").array(numbers)

    def samples(self, columns: Sequence[Any]) -> Any:
        numbers = [_column(column) for column in columns]
        return extra("numpy", "fast").array(numbers).T.copy()

    def compiled(self, program: Runnable) -> Run:
        return machine_code(program.text)

    def loop(
        self, write: Loop, program: Runnable, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        return machine_loop(write, machine_code(program.text), *functions)

    def refusal(self, size: Size) -> str:
        if size.choices <= self.MOST_CHOICES:
            return super().refusal(size)
        limit = f"past {self.MOST_CHOICES} choices, where its compiler fails"
        return f"would take {self.name} {limit}, by {size.choices:,}"

    def seconds_to_compile(self, size: Size) -> float:
        a_line = self.SECONDS_A_LINE_AND_SUM * size.parameters
        a_line += self.SECONDS_A_LINE_SQUARED * size.lines
        return (
            self.SECONDS_TO_START
            + self.SECONDS_TO_COMPILE_AN_OPERATOR * size.operators
            + self.SECONDS_A_SUM * (size.parameters + size.inputs)
            + a_line * size.lines
            + self.SECONDS_A_CHOICE_SQUARED * size.choices**2
        )

    def seconds_to_run(self, size: Size) -> float:
        return self.SECONDS_AN_OPERATOR * size.operators


class Sweeping(Numba):
    """The graph as flat arrays, swept by one loop for all graphs; the extra `fast`."""

    name = "tape"

    # With the loop that `fit` compiles around it; the sweep itself is found on disk.
    SECONDS_TO_START = 1.5
    SECONDS_TO_RECORD = 2e-6
    SECONDS_AN_OPERATION = 1e-8  # 9 to 12 ns, measured, and more for functions of math
    SECONDS_AN_OPERAND = 3e-9

    def compiled(self, program: Runnable) -> Run:
        return taped([program.loss], program.inputs, program.parameters, program.constants).run

    def loop(
        self, write: Loop, program: Runnable, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        leaves = (program.inputs, program.parameters, program.constants)
        tape, rows = record_tape([program.loss], *leaves)
        loop = machine_loop(write, sweeper(rows).run, *functions)

        def with_tape(state: Any, *limits: int) -> None:
            loop(state._replace(samples=SampledTape(tape, state.samples)), *limits)

        return with_tape

    def refusal(self, size: Size) -> str:
        return ""

    def seconds_to_compile(self, size: Size) -> float:
        return self.SECONDS_TO_START + self.SECONDS_TO_RECORD * size.operations

    def seconds_to_run(self, size: Size) -> float:
        of_operands = self.SECONDS_AN_OPERAND * size.operands
        return self.SECONDS_AN_OPERATION * size.operations + of_operands


class SweepingInC(Python):
    """The same in C, which needs nothing installed; the loop around it is Python's."""

    name = "tape"

    SECONDS_TO_RECORD = 1e-6
    SECONDS_AN_OPERATION = 2e-8  # 16 ns, measured

    def is_available(self) -> bool:
        return native

    def check(self, program: Runnable) -> None:
        program.run  # noqa: B018  # it is laid out once, when it is first read

    def compiled(self, program: Runnable) -> Run:
        return taped([program.loss], program.inputs, program.parameters, program.constants).run

    def refusal(self, size: Size) -> str:
        return ""

    def seconds_to_compile(self, size: Size) -> float:
        return self.SECONDS_TO_RECORD * size.operations

    def seconds_to_run(self, size: Size) -> float:
        return self.SECONDS_AN_OPERATION * size.operations


SWEEPING = Sweeping() if HAS_NUMBA else SweepingInC()
ENGINES: dict[str, Engine] = {engine.name: engine for engine in (Python(), Numba(), SWEEPING)}


def fastest(size: Size, samples: int) -> Engine:
    """The engine that has run so many samples first, its time to compile included.

    Python, if the program is too large for all.
    """

    def seconds(engine: Engine) -> float:
        return engine.seconds_to_compile(size) + samples * engine.seconds_to_run(size)

    ready = [engine for engine in ENGINES.values() if engine.is_available()]
    able = [engine for engine in ready if not engine.refusal(size)]
    return min(able, key=seconds, default=ENGINES["python"])


def _column(x: Any) -> Any:
    """The numbers of one input; an array of NumPy's is taken as a whole."""
    is_array = getattr(x, "ndim", 0) == 1 and x.dtype.kind in "iuf" and not hasattr(x, "mask")
    return x.astype(float) if is_array else [number(item) for item in x]


@lru_cache(32)
def machine_code(text: str) -> Run:
    """The text of a program as a function on arrays, compiled at its first call."""
    functions = {name: f if f is abs else _raising(f) for name, f in FUNCTIONS.items()}
    return _jitted(define("program", text, {**functions, **CONSTANTS}))


@lru_cache(32)
def machine_loop(write: Loop, run: Run, *functions: Callable[..., Any]) -> Callable[..., None]:
    """A loop around a compiled program and other functions, compiled with them; each only once."""
    return _jitted(write(run, *map(_jitted, functions)))


@lru_cache(128)
def _jitted(function: Callable[..., Any]) -> Callable[..., Any]:
    numba = extra("numba", "fast")
    return numba.njit(function)  # type: ignore[no-any-return]  # a function


@cache
def _raising(function: Callable[..., float]) -> Any:
    """A function of rows that raises in machine code where Python's does.

    1 / log(0) would be 0 without a word.
    """

    called = power_of_c() if function is math.pow else function

    def checked(*operands: float) -> float:
        result = called(*operands)
        if not isfinite(result):
            raise ValueError
        return result

    return _jitted(checked)


class Jax:
    """The text on one sample over jax.numpy, for JAX to transform; the extra `jax`.

    No entry in `ENGINES`: JAX raises nothing, so that no sample is recorded anew.
    """

    language = Language(ARRAYS)

    def __init__(self) -> None:
        self._numpy = extra("jax", "jax").numpy  # before a long text is written for nothing

    def compiled(
        self, text: str, in_fewer_bits: str, constants: Callable[[], Sequence[float]]
    ) -> Callable[..., tuple[Any, Any]]:
        """A function of (parameters, *inputs) that gives means over the samples in the inputs.

        `text` is for doubles. `constants` gives the numbers of the leaves that stay.
        """
        numpy = self._numpy
        of_doubles = define("program", text, self._scope())
        of_others = define("program", in_fewer_bits, self._scope())

        def program(parameters: Any, *inputs: Any) -> tuple[Any, Any]:
            shapes = {numpy.shape(x) for x in inputs}
            if len(shapes) > 1:
                got = f"got the shapes {sorted(shapes)}"
                raise ValueError(f"inputs are numbers, or arrays of one shape, {got}")
            # As arrays of floats: whole numbers would wrap around, and Python's own raise.
            numbers = [numpy.asarray(x) * 1.0 for x in (*inputs, *parameters, *constants())]
            are_doubles = numpy.result_type(float, *numbers) == numpy.float64
            of_one_sample = of_doubles if are_doubles else of_others
            # 1e300 in 32 bits is inf, and may be.
            with extra("numpy", "jax").errstate(over="ignore"):
                loss, of_samples = of_one_sample(*numbers)
            gradients = [numpy.mean(gradient) for gradient in of_samples]
            like_parameters = numpy.array if hasattr(parameters, "shape") else type(parameters)
            return numpy.mean(loss), like_parameters(gradients)

        program.__doc__ = text
        return program

    def _scope(self) -> dict[str, Any]:
        numpy = self._numpy
        special = extra("jax.scipy.special", "jax")
        scope: dict[str, Any] = {"where": numpy.where, "less": _less, "at_most": _at_most}
        for name in (*FUNCTIONS, *CONSTANTS):
            scope[name] = getattr(special if name.startswith("erf") else numpy, name)
        return scope


def _less(a: Any, b: Any) -> Any:
    return 1.0 * (a < b)


def _at_most(a: Any, b: Any) -> Any:
    return 1.0 * (a <= b)
