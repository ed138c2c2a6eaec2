"""How floats compute a row whose formulas would lose digits, and how its derivative is recorded.

The formulas of core/rows.py are the mathematics. Taken literally they lose digits where numbers
cancel, as in 1 - out near out = 1, and where a rounded number is the exponent of another. Here is
what is computed instead; the rows that are not here are computed as they read.
"""

from collections.abc import Callable
from typing import NamedTuple


class Computed(NamedTuple):
    """The texts of a row for floats.

    `steps` are what value and partials share, as (name, text), computed first and in order.
    `primal` and `partials` may use them. `slopes` are the partials as `create_graph` records them:
    they have to be right when they are differentiated again, and have no steps.
    """

    primal: str
    partials: tuple[str, ...]
    slopes: tuple[str, ...]
    steps: tuple[tuple[str, str], ...] = ()


def steps(computed: Computed, write: Callable[[str], str] = str) -> list[str]:
    """The steps as statements, in the notation that writes them."""
    return [f"{name} = {write(text)}" for name, text in computed.steps]


SIGMOID = Computed(
    steps=(("e", "exp(-abs(a))"),),
    primal="(1.0 if a > 0.0 else e) / (1.0 + e)",
    partials=("e / ((1.0 + e) * (1.0 + e))",),
    slopes=("sigmoid_slope(a)",),
)
SIGMOID_SLOPE = Computed(
    steps=(("e", "exp(-abs(a))"),),
    primal="e / ((1.0 + e) * (1.0 + e))",
    partials=("(out if a > 0.0 else -out) * expm1(-abs(a)) / (1.0 + e)",),
    slopes=("-out * tanh(0.5 * a)",),
)
