"""What Python asks of a number and a Value refuses, such as a plain number without a gradient.

These are put on Value without an annotation: to type checkers a Value is no `SupportsFloat`, which
is what plain numbers are to our own functions.
"""

from collections.abc import Callable
from typing import NoReturn


def _refusal(name: str, text: str) -> Callable[..., NoReturn]:
    def method(self: object, *options: object) -> NoReturn:
        raise TypeError(text)

    method.__name__ = name
    method.__qualname__ = f"Value.{name}"
    method.__doc__ = f"Raise TypeError: {text}."
    return method


_FLOOR = "autograd.floor(x) for a Value"
_TEXTS = {
    "__float__": (
        # Python does not tell which function of math asks.
        "a Value is no float, as its gradient would be lost: write autograd.exp(x) for "
        "math.exp(x), autograd.sin(x) for math.sin(x) and so on, and x.data for the number, "
        "[x.data for x in xs] for several"
    ),
    "__int__": f"a Value is no int: write int(x.data) for the number, or {_FLOOR}",
    "__trunc__": f"math.trunc takes no Value: write math.trunc(x.data), or {_FLOOR}",
    "__floor__": f"math.floor takes no Value: write math.floor(x.data), or {_FLOOR}",
    "__ceil__": (
        "math.ceil takes no Value: write math.ceil(x.data) for the number, "
        "or -autograd.floor(-x) for a Value"
    ),
    "__round__": (
        "round takes no Value: write round(x.data, 2) for the number, f'{x:.2f}' to print it, "
        "or autograd.floor(x + 0.5) for a Value"
    ),
    "__xor__": "^ is no power in Python: write x**2",
    "__rxor__": "^ is no power in Python: write 2**x",
}
REFUSALS = {name: _refusal(name, text) for name, text in _TEXTS.items()}
