r"""Names of other engines that are not here, each with what to write instead.

## Coming from PyTorch, JAX, SciPy or micrograd

| there | here |
|---|---|
| a tensor, an array of numbers | a `Value`: one number; lists and arrays of them |
| a gradient tape, a function to be transformed | each result remembers its operands |
| `requires_grad`, `no_grad` | each Value has a gradient; a plain number has none |
| a layer of tensors | `autograd.nn`, for small networks |
| a compiler for arrays | `autograd.program`: programs, machine code, C, JAX |

A name of another engine, such as `y.item()`, raises an AttributeError that says what to write:

```python
>>> import numpy as np
>>> from autograd import MLP, Value, compile, value_and_grad
>>> x, w, t = Value(2.0, "x"), Value(3.0, "w"), Value(1.0, "t")
>>> y, loss = w * x * x, (w * x).sin()
>>> y.item()
Traceback (most recent call last):
AttributeError: a Value has no attribute 'item': x.data is the number

```

The tables below use these Values, and the following functions. All names are in `autograd`.

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
| `class Cube(torch.autograd.Function)` | `custom("cube", lambda a: a**3, lambda a: 3 * a * a)`: give ∂out/∂a only; the chain rule is applied for you |
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
| `jnp.sum(jnp.exp(x) * x)` | `value_and_grad(lambda x: np.sum(np.exp(x) * x))(np.array([1.0, 2.0]))`: here the function gets an array |
| `jax.jvp(g, (x,), (1.0,))` | `jvp(y, [x], [1.0])` |
| `jax.jit(jax.value_and_grad(g))` | `value_and_grad(g)`: later calls run the recorded graph |
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
| `p.m = 0.0`, as EurekaLabs' AdamW has it | `from autograd import Parameter as Value`: it takes attributes of your own |
| `sum((o - t)**2 for o, t in zip(outs, ts))` | `mean_squared_error([x, y], [1.0, 2.0])` |

micrograd's README example, its moons demo, the lecture's loops and its `draw_dot` run when their
import is changed to `autograd`. `_prev`, `_op` and `_backward()` are there for that. EurekaLabs'
loop, which keeps numbers on its Values, runs with `Parameter as Value`.

### Names that a Value does not have

Such a name raises an AttributeError, so `hasattr` and `getattr` with a default work as for any
missing name. A subclass may use the name for an attribute or a method of its own. Names of the
package and of `autograd.nn`, such as `no_grad`, are answered alike; to import one raises a
ModuleNotFoundError.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any

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

_NO_GRAPH = "leave it out; y.data is the number of a Value, and net.freeze() keeps it from training"
_SCALARS = "a number is Value(0.5) here, and a vector is a list: [Value(x) for x in xs]"
_FLOATS = "leave it out, as numbers are Python's floats"
_OWN_ROW = "write autograd.elemental, of formulas, or autograd.custom, of two Python functions"
_OF_FUNCTION = "write f = autograd.value_and_grad(function), and"
_OF_ARRAYS = (
    "the autograd of HIPS, for arrays, has the import name of this one, which is scalar-autograd: "
    "install it in an environment of its own"
)

# What is asked of the package, as by `import autograd as torch`.
_OF_PACKAGE = {
    **dict.fromkeys(["enable_grad", "inference_mode", "no_grad", "set_grad_enabled"], _NO_GRAPH),
    **dict.fromkeys(["Tensor", "Variable", "as_tensor", "tensor", "ones", "zeros"], _SCALARS),
    **dict.fromkeys(["cuda", "device", "float32", "float64"], _FLOATS),
    **dict.fromkeys(["Function", "custom_jvp", "custom_vjp", "extend", "primitive"], _OWN_ROW),
    **dict.fromkeys(["jacfwd", "jacrev"], f"{_OF_FUNCTION} f.jacobian(x)"),
    **dict.fromkeys(["hessian_vector_product", "make_hvp"], f"{_OF_FUNCTION} f.hvp(x, v)"),
    "autograd": "it is this package: write autograd.grad(loss, inputs)",
    "check_grads": "write autograd.gradcheck",
    "clamp": _OURS["clamp"],
    "clip": _OURS["clip"],
    "dot": "write autograd.affine(xs, ws, 0.0), or NumPy's np.dot(xs, ws)",
    "elementwise_grad": f"{_OF_FUNCTION} [f.grad(x) for x in xs]",
    "engine": "write from autograd import Value",
    "jit": "write autograd.compile(loss, inputs) of a Value, or autograd.replay(f) of a function",
    "make_jvp": "write autograd.jvp(outputs, inputs, tangents)",
    "make_vjp": "write autograd.vjp(outputs, inputs, cotangents)",
    "manual_seed": "write seed=0, as in MLP(2, [16, 1], seed=0) and fit(net, xs, ys, seed=0)",
    "numpy": f"NumPy's own functions take Values: import numpy as np; {_OF_ARRAYS}",
    "optim": "write autograd.SGD, autograd.Adam or autograd.AdamW",
    "pow": _OURS["pow"],
    "scipy": f"autograd.erf, autograd.normal_cdf and others take Values; {_OF_ARRAYS}",
    "stop_gradient": "write autograd.detach(x)",
    "sum": "write autograd.total(xs)",
    "test_util": "write autograd.gradcheck",
    "vmap": "write program = autograd.compile(y, inputs), and program.map(xs)",
}

_ACTIVATION = "write MLP(2, [16, 1], activation={0!r}), or x.{0}() of a Value"
_ACTIVATIONS = {
    "ELU": "elu",
    "GELU": "gelu",
    "LeakyReLU": "leaky_relu",
    "ReLU": "relu",
    "SiLU": "silu",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Tanh": "tanh",
}
_HOLDS = "leave it out; a Module finds the parameters in a plain list, tuple or dict"

_OF_NETWORKS = {
    **{name: _ACTIVATION.format(word) for name, word in _ACTIVATIONS.items()},
    **dict.fromkeys(["ModuleDict", "ModuleList", "ParameterDict", "ParameterList"], _HOLDS),
    "BCELoss": "write autograd.binary_cross_entropy, which takes the score before sigmoid",
    "BCEWithLogitsLoss": "write autograd.binary_cross_entropy",
    "CrossEntropyLoss": "write autograd.cross_entropy",
    "HuberLoss": "write autograd.huber",
    "Linear": "write Layer(nin, nout, 'linear'), or MLP(nin, nouts) for a whole network",
    "MSELoss": "write autograd.mean_squared_error",
    "Sequential": "write MLP(2, [16, 1]), or a Module whose __call__ calls one layer after another",
    "SmoothL1Loss": "write autograd.huber",
    "Softmax": "write MLP(2, [16, 3], output='softmax'), or autograd.softmax(xs) of Values",
    "functional": "write autograd.relu, autograd.softmax, autograd.cross_entropy and so on",
    "optim": _OF_PACKAGE["optim"],
}
OF_MODULES = {"autograd": _OF_PACKAGE, "autograd.nn": _OF_NETWORKS}


def missing_from(module: str, name: str) -> str:
    """What to write for a name that a module of ours has not; "" if nobody has it elsewhere."""
    advice = OF_MODULES[module].get(name)
    return f"there is no {module}.{name}: {advice}" if advice else ""


class ImportsFromElsewhere:
    """Says of an import what to write, as Python asks the last of `sys.meta_path`.

    An AttributeError of the module would not do: `from autograd import no_grad` drops its text.
    """

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        """Find nothing; ModuleNotFoundError with the words for a name of another library.

        Python asks alike for an import and for `importlib.util.find_spec("autograd.numpy")`, which
        so raises, too, where it would give None.
        """
        module, _, last = name.rpartition(".")
        if module in OF_MODULES and missing_from(module, last):
            # Without `name=`, by which `from … import …` would know it, and drop the text.
            raise ModuleNotFoundError(missing_from(module, last))


# What options are called elsewhere.
_OPTIONS = {
    "callbacks": "on_epoch",
    "criterion": "loss",
    "eps": "epsilon",
    "loss_fn": "loss",
    "lr": "learning_rate",
    "nonlin": "activation",
    "num_epochs": "epochs",
    "params": "parameters",
    "validation_data": "validation",
    "verbose": "progress",
}


def refuse_options(function: Callable[..., Any], unknown: Collection[str]) -> None:
    """Refuse options that a function does not know: TypeError with what to write; or nothing."""
    if not unknown:
        return
    from inspect import signature  # slow to load, and seldom needed

    known = [name for name in signature(function).parameters if name != "unknown"]
    for name in unknown:
        ours = _OPTIONS.get(name)
        hint = f"it is {ours} here" if ours in known else f"it takes {', '.join(known)}"
        if name == "nonlin":
            hint = "write activation='linear' for nonlin=False"
        raise TypeError(f"{function.__name__} takes no {name}; {hint}")


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
