"""How drawings look: colours, shapes, fonts and pens, in one object."""

from collections.abc import Mapping
from dataclasses import dataclass, field

BLUE = "#4472C4"
ORANGE = "#ED7D31"
GREEN = "#70AD47"
RED = "#D9480F"
GREY = "#767F8B"
FADED = "#8A929D"


@dataclass(frozen=True)
class Role:
    """How the boxes of one role look.

    `shape` is one of Graphviz' shapes, `fill` the colour inside; `rounded` rounds the corners.
    """

    shape: str
    fill: str
    rounded: bool = False


def _document_roles() -> dict[str, Role]:
    # White text keeps a contrast of 4.5 on each.
    return {
        "leaf": Role("box", "#2B4C86"),
        "parameter": Role("component", "#B8540B"),
        "constant": Role("ellipse", "#6B7480"),
        "output": Role("octagon", "#4B7D2B"),
        "intermediate": Role("box", BLUE, rounded=True),
        "folded": Role("note", "#6B7480"),
    }


@dataclass(frozen=True)
class Style:
    """The look of a drawing; without arguments, the document's.

    Colours are `#RRGGBB` or one of Graphviz' names, sizes of text and widths of pens points.

    >>> night = Style(paper="black", text="#DDDDDD")
    >>> night.paper, night.forward == BLUE
    ('black', True)
    """

    # The paper, in figures of networks and in graphs.
    paper: str = "white"
    graph_paper: str = "transparent"

    # Nodes: operations, and whatever has no colour of its own; what is written on them.
    node: str = BLUE
    text: str = "white"
    hidden_layer: str = ORANGE
    output_layer: str = GREEN
    roles: Mapping[str, Role] = field(default_factory=_document_roles)

    # Arrows: from operands to results, and the way back.
    forward: str = BLUE
    backward: str = RED

    # Captions and counts; what lies on no path to what is highlighted.
    caption: str = GREY
    faded: str = FADED

    # Whether a graph names the roles of its boxes; how many digits its numbers have.
    legend: bool = True
    digits: int = 6

    # The font, and its sizes in graphs, in networks by matrices, and in networks by neurons.
    font: str = "Helvetica"
    caption_text: int = 11
    legend_text: int = 9
    box_text: int = 12
    circle_text: int = 12
    arrow_text: int = 12
    matrix_text: int = 20
    neuron_text: int = 26
    bias_text: int = 15
    half_text: int = 18
    weight_text: int = 19

    # Pens around nodes, along weights, across neurons; the size of arrowheads, where 1 is usual.
    outline_pen: float = 0.0
    weight_pen: float = 1.2
    diagonal_pen: float = 1.5
    arrowhead: float = 0.8

    def colours(self) -> dict[str, str]:
        """The colour of each role's boxes, for a page's legend.

        >>> DOCUMENT.colours()["leaf"]
        '#2B4C86'
        """
        return {name: role.fill for name, role in self.roles.items()}


DOCUMENT = Style()
