"""Elemental functions of one's own: by their formulas, or by two Python functions."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from autograd import functions
from autograd.core.custom import CustomRow
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, Row
from autograd.core.value import record

if TYPE_CHECKING:
    from autograd.core.calls import Called

__all__ = ["custom", "elemental"]

_OF_MANY = ("affine", "total", "mean", "logsumexp", "softmax", "log_softmax")
_TAKEN = {*ROWS, *FUNCTIONS, *CONSTANTS, *_OF_MANY}


def elemental(name: str, primal: str, partials: Sequence[str]) -> Callable[..., Any]:
    """Make an elemental function of your own out of formulas.

    It is differentiated, compiled and drawn like the functions of autograd. Where there is no
    formula, `custom` takes two Python functions instead.

    A formula is text. It may use the operands a, b, c and d, numbers, `+ - * /`, conditionals such
    as `a if a > 0.0 else 0.0`, and the names in `FUNCTIONS` and `CONSTANTS` of
    `autograd.core.rows`. It may also call functions of autograd, such as `sigmoid(a)`, and those
    that `elemental` made before: their formulas are put in.

    Arguments:

    - `name`: an identifier that is not the name of a function of autograd.
    - `primal`: the formula of the value.
    - `partials`: one to four formulas, the derivative by each operand. In these `out` is the value.

    Returns a function of one to four Values or numbers, as many as there are `partials`. It gives a
    Value if one of them is a Value, else a float.

    Raises:

    - `ValueError` if the name is taken or no identifier, if there are not one to four `partials`,
      or if a formula has anything else in it.
    - `TypeError` if a formula is no text.

    >>> softsign = elemental("softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"])
    >>> from autograd import Value
    >>> x = Value(-3.0)
    >>> y = softsign(x)
    >>> y.backward()
    >>> y.data, x.grad
    (-0.75, 0.0625)
    >>> glu = elemental("glu", "a * softsign(b)", ["softsign(b)", "a / pow(1.0 + abs(b), 2.0)"])
    >>> glu(2.0, -3.0)
    -1.5
    """
    is_listed = isinstance(partials, list | tuple) and 1 <= len(partials) <= 4
    if not _is_name(name) or not is_listed:
        got = f"{name!r} and {partials!r:.80}"
        raise ValueError(f"a row has an identifier as name and 1 to 4 partials, got {got}")
    _check_free(name)
    row = _elemental_row(name, primal, partials)

    def function(*operands: Any) -> Any:
        return record(row, *operands)

    return functions._presented(function, row)  # type: ignore[no-any-return]  # the function


def custom(
    name: str, forward: Callable[..., Any], backward: Callable[..., Any]
) -> Callable[..., Any]:
    """Make an operation out of two Python functions on floats, where there is no formula.

    `backward` gives the local derivatives only; the chain rule is applied for you. Both functions
    must depend on their arguments alone.

    The operation can be drawn, explained, copied, and tested by `gradcheck`; it can be pickled if
    pickle finds both functions by name. All that computes from formulas refuses it: `compile`,
    `certify`, `grad(…, create_graph=True)`, `hessian` and pages. `replay` and `fit` record it each
    time.

    Arguments:

    - `name`: an identifier that is not the name of a function of autograd.
    - `forward`: a function of one or more floats, a fixed number of them, that gives the value, a
      float. Arguments with a default keep the default.
    - `backward`: a function that takes the same floats and, optionally, a last argument `out`, the
      value. It gives the derivative by each operand: one float, or for several operands a sequence
      of floats in their order. It gives `math.nan` where there is no derivative.

    Returns a function of as many Values or numbers as `forward` takes. It gives a Value if one of
    them is a Value, else a float. It raises `DomainError` where `forward` or `backward` raises
    `ValueError` or `ArithmeticError`, and `TypeError` where they give anything but floats.

    Raises:

    - `ValueError` if the name is taken or no identifier.
    - `TypeError` if `forward` does not take a fixed number of floats, or if `backward` does not
      take the same and at most `out` more.

    >>> import math
    >>> from autograd import Value
    >>> def angle(mean, eccentricity):  # of a planet: E - e · sin(E) = M
    ...     found = mean
    ...     for _ in range(100):
    ...         found = mean + eccentricity * math.sin(found)
    ...     return found
    >>> def slopes(mean, eccentricity, out):
    ...     slope = 1.0 / (1.0 - eccentricity * math.cos(out))
    ...     return slope, slope * math.sin(out)
    >>> kepler = custom("kepler", angle, slopes)
    >>> x = Value(1.0)
    >>> y = kepler(x, 0.5)
    >>> y.backward()
    >>> round(y.data, 6), round(x.grad, 6)
    (1.498701, 1.037362)
    """
    if not _is_name(name):
        raise ValueError(f"a custom operation has an identifier as name, got {name!r:.80}")
    _check_free(name)
    row = CustomRow(name, forward, backward)
    _remember(name, row)

    def function(*operands: Any) -> Any:
        if len(operands) != len(row.operands):
            needs = f"{len(row.operands)} in brackets, {', '.join(row.operands)}"
            raise TypeError(f"{name} takes {needs}; got {len(operands)}")
        return record(row, *operands)

    functions._presented(function, row)
    function.__doc__ = forward.__doc__ or function.__doc__
    return function


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and not iskeyword(name)


def _check_free(name: str) -> None:
    if unicodedata.normalize("NFKC", name) in _TAKEN:  # as Python reads names
        raise ValueError(f"{name!r} is the name of a row or function of ours; take another one")


# What formulas may call beside FUNCTIONS, by name: rows of ours that are functions of all their
# operands, and, the latest last, those of one's own, each with its value as `create_graph` has it.
_known: dict[str, Row] = {
    name: row
    for name, row in ROWS.items()
    if hasattr(functions, name) and name not in FUNCTIONS and len(row.partials) == len(row.operands)
}
_on_values: dict[Row, str] = {}


def _remember(name: str, row: Row, on_values: str = "") -> None:
    """Let formulas call a row; another one of its name is forgotten."""
    name = unicodedata.normalize("NFKC", name)
    if name in _known:
        _on_values.pop(_known.pop(name), None)
    _known[name] = row
    _on_values[row] = on_values


def _elemental_row(name: str, primal: str, partials: Sequence[str]) -> Row:
    # Loaded when it is needed: notations take as long to load as the rest of the core.
    from autograd.core.calls import calls_any, on_values

    operands = ("a", "b", "c", "d")[: len(partials)]
    value = _rule(name, primal, operands)
    rules = tuple(_rule(name, partial, (*operands, "out")) for partial in partials)
    row = Row(name, name, value, rules)
    known = _may_be_called()
    if any(calls_any(text, known) for text in (value, *rules)):
        row = _with_calls_put_in(row, known)
    _remember(name, row, on_values(value, known))
    return row


def _may_be_called() -> "dict[str, Called]":
    from autograd.core.calls import Called  # later, as above

    found = {}
    for name, row in _known.items():
        if not isinstance(row, CustomRow):
            as_call = f"{name}({', '.join(row.operands)})"
            found[name] = Called(row, _on_values.get(row, as_call))
    return found


def _with_calls_put_in(row: Row, known: "Mapping[str, Called]") -> Row:
    """The row whose texts call no other row any more."""
    from autograd.core.calls import TooLongError, computed, mathematics  # later, as above
    from autograd.core.grammar import complaint

    try:
        primal = mathematics(row.primal, known)
        partials = tuple(mathematics(partial, known) for partial in row.partials)
        by_floats = computed(row.primal, row.partials, known)
    except TooLongError as error:
        raise ValueError(f"{row.name}: {row.primal!r:.80} {error}") from None
    steps = dict(by_floats.steps)
    texts = (primal, *partials, *steps.values(), by_floats.primal, *by_floats.partials)
    for text in texts:
        wrong = complaint(text, {*row.operands, *steps, "out"})
        if wrong:
            raise ValueError(f"{row.name}: with what it calls put in, {text!r:.80} {wrong}")
    return Row(row.name, row.symbol, primal, partials, computed=by_floats)


def _rule(name: str, text: str, operands: Sequence[str]) -> str:
    """The text of a row as it is kept: 1 becomes 1.0, so that values stay floats.

    Raises ValueError naming what rows may not be made of.
    """
    from autograd.core.grammar import complaint, grouped  # later, as above
    from autograd.core.notation import PYTHON

    if not isinstance(text, str):
        raise TypeError(f"{name}: a formula is text, got {text!r:.80}")
    line = grouped(text)
    wrong = complaint(line, operands, _known)
    if wrong:
        raise ValueError(f"{name}: {line!r:.80} {wrong}")
    return PYTHON.written(line)
