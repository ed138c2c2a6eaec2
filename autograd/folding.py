"""What of a graph is drawn: all of it, one of each kind of term, its layers, or what is near the result."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograd.tape import tape
from autograd.value import Value

LIMIT = 300  # values that a person can still read


class Use(NamedTuple):
    """What an item is made from, an item or a number: the operand at `slot`, or if that is None so many `arrows` in one."""

    source: Any
    slot: int | None = None
    arrows: int = 1


@dataclass(eq=False)
class Item:
    """One thing to draw: a value, alike values of a layer, or a stub that says what it hides."""

    values: list[Value]
    text: str = ""
    sign: str = ""
    uses: list[Use] = field(default_factory=list)
    hidden: list[Value] = field(default_factory=list)


def shown(root: Value, group: str | None, depth: int | None, limit: int) -> tuple[list[Item], str]:
    """Choose what is drawn, operands before results, and say what is not; no items if they are above the limit for sure."""
    operations, leaves = tape(root)
    size, fold = len(operations) + len(leaves), depth is None and group != "whole"
    fold = fold and (group is not None or size > limit)
    if fold and _longest(operations) > limit:  # neither alike terms nor layers make a path shorter
        return [], ""
    items = _items(root, _one_of_each(operations) if fold else _all if depth is None else _near(root, depth))
    missing = size - sum(len(item.values) for item in items)
    why = "are not drawn: terms like others, and partial sums" if fold else f"lie deeper than {depth} operations"
    said = [f"{missing:,} of {size:,} values {why}"] * (missing > 0)
    if fold and (group == "layer" or (group is None and len(items) > limit)):
        items = _layers(items)
        said.append("what does the same in a layer is drawn as one")
    return items, "; ".join(said)


def _longest(operations: list[Value]) -> int:
    depth: dict[Value, int] = {}
    for node in operations:  # additions one after the other are drawn as one sum
        depth[node] = (node.op.name != "add") + max([depth.get(operand, 0) for operand in node._prev], default=0)
    return max(depth.values(), default=0)


def _items(root: Value, uses_of: Callable[[Value], list[Use]]) -> list[Item]:
    """The root and what it uses, and what that uses, on a stack as in `tape`."""
    made: dict[Value, Item] = {}
    order: list[Item] = []
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Item):  # all that it uses is there
            order += [use.source for use in node.uses if isinstance(use.source, Item)]
            node.uses = [use._replace(source=made.get(use.source, use.source)) for use in node.uses]
            order.append(node)
        elif node not in made:
            uses = uses_of(node)
            item = made[node] = Item([node], "", "Σ" if node.op.name == "add" and len(uses) > 2 else node._op, uses)
            stack += [item, *(use.source for use in reversed(uses) if isinstance(use.source, Value))]
    return order


def _all(node: Value) -> list[Use]:
    return [Use(operand, slot) for slot, operand in enumerate(node.operands)]


def _near(root: Value, depth: int) -> Callable[[Value], list[Use]]:
    """What is up to some operations away; what lies behind the last of them is one stub, with the number it hides."""
    near, ring = {root}, {root: None}
    for _ in range(depth):
        ring = {x: None for node in ring for x in node._prev if x not in near}
        near |= ring.keys()
    hidden = set(near)

    def uses_of(node: Value) -> list[Use]:
        uses = [use for use in _all(node) if isinstance(use.source, float) or use.source in near]
        if len(uses) < len(node.operands):
            before, far = len(hidden), [x for x in node._prev if x not in near]
            for operand in far:
                tape(operand, hidden)
            more = len(hidden) - before
            text = f"… {more:,} value{'s' * (more != 1)}" if more else "… values told elsewhere"
            uses.insert(node.operands.index(far[0]), Use(Item([], text, hidden=far)))
        return uses

    return uses_of


def _one_of_each(operations: list[Value]) -> Callable[[Value], list[Use]]:
    """Of the terms of a sum that are alike the first: the same operations on the same kinds of leaves."""
    numbers: dict[Any, int] = defaultdict(lambda: len(numbers) + 1)
    kinds: dict[Any, int] = {}
    used = Counter(operand for node in operations for operand in node._prev)

    def kind(x: Any) -> int:
        return kinds.get(x) or numbers[type(x)]

    for node in operations:
        kinds[node] = numbers[(node.op, node._op, len({*node.operands}), *map(kind, node.operands))]

    def uses_of(node: Value) -> list[Use]:
        if node.op.name not in ("add", "total", "mean"):
            return _all(node)
        alike: dict[Any, list[Any]] = defaultdict(list)
        for term in _terms(node, used):
            alike[(term,) if isinstance(term, float) else kind(term)].append(term)
        uses = []
        for first, *others in alike.values():
            uses += [Use(first, 0), *[Use(Item([], f"{len(others):,} more like it", hidden=others))] * (len(others) > 0)]
        return uses

    return uses_of


def _terms(node: Value, used: Counter[Value]) -> Iterator[Any]:
    """The summands of a sum, those of sums within it too that have no label and no other use, from the left."""
    stack = [*reversed(node.operands)]
    while stack:
        term = stack.pop()
        if isinstance(term, Value) and term.op.name == node.op.name == "add" and used[term] == 1 and not term.label:
            stack += reversed(term.operands)
        else:
            yield term


def _layers(items: list[Item]) -> list[Item]:
    """Items that do the same at one distance from the leaves, and the leaves that they read in one role, each as one."""
    depth: dict[Any, int] = {}
    keys: dict[Any, Any] = {items[-1]: "root"}
    for item in items:
        depth[item] = 1 + max((depth[use.source] for use in item.uses if isinstance(use.source, Item)), default=-1)
        keys.setdefault(item, (depth[item], item.sign) if item.uses else item)
        for source, slot, _ in item.uses:
            if isinstance(source, Item) and source.values and not source.uses and keys[source] is source:
                role = item.values[0].op.operands[slot or 0].rstrip("0123456789")
                keys[source] = keys[item], role, type(source.values[0])
    members: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        members[keys[item]].append(item)
    together = {key: Item([v for x in alike for v in x.values], alike[0].text, alike[0].sign) for key, alike in members.items()}
    for key, alike in members.items():
        uses = [u._replace(source=together.get(keys.get(u.source), u.source)) for item in alike for u in item.uses]
        if len(alike) > 1 or any(isinstance(u.source, Item) and len(u.source.values) > 1 for u in uses):
            uses = [Use(source, None, arrows) for source, arrows in Counter(use.source for use in uses).items()]
        together[key].uses, together[key].hidden = uses, alike[0].hidden
    return [*together.values()]
