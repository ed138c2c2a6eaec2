"""A row over balls: midpoints with radii that enclose the true number, by Arb (python-flint).

The text that is run is a row's mathematics, not what floats compute. A condition is true (1),
false (0) or undecided (½) where the balls overlap; then both branches are taken, and the hull of
their balls is the result.

There are two ways to run it. `EXACT` encloses the true number. `ROUNDED` encloses all that floats
may end at from it: after each operation a ball grows by `UNITS` units in the last place. What the
first gives at n bits is narrow, what the second gives is as wide as rounding explains.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, NamedTuple

from autograd.core.define import define
from autograd.core.formula import parsed, summands
from autograd.core.notation import ATOM, Arrays, Written
from autograd.core.rows import FUNCTIONS, Row
from autograd.extras import extra

arb = extra("flint", "proof").arb

UNITS = 4  # in the last place: what each row keeps to
EXACTLY_1 = arb(1.0)
# The partial by a branch not taken, to which nothing flows: known by identity.
NOTHING = arb(0.0)
UNKNOWN = arb.nan()  # no enclosure

# The sides of conditions that were undecided where they part, until somebody clears the list.
kinks: list[tuple[Any, Any]] = []

_SPREAD = arb(1.0, UNITS * 2.0**-52)
_UNDERFLOW = arb(0.0, UNITS * 2.0**-1074)
_LARGEST = arb(math.nextafter(math.inf, 0.0))

# A condition and its opposite: where the balls leave one undecided, so they do the other.
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}


class Balls(Arrays):
    """Over balls: numbers are names of exact ones, a choice is a call with its branches."""

    computes_all_branches = False
    constants: Mapping[str, str] = {"pi": "pi()", "inf": "infinity", "nan": "unknown"}

    def number(self, x: float) -> str:
        return _name(x)

    def choice(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> Written:
        """`x if a > b else y if a <= b else z` is never z: there are no NaNs among balls."""
        if isinstance(no, ast.IfExp) and _is_opposite(test, no.test):
            no = no.body
        branches = [", lambda: ", *self.part(yes), ", lambda: ", *self.part(no)]
        return ["choose(", *self.part(test), *branches, ")"], ATOM


class Rounding(Balls):
    """The same with a call for each operation, so that each can round."""

    def write(self, tree: ast.expr) -> Written:
        match tree:
            case ast.BinOp(left=a, op=ast.Sub(), right=b):
                return self.call("minus", [a, b])
            case ast.BinOp(left=a, op=ast.Mult(), right=b):
                return self.call("times", [a, b])
            case ast.BinOp(left=a, op=ast.Div(), right=b):
                return self.call("over", [a, b])
        return super().write(tree)

    def sum(self, tree: ast.expr) -> Written:
        *later, first = summands(tree)
        return self.call("plus", [first, *reversed(later)])


def _is_opposite(test: ast.expr, other: ast.expr) -> bool:
    match test, other:
        case ast.Compare(ops=[sign]), ast.Compare(ops=[opposite]):
            is_turned = isinstance(opposite, _OPPOSITE[type(sign)])
            return is_turned and _sides(test) == _sides(other)
    return False


def _sides(test: ast.Compare) -> list[str]:
    return [ast.dump(side) for side in (test.left, *test.comparators)]


def _name(x: float) -> str:
    """The name of a number in what is written: n0_5 for 0.5, n1em20 for 1e-20."""
    return "n" + repr(x).replace(".", "_").replace("-", "m").replace("+", "")


def less(a: Any, b: Any) -> float:
    """Whether a < b: 1, 0 or ½; NaN where there is no enclosure."""
    if a < b:
        return 1.0
    if a >= b:
        return 0.0
    return 0.5 if a.is_finite() and b.is_finite() else math.nan


def at_most(a: Any, b: Any) -> float:
    """Whether a ≤ b, alike."""
    return 1.0 - less(b, a)


def choose(condition: float, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    """The branch that a condition decides for, or the hull of both."""
    if condition == 1.0:
        return yes()
    if condition == 0.0:
        return no()
    return UNKNOWN if math.isnan(condition) else _hull(yes(), no())


def _hull(a: Any, b: Any) -> Any:
    if not a.overlaps(b):
        kinks.append((a, b))
    return a.union(b)


def _power(a: Any, b: Any) -> Any:
    """a**b, where Arb's own has no answer too: a whole power of a ball that holds 0."""
    if a > 0 or a.is_zero() or not b.is_integer():
        return a**b
    is_odd = b.unique_fmpz() % 2 == 1
    if a < 0:
        size = (-a) ** b
        return -size if is_odd else size
    if b <= 0:
        return EXACTLY_1 if b.is_zero() else UNKNOWN
    farthest = a.abs_upper() ** b
    return farthest.union(-farthest if is_odd else NOTHING)


def _absolute(a: Any) -> Any:
    return abs(a).nonnegative_part()


def _hypot(a: Any, b: Any) -> Any:
    return (a * a + b * b).nonnegative_part().sqrt()


def _atan2(a: Any, b: Any) -> Any:
    """The angle; the hull of π and −π where the sign of a zero decides between them."""
    if not (a.is_finite() and b.is_finite()):
        return UNKNOWN  # Arb's own would be between these
    is_on_the_cut = a.contains(0) and not b > 0
    return _hull(arb.pi(), -arb.pi()) if is_on_the_cut else arb.atan2(a, b)


def _fmod(a: Any, b: Any) -> Any:
    """What is left of a by b, with the sign of a; a hull where it is unclear how often b goes."""
    times = a / b
    if not times.is_finite():
        return UNKNOWN
    fewest, most = (_whole(end) for end in (times.lower(), times.upper()))
    if (most - fewest) > 1:
        return _any_rest(a, b)
    return a - fewest * b if fewest == most else _hull(a - fewest * b, a - most * b)


def _whole(x: Any) -> Any:
    return x.floor() if x > 0 else x.ceil()


def _any_rest(a: Any, b: Any) -> Any:
    """All that is less than b, of the signs that a has."""
    size = abs(b).upper()
    kinks.append((a, b))
    return (NOTHING if a >= 0 else -size).union(NOTHING if a <= 0 else size)


def _log2(a: Any) -> Any:
    return a.log_base(2)


def _log10(a: Any) -> Any:
    return a.log_base(10)


_EXACT: dict[str, Any] = {name: getattr(arb, name, None) for name in FUNCTIONS}
_EXACT |= {"abs": _absolute, "atan2": _atan2, "fmod": _fmod, "hypot": _hypot, "pow": _power}
_EXACT |= {"log2": _log2, "log10": _log10, "pi": arb.pi}
_CHOICES: dict[str, Any] = {"less": less, "at_most": at_most, "choose": choose}
_CHOICES |= {"nothing": NOTHING, "infinity": arb.pos_inf(), "unknown": UNKNOWN}


def settled(x: Any) -> Any:
    """All numbers that floats may have for those in a ball; past the largest, any."""
    if x.is_zero():
        return x
    wider = x * _SPREAD + _UNDERFLOW
    return wider if abs(wider) < _LARGEST else UNKNOWN


def _rounding(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def rounded(*operands: Any) -> Any:
        return settled(function(*operands))

    return rounded


def _times(a: Any, b: Any) -> Any:
    return settled(a * b)


def _minus(a: Any, b: Any) -> Any:
    return settled(a - b)


def _over(a: Any, b: Any) -> Any:
    return settled(a / b)


def _plus(*terms: Any) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = settled(total + term)
    return total


_ROUNDED = {name: _rounding(function) for name, function in _EXACT.items()}
_ROUNDED |= {"plus": _plus, "minus": _minus, "times": _times, "over": _over, "abs": _absolute}

Evaluated = tuple[Any, Sequence[Any]]  # the ball of the value, and those of the partials
Rule = Callable[..., Evaluated]


@lru_cache(256)
def exact_rule(row: Row) -> Rule:
    """A row's value and partials as a function of balls."""
    return _compiled(row, BALLS, _EXACT)


@lru_cache(256)
def rounded_rule(row: Row) -> Rule:
    """The same with what floats may have for them: each operation of the text rounds.

    Where floats compute a row otherwise, it is not by less than what the text loses; and where the
    text overflows, as 1 + exp(-a) does in a sigmoid, they are right to `UNITS`.
    """
    rounded = _compiled(row, ROUNDING, _ROUNDED)
    if row.computed[:2] == (row.primal, row.partials):
        return rounded
    exact = exact_rule(row)

    def rule(*operands: Any) -> Evaluated:
        out, partials = rounded(*operands)
        if all(x.is_finite() for x in (out, *partials)):
            return out, partials
        right, slopes = exact(*operands)
        pairs = zip((out, *partials), (right, *slopes), strict=True)
        out, *partials = [x if x.is_finite() else settled(y) for x, y in pairs]
        return out, partials

    return rule


def _compiled(row: Row, notation: Balls, functions: dict[str, Any]) -> Rule:
    primal = parsed(row.primal)
    partials = [_open(parsed(text)) for text in row.partials]
    numbers = {x for tree in (primal, *partials) for x in _numbers(tree)}
    listed = "".join(f"{notation.template(tree).fill({})}, " for tree in partials)
    source = (
        f"def {row.name}({', '.join(row.operands)}):\n"
        f"    out = {notation.template(primal).fill({})}\n"
        f"    return out, ({listed})\n"
    )
    known = {_name(x): arb(x) for x in numbers}
    return define(row.name, source, {**functions, **_CHOICES, **known})


def _open(tree: ast.expr) -> ast.expr:
    """A partial with `nothing` in the place of the number 0, which says that nothing flows."""
    match tree:
        case ast.IfExp(test=test, body=yes, orelse=no):
            return ast.IfExp(test, _open(yes), _open(no))
        case ast.Constant(value=x) if not x:
            return ast.Name("nothing")
    return tree


def _numbers(tree: ast.expr) -> Iterator[float]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            yield float(node.value)  # type: ignore[arg-type]  # rows have no other constants


class Way(NamedTuple):
    """How a graph is run over balls: its rows, and the sweep back."""

    rule: Callable[[Row], Rule]
    times: Callable[[Any, Any], Any]
    plus: Callable[[Any, Any], Any]


BALLS = Balls()
ROUNDING = Rounding()
EXACT = Way(exact_rule, operator.mul, operator.add)
ROUNDED = Way(rounded_rule, _times, _plus)
