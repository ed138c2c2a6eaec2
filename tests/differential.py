"""What Values do in a thousand random stories, told line by line: by Python and by C alike.

    python -m tests.differential [stories]    tells them to standard output

AUTOGRAD_NATIVE says which engine it is that tells them. A story makes leaves and operations, right
ones and wrong ones, and asks for everything that can be asked of them: each answer, warning and
error is a line.
"""

import copy
import operator
import pickle
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from fractions import Fraction
from typing import Any

import numpy

import autograd
from autograd import Value, elemental
from autograd.core.graph import below, names
from autograd.core.rows import ROWS
from autograd.core.value import record

STORIES = 1000


class Plain(Value):
    """A subclass without room for attributes."""

    __slots__ = ()


class Roomy(Value):
    """A subclass with room for any."""


class Noted(Value):
    """A subclass with room for one."""

    __slots__ = ("note",)


class Loud(Value):
    """A subclass with an operator of its own."""

    def __mul__(self, other: Any) -> Any:
        product = super().__mul__(other)
        if product is not NotImplemented:
            product.label = "loud"
        return product


KINDS: list[type[Value]] = [Value, Value, Value, Plain, Roomy, Noted, Loud]

TAME = [0.5, -1.5, 2.0, 3.0, -0.25, 1.0, 0.75]
NUMBERS = [
    *TAME, 0.0, -0.0, 1e200, -1e308, 5e-324, float("inf"), float("-inf"), float("nan"),
    0, 1, -3, 10**400, -(10**400), Fraction(1, 3), numpy.float64(0.3), numpy.float32(0.1),
    numpy.int64(-2), numpy.array(1.5),
]  # fmt: skip
NO_NUMBERS = [True, None, "1", 1j, [1.0], numpy.bool_(True), numpy.array([1.0]), b"", int]

OF_ONE = [row for row in ROWS.values() if len(row.operands) == 1 and row.partials]
OF_TWO = [row for row in ROWS.values() if len(row.operands) == 2 == len(row.partials)]
SIGNS: list[Callable[[Any], Any]] = [operator.neg, operator.pos, abs]
OPERATORS: list[Callable[[Any, Any], Any]] = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.pow,
]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
COPIES: list[Callable[[Any], Any]] = [
    copy.copy,
    copy.deepcopy,
    lambda graph: pickle.loads(pickle.dumps(graph)),
]
OWN = [
    elemental("softsign", "a / (1 + abs(a))", ["1 / pow(1 + abs(a), 2)"]),
    elemental("log_ratio", "log(a / b)", ["1 / a", "-1 / b"]),
    elemental(
        "gated",
        "sigmoid(a) * softsign(b)",
        ["out * sigmoid(-a)", "sigmoid(a) / pow(1 + abs(b), 2)"],
    ),
    elemental("three", "a * b + exp(c)", ["b", "a", "exp(c)"]),
    elemental("four", "a * b * c * d", ["b * c * d", "a * c * d", "a * b * d", "a * b * c"]),
]


class Story:
    """One graph, as it grows and is looked at."""

    def __init__(self, number: int) -> None:
        self.rng = random.Random(number)
        self.is_tame = self.rng.random() < 0.5  # else most graphs end in a NaN
        self.is_quiet = self.rng.random() < 0.3  # what was looked at is not compiled
        self.nodes: list[Value] = []
        self.places: dict[int, str] = {}

    def lines(self) -> Iterator[str]:
        is_watched = self.rng.random() < 0.2
        with autograd.debug() if is_watched else nullcontext():
            self.added(Value(0.5, "x"))
            for _ in range(self.rng.randint(0, 3)):
                yield self.told(Story.leaf)
            for _ in range(self.rng.randint(1, 25)):
                yield self.told(self.rng.choice(RECORDING))
        for _ in range(self.rng.randint(5, 15)):
            yield self.told(self.rng.choice(LOOKING))
        self.is_quiet = False
        yield from map(self.seen, self.nodes)

    def told(self, act: Callable[["Story"], Any]) -> str:
        """What an act gives, warns of and raises."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                answer = self.text(act(self))
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
        said = [f" [{warning.category.__name__}: {warning.message}]" for warning in caught]
        return f"{act.__name__}: {answer}{''.join(said)}"

    def text(self, x: Any) -> str:
        """An answer in which Values are places."""
        if isinstance(x, Value):
            return self.places.get(id(x)) or self.added(x)
        if isinstance(x, list | tuple):
            return f"({', '.join(map(self.text, x))})"
        return repr(x)

    def added(self, node: Value) -> str:
        place = f"v{len(self.nodes)}"
        self.nodes.append(node)
        self.places[id(node)] = place
        return place if self.is_quiet else f"{place} = {self.seen(node)}"

    def seen(self, node: Value) -> str:
        """All that a node shows."""
        operands = [
            self.places.get(id(x), "?") if isinstance(x, Value) else x for x in node.operands
        ]
        return (
            f"{node!r} {node.op.name}{operands} {node.partials} {node.label!r} {node.origin[-40:]}"
            f" {node:.3g} {node._op!r} {len(node._prev)} {node.trained} {isinstance(node, Value)}"
        )

    def number(self) -> Any:
        chosen = self.rng.random()
        if self.is_tame or chosen < 0.7:
            return self.rng.choice(TAME)
        return self.rng.choice(NUMBERS if chosen < 0.95 else NO_NUMBERS)

    def node(self) -> Any:
        """The newest most often, so that graphs are deep."""
        is_newest = self.rng.random() < 0.5
        return self.nodes[-1] if is_newest else self.rng.choice(self.nodes)

    def operand(self) -> Any:
        return self.number() if self.rng.random() < 0.25 else self.node()

    def operands(self, count: int) -> list[Any]:
        return [self.operand() for _ in range(count)]

    def some(self) -> list[Value]:
        return [self.node() for _ in range(self.rng.randint(1, 3))]

    def leaf(self) -> Value:
        kind = self.rng.choice(KINDS)
        label = self.rng.choice(["", "", "x", "two words", "x"])
        return kind(self.number(), label) if label else kind(self.number())

    def operated(self) -> Any:
        operands = [self.operand(), self.node()]
        self.rng.shuffle(operands)
        return self.rng.choice(OPERATORS)(*operands)

    def applied(self) -> Any:
        return getattr(self.node(), self.rng.choice(OF_ONE).name)()

    def negated(self) -> Any:
        return self.rng.choice(SIGNS)(self.node())

    def called(self) -> Any:
        row = self.rng.choice([*OF_ONE, *OF_TWO])
        return record(row, *self.operands(len(row.operands)))

    def called_with_too_many(self) -> Any:
        return record(self.rng.choice(OF_TWO), *self.operands(self.rng.choice([1, 3])))

    def chosen(self) -> Any:
        return autograd.where(*self.operands(3))

    def with_a_slope(self) -> Any:
        return self.rng.choice([Value.elu, Value.leaky_relu])(self.node(), self.operand())

    def summed(self) -> Any:
        function = self.rng.choice([autograd.total, autograd.mean])
        return function(self.operands(self.rng.choice([0, 1, 2, 3, 5, 40])))

    def weighted(self) -> Any:
        width = self.rng.choice([0, 1, 2, 3, 20])
        return autograd.affine(self.operands(width), self.operands(width), self.operand())

    def own(self) -> Any:
        return self.rng.choice(OWN)(*self.operands(self.rng.randint(1, 4)))

    def labelled(self) -> Any:
        node = self.node()
        node.label = self.rng.choice(["a", "", "π", None, 3, "x\n"])
        return node.label

    def set(self) -> Any:
        node = self.node()
        node.data = self.number()
        return node.data

    def kept_in_itself(self) -> Any:
        """A result that a leaf holds, which makes a cycle."""
        with_room = [x for x in self.nodes if isinstance(x, Roomy | Noted)]
        if not with_room:
            return "no leaf has room"
        leaf: Any = self.rng.choice(with_room)
        leaf.note = self.node()
        return leaf.note

    def swept(self) -> Any:
        seed = self.rng.choice(
            [1.0, 1.0, 2, -0.5, 0.0, float("inf"), "1", None, True, numpy.float32(2)]
        )
        root = self.node()
        root.backward(seed, allow_nonfinite=self.rng.random() < 0.5)
        return [x.grad for x in (*self.nodes, root)]

    def graded(self) -> Any:
        node = self.node()
        node.grad = self.rng.choice([None, 0, 1, -2.5, "1", True, Fraction(1, 2)])
        return [node.grad, repr(node)]

    def zeroed(self) -> Any:
        return self.node().zero_grad()

    def differentiated(self) -> Any:
        options = {"allow_unused": True, "allow_nonfinite": self.rng.random() < 0.7}
        return autograd.grad(self.node(), self.some(), **options)

    def recorded(self) -> Any:
        root = self.node()
        found = autograd.grad(
            root, self.some(), create_graph=True, allow_unused=self.rng.random() < 0.8
        )
        return [[x.data for x in found], [[node.op.name for node in below(x)[0]] for x in found]]

    def twice(self) -> Any:
        return autograd.hessian(self.node(), self.some(), allow_unused=True)

    def along(self) -> Any:
        wanted = self.some()
        return autograd.jvp(self.node(), wanted, [self.rng.choice(TAME) for _ in wanted])

    def multiplied(self) -> Any:
        outputs, wanted = self.some(), self.some()
        vector = [self.rng.choice([*TAME, 0.0]) for _ in range(3)]
        options: dict[str, bool] = {
            "create_graph": self.rng.random() < 0.5,
            "allow_nonfinite": self.rng.random() < 0.7,
        }
        along: Any = autograd.jvp(outputs, wanted, vector[: len(wanted)], **options)
        back: Any = autograd.vjp(
            outputs, wanted, vector[: len(outputs)], allow_unused=True, **options
        )
        return [getattr(x, "data", x) for x in (*along, *back)]

    def below(self) -> Any:
        operations, leaves = below(self.node())
        return [self.places.get(id(x), "?") for x in (*operations, *leaves)]

    def named(self) -> Any:
        return [*names(self.node(), self.some()).values()]

    def compared(self) -> Any:
        node = self.node()
        answer = self.rng.choice(COMPARISONS)(node, self.operand())
        # Python asks the second first if it is of a subclass, as nodes of many operands are in one
        # engine; so that what was last noted is something else.
        return [answer, node.grad]

    def asked(self) -> Any:
        node = self.node()
        return [bool(node), node in self.nodes, node in {*self.nodes}, f"{node:.4f}", f"{node}"]

    def copied(self) -> Any:
        return self.read_anew(self.rng.choice(COPIES)(self.node()))

    def read_anew(self, node: Value) -> Any:
        """A copy: it is looked at from a story of its own."""
        other = Story(0)
        told = [other.text(x) for nodes in reversed(below(node)) for x in nodes]
        node.backward(allow_nonfinite=True)
        return [*told, *map(other.seen, other.nodes)]

    def programmed(self) -> Any:
        program = autograd.compile(self.node(), engine="python")
        return [program.source, program()]

    def wrongly_used(self) -> Any:
        node = self.node()
        wrong: list[Callable[[], Any]] = [
            lambda: float(node),
            lambda: iter(node),
            lambda: node @ 1.0,
            lambda: node.nothing,
            lambda: node.tanh(1.0),
            lambda: node.backward(1.0, True),
            lambda: type(node)(),
            lambda: type(node)(1.0, "x", 2),
            lambda: type(node)(data=2, label="y").label,
            lambda: delattr(node, "data"),
            lambda: delattr(node, "label"),
        ]
        return self.rng.choice(wrong)()


RECORDING = [
    *[Story.operated] * 6, *[Story.applied] * 4, *[Story.called] * 3, Story.negated, Story.leaf,
    Story.called_with_too_many, Story.chosen, Story.with_a_slope, Story.summed, Story.weighted,
    Story.own, Story.labelled, Story.set, Story.kept_in_itself,
]  # fmt: skip
LOOKING = [
    *[Story.swept] * 3, *[Story.differentiated] * 2, Story.graded, Story.zeroed, Story.recorded,
    Story.twice, Story.along, Story.multiplied, Story.below, Story.named, Story.compared,
    Story.asked, Story.copied, Story.programmed, Story.wrongly_used, Story.operated,
]  # fmt: skip


def transcript(stories: int) -> Iterator[str]:
    """Each line of each story, with the story's number."""
    for number in range(stories):
        for line in Story(number).lines():
            yield f"{number} {line}"


if __name__ == "__main__":
    numpy.seterr(all="ignore")
    for line in transcript(int(sys.argv[1]) if sys.argv[1:] else STORIES):
        print(line.encode("unicode_escape").decode())
