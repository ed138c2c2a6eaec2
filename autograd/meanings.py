"""What each elemental function is in words, and an example: the docstring of a row.

A row of one's own has a docstring too, of its formulas alone.
"""

from typing import NamedTuple

from autograd.core.rows import Row

__all__ = ["docstring"]


class Meaning(NamedTuple):
    """A function in words, and what it gives at some operands: the value, and each derivative."""

    words: str  # what follows "Return"
    at: tuple[float, ...]
    gives: str  # to six digits
    more: str = ""  # a sentence on what surprises


_AT_0 = "The derivative at 0 is taken to be 0."
_STEPS = "It is constant in steps, so the derivatives are 0."
_COMPARES = """\
A compiled program compares anew at each call, where Python's `<` and `<=` of Values compare once,
while the graph is recorded."""

# fmt: off
MEANINGS = {
    "exp": Meaning("e to the power of `a`", (1.0,), "2.71828, by a 2.71828"),
    "exp2": Meaning("2 to the power of `a`", (3.0,), "8, by a 5.54518"),
    "expm1": Meaning("`exp(a) - 1`", (1e-20,), "1e-20, by a 1", "No digits are lost near 0."),
    "log": Meaning("the natural logarithm of `a`", (2.0,), "0.693147, by a 0.5"),
    "log1p": Meaning("`log(1 + a)`", (1e-20,), "1e-20, by a 1", "No digits are lost near 0."),
    "log2": Meaning("the logarithm of `a` to the base 2", (8.0,), "3, by a 0.180337"),
    "log10": Meaning("the logarithm of `a` to the base 10", (1000.0,), "3, by a 0.000434294"),
    "logaddexp": Meaning("`log(exp(a) + exp(b))`", (1000.0, 1000.0), "1000.69, by a 0.5, by b 0.5",
        "It neither overflows nor underflows."),
    "sqrt": Meaning("the square root of `a`", (9.0,), "3, by a 0.166667",
        "At 0 the value is 0 and the derivative infinite."),
    "cbrt": Meaning("the cube root of `a`", (-8.0,), "-2, by a 0.0833333",
        "Of a negative number it is negative."),
    "sin": Meaning("the sine of `a`, an angle in radians", (0.5,), "0.479426, by a 0.877583"),
    "cos": Meaning("the cosine of `a`, an angle in radians", (0.5,), "0.877583, by a -0.479426"),
    "tan": Meaning("the tangent of `a`, an angle in radians", (0.5,), "0.546302, by a 1.29845"),
    "asin": Meaning("the arc sine of `a`, in radians from -π/2 to π/2", (0.5,),
        "0.523599, by a 1.1547"),
    "acos": Meaning("the arc cosine of `a`, in radians from 0 to π", (0.5,),
        "1.0472, by a -1.1547"),
    "atan": Meaning("the arc tangent of `a`, in radians from -π/2 to π/2", (1.0,),
        "0.785398, by a 0.5"),
    "atan2": Meaning("the angle of the point with y = `a` and x = `b`, in radians from -π to π",
        (1.0, -1.0), "2.35619, by a -0.5, by b -0.5"),
    "sinh": Meaning("the hyperbolic sine of `a`", (1.0,), "1.1752, by a 1.54308"),
    "cosh": Meaning("the hyperbolic cosine of `a`", (1.0,), "1.54308, by a 1.1752"),
    "tanh": Meaning("the hyperbolic tangent of `a`", (0.5,), "0.462117, by a 0.786448"),
    "asinh": Meaning("the inverse hyperbolic sine of `a`", (1.0,), "0.881374, by a 0.707107"),
    "acosh": Meaning("the inverse hyperbolic cosine of `a`", (2.0,), "1.31696, by a 0.57735"),
    "atanh": Meaning("the inverse hyperbolic tangent of `a`", (0.5,), "0.549306, by a 1.33333"),
    "erf": Meaning("the error function of `a`", (0.5,), "0.5205, by a 0.878783"),
    "erfc": Meaning("`1 - erf(a)`, the complementary error function", (5.0,),
        "1.53746e-12, by a -1.56709e-11", "No digits are lost where it is small."),
    "normal_cdf": Meaning("the probability that a standard normal variable is at most `a`", (1.96,),
        "0.975002, by a 0.0584409"),
    "hypot": Meaning("the length of the hypotenuse over `a` and `b`", (3.0, 4.0),
        "5, by a 0.6, by b 0.8"),
    "abs": Meaning("the absolute value of `a`", (-3.0,), "3, by a -1", _AT_0),
    "neg": Meaning("`-a`", (3.0,), "-3, by a -1"),
    "sign": Meaning("the sign of `a`: 1, -1, or 0 at 0", (-3.0,), "-1, by a 0", _STEPS),
    "floor": Meaning("the largest whole number that is at most `a`", (-2.5,), "-3, by a 0", _STEPS),
    "detach": Meaning("the number of `a`, as a constant: no derivative flows to `a`",
        (3.0,), "3, by a 0", "In `a * detach(a)` the second factor counts as a constant."),
    "floordiv": Meaning("`a // b`, the quotient, rounded down to a whole number", (7.0, 2.0),
        "3, by a 0, by b 0", _STEPS),
    "mod": Meaning("`a % b`, the remainder of `a // b`, with the sign of `b`", (-7.0, 3.0),
        "2, by a 1, by b 3"),
    "less": Meaning("1 if `a < b`, else 0", (1.0, 2.0), "1, by a 0, by b 0", _COMPARES),
    "at_most": Meaning("1 if `a <= b`, else 0", (2.0, 2.0), "1, by a 0, by b 0", _COMPARES),
    "equal": Meaning("1 if `a` and `b` are the same number, else 0", (1.0, 2.0),
        "0, by a 0, by b 0", _COMPARES),
    "sigmoid": Meaning("the logistic function of `a`, which lies between 0 and 1", (0.0,),
        "0.5, by a 0.25"),
    "softplus": Meaning("`log(1 + exp(a))`, a smooth `relu`", (1000.0,), "1000, by a 1",
        "It does not overflow."),
    "relu": Meaning("`a` if it is above 0, else 0", (-3.0,), "0, by a 0", _AT_0),
    "silu": Meaning("`a * sigmoid(a)`, also known as swish", (1.0,), "0.731059, by a 0.927671"),
    "gelu": Meaning("`a * normal_cdf(a)`", (1.0,), "0.841345, by a 1.08332"),
}
# fmt: on


def docstring(row: Row) -> str:
    """The docstring of the function that applies a row."""
    called = f"{row.name}({', '.join(row.operands)})"
    meaning = MEANINGS.get(row.name)
    words = meaning.words if meaning else f"`{called}`"
    more = [meaning.more] if meaning and meaning.more else []
    domain = f"- `DomainError` outside its domain: {row.domain}.\n" if row.domain else ""
    parts = [
        f"Return {words}.",
        "\n".join([*_formulas(row, called), *more]),
        f"Arguments:\n\n- {_operands(row)}",
        "Returns a Value if an argument is one, else a float.",
        f"Raises:\n\n{domain}- `TypeError` for an argument that is no number.",
    ]
    return "\n\n".join([*parts, *_example(row, meaning)])


def _operands(row: Row) -> str:
    named = ", ".join(f"`{name}`" for name in row.operands)
    kinds = "a Value or a number (int, float or NumPy scalar)"
    return f"{named}: {kinds}." if len(row.operands) == 1 else f"{named}: each {kinds}."


def _formulas(row: Row, called: str) -> list[str]:
    """Value and derivatives, a line for each."""
    value = [] if row.primal == called else [f"The value is `{row.primal}`."]
    named = zip(row.operands, row.partials, strict=True)
    return [*value, *(f"The derivative by `{name}` is {_slope(text)}." for name, text in named)]


def _slope(partial: str) -> str:
    where = ", where `out` is the value" if "out" in partial else ""
    return f"`{partial}`{where}"


def _example(row: Row, meaning: Meaning | None) -> list[str]:
    """What a reader types to see value and derivatives, and what comes out."""
    if meaning is None:
        return []
    made = [f">>> {name} = Value({x!r})" for name, x in zip(row.operands, meaning.at, strict=True)]
    slopes = [f"by {name} {{{name}.grad:.6g}}" for name in row.operands]
    lines = [
        f">>> from autograd import Value, {row.name}",
        *made,
        f">>> out = {row.name}({', '.join(row.operands)})",
        ">>> out.backward()",
        f'>>> print(f"{", ".join(["{out.data:.6g}", *slopes])}")',
        meaning.gives,
    ]
    return ["\n".join(lines)]
