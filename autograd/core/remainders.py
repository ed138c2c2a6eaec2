"""How floats compute what is left of a quotient, and the quotient without it: exactly, by fmod.

fmod has no rounding. Past 2⁵² every float is whole, infinities as well.
"""

from autograd.core.computed import Computed

FLOOR = Computed(
    primal=(
        "a if abs(a) >= 4503599627370496.0 else a if 0.0 <= fmod(a, 1.0) <= 0.0 else "
        "a - fmod(a, 1.0) if a > 0.0 else a - fmod(a, 1.0) - 1.0"
    ),
    partials=("0.0",),
    slopes=("0.0",),
)

# m has the sign of a, and q is the whole number of times that b fits into a - m: their quotient, t,
# rounded to that, unless it is whole anyhow. Where m has not the sign of b, one b belongs to it.
_DIVIDED = (
    ("m", "fmod(a, b)"),
    ("t", "(a - m) / b"),
    ("w", "abs(t) + 0.5"),
    (
        "q",
        "t if abs(t) >= 4503599627370496.0 else w - fmod(w, 1.0) if t >= 0.0 else fmod(w, 1.0) - w",
    ),
)
_ZERO = "0.0 if b > 0.0 else -0.0"
FLOORDIV = Computed(
    needs_doubles=True,
    steps=_DIVIDED,
    primal="q - 1.0 if m < 0.0 < b else q - 1.0 if b < 0.0 < m else q",
    partials=("0.0", "0.0"),
    slopes=("0.0", "0.0"),
)
MOD = Computed(
    needs_doubles=True,
    steps=_DIVIDED,
    primal=f"m + b if m < 0.0 < b else m + b if b < 0.0 < m else ({_ZERO}) if abs(m) <= 0.0 else m",
    partials=("1.0", "1.0 - q if m < 0.0 < b else 1.0 - q if b < 0.0 < m else 0.0 - q"),
    slopes=("1.0", "-floordiv(a, b)"),
)
