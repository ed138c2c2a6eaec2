"""Samples as people have them, as numbers: examples, and the kinds of them that share a graph."""

from collections.abc import Iterable, Sequence
from enum import Enum
from math import isfinite
from numbers import Integral
from typing import Any, NamedTuple, TypeAlias

from autograd.core.numbers import NOT_ORDERED, as_list, number
from autograd.core.value import Number, Value
from autograd.nn.parameter import Given

Sample: TypeAlias = Number | Sequence[Number]


class Example(NamedTuple):
    """A sample and its target as numbers; those that were whole numbers are ints."""

    name: str  # in errors
    x: tuple[float, ...]
    y: tuple[float, ...]
    is_one_number: bool  # x was no sequence


class Known(Enum):
    """Which numbers of an example a graph may be made for, so that it serves these alone."""

    NOTHING = "no number"
    TARGETS = "each target"
    WHOLE_INPUTS = "each input that is an int"
    BOTH = "each target, and each input that is an int"

    @property
    def has_targets(self) -> bool:
        return self in (Known.TARGETS, Known.BOTH)

    @property
    def has_whole_inputs(self) -> bool:
        return self in (Known.WHOLE_INPUTS, Known.BOTH)


class Kind(NamedTuple):
    """What examples of one graph have in common: lengths, and the numbers that it is made for.

    Those that differ from example to example are None.
    """

    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    is_one_number: bool

    @classmethod
    def of(cls, example: Example, known: Known) -> "Kind":
        """The kind of an example."""
        y = example.y if known.has_targets else (None,) * len(example.y)
        x = [_whole(item) if known.has_whole_inputs else None for item in example.x]
        return cls(tuple(x), y, example.is_one_number)

    def row(self, example: Example) -> list[float]:
        """The numbers that a program of this kind takes as its inputs."""
        pairs = zip((*example.x, *example.y), (*self.x, *self.y), strict=True)
        return [float(item) for item, known in pairs if known is None]

    def leaves(self, example: Example) -> tuple[list[Any], list[Any]]:
        """Inputs and targets of an example, as network and loss take them.

        What differs is a leaf, called `x` or `x_1 x_2 …` and `y` or `y_1 y_2 …`.
        """
        return _leaves("x", example.x, self.x), _leaves("y", example.y, self.y)


def _whole(x: float) -> int | None:
    return x if isinstance(x, int) else None


def _leaves(name: str, numbers: Sequence[float], known: Sequence[float | None]) -> list[Any]:
    found: list[Any] = []
    for i, (x, fixed) in enumerate(zip(numbers, known, strict=True), start=1):
        label = name if len(numbers) == 1 else f"{name}_{i}"
        found.append(Given(x, label) if fixed is None else fixed)
    return found


def given(items: Iterable[Any]) -> list[Value]:
    """Those of inputs or targets that differ from example to example."""
    return [item for item in items if isinstance(item, Value)]


def examples(
    xs: Iterable[Sample], ys: Iterable[Sample], names: tuple[str, str] = ("xs", "ys")
) -> list[Example]:
    """Samples and their targets as examples, out of lists, arrays, tables, or iterators.

    `names` say in errors which they are. Raises TypeError for what holds no numbers, ValueError for
    no samples, for more or fewer targets, and for numbers that are not finite.
    """
    inputs = _items(names[0], xs)
    targets = _items(names[1], ys)
    if len(inputs) != len(targets) or not inputs:
        counts = f"{len(inputs)} samples and {len(targets)} targets"
        raise ValueError(f"each sample has a target, got {counts} in {' and '.join(names)}")
    found = []
    for i, (x, y) in enumerate(zip(inputs, targets, strict=True)):
        name_of_x = f"{names[0]}[{i}]"
        numbers = (_numbers(name_of_x, x), _numbers(f"{names[1]}[{i}]", y))
        found.append(Example(name_of_x, *numbers, not isinstance(x, Iterable)))
    return found


def _items(name: str, samples: Any) -> list[Any]:
    """The samples one by one; tables of pandas row by row, generators to their end."""
    rows = samples.to_numpy() if hasattr(samples, "to_numpy") else samples
    has_order = isinstance(rows, Iterable) and not isinstance(rows, NOT_ORDERED)
    if not has_order or getattr(rows, "ndim", 1) == 0:
        got = f"{type(samples).__name__}: {samples!r:.80}"
        raise TypeError(f"{name} holds a number or a sequence for each sample, in order; got {got}")
    return list(rows)


def _numbers(name: str, sample: Any) -> tuple[float, ...]:
    """The numbers of a sample or of a target, checked."""
    items = as_list(sample)
    for item in items:
        if isinstance(item, str):
            hint = "write float(text), or number the classes 0, 1, 2, …"
            raise TypeError(f"{name} holds text, {str(item)!r:.40}: {hint}")
    if isinstance(sample, NOT_ORDERED):
        number(sample, f"{name} holds")
    if not items:
        raise ValueError(f"{name} is empty: write a number, or a list of at least one")
    found: list[float] = []
    for item in items:
        x = number(item, f"{name} holds")
        if not isfinite(x):
            raise ValueError(f"{name} holds {x}, and training takes finite numbers: leave it out")
        found.append(int(item) if isinstance(item, Integral) else x)
    return tuple(found)
