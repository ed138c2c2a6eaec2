"""The same functions in PyTorch and JAX: value, and two derivatives by their own autograd.

Each by the function that a user of the library would call. A row that is not here has its namesake
there, or none.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy

from autograd.core.rows import Row
from tests.draws import Numbers


def in_torch(row: Row, points: Numbers) -> Numbers | None:
    """By PyTorch in float64; None if it has no such function."""
    import torch

    function = _torch_functions().get(row.name) or getattr(torch, row.name, None)
    if function is None:
        return None
    leaves = [torch.tensor(column, requires_grad=True) for column in points.T]
    count = len(row.partials)
    roots = [function(*leaves)]
    results = []
    roots += _torch_grad(roots[0], leaves[:count])
    for root in roots:
        results += [root, *_torch_grad(root, leaves[:count])]
    return numpy.column_stack([(x.detach() + 0.0).numpy() for x in results])


def _torch_grad(output: Any, leaves: list[Any]) -> list[Any]:
    import torch

    if not output.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    return list(
        torch.autograd.grad(
            output.sum(), leaves, create_graph=True, allow_unused=True, materialize_grads=True
        )
    )


def _torch_functions() -> dict[str, Callable[..., Any]]:
    from torch import float64, remainder, sigmoid, special, where  # noqa: F401
    from torch.nn import functional

    return {
        "power": lambda a, b: a**b,
        "power_constant": lambda a, b: a ** b.detach(),
        "max": lambda a, b: a.maximum(b),
        "min": lambda a, b: a.minimum(b),
        "softplus": functional.softplus,
        "silu": functional.silu,
        "gelu": functional.gelu,
        "leaky_relu": lambda a, slope: where(a > 0.0, a, slope * a),
        "elu": lambda a, alpha: where(a > 0.0, a, alpha * functional.elu(a)),
        "mod": remainder,
        "normal_cdf": special.ndtr,
        "equal": lambda a, b: (a == b).double(),
        "less": lambda a, b: (a < b).double(),
        "at_most": lambda a, b: (a <= b).double(),
        "detach": lambda a: a.detach(),
        "where": lambda a, b, condition: where(condition != 0.0, a, b),
        "half_squared_error": lambda a, b: 0.5 * (a - b) ** 2,
        "binary_cross_entropy": lambda a, b: functional.binary_cross_entropy_with_logits(
            a, b, reduction="none"
        ),
        "huber": lambda a, b, delta: where(
            abs(a - b) <= delta, 0.5 * (a - b) ** 2, delta * (abs(a - b) - 0.5 * delta)
        ),
        "total": lambda *summands: _stacked(summands).sum(0),
        "mean": lambda *summands: _stacked(summands).mean(0),
        "affine": lambda *xwb: (
            (_stacked(xwb[: len(xwb) // 2]) * _stacked(xwb[len(xwb) // 2 : -1])).sum(0) + xwb[-1]
        ),
    }


def _stacked(tensors: Any) -> Any:
    import torch

    return torch.stack(tensors)


@contextmanager
def in_64_bits() -> Iterator[None]:
    """JAX with 64 bits, and afterwards as it was."""
    import jax

    before = jax.config.jax_enable_x64  # type: ignore[attr-defined]  # made as it runs
    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]  # of JAX
    yield
    jax.config.update("jax_enable_x64", before)  # type: ignore[no-untyped-call]


def in_jax_itself(row: Row, points: Numbers) -> Numbers | None:
    """By JAX with 64 bits; None if it has no such function."""
    import jax

    function = _jax_functions().get(row.name) or getattr(jax.numpy, row.name, None)
    if function is None:
        return None
    by = tuple(range(len(row.partials)))
    results = []
    with in_64_bits():
        for root in (function, *(jax.grad(function, argnums=i) for i in by)):
            both = jax.value_and_grad(lambda *x, root=root: 1.0 * root(*x), argnums=by)
            value, gradients = jax.jit(jax.vmap(both))(*points.T)
            results += [value, *gradients]
    return numpy.column_stack([numpy.asarray(x, float) for x in results])


def _jax_functions() -> dict[str, Callable[..., Any]]:
    import jax
    from jax import numpy as jnp
    from jax.scipy import special

    return {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "neg": lambda a: -a,
        "power": lambda a, b: a**b,
        "power_constant": lambda a, b: a**b,
        "asin": jnp.arcsin,
        "atan2": jnp.arctan2,
        "erf": special.erf,
        "erfc": special.erfc,
        "max": jnp.maximum,
        "min": jnp.minimum,
        "sigmoid": jax.nn.sigmoid,
        "softplus": jax.nn.softplus,
        "relu": jax.nn.relu,
        "leaky_relu": jax.nn.leaky_relu,
        "elu": jax.nn.elu,
        "silu": jax.nn.silu,
        "gelu": lambda a: jax.nn.gelu(a, approximate=False),
        "where": lambda a, b, condition: jnp.where(condition != 0.0, a, b),
        "half_squared_error": lambda a, b: 0.5 * (a - b) ** 2,
        "huber": lambda a, b, delta: jnp.where(
            abs(a - b) <= delta, 0.5 * (a - b) ** 2, delta * (abs(a - b) - 0.5 * delta)
        ),
        "binary_cross_entropy": lambda a, b: (
            b * jax.nn.softplus(-a) + (1.0 - b) * jax.nn.softplus(a)
        ),
        "normal_cdf": jax.scipy.stats.norm.cdf,
        "equal": lambda a, b: jnp.where(a == b, 1.0, 0.0),
        "less": lambda a, b: jnp.where(a < b, 1.0, 0.0),
        "at_most": lambda a, b: jnp.where(a <= b, 1.0, 0.0),
        "detach": jax.lax.stop_gradient,
        "total": lambda *summands: jnp.stack(summands).sum(),
        "mean": lambda *summands: jnp.stack(summands).mean(),
        "affine": lambda *xwb: (
            jnp.dot(jnp.stack(xwb[: len(xwb) // 2]), jnp.stack(xwb[len(xwb) // 2 : -1])) + xwb[-1]
        ),
    }


LIBRARIES = {"PyTorch": in_torch, "JAX": in_jax_itself}
