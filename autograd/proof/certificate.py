"""certify: what a loss and its gradients truly are, and how far the engine's numbers are off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isinf
from threading import Lock
from typing import NamedTuple

from autograd import views
from autograd.core.checks import check_flag
from autograd.core.custom import CustomRow
from autograd.core.graph import below, names
from autograd.core.numbers import as_list
from autograd.core.tracking import number_left
from autograd.core.value import Value
from autograd.derivative_graphs import check_unchanged
from autograd.derivatives import grad
from autograd.writing import can_be_printed

__all__ = ["Certificate", "CertificationError", "Enclosure", "certify"]

ALL_DIGITS = 17  # a double has no more
LISTED = 20  # gradients in a table; of more the worst
WORST = 5

_lock = Lock()  # the precision of balls is one for all threads


class CertificationError(ArithmeticError):
    """A number has no enclosure, or the engine's is not what rounding explains."""


class Enclosure(NamedTuple):
    """The true number lies from `low` to `high`; `ours`, the engine's, is off by at most `ulps`.

    These are units in the last place of the true number; `digits` of ours are true, of 17 at most.
    `low` and `high` are doubles next to each other, or one number if the true one is a double. They
    are further apart only at a kink, and around a double that no precision tells from the truth.

    >>> print(Enclosure(0.1, 0.1, 0.1, 0.0, 17), "and", Enclosure(0.3, 0.2, 0.25, 9e14, 0))
    exact and no digit is true
    """

    ours: float
    low: float
    high: float
    ulps: float
    digits: int

    def __str__(self) -> str:
        if self.low == self.high == self.ours:
            return "exact"
        if isinf(self.ours) and self.ours in (self.low, self.high):
            return "past the largest double"
        if isinf(self.ulps):
            return "not decided"
        if self.digits > 0:
            return f"true to {self.digits} digit{'s' if self.digits > 1 else ''}"
        return "true to the last place" if self.ulps <= 1.0 else "no digit is true"


@dataclass(frozen=True)
class Certificate:
    """What was proven: enclosures of the `value` and of the `gradients`, in the order of inputs.

    `names` are those of the loss and of the inputs. `bits` were enough to tell. Where they were
    not, `kinks` are the operations whose operands lie on both sides of a kink for all that is
    known; then the enclosures hold what both sides give.
    """

    names: list[str]
    value: Enclosure
    gradients: list[Enclosure]
    bits: int
    kinks: list[str]

    @property
    def ulps(self) -> float:
        """How far the engine's numbers are off at most."""
        return max(enclosure.ulps for enclosure in (self.value, *self.gradients))

    def __repr__(self) -> str:
        count = f"{len(self.gradients):,} gradient{'s' if len(self.gradients) != 1 else ''}"
        return f"<Certificate of {self.names[0]} and {count}: off by {_ulps(self.ulps)} at most>"

    _repr_html_ = views.of_table

    def __str__(self) -> str:
        text = "\n".join([*self._table(), *self._rest(), *self._kinks()])
        if can_be_printed(text):
            return text
        plain = text.replace("∂", "d").replace("…", "...")
        return plain.encode("ascii", "backslashreplace").decode()

    def _told(self) -> list[int]:
        """The places of the gradients in the table."""
        places = range(len(self.gradients))
        if len(places) <= LISTED:
            return [*places]
        worst = sorted(places, key=lambda i: -self.gradients[i].ulps)
        return sorted(worst[:WORST])

    def _table(self) -> list[str]:
        loss = self.names[0]
        rows = [("", "ours", "the true number", "off by", "")]
        rows.append(_row(loss, self.value))
        rows += [_row(f"∂{loss}/∂{self.names[i + 1]}", self.gradients[i]) for i in self._told()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)) for row in rows]
        return [line.rstrip() for line in lines]

    def _rest(self) -> list[str]:
        count = len(self.gradients) - len(self._told())
        return [f"… and {count:,} gradients more, none of them further off"] if count else []

    def _kinks(self) -> list[str]:
        return [f"at a kink: {kink}" for kink in self.kinks]


def _row(name: str, enclosure: Enclosure) -> tuple[str, str, str, str, str]:
    low = repr(enclosure.low)
    high = repr(enclosure.high)
    where = low if low == high else f"{low} … {high}"
    return name, repr(enclosure.ours), where, _ulps(enclosure.ulps), str(enclosure)


def _ulps(ulps: float) -> str:
    number = f"{ulps:.2f}" if ulps < 1000.0 else f"{ulps:.1e}"
    return f"{number} ulp"


def certify(
    loss: Value, inputs: Value | Iterable[Value] | None = None, *, allow_unused: bool = False
) -> Certificate:
    """Prove how far a recorded loss and its derivatives by `inputs` are from the true numbers.

    The graph is run again on balls, forward and back, from the exact doubles of its leaves and
    constants, by the mathematics of each row, with as many bits as it takes. `inputs` are Values in
    it, leaves or not; without them all leaves. No `grad` is read or written. The extra `proof`
    brings what it needs. What is proven is the recorded graph: comparisons that led to it are not
    looked into, and the partials of a row of your own are believed, which `gradcheck` tests.

    Raises CertificationError naming the node where there is no enclosure, as for the derivative of
    √a at 0, or for an operation that is `custom`; and if a number of the engine lies outside what
    rounding explains, 4 units in the last place for each operation on the way, which is a fault of
    the engine or of a row. Raises ValueError as `grad` does, and if data changed since it was
    recorded.

    >>> x = Value(0.1, "x")
    >>> certificate = certify((x.exp() - 1.0) / x, [x])
    >>> print(certificate.value, "and", certificate.gradients[0])
    true to 15 digits and true to 13 digits
    """
    check_flag("allow_unused", allow_unused)
    operations, leaves = below(loss)
    wanted: Sequence[Value] = leaves if inputs is None else as_list(inputs)
    is_unused_fine = allow_unused or inputs is None
    found = grad(loss, wanted, allow_unused=is_unused_fine, allow_nonfinite=True)
    for node in operations:
        if isinstance(node.op, CustomRow):
            raise CertificationError(node.op.refusal("a proof starts from"))
        check_unchanged(node)
    number_left("{} was certified", loss.label)
    # Loaded when it is needed: python-flint is an extra.
    from autograd.proof.truth import Truth

    with _lock:
        truth = Truth(loss, wanted)
        value, *gradients = truth.compared([loss.data, *found])
        known = names(loss, wanted)
        told = [known[x] for x in (loss, *wanted)]
        return Certificate(told, value, gradients, truth.bits, truth.kinks)
