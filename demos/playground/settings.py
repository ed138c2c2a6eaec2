"""All that a link holds: what is trained on what, and how far.

Each field states its limits; links and controls follow them.
"""

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from math import pi, sin
from sys import float_info
from typing import Any, get_args

from autograd.nn import ACTIVATIONS
from demos.document import BATCH, ETA, SEED, Function, Samples, curve, samples

POINTS = "points"  # clicked ones, between -1 and 1
NEW_NETWORK = {"hidden", "activation", "seed"}  # what weights do not outlive

# By name the least x, and y of x; the greatest x is 1.
CURVES: dict[str, tuple[float, Function]] = {
    "curve": (0.0, curve),
    "line": (-1.0, lambda x: 0.5 * x),
    "sine": (-1.0, lambda x: 0.5 * sin(pi * x)),
    "step": (-1.0, lambda x: -0.5 if x < 0.0 else 0.5),
    "|x|": (-1.0, abs),
    POINTS: (-1.0, abs),
}


def _from(least: float, most: float, default: Any, label: str = "") -> Any:
    return field(default=default, metadata={"limits": (least, most), "label": label})


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
    learning_rate: float = _from(0.0, 1e9, ETA, "learning rate η")
    batch_size: int = _from(1, 2000, BATCH, "batch size")
    seed: int = _from(0, 1e9, SEED, "seed of the weights")
    points: tuple[float, ...] = _from(-1.0, 1.0, (), "points: click the fit")
    # Where training stands, if not at the seed's weights.
    weights: tuple[float, ...] = _from(-float_info.max, float_info.max, ())
    step: int = _from(0, 1e15, 0)
    sample: int = _from(1, 2000, 1, "sample")

    def __post_init__(self) -> None:
        for known in fields(self):
            _check(known, getattr(self, known.name))
        if not 1 <= len(self.hidden) <= 4 or len(self.points) % 2:
            layers = f"hidden has {len(self.hidden)} layers, of 1 to 4"
            raise ValueError(f"{layers}; points {len(self.points)} numbers, of pairs")

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
            read = {"weights": (), "step": 0}
        for name, text in texts.items():
            read[name] = _read(name, kinds[name], text)
        return replace(self, **read)

    def texts(self) -> dict[str, str]:
        """Each field as in a link."""
        return {name: _text(x) for name, x in asdict(self).items()}

    def split(self) -> tuple[Samples, Samples]:
        """The samples to train on, and the last ones, held out.

        Of clicked points none is held out, and they have no noise.
        """
        if self.data == POINTS:
            return ([*self.points[::2]], [*self.points[1::2]]), ([], [])
        low, function = CURVES[self.data]
        xs, ys = samples(self.samples, 0, function, self.noise, low)
        count = len(xs) - round(self.held_out * len(xs))
        return (xs[:count], ys[:count]), (xs[count:], ys[count:])


def _check(known: Field[Any], value: Any) -> None:
    """Raise ValueError if a field is outside its limits."""
    rule = known.metadata
    if "choices" in rule:
        if value not in rule["choices"]:
            choices = ", ".join(rule["choices"])
            raise ValueError(f"{known.name} is {value!r:.80}: it is one of {choices}")
        return
    least, most = rule["limits"]
    for x in value if isinstance(value, tuple) else (value,):
        if not least <= x <= most:
            limits = f"it goes from {least:g} to {most:g}"
            raise ValueError(f"{known.name} is {x!r:.80}: {limits}")


def _read(name: str, kind: Any, text: str) -> Any:
    """A field of some type from its text in a link."""
    item, *is_several = get_args(kind) or (kind,)
    try:
        if is_several:
            return tuple(item(part) for part in text.split(",") if part)
        return item(text)
    except ValueError:
        numbers = "whole numbers" if item is int else "numbers"
        raise ValueError(f"{name} is {text!r:.80}, not {numbers}") from None


def _text(x: Any) -> str:
    return ",".join(map(str, x)) if isinstance(x, tuple) else str(x)
