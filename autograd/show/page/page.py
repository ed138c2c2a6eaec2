"""Writing the page: the drawing, the words, the graph as data, and the rows as JavaScript.

The page computes what changes: `engine.js` is a second engine, over the same rows. Formulas come to
it as templates, ready to be filled in.
"""

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from importlib.resources import files
from typing import Any, TypeAlias

from autograd.core.checks import check_known
from autograd.core.choices import zero_pattern
from autograd.core.formula import parsed
from autograd.core.graph import below, names
from autograd.core.notation import JAVASCRIPT, SUM, TEXT, Template, folded
from autograd.core.rows import CONSTANTS, FUNCTIONS, Row
from autograd.core.tracking import mark, peek, what_left_below
from autograd.core.value import Value
from autograd.show.folding import LIMIT
from autograd.show.graph import draw
from autograd.show.spelling import MORE, Spelling, is_told_as_call, primal
from autograd.show.style import DOCUMENT

LANGUAGES = ("en", "zh")
SCRIPTS = ("engine", "numbers", "formulas", "panel", "drawing", "changes", "page")

_PLACE = re.compile(r"(?:<!--|/\*)(\w+)(?:-->|\*/)")  # <!--name--> or /*name*/


def page_text(
    root: Value,
    start: Value | None,
    forward: Sequence[Value],
    backward: Sequence[Value],
    language: str,
) -> str:
    """The page of a graph, told forward and backward in these orders.

    It opens where the gradient of `start` is told.
    """
    check_known("language", language, LANGUAGES)
    graph = _Graph(root)
    data = {
        "language": language,
        "root": graph.place[root],
        "start": None if start is None else graph.place[start],
        "fixed": any(map(mark, graph.nodes)) or bool(what_left_below(root, graph.leaves)),
        "nodes": graph.nodes_as_data(),
        "formulas": [_formulas(row) for row in graph.rows],
        "forward": [graph.place[node] for node in forward],
        "backward": [graph.place[node] for node in backward],
    }
    parts = {
        "style": _file("page.css"),
        "drawing": graph.drawing,
        "graph": _embedded(data),
        "words": _embedded(_words(language)),
        "colours": _embedded(DOCUMENT.colours()),
        "functions": _embedded([*FUNCTIONS]),
        "known": ", ".join([*FUNCTIONS, *CONSTANTS, "divide"]),
        "rows": ",\n".join(_functions(row) for row in graph.rows),
        "script": "\n".join(_file(f"{name}.js") for name in SCRIPTS),
    }
    return _filled(_file("page.html"), parts)


class _Graph:
    """A graph as the page has it: nodes and rows are known by their places."""

    def __init__(self, root: Value) -> None:
        operations, leaves = below(root)
        self.nodes = [*leaves, *operations]
        _check_size(len(self.nodes))
        self.leaves = leaves
        self.place = {node: i for i, node in enumerate(self.nodes)}
        self.row_of = {node: folded(node.op, node.operands) for node in operations}
        self.rows = [*dict.fromkeys(self.row_of.values())]
        self.spell = Spelling(names(root), {})
        self.draw(root)

    def draw(self, root: Value) -> None:
        """Draw a copy that has gradients, so that there is room for them."""
        twin = deepcopy(root)
        twin.backward(allow_nonfinite=True)
        style = replace(DOCUMENT, legend=False)  # the page has its own
        figure = draw(twin, backward=True, style=style)
        svg: str = figure.pipe("svg", encoding="utf-8")
        self.drawing = svg[svg.index("<svg") :]
        operations, leaves = below(twin)
        twins = zip(self.nodes, [*leaves, *operations], strict=True)
        self.elements = {node: figure.elements[other] for node, other in twins}

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


def _check_size(size: int) -> None:
    if size > LIMIT:
        most = f"a page shows at most {LIMIT} values"
        raise ValueError(f"{most}, this graph has {size:,}: explain the loss of one sample")


TemplateData: TypeAlias = list[str | dict[str, int]]


def _formulas(row: Row) -> dict[str, Any]:
    """The formulas of a row, as templates."""
    partials = [parsed(partial) for partial in row.partials]
    is_call = is_told_as_call(row)
    return {
        "primal": _template(primal(row, TEXT), row, guarded=not is_call),
        "partials": [_template(TEXT.template(partial), row) for partial in partials],
        "factors": [_template(TEXT.factor(partial), row) for partial in partials],
        "domain": _domain(row),
    }


def _template(template: Template, row: Row, guarded: bool = True) -> TemplateData:
    """A template as data: texts, and the slots of operands, after which comes the result.

    A slot is guarded if a negative number in it stands in brackets.
    """
    slots = {name: slot for slot, name in enumerate((*row.operands, "out"))}
    parts: TemplateData = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
        elif part.name == MORE:
            parts.append(MORE)
        else:
            guards = guarded and part.least > SUM
            parts.append({"slot": slots[part.name], "guarded": guards})
    return parts


def _domain(row: Row) -> TemplateData:
    """Where a row exists, in words, as a template."""
    parts: TemplateData = []
    words = row.domain.split(" ")
    for word, following in zip(words, [*words[1:], ""], strict=True):
        is_article = following.isalpha()  # as of "a whole b"
        if word in row.operands and not is_article:
            parts.append({"slot": row.operands.index(word), "guarded": bool(parts)})
        else:
            parts.append(word)
        parts.append(" ")
    return parts[:-1]


def _functions(row: Row) -> str:
    """The value of a row, which fails where there is none, and its partials, in JavaScript.

    `flows` says by 0 which of the partials are the number 0, by a choice.
    """
    operands = ", ".join(row.operands)
    value = JAVASCRIPT.written(row.primal)
    partials = ", ".join(JAVASCRIPT.written(partial) for partial in row.partials)
    flows = ", ".join(
        JAVASCRIPT.template(zero_pattern(partial)).fill({}) for partial in row.partials
    )
    return (
        "  {\n"
        f"    value: ({operands}) => {value},\n"
        f"    partials: ({operands}, out) => [{partials}],\n"
        f"    flows: ({operands}, out) => [{flows}],\n"
        "  }"
    )


def _words(language: str) -> dict[str, str]:
    words = json.loads(_file("words.json"))
    return {key: said[language] for key, said in words.items()}


def _embedded(data: Any) -> str:
    """Data as JavaScript, with nothing in it that could end the script."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _filled(text: str, parts: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: parts[place[1]], text)
