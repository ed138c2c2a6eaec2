"""How many bits it takes, what is enclosed then, and whether the engine's number may be so."""

import math
from collections.abc import Sequence
from functools import cached_property
from math import inf, isfinite, nextafter
from typing import Any

from autograd.core.diagnosis import called, described, point
from autograd.core.graph import depending_on, names, operand_values, recorded_partials
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.proof.balls import EXACT, NOTHING, ROUNDED, arb, exact_rule, kinks
from autograd.proof.certificate import ALL_DIGITS, CertificationError, Enclosure
from autograd.proof.sweeps import Plan, Run, precision

FEWEST_BITS = 64
MOST_BITS = 2**14
BITS_OF_SUMS = 2**12  # the sum of any two doubles has up to 2,100
MOST_BITS_TO_ROUND = 2**10  # what floats lose, they lose within these

NARROW = 62  # bits in which a ball agrees, nine more than a double has
_NEARLY_0 = arb(2.0) ** -1085  # far below the smallest double


class Truth:
    """The true value of a loss and its derivatives, enclosed."""

    def __init__(self, loss: Value, wanted: Sequence[Value]) -> None:
        self.plan = Plan(loss, wanted)
        self.wanted = wanted
        self._check_known()
        self.bits = FEWEST_BITS
        self.run = self.plan.run(EXACT, self.bits)
        while not self._is_told() and self.bits < MOST_BITS and not self._is_hopeless():
            self.bits *= 2
            self.run = self.plan.run(EXACT, self.bits)
        self._check_enclosed()
        self.kinks = [] if self._is_told() else self._found_kinks()
        if not self.kinks and not self._is_told():
            told = f"{self.bits:,} bits are not enough"
            raise CertificationError(f"{told}: the graph magnifies the smallest rounding too much")

    def _check_known(self) -> None:
        for x in self.plan.known:
            number = x if isinstance(x, float) else peek(x)
            if not isfinite(number):
                told = described(x)
                raise CertificationError(f"nothing is proven from {told}: it is not finite")

    def _asked(self, run: Run) -> list[Any]:
        """The balls that are asked for in a run: of the value, then of the derivatives."""
        places = self.plan.places
        value = run.values[places[self.plan.root]]
        return [value, *(run.adjoint(places[x]) if x in places else NOTHING for x in self.wanted)]

    def _is_told(self) -> bool:
        return all(map(_is_narrow, self._asked(self.run)))

    def compared(self, ours: Sequence[float]) -> list[Enclosure]:
        """The enclosures, with the engine's numbers; CertificationError if one cannot be so."""
        self._check_explained(ours)
        with precision(self.bits):
            return [_enclosure(*pair) for pair in zip(self._asked(self.run), ours, strict=True)]

    def _is_hopeless(self) -> bool:
        """Whether more bits will hardly tell: at a kink, or with no enclosure at exact operands."""
        if self.bits < BITS_OF_SUMS:
            return False
        broken = self._broken()
        if broken is None:
            return bool(kinks)
        node, _ = self._culprit(broken)
        places = [self.plan.places[x] for x in node.operands]
        return all(self.run.values[i].is_exact() for i in places)

    def _broken(self) -> int | None:
        """The first of the numbers asked for that has no enclosure."""
        balls = enumerate(self._asked(self.run))
        return next((i for i, ball in balls if not ball.is_finite()), None)

    def _check_enclosed(self) -> None:
        broken = self._broken()
        if broken is not None:
            node, slot = self._culprit(broken)
            what = self._asked_name(broken)
            told = f"{self._told(node, slot)} has none with {self.bits:,} bits"
            raise CertificationError(f"{what} has no enclosure: {told}")

    def _culprit(self, broken: int) -> tuple[Value, int | None]:
        """The operation whose value, or whose derivative by the operand at a slot, is at fault."""
        if broken == 0:
            return self._lowest_broken(self.plan.root), None
        x = self.wanted[broken - 1]
        path = depending_on([x], self.plan.operations)
        for node, partials in zip(
            reversed(self.plan.operations), reversed(self.run.partials), strict=True
        ):
            for slot, partial in enumerate(partials):
                is_on_path = node in path and node.operands[slot] in path
                if is_on_path and partial is not NOTHING and not partial.is_finite():
                    lowest = self._lowest_broken(node)
                    is_value = not self._ball(lowest).is_finite()
                    return lowest, None if is_value else slot
        return x, None

    def _lowest_broken(self, node: Value) -> Value:
        """Go down to where a value lost its enclosure; the node itself if its operands have one."""
        while True:
            operands = operand_values(node)
            broken = next((x for x in operands if not self._ball(x).is_finite()), None)
            if broken is None:
                return node
            node = broken

    def _ball(self, node: Value) -> Any:
        return self.run.values[self.plan.places[node]]

    @cached_property
    def _names(self) -> dict[Value, str]:
        return names(self.plan.root, self.wanted)

    def _asked_name(self, i: int) -> str:
        root = self._names[self.plan.root]
        return f"∂{root}/∂{self._names[self.wanted[i - 1]]}" if i else root

    def _told(self, node: Value, slot: int | None) -> str:
        """Tell the value of an operation, or a derivative of it."""
        known = self._names
        if not node.operands:
            return f"the derivative by {described(node, known)}"
        where = f"{known[node]} = {called(node.op)}"
        at = f"at {point(node.op, node.operands, known)}"
        if slot is None:
            return f"the value of {where} {at}"
        return f"the derivative of {where} by {node.op.operands[slot]} {at}"

    def _found_kinks(self) -> list[str]:
        """The operations where balls lie on both sides of a kink."""
        found = []
        with precision(self.bits):
            for node, step in zip(self.plan.operations, self.plan.steps, strict=True):
                kinks.clear()
                exact_rule(step.row)(*[self.run.values[i] for i in step.operands])
                if kinks:
                    found.append(self._told(node, None).removeprefix("the value of "))
        return found

    def _check_explained(self, ours: Sequence[float]) -> None:
        bits = min(self.bits, MOST_BITS_TO_ROUND)
        run = self.plan.run(ROUNDED, bits)
        with precision(bits):
            for i, (ball, number) in enumerate(zip(self._asked(run), ours, strict=True)):
                if not _holds(ball, number):
                    explained = f"rounding explains {_low(ball)!r} to {_high(ball)!r}"
                    what = f"{self._asked_name(i)} is {number!r} by the engine, but {explained}"
                    raise CertificationError(f"{what}: {self._first_unexplained(run)}")

    def _first_unexplained(self, run: Run) -> str:
        """The first number as recorded that is not what rounding explains."""
        for node, partials in zip(self.plan.operations, run.partials, strict=True):
            if not _holds(run.values[self.plan.places[node]], peek(node)):
                return f"first off is {self._told(node, None)}, {peek(node)!r}"
            for slot, partial in enumerate(recorded_partials(node)):
                if not _holds(partials[slot], partial):
                    return f"first off is {self._told(node, slot)}, {partial!r}"
        return "each operation by itself is right, so the sweep back is at fault"


def _holds(ball: Any, number: float) -> bool:
    return not ball.is_finite() or bool(ball.contains(arb(number)))


def _is_narrow(ball: Any) -> bool:
    """Whether a ball tells a double: to `NARROW` bits, or as what is far below the smallest."""
    if not ball.is_finite():
        return False
    return bool(ball.rel_accuracy_bits() >= NARROW or ball.abs_upper() < _NEARLY_0)


def _enclosure(ball: Any, ours: float) -> Enclosure:
    away = abs(ball - arb(ours)).abs_upper()
    size = ball.abs_lower()
    is_all = away.is_zero()
    digits = ALL_DIGITS if is_all else _digits(away, size)
    ulps = _high(away / arb(_unit(ball)))
    return Enclosure(ours, _low(ball), _high(ball), inf if math.isnan(ulps) else ulps, digits)


def _unit(ball: Any) -> float:
    """The unit in the last place of a number: of the double that it may be, or below."""
    nearest = float(ball.mid())
    is_in_it = isfinite(nearest) and ball.contains(arb(nearest))
    return math.ulp(nearest if is_in_it else _low(ball.abs_lower()))


def _digits(away: Any, size: Any) -> int:
    """How many digits of a number of this size are true that is so far away."""
    if size.is_zero() or not away.is_finite():
        return 0
    digits = _low((size / away).log_base(10))
    return math.floor(max(0.0, min(ALL_DIGITS, digits)))


def _low(ball: Any) -> float:
    """The largest double that is not above a ball."""
    bound = ball.lower()
    nearest = float(bound)
    return nearest if arb(nearest) <= bound else nextafter(nearest, -inf)


def _high(ball: Any) -> float:
    return -_low(-ball) + 0.0  # no -0.0
