"""All that a link holds: what is trained on what, and how far.

Each field states its limits; links and controls follow them.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from math import pi, sin
from sys import float_info
from typing import Any, NamedTuple, get_args

from autograd.nn import ACTIVATIONS
from demos import document
from demos.document import Function, Samples

POINTS = "points"  # clicked ones, between -1 and 1
NEW_NETWORK = {"hidden", "activation", "seed"}  # what weights do not outlive
MOST_LAYERS = 4  # hidden ones
LARGEST = float_info.max


class Curve(NamedTuple):
    """What samples lie about: y as a function of x, between a least x and 1."""

    low: float
    function: Function


CURVES = {
    "curve": Curve(0.0, document.curve),
    "line": Curve(-1.0, lambda x: 0.5 * x),
    "sine": Curve(-1.0, lambda x: 0.5 * sin(pi * x)),
    "step": Curve(-1.0, lambda x: -0.5 if x < 0.0 else 0.5),
    "|x|": Curve(-1.0, abs),
    POINTS: Curve(-1.0, abs),
}


class Limits(NamedTuple):
    """What a number of a field is between."""

    least: float
    most: float


class Split(NamedTuple):
    """The samples to train on, and those held out."""

    training: Samples
    held_out: Samples


def _from(least: float, most: float, default: Any, label: str = "") -> Any:
    """A field of one number or several within limits; without a label it has no control."""
    rule = {"limits": Limits(least, most), "label": label}
    return field(default=default, metadata=rule)


def _one_of(choices: list[str], default: str) -> Any:
    return field(default=default, metadata={"choices": choices})


@dataclass(frozen=True)
class Settings:
    """What a link says; by default the document's run. ValueError outside the limits."""

    data: str = _one_of([*CURVES], "curve")
    noise: float = _from(0.0, 0.5, 0.05, "noise ±")
    samples: int = _from(2, 2000, 1000, "samples")
    held_out: float = _from(0.0, 0.5, 0.1, "held out (share)")
    hidden: tuple[int, ...] = _from(1, 8, (3,), "hidden neurons, as 4,2")
    activation: str = _one_of([*ACTIVATIONS], "sigmoid")
    learning_rate: float = _from(0.0, 1e9, document.ETA, "learning rate η")
    batch_size: int = _from(1, 2000, document.BATCH, "batch size")
    seed: int = _from(0, 1e9, document.SEED, "seed of the weights")
    points: tuple[float, ...] = _from(-1.0, 1.0, (), "points: click the fit")
    # Where training stands, if not at the seed's weights.
    weights: tuple[float, ...] = _from(-LARGEST, LARGEST, ())
    step: int = _from(0, 1e15, 0)
    sample: int = _from(1, 2000, 1, "sample")

    def __post_init__(self) -> None:
        for known in fields(self):
            value = getattr(self, known.name)
            if "choices" in known.metadata:
                _check_choice(known, value)
            else:
                _check_limits(known, value)
        layers = len(self.hidden)
        numbers = len(self.points)
        is_shape = 1 <= layers <= MOST_LAYERS
        are_pairs = numbers % 2 == 0
        if not is_shape or not are_pairs:
            told = f"hidden has {layers} layers, of 1 to {MOST_LAYERS}"
            raise ValueError(f"{told}; points {numbers} numbers, of pairs")

    def changed(self, texts: Mapping[str, str]) -> "Settings":
        """These settings but for some fields, given as text.

        Another network starts anew if it is not given weights as well.
        """
        kinds: dict[str, Any] = {known.name: known.type for known in fields(self)}
        for name in texts:
            if name not in kinds:
                raise ValueError(f"{name!r:.80} is none of {', '.join(kinds)}")
        read: dict[str, Any] = {}
        if NEW_NETWORK & texts.keys():
            read["weights"] = ()
            read["step"] = 0
        for name, text in texts.items():
            read[name] = _read(name, kinds[name], text)
        return replace(self, **read)

    def texts(self) -> dict[str, str]:
        """Each field as in a link."""
        texts = {}
        for known in fields(self):
            value = getattr(self, known.name)
            texts[known.name] = ",".join(map(str, _several(value)))
        return texts

    def split(self) -> Split:
        """The samples to train on, and the last ones, held out.

        Of clicked points none is held out, and they have no noise.
        """
        if self.data == POINTS:
            clicked = ([*self.points[::2]], [*self.points[1::2]])
            return Split(clicked, ([], []))
        curve = CURVES[self.data]
        xs, ys = document.samples(
            self.samples,
            seed=0,
            function=curve.function,
            noise=self.noise,
            low=curve.low,
        )
        count = len(xs) - round(self.held_out * len(xs))
        return Split(
            training=(xs[:count], ys[:count]),
            held_out=(xs[count:], ys[count:]),
        )


def _check_choice(known: Field[Any], value: Any) -> None:
    """Raise ValueError if a field is none of its choices."""
    choices = known.metadata["choices"]
    if value not in choices:
        told = ", ".join(choices)
        raise ValueError(f"{known.name} is {value!r:.80}: it is one of {told}")


def _check_limits(known: Field[Any], value: Any) -> None:
    """Raise ValueError if a number of a field is outside its limits."""
    limits = known.metadata["limits"]
    for number in _several(value):
        if not limits.least <= number <= limits.most:
            told = f"it goes from {limits.least:g} to {limits.most:g}"
            raise ValueError(f"{known.name} is {number!r:.80}: {told}")


def _several(value: Any) -> tuple[Any, ...]:
    """What a field holds, one or more."""
    return value if isinstance(value, tuple) else (value,)


def _read(name: str, kind: Any, text: str) -> Any:
    """A field of some type from its text in a link."""
    if kind is str:
        return text
    items = get_args(kind)  # of tuple[int, ...] the int
    if not items:
        return _number(name, kind, text, text)
    parts = filter(None, text.split(","))
    return tuple(_number(name, items[0], part, text) for part in parts)


def _number(name: str, kind: type, part: str, text: str) -> Any:
    """A number from its part of a field's text."""
    try:
        return kind(part)
    except ValueError:
        noun = "whole numbers" if kind is int else "numbers"
        raise ValueError(f"{name} is {text!r:.80}, not {noun}") from None
