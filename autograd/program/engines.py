"""What runs programs: Python, machine code by numba, and a loop over flat arrays.

An engine says how it stores numbers, how it compiles a program or a loop around one, and how long
that takes. A new engine is one class here, and an entry in `ENGINES`.
"""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Protocol, TypeAlias

from autograd.core.define import define
from autograd.core.native.loading import native
from autograd.core.numbers import number
from autograd.core.rows import CONSTANTS, FUNCTIONS
from autograd.core.value import Value
from autograd.extras import extra
from autograd.program.answers import means_of
from autograd.program.jitted import (
    LONGEST_WAIT,
    Loop,
    Run,
    jitted,
    machine_code,
    machine_code_apart,
    machine_loop,
)
from autograd.program.on_tape import ProgramOnTape
from autograd.program.points import is_sequence
from autograd.program.several import Several
from autograd.program.size import Size
from autograd.program.sweep import SampledTape, sweeper
from autograd.program.tape import record_tape
from autograd.program.taped import HAS_NUMBA

# Of (samples, leaves): values[sample][output] and gradients[sample][output], a number for each leaf
# by which the program differentiates.
Each: TypeAlias = Callable[[Any, Any], tuple[Any, Any]]

# What is expected to take longer another process compiles, which takes a second to start. This one
# hears no Ctrl-C while LLVM compiles, which is half of the time.
SECONDS_IN_THIS_PROCESS = 2.0


class Runnable(Protocol):
    """A program, as an engine sees it: its graphs, and a text that is written when it is read.

    `term` is added to the only output, outside the mean over samples; `by` are the leaves by which
    the program differentiates: its parameters, none, or its inputs and then the parameters.
    """

    outputs: list[Value]
    term: Value | None
    is_several: bool
    inputs: list[Value]
    parameters: list[Value]
    constants: list[Value]
    by: list[Value]

    @property
    def size(self) -> Size: ...

    @property
    def text(self) -> str: ...

    @property
    def text_in_array(self) -> str: ...

    @property
    def text_of_each(self) -> str: ...

    @property
    def run(self) -> Run: ...


class Engine(ABC):
    """What runs programs."""

    name: str
    seconds_to_start: float  # about how long it takes before it compiles its first program
    seconds_to_move: float  # about how long an optimizer takes for one parameter

    @abstractmethod
    def is_available(self) -> bool:
        """Whether what it needs is installed."""

    @abstractmethod
    def stored(self, numbers: Sequence[Any]) -> Any:
        """Numbers, or rows of numbers, as this engine's programs take them."""

    @abstractmethod
    def samples(self, columns: Sequence[Any], count: int) -> Any:
        """A row for each of so many samples; a number in place of a sequence is that of all."""

    @abstractmethod
    def joined(self, parts: Sequence[Any]) -> Any:
        """One after the other, what `each` gave of some samples."""

    @abstractmethod
    def compiled(self, program: Runnable) -> Run:
        """A program over samples as a function that gives the means."""

    @abstractmethod
    def each(self, program: Runnable) -> Each:
        """A program over samples as a function that gives the results of each."""

    @abstractmethod
    def function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of numbers and of what is `stored`, as loops of this engine call it."""

    @abstractmethod
    def loop(
        self, write: Loop, program: Runnable, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        """The loop that `write` makes around a program and other functions, made by `function`.

        It takes first the samples, as they are `stored`.
        """

    def loop_of_several(
        self, write: Loop, several: Several, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        """The same around programs of which each sample has one; it takes no samples but those.

        Python calls them, unless an engine knows a better way.
        """
        return write(several.run_by(self.stored), *functions)

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

    @abstractmethod
    def seconds_to_call(self, size: Size) -> float:
        """About how long one sample takes beside that, in `loop_of_several`."""


class Python(Engine):
    """The text as it stands, on lists of floats."""

    name = "python"
    seconds_to_start = 0.0
    seconds_to_move = 4e-7  # by Adam; by plain descent a third of it

    SECONDS_AN_OPERATOR = 1e-8  # 9 to 12 ns, measured
    SECONDS_TO_COMPILE_AN_OPERATOR = 1.2e-5  # 10 to 15 µs, its text included
    SECONDS_A_CALL = 5e-6
    SECONDS_A_GRADIENT = 5e-7  # one number of a list: made, and added to those of a batch
    MOST_OPERANDS = 300_000  # 5 s and 1 GB to compile, in which the graph runs itself 35 times

    def is_available(self) -> bool:
        return True

    def stored(self, numbers: Sequence[Any]) -> list[Any]:
        return list(numbers)

    def samples(self, columns: Sequence[Any], count: int) -> list[list[float]]:
        repeated = [x if is_sequence(x) else [x] * count for x in columns]
        if not repeated:
            return [[]] * count
        return [[number(x) for x in sample] for sample in zip(*repeated, strict=True)]

    def joined(self, parts: Sequence[Any]) -> Any:
        return [row for part in parts for row in part]

    def compiled(self, program: Runnable) -> Run:
        return define("program", program.text, {**FUNCTIONS, **CONSTANTS})

    def each(self, program: Runnable) -> Each:
        fill = define("program", program.text_of_each, {**FUNCTIONS, **CONSTANTS})
        outputs = range(len(program.outputs))
        by = len(program.by)

        def run(samples: Any, leaves: Any) -> tuple[Any, Any]:
            values = [[0.0 for _ in outputs] for _ in samples]
            gradients = [[[0.0] * by for _ in outputs] for _ in samples]
            fill(samples, leaves, values, gradients)
            return values, gradients

        return run

    def function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return function

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

    def seconds_to_call(self, size: Size) -> float:
        return self.SECONDS_A_CALL + self.SECONDS_A_GRADIENT * size.parameters


class Numba(Engine):
    """The text as machine code, on arrays; the extra `fast`."""

    name = "numba"
    seconds_to_start = 1.3
    seconds_to_move = 1e-8

    SECONDS_AN_OPERATOR = 5e-10  # 0.2 to 2 ns, measured
    SECONDS_A_CALL = 1e-5
    SECONDS_A_GRADIENT = 1e-7
    # Fitted to compilations of 100 to 10,000 operators, on a busy machine, to 30 %: it grows faster
    # than the text.
    SECONDS_TO_COMPILE_AN_OPERATOR = 1.2e-3
    SECONDS_A_SUM = 1.6e-2  # of what a loop adds up, or unpacks
    SECONDS_A_LINE_AND_SUM = 4e-5
    SECONDS_A_LINE_SQUARED = 2e-7
    SECONDS_A_CHOICE_SQUARED = 2e-4
    MOST_CHOICES = 400  # at 500 numba ends in a RecursionError

    def is_available(self) -> bool:
        return find_spec("numba") is not None

    def stored(self, numbers: Sequence[Any]) -> Any:
        return extra("numpy", "fast").array(numbers)

    def samples(self, columns: Sequence[Any], count: int) -> Any:
        rows = extra("numpy", "fast").empty((count, len(columns)))
        for place, column in enumerate(columns):
            rows[:, place] = _column(column) if is_sequence(column) else number(column)
        return rows

    def joined(self, parts: Sequence[Any]) -> Any:
        return extra("numpy", "fast").concatenate(parts)

    def compiled(self, program: Runnable) -> Run:
        if program.is_several:  # of long tuples, added up, numba compiles seconds
            return means_of(self.each(program), self.stored)
        means = self._machine_code(program, program.text_in_array)

        def run(samples: Any, batch: Any, leaves: Any) -> tuple[float, tuple[float, ...]]:
            loss, gradients = means(samples, batch, leaves)
            return loss, tuple(gradients.tolist())

        return run

    def each(self, program: Runnable) -> Each:
        zeros = extra("numpy", "fast").zeros
        fill: Any = self._machine_code(program, program.text_of_each)
        outputs = len(program.outputs)
        by = len(program.by)

        def run(samples: Any, leaves: Any) -> tuple[Any, Any]:
            values = zeros((len(samples), outputs))
            gradients = zeros((len(samples), outputs, by))
            fill(samples, leaves, values, gradients)
            return values, gradients

        return run

    def function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return jitted(function)

    def loop(
        self, write: Loop, program: Runnable, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        return machine_loop(write, self._machine_code(program, program.text_in_array), *functions)

    def _machine_code(self, program: Runnable, text: str) -> Run:
        """That of a text; of a long one it is compiled at once, in another process."""
        if self.seconds_to_compile(program.size) < SECONDS_IN_THIS_PROCESS or not sys.executable:
            return machine_code(text)
        return machine_code_apart(text)

    def refusal(self, size: Size) -> str:
        if size.choices <= self.MOST_CHOICES:
            return super().refusal(size)
        limit = f"past {self.MOST_CHOICES} choices, where its compiler fails"
        return f"would take {self.name} {limit}, by {size.choices:,}"

    def seconds_to_compile(self, size: Size) -> float:
        a_line = self.SECONDS_A_LINE_AND_SUM * size.parameters
        a_line += self.SECONDS_A_LINE_SQUARED * size.lines
        return (
            self.SECONDS_TO_COMPILE_AN_OPERATOR * size.operators
            + self.SECONDS_A_SUM * (size.parameters + size.inputs)
            + a_line * size.lines
            + self.SECONDS_A_CHOICE_SQUARED * size.choices**2
        )

    def seconds_to_run(self, size: Size) -> float:
        return self.SECONDS_AN_OPERATOR * size.operators

    def seconds_to_call(self, size: Size) -> float:
        return self.SECONDS_A_CALL + self.SECONDS_A_GRADIENT * size.parameters


class Sweeping(Numba):
    """The graph as flat arrays, swept by one loop for all graphs; the extra `fast`."""

    name = "tape"

    # For the loop that `fit` compiles around it; the sweep itself is found on disk.
    seconds_to_start = 1.5

    SECONDS_TO_RECORD = 2e-6
    SECONDS_AN_OPERATION = 1.5e-8  # and more for functions of math
    SECONDS_AN_OPERAND = 5e-9

    def compiled(self, program: Runnable) -> Run:
        return ProgramOnTape(program, self.stored).means

    def each(self, program: Runnable) -> Each:
        return ProgramOnTape(program, self.stored).each

    def loop(
        self, write: Loop, program: Runnable, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        outputs = [*program.outputs] if program.term is None else [*program.outputs, program.term]
        columns = [[leaf] for leaf in program.inputs]
        tape, rows = record_tape(outputs, columns, program.parameters, program.constants)
        loop = machine_loop(write, sweeper(rows).run, *functions)
        first = self.stored([0])
        term = -1 if program.term is None else 1

        def with_tape(samples: Any, *state: Any) -> None:
            loop(SampledTape(tape, samples, first, term), *state)

        return with_tape

    def loop_of_several(
        self, write: Loop, several: Several, *functions: Callable[..., Any]
    ) -> Callable[..., None]:
        tape, rows = record_tape(
            several.outputs, several.columns, several.parameters, several.constants
        )
        loop = machine_loop(write, sweeper(rows).run, *functions)
        term = -1 if several.term is None else len(several.programs)
        taped = SampledTape(
            tape, self.stored(several.rows_alike()), self.stored(several.which), term
        )

        def with_tape(samples: Any, *state: Any) -> None:
            loop(taped, *state)

        return with_tape

    def refusal(self, size: Size) -> str:
        return ""

    def seconds_to_compile(self, size: Size) -> float:
        return self.SECONDS_TO_RECORD * size.operations

    def seconds_to_run(self, size: Size) -> float:
        of_operands = self.SECONDS_AN_OPERAND * size.operands
        return self.SECONDS_AN_OPERATION * size.operations + of_operands

    def seconds_to_call(self, size: Size) -> float:
        return 0.0  # its loop is one for all programs


class SweepingInC(Python):
    """The same in C, which needs nothing installed; the loop around it is Python's."""

    name = "tape"

    SECONDS_TO_RECORD = 1e-6
    SECONDS_AN_OPERATION = 1e-8
    SECONDS_AN_OPERAND = 5.5e-9

    def is_available(self) -> bool:
        return native

    def check(self, program: Runnable) -> None:
        program.run  # noqa: B018  # it is laid out once, when it is first read

    def compiled(self, program: Runnable) -> Run:
        return ProgramOnTape(program, self.stored).means

    def each(self, program: Runnable) -> Each:
        return ProgramOnTape(program, self.stored).each

    def refusal(self, size: Size) -> str:
        return ""

    def seconds_to_compile(self, size: Size) -> float:
        return self.SECONDS_TO_RECORD * size.operations

    def seconds_to_run(self, size: Size) -> float:
        of_operands = self.SECONDS_AN_OPERAND * size.operands
        return self.SECONDS_AN_OPERATION * size.operations + of_operands


SWEEPING = Sweeping() if HAS_NUMBA else SweepingInC()
ENGINES: dict[str, Engine] = {engine.name: engine for engine in (Python(), Numba(), SWEEPING)}


def _column(x: Any) -> Any:
    """The numbers of one input; an array of NumPy's is taken as a whole."""
    is_array = getattr(x, "ndim", 0) == 1 and x.dtype.kind in "iuf" and not hasattr(x, "mask")
    return x.astype(float) if is_array else [number(item) for item in x]
