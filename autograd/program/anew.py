"""A program's graphs recorded anew at a sample, where its text or its tape has no finite answer."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from math import isfinite
from typing import Any

from autograd.core.adjoints import adjoints_of
from autograd.core.choices import sweep
from autograd.core.graph import below
from autograd.core.numbers import undefined_is_nan
from autograd.core.tracking import peek
from autograd.core.value import Number, Value, record
from autograd.derivatives import gradients
from autograd.program.answers import Answers, with_term
from autograd.program.source import Source


def recorded_anew(
    source: Source, sample: Sequence[Number], leaves: Sequence[Number], allow_nonfinite: bool
) -> Answers:
    """Record the graphs of a program at a sample, on leaves of their own, and run them backward.

    Raises DomainError and FloatingPointError as Values do; with `allow_nonfinite` there are IEEE
    754's infinities and NaNs instead.
    """
    twins: dict[Any, Any] = {}
    for leaf, x in zip((*source.inputs, *source.leaves), (*sample, *leaves), strict=True):
        twins[leaf] = Value(x, leaf.label)
    with undefined_is_nan() if allow_nonfinite else nullcontext():
        for node in source.operations:
            twins[node] = record(node.op, *(twins.get(x, x) for x in node.operands))
            twins[node].label = node.label
    answers = _answers(source.outputs, source.by, twins, allow_nonfinite)
    if source.term is None:
        return answers
    return with_term(answers, _answers([source.term], source.by, twins, allow_nonfinite))


def _answers(
    outputs: Sequence[Value],
    by: Sequence[Value],
    twins: Mapping[Any, Any],
    allow_nonfinite: bool,
) -> Answers:
    found = [twins[output] for output in outputs]
    leaves = [twins[leaf] for leaf in by]
    derivatives = _ieee_gradients if allow_nonfinite else gradients
    return Answers(
        tuple(peek(output) for output in found),
        tuple(derivatives(output, leaves) if leaves else () for output in found),
    )


def _ieee_gradients(output: Value, leaves: Sequence[Value]) -> tuple[float, ...]:
    """The derivatives as they come; nothing flows through branches that were not taken."""
    found = adjoints_of(output, [*leaves])
    if not all(map(isfinite, found.values())):
        operations, _ = below(output)
        found = sweep(output, operations).adjoints
    return tuple(found.get(leaf, 0.0) for leaf in leaves)
