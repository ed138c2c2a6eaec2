"""A recorded graph and its derivative as one straight-line Python function on floats.

The text is made to be read: forward in the order of the layers, then backward in the document's order, with the labels
of the graph as names; `d_w` is the derivative of the loss by `w`. It runs as it is printed after `from math import *`.
"""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, reduce
from itertools import count
from math import inf, isfinite
from operator import add
from typing import Any

from autograd.derivatives import grad
from autograd.engines import extra, machine_code, over_jax, side_by_side
from autograd.errors import CompileError, check_known
from autograd.formula import Choices, define, splice
from autograd.ops import FUNCTIONS
from autograd.tape import document_order, names, tape
from autograd.value import Number, Value, compared_since, looks, number, record, several

__all__ = ["Program", "compile"]

Answer = tuple[float, tuple[float, ...]]  # the loss, and its gradients by the parameters

LARGEST = 300_000  # operands, in Python 5 s and 1 GB to compile, for which the graph runs itself 35 times
SUMMANDS = 100  # in one expression: ast, which rewrites conditionals for JAX, recurses along a sum
LONGEST_WAIT = 100.0  # seconds for numba to compile
_OURS = "program samples batch place parameters where less at_most".split()
_SMALLER = ("backward() runs the graph as it is. A loss over many samples is smaller as the loss of one, given all of them: "
            "program(xs, ys); many × and + are as affine, total or mean")  # fmt: skip


def compile(loss: Value, inputs: Value | Iterable[Value] = (), engine: str = "python") -> "Program":
    """Write the graph of `loss` as a program; `inputs` are the leaves that change per call, the others are parameters.

    The engine "python" runs it on floats, "numba" as machine code on arrays, compiled at the first call. Raises CompileError
    if the graph is too large to pay, or if Values were compared since the inputs were made, as it may then be one branch of
    several; ValueError if an input is no leaf or is named twice.

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
    inputs = several(inputs)
    check_known("engine", engine, ("python", "numba"))
    if not all(isinstance(leaf, Value) and not leaf.operands for leaf in inputs) or len(set(inputs)) < len(inputs):
        raise ValueError(f"inputs are different leaves, each made by Value(number); got {inputs!r:.200}")
    operations, leaves = tape(loss)
    if not operations:
        raise CompileError("the loss is a leaf: there is nothing to compile")
    size = f"{len(operations):,} operations on {(operands := sum(len(node.operands) for node in operations)):,} operands"
    if operands > LARGEST:
        raise CompileError(f"{size} are too many to compile, {LARGEST:,} operands the limit; {_SMALLER}")
    if compared_since(inputs or leaves):
        raise CompileError(f"Values were compared since the inputs were made (last {looks.latest}): the graph may be one "
                           "branch of several. max, min, relu and where(relu(x - 1), a, b) choose anew at each call. If the "
                           "graph does not depend on it, make the inputs after comparing, or compare .data")  # fmt: skip
    program = Program(loss, inputs, engine)
    if engine == "numba" and (seconds := seconds_to_compile(program)) > LONGEST_WAIT:
        raise CompileError(f'{size} would take numba about {seconds:.0f} s to compile, "python" a few; {_SMALLER}')
    return program


class Program:
    """A compiled graph: `program(x, y)` gives the loss and the gradients by `parameters`, in their order.

    Numbers give loss and gradients at that sample, equal to eager ones bit for bit; sequences of numbers, one for each
    input, the means over the samples. Parameters are read at each call. Where the text raises or gives a non-finite
    number, that sample is recorded anew as a graph, and its value or its error is the answer. `source` is the text for one
    sample, `text` the same lines in the loop over samples that runs.
    """

    def __init__(self, loss: Value, inputs: Sequence[Value], engine: str = "python") -> None:
        self.loss, self.inputs, self.engine, given, self._operations = loss, list(inputs), engine, set(inputs), tape(loss)[0]
        forward, leaves, backward = document_order(self._operations)
        self.parameters = [leaf for leaf in leaves if leaf not in given]
        self._names = _identifiers(names(loss, inputs), [*self.inputs, *self.parameters, *forward])
        arguments, parameters = ([self._names[x] for x in leaves] for leaves in (self.inputs, self.parameters))
        steps = [f"{self._names[node]} = {splice(node.op.primal, self._meaning(node))}" for node in forward]
        body = ["# forward", *steps, "# backward", *self._backward(backward)]
        results = [self._names[loss], *(f"d_{name}" for name in parameters)]
        self.source = _function([*arguments, *parameters], body, results)
        start = [f"{_tuple(parameters)} = parameters", " = ".join(f"sum_{name}" for name in results) + " = -0.0"]
        loop = [f"{_tuple(arguments)} = samples[place]", *body, *(f"sum_{name} += {name}" for name in results)]
        lines = [*start, "for place in batch:", *(f"    {line}" for line in loop)]
        self.text = _function(["samples", "batch", "parameters"], lines, [f"sum_{name} / len(batch)" for name in results])

    def to_jax(self) -> Callable[..., Any]:
        """The program as a pure function `(parameters, *inputs)` → `(loss, gradients)` over jax.numpy, to jit, vmap and shard.

        `parameters` are in our order, an array or a tuple, and the gradients come alike; jax.grad may be NaN where these are
        not. Inputs are numbers, or arrays of one shape; then results are means. Nothing is replayed: outside a domain they are
        NaN or infinite. Precision is JAX's, 32 bits unless `jax_enable_x64` is set. Raises ModuleNotFoundError without JAX.
        """
        return over_jax("".join(map(Choices().rewritten, self.source.splitlines(keepends=True))))

    def __reduce__(self) -> tuple[Any, ...]:
        return Program, (self.loss, self.inputs, self.engine)

    @cached_property
    def run(self) -> Callable[..., Answer]:
        """`run(samples, batch, parameters)`: the means over samples[place] for each place in the batch, as the text has it."""
        return machine_code(self.text) if self.engine == "numba" else define("program", self.text, FUNCTIONS)

    def __call__(self, *inputs: Any) -> Answer:
        lengths = {len(x) if hasattr(x, "__len__") else None for x in inputs}
        if len(inputs) != len(self.inputs) or len(lengths) > 1:
            known = ", ".join(self._names[leaf] for leaf in self.inputs)
            raise ValueError(f"expected {len(self.inputs)} numbers, or sequences of one length ({known}), got {inputs!r:.80}")
        if self.engine == "numba" and not lengths <= {None}:
            return self.mean(side_by_side(inputs))
        samples = [inputs] if lengths <= {None} else zip(*inputs, strict=True)
        return self.mean([[number(x) for x in sample] for sample in samples])

    def mean(self, samples: Sequence[Sequence[float]]) -> Answer:
        """Mean loss and mean gradients over samples, floats in the order of `inputs`; ValueError for none at all."""
        if not len(samples):
            raise ValueError("the mean over no samples is not defined")
        sequence = extra("numpy", "fast").array if self.engine == "numba" else list
        with suppress(ArithmeticError, ValueError):
            data = [parameter._data for parameter in self.parameters]
            loss, gradients = self.run(sequence(samples), sequence(range(len(samples))), sequence(data))
            if isfinite(loss) and all(map(isfinite, gradients)):
                return loss, gradients
        return self._replay(samples[0]) if len(samples) == 1 else mean_answer(self.mean([sample]) for sample in samples)

    def _replay(self, sample: Sequence[Number]) -> Answer:
        """Record the graph anew at a sample, on leaves of its own, and run it backward."""
        copies: dict[Any, Any] = {leaf: Value(x, leaf.label) for leaf, x in zip(self.inputs, sample, strict=True)}
        copies |= {leaf: Value(leaf.data, leaf.label) for leaf in self.parameters}
        for node in self._operations:
            copies[node] = record(node.op, *(copies.get(operand, operand) for operand in node.operands))
            copies[node].label = node.label
        by = [copies[parameter] for parameter in self.parameters]
        return copies[self.loss]._data, tuple(grad(copies[self.loss], by, allow_unused=True))

    def _meaning(self, node: Value) -> dict[str, str]:
        """What the names in the row of a node stand for."""
        operands = [repr(x) if isinstance(x, float) else self._names[x] for x in node.operands]
        return {**dict(zip(node.op.operands, operands, strict=True)), "out": self._names[node]}

    def _backward(self, order: list[Value]) -> Iterator[str]:
        summands: dict[Any, list[str]] = {parameter: [] for parameter in self.parameters}  # of what depends on parameters
        for node in self._operations:
            flows = zip(node.operands, node.op.partials, strict=False)
            if any(operand in summands and partial != "0.0" for operand, partial in flows):
                summands[node] = []
        for node in reversed(self._operations):  # the order in which gradients are added up, for the same bits
            meaning, adjoint = self._meaning(node), "" if node is self.loss else f"d_{self._names[node]}"
            for operand, partial in zip(node.operands, node.op.partials, strict=False):
                if operand in summands and partial != "0.0" and (node is self.loss or summands.get(node)):
                    summands[operand].append(_product(adjoint, splice(partial, meaning)))
        for node in order:
            if node is not self.loss and (summands.get(node) or (node in summands and not node.operands)):
                yield from _add_up(f"d_{self._names[node]}", summands[node])


def operators(text: str) -> int:
    """What there is to do in a text: Python takes some 5 ns for each of these, machine code 0.2 to 2 ns."""
    return len(re.findall(r"[-+*/(]", text))


def seconds_to_compile(program: Program) -> float:
    """About how long numba takes, which grows faster than the text, and ends at some 700 conditionals in a RecursionError."""
    text, sums, lines = program.text, len(program.parameters), program.text.count("\n")
    seconds = 1.0 + 6e-4 * operators(text) + 8e-3 * (sums + len(program.inputs)) + lines * (1e-5 * sums + 1e-7 * lines)
    return seconds + 0.015 * choices if (choices := text.count(" if ")) <= 600 else inf


def mean_answer(answers: Iterable[Answer]) -> Answer:
    """The mean of losses and of gradients, each added from the left as a program does."""
    columns = zip(*((loss, *gradients) for loss, gradients in answers), strict=True)
    loss, *gradients = (reduce(add, column, -0.0) / len(column) for column in columns)
    return loss, tuple(gradients)


def _identifiers(named: Mapping[Value, str], nodes: list[Value]) -> dict[Value, str]:
    """Each node's name as an identifier of its own."""
    identifiers: dict[Value, str] = {}
    taken, again = {*keyword.kwlist, *dir(builtins), *FUNCTIONS, *_OURS}, count(2)
    for node in nodes:
        label = "".join(sign if f"v{sign}".isidentifier() else "_" for sign in unicodedata.normalize("NFKC", named[node]))
        name = label = label if label.isidentifier() else f"v_{label}"
        while (family := {name, f"d_{name}", f"sum_{name}", f"sum_d_{name}"}) & taken:
            name = f"{label}_{next(again)}"
        taken |= family
        identifiers[node] = name
    return identifiers


def _product(adjoint: str, partial: str) -> str:
    """adjoint × partial as text, in parentheses that keep the last bit; the adjoint of the loss is 1 and left out."""
    if adjoint and partial in ("1.0", "-1.0"):
        return partial.replace("1.0", adjoint)
    factor = partial if re.fullmatch(r"[\w.]+|\w+\([^()]*\)", partial) else f"({partial})"
    return f"{adjoint} * {factor}" if adjoint else factor


def _add_up(name: str, summands: list[str]) -> Iterator[str]:
    """Assign a sum to a name, added from the left, in as many statements as it needs."""
    if len(summands) == 1 and summands[0].startswith("("):
        summands = [summands[0][1:-1]]
    for start in range(0, len(summands) or 1, SUMMANDS):
        part = " + ".join(summands[start : start + SUMMANDS]) or "0.0"
        yield f"{name} = {name} + {part}" if start else f"{name} = {part}"


def _tuple(names: list[str]) -> str:
    return f"({', '.join(names)}{',' * (len(names) == 1)})"


def _function(arguments: list[str], body: list[str], results: list[str]) -> str:
    lines = [*body, f"return {results[0]}, {_tuple(results[1:])}"]
    return f"def program({', '.join(arguments)}):\n" + "".join(f"    {line}\n" for line in lines)
