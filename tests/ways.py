"""The ways in which a number of a Value reaches code outside the graph."""

import copy
import pickle
from collections.abc import Callable

import autograd
from autograd import Value, explain, grad, hessian, jvp

Way = Callable[[Value], float]  # how code outside gets a number of a Value


def by_backward(x: Value) -> float:
    (x * x).backward()
    slope = x.grad
    x.grad = 0.0
    return slope


def by_error(x: Value) -> float:
    try:
        return 0.0 * (x - 10.0).log()._data
    except autograd.DomainError as error:
        return float(str(error).split("= ")[-1].split(":")[0])


# Ways that `compile` and `fit` heed.
WAYS: dict[str, Way] = {
    "data": lambda x: x.data,
    "grad of backward": by_backward,
    "grad": lambda x: grad(x * x, [x])[0],
    "grad, unpacked": lambda x: next(iter(grad(x * x, [x]))),
    "grad, compared": lambda x: float(grad(x * x, [x]) == [2.0]),
    "grad, printed": lambda x: float(f"{grad(x * x, [x])}"[1:-1]),
    "hessian": lambda x: hessian(x * x * x, [x])[0][0],
    "jacobian": lambda x: autograd.jacobian([x * x], [x])[0][0],
    "jvp": lambda x: jvp(x * x, [x], [1.0]),
    "partials": lambda x: (x * x).partials[0],
    "partials of many": lambda x: autograd.affine([x], [x], 1.0).partials[0],
    "numeric derivative": lambda x: float(autograd.numeric_derivative(lambda v: v * v, x)),
    "comparison": lambda x: 2.0 if x > 1.0 else 3.0,
    "truth": lambda x: 2.0 if x - 1.0 else 3.0,
    "built-in max": lambda x: 2.0 if max(x, 1.0) is x else 3.0,
    "format": lambda x: float(f"{x:.17g}"),
    "str": lambda x: float(str(x).split("data=")[1].split(",")[0]),
    "repr": lambda x: float(repr(x).split("data=")[1].split(",")[0]),
    "explain": lambda x: explain(x * x).steps[-1].gradient,
    "examination": lambda x: float(autograd.first_nonfinite(x) is None),
    "draw": lambda x: float(len(autograd.draw(x * x).source)),
    "copy": lambda x: copy.copy(x)._data,
    "deepcopy": lambda x: copy.deepcopy(x * x)._data,
    "pickle": lambda x: pickle.loads(pickle.dumps(x))._data,
}

# Ways that only `fit` heeds, which records by itself: people do these between recordings.
WAYS_ASIDE: dict[str, Way] = {
    "error": by_error,
    "program": lambda x: autograd.compile(x * x)()[0],
}
