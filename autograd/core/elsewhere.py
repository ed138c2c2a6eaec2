r"""What other engines call things: names that a Value has not, each with what to write here.

## Coming from PyTorch, JAX, SciPy or micrograd

| there | here |
|---|---|
| a tensor, an array of numbers | a `Value`: one number; lists and arrays of them |
| a gradient tape, a function to be transformed | each result remembers its operands |
| `requires_grad`, `no_grad` | each Value has a gradient; a plain number has none |
| a layer of tensors | `autograd.nn`, for small networks |
| a compiler for arrays | `autograd.program`: programs, machine code, C, JAX |

What other engines call otherwise, as `y.item()`, is an AttributeError that says what to write:

```python
>>> import numpy as np
>>> from autograd import MLP, Value, compile, value_and_grad
>>> x, w, t = Value(2.0, "x"), Value(3.0, "w"), Value(1.0, "t")
>>> y, loss = w * x * x, (w * x).sin()
>>> y.item()
Traceback (most recent call last):
AttributeError: a Value has no attribute 'item': x.data is the number

```

The lines in the tables below are about these Values and the following functions. All names are in
`autograd`.

```python
>>> def g(x):  # of a vector, to a number
...     return (x[0] - 1) ** 2 + (x[1] * x[0] - 3) ** 2
>>> def residuals(x):  # to several numbers
...     return [x[0] - 1, x[1] * x[0] - 3]
>>> def h(a, b):  # of two numbers
...     return a * b
>>> def cube(x):
...     return x**3 - 2
>>> def func(x, a, b):  # a curve to be fitted
...     return a * np.exp(-b * x)
>>> def model(p, x):  # of a dict of parameters
...     return p["w"] * x
>>> xs = np.linspace(0.0, 2.0, 5)
>>> ys = np.exp(-0.5 * xs)
>>> net = MLP(3, [1])
>>> f = value_and_grad(g)
>>> program = compile(loss, [x], parameters=[w])

```

### From PyTorch

| PyTorch | here |
|---|---|
| `x = torch.tensor(2.0, requires_grad=True)` | `x = Value(2.0)` |
| `y.backward(gradient)` | `y.backward(3.0)` |
| `torch.optim.Adam(model.parameters(), lr=0.01)`, `optimizer.zero_grad()` | `Adam(net.parameters(), learning_rate=0.01)`, `y.zero_grad()` |
| `y.item()`, `y.detach()` | `y.data`, `y.detach()` |
| `torch.autograd.grad(y, [x], create_graph=True)` | `grad(y, [x], create_graph=True)` |
| `torch.autograd.grad([x * x, y], [x], [1.0, 2.0])` | `vjp([x * x, y], [x], [1.0, 2.0])` |
| `torch.autograd.functional.jacobian(residuals, x)` | `value_and_grad(residuals).jacobian([1.0, 2.0])` |
| `torch.autograd.gradcheck(f, inputs)` | `gradcheck(lambda a, b: a * b.exp(), [1.0, 2.0])` |
| `class Cube(torch.autograd.Function)` | `custom("cube", lambda a: a**3, lambda a: 3 * a * a)`: ∂out/∂a alone, no gradient from above comes in |
| `with torch.no_grad(): g(x)` | `g([1.0, 2.0])`, `sigmoid(0.5)`: every function takes plain floats, too |
| `torch.where(a < b, a * a, b)` | `where(less(x, w), x * x, w)` |
| `F.log_softmax(logits, 0)`, `F.cross_entropy(logits, label)` | `log_softmax([x, y])`, `cross_entropy([x, y], 1)` |
| `torch.compile(model)` | `program = compile(loss, [x], parameters=[w])` |
| `torch.nn.Linear(3, 1)`, `model.parameters()` | `Layer(3, 1, activation="linear")`, `net.parameters()` |

### From JAX

| JAX | here |
|---|---|
| `jax.value_and_grad(g)(x)` | `value_and_grad(g)([1.0, 2.0])` |
| `jax.grad(g)(x)`, `jax.hessian(g)(x)` | `value_and_grad(g).grad([1.0, 2.0])`, `value_and_grad(g).hessian([1.0, 2.0])` |
| `jax.grad(h, argnums=(0, 1))(1.0, 2.0)` | `value_and_grad(h).grad([1.0, 2.0])`: one vector of all |
| `jax.value_and_grad(model)({"w": 3.0}, 2.0)` | `replay(model)({"w": w}, 2.0)`: dicts and lists of Values, and {w: gradient} |
| `jax.value_and_grad(g, has_aux=True)` | `f = value_and_grad(lambda x: [g(x), *residuals(x)])`, `f.value([1.0, 2.0])`, `f.jacobian([1.0, 2.0])[0]` |
| `jnp.sum(jnp.exp(x) * x)` | `value_and_grad(lambda x: np.sum(np.exp(x) * x))(np.array([1.0, 2.0]))`: of an array it gets an array |
| `jax.jvp(g, (x,), (1.0,))` | `jvp(y, [x], [1.0])` |
| `jax.jit(jax.value_and_grad(g))` | `value_and_grad(g)`, swept from its second call on |
| `jax.vmap(jax.value_and_grad(loss), (None, 0))(w, xs)` | `program.map([3.0], [1.0, 2.0])` |
| `jax.lax.cond(a <= b, f, g, x)` | `where(at_most(x, w), x.sin(), x.cos())`, which computes both |
| `jax.scipy.special.logsumexp(x)` | `logsumexp([x, y])` |
| `jax.lax.stop_gradient(y)` | `detach(y)` |

### From SciPy

| SciPy | here |
|---|---|
| `minimize(g, x0)` | `f = value_and_grad(g)`, `minimize(f, [1.0, 2.0], jac=True)` |
| `minimize(g, x0, jac="3-point", hess=BFGS())` | `minimize(f.value, [1.0, 2.0], jac=f.grad, hess=f.hessian, method="trust-exact")` |
| `minimize(g, x0, hessp=…)` | `minimize(f, [1.0, 2.0], jac=True, hessp=f.hvp, method="trust-krylov")` |
| `NonlinearConstraint(c, lo, hi)` | `c = value_and_grad(residuals)`, `h = value_and_grad(lambda x, v: np.dot(v, residuals(x)))`, `NonlinearConstraint(c.value, -1, 1, jac=c.jacobian, hess=h.hessian)` |
| `newton(cube, x0)` | `f = value_and_grad(cube)`, `newton(f.value, 1.0, fprime=f.grad, fprime2=f.hessian)` |
| `curve_fit(func, xs, ys)` | `f = value_and_grad(lambda p, x: func(x, *p))`, `curve_fit(func, xs, ys, [1, 1], jac=lambda x, *p: f.jacobian(np.array(p), x))` |
| a fit of many points | `point = compile((w * x).sin() - t, [x, t], parameters=[w])`, `least_squares(lambda b: point.map(b, xs, ys)[0], [1.0], jac=lambda b: point.map(b, xs, ys)[1])` |
| `least_squares(residuals, x0)` | `f = value_and_grad(residuals)`, `least_squares(f.value, [1.0, 2.0], jac=f.jacobian)` |
| `check_grad(g, dg, x0)` | `gradcheck(lambda *x: g(x), [1.0, 2.0])` |
| `np.std(xs)`, `np.arctan(x)` on arrays | `np.std(np.array([x, y]))`, `np.arctan(np.array([x, y]))` |

### From micrograd

| micrograd | here |
|---|---|
| `from micrograd.engine import Value`, `from micrograd.nn import MLP` | `from autograd import Value`, `from autograd import MLP` |
| `draw_dot(y)` | `draw_dot(y)` |
| `p.m = 0.0`, as EurekaLabs' AdamW has it | `from autograd import Parameter as Value`: it takes attributes of one's own |
| `sum((o - t)**2 for o, t in zip(outs, ts))` | `mean_squared_error([x, y], [1.0, 2.0])` |

micrograd's README example, its moons demo, the lecture's loops and its `draw_dot` run when their
import is changed to `autograd`. `_prev`, `_op` and `_backward()` are there for that. EurekaLabs'
loop, which keeps numbers on its Values, runs with `Parameter as Value`.

### Names that a Value has not

Each is an AttributeError, so that `hasattr` and `getattr` with a default go on as for any missing
name. In a subclass each is free, for an attribute or a method of its own.
"""

from collections.abc import Iterator
from typing import Any

from autograd.core.numbers import as_float
from autograd.core.tracking import SCOPE

_NUMBER = "x.data is the number"
_OWN = (
    "it takes none of your own, but a Parameter does: from autograd import Parameter as Value, or "
    "class Weight(Value): pass; or keep such numbers beside it, in a dict {x: 0.0}"
)
_ALL_HAVE_GRADIENTS = (
    "every Value gets a gradient; what shall get none is a plain number, or detach(x)"
)

_OURS = {
    "_children": "x.operands is what it was made of",
    "clamp": "write autograd.min(autograd.max(x, low), high)",
    "clip": "write autograd.min(autograd.max(x, low), high)",
    "clone": "write copy.copy(x)",
    "grad_fn": "x.op is the operation, and x.operands what it was applied to",
    "gradient": "x.grad is the gradient, after y.backward()",
    "is_leaf": "x.operands is empty for a leaf",
    "item": _NUMBER,
    "ln": "write x.log()",
    "m": _OWN,
    "momentum": _OWN,
    "name": "x.label is the name",
    "numpy": _NUMBER,
    "pow": "write x ** y",
    "requires_grad": _ALL_HAVE_GRADIENTS,
    "requires_grad_": _ALL_HAVE_GRADIENTS,
    "retain_grad": "every Value keeps its grad",
    "softmax": "write autograd.softmax([x, y])",
    "square": "write x ** 2",
    "tolist": _NUMBER,
    "v": _OWN,
    "value": _NUMBER,
    "velocity": _OWN,
}

BACKWARD_IS_NOT_SET = (
    "the _backward of a Value is not set: operations are rows here, and y.backward() walks them; "
    "an operation of your own is made by autograd.elemental, of formulas, or autograd.custom, of "
    "functions"
)


class Elsewhere:
    """A name that a Value has not: an attribute that is missing with a reason."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.missing = _missing(name)
        self.__doc__ = f"Not there: {_OURS[name]}."

    def __get__(self, node: Any, kind: type) -> Any:
        if kind is not SCOPE["Value"]:
            own = getattr(node, "__dict__", {})
            if self.name in own:
                return own[self.name]
            later = super(SCOPE["Value"], kind if node is None else node)
            if hasattr(later, self.name):  # a class that is inherited from after Value has it
                return getattr(later, self.name)
        raise AttributeError(self.missing)

    def __set__(self, node: Any, x: Any) -> None:
        if not hasattr(node, "__dict__"):
            raise AttributeError(self.missing)
        node.__dict__[self.name] = x

    def __delete__(self, node: Any) -> None:
        if self.name not in getattr(node, "__dict__", {}):
            raise AttributeError(self.missing)
        del node.__dict__[self.name]


def _missing(name: str) -> str:
    return f"a Value has no attribute {name!r}: {_OURS.get(name, _OWN)}"


def missing_attributes() -> Iterator[tuple[str, Any]]:
    """What a class of Values gets by these names, and `dir`, which does not list them."""
    for name in _OURS:
        yield name, Elsewhere(name)
    yield "__dir__", _listed


def _listed(self: Any) -> list[str]:
    missing = {name for name in _OURS if not hasattr(self, name)}
    return [name for name in object.__dir__(self) if name not in missing]


def refuse_attribute(node: Any, name: str) -> None:
    """Say what to do instead of setting an attribute that there is not, as C asks; or nothing."""
    if name not in _OURS and not hasattr(type(node), name):
        raise AttributeError(_missing(name))


def check_kept(node: Any, name: str, x: Any) -> None:
    """Refuse what a Parameter in C may not keep, as a graph in it would never be freed.

    The collector does not look into what is made of a Parameter: see native/node.c. Raises
    TypeError for anything but numbers, text, and arrays of numbers. A graph that is put
    into its `__dict__` itself, as by `vars(p).update(…)`, comes past this, and is never freed.
    """
    is_ours = hasattr(getattr(type(node), name, None), "__set__")
    is_array = getattr(getattr(x, "dtype", None), "kind", "O") in "biufc"
    if is_ours or is_array or isinstance(x, bytes | str) or as_float(x) is not None:
        return
    kind = type(node).__name__
    raise TypeError(
        f"a {kind} keeps numbers and text, got {type(x).__name__} for {name}: keep it beside the "
        f"{kind}, or write class Weight({kind}): pass, which holds anything"
    )
