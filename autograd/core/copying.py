"""How Values are copied and pickled: with all below them, at any depth, without recursion."""

from copy import copy, deepcopy
from types import MemberDescriptorType
from typing import Any, NamedTuple, TypeAlias

from autograd.core.graph import below, recorded_partials
from autograd.core.rows import LEAF, Row
from autograd.core.tracking import (
    BEFORE_ALL,
    NO_GRAD,
    SCOPE,
    departures,
    mark,
    number_left,
    told_grad,
    what_left_below,
)

_KNOWN = "Values copied already"  # a key in deepcopy's memo, whose own keys are ids


class Recipe(NamedTuple):
    """What an operation is made of; its operands that are Values as places of nodes before it."""

    op: Row
    data: float
    grad: float | None
    label: str
    operands: tuple[Any, ...]
    partials: tuple[float, ...]
    mark: int


class Copied:
    """What `copy`, `deepcopy` and `pickle` ask of a Value."""

    __slots__ = ()

    def __reduce_ex__(self: Any, protocol: Any) -> tuple[Any, ...]:
        number_left("{} was copied", self.label)
        if self.op is LEAF:
            parts = (self._data, told_grad(self), self.label, mark(self))
            return _leaf, (type(self), *parts), _state(self)
        operations, leaves = below(self)
        return _graph, (leaves, _recipes(operations, leaves), _suspects(self, leaves))

    def __copy__(self: Any) -> Any:
        """The operations anew, on the same leaves; of a leaf another one."""
        number_left("{} was copied", self.label)
        if self.op is LEAF:
            twin = _leaf(type(self), self._data, told_grad(self), self.label, mark(self))
            _put(twin, _state(self))
            return twin
        operations, leaves = below(self)
        nodes = _rebuilt(leaves, _recipes(operations, leaves))
        for original, twin in zip(operations, nodes[len(leaves) :], strict=True):
            twin._made = int(original._made)
        return nodes[-1]

    def __deepcopy__(self: Any, memo: dict[Any, Any]) -> Any:
        operations, leaves = below(self, memo.setdefault(_KNOWN, set()))
        for leaf in leaves:
            memo.setdefault(id(leaf), copy(leaf))
        for node in operations:
            twins = {operand: memo.get(id(operand), operand) for operand in node.operands}
            recipe = _recipe(node, twins)
            twins[node] = memo[id(node)] = _operation(recipe, recipe.operands)
            # Within a graph copies are as old as what they are of: numbers that left then count.
            for original, twin in twins.items():
                if original.__class__ is not float:
                    twin._made = int(original._made)
        # Last, as the attributes of a subclass may hold what is made of it.
        for leaf in leaves:
            _put(memo[id(leaf)], deepcopy(_state(leaf), memo))
        return memo[id(self)]


State: TypeAlias = tuple[dict[str, Any] | None, dict[str, Any]]


def _state(leaf: Any) -> State | None:
    """What a leaf has as an instance of a subclass: its dict, and what is in slots, by name."""
    attributes = getattr(leaf, "__dict__", None)
    slots = {name: getattr(leaf, name) for name in _slots(type(leaf)) if hasattr(leaf, name)}
    return (attributes, slots) if attributes or slots else None


def _slots(kind: type[Any]) -> tuple[str, ...]:
    """The names of the slots that a subclass adds to those of Value."""
    if kind.__basicsize__ == SCOPE["Value"].__basicsize__:
        return ()  # at once, as for a Parameter
    added = [base for base in kind.__mro__ if base not in SCOPE["Value"].__mro__]
    members = [item for base in added for item in vars(base).items()]
    return tuple(name for name, x in members if isinstance(x, MemberDescriptorType))


def _put(leaf: Any, state: State | None) -> None:
    """Give a leaf the state of another one, as unpickling does."""
    attributes, slots = state or (None, {})
    if attributes:
        leaf.__dict__.update(attributes)
    for name, x in slots.items():
        setattr(leaf, name, x)


def _suspects(root: Any, leaves: list[Any]) -> list[bool]:
    """For each leaf, whether a number left before the root was made, which a pickle remembers."""
    return [bool(what_left_below(root, [leaf])) for leaf in leaves]


def _recipes(operations: list[Any], leaves: list[Any]) -> list[tuple[Any, ...]]:
    """The recipes of operations, as plain tuples, which pickle in half the time of named ones."""
    place = {node: i for i, node in enumerate((*leaves, *operations))}
    return [tuple(_recipe(node, place)) for node in operations]


def _recipe(node: Any, instead: dict[Any, Any]) -> Recipe:
    """The recipe of an operation, with other things in the place of its operands."""
    operands = tuple(x if x.__class__ is float else instead[x] for x in node.operands)
    return Recipe(
        op=node.op,
        data=node._data,
        grad=told_grad(node),
        label=node.label,
        operands=operands,
        partials=recorded_partials(node),
        mark=mark(node),
    )


def _leaf(kind: type[Any], data: float, grad: float | None, label: str, mark: int) -> Any:
    leaf = object.__new__(kind)
    leaf._data = data
    leaf._grad = NO_GRAD if grad is None else grad
    leaf.label = label
    leaf._keep(LEAF, (), ())
    leaf._made = mark or departures()
    return leaf


def _operation(recipe: Recipe, operands: tuple[Any, ...]) -> Any:
    node = object.__new__(SCOPE["kind_of_node"](operands))
    node._data = recipe.data
    node._keep(recipe.op, operands, recipe.partials)
    node.label = recipe.label
    node._grad = NO_GRAD if recipe.grad is None else recipe.grad
    node._made = recipe.mark or departures()
    return node


def _graph(leaves: list[Any], recipes: list[tuple[Any, ...]], suspects: list[bool]) -> Any:
    """Make an operation again, with all below it."""
    for leaf, is_suspect in zip(leaves, suspects, strict=True):
        if is_suspect and not mark(leaf):
            leaf._made = BEFORE_ALL
    return _rebuilt(leaves, recipes)[-1]


def _rebuilt(leaves: list[Any], recipes: list[tuple[Any, ...]]) -> list[Any]:
    """Leaves, and the operations made anew from their recipes."""
    nodes = list(leaves)
    for parts in recipes:
        recipe = Recipe(*parts)
        operands = tuple(nodes[x] if x.__class__ is int else x for x in recipe.operands)
        nodes.append(_operation(recipe, operands))
    return nodes
