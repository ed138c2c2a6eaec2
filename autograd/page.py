"""An explanation as one HTML file: the drawing, the steps, and the rows as JavaScript, so that leaves can be changed."""

import json
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from importlib.resources import files

from autograd.errors import check_known
from autograd.formula import folded, javascript
from autograd.nn import Parameter
from autograd.ops import FUNCTIONS, Op
from autograd.show.folding import LIMIT, Graph, shown
from autograd.show.graph import draw
from autograd.tape import names, tape
from autograd.value import Value, compared_since


def page_text(root: Value, start: Value | None, forward: Iterable[Value], backward: Iterable[Value], language: str) -> str:
    """The page of a graph, told forward and backward in these orders, opened at one of its Values."""
    check_known("language", language, ("en", "zh"))
    operations, leaves = tape(root)
    if (size := len(operations) + len(leaves)) > LIMIT:
        raise ValueError(f"a page shows at most {LIMIT} values, this graph has {size:,}: explain the loss of one sample")
    index: dict[object, int] = {node: i for i, node in enumerate((*leaves, *operations))}
    boxes = {item.values[0]: f"graph_n{i}" for i, item in enumerate(shown(Graph(root), "whole", None, LIMIT)[0], 1)}
    row_of = {node: folded(node.op, node.operands) for node in operations}
    rows = list(dict.fromkeys(row_of.values()))
    nodes = [
        {"name": name, "box": boxes[x], "number": x._data, "moves": isinstance(x, Parameter)}
        | ({"row": rows.index(row_of[x]), "operands": [index.get(y, repr(y)) for y in x.operands]} if x.operands else {})
        for x, name in names(root).items()
    ]
    graph = {"language": language, "root": index[root], "start": index.get(start), "nodes": nodes,
             "fixed": compared_since(leaves),
             "forward": [index[x] for x in forward], "backward": [index[x] for x in backward]}  # fmt: skip
    data = {"graph": graph, "words": {key: words[language] for key, words in json.loads(_file("json")).items()}}
    parts = {key: json.dumps(value, ensure_ascii=False).replace("<", "\\u003c") for key, value in data.items()}
    parts |= {"drawing": _drawing(root), "rows": ",\n".join(map(_row, rows)),
              "known": ", ".join([*filter(str.isalnum, FUNCTIONS), "where", "less", "at_most", "divide"])}  # fmt: skip
    return _filled(_filled(_file("html"), {"style": _file("css"), "script": _file("js")}), parts)


def _drawing(root: Value) -> str:
    (twin := deepcopy(root)).backward(allow_nonfinite=True)  # so that boxes have room for gradients
    figure = draw(twin, backward=True)
    figure.body = [line for line in [*figure][1:-1] if not line.lstrip().startswith("legend_")]  # the page has its own
    image: str = figure.pipe("svg", encoding="utf-8")
    return image[image.index("<svg") :]


def _file(kind: str) -> str:
    return files("autograd").joinpath(f"page.{kind}").read_text(encoding="utf-8")


def _filled(text: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"(?:<!--|/\*)(\w+)(?:-->|\*/)", lambda mark: parts.get(mark[1], mark[0]), text)


def _row(op: Op) -> str:
    """A row's texts, and as functions its value, which fails where there is none, and its partials."""
    texts = {name: getattr(op, name) for name in ("name", "domain", "operands", "primal", "partials")}
    operands, partials = ", ".join(op.operands), ", ".join(map(javascript, op.partials))
    functions = f"value: ({operands}) => {javascript(op.primal)}, locals: ({operands}, out) => [{partials}]"
    return f"{json.dumps(texts, ensure_ascii=False)[:-1]}, {functions}}}"
