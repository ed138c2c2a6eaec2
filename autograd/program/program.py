"""`compile`: a recorded graph as a program that gives its loss and gradients at any numbers."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property, reduce
from math import isfinite
from operator import add
from typing import Any

from autograd.core.checks import check_known
from autograd.core.custom import CustomRow
from autograd.core.diagnosis import described
from autograd.core.graph import below
from autograd.core.numbers import as_list, number
from autograd.core.rows import LEAF
from autograd.core.tracking import (
    AT_THIS_POINT,
    OVERWRITTEN,
    mark,
    number_left,
    peek,
    what_left_below,
)
from autograd.core.value import Number, Value, record
from autograd.derivatives import gradients
from autograd.program.c import C
from autograd.program.engines import ENGINES, Answer, Jax, Run, fastest
from autograd.program.size import Size
from autograd.program.source import Source
from autograd.program.taped import OwnRowError

_SMALLER = (
    'engine="tape" takes graphs of any size, and backward() runs the graph as it is. A loss over '
    "many samples is smaller as the loss of one, given all of them: program(xs, ys); many × and + "
    "are as affine, total or mean"
)


SHOWN = 4  # names of inputs, and of parameters, in the repr of a program


class CompileError(ValueError):
    """A graph cannot be compiled, and why."""


def compile(
    loss: Value,
    inputs: Value | Iterable[Value] = (),
    engine: str = "python",
    *,
    parameters: Iterable[Value] | None = None,
) -> "Program":
    """Write the graph of `loss` as a program.

    `inputs` are the leaves that change from call to call, `parameters` those by which the program
    differentiates: without a list all the other leaves. What is neither stays as it is at the call.
    The engine "python" runs it on floats, "numba" as machine code on arrays, compiled at the first
    call. "tape" writes no text: it sweeps over a graph of any size, laid out as flat arrays, by one
    loop that is compiled once for all graphs.

    Raises CompileError if the graph is too large for the engine; if a number of a Value left the
    graph after the inputs were made and before the loss was, by a comparison, a read of `data` or
    `grad`, or in print, as the graph may then be one of several; if the data of a result was set;
    if a derivative in it holds at this point only; or if an operation in it is `custom`. Raises
    ValueError if an input is no leaf or is named twice, or if the loss does not depend on one of
    the parameters. Raises ModuleNotFoundError if "tape" has neither numba nor C; C sweeps no rows
    of one's own.

    >>> x, w = Value(2.0, "x"), Value(-3.0, "w")
    >>> program = compile((x * w).sin(), inputs=[x])
    >>> print(program.source)
    def program(x, w):
        # forward
        v1 = x * w
        v2 = sin(v1)
        # backward
        d_v1 = cos(v1)
        d_w = d_v1 * x
        return v2, (d_w,)
    <BLANKLINE>
    >>> program(0.5)
    (-0.9974949866040544, (0.03536860083385145,))
    """
    check_known("engine", engine, ENGINES)
    return written(loss, inputs, parameters).on(engine)


def written(
    loss: Value, inputs: Value | Iterable[Value], parameters: Iterable[Value] | None
) -> "Program":
    """The program of a graph of any size, checked as `compile` does but for its engine.

    `Program.on` says which one runs it.
    """
    given = as_list(inputs)
    by = None if parameters is None else list(dict.fromkeys(as_list(parameters)))
    _check_leaves("inputs", given)
    operations, leaves = below(loss)
    if by is not None:
        _check_leaves("parameters", by)
        _check_parameters(by, {*leaves} - {*given})
    if not operations:
        raise CompileError("the loss is a leaf: there is nothing to compile")
    check_marks([*leaves, *operations])
    left = what_left_below(loss, given or leaves)
    if left:
        raise CompileError(_told_left(left))
    return Program(Source(loss, given, by))


def _check_leaves(what: str, given: Sequence[Any]) -> None:
    are_leaves = all(isinstance(leaf, Value) and leaf.op is LEAF for leaf in given)
    if not are_leaves or len(set(given)) < len(given):
        made_by = "each made by Value(number)"
        raise ValueError(f"{what} are different leaves, {made_by}; got {given!r:.200}")


def _check_parameters(parameters: Iterable[Value], leaves: set[Value]) -> None:
    for parameter in parameters:
        if parameter not in leaves:
            why = "it is an input, or the loss does not depend on it"
            raise ValueError(f"{described(parameter)} is no parameter: {why}")


def check_marks(nodes: Iterable[Value]) -> None:
    """Raise CompileError if a program would not do what was done when the graph was recorded."""
    for node in nodes:
        if mark(node) == OVERWRITTEN:
            what = f"the data of {described(node)} was set, though an operation made it"
            hint = "a program would compute it anew; a number of your own is a leaf"
            raise CompileError(f"{what}: {hint}, Value(number)")
        if mark(node) == AT_THIS_POINT:
            what = f"{described(node)} is a derivative that holds at this point only"
            hint = "its rows chose branches that may fail elsewhere"
            raise CompileError(f"{what}: {hint}; differentiate anew at each point")
        if isinstance(node.op, CustomRow):
            raise CompileError(node.op.refusal("a program is made of"))


def _told_left(how: str) -> str:
    return (
        f"{how} after the inputs were made and before the loss was: what was recorded since may "
        "depend on that number, which a program would keep. max, min, relu and "
        "where(relu(x - 1), a, b) choose anew at each call, and grad(…, create_graph=True) gives "
        "derivatives that a program computes anew. If nothing depends on it, make the inputs "
        "after that"
    )


class Program:
    """A compiled graph: `program(x, y)` gives the loss and the gradients by `parameters`, in order.

    Numbers give loss and gradients at that sample, equal to eager ones bit for bit, but for numba's
    `hypot`; sequences of numbers, one for each input, the means over the samples. Parameters are
    read at each call. Where the text raises or gives a non-finite number, that sample is recorded
    anew as a graph, and its value or its error is the answer. `source` is the text for one sample,
    written when it is read; `engine` is what runs the program.
    """

    def __init__(self, source: Source, engine: str = "python") -> None:
        self.loss = source.loss
        self.inputs = source.inputs
        self.parameters = source.parameters
        self.engine = engine
        self.constants = source.constants
        self._source = source

    @cached_property
    def text(self) -> str:
        """The lines of `source` in the loop over samples, as the engines of text run them."""
        return self._source.many_samples()

    @cached_property
    def size(self) -> Size:
        """How much there is to do."""
        return Size.of(self._source.operations, len(self.leaves), len(self.inputs))

    def on(self, engine: str) -> "Program":
        """The same program, run by another engine.

        Raises CompileError if it is too large for that engine, or would take it too long;
        ModuleNotFoundError if "tape" has nothing to sweep it.
        """
        refusal = ENGINES[engine].refusal(self.size)
        if refusal:
            raise CompileError(f"{self.size} {refusal}; {_SMALLER}")
        program = self if engine == self.engine else Program(self._source, engine)
        ENGINES[engine].check(program)
        return program

    def on_fastest(self, samples: int) -> "Program":
        """The same program, run by the engine that has run so many samples first."""
        try:
            return self.on(fastest(self.size, samples).name)
        except OwnRowError:
            return self.on("python")

    @property
    def leaves(self) -> list[Value]:
        """What `run` takes the numbers of: the parameters, then the leaves that stay."""
        return self._source.leaves

    def leaf_data(self) -> list[float]:
        """Their numbers as they are now."""
        return [peek(leaf) for leaf in self.leaves]

    def to_jax(self) -> Callable[..., Any]:
        """The program as a pure function over jax.numpy, to jit, vmap and shard.

        It takes `(parameters, *inputs)` and gives `(loss, gradients)`. `parameters` are in our
        order, an array or a tuple, and the gradients come alike; jax.grad may be NaN where these
        are not. Inputs are numbers, or arrays of one shape; then results are means. Nothing is
        recorded anew: outside a domain they are NaN or infinite. Precision is JAX's, 32 bits unless
        `jax_enable_x64` is set. Raises ModuleNotFoundError without JAX.
        """
        jax = Jax()
        source = self._source.written_in(jax.language)
        text = source.one_sample()
        in_fewer_bits = source.in_fewer_bits().one_sample()
        constants = len(self.parameters)
        return jax.compiled(text, in_fewer_bits, lambda: self.leaf_data()[constants:])

    def to_c(self, name: str = "program") -> str:
        """The program as the text of one function in C99, called `name`.

        It takes arrays of the inputs, the parameters and, if there are any, the constants, each in
        the order that its comment says; it fills an array of gradients and gives the loss.
        Raises ValueError if no function in C can have that name, or its library has one,
        TypeError for a name that is no string.

        >>> x, w = Value(2.0, "x"), Value(-3.0, "w")
        >>> text = compile((x * w).sin(), inputs=[x]).to_c("wave")
        >>> print(text.partition("#include <math.h>\\n\\n")[2], end="")
        double wave(const double inputs[1], const double parameters[1], double gradients[1])
        {
            double x = inputs[0];
            double w = parameters[0];
            // forward
            double v1 = x * w;
            double v2 = sin(v1);
            // backward
            double d_v1 = cos(v1);
            double d_w = d_v1 * x;
            gradients[0] = d_w;
            return v2;
        }
        """
        return self._source.written_in(C(name)).one_sample()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.loss, self.inputs, self.parameters, self.engine)

    @cached_property
    def source(self) -> str:
        """The text for one sample, to be read and pasted."""
        return self._source.one_sample()

    @cached_property
    def run(self) -> Run:
        """`run(samples, batch, leaves)`: the means over samples[place] for place in batch."""
        return ENGINES[self.engine].compiled(self)

    def __repr__(self) -> str:
        of = f" of {_shortened(_named(self.inputs))}" if self.inputs else ""
        by = f" by {_shortened(_named(self.parameters))}" if self.parameters else ""
        return f"<program{of}{by}: {self.engine}>"

    def __call__(self, *inputs: Any, **by_name: Any) -> Answer:
        if by_name:
            order = f"in the order {', '.join(_named(self.inputs))}" if self.inputs else "none"
            raise TypeError(f"inputs are positional, {order}; got {', '.join(by_name)} by name")
        lengths = {_length(x) for x in inputs}
        if len(inputs) != len(self.inputs) or len(lengths) > 1:
            named = ", ".join(_named(self.inputs))
            expected = f"{len(self.inputs)} numbers, or sequences of one length ({named})"
            raise ValueError(f"expected {expected}, got {inputs!r:.80}")
        # Not in `mean`, by which training runs: that gives nobody a number.
        number_left("a program gave numbers", aside=True)
        if lengths <= {None}:
            return self.mean([[number(x) for x in inputs]])
        return self.mean(ENGINES[self.engine].samples(inputs))

    def mean(self, samples: Sequence[Sequence[float]]) -> Answer:
        """Mean loss and mean gradients over samples, floats in the order of `inputs`.

        Raises ValueError for no samples at all.
        """
        if not len(samples):
            raise ValueError("the mean over no samples is not defined")
        run = self.run
        stored = ENGINES[self.engine].stored
        with suppress(ArithmeticError, ValueError):
            places = stored(range(len(samples)))
            answer = run(stored(samples), places, stored(self.leaf_data()))
            if _is_finite(answer):
                return answer
        if len(samples) == 1:
            return self._recorded_anew(samples[0])
        return mean_answer([self.mean([sample]) for sample in samples])

    def _recorded_anew(self, sample: Sequence[Number]) -> Answer:
        """Record the graph anew at a sample, on leaves of its own, and run it backward."""
        twins: dict[Any, Any] = {}
        for leaf, x in zip(self.inputs, sample, strict=True):
            twins[leaf] = Value(x, leaf.label)
        for leaf in self.leaves:
            twins[leaf] = Value(peek(leaf), leaf.label)
        for node in self._source.operations:
            twins[node] = record(node.op, *(twins.get(x, x) for x in node.operands))
            twins[node].label = node.label
        loss = twins[self.loss]
        by = [twins[leaf] for leaf in self.parameters]
        return peek(loss), gradients(loss, by)


def _named(leaves: Iterable[Value]) -> list[str]:
    """Leaves by their labels: the names in the text would take seconds in a large graph."""
    return [leaf.label or "?" for leaf in leaves]


def _shortened(names: list[str]) -> str:
    """A list of names, of many the first ones."""
    if len(names) <= SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[: SHOWN - 1])} and {len(names) - SHOWN + 1} more"


def _length(x: Any) -> int | None:
    """The length of a sequence; None for a number, and for an array of none."""
    is_sequence = hasattr(x, "__len__") and getattr(x, "ndim", 1) > 0
    return len(x) if is_sequence else None


def _restored(
    loss: Value, inputs: Sequence[Value], parameters: Sequence[Value], engine: str
) -> Program:
    return Program(Source(loss, inputs, parameters), engine)


def _is_finite(answer: Answer) -> bool:
    loss, gradients = answer
    return isfinite(loss) and all(map(isfinite, gradients))


def mean_answer(answers: Iterable[Answer]) -> Answer:
    """The mean of losses and of gradients, each added from the left as a program does."""
    rows = [(loss, *gradients) for loss, gradients in answers]
    means = [reduce(add, column, -0.0) / len(column) for column in zip(*rows, strict=True)]
    return means[0], tuple(means[1:])
