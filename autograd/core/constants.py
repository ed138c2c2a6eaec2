"""A row at constants: computed with, and on the branches that they decide; and in fewer bits."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from autograd.core.computed import Computed
from autograd.core.formula import chooses, fold, parsed
from autograd.core.notation import PYTHON
from autograd.core.rows import Row


@lru_cache(1024)
def _folded(row: Row, known: tuple[tuple[str, str], ...]) -> Row:
    numbers = {name: float(x) for name, x in known}

    def at(text: str) -> str:
        return PYTHON.template(fold(parsed(text), numbers)).fill({})

    computed = Computed(
        at(row.computed.primal),
        tuple(map(at, row.computed.partials)),
        tuple(map(at, row.computed.slopes)),
        tuple((name, at(text)) for name, text in row.computed.steps),
    )
    partials = tuple(map(at, row.partials))
    return Row(row.name, row.symbol, at(row.primal), partials, row.domain, row.operands, computed)


def folded(row: Row, operands: Sequence[Any]) -> Row:
    """A row at constants that decide its branches: of `x**2` the derivative is `2.0 * a`."""
    if not _has_branches(row):  # nor looked at further: a row has up to a thousand operands
        return row
    named = zip(row.operands, operands, strict=True)
    # As texts: to a cache 0.0 and -0.0 are one number.
    known = tuple((name, repr(x)) for name, x in named if isinstance(x, float))
    return _folded(row, known) if known else row


@lru_cache(1024)
def _has_branches(row: Row) -> bool:
    return any(chooses(parsed(text)) for text in (row.primal, *row.partials))


@lru_cache(1024)
def in_fewer_bits(row: Row) -> Row:
    """A row for numbers that are no doubles: by its mathematics, if what is computed needs them."""
    if not row.computed.needs_doubles:
        return row
    return Row(row.name, row.symbol, row.primal, row.partials, row.domain, row.operands)
