"""The least that a scalar engine can be: a node with its operands and local gradients in tuples.

It is made as Karpathy's microgpt makes its own: `-`, `/` and unary minus are written by `+`, `*`
and `**`, which costs nodes and saves lines.
"""

from __future__ import annotations

import math
from typing import TypeAlias

Operand: TypeAlias = "Node | float"


class Node:
    """A number that remembers what it was computed from."""

    __slots__ = ("data", "grad", "local_gradients", "operands")

    def __init__(
        self,
        data: float,
        operands: tuple[Node, ...] = (),
        local_gradients: tuple[float, ...] = (),
    ) -> None:
        self.data = data
        self.grad = 0.0
        self.operands = operands
        self.local_gradients = local_gradients

    def __add__(self, other: Operand) -> Node:
        b = other if isinstance(other, Node) else Node(other)
        return Node(self.data + b.data, (self, b), (1.0, 1.0))

    def __mul__(self, other: Operand) -> Node:
        b = other if isinstance(other, Node) else Node(other)
        return Node(self.data * b.data, (self, b), (b.data, self.data))

    def __pow__(self, exponent: float) -> Node:
        slope = exponent * self.data ** (exponent - 1.0)
        return Node(self.data**exponent, (self,), (slope,))

    def exp(self) -> Node:
        out = math.exp(self.data)
        return Node(out, (self,), (out,))

    def log(self) -> Node:
        return Node(math.log(self.data), (self,), (1.0 / self.data,))

    def relu(self) -> Node:
        return Node(max(self.data, 0.0), (self,), (float(self.data > 0.0),))

    def __radd__(self, other: float) -> Node:
        return self + other

    def __rmul__(self, other: float) -> Node:
        return self * other

    def __neg__(self) -> Node:
        return self * -1.0

    def __sub__(self, other: Operand) -> Node:
        return self + -other

    def __truediv__(self, other: Operand) -> Node:
        return self * other**-1.0

    def backward(self) -> None:
        """Add to the `grad` of each node below this one its share, results before operands."""
        order: list[Node] = []
        seen: set[Node] = set()

        def visit(node: Node) -> None:
            if node not in seen:
                seen.add(node)
                for operand in node.operands:
                    visit(operand)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for operand, gradient in zip(node.operands, node.local_gradients):  # noqa: B905
                operand.grad += node.grad * gradient
