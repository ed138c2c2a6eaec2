"""A recorded graph and its derivative as one straight-line Python function on floats.

The text is made to be read: forward in the order of the layers, then backward in the document's order, with the labels
of the graph as names; `d_w` is the derivative of the loss by `w`. It runs as it is printed after `from math import *`.
"""

from __future__ import annotations

import builtins
import keyword
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain, count, zip_longest
from math import isfinite
from typing import Any

from autograd.errors import CompileError
from autograd.formula import define, is_factor, splice, widen
from autograd.ops import FUNCTIONS, LEAF, Op
from autograd.tape import tape
from autograd.value import Number, Value, comparisons, number, record

__all__ = ["Program", "compile"]

Answer = tuple[float, tuple[float, ...]]

_WIDEST = 64  # summands in one expression; Python's compiler recurses along a sum and gives up near 3,000
_RESERVED = {*keyword.kwlist, *dir(builtins), *FUNCTIONS, "program", "samples", "sample_count"}


def compile(loss: Value, inputs: Sequence[Value] = ()) -> Program:
    """Write the graph of `loss` as a program; `inputs` are the leaves that change per call, the others are parameters.

    Raises CompileError if Values were compared since the inputs were made, as the graph may then be one branch of
    several; ValueError if an input is no leaf or is named twice.

    >>> x, w = Value(2.0, "x"), Value(-3.0, "w")
    >>> loss = (x * w).tanh()
    >>> loss.label = "loss"
    >>> program = compile(loss, inputs=[x])
    >>> print(program.source)
    def program(x, w):
        # forward
        v1 = x * w
        loss = tanh(v1)
        # backward
        d_v1 = 1.0 - loss * loss
        d_w = d_v1 * x
        return loss, (d_w,)
    >>> program(0.5)
    (-0.9051482536448664, (0.0903533194703284,))
    """
    for leaf in inputs:
        if not isinstance(leaf, Value) or leaf.op is not LEAF:
            raise ValueError(f"inputs are leaves, made by Value(number); got {leaf!r}")
    if len(set(inputs)) < len(inputs):
        raise ValueError("an input is named twice")
    operations, leaves = tape(loss)
    if comparisons.count > min(leaf._da for leaf in inputs or leaves):
        raise CompileError(
            f"Values were compared while this graph was recorded (last {comparisons.latest}), so it may be only one "
            "branch of several. Use where, max, min or relu, which choose anew at each call; if the graph does not "
            "depend on the comparison, compare .data, or make new input leaves after it"
        )
    if not operations:
        raise CompileError("the loss is a leaf: there is nothing to compile")
    return Program(loss, inputs)


class Program:
    """A compiled graph: `program(x, y)` gives the loss and the gradients by `parameters`, in their order.

    Numbers give loss and gradients at that sample, equal to eager ones bit for bit; sequences of numbers, one for each
    input, the means over the samples. Parameters are read at each call. Where the text raises or gives a non-finite
    number, the sample is run again as a graph, and its values or its error are the answer.
    """

    def __init__(self, loss: Value, inputs: Sequence[Value]) -> None:
        self.loss, self.inputs = loss, list(inputs)
        self._operations = tape(loss)[0]
        self._levels = _levels(self._operations)
        leaves = dict.fromkeys(leaf for level in self._levels for leaf in _leaves_of(level))
        self.parameters = [leaf for leaf in leaves if leaf not in self.inputs]
        self._names = _names([*self.inputs, *self.parameters], self._levels, loss)
        body = ["# forward", *self._forward(), "# backward", *self._backward()]
        arguments = [self._names[leaf] for leaf in self.inputs]
        parameters = [self._names[leaf] for leaf in self.parameters]
        results = [self._names[loss], *(f"d_{name}" for name in parameters)]
        self.source = _function([*arguments, *parameters], [*body, _return(results)])
        #: The same text in a loop that adds up loss and gradients over samples.
        self.mean_source = _function(
            ["samples", *parameters],
            [
                " = ".join(f"sum_{name}" for name in results) + " = 0.0",
                f"for {_tuple(arguments)} in samples:",
                *(f"    {line}" for line in body),
                *(f"    sum_{name} += {name}" for name in results),
                "sample_count = len(samples)",
                _return([f"sum_{name} / sample_count" for name in results]),
            ],
        )

    @cached_property
    def _one(self) -> Callable[..., Answer]:
        return define("program", self.source, FUNCTIONS)

    @cached_property
    def _mean(self) -> Callable[..., Answer]:
        return define("program over samples", self.mean_source, FUNCTIONS)

    def __call__(self, *inputs: Any) -> Answer:
        names = ", ".join(self._names[leaf] for leaf in self.inputs)
        if len(inputs) != len(self.inputs):
            raise ValueError(f"expected {len(self.inputs)} inputs ({names}), got {len(inputs)}")
        if not any(hasattr(x, "__len__") for x in inputs):
            return self.at(tuple(map(number, inputs)))
        if len({len(x) if hasattr(x, "__len__") else None for x in inputs}) > 1:
            raise ValueError(f"the inputs ({names}) are all numbers, or all sequences of one length")
        return self.mean([tuple(map(number, sample)) for sample in zip(*inputs, strict=True)])

    def at(self, sample: Sequence[float]) -> Answer:
        """Loss and gradients at one sample, floats in the order of `inputs`."""
        answer = _finite(self._one, *sample, *(parameter.data for parameter in self.parameters))
        if answer is None:
            root, leaves = self.replay(sample)
            root.backward()
            answer = root.data, tuple(leaf.grad for leaf in leaves)
        return answer

    def mean(self, samples: Sequence[Sequence[float]]) -> Answer:
        """Mean loss and mean gradients over samples, each as for `at`."""
        if not samples:
            raise ValueError("the mean over no samples is not defined")
        answer = _finite(self._mean, samples, *(parameter.data for parameter in self.parameters))
        if answer is None:
            rows = [(loss, *gradients) for loss, gradients in map(self.at, samples)]
            loss, *gradients = (FUNCTIONS["sum"](column) / len(rows) for column in zip(*rows, strict=True))
            answer = loss, tuple(gradients)
        return answer

    def replay(self, sample: Sequence[Number]) -> tuple[Value, list[Value]]:
        """Record the graph anew at a sample, on leaves of its own: its root, and the copies of `parameters`."""
        leaves = [*self.inputs, *self.parameters]
        numbers = [*sample, *(parameter.data for parameter in self.parameters)]
        copies: dict[Any, Any] = {leaf: Value(x, leaf.label) for leaf, x in zip(leaves, numbers, strict=True)}
        for node in self._operations:
            copies[node] = record(node.op, *(copies.get(operand, operand) for operand in node.operands))
            copies[node].label = node.label
        return copies[self.loss], [copies[parameter] for parameter in self.parameters]

    def _row(self, node: Value) -> tuple[Op, dict[str, str]]:
        """The row of a node, and what its names stand for."""
        row = widen(node.op, len(node.operands))
        operands = [repr(x) if isinstance(x, float) else self._names[x] for x in node.operands]
        return row, {**dict(zip(row.operands, operands, strict=True)), "out": self._names[node]}

    def _forward(self) -> Iterator[str]:
        for node in chain(*self._levels):
            row, names = self._row(node)
            text = splice(row.primal, names)
            if len(row.operands) <= _WIDEST:
                yield f"{names['out']} = {text}"
            else:  # a group row: a sum, which a mean divides
                inner, divided, count = text.partition(") / ")
                yield from _add_up(names["out"], (inner[1:] if divided else inner).split(" + "))
                if divided:
                    yield f"{names['out']} = {names['out']} / {count}"

    def _backward(self) -> Iterator[str]:
        needed = set(self.parameters)
        for node in self._operations:
            if not needed.isdisjoint(node._prev):
                needed.add(node)
        summands: dict[Value, list[str]] = {node: [] for node in needed}
        for node in reversed(self._operations):  # the order in which backward adds them up, for the same bits
            row, names = self._row(node)
            adjoint = "" if node is self.loss else f"d_{names['out']}"
            for operand, partial in zip(node.operands, row.partials, strict=False):
                if node in needed and operand in needed and partial != "0.0":
                    summands[operand].append(_product(adjoint, splice(partial, names)))  # type: ignore[index]  # no float is needed
        lowest = {leaf: level for level in reversed(self._levels) for leaf in _leaves_of(level)}
        for level in reversed(self._levels):
            for node in (*level, *(leaf for leaf in dict.fromkeys(_leaves_of(level)) if lowest[leaf] is level)):
                if node in needed and node is not self.loss:
                    yield from _add_up(f"d_{self._names[node]}", summands[node])


def _finite(function: Callable[..., Answer], *arguments: Any) -> Answer | None:
    """The answer of compiled text; None where it raises or is not finite."""
    try:
        loss, gradients = function(*arguments)
    except (ArithmeticError, ValueError):
        return None
    return (loss, gradients) if isfinite(loss) and all(map(isfinite, gradients)) else None


def _levels(operations: list[Value]) -> list[list[Value]]:
    """Operations by their distance from the leaves: the units of a layer come out side by side."""
    depth: dict[Value, int] = {}
    levels: list[list[Value]] = []
    for node in operations:
        depth[node] = max(depth.get(operand, -1) for operand in node._prev) + 1
        if depth[node] == len(levels):
            levels.append([])
        levels[depth[node]].append(node)
    return levels


def _leaves_of(level: list[Value]) -> Iterator[Value]:
    """The leaves that a level reads, first operands first: the weights of a layer, then its biases."""
    for operands in zip_longest(*(node.operands for node in level)):
        yield from (x for x in operands if isinstance(x, Value) and x.op is LEAF)


def _names(leaves: list[Value], levels: list[list[Value]], loss: Value) -> dict[Value, str]:
    """A name of its own for each node: its label as an identifier, or v1 v2 … for nodes without one."""
    names: dict[Value, str] = {}
    taken, unlabelled = set(_RESERVED), count(1)
    for node in chain(leaves, *levels):
        label = node.label or ("loss" if node is loss else f"v{next(unlabelled)}")
        label = re.sub(r"\W", "_", unicodedata.normalize("NFKC", label))
        label = label if label.isidentifier() else f"v_{label}"
        for suffix in chain([""], (f"_{i}" for i in count(2))):
            name = label + suffix
            family = {name, f"d_{name}", f"sum_{name}", f"sum_d_{name}"}
            if not family & taken:
                break
        taken |= family
        names[node] = name
    return names


def _product(adjoint: str, partial: str) -> str:
    """adjoint × partial as text; the adjoint of the loss is 1 and left out."""
    if adjoint and partial in ("1.0", "-1.0"):
        return partial.replace("1.0", adjoint)
    # Parentheses keep the last bit: d * (a - b), d * (1.0 / b), as backward multiplies.
    factor = partial if is_factor(partial) else f"({partial})"
    return f"{adjoint} * {factor}" if adjoint else factor


def _add_up(name: str, summands: list[str]) -> Iterator[str]:
    """Statements that add up from left to right, however many summands there are."""
    if len(summands) == 1 and summands[0].startswith("("):
        summands = [summands[0][1:-1]]
    for start in range(0, len(summands) or 1, _WIDEST):
        part = " + ".join(summands[start : start + _WIDEST]) or "0.0"
        yield f"{name} = {name} + {part}" if start else f"{name} = {part}"


def _tuple(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' * (len(names) == 1)})"


def _return(results: list[str]) -> str:
    return f"return {results[0]}, {_tuple(results[1:])}"


def _function(arguments: list[str], body: list[str]) -> str:
    return f"def program({', '.join(arguments)}):\n" + textwrap.indent("\n".join(body), "    ") + "\n"
