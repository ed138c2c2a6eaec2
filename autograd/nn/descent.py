"""Gradient descent under way: its state, and the steps that are taken together."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from math import isfinite
from typing import Any

from autograd.core.at_once import at_once, move
from autograd.core.checks import check_known, check_whole
from autograd.core.diagnosis import described, first_nonfinite
from autograd.core.numbers import DomainError
from autograd.core.tracking import peek
from autograd.nn.loop import State, first_seed, shuffle
from autograd.nn.objective import Objective
from autograd.nn.optimizers import MOVED_MEANWHILE, Optimizer, movable
from autograd.nn.outcome import (
    Outcome,
    check_optimizer,
    check_reached,
    check_there_are_parameters,
    told_ruined,
)
from autograd.nn.parameter import is_frozen
from autograd.nn.running import running
from autograd.nn.samples import Example
from autograd.nn.targets import check_targets
from autograd.program.contents import Contents
from autograd.program.engines import ENGINES
from autograd.program.errors import raise_if_interrupted

SECONDS_AT_ONCE = 0.1  # of steps between two looks at the clock, which nothing can interrupt
RATES_AT_ONCE = 1000  # of a schedule


class Descent:
    """A training on mini-batches, step by step.

    `others` are examples for validation; `kept` is of how many epochs the losses are, all of them
    if nothing is said. It has `steps` in an epoch; `outcome` is asked at its end.
    """

    def __init__(
        self,
        objective: Objective,
        optimizer: Optimizer,
        others: Sequence[Example] = (),
        *,
        batch_size: int,
        epochs: int,
        seed: int,
        engine: str,
        kept: int | None = None,
    ) -> None:
        check_known("engine", engine, ("auto", *ENGINES, "eager"))
        batch_size = check_whole("batch_size", batch_size, least=1)
        seed = check_whole("seed", seed)
        net = objective.net
        count = len(objective.examples)
        self.objective = objective
        self.optimizer = optimizer
        self.size = min(batch_size, count)
        self.steps = -(-count // batch_size)
        trained = [x for x in movable(net.parameters()) if not is_frozen(x)]
        check_there_are_parameters(net, trained)
        check_optimizer(optimizer, trained)
        check_targets(objective, (*objective.examples, *others))
        self._running_anew = partial(
            running, objective, trained, engine, others, epochs, epochs * self.steps
        )
        self._record()
        check_reached(net, trained, self.running.leaves_reached())
        self.outcome = Outcome(objective, trained)
        self._state = self._start(seed, epochs if kept is None else kept)

    def _record(self) -> None:
        """Find what runs the training, from network, loss and term as they are now."""
        objective = self.objective
        self.running = self._running_anew()
        self._take = self.running.loop(self.optimizer.update)
        self._take_carefully = self.running.careful_loop(self.optimizer.update)
        self._at_once = 1 + int(SECONDS_AT_ONCE / (self.running.seconds_a_sample * self.size))
        self._contents = Contents(objective.net, objective.loss, objective.plus)

    def follow(self) -> bool:
        """Record anew if somebody changed what network, loss or term read, and say whether."""
        if not self._contents.have_changed():
            return False
        plain = map(_plain, self._state)
        self._record()
        stored = self.running.engine.stored
        data = self._data()
        self._state = State(*map(stored, plain))._replace(data=stored(data), moved=stored(data))
        return True

    def _start(self, seed: int, kept: int) -> State:
        order = list(range(len(self.objective.examples)))
        generator = shuffle(order, first_seed(seed))
        data = self._data()
        memory = self.optimizer.start(len(self.running.parameters))
        stored = self.running.engine.stored
        return State(
            order=stored(order),
            data=stored(data),
            moved=stored(data),
            memory=stored(memory),
            after=stored(memory),
            settings=stored(self.optimizer.settings(0)),
            rates=stored([0.0] * RATES_AT_ONCE),
            losses=stored([0.0] * kept),
            latest=stored([0.0]),
            position=stored([0, generator]),
        )

    def _data(self) -> list[float]:
        return [peek(leaf) for leaf in self.running.leaves]

    def loss_of(self, epoch: int) -> float:
        """The mean loss of an epoch, over its samples as they were met."""
        return float(self._state.losses[epoch % len(self._state.losses)])

    @property
    def latest_loss(self) -> float:
        """The mean loss of the last batch, before its step."""
        return float(self._state.latest[0])

    def size_of(self, step: int) -> int:
        """How many samples a step of an epoch follows."""
        return min(self.size, len(self._state.order) - step * self.size)

    def forget_losses(self) -> None:
        """Begin an epoch whose losses take the place of another's."""
        self._state.losses[:] = [0.0] * len(self._state.losses)

    def finish(self, epoch: int, last: int) -> None:
        """Go on to the end of an epoch, or further, to at most the end of the last one."""
        while self._state.position[0] < (epoch + 1) * self.steps:
            self.advance((last + 1) * self.steps)

    def advance(self, stop: int) -> None:
        """Take some steps together: up to `stop`, or one where a number is not finite."""
        state = self._state
        first = int(state.position[0])
        before = self._data()
        state.data[:] = before
        self._check_not_frozen()
        stop = self._set_rates(first, min(stop, first + self._at_once))
        try:
            with suppress(ArithmeticError, ValueError), _briefly_interrupted():
                self._take(state, self.size, self.steps, stop)
            if state.position[0] == first:
                self._step_carefully(first)
        finally:
            self._put(before)

    def _put(self, before: list[float]) -> None:
        """Move the parameters to where the training stands."""
        parameters = self.running.parameters
        count = len(parameters)
        if not all(map(isfinite, before[:count])):
            return  # no step is taken from there
        after = _plain(self._state.data[:count])
        try:
            at_once(move(parameters, before[:count], after))
        except KeyError:
            raise RuntimeError(MOVED_MEANWHILE) from None

    def _set_rates(self, first: int, stop: int) -> int:
        """The optimizer's settings as they are now, as somebody may have changed them.

        Gives the step up to which they hold, `stop` or before.
        """
        self._state.settings[:] = self.optimizer.settings(first)
        if not self.optimizer.is_scheduled:
            self._state.rates[:] = [self.optimizer.rate_at(first)] * RATES_AT_ONCE
            return stop
        stop = min(stop, first + RATES_AT_ONCE)
        for step in range(first, stop):
            self._state.rates[step - first] = self.optimizer.rate_at(step)
        return stop

    def _check_not_frozen(self) -> None:
        """Raise ValueError if somebody froze a parameter meanwhile."""
        frozen = [parameter for parameter in self.running.parameters if is_frozen(parameter)]
        if frozen:
            what = f"{described(frozen[0])} was frozen while it was trained"
            raise ValueError(f"{what}: end this training, and begin another without it")

    def _step_carefully(self, step: int) -> None:
        """Take a step by `mean`, which records graphs where the text has no answer.

        Raises FloatingPointError where there is none, and says what went wrong.
        """
        # On lists, as Python would warn of NumPy's infinities.
        state = State(*map(_plain, self._state))
        epoch, place = divmod(step, self.steps)
        try:
            self._take_carefully(state, self.size, self.steps, step + 1)
            if state.position[0] == step:
                raise FloatingPointError(self._told_not_finite(place, state.moved))
        except ArithmeticError as error:
            where = self._told_where(place)
            ruined = told_ruined(self.running.parameters)
            hint = "; a smaller learning rate may help" if step else ruined
            message = f"epoch {epoch}, step {place}: {error}{where}{hint}"
            # Errors of our own say all that there is: what led to them is no help.
            cause = None if isinstance(error, DomainError | FloatingPointError) else error
            raise FloatingPointError(message) from cause
        for stored, changed in zip(self._state, state, strict=True):
            stored[:] = changed

    def _batch(self, place: int) -> Any:
        start = place * self.size
        return self._state.order[start : start + self.size]

    def _told_where(self, place: int) -> str:
        """The first sample of a batch whose loss has no number; or nothing.

        What network and loss say themselves, of a label or an index, is raised: it says more.
        """
        for i in self._batch(place):
            example = self.objective.examples[i]
            try:
                self.objective.record_eagerly(example)
            except ArithmeticError:
                return f"; that was at {example.name}"
        return ""

    def _told_not_finite(self, place: int, moved: Sequence[float]) -> str:
        for i in self._batch(place):
            found = first_nonfinite(self.objective.record_eagerly(self.objective.examples[i]))
            if found:
                return found[1]
        named = zip(self.running.parameters, moved, strict=False)
        overflown = ", ".join(leaf.label for leaf, x in named if not isfinite(x))
        what = "the mean loss, or what the optimizer remembers,"
        return f"{overflown or what} would not be finite"


@contextmanager
def _briefly_interrupted() -> Iterator[None]:
    """Leave an interrupt without the thousand lines of what was being compiled."""
    try:
        try:
            yield
        except SystemError as error:
            raise_if_interrupted(error)
            raise
    except KeyboardInterrupt:
        raise KeyboardInterrupt("training was interrupted; the last step stays taken") from None


def _plain(numbers: Any) -> list[Any]:
    """The numbers of an engine as Python's own."""
    found: list[Any] = numbers.tolist() if hasattr(numbers, "tolist") else list(numbers)
    return found
