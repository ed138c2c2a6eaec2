"""Rows as a page has them: their texts as templates, in JavaScript for its engine, and as text."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from autograd.core.choices import zero_pattern
from autograd.core.formula import parsed
from autograd.core.gaussians import MILLS
from autograd.core.notation import JAVASCRIPT, PYTHON, SUM, TEXT, Notation, Template
from autograd.core.rows import FUNCTIONS, Row
from autograd.program.backward import ADJOINT, flow_template
from autograd.show.page.assembly import embedded, joined
from autograd.show.spelling import MORE, is_told_as_call, primal

TemplateData: TypeAlias = list[str | int | dict[str, int]]

GRAPHS = ("engine.js",)
TRAINING = (*GRAPHS, "program.js", "random.js", "network.js", "training.js")


def engine_script(rows: Sequence[Row], scripts: Sequence[str] = TRAINING) -> str:
    """The engine in the page with its rows, for graphs alone or for training: a whole script."""
    functions = embedded([*FUNCTIONS])
    data = embedded([_row_as_data(row) for row in rows])
    mills = embedded(MILLS)
    constants = (
        f"const FUNCTION_NAMES = {functions};\nconst MILLS = {mills};\nconst ROW_DATA = {data};\n"
    )
    return constants + joined(*scripts)


def _row_as_data(row: Row) -> dict[str, Any]:
    """A row for the engine in the page, with its formulas for people."""
    return {
        "name": row.name,
        "symbol": row.symbol,
        "operands": row.operands,
        **_computed(row, JAVASCRIPT),
        "flows": [_code(JAVASCRIPT.template(zero_pattern(text)), row) for text in row.partials],
        "python": _listed(row),
        "formulas": _formulas(row),
    }


def _computed(row: Row, notation: Notation) -> dict[str, Any]:
    """What floats compute: value and partials, and the steps that they share."""
    computed = row.computed

    def code(text: str) -> TemplateData:
        return _code(notation.template(parsed(text)), row)

    return {
        "steps": [{"name": name, "text": code(text)} for name, text in computed.steps],
        "primal": code(computed.primal),
        "partials": [code(text) for text in computed.partials],
    }


def _listed(row: Row) -> dict[str, Any]:
    """A row as programs in Python have it: of a partial there is also what flows by it.

    `told` is what stands in a comment before a partial that is computed otherwise than it is read.
    """
    flows = [flow_template(PYTHON, row, slot, from_loss=False) for slot in range(len(row.partials))]
    told = [
        None if text == computed else _code(PYTHON.template(parsed(text)), row)
        for text, computed in zip(row.partials, row.computed.partials, strict=True)
    ]
    return {
        **_computed(row, PYTHON),
        "flows": [_code(flow, row) for flow in flows],
        "told": told,
    }


def _code(template: Template, row: Row) -> TemplateData:
    """A template as texts and slots: of the operands, the result, the steps, and the adjoint."""
    slots = _slots(row)
    return [part if isinstance(part, str) else slots[part.name] for part in template.parts]


def _slots(row: Row) -> dict[str, int]:
    steps = [name for name, _ in row.computed.steps]
    return {name: slot for slot, name in enumerate((*row.operands, "out", *steps, ADJOINT))}


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
    """A template as data: texts, and slots.

    A slot is guarded if a negative number in it stands in brackets.
    """
    slots = _slots(row)
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
