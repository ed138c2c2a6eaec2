"""Operations of a program that compute the same number, so that it is computed once.

A graph of derivatives records 1 / a anew wherever a rule asks for it. Two operations are alike if
they apply one row to the same numbers, or to results that are alike; a + b is b + a, and a · b is
b · a, to the last bit. The arithmetic of what is left is as it was recorded, and so are its bits.
"""

from collections.abc import Iterable
from typing import TypeAlias

from autograd.core.rows import ROWS, Row
from autograd.core.value import Value

# A number as its text, as 0.0 and -0.0 are equal; a Value as its identity.
_Operand: TypeAlias = str | int

_COMMUTATIVE = (ROWS["add"], ROWS["mul"])


def duplicates(operations: Iterable[Value]) -> dict[Value, Value]:
    """Give what need not be computed, with the operation before it that computes the same.

    Operands come before results.

    >>> x = Value(2.0)
    >>> first, again = x * 3.0, 3.0 * x
    >>> duplicates([first, again, first * again]) == {again: first}
    True
    """
    first: dict[tuple[Row, tuple[_Operand, ...] | frozenset[_Operand]], Value] = {}
    found: dict[Value, Value] = {}
    for node in operations:
        operands: list[_Operand] = [
            repr(x) if isinstance(x, float) else id(found.get(x, x)) for x in node.operands
        ]
        of_these = frozenset(operands) if node.op in _COMMUTATIVE else tuple(operands)
        same = first.setdefault((node.op, of_these), node)
        if same is not node:
            found[node] = same
    return found
