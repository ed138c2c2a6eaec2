"""All that a link holds: what is trained on what, and how far. Each field states its limits; links and controls follow them."""

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from math import pi, sin
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


def _numbers(default: Any, least: float, most: float, label: str = "", count: tuple[int, int] = (1, 1)) -> Any:
    return field(default=default, metadata={"label": label, "limits": (least, most), "count": count})


def _choice(default: str, *choices: str) -> Any:
    return field(default=default, metadata={"choices": choices})


@dataclass(frozen=True)
class Settings:
    """What a link says; by default the document's run. ValueError outside the limits."""

    data: str = _choice("curve", *CURVES)
    noise: float = _numbers(0.05, 0.0, 0.5, "noise ±")
    samples: int = _numbers(1000, 2, 2000, "samples")
    held_out: float = _numbers(0.1, 0.0, 0.5, "share held out to test")
    hidden: tuple[int, ...] = _numbers((3,), 1, 8, "neurons by layer, as 4,2", count=(1, 4))
    activation: str = _choice("sigmoid", *ACTIVATIONS)
    learning_rate: float = _numbers(ETA, 0.0, 1e9, "learning rate η")
    batch_size: int = _numbers(BATCH, 1, 2000, "batch size")
    seed: int = _numbers(SEED, 0, 1e9, "seed of the weights")
    points: tuple[float, ...] = _numbers((), -1.0, 1.0, "points: click into the fit, or type x,y,x,y", count=(0, 400))
    weights: tuple[float, ...] = _numbers((), -1e300, 1e300, count=(0, 300))  # where training stands, if not at the seed's
    step: int = _numbers(0, 0, 1e15)
    sample: int = _numbers(1, 1, 2000, "sample")

    def __post_init__(self) -> None:
        for known in fields(self):
            _check(known, getattr(self, known.name))

    def changed(self, texts: Mapping[str, str]) -> "Settings":
        """These settings but for the fields named, whose values are given as in a link."""
        kinds = {known.name: known.type for known in fields(self)}
        if unknown := [name for name in texts if name not in kinds]:
            raise ValueError(f"{unknown[0]!r:.80} is none of {', '.join(kinds)}")
        return replace(self, **{name: _read(name, text, kinds[name]) for name, text in texts.items()})

    def texts(self) -> dict[str, str]:
        """Each field as in a link."""
        return {name: ",".join(map(str, x)) if isinstance(x, tuple) else str(x) for name, x in asdict(self).items()}

    def split(self) -> tuple[Samples, Samples]:
        """The samples to train on, and the last ones, held out; clicked points have no noise."""
        xs, ys = list(self.points[::2]), list(self.points[1::2])
        if self.data != POINTS:
            low, function = CURVES[self.data]
            xs, ys = samples(self.samples, 0, function, self.noise, low)
        count = len(xs) - round(self.held_out * len(xs))
        return (xs[:count], ys[:count]), (xs[count:], ys[count:])


def _read(name: str, text: str, kind: Any) -> Any:
    one, *more = get_args(kind) or (kind,)
    try:
        return tuple(map(one, filter(None, text.split(",")))) if more else one(text)
    except ValueError:
        raise ValueError(f"{name} is {text!r:.80}, not {'whole ' * (one is int)}numbers") from None


def _check(known: Field[Any], value: Any) -> None:
    rule, values = known.metadata, value if isinstance(value, tuple) else (value,)
    if "choices" in rule:
        if value not in rule["choices"]:
            raise ValueError(f"{known.name} is {value!r:.80}: it is one of {', '.join(rule['choices'])}")
        return
    (least, most), (fewest, maximum) = rule["limits"], rule["count"]
    if wrong := [x for x in values if not least <= x <= most]:
        raise ValueError(f"{known.name} is {wrong[0]!r:.80}: it goes from {least:g} to {most:g}")
    if not fewest <= len(values) <= maximum or (known.name == POINTS and len(values) % 2):
        raise ValueError(f"{known.name} has {len(values)} numbers: it takes {fewest} to {maximum}, points in pairs")
