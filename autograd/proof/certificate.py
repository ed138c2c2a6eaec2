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
    """A number cannot be enclosed, or the engine's is further off than rounding explains.

    `certify` raises it. It is an `ArithmeticError`. Its text names the node and the operands.

    >>> try:
    ...     certify(Value(0.0, "x").sqrt())
    ... except CertificationError as error:
    ...     print(str(error).partition(":")[0])
    ∂v1/∂x has no enclosure
    """


class Enclosure(NamedTuple):
    """Where a true number lies, and how far the engine's is off.

    `print` tells it in words: "true to 16 digits".

    Attributes:

    - `ours`: the engine's number.
    - `low` and `high`: the true number lies between them, or is one of them. They are neighbouring
      doubles, or the same one if the true number is a double. They are further apart only at a
      kink, and where no precision can tell whether the true number is a double.
    - `ulps`: how far `ours` is off at most, in units in the last place (ulp) of the true number.
    - `digits`: how many digits of `ours` are true, at most 17.

    >>> certify(Value(0.1) + 0.2).value
    Enclosure(ours=0.30000000000000004, low=0.3, high=0.30000000000000004, ulps=0.5, digits=16)
    >>> print(certify(Value(0.25) + 0.5).value)
    exact
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
    """What `certify` has proven of a loss and its derivatives.

    `print` shows it as a table; so does a notebook.

    Attributes:

    - `names`: the names of the loss and of the inputs, in order.
    - `value`: the `Enclosure` of the loss.
    - `gradients`: a list with the `Enclosure` of the derivative by each input, in order.
    - `bits`: the precision that was enough, in bits.
    - `kinks`: the operations whose operands may lie on either side of a kink, such as `relu` at 0,
      however many bits there are. The enclosures then contain the results of both sides. Usually
      empty.

    >>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
    >>> certify((x * w + b).tanh())
    <Certificate of v3 and 3 gradients: off by 0.40 ulp at most>
    """

    names: list[str]
    value: Enclosure
    gradients: list[Enclosure]
    bits: int
    kinks: list[str]

    @property
    def ulps(self) -> float:
        """How far the loss and the gradients are off at most, in units in the last place."""
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
    """Prove how far a loss and its derivatives are from the true numbers.

    The graph is run again, forward and back, on balls that enclose the true numbers (by
    python-flint), from the exact numbers of its leaves, with as many bits as it takes. Each row is
    computed by its mathematics, and not by what floats compute of it. No `grad` is read or written.

    The proof is about the graph as recorded. Comparisons in the code that led to this graph are not
    looked into. The partials of a row of your own are taken on trust: `gradcheck` tests these.

    Arguments:

    - `loss`: the Value to prove.
    - `inputs`: the Values to differentiate by, leaves or not: one, or a list or other iterable.
      None, the default, takes all leaves.
    - `allow_unused`: True lets inputs that `loss` does not depend on have the derivative 0; False,
      the default, is an error then. Keyword only.

    Returns a `Certificate`.

    Raises:

    - `CertificationError` if a number has no enclosure, as the derivative of √a at 0; if the graph
      has an operation made by `custom`; and if a number of the engine is further off than rounding
      explains, which is 4 units in the last place for each operation on the way. This last case
      would be a fault of the engine.
    - `ValueError` if `loss` does not depend on one of `inputs`, and if data changed since the graph
      was recorded.
    - `TypeError` if `loss` or one of `inputs` is no Value.
    - `ModuleNotFoundError` if python-flint is missing: the extra `proof` brings it.

    Subtraction of nearly equal numbers loses digits, and the gradient loses more:

    >>> x = Value(0.1, "x")
    >>> y = (x.exp() - 1.0) / x
    >>> y.label = "y"
    >>> print(certify(y))
           ours                the true number                          off by
    y      1.0517091807564771  1.0517091807564762 … 1.0517091807564765  3.93 ulp   true to 15 digits
    ∂y/∂x  0.5346173731917059  0.5346173731917138 … 0.5346173731917139  71.06 ulp  true to 13 digits
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
