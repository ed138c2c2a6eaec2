"""What else runs the text of programs: machine code by numba, and jax.numpy; both optional extras."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from math import isfinite
from typing import Any

from autograd.formula import Choices, define
from autograd.ops import FUNCTIONS
from autograd.value import number


def extra(module: str, name: str) -> Any:
    """Import what an extra of ours brings; ModuleNotFoundError with the way to get it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{error}: pip install 'scalar-autograd[{name}]' brings it") from None


def array(x: Any) -> Any:
    return extra("numpy", "fast").array(x)


def side_by_side(columns: Sequence[Any]) -> Any:
    """Numbers in columns as an array with a row for each sample; NumPy's columns are taken as a whole."""
    whole = [x.astype(float) if getattr(x, "ndim", 0) == 1 and x.dtype.kind in "iuf" else [*map(number, x)] for x in columns]
    return array(whole).T.copy()


def seconds_to_compile(text: str, parameters: int) -> float:
    """About how long numba takes: 1 ms a line, and the more the more sums go through the loop."""
    return 1.0 + text.count("\n") * (0.001 + 0.00002 * parameters)


def pays(text: str, parameters: int, samples: int) -> bool:
    """Whether compiling takes less time than Python would for so many samples, at about 12 ns a line."""
    return find_spec("numba") is not None and seconds_to_compile(text, parameters) < samples * text.count("\n") * 12e-9


@lru_cache(32)
def machine_code(text: str) -> Any:
    """The text of a program as a function on arrays, compiled at its first call; of one text only once."""
    return jitted(define("program", text, _raising()))


@lru_cache(32)
def machine_loop(loop: Callable[..., Callable[..., None]], text: str, *others: Callable[..., Any]) -> Any:
    """A loop around the text of a program and other functions, compiled with them."""
    return jitted(loop(machine_code(text), *map(jitted, others)))


@lru_cache(128)
def jitted(function: Callable[..., Any]) -> Any:
    return extra("numba", "fast").njit(function)


@cache
def _raising() -> dict[str, Any]:
    """The functions of rows for machine code. They raise where Python's do, as 1 / log(0) would be 0 without a word."""

    def raising(function: Callable[..., float]) -> Callable[..., float]:
        def checked(*operands: float) -> float:
            result = function(*operands)
            if not isfinite(result):
                raise ValueError
            return result

        return checked

    return {name: jitted(raising(f)) if callable(f) and f is not abs else f for name, f in FUNCTIONS.items()}


def over_jax(text: str) -> Callable[..., Any]:
    """The text of a program over jax.numpy, with `where` in the place of its conditionals."""
    jax = extra("jax", "jax")
    numpy, special = jax.numpy, extra("jax.scipy.special", "jax")

    def means(inputs: tuple[Any, ...], parameters: Any, results: tuple[Any, ...]) -> tuple[Any, Any]:
        if len(shapes := {numpy.shape(x) for x in inputs}) > 1:
            raise ValueError(f"inputs are numbers, or arrays of one shape, got the shapes {sorted(shapes)}")
        loss, *gradients = map(numpy.mean, results)
        return loss, numpy.array(gradients) if hasattr(parameters, "shape") else type(parameters)(gradients)

    scope = {name: getattr(special if name.startswith("erf") else numpy, name) for name in FUNCTIONS if name.isalnum()}
    scope |= {"means": means, "where": numpy.where, "less": numpy.less, "at_most": numpy.less_equal}
    return define("program", text, scope, Choices())
