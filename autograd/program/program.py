"""`compile`: a recorded graph as a program that gives its loss and gradients at any numbers."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property, reduce
from math import isfinite
from operator import add
from typing import Any

from autograd.core.checks import check_known
from autograd.core.graph import below
from autograd.core.numbers import as_list, number
from autograd.core.rows import LEAF
from autograd.core.tracking import compared_since, latest_comparison, peek
from autograd.core.value import Number, Value, record
from autograd.derivatives import grad
from autograd.program.engines import ENGINES, LONGEST_WAIT, Answer, Jax, Run, Size
from autograd.program.source import Source

MOST_OPERANDS = (
    300_000  # 5 s and 1 GB to compile in Python, in which the graph runs itself 35 times
)
_SMALLER = (
    "backward() runs the graph as it is. A loss over many samples is smaller as the loss of one, "
    "given all of them: program(xs, ys); many × and + are as affine, total or mean"
)


class CompileError(ValueError):
    """A graph cannot be compiled, and why."""


def compile(loss: Value, inputs: Value | Iterable[Value] = (), engine: str = "python") -> "Program":
    """Write the graph of `loss` as a program.

    `inputs` are the leaves that change from call to call; the other leaves are parameters, by which
    the program differentiates. The engine "python" runs it on floats, "numba" as machine code on
    arrays, compiled at the first call. Raises CompileError if the graph is too large to pay, or if
    Values were compared since the inputs were made, as it may then be one branch of several;
    ValueError if an input is no leaf or is named twice.

    >>> x, w = Value(2.0, "x"), Value(-3.0, "w")
    >>> program = compile((x * w).tanh(), inputs=[x])
    >>> print(program.source)
    def program(x, w):
        # forward
        v1 = x * w
        v2 = tanh(v1)
        # backward
        d_v1 = 1.0 - v2 * v2
        d_w = d_v1 * x
        return v2, (d_w,)
    <BLANKLINE>
    >>> program(0.5)
    (-0.9051482536448664, (0.09035331946182429,))
    """
    given = as_list(inputs)
    check_known("engine", engine, ENGINES)
    are_leaves = all(isinstance(leaf, Value) and leaf.op is LEAF for leaf in given)
    if not are_leaves or len(set(given)) < len(given):
        made_by = "each made by Value(number)"
        raise ValueError(f"inputs are different leaves, {made_by}; got {given!r:.200}")
    operations, leaves = below(loss)
    count = sum(len(node.operands) for node in operations)
    size = f"{len(operations):,} operations on {count:,} operands"
    if not operations:
        raise CompileError("the loss is a leaf: there is nothing to compile")
    if count > MOST_OPERANDS:
        limit = f"{MOST_OPERANDS:,} operands the limit"
        raise CompileError(f"{size} are too many to compile, {limit}; {_SMALLER}")
    if compared_since(given or leaves):
        raise CompileError(_told_compared())
    program = Program(loss, given, engine)
    seconds = ENGINES[engine].seconds_to_compile(program.size)
    if seconds > LONGEST_WAIT:
        wait = f'would take {engine} about {seconds:.0f} s to compile, "python" a few'
        raise CompileError(f"{size} {wait}; {_SMALLER}")
    return program


def _told_compared() -> str:
    return (
        f"Values were compared since the inputs were made (last {latest_comparison()}): "
        "the graph may be one branch of several. max, min, relu and where(relu(x - 1), a, b) "
        "choose anew at each call. If the graph does not depend on it, make the inputs after "
        "comparing, or compare .data"
    )


class Program:
    """A compiled graph: `program(x, y)` gives the loss and the gradients by `parameters`, in order.

    Numbers give loss and gradients at that sample, equal to eager ones bit for bit; sequences of
    numbers, one for each input, the means over the samples. Parameters are read at each call. Where
    the text raises or gives a non-finite number, that sample is recorded anew as a graph, and its
    value or its error is the answer. `source` is the text for one sample, `text` the same lines in
    the loop over samples that runs; `engine` is what runs it.
    """

    def __init__(self, loss: Value, inputs: Sequence[Value], engine: str = "python") -> None:
        self.loss = loss
        self.inputs = list(inputs)
        self.engine = engine
        self._engine = ENGINES[engine]
        self._source = Source(loss, self.inputs)
        self.parameters = self._source.parameters
        self.source = self._source.one_sample()
        self.text = self._source.many_samples()
        self.size = Size.of(self.text, len(self.parameters), len(self.inputs))

    def to_jax(self) -> Callable[..., Any]:
        """The program as a pure function over jax.numpy, to jit, vmap and shard.

        It takes `(parameters, *inputs)` and gives `(loss, gradients)`. `parameters` are in our
        order, an array or a tuple, and the gradients come alike; jax.grad may be NaN where these
        are not. Inputs are numbers, or arrays of one shape; then results are means. Nothing is
        replayed: outside a domain they are NaN or infinite. Precision is JAX's, 32 bits unless
        `jax_enable_x64` is set. Raises ModuleNotFoundError without JAX.
        """
        jax = Jax()
        return jax.compiled(self._source.one_sample(jax.notation))

    def __reduce__(self) -> tuple[Any, ...]:
        return Program, (self.loss, self.inputs, self.engine)

    @cached_property
    def run(self) -> Run:
        """`run(samples, batch, parameters)`: the means over samples[place] for place in batch."""
        return self._engine.compiled(self.text)

    def __call__(self, *inputs: Any) -> Answer:
        lengths = {len(x) if hasattr(x, "__len__") else None for x in inputs}
        if len(inputs) != len(self.inputs) or len(lengths) > 1:
            named = ", ".join(self._source.names[leaf] for leaf in self.inputs)
            expected = f"{len(self.inputs)} numbers, or sequences of one length ({named})"
            raise ValueError(f"expected {expected}, got {inputs!r:.80}")
        if lengths <= {None}:
            return self.mean([[number(x) for x in inputs]])
        return self.mean(self._engine.samples(inputs))

    def mean(self, samples: Sequence[Sequence[float]]) -> Answer:
        """Mean loss and mean gradients over samples, floats in the order of `inputs`.

        Raises ValueError for no samples at all.
        """
        if not len(samples):
            raise ValueError("the mean over no samples is not defined")
        stored = self._engine.stored
        with suppress(ArithmeticError, ValueError):
            data = [peek(parameter) for parameter in self.parameters]
            answer = self.run(stored(samples), stored(range(len(samples))), stored(data))
            if _is_finite(answer):
                return answer
        if len(samples) == 1:
            return self._replay(samples[0])
        return mean_answer([self.mean([sample]) for sample in samples])

    def _replay(self, sample: Sequence[Number]) -> Answer:
        """Record the graph anew at a sample, on leaves of its own, and run it backward."""
        twins: dict[Any, Any] = {}
        for leaf, x in zip(self.inputs, sample, strict=True):
            twins[leaf] = Value(x, leaf.label)
        for leaf in self.parameters:
            twins[leaf] = Value(peek(leaf), leaf.label)
        for node in self._source.operations:
            twins[node] = record(node.op, *(twins.get(x, x) for x in node.operands))
            twins[node].label = node.label
        loss = twins[self.loss]
        by = [twins[leaf] for leaf in self.parameters]
        return peek(loss), tuple(grad(loss, by, allow_unused=True))


def _is_finite(answer: Answer) -> bool:
    loss, gradients = answer
    return isfinite(loss) and all(map(isfinite, gradients))


def mean_answer(answers: Iterable[Answer]) -> Answer:
    """The mean of losses and of gradients, each added from the left as a program does."""
    rows = [(loss, *gradients) for loss, gradients in answers]
    means = [reduce(add, column, -0.0) / len(column) for column in zip(*rows, strict=True)]
    return means[0], tuple(means[1:])
