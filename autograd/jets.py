"""The jet of a graph: its value and all its derivatives up to an order, as Values, at once.

`grad` of `grad` of … records the product rule anew each time, so that the fourth derivatives of a
density functional take 100 times the operations of its value. Here each node gets its Taylor
coefficients instead, at most 15 for two inputs and order 4: those of a product are Σⱼ aⱼ · bₖ₋ⱼ. Of
any other row y = g(u) the partial p = g′(u) is known as a graph, and y′ = p · u′ says of the
coefficients k · yₖ = Σⱼ pⱼ · (k − j) · uₖ₋ⱼ, where those of p are of a lower order.

What hangs on one node alone is expanded around that node, in one variable: four coefficients
instead of 14. Where it meets other parts of the graph, its series is composed with that node's.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations_with_replacement, permutations
from itertools import product as every_choice
from math import factorial, isfinite, prod
from typing import Any, NamedTuple, TypeAlias, TypeGuard

from autograd import functions
from autograd.arithmetic import (
    Part,
    added,
    factored,
    is_value,
    is_zero,
    product,
    quotient,
    sum_of_products,
)
from autograd.core.checks import check_whole
from autograd.core.choices import is_open
from autograd.core.diagnosis import described
from autograd.core.graph import below, recorded_partials
from autograd.core.numbers import as_list
from autograd.core.rows import LEAF, ROWS
from autograd.core.tracking import departures, peek
from autograd.core.value import Value
from autograd.derivative_graphs import _finished, _gate, _partials, check_unchanged

__all__ = ["jet"]

Index: TypeAlias = tuple[int, ...]  # how many times by each variable


def jet(
    output: Value, inputs: Value | Iterable[Value], order: int
) -> dict[tuple[Value, ...], Value]:
    """Give one Value and all its derivatives up to an order, as Values.

    Their graphs are far smaller than those of `grad` of `grad`. It is meant for few inputs: ten
    inputs, to order 3, already make 286 entries.

    Arguments:

    - `output`: the Value to differentiate.
    - `inputs`: the leaves to differentiate by: one, or a list, tuple or other iterable of them.
    - `order`: the highest order of derivatives, a whole number from 1.

    Returns a dict. Its keys are tuples of what was differentiated by, in the order of `inputs`:
    `()` is the value, `(x,)` the slope by x, `(x, x, y)` one of the third derivatives. All that is
    in it are Values, which can be compiled or differentiated again.

    Raises:

    - `ValueError` if one of `inputs` is no leaf, is named twice, or is one on which `output` does
      not depend; if `order` is below 1; if the data of a leaf changed since the graph was recorded;
      or if an operation is `custom`.
    - `TypeError` if `order` is no whole number.
    - `FloatingPointError` if a derivative is infinite or NaN.

    >>> x, y = Value(2.0, "x"), Value(5.0, "y")
    >>> derivatives = jet(x**3 * y, [x, y], order=2)
    >>> [part.data for part in derivatives.values()]  # the value; by x, y; by xx, xy, yy
    [40.0, 60.0, 8.0, 60.0, 12.0, 0.0]
    >>> derivatives[x, y].data
    12.0
    """
    wanted = as_list(inputs)
    order = check_whole("order", order, least=1)
    operations, leaves = below(output)
    _check_inputs(wanted, leaves)
    before = departures()
    parts = _derivatives(output, operations, wanted, order)
    results = [_as_operation(part, wanted[0]) for part in parts.values()]
    values = _finished(results, [*operations, *leaves], [], before)
    found = dict(zip(parts, values, strict=True))
    _check_finite(found)
    return found


def _check_inputs(inputs: Sequence[Any], leaves: Sequence[Value]) -> None:
    if not inputs:
        raise ValueError("derivatives are by one input or several, got none")
    for x in inputs:
        if not (isinstance(x, Value) and x.op is LEAF):
            raise ValueError(f"inputs are leaves, each made by Value(number); got {x!r:.80}")
        if x not in leaves:
            raise ValueError(f"the output does not depend on {described(x)}")
    if len({*inputs}) < len(inputs):
        raise ValueError(f"an input is named twice: {inputs!r:.200}")


def _as_operation(part: Part, x: Value) -> Value:
    """A number as the result of an operation on an input, as programs give no leaves."""
    return part if is_value(part) else functions.where(True, part, x)


def _check_finite(found: dict[tuple[Value, ...], Value]) -> None:
    for by, value in found.items():
        if not isfinite(peek(value)):
            what = f"the derivative by {', '.join(map(described, by))}" if by else "the value"
            raise FloatingPointError(f"{what} is {peek(value)!r}")


def _derivatives(
    output: Value, operations: Sequence[Value], inputs: list[Value], order: int
) -> dict[tuple[Value, ...], Part]:
    """The Taylor coefficients of the output, times k!."""
    series = _Series(operations, inputs, order)
    found: dict[tuple[Value, ...], Part] = {}
    for degree in range(order + 1):
        for by in combinations_with_replacement(inputs, degree):
            index = tuple(by.count(x) for x in inputs)
            coefficient = series.coefficient(output, index, None)
            found[by] = product(float(prod(map(factorial, index))), coefficient)
    return found


class _Slope(NamedTuple):
    """The partial of a node by an operand; `gate`, if there is one, is 0 where nothing flows."""

    operand: Value
    partial: Part
    gate: Part


class _Series:
    """The Taylor coefficients of the nodes below an output.

    A node is expanded around the one node that it hangs on, else, where that is None, around the
    inputs. What is in `_around` depends on the inputs; all else is constant.
    """

    def __init__(self, operations: Sequence[Value], inputs: list[Value], order: int) -> None:
        self._units = {x: _unit(place, len(inputs)) for place, x in enumerate(inputs)}
        self._around: dict[Value, Value | None] = dict.fromkeys(inputs)
        self._slopes: dict[Value, list[_Slope]] = {}
        self._factors: dict[Value, tuple[Part, Part]] = {}
        self._coefficients: dict[tuple[Value, Index], Part] = {}
        self._composed: dict[tuple[Value, Index], Part] = {}
        self._powers: dict[tuple[Value, int, Index], Part] = {}
        self._negatives: dict[Value, Value] = {}
        self._rates: dict[tuple[Value, Index, int], Part] = {}
        plan = self._plan(operations, order)
        for degree in range(1, order + 1):
            for node, highest in plan:
                if degree <= highest:
                    self._expand(node, degree, len(inputs))

    def _plan(self, operations: Sequence[Value], order: int) -> list[tuple[Value, int]]:
        """The nodes to expand, operands before results, and up to which degree.

        A node of degree k takes its partials to degree k - 1, which are graphs of their own.
        """
        plan: list[tuple[Value, int]] = []
        seen = {*operations, *self._around}
        for highest in range(order, 0, -1):
            partials: list[Value] = []
            for node in operations:
                if not self._place(node):
                    continue
                if node.op is ROWS["mul"]:
                    plan += [(factor, highest) for factor in self._factorized(node)]
                plan.append((node, highest))
                self._slopes[node] = self._slopes_of(node)
                partials += [x.partial for x in self._slopes[node] if is_value(x.partial)]
            operations = []
            for partial in partials:
                operations += below(partial, seen)[0]
        return plan

    def _place(self, node: Value) -> bool:
        """Find what a node hangs on; False if it is constant."""
        stems = {self._stem(operand) for _, operand in self._moving(node)}
        if stems:
            self._around[node] = stems.pop() if len(stems) == 1 else None
        return node in self._around

    def _stem(self, node: Value) -> Value:
        around = self._around[node]
        return node if around is None else around

    def _moving(self, node: Value) -> Iterator[tuple[int, Value]]:
        """The operands that are not constant, with their slots."""
        for slot, partial in enumerate(node.op.partials):
            operand = node.operands[slot]
            if self._moves(operand) and partial != "0.0":
                yield slot, operand

    def _factorized(self, node: Value) -> Iterator[Value]:
        """Find the factors of a product, and give those that are recorded for it.

        (a · b) · c is a · (b · c) if b and c hang on one node: that is in one variable.
        """
        self._factors[node] = (node.operands[0], node.operands[1])
        for operand, c in permutations(node.operands):
            number, inner = factored(operand)
            if not (self._moves(inner) and self._around[inner] is None and inner in self._factors):
                continue
            for a, b in permutations(self._factors[inner]):
                if self._moves(b) and self._moves(c) and self._stem(b) is self._stem(c):
                    together = yield from self._recorded(b, c)
                    if number != 1.0:
                        together = yield from self._recorded(number, together)
                    self._factors[node] = (a, together)
                    return

    def _recorded(self, a: Part, b: Part) -> Generator[Value, None, Value]:
        """Record a product, and give it."""
        result: Value = a * b
        self._place(result)
        self._factors[result] = (a, b)
        yield result
        return result

    def _moves(self, x: Part) -> TypeGuard[Value]:
        """Whether it depends on the inputs."""
        return is_value(x) and x in self._around

    def _slopes_of(self, node: Value) -> list[_Slope]:
        if node.op in (ROWS["mul"], ROWS["div"]):
            check_unchanged(node)
            return []
        partials = _partials(node)
        recorded = recorded_partials(node)
        slopes = []
        for slot, operand in self._moving(node):
            gate = 1.0 if is_open(node, slot, recorded[slot]) else _gate(node, slot)
            if is_value(gate) or gate != 0.0:
                slopes.append(_Slope(operand, partials[slot](), gate))
        return slopes

    def _expand(self, node: Value, degree: int, inputs: int) -> None:
        """Record the coefficients of one degree; those of its operands are there."""
        around = self._around[node]
        for index in _indices(inputs if around is None else 1, degree):
            if node.op is ROWS["mul"]:
                part = self._of_product(self._factors[node], index, around)
            elif node.op is ROWS["div"]:
                part = self._of_quotient(node, index, around)
            else:
                part = self._by_slopes(node, index, around)
            self._coefficients[node, index] = part

    def coefficient(self, x: Part, index: Index, around: Value | None) -> Part:
        """A coefficient of a node or number in the series around a node or the inputs."""
        if not any(index):
            return x
        if not self._moves(x):
            return 0.0
        if x is around:
            return float(index == (1,))
        if x in self._units:
            return float(index == self._units[x])
        if self._around[x] is around:
            return self._coefficients[x, index]
        if (x, index) not in self._composed:
            self._composed[x, index] = self._composition(x, index)
        return self._composed[x, index]

    def _composition(self, x: Value, index: Index) -> Part:
        """A coefficient around the inputs of what hangs on a node: Σ xₘ · (node - its value)ᵐ."""
        stem = self._stem(x)
        powers = range(1, sum(index) + 1)
        pairs = [(self.coefficient(x, (m,), stem), self._power(stem, m, index)) for m in powers]
        return sum_of_products(pairs)

    def _power(self, node: Value, power: int, index: Index) -> Part:
        """A coefficient of (node - its value) to a power."""
        if power == 1:
            return self.coefficient(node, index, None)
        key = (node, power, index)
        if key not in self._powers:
            half = power // 2
            pairs = [
                (self._power(node, half, j), self._power(node, power - half, rest))
                for j, rest in _splits(index)
                if sum(j) >= half and sum(rest) >= power - half
            ]
            self._powers[key] = sum_of_products(pairs)
        return self._powers[key]

    def _of_product(self, factors: tuple[Part, Part], index: Index, around: Value | None) -> Part:
        pairs = [
            (self.coefficient(factors[0], j, around), self.coefficient(factors[1], rest, around))
            for j, rest in _splits(index)
        ]
        return sum_of_products(pairs)

    def _of_quotient(self, node: Value, index: Index, around: Value | None) -> Part:
        """q = a / b, where a = q · b."""
        a, b = node.operands
        if not isinstance(b, Value):
            return quotient(self.coefficient(a, index, around), b)
        pairs = [
            (self.coefficient(b, j, around), self.coefficient(node, rest, around))
            for j, rest in _splits(index)
            if any(j)
        ]
        before = sum_of_products(pairs)
        above = self.coefficient(a, index, around)
        if is_zero(above):
            return 0.0 if is_zero(before) else before / self._negative(b)
        return added([above, product(-1.0, before)]) / b

    def _negative(self, node: Value) -> Value:
        if node not in self._negatives:
            self._negatives[node] = -node
        return self._negatives[node]

    def _by_slopes(self, node: Value, index: Index, around: Value | None) -> Part:
        """The partials times how the operands move, integrated over the first variable there is."""
        place = next(i for i, times in enumerate(index) if times)
        constant: list[Part] = []
        moving: list[Part] = []
        for operand, partial, gate in self._slopes[node]:
            if not self._moves(partial):
                flow = product(partial, self.coefficient(operand, index, around))
                constant.append(_gated(gate, flow))
                continue
            pairs = [
                (self.coefficient(partial, j, around), self._rate(operand, rest, place, around))
                for j, rest in _splits(index)
                if rest[place]
            ]
            moving.append(_gated(gate, sum_of_products(pairs)))
        return added([*constant, quotient(added(moving), float(index[place]))])

    def _rate(self, x: Value, index: Index, place: int, around: Value | None) -> Part:
        """A coefficient of how fast a node moves, by one of the variables."""
        part = self.coefficient(x, index, around)
        if isinstance(part, float):
            return index[place] * part
        key = (x, index, place)
        if key not in self._rates:
            self._rates[key] = product(float(index[place]), part)
        return self._rates[key]


def _unit(place: int, length: int) -> Index:
    return tuple(int(i == place) for i in range(length))


@lru_cache(1024)
def _indices(variables: int, degree: int) -> list[Index]:
    all_places = combinations_with_replacement(range(variables), degree)
    return [tuple(map(places.count, range(variables))) for places in all_places]


@lru_cache(16384)
def _splits(index: Index) -> list[tuple[Index, Index]]:
    """All pairs of indices that add up to one."""
    all_parts = every_choice(*(range(times + 1) for times in index))
    return [(j, tuple(k - i for k, i in zip(index, j, strict=True))) for j in all_parts]


def _gated(gate: Part, flow: Part) -> Part:
    """What flows through a branch; not even 0 · inf where that is not taken."""
    return functions.where(gate, flow, 0.0) if is_value(gate) else flow
