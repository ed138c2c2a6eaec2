"""What else runs the text of programs: machine code by numba, and jax.numpy; both optional extras."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from math import isfinite
from typing import Any

from autograd.formula import define
from autograd.ops import FUNCTIONS
from autograd.value import number


def extra(module: str, name: str) -> Any:
    """Import what an extra of ours brings; ModuleNotFoundError with the way to get it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{error}: pip install 'scalar-autograd[{name}]' brings it") from None


def side_by_side(columns: Sequence[Any]) -> Any:
    """Numbers in columns as an array with a row for each sample; NumPy's columns are taken as a whole."""
    plain = [getattr(x, "ndim", 0) == 1 and x.dtype.kind in "iuf" and not hasattr(x, "mask") for x in columns]
    numbers = [x.astype(float) if whole else [*map(number, x)] for x, whole in zip(columns, plain, strict=True)]
    return extra("numpy", "fast").array(numbers).T.copy()


@lru_cache(32)
def machine_code(text: str) -> Any:
    """The text of a program as a function on arrays, compiled at its first call; of one text only once."""
    scope = {name: _raising(f) if callable(f) and f is not abs else f for name, f in FUNCTIONS.items()}
    return jitted(define("program", text, scope))


@lru_cache(32)
def machine_loop(loop: Callable[..., Callable[..., None]], text: str, *others: Callable[..., Any]) -> Any:
    """A loop around the text of a program and other functions, compiled with them."""
    return jitted(loop(machine_code(text), *map(jitted, others)))


@lru_cache(128)
def jitted(function: Callable[..., Any]) -> Any:
    return extra("numba", "fast").njit(function)


@cache
def _raising(function: Callable[..., float]) -> Any:
    """A function of rows as machine code that raises where Python's does, as 1 / log(0) would be 0 without a word."""

    def checked(*operands: float) -> float:
        result = function(*operands)
        if not isfinite(result):
            raise ValueError
        return result

    return jitted(checked)


def over_jax(text: str) -> Callable[..., Any]:
    """The text of a program on one sample, with `where` in the place of conditionals, over jax.numpy: its means over many."""
    numpy, special = extra("jax", "jax").numpy, extra("jax.scipy.special", "jax")
    scope = {name: getattr(special if name.startswith("erf") else numpy, name) for name in FUNCTIONS if name.isalnum()}
    scope |= {"where": numpy.where, "less": lambda a, b: 1.0 * (a < b), "at_most": lambda a, b: 1.0 * (a <= b)}
    of_one = define("program", text, scope)

    def program(parameters: Any, *inputs: Any) -> tuple[Any, Any]:
        if len(shapes := {numpy.shape(x) for x in inputs}) > 1:
            raise ValueError(f"inputs are numbers, or arrays of one shape, got the shapes {sorted(shapes)}")
        numbers = [numpy.asarray(x) * 1.0 for x in (*inputs, *parameters)]  # whole ones would wrap around, and plain ones raise
        loss, gradients = of_one(*numbers)
        loss, *gradients = map(numpy.mean, (loss, *gradients))
        return loss, numpy.array(gradients) if hasattr(parameters, "shape") else type(parameters)(gradients)

    program.__doc__ = text
    return program
