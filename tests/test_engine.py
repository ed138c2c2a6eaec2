"""Any sequence of uses leaves what a dictionary of numbers says it should.

The oracle knows nothing of rows or tapes: a node is data, grad and the operands with their
partials, written out by hand.
"""

import copy
import math
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import signature
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import autograd
from autograd import Value

STEPS, EACH = (
    int(os.environ.get("STEPS", "500")),
    50,
)  # of which hypothesis makes fewer now and then


def slope_of_tanh(a: float) -> float:
    e = math.exp(-2.0 * abs(a))
    return 4.0 * e / (1.0 + e) ** 2


Rule = tuple[Callable[..., Value], Callable[..., float], Callable[..., tuple[float, ...]]]
RULES: dict[str, Rule] = {
    "+": (lambda a, b: a + b, lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    "-": (lambda a, b: a - b, lambda a, b: a - b, lambda a, b: (1.0, -1.0)),
    "*": (lambda a, b: a * b, lambda a, b: a * b, lambda a, b: (b, a)),
    "* 3": (lambda a: a * 3, lambda a: a * 3.0, lambda a: (3.0,)),
    "1 -": (lambda a: 1 - a, lambda a: 1.0 - a, lambda a: (-1.0,)),
    "sin": (lambda a: a.sin(), math.sin, lambda a: (math.cos(a),)),
    "tanh": (lambda a: autograd.tanh(a), math.tanh, lambda a: (slope_of_tanh(a),)),
    "** 2": (lambda a: a**2, lambda a: math.pow(a, 2.0), lambda a: (2.0 * a,)),
    "total": (
        lambda a, b, c: autograd.total([a, b, c]),
        lambda a, b, c: a + b + c,
        lambda a, b, c: (1.0, 1.0, 1.0),
    ),
}


@dataclass
class Node:
    """A node as the oracle knows it.

    `scale` is the sum of magnitudes that went into `grad`, and measures its rounding.
    """

    data: float
    flows: list[tuple[int, float]] = field(default_factory=list)
    grad: float = 0.0
    scale: float = 0.0


class Engine(RuleBasedStateMachine):
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.nodes: dict[int, Node] = {}  # in the order they were made
        self.held: dict[int, Value] = {}

    def add(self, value: Value, node: Node) -> None:
        self.nodes[len(self.nodes)] = node
        self.held[len(self.nodes) - 1] = value

    def pick(self, choice: int) -> int:
        return list(self.held)[
            -1 - choice % len(self.held)
        ]  # the newest first: small numbers are drawn most

    def below(self, root: int) -> list[int]:
        """The node and all it was made from, results first."""
        found = {root}
        for i in range(root, -1, -1):
            if i in found:
                found |= {operand for operand, _ in self.nodes[i].flows}
        return sorted(found, reverse=True)

    @initialize(numbers=st.lists(st.floats(-2.0, 2.0), min_size=2, max_size=3))
    def begin(self, numbers: list[float]) -> None:
        for number in numbers:
            self.leaf(number)

    @precondition(lambda self: len(self.nodes) < 5)
    @rule(number=st.floats(-2.0, 2.0))
    def leaf(self, number: float) -> None:
        self.add(Value(number), Node(number))

    @precondition(lambda self: self.held)
    @rule(
        names=st.lists(st.sampled_from(list(RULES)), min_size=1),
        choices=st.tuples(*[st.integers(0, 10**6)] * 3),
    )
    def operate(self, names: list[str], choices: tuple[int, ...]) -> None:
        for ours, primal, partials in map(RULES.__getitem__, names):
            operands = [self.pick(choice) for choice in choices][
                : len(signature(primal).parameters)
            ]
            data = [self.nodes[i].data for i in operands]
            if abs(primal(*data)) < 1e3:
                flows = list(zip(operands, partials(*data), strict=True))
                self.add(ours(*(self.held[i] for i in operands)), Node(primal(*data), flows))

    @precondition(lambda self: self.held)
    @rule(choice=st.integers(0, 10**6), number=st.floats(-2.0, 2.0))
    def change_data(self, choice: int, number: float) -> None:
        i = self.pick(choice)
        self.held[i].data = self.nodes[i].data = number

    @precondition(lambda self: self.held)
    @rule(choice=st.integers(0, 10**6))
    def backward(self, choice: int) -> None:
        root = self.pick(choice)
        self.held[root].backward()
        adjoints = dict.fromkeys(self.below(root), (0.0, 0.0)) | {root: (1.0, 1.0)}
        for i in self.below(root):
            node, (adjoint, scale) = self.nodes[i], adjoints[i]
            for operand, partial in node.flows:
                before, size = adjoints[operand]
                adjoints[operand] = before + adjoint * partial, size + scale * abs(partial)
            if node.flows:
                node.grad, node.scale = adjoint, scale
            else:
                node.grad, node.scale = node.grad + adjoint, node.scale + scale

    @precondition(lambda self: self.held)
    @rule(choice=st.integers(0, 10**6))
    def zero_grad(self, choice: int) -> None:
        root = self.pick(choice)
        self.held[root].zero_grad()
        for i in self.below(root):
            if not self.nodes[i].flows:
                self.nodes[i].grad = self.nodes[i].scale = 0.0

    @precondition(lambda self: self.held)
    @rule(choice=st.integers(0, 10**6))
    def deepcopy(self, choice: int) -> None:
        root = self.pick(choice)
        order = self.below(root)[:: -1 if choice % 2 else 1]
        together = {
            i: self.held[i] for i in order if i in self.held
        }  # inner nodes stay shared as well
        self.hold_copies(root, copy.deepcopy(together))

    @precondition(lambda self: self.held)
    @rule(choice=st.integers(0, 10**6))
    def pickled(self, choice: int) -> None:
        root = self.pick(choice)
        together = {
            i: self.held[i]
            for i in self.below(root)
            if i in self.held and (i == root or not self.nodes[i].flows)
        }
        self.hold_copies(root, pickle.loads(pickle.dumps(together)))

    def hold_copies(self, root: int, copies: dict[int, Value]) -> None:
        places: dict[int, int] = {}
        for i in reversed(self.below(root)):
            node = copy.copy(self.nodes[i])
            node.flows = [(places[operand], partial) for operand, partial in node.flows]
            places[i] = len(self.nodes)
            self.nodes[places[i]] = node
            if i in copies:
                self.held[places[i]] = copies[i]

    @precondition(lambda self: len(self.held) > 2)
    @rule(choice=st.integers(0, 10**6))
    def delete(self, choice: int) -> None:
        del self.held[self.pick(choice)]

    @invariant()
    def all_that_is_held_is_as_it_should_be(self) -> None:
        Engine.steps += 1
        for i, value in self.held.items():
            node = self.nodes[i]
            assert value.data == node.data or abs(value.data - node.data) <= 1e-15 * abs(node.data)
            # Both add the same products in another order: some roundings of the sum of magnitudes,
            # each of a denormal by up to 5e-324.
            assert abs(value.grad - node.grad) <= 1e-13 * node.scale + 1e-320


def test_any_sequence_of_uses() -> None:
    Engine.steps = 0
    run_state_machine_as_test(
        Engine,
        settings=settings(max_examples=2 * STEPS // EACH, stateful_step_count=EACH),
    )
    assert Engine.steps >= STEPS
