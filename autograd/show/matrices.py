"""The gradients of a network told by matrices: dZ2, dW2, dB2, …"""

import re
from collections import defaultdict
from collections.abc import Sequence

from autograd.core.diagnosis import described
from autograd.core.rows import role
from autograd.core.value import Value
from autograd.show.equations import Equation
from autograd.show.flows import Flow, Step
from autograd.show.spelling import Spelling

_WITHOUT = "without matrices=True each gradient is told by itself"
_ELEMENT = re.compile(r"([a-z]+\d*)(_\d+)*")


def matrix_name(x: Value) -> str:
    """The name of the matrix that a Value is of by its label: Z2 for z2_1."""
    match = _ELEMENT.fullmatch(x.label)
    if not match:
        labels = "Values labelled as in MLP(…, fused=True), such as z2_1"
        raise ValueError(f"matrices=True groups {labels}; {described(x)} is not; {_WITHOUT}")
    return match[1].upper()


def steps_by_matrix(steps: Sequence[Step], leaf: Value | None) -> dict[str, list[Step]]:
    """Group the steps of a network's parameters, and of what leads to them.

    Raises ValueError if the labels are not those of one sample through fused neurons.
    """
    groups: dict[str, list[Step]] = defaultdict(list)
    for step in steps[1:]:
        node = step.node
        if node.operands or node.trained:
            groups[matrix_name(node)].append(step)
    labels = {step.node.label for step in steps}
    if leaf is not None or not groups or len(labels) < len(steps):
        what = "all parameters in the loss of one sample, each with a label"
        raise ValueError(f"matrices=True groups {what}; {_WITHOUT}")
    for name, group in groups.items():
        if not _is_used_alike(group):
            what = f"layers that do one thing: not all of {name} is used alike; {_WITHOUT}"
            raise ValueError(f"matrices=True tells {what}")
    return groups


def _is_used_alike(group: Sequence[Step]) -> bool:
    """Whether each matrix made with this one is made with all of it, in one way."""
    uses = set()
    for step in group:
        for flow in step.flows:
            result = flow.result
            name = matrix_name(result)
            uses.add((name, result.op.name, _role(flow)))
    made = {name for name, *_ in uses}
    return len(made) == len(uses) and all(step.flows for step in group)


def _role(flow: Flow) -> str:
    """The part that a Value plays where it is used."""
    return role(_operand_name(flow))


def _operand_name(flow: Flow) -> str:
    return flow.result.op.operands[flow.slot]


def matrix_equation(steps: Sequence[Step], root: Value, spell: Spelling) -> Equation:
    """The gradients of one matrix, from those of the matrices that are made with it.

    What is spelled are the names of matrices.
    """
    terms: dict[str, str] = {}  # one for each matrix that this one flows from
    for step in steps:
        for flow in step.flows:
            upstream = spell.gradient(flow.result)
            terms[upstream] = _term(flow, root, spell)
    head = spell.gradient(steps[0].node)
    formula = spell.notation.plus.join(terms.values())
    table = spell.matrix(_table(steps, spell))
    return Equation(head, [formula, table])


def _term(flow: Flow, root: Value, spell: Spelling) -> str:
    """What a matrix receives from one that is made with it."""
    result = flow.result
    upstream = spell.gradient(result)
    if result.op.name == "affine":
        return _affine_term(flow, upstream, spell)
    by_element = spell.by_element()
    if result is root:  # whose gradient is 1
        return by_element.derivative(result, flow.slot, factor=False)
    derivative = by_element.derivative(result, flow.slot)
    return by_element.product([upstream, derivative])


def _affine_term(flow: Flow, upstream: str, spell: Spelling) -> str:
    """What a matrix receives from x·w + b."""
    operands = flow.result.operands
    first_input = operands[0]
    first_weight = operands[len(operands) // 2]
    match _role(flow):
        case "x":
            weights = spell.name(first_weight)
            return spell.product([upstream, spell.transpose(weights)])
        case "w":
            inputs = spell.name(first_input)
            return spell.product([spell.transpose(inputs), upstream])
    return upstream


def _table(steps: Sequence[Step], spell: Spelling) -> list[list[str]]:
    """The gradients in rows: weights have one for each input, all else is one row."""
    rows: dict[str, list[str]] = defaultdict(list)
    for step in steps:
        flow = step.flows[0]
        input_name = _operand_name(flow) if _role(flow) == "w" else ""
        rows[input_name].append(spell.number(step.gradient))
    return [*rows.values()]
