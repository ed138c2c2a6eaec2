"""The way back from an output: what flows to each Value, and the statements that say so."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from autograd.core.choices import Use, gate
from autograd.core.formula import negative, parsed, times
from autograd.core.graph import document_order
from autograd.core.notation import CHOICE, PRODUCT, Notation, Template
from autograd.core.rows import Row
from autograd.core.value import Value
from autograd.program.language import Line, Statement

SUMMANDS = 100  # in one statement: Python's compiler recurses along a sum
ADJOINT = "adjoint"  # in a template: the derivative of the output by the result

Meanings = Mapping[Value, Mapping[str, str]]  # what the names in the row of a node stand for


class Way:
    """Which derivatives there are of an output, whatever language they are written in.

    `operations` are those below the output, operands before results; `by` the leaves by which it is
    differentiated.
    """

    def __init__(self, output: Value, operations: list[Value], by: Sequence[Value]) -> None:
        self.output = output
        self.operations = operations
        self.by = by

    @cached_property
    def order(self) -> list[Value]:
        """The operations and leaves in the document's order, on the way back."""
        return document_order(self.operations)[2]

    @cached_property
    def flows(self) -> dict[Value, list[Use]]:
        """The uses of each Value that has a derivative.

        They are in the order in which `backward` adds them up, so that the bits are the same.
        """
        alive = self._alive()
        flows: dict[Value, list[Use]] = {leaf: [] for leaf in self.by}
        for node in reversed(self.operations):
            if node is self.output or node in flows:
                for slot, operand in _differentiated(node):
                    if operand in alive:
                        flows.setdefault(operand, []).append(Use(node, slot))
        return flows

    @cached_property
    def reached(self) -> set[Value]:
        """What has a derivative in the text: 0 may stand for those of leaves elsewhere."""
        return {node for node in self.order if node is not self.output and node in self.flows}

    def _alive(self) -> set[Value]:
        """The leaves asked for, and the operations that pass a derivative on to one of them."""
        alive = set(self.by)
        for node in self.operations:
            if any(operand in alive for _, operand in _differentiated(node)):
                alive.add(node)
        return alive


class Backward:
    """A way back in one language: its statements.

    `tag` stands in the names of its adjoints, as in `d_r1_w` = ∂r1/∂w, and is empty where there is
    one output; `row_of` gives the row by which a node is computed.
    """

    def __init__(
        self,
        way: Way,
        tag: str,
        names: Mapping[Value, str],
        notation: Notation,
        row_of: Callable[[Value], Row],
    ) -> None:
        self.way = way
        self.tag = tag
        self.names = names
        self.notation = notation
        self.row_of = row_of

    def adjoint(self, node: Value) -> str:
        """The name of the derivative of the output by a Value."""
        return f"d_{self.tag}{self.names[node]}"

    def lines(self, meanings: Meanings) -> Iterator[Line]:
        """The statements in the document's order."""
        way = self.way
        results = {flow.result for flows in way.flows.values() for flow in flows}
        filled = {node: {**meanings[node], ADJOINT: self.adjoint(node)} for node in results}
        gates = self._gates(filled) if self.notation.computes_all_branches else {}
        told: set[tuple[Row, int]] = set()
        for node in way.order:
            if node in way.reached:
                yield from self._gate_in_statements(node, gates)
                yield from self._comments(node, filled, told)
                yield from _sum_in_statements(
                    self.adjoint(node), self._summands(node, filled, gates)
                )

    def _comments(
        self, node: Value, meanings: Meanings, told: set[tuple[Row, int]]
    ) -> Iterator[str]:
        """Tell the partials that are computed otherwise than they are read, each of a row once."""
        for result, slot in self.way.flows[node]:
            row = self.row_of(result)
            formula = row.partials[slot]
            if (row, slot) not in told and row.computed.partials[slot] != formula:
                told.add((row, slot))
                read = self.notation.written(formula, meanings[result])
                yield f"{read}, written so that no digits are lost"

    def _gates(self, meanings: Meanings) -> dict[Use, str]:
        """For the uses through which at times nothing flows, what is 0 then.

        Where all branches are computed, 0 · inf must not come out of those not taken. A result is
        gated itself if all of its uses are.
        """
        gates: dict[Use, str] = {}
        gated: set[Value] = set()
        for node in self.way.order:
            flows = self.way.flows.get(node, [])
            for flow in flows:
                factors = [self._gate(flow.result)] if flow.result in gated else []
                choice = gate(flow.result.op.partials[flow.slot])
                if choice is not None:
                    template = self.notation.template(choice, PRODUCT)
                    factors.append(template.fill(meanings[flow.result]))
                if factors:
                    gates[flow] = " * ".join(factors)
            is_passed = flows and node is not self.way.output
            if is_passed and all(flow in gates for flow in flows):
                gated.add(node)
        return gates

    def _gate_in_statements(self, node: Value, gates: Mapping[Use, str]) -> Iterator[Line]:
        """Name the gate of a result that is gated: the sum of those of its uses."""
        flows = self.way.flows[node]
        if node.operands and all(flow in gates for flow in flows):
            yield from _sum_in_statements(self._gate(node), [gates[flow] for flow in flows])

    def _gate(self, node: Value) -> str:
        return f"on_{self.tag}{self.names[node]}"

    def _summands(self, node: Value, meanings: Meanings, gates: Mapping[Use, str]) -> list[str]:
        flows = self.way.flows[node]
        least = CHOICE if len(flows) == 1 else PRODUCT
        summands = []
        for flow in flows:
            result, slot = flow
            row = self.row_of(result)
            is_output = result is self.way.output
            template = flow_template(self.notation, row, slot, is_output, least)
            text = template.fill(meanings[result])
            summands.append(f"where({gates[flow]}, {text}, 0.0)" if flow in gates else text)
        return summands


def beginnings(tags: Iterable[str]) -> list[str]:
    """What a program may write before a node's name, on the ways back with these tags."""
    return [f"{kind}{tag}" for tag in tags for kind in ("d_", "on_", "sum_d_")]


def _differentiated(node: Value) -> Iterator[tuple[int, Value]]:
    """The operands that are Values and by which the partial is not always 0, with their slots."""
    for slot, partial in enumerate(node.op.partials):
        operand = node.operands[slot]
        if isinstance(operand, Value) and partial != "0.0":
            yield slot, operand


@lru_cache(4096)
def flow_template(
    notation: Notation, row: Row, slot: int, from_loss: bool, least: int = PRODUCT
) -> Template:
    """Adjoint × partial; the adjoint of the loss is 1, and left out."""
    partial = row.computed.partials[slot]
    adjoint = ast.Name(ADJOINT)
    if from_loss:
        tree = parsed(partial)
    elif partial == "1.0":
        tree = adjoint
    elif partial == "-1.0":
        tree = negative(adjoint)
    else:
        tree = times(adjoint, parsed(partial))
    return notation.template(tree, least)


def _sum_in_statements(name: str, summands: list[str]) -> Iterator[Statement]:
    """Assign a sum to a name, added from the left, in as many statements as it needs."""
    if not summands:
        yield Statement(name, "0.0")
    for start in range(0, len(summands), SUMMANDS):
        part = " + ".join(summands[start : start + SUMMANDS])
        yield (
            Statement(name, f"{name} + {part}", is_first=False) if start else Statement(name, part)
        )
