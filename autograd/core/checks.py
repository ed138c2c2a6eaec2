"""Checks of options."""

from collections.abc import Iterable
from typing import Any


def check_known(kind: str, name: Any, known: Iterable[str]) -> None:
    """Raise ValueError if an option is none of those there are."""
    if name not in known:
        raise ValueError(f"unknown {kind} {name!r}; known are {', '.join(known)}")
