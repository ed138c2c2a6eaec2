"""How Values are copied and pickled: with all below them, at any depth, without recursion."""

from copy import copy, deepcopy
from typing import Any, NamedTuple

from autograd.core.graph import below
from autograd.core.rows import LEAF, Row
from autograd.core.tracking import BEFORE_ALL, compared_since, moment

_KNOWN = "Values copied already"  # a key in deepcopy's memo, whose own keys are ids


class Recipe(NamedTuple):
    """What an operation is made of; its operands that are Values as places of nodes before it."""

    kind: type[Any]
    op: Row
    data: float
    grad: float
    label: str
    operands: tuple[Any, ...]
    partials: tuple[float, ...]


class Copied:
    """What `copy`, `deepcopy` and `pickle` ask of a Value."""

    __slots__ = ()

    def __reduce_ex__(self: Any, protocol: Any) -> tuple[Any, ...]:
        if self.op is LEAF:
            numbers = (self._data, self.grad, self.label, compared_since([self]))
            return _leaf, (type(self), *numbers), getattr(self, "__dict__", None)
        operations, leaves = below(self)
        place = {node: i for i, node in enumerate((*leaves, *operations))}
        # As plain tuples, which pickle in half the time of named ones.
        recipes = [tuple(_recipe(node, place)) for node in operations]
        return _graph, (leaves, recipes)

    def __deepcopy__(self: Any, memo: dict[Any, Any]) -> Any:
        operations, leaves = below(self, memo.setdefault(_KNOWN, set()))
        for leaf in leaves:
            twin = memo.setdefault(id(leaf), copy(leaf))
            if hasattr(twin, "__dict__"):
                twin.__dict__.update(deepcopy(leaf.__dict__, memo))
        for node in operations:
            twins = {operand: memo.get(id(operand), operand) for operand in node.operands}
            recipe = _recipe(node, twins)
            memo[id(node)] = _operation(recipe, recipe.operands)
        return memo[id(self)]


def _recipe(node: Any, instead: dict[Any, Any]) -> Recipe:
    """The recipe of an operation, with other things in the place of its operands."""
    operands = tuple(x if x.__class__ is float else instead[x] for x in node.operands)
    partials = node.partials[: len(node.op.partials)]
    return Recipe(type(node), node.op, node._data, node.grad, node.label, operands, partials)


def _leaf(kind: type[Any], data: float, grad: float, label: str, compared: bool) -> Any:
    leaf = object.__new__(kind)
    leaf._data = data
    leaf.grad = grad
    leaf.label = label
    leaf.op = LEAF
    leaf._a = None
    leaf._b = None
    leaf._made = BEFORE_ALL if compared else moment()._replace(line="")
    return leaf


def _operation(recipe: Recipe, operands: tuple[Any, ...]) -> Any:
    node = object.__new__(recipe.kind)
    node._data = recipe.data
    node._keep(operands, recipe.partials)
    node.op = recipe.op
    node.label = recipe.label
    node.grad = recipe.grad
    return node


def _graph(leaves: list[Any], recipes: list[tuple[Any, ...]]) -> Any:
    """Make an operation again, with all below it."""
    nodes = list(leaves)
    for parts in recipes:
        recipe = Recipe(*parts)
        operands = tuple(nodes[x] if x.__class__ is int else x for x in recipe.operands)
        nodes.append(_operation(recipe, operands))
    return nodes[-1]
