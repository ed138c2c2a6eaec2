r"""A scalar autograd engine made to be read: each operation is one row of a table.

A `Value` records every operation on it, and `backward()` gives the derivative by (with respect to)
every number that went in.

```python
>>> from autograd import Value, draw, explain
>>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
>>> y = (x * w + b).tanh()
>>> y.backward()
>>> round(y.data, 4)
0.4621
>>> [round(v.grad, 4) for v in (x, w, b)]  # dy/dx, dy/dw, dy/db
[-2.3593, 1.5729, 0.7864]
>>> path = draw(y, backward=True).save("build/neuron.svg")
>>> steps = explain(y).page("build/steps.html")

```

## Guides

| guide | page |
|---|---|
| How a row becomes everything; a function of your own; errors | `autograd.core` |
| Which engine when: programs, machine code, tapes, C, JAX | `autograd.program` |
| Training a network | `autograd.nn` |
| Drawing large graphs; every gradient, explained | `autograd.show` |
| Derivatives of derivatives | `autograd.derivatives` |
| Functions of vectors, for SciPy's optimizers | `autograd.vectors` |
| What we promise and what it rests on | `autograd.proof` |
| Coming from PyTorch, JAX, SciPy or micrograd | `autograd.core.elsewhere` |

## Names

| to | there are |
|---|---|
| record | `Value`; the functions of `autograd.functions`; `elemental`, `custom` for your own |
| choose | `where`, `less`, `at_most`, `equal`, `max`, `min`; `one_hot`, `lookup` by an index |
| add up | `affine`, `total`, `mean`, `logsumexp`, `softmax`, `log_softmax` |
| differentiate | `grad`, `jacobian`, `hessian`; `vjp`, `jvp`, `hvp`; `jet` |
| hand to an optimizer | `value_and_grad` gives a `VectorFunction` |
| check | `gradcheck`, `numeric_derivative`, `first_nonfinite`, `debug` |
| run again | `compile` gives a `Program`; `replay` a `Replay` |
| build networks | `MLP`, `Layer`, `Neuron`, `Embedding`, `Module`, `Parameter` |
| measure a loss | `half_squared_error`, `mean_squared_error`, `huber` |
| classify | `binary_cross_entropy`, `cross_entropy` |
| train | `fit` gives a `Fit`, `batches` each `Batch`; `Epoch`, `EarlyStopping` |
| take steps | `SGD`, `Adam`, `AdamW`; `Optimizer` for a rule of your own |
| keep | `save`, `load` |
| draw | `draw`, `draw_dot`, `draw_layers`, `draw_network` give a `Figure`; `trace` |
| explain | `explain` gives an `Explanation`; `python -m autograd` |
| prove | `certify` gives a `Certificate` of an `Enclosure` for each number |
| catch | `DomainError`, `GradcheckError`, `CompileError`, `CertificationError`, `LayoutError` |

`from autograd import *` leaves Python's own `abs`, `compile`, `max` and `min` alone.
"""

import builtins as _builtins
import sys as _sys
from importlib import import_module as _import_module
from typing import TYPE_CHECKING
from typing import Any as _Any

from autograd import functions as _functions
from autograd import views as _views
from autograd.core import elsewhere as _elsewhere
from autograd.core.diagnosis import first_nonfinite as first_nonfinite
from autograd.core.native.loading import native as native
from autograd.core.numbers import DomainError as DomainError
from autograd.core.tracking import debug as debug
from autograd.core.value import Value as Value
from autograd.functions import *
from autograd.own import custom as custom
from autograd.own import elemental as elemental

if TYPE_CHECKING:
    from autograd.derivatives import grad as grad
    from autograd.derivatives import hessian as hessian
    from autograd.derivatives import jacobian as jacobian
    from autograd.jets import jet as jet
    from autograd.lookups import lookup as lookup
    from autograd.lookups import one_hot as one_hot
    from autograd.nn import MLP as MLP
    from autograd.nn import SGD as SGD
    from autograd.nn import Adam as Adam
    from autograd.nn import AdamW as AdamW
    from autograd.nn import Embedding as Embedding
    from autograd.nn import Layer as Layer
    from autograd.nn import Module as Module
    from autograd.nn import Neuron as Neuron
    from autograd.nn import Optimizer as Optimizer
    from autograd.nn import Parameter as Parameter
    from autograd.nn import binary_cross_entropy as binary_cross_entropy
    from autograd.nn import cross_entropy as cross_entropy
    from autograd.nn import half_squared_error as half_squared_error
    from autograd.nn import huber as huber
    from autograd.nn import load as load
    from autograd.nn import mean_squared_error as mean_squared_error
    from autograd.nn import save as save
    from autograd.nn.fit import batches as batches
    from autograd.nn.fit import fit as fit
    from autograd.nn.result import Batch as Batch
    from autograd.nn.result import Epoch as Epoch
    from autograd.nn.result import Fit as Fit
    from autograd.nn.stopping import EarlyStopping as EarlyStopping
    from autograd.numeric import GradcheckError as GradcheckError
    from autograd.numeric import gradcheck as gradcheck
    from autograd.numeric import numeric_derivative as numeric_derivative
    from autograd.products import hvp as hvp
    from autograd.products import jvp as jvp
    from autograd.products import vjp as vjp
    from autograd.probabilities import log_softmax as log_softmax
    from autograd.probabilities import logsumexp as logsumexp
    from autograd.probabilities import softmax as softmax
    from autograd.program import CompileError as CompileError
    from autograd.program import Program as Program
    from autograd.program import compile as compile
    from autograd.program.replay import Replay as Replay
    from autograd.program.replay import replay as replay
    from autograd.proof.certificate import Certificate as Certificate
    from autograd.proof.certificate import CertificationError as CertificationError
    from autograd.proof.certificate import Enclosure as Enclosure
    from autograd.proof.certificate import certify as certify
    from autograd.show.explanation import Explanation as Explanation
    from autograd.show.explanation import explain as explain
    from autograd.show.figure import Figure as Figure
    from autograd.show.layout import LayoutError as LayoutError
    from autograd.show.graph import draw as draw
    from autograd.show.graph import draw_dot as draw_dot
    from autograd.show.graph import trace as trace
    from autograd.show.networks import draw_layers as draw_layers
    from autograd.show.networks import draw_network as draw_network
    from autograd.vectors import VectorFunction as VectorFunction
    from autograd.vectors import value_and_grad as value_and_grad

__version__ = "0.1.0"

# What loads when it is first used: networks and programs take as long as all else, drawings longer.
_LATER = {
    "derivatives": ["grad", "hessian", "jacobian"],
    "jets": ["jet"],
    "lookups": ["lookup", "one_hot"],
    "nn": [
        "MLP",
        "SGD",
        "Adam",
        "AdamW",
        "Batch",
        "EarlyStopping",
        "Embedding",
        "Epoch",
        "Fit",
        "Layer",
        "Module",
        "Neuron",
        "Optimizer",
        "Parameter",
        "batches",
        "binary_cross_entropy",
        "cross_entropy",
        "fit",
        "half_squared_error",
        "huber",
        "load",
        "mean_squared_error",
        "save",
    ],
    "numeric": ["GradcheckError", "gradcheck", "numeric_derivative"],
    "products": ["hvp", "jvp", "vjp"],
    "probabilities": ["log_softmax", "logsumexp", "softmax"],
    "program": ["CompileError", "Program", "compile"],
    "program.replay": ["Replay", "replay"],
    "proof.certificate": ["Certificate", "CertificationError", "Enclosure", "certify"],
    "show.explanation": ["Explanation", "explain"],
    "show.figure": ["Figure"],
    "show.layout": ["LayoutError"],
    "show.graph": ["draw", "draw_dot", "trace"],
    "show.networks": ["draw_layers", "draw_network"],
    "vectors": ["VectorFunction", "value_and_grad"],
}
_MODULES = (
    "core",
    "derivatives",
    "nn",
    "numeric",
    "own",
    "products",
    "probabilities",
    "program",
    "proof",
    "show",
    "writing",
)
_HOME = {name: f"autograd.{module}" for module, names in _LATER.items() for name in names}

_public = ["DomainError", "Value", "custom", "debug", "elemental", "first_nonfinite"]
_public += [*_HOME, *vars(_functions)["__all__"]]

# `from autograd import *` leaves Python's own abs, compile, max and min alone, as NumPy's does.
__all__ = [name for name in _public if not hasattr(_builtins, name)]


def __getattr__(name: str) -> _Any:
    if name in _MODULES:
        return _import_module(f"autograd.{name}")
    if name not in _HOME:
        missing = _elsewhere.missing_from("autograd", name)
        message = missing or f"module 'autograd' has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=_sys.modules["autograd"])
    thing = getattr(_import_module(_HOME[name]), name)
    globals()[name] = thing
    return thing


def __dir__() -> list[str]:
    return sorted({*_public, *_MODULES, "functions", "native", "__version__"})


Value._repr_svg_ = _views.of_value  # type: ignore[attr-defined]  # core knows of no drawings
if _elsewhere.ImportsFromElsewhere not in _sys.meta_path:  # it is, where autograd is loaded again
    _sys.meta_path.append(_elsewhere.ImportsFromElsewhere)
