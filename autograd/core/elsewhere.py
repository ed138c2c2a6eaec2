"""What other engines call things: names that a Value has not, each with what to write here.

Asked for, each is an AttributeError, so that `hasattr` and `getattr` with a default go on as for
any missing name. In a subclass each is free, for an attribute or a method of its own.
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
