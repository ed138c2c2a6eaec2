"""What of a graph is drawn: all of it, one of each kind of term, its layers, or the nearest."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias, TypeGuard

from autograd.core.choices import Sweep, sweep
from autograd.core.graph import below, named, operand_values, sign
from autograd.core.rows import Row, role
from autograd.core.tracking import peek_grad
from autograd.core.value import Value

LIMIT = 300  # values that a person can still read
SUMS = ("add", "total", "mean")
LIKE_OTHERS = "are not drawn: terms like others, and partial sums"
MERGED = "what does the same in a layer is drawn as one"


class Graph:
    """What drawing asks of the graph below a root: collected in one walk, when it is made."""

    def __init__(self, root: Value) -> None:
        operations, leaves = below(root)
        self.root = root
        self.operations = operations
        self.leaves = leaves
        self.size = len(operations) + len(leaves)
        # Leaves are asked only if there is nothing else: they keep gradients of other graphs.
        self.has_gradients = any(peek_grad(node) for node in operations or leaves)

    @cached_property
    def sweep(self) -> Sweep:
        """The gradients from this root, if there are any: not computed where all is refused."""
        if not self.has_gradients:
            return Sweep({}, set())
        return sweep(self.root, self.operations, seed=peek_grad(self.root) or 1.0)

    def names(self) -> dict[Value, str]:
        """The name of each Value."""
        return named((*self.leaves, *self.operations))


class Use(NamedTuple):
    """An item or a number that an item is drawn from.

    It is the operand at `slot`, or where that is None so many `arrows` drawn as one.
    """

    source: "Item | float"
    slot: int | None = None
    arrows: int = 1


@dataclass(eq=False)
class Item:
    """One thing to draw: a value, alike values of a layer, or a stub for what is not drawn.

    A result has the `sign` of its operation and `uses`; a stub has a `text` and what it hides.
    """

    values: list[Value]
    text: str = ""
    sign: str = ""
    uses: list[Use] = field(default_factory=list)
    hidden: list[Value] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        return bool(self.values) and not self.uses

    @property
    def is_several(self) -> bool:
        return len(self.values) > 1

    def sources(self) -> Iterator["Item"]:
        """The items that it is drawn from, once for each use."""
        for use in self.uses:
            if isinstance(use.source, Item):
                yield use.source


def shown(
    graph: Graph,
    group: str | None,
    depth: int | None,
    limit: int,
) -> tuple[list[Item], str]:
    """Choose what is drawn, operands before results, and say what is not.

    There are no items if they are above the limit for sure.
    """
    root = graph.root
    if depth is not None:
        items = _items(root, _Near(root, depth).parts)
        return items, _omitted(graph, items, f"lie deeper than {depth} operations")
    is_small = group is None and graph.size <= limit
    if group == "whole" or is_small:
        return _items(root, _all_parts), ""
    if _has_longer_path(graph.operations, limit):
        return [], ""  # neither alike terms nor layers make a path shorter
    items = _items(root, _OneOfEach(graph.operations).parts)
    omissions = _omitted(graph, items, LIKE_OTHERS)
    is_large = group is None and len(items) > limit
    if group == "layer" or is_large:
        return _layers(items), f"{omissions}; {MERGED}" if omissions else MERGED
    return items, omissions


def _omitted(graph: Graph, items: list[Item], why: str) -> str:
    """Say how many values are not drawn, if any, and why."""
    count = graph.size
    for item in items:
        count -= len(item.values)
    if not count:
        return ""
    return f"{count:,} of {graph.size:,} values {why}"


def _has_longer_path(operations: list[Value], limit: int) -> bool:
    """Whether more operations follow each other; additions in turn are drawn as one sum, and free.

    It stops at the first that is too far from the leaves.
    """
    length: dict[Value, int] = {}
    for node in operations:
        before = [length.get(operand, 0) for operand in operand_values(node)]
        own = 0 if node.op.name == "add" else 1
        length[node] = max(before, default=0) + own
        if length[node] > limit:
            return True
    return False


# From Values to items


class Part(NamedTuple):
    """What is drawn for an operand, a Value, a number or a stub, and the operand's slot."""

    source: Value | Item | float
    slot: int | None = None


Parts: TypeAlias = Callable[[Value], list[Part]]  # what is drawn for the operands of a Value


def _items(root: Value, parts_of: Parts) -> list[Item]:
    """The root and what it is drawn from, operands first, on a stack of its own."""
    made: dict[Value, Item] = {}
    parts: dict[Item, list[Part]] = {}
    order: list[Item] = []
    stack: list[Value | Item] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Item):  # all Values that it is drawn from are there
            node.uses = [_use(part, made) for part in parts[node]]
            order += [stub for stub in node.sources() if not stub.values]
            order.append(node)
        elif node not in made:
            drawn = parts_of(node)
            item = Item([node], sign=_sign_of(node, drawn))
            made[node] = item
            parts[item] = drawn
            stack.append(item)
            for part in reversed(drawn):
                if isinstance(part.source, Value):
                    stack.append(part.source)
    return order


def _use(part: Part, made: dict[Value, Item]) -> Use:
    source = part.source
    if isinstance(source, Value):
        return Use(made[source], part.slot)
    return Use(source, part.slot)


def _sign_of(node: Value, parts: list[Part]) -> str:
    if node.op.name == "add" and len(parts) > 2:
        return "Σ"
    return sign(node)


def _all_parts(node: Value) -> list[Part]:
    return [Part(operand, slot) for slot, operand in enumerate(node.operands)]


class _Near:
    """What is at most so many operations away; behind the last of them stubs, with a count."""

    def __init__(self, root: Value, depth: int) -> None:
        self.near = {root}
        ring = {root}
        for _ in range(depth):
            operands = {operand for node in ring for operand in operand_values(node)}
            ring = operands - self.near
            self.near |= ring
        self.told = set(self.near)  # what is drawn, or counted by a stub

    def parts(self, node: Value) -> list[Part]:
        far = [operand for operand in operand_values(node) if operand not in self.near]
        if not far:
            return _all_parts(node)
        hidden = set(far)
        parts = [part for part in _all_parts(node) if part.source not in hidden]
        place = node.operands.index(far[0])
        parts.insert(place, Part(self.stub(far)))
        return parts

    def stub(self, far: list[Value]) -> Item:
        """One box for operands that are not drawn, and all below them."""
        before = len(self.told)
        for operand in far:
            below(operand, self.told)
        count = len(self.told) - before
        if not count:
            return Item([], "… values told elsewhere", hidden=far)
        values = "value" if count == 1 else "values"
        return Item([], f"… {count:,} {values}", hidden=far)


class _Structure(NamedTuple):
    """What makes two terms alike: the same operation on operands of the same kinds."""

    row: Row
    sign: str
    distinct: int  # operands: a · a is not like a · b
    kinds: tuple[int, ...]


class _Likeness(NamedTuple):
    """What terms of a sum have in common that are drawn once: a kind, or being one number."""

    kind: int
    number: float | None


class _OneOfEach:
    """Of the terms of a sum that are alike, whatever their names, the first; then a stub."""

    def __init__(self, operations: list[Value]) -> None:
        self.times_used: Counter[Value] = Counter()
        self.kinds: dict[Value, int] = {}
        self.kinds_of_leaves: dict[type, int] = {}  # of numbers too
        structures: dict[_Structure, int] = {}
        for node in operations:
            self.times_used.update(operand_values(node))
            structure = _Structure(
                node.op,
                sign(node),
                distinct=len(set(node.operands)),
                kinds=tuple(map(self.kind, node.operands)),
            )
            self.kinds[node] = structures.setdefault(structure, len(structures))

    def kind(self, x: Value | float) -> int:
        """A number for what a term is like; those of leaves are negative."""
        if isinstance(x, Value) and x in self.kinds:
            return self.kinds[x]
        count = len(self.kinds_of_leaves)
        return self.kinds_of_leaves.setdefault(type(x), -1 - count)

    def parts(self, node: Value) -> list[Part]:
        if node.op.name not in SUMS:
            return _all_parts(node)
        parts = []
        for first, *others in self.alike(node):
            parts.append(Part(first, 0))  # a sum has one derivative by each of its terms
            if others:
                parts.append(Part(_more(others)))
        return parts

    def alike(self, node: Value) -> Iterable[list[Value | float]]:
        """The terms of a sum, those that are alike together; numbers are if they are the same."""
        found: dict[_Likeness, list[Value | float]] = defaultdict(list)
        for term in self.terms(node):
            number = term if isinstance(term, float) else None
            likeness = _Likeness(self.kind(term), number)
            found[likeness].append(term)
        return found.values()

    def terms(self, node: Value) -> Iterator[Value | float]:
        """The summands from the left, those of sums within the sum too."""
        stack = list(reversed(node.operands))
        while stack:
            term = stack.pop()
            if node.op.name == "add" and self.is_partial_sum(term):
                stack += reversed(term.operands)
            else:
                yield term

    def is_partial_sum(self, term: Value | float) -> TypeGuard[Value]:
        """Whether a term is a sum that is nothing by itself: without a label and another use."""
        if isinstance(term, float) or term.op.name != "add":
            return False
        return self.times_used[term] == 1 and not term.label


def _more(others: list[Value | float]) -> Item:
    """The stub for terms that are like one that is drawn."""
    stub = Item([], f"{len(others):,} more like it")
    for term in others:
        if isinstance(term, Value):
            stub.hidden.append(term)
    return stub


# From items to layers


@dataclass(eq=False)
class _Group:
    """Items that are drawn as one: all results of a layer, or leaves that it reads in one role."""

    items: list[Item] = field(default_factory=list)

    def merged(self) -> Item:
        """The items as one, but for what it is drawn from."""
        first = self.items[0]
        merged = Item([], first.text, first.sign, hidden=first.hidden)
        for item in self.items:
            merged.values += item.values
        return merged


def _layers(items: list[Item]) -> list[Item]:
    """Items that do the same in a layer as one item each."""
    groups = _groups(items)
    merged: dict[Item, Item] = {}
    for group in groups:
        merged |= dict.fromkeys(group.items, group.merged())
    for group in groups:
        first = group.items[0]
        merged[first].uses = _merged_uses(group, merged)
    return list(dict.fromkeys(merged.values()))


def _merged_uses(group: _Group, merged: dict[Item, Item]) -> list[Use]:
    """What a group is drawn from: each source once, if any of them stands for several values."""
    uses = []
    for item in group.items:
        for use in item.uses:
            if isinstance(use.source, Item):
                use = Use(merged[use.source], use.slot)
            uses.append(use)
    arrows = Counter(use.source for use in uses)
    together = [source for source in arrows if isinstance(source, Item) and source.is_several]
    if len(group.items) == 1 and not together:
        return uses
    return [Use(source, None, count) for source, count in arrows.items()]


def _groups(items: list[Item]) -> list[_Group]:
    """Which items are drawn as one; the root stays alone."""
    group_of = {items[-1]: _Group()}
    _group_results(items, group_of)
    _group_leaves(items, group_of)
    for item in items:
        group = group_of.setdefault(item, _Group())
        group.items.append(item)
    return list(dict.fromkeys(group_of[item] for item in items))


def _group_results(items: list[Item], group_of: dict[Item, _Group]) -> None:
    """Put together results with one sign at one distance from the leaves."""
    layers: dict[tuple[int, str], _Group] = defaultdict(_Group)
    distance: dict[Item, int] = {}
    for item in items:
        before = [distance[source] for source in item.sources()]
        distance[item] = 1 + max(before, default=-1)
        if item.uses:
            layer = layers[distance[item], item.sign]
            group_of.setdefault(item, layer)


def _group_leaves(items: list[Item], group_of: dict[Item, _Group]) -> None:
    """Put together leaves of one kind that one group is the first to read, in one role."""
    read: dict[tuple[_Group, str, type], _Group] = defaultdict(_Group)
    for item in items:
        for use in item.uses:
            leaf = use.source
            if isinstance(leaf, Item) and leaf.is_leaf:
                reader = group_of[item]
                kind = type(leaf.values[0])
                group = read[reader, _role(item, use), kind]
                group_of.setdefault(leaf, group)


def _role(item: Item, use: Use) -> str:
    """The part that what is used plays in an operation."""
    row = item.values[0].op
    operand = row.operands[use.slot or 0]
    return role(operand)
