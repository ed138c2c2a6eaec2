"""Writing the page of steps: the drawing, the graph and its rows as data, and words.

The page computes what changes: `engine.js` is a second engine, over the same rows.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from importlib.resources import files
from typing import Any

from autograd.core.checks import check_known
from autograd.core.constants import folded
from autograd.core.custom import CustomRow
from autograd.core.graph import below, names
from autograd.core.rows import Row
from autograd.core.tracking import mark, peek, what_left_below
from autograd.core.value import Value
from autograd.show.folding import LIMIT
from autograd.show.graph import draw
from autograd.show.page.assembly import embedded, filled, joined, text_of, words_of
from autograd.show.page.rows import GRAPHS, engine_script
from autograd.show.spelling import Spelling
from autograd.show.style import DOCUMENT
from autograd.show.why import why_as_data

LANGUAGES = ("en", "zh")
HERE = files(__package__)
KIT_STYLES = ("base.css", "why.css")
KIT_WORDS = ("telling.json", "why.json")
KIT_SCRIPTS = (
    "elements.js",
    "words.js",
    "numbers.js",
    "symbols.js",
    "mathml.js",
    "telling.js",
    "why.js",
)
STYLES = ("steps.css", "drawing.css")
SCRIPTS = (
    "view.js",
    "steps.js",
    "drawing.js",
    "panel.js",
    "changes.js",
    "page.js",
)

# The page has a key of its own. Large letters, as a drawing shrinks to the width of the page.
STYLE = replace(DOCUMENT, legend=False, digits=4, box_text=18, arrow_text=18, circle_text=16)


def page_text(
    root: Value,
    start: Value | None,
    forward: Sequence[Value],
    backward: Sequence[Value],
    language: str | None,
) -> str:
    """The page of a graph, told forward and backward in these orders.

    It opens where the gradient of `start` is told, in a language, or in that of the browser.
    """
    if language is not None:
        check_known("language", language, LANGUAGES)
    graph = _Graph(root)
    data = {
        "language": language,
        "root": graph.place[root],
        "start": None if start is None else graph.place[start],
        "fixed": graph.is_one_of_several(),
        "nodes": graph.nodes_as_data(),
        "forward": [graph.place[node] for node in forward],
        "backward": [graph.place[node] for node in backward],
    }
    parts = {
        "style": joined(*KIT_STYLES) + joined(*STYLES, folder=HERE),
        "drawing": graph.drawing,
        "page": embedded(data),
        "words": embedded(words_of(*KIT_WORDS) | words_of("words.json", folder=HERE)),
        "colours": embedded(DOCUMENT.colours()),
        "engine": engine_script(graph.rows, GRAPHS),
        "whys": embedded(graph.whys_as_data()),
        "script": joined(*KIT_SCRIPTS) + joined(*SCRIPTS, folder=HERE),
    }
    return filled(text_of("steps.html", HERE), parts)


class _Graph:
    """A graph as the page has it: nodes and rows are known by their places."""

    def __init__(self, root: Value) -> None:
        self.root = root
        operations, leaves = below(root)
        self.nodes = [*leaves, *operations]
        _check_rows(operations)
        self.leaves = leaves
        self.place = {node: i for i, node in enumerate(self.nodes)}
        self.row_of = {node: folded(node.op, node.operands) for node in operations}
        self.rows = [*dict.fromkeys(self.row_of.values())]
        self.spell = Spelling(names(root), {})
        self.draw(root)

    def is_one_of_several(self) -> bool:
        """Whether other numbers might have led to another graph.

        As for a program, numbers that left before the inputs were made do not count: those of
        parameters are looked at all the time.
        """
        inputs = [leaf for leaf in self.leaves if not leaf.trained]
        left = what_left_below(self.root, inputs or self.leaves)
        return any(map(mark, self.nodes)) or bool(left)

    def draw(self, root: Value) -> None:
        """Draw a copy that has gradients, so that there is room for them."""
        twin = deepcopy(root)
        twin.zero_grad()
        twin.backward(allow_nonfinite=True)
        figure = draw(twin, backward=True, style=STYLE)
        svg: str = figure.pipe("svg", encoding="utf-8")
        self.drawing = svg[svg.index("<svg") :]
        operations, leaves = below(twin)
        twins = zip(self.nodes, [*leaves, *operations], strict=True)
        self.elements = {node: figure.elements[other] for node, other in twins}

    def whys_as_data(self) -> list[list[list[dict[str, Any]]]]:
        """For each row, the arguments for its partials."""
        first = {row: node for node, row in reversed(self.row_of.items())}
        return [_why(first[row], row) for row in self.rows]

    def nodes_as_data(self) -> list[dict[str, Any]]:
        return [self.node_as_data(node) for node in self.nodes]

    def node_as_data(self, node: Value) -> dict[str, Any]:
        data = {
            "name": self.spell.names[node],
            "nameInFormulas": self.spell.name(node),
            "number": peek(node),
            "trained": node.trained,
            "elements": self.elements[node]._asdict(),
        }
        if node.operands:
            data["row"] = self.rows.index(self.row_of[node])
            data["operands"] = [self.operand_as_data(x) for x in node.operands]
        return data

    def operand_as_data(self, x: Value | float) -> int | dict[str, float]:
        return {"constant": x} if isinstance(x, float) else self.place[x]


def _why(node: Value, row: Row) -> list[list[dict[str, Any]]]:
    """The arguments for the partials of a node, at the constants that decided them.

    `row` is that of the node, or folded at its constants.
    """
    if row is node.op:
        return why_as_data(row)
    named = zip(row.operands, node.operands, strict=True)
    return why_as_data(node.op, {name: x for name, x in named if isinstance(x, float)})


def check_page_size(root: Value) -> None:
    """Raise ValueError if the graph is too large for a page; counts and computes nothing else."""
    operations, leaves = below(root)
    size = len(operations) + len(leaves)
    if size > LIMIT:
        most = f"a page shows at most {LIMIT} values"
        raise ValueError(f"{most}, this graph has {size:,}: explain the loss of one sample")


def _check_rows(operations: Sequence[Value]) -> None:
    for node in operations:
        if isinstance(node.op, CustomRow):
            raise ValueError(node.op.refusal("a page, which computes anew, needs"))
