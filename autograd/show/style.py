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

    Arguments:

    - `shape`: one of Graphviz' shapes, such as "box" or "ellipse".
    - `fill`: the colour inside.
    - `rounded`: whether corners are rounded; False by default.

    >>> Role("box", "#2B4C86", rounded=True)
    Role(shape='box', fill='#2B4C86', rounded=True)
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

    Colours are `#RRGGBB` or one of Graphviz' names. Sizes of text and widths of pens are in points.

    Arguments:

    - `paper`: the background of drawings of networks; "white" by default.
    - `graph_paper`: the background of graphs; "transparent" by default.
    - `node`: the colour of operations, and of all that has no colour of its own; blue.
    - `text`: the colour of what is written on nodes; "white" by default.
    - `hidden_layer`: the colour of neurons in hidden layers; orange.
    - `output_layer`: the colour of neurons in the last layer; green.
    - `roles`: a `Role` for each kind of box: "leaf", "parameter", "constant", "output",
      "intermediate" and "folded" (what stands for values that are not drawn).
    - `forward`: the colour of arrows from operands to results; blue.
    - `backward`: the colour of arrows back; red.
    - `caption`: the colour of captions and counts; grey.
    - `faded`: the colour of what is not on a path to what is highlighted; light grey.
    - `legend`: whether a graph has a key to its boxes; True by default.
    - `digits`: how many digits its numbers have; 6 by default.
    - `font`: the font; "Helvetica" by default.
    - `caption_text`, `legend_text`, `box_text`, `circle_text` and `arrow_text`: sizes of text in
      graphs; 11, 9, 12, 12 and 12.
    - `matrix_text`: the size of text in networks by matrices; 20.
    - `neuron_text`, `bias_text`, `half_text` and `weight_text`: sizes of text in networks by
      neurons: of a neuron with one name, of a bias, of the two names in a neuron, of a weight; 26,
      15, 18 and 19.
    - `outline_pen`: the width of the line around nodes; 0.0, none, by default.
    - `weight_pen`: the width of the arrows of weights; 1.2 by default.
    - `diagonal_pen`: the width of the line across a neuron; 1.5 by default.
    - `arrowhead`: the size of arrowheads, as a multiple of Graphviz' usual one; 0.8 by default.

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
        """Give the colour of the boxes of each role, as a dict.

        >>> DOCUMENT.colours()["leaf"]
        '#2B4C86'
        """
        return {name: role.fill for name, role in self.roles.items()}


DOCUMENT = Style()
