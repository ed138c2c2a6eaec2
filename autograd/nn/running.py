"""What runs a training: a graph for each sample, or programs by an engine."""

import warnings
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from autograd.core.graph import below
from autograd.core.value import Value
from autograd.nn.loop import mini_batches, settling, shuffle
from autograd.nn.objective import Objective
from autograd.nn.recording import Recorded, recorded
from autograd.nn.samples import Example
from autograd.program.answers import Answer
from autograd.program.choosing import Choice, fastest
from autograd.program.engines import ENGINES, Engine
from autograd.program.errors import CompileError
from autograd.program.program import Program
from autograd.program.several import Several
from autograd.program.taped import OwnRowError

Take = Callable[..., None]  # of a State, and how far to go: see `mini_batches`


class Running(ABC):
    """How the mean loss of a batch is found, and its derivatives by the parameters.

    `leaves` are the parameters, then those that stay, whose numbers a step takes; `name` is the
    engine as `fit` takes it, and `why` says why that one.
    """

    engine: Engine
    name: str
    why: str
    parameters: list[Value]
    leaves: list[Value]
    seconds_a_sample = 1.0  # about; too many where nobody asks

    @abstractmethod
    def mean(self, places: Sequence[int]) -> Answer:
        """The mean over some examples, exact, or an error that says where there is none."""

    @abstractmethod
    def loop(self, update: Callable[..., None]) -> Take:
        """The mini-batch loop over the examples, with an optimizer's `update`."""

    @abstractmethod
    def validation(self, examples: Sequence[Example], epochs: int) -> Callable[[], float]:
        """What gives the mean loss of other examples, the term aside, after each epoch."""

    @abstractmethod
    def leaves_reached(self) -> set[Value]:
        """The leaves that the loss of some example depends on, or the term.

        They may be fewer, if all parameters are among them.
        """

    def careful_loop(self, update: Callable[..., None]) -> Take:
        """The loop on lists by `mean`, which reads the parameters themselves."""

        def run(samples: Any, batch: Any, data: Any) -> Answer:
            return self.mean([int(place) for place in batch])

        return partial(mini_batches(run, settling(update), shuffle), None)


class Eager(Running):
    """Each sample is recorded anew."""

    name = "eager"

    FEWEST_LOOKED_AT = 30  # recordings, where few samples draw random numbers

    def __init__(self, objective: Objective, parameters: list[Value], why: str) -> None:
        self.engine = ENGINES["python"]
        self.objective = objective
        self.parameters = parameters
        self.leaves = parameters
        self.why = why

    def mean(self, places: Sequence[int]) -> Answer:
        examples = [self.objective.examples[place] for place in places]
        return self.objective.mean(examples, self.parameters)

    def loop(self, update: Callable[..., None]) -> Take:
        return self.careful_loop(update)

    def validation(self, examples: Sequence[Example], epochs: int) -> Callable[[], float]:
        def mean_loss() -> float:
            with self.objective.surroundings.restored():
                return self.objective.mean_loss(examples)

        return mean_loss

    def leaves_reached(self) -> set[Value]:
        examples = self.objective.examples
        looks = max(len(examples), self.FEWEST_LOOKED_AT)
        reached: set[Value] = set()
        with self.objective.surroundings.restored():
            if self.objective.plus is not None:
                reached |= _leaves_below(self.objective.record_term())
            for i in range(looks):
                if reached.issuperset(self.parameters):
                    break
                reached |= _leaves_below(self.objective.record_eagerly(examples[i % len(examples)]))
        return reached


class Compiled(Running):
    """Programs of the graphs, one for each kind of samples."""

    def __init__(
        self, objective: Objective, graphs: Recorded, choice: Choice, *, is_chosen: bool
    ) -> None:
        self.objective = objective
        self.graphs = graphs
        self._is_chosen = is_chosen
        self._choose(choice)

    def _choose(self, choice: Choice) -> None:
        """Run all programs by an engine from here on."""
        graphs = self.graphs
        objective = self.objective
        self.engine = choice.engine
        self.name = choice.engine.name
        self.why = choice.why
        own = [graphs.kind(example) for example in objective.examples]
        kinds = list(dict.fromkeys(own))
        place = {kind: i for i, kind in enumerate(kinds)}
        self.several = Several(
            [graphs.programs[kind].on(self.name) for kind in kinds],
            [kind.row(example) for kind, example in zip(own, objective.examples, strict=True)],
            [place[kind] for kind in own],
            graphs.term and graphs.term.on(self.name),
        )
        self.parameters = self.several.parameters
        self.leaves = self.several.leaves
        sizes = [program.size for program in self.several.programs]
        self.seconds_a_sample = max(map(self.engine.seconds_to_run, sizes))

    def mean(self, places: Sequence[int]) -> Answer:
        return self.several.mean(places)

    def loop(self, update: Callable[..., None]) -> Take:
        try:
            return self._loop(update)
        except CompileError as error:  # it took too long, or the compiler failed
            if not self._is_chosen:
                raise
            self._choose(Choice(ENGINES["tape"], str(error)))
            return self._loop(update)

    def _loop(self, update: Callable[..., None]) -> Take:
        function = self.engine.function
        functions = (function(settling(function(update))), function(shuffle))
        if len(self.several.programs) > 1:
            return partial(
                self.engine.loop_of_several(mini_batches, self.several, *functions), None
            )
        take = self.engine.loop(mini_batches, self.several.programs[0], *functions)
        return partial(take, self.engine.stored(self.several.rows))

    def validation(self, examples: Sequence[Example], epochs: int) -> Callable[[], float]:
        rows: dict[Program[Any], list[list[float]]] = {}
        for example in examples:
            kind = self.graphs.kind(example)
            rows.setdefault(self.graphs.programs[kind], []).append(kind.row(example))
        parts = [(self._loss_alone(p, len(own) * epochs), own) for p, own in rows.items()]

        def mean_loss() -> float:
            sums = [program.mean(own)[0] * len(own) for program, own in parts]
            return sum(sums) / len(examples)

        return mean_loss

    def _loss_alone(self, program: Program[Any], samples: int) -> Program[Any]:
        alone = program.without_gradients()
        return alone.on_fastest(samples) if self._is_chosen else alone.on(self.name)

    def leaves_reached(self) -> set[Value]:
        found = [_leaves_below(program.loss) for program in self.several.programs]
        term = self.graphs.term
        terms = [term.loss] if term else [self.several.programs[0].term]
        found += [_leaves_below(root) for root in terms if root is not None]
        return set.union(*found)


def _leaves_below(root: Value) -> set[Value]:
    return {root, *below(root)[1]}


def running(
    objective: Objective,
    parameters: list[Value],
    engine: str,
    others: Sequence[Example],
    epochs: int,
    steps: int,
) -> Running:
    """What runs a training by an engine, "auto" for the one that is done first.

    `others` are examples that are only looked at; `steps` are those of all epochs. With "auto" a
    graph that cannot be compiled, or that has no value at the first sample, is told of in a
    warning, and recorded for each sample.
    """
    if engine == "eager":
        return Eager(objective, parameters, "it was asked for")
    try:
        graphs = recorded(objective, others, parameters)
        if engine != "auto":
            choice = Choice(ENGINES[engine], "it was asked for")
            return Compiled(objective, graphs, choice, is_chosen=False)
        return _fastest(objective, graphs, epochs, steps * len(parameters))
    except (CompileError, ArithmeticError) as error:
        if engine != "auto":
            raise
        warnings.warn(f"training runs eagerly, which is slower: {error}", stacklevel=5)
        return Eager(objective, parameters, str(error))


def _fastest(objective: Objective, graphs: Recorded, epochs: int, moves: int) -> Running:
    counts = Counter(map(graphs.kind, objective.examples))
    work = [(program.size, epochs * counts[kind]) for kind, program in graphs.programs.items()]
    try:
        return Compiled(objective, graphs, fastest(work, moves), is_chosen=True)
    except OwnRowError as error:
        choice = Choice(ENGINES["python"], str(error))
        return Compiled(objective, graphs, choice, is_chosen=True)
