"""What a notebook shows of each kind of thing: the one place where these meet what draws them.

Values, programs and networks know nothing of drawings. Each has a hook of this file for the name
by which notebooks ask; what draws loads at the first time that one does.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any


def of_value(value: Any) -> str | None:
    """The graph of a Value as SVG, if it is small."""
    from autograd.show.graph import small_picture

    return small_picture(value)


def of_network(net: Any) -> str:
    """The figure of a network, or a table of its parameters, as HTML."""
    from autograd.show.views import network_view

    return network_view(net)


def of_fit(fit: Any) -> str:
    """The losses of a training as a curve, and how it ran, as HTML."""
    from autograd.show.views import fit_view

    return fit_view(fit)


def of_program(program: Any) -> str:
    """The source of a program, and what it is a program of, as HTML."""
    from autograd.show.views import program_view

    return program_view(program)


def of_table(printed: Any) -> str:
    """What prints itself as a table, as HTML."""
    from autograd.show.views import printed_view

    return printed_view(printed)


def course(
    told: str, losses: Sequence[float], validation_losses: Sequence[float], epochs: int
) -> str:
    """How far a training of so many epochs is, and its losses up to there, as HTML."""
    from autograd.show.views import course_view

    return course_view(told, losses, validation_losses, epochs)


def notebook_display() -> Callable[..., Any] | None:
    """IPython's `display` of the notebook that runs; None if none does.

    A notebook has loaded IPython before it runs any cell: it is looked for there alone.
    """
    ipython = sys.modules.get("IPython")
    if ipython is None or getattr(ipython.get_ipython(), "kernel", None) is None:
        return None  # a terminal's has no kernel
    from IPython.display import display

    return display
