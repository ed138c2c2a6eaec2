"""An explanation as one HTML file: the drawing, the steps, and the graph as JavaScript, so that leaves can be changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from importlib.resources import files
from os import PathLike, fspath
from pathlib import Path

from autograd.drawing import draw
from autograd.errors import called, check_known
from autograd.folding import LIMIT, shown
from autograd.formula import javascript, plain, times
from autograd.nn import Parameter
from autograd.ops import FUNCTIONS
from autograd.spelling import Text
from autograd.tape import names, printable, tape
from autograd.value import Value

_KNOWN = ", ".join([*(name for name in FUNCTIONS if name.isalnum()), "where", "less", "at_most", "divide"])


def write_page(path: str | PathLike[str], root: Value, start: Value | None, forward: Iterable[Value], backward: Iterable[Value],
               language: str) -> str:  # fmt: skip
    """Write the page of a graph, told forward and backward in these orders; gives its path."""
    check_known("language", language, ("en", "zh"))
    operations, leaves = tape(root)
    if (size := len(operations) + len(leaves)) > LIMIT:
        raise ValueError(f"a page shows at most {LIMIT} values, this graph has {size:,}: explain the loss of one sample")
    index = {node: i for i, node in enumerate((*leaves, *operations))}
    boxes = {item.values[0]: f"graph_n{i}" for i, item in enumerate(shown(root, "whole", None, LIMIT)[0], 1)}
    named = names(root)
    graph = {"language": language, "root": index[root], "start": None if start is None else index[start],
             "forward": [index[x] for x in forward], "backward": [index[x] for x in backward],
             "nodes": [{"name": printable(named[x]), "box": boxes[x]} | _told(x, index) for x in index]}  # fmt: skip
    values, partials = (",\n".join(_rule(node, index, checked) for node in operations) for checked in (True, False))
    (twin := deepcopy(root)).backward(allow_nonfinite=True)  # so that boxes have room for gradients
    drawing = draw(twin, backward=True).pipe("svg", encoding="utf-8")
    parts = {"<!--drawing-->": drawing[drawing.index("<svg") :], "/*graph*/": json.dumps(graph).replace("<", "\\u003c"),
             "/*known*/": _KNOWN, "/*values*/": values, "/*partials*/": partials}  # fmt: skip
    page = files("autograd").joinpath("page.html").read_text(encoding="utf-8")
    for mark, part in parts.items():
        page = page.replace(mark, part)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(page, encoding="utf-8")
    return fspath(path)


def _told(node: Value, index: dict[Value, int]) -> dict[str, object]:
    """What the page says of a node; ⟨3⟩ stands for node 3, by name or number, ⟨upstream⟩ for a gradient."""
    if not node.operands:
        return {"number": node._data, "moves": isinstance(node, Parameter)}
    spell = Text({x: f"⟨{i}⟩" for x, i in index.items()})
    meaning = spell.meaning(node, spell.name) | {"upstream": "⟨upstream⟩"}
    return {
        "said": spell.primal(node, spell.name), "row": called(node.op), "needs": node.op.domain,
        "operands": [index[x] if isinstance(x, Value) else None for x in node.operands[: len(node.op.partials)]],
        "locals": [[plain(text, meaning), plain(times(["upstream", text]), meaning)] for text in node.op.partials],
    }  # fmt: skip


def _rule(node: Value, index: dict[Value, int], checked: bool) -> str:
    """The value of a node as a JavaScript function of all numbers, or its partials."""
    known = {name: repr(x) if isinstance(x, float) else f"v[{index[x]}]"
             for name, x in zip((*node.op.operands, "out"), (*node.operands, node), strict=True)}  # fmt: skip
    texts = [f"v => {javascript(text, known, checked)}" for text in ([node.op.primal] if checked else node.op.partials)]
    return f"{index[node]}: [{', '.join(texts)}]"
