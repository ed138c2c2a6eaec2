"""What floats compute of a row: texts beside its mathematics."""

from collections.abc import Callable
from typing import NamedTuple


class Computed(NamedTuple):
    """The texts of a row for floats.

    `steps` are what value and partials share, as (name, text), computed first and in order.
    `primal` and `partials` may use them. `slopes` are the partials as `create_graph` records them:
    they have to be right when they are differentiated again, and have no steps. `needs_doubles`
    says that the numbers in the texts are made for 64 bits; with fewer the mathematics is better.
    """

    primal: str
    partials: tuple[str, ...]
    slopes: tuple[str, ...]
    steps: tuple[tuple[str, str], ...] = ()
    needs_doubles: bool = False


def steps(computed: Computed, write: Callable[[str], str] = str) -> list[str]:
    """The steps as statements, in the notation that writes them."""
    return [f"{name} = {write(text)}" for name, text in computed.steps]
