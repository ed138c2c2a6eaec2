"""What the extras of this package bring, and how to get them."""

from importlib import import_module
from typing import Any


def extra(module: str, name: str) -> Any:
    """Import what an extra of ours brings; ModuleNotFoundError with the way to get it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        way = f"pip install 'scalar-autograd[{name}]' brings it"
        raise ModuleNotFoundError(f"{error}: {way}") from None
