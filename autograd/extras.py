"""What the extras of this package bring, and how to get them."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


def extra(module: str, name: str) -> Any:
    """Import what an extra of ours brings; ModuleNotFoundError with the way to get it."""
    with brought_by(name):
        return import_module(module)


@contextmanager
def brought_by(name: str) -> Iterator[None]:
    """Around imports of what an extra of ours brings, to say how to get what is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{error}: {how_to_install(name)} brings it") from None


def how_to_install(name: str) -> str:
    """What to write to get an extra, which pip finds by the package where that is installed.

    pip then asks no index for the package itself, so that it need not be on one. A folder that was
    put on the path, or stands in the working directory, pip knows nothing of.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution("scalar-autograd")
    except PackageNotFoundError:
        return f"pip install '.[{name}]' in the folder of its pyproject.toml"
    return f"pip install 'scalar-autograd[{name}]'"
