"""Sums, products and quotients of Values and numbers that record no more than they must.

A factor of 1 makes no product, a number is multiplied into one that is there, and what is 0 is left
out. So 3 · (2 · x) is 6 · x: its last bit may be another, as a number is rounded in between.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias, TypeGuard

from autograd.core.rows import ROWS
from autograd.core.value import Value

Part: TypeAlias = Any  # a Value or a float


def is_value(x: Part) -> TypeGuard[Value]:
    """Whether it is a Value, else a number."""
    return isinstance(x, Value)


def is_zero(x: Part) -> bool:
    """Whether it is the number 0."""
    return isinstance(x, float) and x == 0.0


def sum_of_products(pairs: Iterable[tuple[Part, Part]]) -> Part:
    """Σ a · b, where products that are alike are taken once: a·b + a·b + c·c is 2 · (a·b) + c·c."""
    times: Counter[tuple[int, ...]] = Counter()
    products: dict[tuple[int, ...], tuple[Part, Part]] = {}
    for a, b in pairs:
        alike = tuple(sorted((id(a), id(b))))
        times[alike] += 1
        products[alike] = (a, b)
    by_times: dict[int, list[Part]] = {}
    for alike, (a, b) in products.items():
        by_times.setdefault(times[alike], []).append(product(a, b))
    return added([product(added(parts), float(n)) for n, parts in by_times.items()])


def product(a: Part, b: Part) -> Part:
    """The product; a number is multiplied into one that is there, and 0, 1 and -1 make none."""
    if is_value(a) and is_value(b):
        return a * b
    number, x = (b, a) if is_value(a) else (a, b)
    factor, rest = factored(x)
    factor *= number
    if not is_value(rest):
        return factor * rest
    if factor == 0.0:
        return 0.0
    if abs(factor) == 1.0:
        return rest if factor > 0.0 else -rest
    return factor * rest


def quotient(x: Part, number: float) -> Part:
    """The quotient by a number."""
    factor, rest = factored(x)
    if factor != 1.0 or not is_value(x):
        return product(factor / number, rest)
    return x if number == 1.0 else x / number


def factored(x: Part) -> tuple[float, Part]:
    """A number and what it is multiplied by."""
    if not is_value(x):
        return 1.0, x
    match x.op.name, x.operands:
        case "neg", (a,):
            return -1.0, a
        case "mul", (float(number), a) | (a, float(number)):
            return number, a
        case "div", (a, float(number)):
            return 1.0 / number, a
    return 1.0, x


def added(terms: Iterable[Part]) -> Part:
    """The sum from the left; zeros make no sum, and + -x is - x."""
    total: Part = 0.0
    for term in terms:
        if is_zero(term):
            continue
        if is_zero(total):
            total = term
        elif is_value(term) and term.op is ROWS["neg"]:
            total = total - term.operands[0]
        else:
            total = total + term
    return total
