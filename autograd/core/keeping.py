"""What a Parameter in C may keep beside its number."""

from typing import Any

from autograd.core.numbers import as_float


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
