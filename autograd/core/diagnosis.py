"""Which node went wrong, and the words for it."""

import reprlib
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any, TypeAlias

from autograd.core.choices import Use, sweep
from autograd.core.graph import N, below, names, operand_values, recorded_partials
from autograd.core.rows import LEAF, ROWS, Row
from autograd.core.tracking import number_left, peek, peek_grad

Names: TypeAlias = Mapping[Any, str]
Adjoints: TypeAlias = Mapping[Any, Any]

LISTED = 8  # operands that a message lists
FEW = 4  # and names of parameters

PLAIN_FUNCTION = (
    "for a plain function write value_and_grad(f).grad(x), or .jacobian, .hessian, .hvp"
)


def described(operand: Any, known: Names | None = None) -> str:
    """Tell an operand by name and number, `x = -1.0`.

    One without a name is told by what made it: `x * 3.0 = -3.0`.
    """
    if isinstance(operand, float):
        return repr(operand)
    number = f"{peek(operand)!r}{_made_at(operand)}"
    name = (known or {}).get(operand) or str(operand.label)
    if not name and operand.op is not LEAF:
        name = called(operand.op, [_short(x) for x in operand.operands])
    return f"{name} = {number}" if name else number


class _Teller(reprlib.Repr):
    """Cuts what is long, and tells Values, the repr of which would let their numbers leave."""

    def repr1(self, x: Any, level: int) -> str:
        if hasattr(type(x), "_data") and hasattr(type(x), "operands"):
            return described(x)
        if getattr(getattr(x, "dtype", None), "kind", "") == "O":
            return f"{type(x).__name__}({super().repr1(x.tolist(), level)})"
        return super().repr1(x, level)

    def repr_instance(self, x: Any, level: int) -> str:
        return " ".join(super().repr_instance(x, level).split())  # arrays take several lines


_teller = _Teller()
_teller.maxother = 60  # characters of what is neither text nor a sequence


def told(x: Any) -> str:
    """Tell whatever was given in place of something else: `list: [x = 2.0, 3.0]`.

    No number of a Value leaves by it, so that a graph is compiled after such an error too.
    """
    return f"{type(x).__name__}: {_teller.repr(x)}"


def told_instead(x: Any) -> str:
    """The same of what was given in place of a Value, with what takes plain functions."""
    hint = f"; {PLAIN_FUNCTION}" if callable(x) else ""
    return f"{told(x)}{hint}"


def _short(operand: Any) -> str:
    if isinstance(operand, float):
        return repr(operand)
    return str(operand.label) or repr(peek(operand))


def called(row: Row, operands: Sequence[str] = ()) -> str:
    """Tell an operation on its operands: `a * b`, `relu(a)`.

    By its formula if that is one operation, else by its name; rows of one's own by name.
    """
    # Loaded when it is needed: notations take as long to load as the rest of the core.
    from autograd.core.formula import is_plain, parsed
    from autograd.core.notation import PYTHON

    operands = operands or row.operands
    if row is ROWS.get(row.name) and is_plain(parsed(row.primal)):
        return PYTHON.written(row.primal, dict(zip(row.operands, operands, strict=True)))
    return f"{row.name}({_listed(operands)})"


def point(row: Row, operands: Sequence[Any], known: Names | None = None) -> str:
    """Tell where an operation was applied: `a = x = 2.0, b = 3.0`."""
    named = zip(row.operands, operands, strict=True)
    return _listed([f"{name} = {described(x, known)}" for name, x in named])


def _listed(items: Sequence[str]) -> str:
    more = ["…"] if len(items) > LISTED else []
    return ", ".join([*items[:LISTED], *more])


def first_few(names: Sequence[str]) -> str:
    """Some names as a message lists them: the first ones, and how many more there are."""
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")


def counted(count: int, what: str) -> str:
    """So many of something: `1 parameter`, `10 parameters`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _made_at(node: Any) -> str:
    return f" (made at {node.origin})" if node.origin else ""


def first_nonfinite(
    root: N, by: Iterable[N] | None = None, adjoints: Adjoints | None = None
) -> tuple[N, str] | None:
    """Find the first node of a graph where an infinity or a NaN arose, and say how.

    Values and local derivatives are looked at first, in the order in which they were computed. Then
    come the gradients, in the order in which `backward()` computes them.

    Arguments:

    - `root`: the Value at the top of the graph, such as a loss.
    - `by`: Values below it. Only what makes the derivative by one of these infinite or NaN counts
      then. By default all counts.
    - `adjoints`: the gradients to look at, a dict from Values to floats or Values. By default these
      are the `grad`s that the last `backward()` left.

    Returns a pair of the node, a Value, and a sentence about it; or None if all is finite.

    >>> from autograd import Value, first_nonfinite
    >>> y = (Value(0.0, "x").sqrt() + 1.0) * 2.0
    >>> node, how = first_nonfinite(y)
    >>> how
    'the derivative of v1 = sqrt(a) by a at a = x = 0.0 is inf'
    """
    number_left("{} was examined", str(getattr(root, "label", "")))
    operations, leaves = below(root)
    path = set(leaves if by is None else by)
    _, closed = sweep(root, operations)
    for node in (*leaves, *operations):
        flows = _flows(node, path, closed)
        if flows:
            path.add(node)
        bad = [flow for flow in flows if not isfinite(flow[1])]
        if bad or (by is None and not isfinite(peek(node))):
            return _worst(root, node, bad)
    for node in (*reversed(operations), *leaves):
        adjoint = _adjoint(node, adjoints)
        if node in path and not isfinite(adjoint):
            return node, _told_adjoint(root, node, adjoint)
    return None


Flow: TypeAlias = tuple[str, float]  # the name of an operand, and the partial by it


def _flows(node: Any, path: set[Any], closed: set[Use]) -> list[Flow]:
    """The partials of a node by those of its operands that lie on a path, and are not closed."""
    found = []
    for slot, partial in enumerate(recorded_partials(node)):
        if node.operands[slot] in path and Use(node, slot) not in closed:
            found.append((node.op.operands[slot], partial))
    return found


def check_finite(root: N, leaves: Iterable[N], adjoints: Adjoints | None = None) -> None:
    """Raise FloatingPointError if a leaf gets an infinity or a NaN, and say where it arose."""
    for leaf in leaves:
        gradient = _adjoint(leaf, adjoints)
        if not isfinite(gradient):
            found = first_nonfinite(root, [leaf], adjoints)
            how = found[1] if found else ""
            number_left("the gradient of {} was refused", str(leaf.label), aside=True)
            raise FloatingPointError(
                f"{names(root)[leaf]} would get the gradient {gradient!r}: {how}"
            )


def _adjoint(node: Any, adjoints: Adjoints | None) -> float:
    if adjoints is None:
        return peek_grad(node)
    adjoint = adjoints.get(node, 0.0)
    return adjoint if isinstance(adjoint, float) else peek(adjoint)


def _worst(root: N, node: N, bad: Sequence[Flow]) -> tuple[N, str]:
    """Go from a node with a bad value or derivative down to where a value went bad, and tell it."""
    worse = _bad_operands(node)
    while worse:
        node = worse[0]
        worse = _bad_operands(node)
    named = names(root)
    if node.op is LEAF:
        return node, f"the leaf {described(node, named)} is not finite"
    where = f"{named[node]} = {called(node.op)}{_made_at(node)}"
    at = point(node.op, node.operands, named)
    if not isfinite(peek(node)):
        return node, f"the value of {where} at {at} is {peek(node)!r}"
    name, partial = bad[0]
    return node, f"the derivative of {where} by {name} at {at} is {partial!r}"


def _bad_operands(node: N) -> list[N]:
    return [operand for operand in operand_values(node) if not isfinite(peek(operand))]


def _told_adjoint(root: N, node: N, adjoint: float) -> str:
    value = f"(value {peek(node)!r}{_made_at(node)})"
    why = "finite derivatives multiply past the largest float"
    return f"the gradient of {names(root)[node]} {value} is {adjoint!r}: {why}"
