"""Circles at places of their own: what the figure of a network's neurons is made of."""

from typing import NamedTuple

from autograd.show.figure import Figure, add_node

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# In points.
NEURON = 42.0  # radius of a neuron's circle
PITCH = 98.0  # from neuron to neuron

# A column of more circles shows so many of its first and as many of its last. Twice four are as
# tall as a layer of nine: a 64-32-10 network has 162 arrows instead of 2,410.
WIDEST = 12
ENDS = 4


class Place(NamedTuple):
    x: float
    y: float

    def moved(self, right: float, up: float) -> "Place":
        return Place(self.x + right, self.y + up)


class Circle(NamedTuple):
    """A neuron, an input or a bias: the name of its node, where it is, which of its layer."""

    name: str
    center: Place
    unit: int = 0
    radius: float = NEURON


class Column(NamedTuple):
    """The circles of a layer that are drawn, and where the others would be, if there are any."""

    circles: list[Circle]
    others: Place | None = None


def pin(
    figure: Figure,
    node: str,
    place: Place,
    label: str,
    kind: str,
    **attributes: str,
) -> str:
    """Draw a node at its place; its label `w1_11` shows as w1₁₁, `w2_1_11` as w2₁,₁₁."""
    base, *indices = label.split("_")
    text = base + ",".join(indices).translate(SUBSCRIPTS)
    position = f"{place.x:.1f},{place.y:.1f}"
    return add_node(figure, node, text, kind, pos=position, **attributes)


def column(letter: str, count: int, x: float) -> Column:
    """Place circles one below the other, around the line of the inputs."""
    units = drawn_units(count)
    circles = []
    others = None
    for i, unit in enumerate(units):
        place = Place(x, PITCH / 2 * (len(units) - 1) - PITCH * i)
        if unit is None:
            others = place
        else:
            circles.append(Circle(f"{letter}_{unit + 1}", place, unit))
    return Column(circles, others)


def drawn_units(count: int) -> list[int | None]:
    """The units of a layer from the top down, and None for those that are left out."""
    if count <= WIDEST:
        return [*range(count)]
    return [*range(ENDS), None, *range(count - ENDS, count)]


def inches(points: float) -> str:
    return f"{points / 72:.4f}"
