"""All that a link holds: what is trained on what, and how far. Each field states its limits; links and controls follow them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from math import pi, sin
from sys import float_info
from typing import Any, get_args

from autograd.nn import ACTIVATIONS
from demos.document import BATCH, ETA, SEED, Function, Samples, curve, samples

POINTS = "points"  # clicked ones, between -1 and 1
CURVES: dict[str, tuple[float, Function]] = {  # the least x, and y of x; the greatest x is 1
    "curve": (0.0, curve),
    "line": (-1.0, lambda x: 0.5 * x),
    "sine": (-1.0, lambda x: 0.5 * sin(pi * x)),
    "step": (-1.0, lambda x: -0.5 if x < 0.0 else 0.5),
    "|x|": (-1.0, abs),
    POINTS: (-1.0, abs),
}


def _from(least: float, most: float, default: Any, label: str = "") -> Any:
    return field(default=default, metadata={"limits": (least, most), "label": label})


@dataclass(frozen=True)
class Settings:
    """What a link says; by default the document's run. ValueError outside the limits."""

    data: str = field(default="curve", metadata={"choices": [*CURVES]})
    noise: float = _from(0.0, 0.5, 0.05, "noise ±")
    samples: int = _from(2, 2000, 1000, "samples")
    held_out: float = _from(0.0, 0.5, 0.1, "held out (share)")
    hidden: tuple[int, ...] = _from(1, 8, (3,), "hidden neurons, as 4,2")
    activation: str = field(default="sigmoid", metadata={"choices": [*ACTIVATIONS]})
    learning_rate: float = _from(0.0, 1e9, ETA, "learning rate η")
    batch_size: int = _from(1, 2000, BATCH, "batch size")
    seed: int = _from(0, 1e9, SEED, "seed of the weights")
    points: tuple[float, ...] = _from(-1.0, 1.0, (), "points: click the fit")
    weights: tuple[float, ...] = _from(-float_info.max, float_info.max, ())  # where training stands, if not at the seed's
    step: int = _from(0, 1e15, 0)
    sample: int = _from(1, 2000, 1, "sample")

    def __post_init__(self) -> None:
        for name, rule in ((known.name, known.metadata) for known in fields(self)):
            value = getattr(self, name)
            if "choices" in rule and value not in rule["choices"]:
                raise ValueError(f"{name} is {value!r:.80}: it is one of {', '.join(rule['choices'])}")
            for x in (value if isinstance(value, tuple) else (value,)) if "limits" in rule else ():
                if not rule["limits"][0] <= x <= rule["limits"][1]:
                    raise ValueError("{} is {!r:.80}: it goes from {:g} to {:g}".format(name, x, *rule["limits"]))
        if not 1 <= len(self.hidden) <= 4 or len(self.points) % 2:
            raise ValueError(f"hidden has {len(self.hidden)} layers, of 1 to 4; points {len(self.points)} numbers, of pairs")

    def changed(self, texts: Mapping[str, str]) -> "Settings":
        """These settings but for some fields, as text; another network starts anew if it is not given weights as well."""
        kinds: dict[str, Any] = {known.name: known.type for known in fields(self)}
        if unknown := [name for name in texts if name not in kinds]:
            raise ValueError(f"{unknown[0]!r:.80} is none of {', '.join(kinds)}")
        read: dict[str, Any] = {"weights": (), "step": 0} if {"hidden", "activation", "seed"} & texts.keys() else {}
        for name, text in texts.items():
            one, *more = get_args(kinds[name]) or (kinds[name],)
            try:
                read[name] = tuple(map(one, filter(None, text.split(",")))) if more else one(text)
            except ValueError:
                raise ValueError(f"{name} is {text!r:.80}, not {'whole ' * (one is int)}numbers") from None
        return replace(self, **read)

    def texts(self) -> dict[str, str]:
        """Each field as in a link."""
        return {name: ",".join(map(str, x)) if isinstance(x, tuple) else str(x) for name, x in asdict(self).items()}

    def split(self) -> tuple[Samples, Samples]:
        """The samples to train on, and the last ones, held out; of clicked points none, and they have no noise."""
        if self.data == POINTS:
            return ([*self.points[::2]], [*self.points[1::2]]), ([], [])
        low, function = CURVES[self.data]
        xs, ys = samples(self.samples, 0, function, self.noise, low)
        count = len(xs) - round(self.held_out * len(xs))
        return (xs[:count], ys[:count]), (xs[count:], ys[count:])
