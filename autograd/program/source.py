"""A recorded graph and its derivative as the text of one straight-line function.

The text is made to be read: forward in the order of the layers, then backward in the document's
order, with the labels of the graph as names; `d_w` is the derivative of the loss by `w`. In Python
it runs as it is printed after `from math import *`.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property, lru_cache

from autograd.core.choices import Use, gate
from autograd.core.constants import folded, in_fewer_bits
from autograd.core.formula import negative, parsed, times
from autograd.core.graph import below, document_order, leaves_in_order, names
from autograd.core.notation import CHOICE, PRODUCT, Notation, Template
from autograd.core.rows import Row
from autograd.core.value import Value
from autograd.program.language import (
    PYTHON_LANGUAGE,
    Language,
    Line,
    Outline,
    Statement,
    in_brackets,
    in_python,
)
from autograd.program.sharing import duplicates

SUMMANDS = 100  # in one statement: Python's compiler recurses along a sum
ADJOINT = "adjoint"  # in a template: the derivative of the loss by the result


class Source:
    """A graph laid out as a program: its order, the names in it, and what is worth a derivative.

    `inputs` are the leaves that change from call to call. Of the others, in the document's order,
    `parameters` are those by which the program differentiates, all of them if none are named; the
    rest are `constants`. `leaves` are the parameters, then the constants. Names and text are made
    when they are asked for.
    """

    def __init__(
        self, loss: Value, inputs: Sequence[Value], parameters: Iterable[Value] | None = None
    ) -> None:
        self.loss = loss
        self.inputs = list(inputs)
        self.operations, _ = below(loss)
        given = set(inputs)
        others = [leaf for leaf in leaves_in_order(self.operations) if leaf not in given]
        by = set(others if parameters is None else parameters)
        self.parameters = [leaf for leaf in others if leaf in by]
        self.constants = [leaf for leaf in others if leaf not in by]
        self.leaves = [*self.parameters, *self.constants]
        self.language = PYTHON_LANGUAGE
        self._outline: Outline | None = None
        self._is_for_doubles = True

    @cached_property
    def forward(self) -> list[Value]:
        """The operations in the document's order."""
        return self._orders[0]

    @cached_property
    def backward(self) -> list[Value]:
        """The operations and leaves on the way back."""
        return self._orders[2]

    @cached_property
    def _orders(self) -> tuple[list[Value], list[Value], list[Value]]:
        return document_order(self.operations)

    @cached_property
    def names(self) -> dict[Value, str]:
        """The identifiers of leaves and results."""
        return self.language.identifiers(names(self.loss, self.inputs), self._named())

    def in_fewer_bits(self) -> "Source":
        """The same for numbers that are no doubles."""
        source = copy(self)
        source._outline = None
        source._is_for_doubles = False
        return source

    def written_in(self, language: Language) -> "Source":
        """The same in another language; names stay where that allows them."""
        source = copy(self)
        source._outline = None
        source.language = language
        source.names = language.identifiers(self.names, self._named())
        return source

    def one_sample(self) -> str:
        """A function of inputs and other leaves that gives the loss and the gradients."""
        return self.language.function(self.outline)

    def many_samples(self) -> str:
        """The same lines in a loop over samples in Python, giving mean loss and mean gradients."""
        outline = self.outline
        results = [outline.loss, *outline.gradients]
        lines = [
            f"{in_brackets([*outline.parameters, *outline.constants])} = leaves",
            " = ".join(f"sum_{name}" for name in results) + " = -0.0",
            "for place in batch:",
            f"    {in_brackets(outline.inputs)} = samples[place]",
            *(f"    {self.language.line(line)}" for line in outline.body),
            *(f"    sum_{name} += {name}" for name in results),
        ]
        means = [f"sum_{name} / len(batch)" for name in results]
        return in_python(["samples", "batch", "leaves"], lines, means)

    @property
    def outline(self) -> Outline:
        """The names and the statements, forward and backward."""
        if self._outline is None:
            self._outline = Outline(
                inputs=[self.names[leaf] for leaf in self.inputs],
                parameters=[self.names[leaf] for leaf in self.parameters],
                constants=[self.names[leaf] for leaf in self.constants],
                body=self._body(),
                loss=self._result(self.loss),
                gradients=[self._adjoint(leaf) for leaf in self.parameters],
                renamed=self._renamed(),
            )
        return self._outline

    def _named(self) -> list[Value]:
        """What has a name, in the order in which names are given."""
        return [*self.inputs, *self.leaves, *self.forward]

    def _renamed(self) -> dict[str, str]:
        """The labels that are no names here, by the names that their Values have instead."""
        both = [(self.names[node], node.label) for node in self._named()]
        return {name: label for name, label in both if label and name != label}

    def _adjoint(self, node: Value) -> str:
        return f"d_{self.names[node]}"

    def _body(self) -> list[Line]:
        meanings = {node: self._meaning(node) for node in self.operations}
        forward: list[Line] = []
        for node in self.forward:
            forward += self._value(node, meanings[node])
        gates = self._gates(meanings) if self._notation.computes_all_branches else {}
        backward: list[Line] = []
        told: set[tuple[Row, int]] = set()
        for node in self.backward:
            if node is not self.loss and node in self.flows:
                backward += self._gate_in_statements(node, gates)
                backward += self._comments(node, meanings, told)
                summands = self._summands(node, meanings, gates)
                backward += _sum_in_statements(self._adjoint(node), summands)
        return ["forward", *forward, "backward", *backward]

    @property
    def _notation(self) -> Notation:
        return self.language.notation

    def _value(self, node: Value, meaning: Mapping[str, str]) -> Iterator[Statement]:
        """The statements for the value of a node; one with a label keeps its name."""
        if node in self._same:
            if node.label:
                yield Statement(self.names[node], self._result(self._same[node]))
            return
        computed = self._row(node).computed
        for step, text in computed.steps:
            yield Statement(meaning[step], self._notation.written(text, meaning))
        yield Statement(self.names[node], self._notation.written(computed.primal, meaning))

    @cached_property
    def _same(self) -> dict[Value, Value]:
        """The operations that are not computed, as one before them computes the same."""
        return duplicates(self.forward)

    def _result(self, node: Value) -> str:
        """The name that a node is read by: its own, unless there is none and it is not computed."""
        return self.names[node if node.label else self._same.get(node, node)]

    def _comments(
        self,
        node: Value,
        meanings: Mapping[Value, Mapping[str, str]],
        told: set[tuple[Row, int]],
    ) -> Iterator[str]:
        """Tell the partials that are computed otherwise than they are read, each of a row once."""
        for result, slot in self.flows[node]:
            row = self._row(result)
            formula = row.partials[slot]
            if (row, slot) not in told and row.computed.partials[slot] != formula:
                told.add((row, slot))
                read = self._notation.written(formula, meanings[result])
                yield f"{read}, written so that no digits are lost"

    def _row(self, node: Value) -> Row:
        """The row of a node, with the branches that its constants decide."""
        row = folded(node.op, node.operands)
        return row if self._is_for_doubles else in_fewer_bits(row)

    def _gates(self, meanings: Mapping[Value, Mapping[str, str]]) -> dict[Use, str]:
        """For the uses through which at times nothing flows, what is 0 then.

        Where all branches are computed, 0 · inf must not come out of those not taken. A result is
        gated itself if all of its uses are.
        """
        gates: dict[Use, str] = {}
        gated: set[Value] = set()
        for node in self.backward:
            flows = self.flows.get(node, [])
            for flow in flows:
                factors = [self._gate(flow.result)] if flow.result in gated else []
                choice = gate(flow.result.op.partials[flow.slot])
                if choice is not None:
                    template = self._notation.template(choice, PRODUCT)
                    factors.append(template.fill(meanings[flow.result]))
                if factors:
                    gates[flow] = " * ".join(factors)
            if flows and node is not self.loss and all(flow in gates for flow in flows):
                gated.add(node)
        return gates

    def _gate_in_statements(self, node: Value, gates: Mapping[Use, str]) -> Iterator[Line]:
        """Name the gate of a result that is gated: the sum of those of its uses."""
        flows = self.flows[node]
        if node.operands and all(flow in gates for flow in flows):
            yield from _sum_in_statements(self._gate(node), [gates[flow] for flow in flows])

    def _gate(self, node: Value) -> str:
        return f"on_{self.names[node]}"

    def _meaning(self, node: Value) -> dict[str, str]:
        """What the names in the row of a node stand for."""
        number = self._notation.number
        meaning = {
            name: number(x) if isinstance(x, float) else self._result(x)
            for name, x in zip(node.op.operands, node.operands, strict=True)
        }
        meaning["out"] = self._result(node)
        meaning[ADJOINT] = self._adjoint(node)
        computed = self._same.get(node, node)
        for step, _ in node.op.computed.steps:
            meaning[step] = f"{step}_{self.names[computed]}"
        return meaning

    @cached_property
    def flows(self) -> dict[Value, list[Use]]:
        """The uses of each Value that has a derivative.

        They are in the order in which `backward` adds them up, so that the bits are the same.
        """
        alive = self._alive()
        flows: dict[Value, list[Use]] = {leaf: [] for leaf in self.parameters}
        for node in reversed(self.operations):
            if node is self.loss or node in flows:
                for slot, operand in _differentiated(node):
                    if operand in alive:
                        flows.setdefault(operand, []).append(Use(node, slot))
        return flows

    def _alive(self) -> set[Value]:
        """The parameters, and the operations that pass a derivative on to one of them."""
        alive = set(self.parameters)
        for node in self.operations:
            if any(operand in alive for _, operand in _differentiated(node)):
                alive.add(node)
        return alive

    def _summands(
        self,
        node: Value,
        meanings: Mapping[Value, Mapping[str, str]],
        gates: Mapping[Use, str],
    ) -> list[str]:
        flows = self.flows[node]
        least = CHOICE if len(flows) == 1 else PRODUCT
        summands = []
        for flow in flows:
            result, slot = flow
            row = self._row(result)
            template = flow_template(self._notation, row, slot, result is self.loss, least)
            text = template.fill(meanings[result])
            summands.append(f"where({gates[flow]}, {text}, 0.0)" if flow in gates else text)
        return summands


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
