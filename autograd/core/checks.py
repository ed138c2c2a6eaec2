"""Checks of options."""

from collections.abc import Iterable
from operator import index
from typing import Any

MOST = 2**63  # as machine code counts


def check_known(kind: str, name: Any, known: Iterable[str]) -> None:
    """Raise ValueError if an option is none of those there are."""
    if name not in [*known]:  # a list, as what is meant for something else may have no hash
        raise ValueError(f"unknown {kind} {name!r}; known are {', '.join(known)}")


def check_flag(name: str, x: Any, hint: str = "") -> None:
    """Raise TypeError if a flag is neither True nor False, as what was meant for something else."""
    if not isinstance(x, bool):
        raise TypeError(f"{name} is True or False, got {type(x).__name__}: {x!r:.80}{hint}")


def check_whole(name: str, x: Any, least: int = -MOST) -> int:
    """The int of a whole number, NumPy's too; TypeError or ValueError naming the argument."""
    if isinstance(x, bool) or not hasattr(x, "__index__"):
        raise TypeError(f"{name} is a whole number, got {type(x).__name__}: {x!r:.80}")
    count = index(x)
    if not least <= count < MOST:
        limits = f"from {least} up to 2**63" if least > -MOST else "of at most 63 bits"
        raise ValueError(f"{name} is a whole number {limits}, got {x!r:.80}")
    return count
