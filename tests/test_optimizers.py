"""Optimizers against their published formulas in fifty digits; what they refuse; all engines."""

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, localcontext
from random import Random
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import SGD, Adam, AdamW, Optimizer, Parameter, Value, fit
from tests.conftest import network

STEPS = 1000
untyped: Any = autograd  # for what a type checker would refuse
ENGINES = ("python", "eager", "numba", "tape")
Number: TypeAlias = Decimal

rates = st.floats(1e-4, 0.1)
shares = st.floats(0.0, 0.99)
decays = st.floats(0.0, 0.1)


def gradients_of(seed: int) -> list[float]:
    """Of one size, so that no mean of them is mostly rounding."""
    generator = Random(seed)
    return [generator.choice((-1.0, 1.0)) * generator.uniform(0.1, 1.0) for _ in range(STEPS)]


def moved_by(optimizer: Optimizer, w: Value, gradients: Sequence[float]) -> Iterator[float]:
    for gradient in gradients:
        w.grad = gradient
        optimizer.step()
        yield w.data


def in_truth(
    rule: Callable[[list[Number]], Iterator[Number]], gradients: Sequence[float]
) -> list[float]:
    """Where a rule leads in fifty digits."""
    with localcontext() as context:
        context.prec = 50
        return [float(w) for w in rule([Decimal(gradient) for gradient in gradients])]


def assert_close(found: Sequence[float], true: Sequence[float], rate: float) -> None:
    """Error model: each step rounds w to 1.1e-16 of itself, a thousand of them to 1.1e-13 at worst.

    A step is itself right to some 1e-13: its means keep the roundings of the past, up to
    1 / (1 − β) of them, a hundred or a thousand, and at first 1 − β^t loses as much, where it
    cancels. It is no longer than η·10 here. At random signs, all that is far below the sum.
    """
    travelled = 1.0
    for w, expected in zip(found, true, strict=True):
        travelled += 10.0 * rate
        assert abs(w - expected) <= 1e-13 * travelled


@given(st.integers(0, 99), rates, shares, st.booleans(), decays)
def test_descent_with_momentum(
    seed: int, rate: float, momentum: float, nesterov: bool, decay: float
) -> None:
    """Sutskever et al., 2013, as frameworks write it: v ← μ·v + dw."""
    looks_ahead = nesterov and momentum > 0.0

    def rule(gradients: list[Number]) -> Iterator[Number]:
        w = Decimal(1)
        v = Decimal(0)
        mu, eta, share = Decimal(momentum), Decimal(rate), Decimal(decay)
        for gradient in gradients:
            slope = gradient + share * w
            v = mu * v + slope
            w -= eta * (slope + mu * v if looks_ahead else v)
            yield w

    w = Value(1.0, "w")
    optimizer = SGD([w], rate, momentum=momentum, nesterov=looks_ahead, weight_decay=decay)
    gradients = gradients_of(seed)
    # A velocity is up to 1 / (1 - μ) gradients.
    assert_close(
        list(moved_by(optimizer, w, gradients)),
        in_truth(rule, gradients),
        rate / (1.0 - momentum),
    )


@given(st.integers(0, 99), rates, shares, st.floats(0.9, 0.999), decays, st.booleans())
def test_adam(
    seed: int, rate: float, beta1: float, beta2: float, decay: float, is_decoupled: bool
) -> None:
    """Kingma and Ba, 2015, algorithm 1; Loshchilov and Hutter, 2019, algorithm 2."""

    def rule(gradients: list[Number]) -> Iterator[Number]:
        w = Decimal(1)
        m = v = Decimal(0)
        eta, b1, b2, share = Decimal(rate), Decimal(beta1), Decimal(beta2), Decimal(decay)
        for t, gradient in enumerate(gradients, start=1):
            slope = gradient if is_decoupled else gradient + share * w
            m = b1 * m + (1 - b1) * slope
            v = b2 * v + (1 - b2) * slope * slope
            corrected_m = m / (1 - b1**t)
            corrected_v = v / (1 - b2**t)
            own = eta * share * w if is_decoupled else Decimal(0)
            w -= own + eta * corrected_m / (corrected_v.sqrt() + Decimal("1e-8"))
            yield w

    w = Value(1.0, "w")
    kind = AdamW if is_decoupled else Adam
    optimizer = kind([w], rate, betas=(beta1, beta2), weight_decay=decay)
    gradients = gradients_of(seed)
    assert_close(list(moved_by(optimizer, w, gradients)), in_truth(rule, gradients), rate)


def test_adams_first_step_is_the_rate_whatever_the_gradient() -> None:
    for gradient in (1e-3, 1.0, -1e9):
        w = Value(0.0, "w")
        (position,) = moved_by(Adam([w], 0.25), w, [gradient])
        # But for epsilon = 1e-8 beside the gradient.
        assert position == pytest.approx(-math.copysign(0.25, gradient), rel=1.1e-5)


def test_decay_of_its_own_moves_without_a_gradient_by_rate_times_weight() -> None:
    w = Value(2.0, "w")
    AdamW([w], 0.25, weight_decay=0.5).step()
    assert w.data == 2.0 - 0.25 * 0.5 * 2.0
    u = Value(2.0, "u")
    Adam([u], 0.25, weight_decay=0.5).step()  # as a gradient of 1, of which the size is lost
    assert u.data == pytest.approx(1.75, rel=1e-7)


RULES: dict[str, Callable[[Any], Optimizer]] = {
    "SGD": lambda rate: SGD(rate),
    "SGD with decay": lambda rate: SGD(rate, weight_decay=0.01),
    "momentum": lambda rate: SGD(rate, momentum=0.9),
    "Nesterov's": lambda rate: SGD(rate, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda rate: Adam(rate),
    "Adam with decay": lambda rate: Adam(rate, betas=(0.3, 0.9), weight_decay=0.01),
    "AdamW": lambda rate: AdamW(rate, epsilon=1e-3),
}
RATES: list[Any] = [0.02, lambda step: 0.05 / (1.0 + step)]


@pytest.mark.parametrize("rate", RATES, ids=["constant", "scheduled"])
@pytest.mark.parametrize("rule", RULES)
def test_every_engine_takes_the_steps_that_are_taken_by_hand(rule: str, rate: Any) -> None:
    """To the same bits: +, −, ×, ÷ and √ are rounded alike everywhere, and pow is C's."""
    offset = Value(0.25, "offset")  # a leaf of the graph that stays, after the parameters

    def loss(prediction: Any, target: Any) -> Value:
        return autograd.half_squared_error(prediction + offset, target)

    xs = [0.0, 0.25, 0.5, 1.0]
    ys = [1.0, 2.0, 1.5, 1.0]
    net = network()
    optimizer = RULES[rule](rate)
    by_hand = type(optimizer)(net.parameters(), rate)
    vars(by_hand).update({name: vars(optimizer)[name] for name in settings_of(optimizer)})
    for _ in range(20):
        net.zero_grad()
        loss(net(0.5), 1.5).backward()
        by_hand.step()
    end = [p.data for p in net.parameters()]
    for engine in ENGINES:
        net = network()
        fit(net, [0.5], [1.5], loss=loss, optimizer=RULES[rule](rate), epochs=20, engine=engine)
        assert [p.data for p in net.parameters()] == end, engine
    ends = []
    for engine in ENGINES:
        net = network()
        run = fit(
            net,
            xs,
            ys,
            loss=loss,
            optimizer=RULES[rule](rate),
            batch_size=2,
            epochs=20,
            engine=engine,
        )
        ends.append(([p.data for p in net.parameters()], run.losses))
    assert ends == [ends[0]] * len(ENGINES)


def settings_of(optimizer: Optimizer) -> set[str]:
    return {"momentum", "nesterov", "betas", "epsilon", "weight_decay"} & {*vars(optimizer)}


def test_a_schedule_is_asked_at_each_step() -> None:
    asked: list[int] = []

    def rate(step: int) -> float:
        asked.append(step)
        return 0.5**step

    w = Value(0.0, "w")
    optimizer = SGD([w], rate)
    assert optimizer.is_scheduled
    assert list(moved_by(optimizer, w, [-1.0] * 4)) == [1.0, 1.5, 1.75, 1.875]
    assert asked == [0, 1, 2, 3]
    optimizer.learning_rate = 0.125
    assert not optimizer.is_scheduled
    assert list(moved_by(optimizer, w, [-1.0])) == [2.0]
    assert SGD([w], rate, momentum=0.5).settings(2) == [0.25, 0.5, 0.0, 0.0]
    assert Adam(rate).settings(1)[0] == AdamW(learning_rate=rate).rate_at(1) == 0.5


def test_usual_rates() -> None:
    w = Value(0.0, "w")
    rules = [SGD([w]), SGD(), Adam([w]), Adam(), AdamW([w]), AdamW()]
    assert [rule.learning_rate for rule in rules] == [0.01, 0.01, 0.001, 0.001, 0.001, 0.001]
    assert (Adam(0.5).learning_rate, Adam([w], 0.5).learning_rate) == (0.5, 0.5)
    assert (SGD([w]).weight_decay, Adam([w]).weight_decay, AdamW([w]).weight_decay) == (0, 0, 0.01)


@pytest.mark.parametrize(
    ("rate", "error", "told"),
    [
        (lambda step: 1.0 / (1.0 - step), ZeroDivisionError, "division"),
        (lambda step: math.inf if step else 1.0, ValueError, "at step 1 is a finite .*, got inf"),
        (lambda step: math.nan if step else 1.0, ValueError, "at step 1 is a finite .*, got nan"),
        (lambda step: 1.0 - 2.0 * step, ValueError, "at step 1 is a .* from 0 on, got -1.0"),
        (lambda step: None if step else 1.0, TypeError, "at step 1 is one real number"),
    ],
)
def test_a_schedule_that_gives_no_rate(rate: Any, error: type[Exception], told: str) -> None:
    w = Value(0.0, "w")
    optimizer = SGD([w], rate)
    optimizer.step()
    with pytest.raises(error, match=told):
        optimizer.step()
    assert optimizer.steps == 1


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (
            lambda: untyped.SGD(-0.1),
            ValueError,
            "learning_rate is a finite number from 0 on, got -0.1",
        ),
        (lambda: untyped.SGD(math.nan), ValueError, "learning_rate is a finite number"),
        (lambda: untyped.SGD("0.1"), TypeError, "an optimizer moves Values, got str"),
        (
            lambda: untyped.SGD(0.1, momentum=-0.9),
            ValueError,
            "momentum is a finite number from 0 on",
        ),
        (lambda: untyped.SGD(0.1, momentum=math.nan), ValueError, "momentum is a finite number"),
        (lambda: untyped.SGD(0.1, momentum="a"), TypeError, "momentum is one real number"),
        (
            lambda: untyped.SGD(0.1, weight_decay=-1),
            ValueError,
            "weight_decay is a finite number from 0",
        ),
        (
            lambda: untyped.SGD(0.1, nesterov=True),
            ValueError,
            "nesterov looks ahead by the momentum",
        ),
        (
            lambda: untyped.SGD(0.1, momentum=0.9, nesterov=1),
            TypeError,
            "nesterov is True or False",
        ),
        (
            lambda: untyped.Adam(betas=(0.9, 1.0)),
            ValueError,
            "each of betas is from 0 to below 1.0, got 1",
        ),
        (
            lambda: untyped.Adam(betas=(-0.1, 0.9)),
            ValueError,
            "each of betas is from 0 to below 1.0",
        ),
        (lambda: untyped.Adam(betas=(math.nan, 0.9)), ValueError, "each of betas is .* got nan"),
        (
            lambda: untyped.Adam(betas=(0.9,)),
            ValueError,
            r"betas are two numbers, such as \(0.9, 0.999\)",
        ),
        (lambda: untyped.Adam(betas=0.9), ValueError, "betas are two numbers"),
        (lambda: untyped.Adam(epsilon=-1e-8), ValueError, "epsilon is a finite number from 0 on"),
        (
            lambda: untyped.AdamW(weight_decay=math.inf),
            ValueError,
            "weight_decay is a finite number",
        ),
        (lambda: untyped.SGD(lr=0.1), TypeError, "SGD takes no lr; it is learning_rate here"),
        (lambda: untyped.Adam(0.1, eps=1e-6), TypeError, "Adam takes no eps; it is epsilon here"),
        (
            lambda: untyped.AdamW(params=[]),
            TypeError,
            "AdamW takes no params; it is parameters here",
        ),
        (
            lambda: untyped.SGD(0.1, dampening=0.5),
            TypeError,
            "SGD takes no dampening; it takes parameters, learning_rate, momentum, nesterov",
        ),
        (lambda: untyped.SGD([]), ValueError, "the list of parameters is empty"),
        (
            lambda: untyped.SGD(0.1).step(),
            ValueError,
            r"no parameters to move; make it by SGD\(net.param",
        ),
        (
            lambda: untyped.SGD(network()),
            TypeError,
            r"takes net.parameters\(\), got the MLP itself",
        ),
        (
            lambda: untyped.Adam(0.5, 0.25),
            TypeError,
            "parameters come first, then the learning rate",
        ),
    ],
)
def test_what_is_refused(make: Callable[[], Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        make()


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_gradient_that_is_not_finite_moves_nothing(wrong: float) -> None:
    u, w = Value(1.0, "u"), Value(2.0, "w")
    optimizer = Adam([u, w], 0.5)
    u.grad, w.grad = 1.0, wrong
    with pytest.raises(FloatingPointError, match=f"w = 2.0 was not moved; its grad is {wrong}"):
        optimizer.step()
    w.grad = 0.0
    assert (u.data, w.data, optimizer.steps) == (1.0, 2.0, 0)
    optimizer.step()
    other = Value(1.0)
    assert [u.data] == list(moved_by(Adam([other], 0.5), other, [1.0]))


def test_a_step_past_the_largest_float_is_not_taken() -> None:
    w = Value(1.0, "w")
    w.grad = -1e300
    with pytest.raises(FloatingPointError, match=r"rate may help: it would become inf$"):
        SGD([w], 1e10).step()
    assert w.data == 1.0
    w.grad = 0.0
    with pytest.raises(FloatingPointError, match="step 0: float division by zero"):
        Adam([w], epsilon=0.0).step()


def test_what_is_frozen_stays_and_goes_on_as_if_no_step_had_been() -> None:
    def run(holiday: int) -> list[float]:
        """Where `w` goes, frozen for so many steps in which `u` moves."""
        u, w = Parameter(1.0, "u"), Parameter(1.0, "w")
        optimizer = SGD([w, u], 0.1, momentum=0.9, weight_decay=0.1)
        found = list(moved_by(optimizer, w, [1.0, -0.5]))
        w.frozen = True
        u.grad = 1.0
        before = u.data
        for _ in range(holiday):
            optimizer.step()
        assert (u.data < before) is (holiday > 0)
        w.frozen = False
        return [*found, *moved_by(optimizer, w, [1.0, 2.0])]

    assert run(0) == run(7)


def test_what_all_is_frozen_moves_nothing() -> None:
    w = Parameter(1.0, "w")
    w.frozen = True
    for optimizer in (SGD([w], momentum=0.9), AdamW([w])):
        assert list(moved_by(optimizer, w, [1.0, 1.0])) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (SGD(0.1), "<SGD, learning rate 0.1>"),
        (
            SGD([Value(1.0)], 0.1, momentum=0.9, nesterov=True),
            "<SGD of 1 parameter, learning rate 0.1, momentum 0.9, nesterov>",
        ),
        (Adam([Value(1.0), Value(2.0)]), "<Adam of 2 parameters, learning rate 0.001>"),
        (Adam(0.1, weight_decay=0.01), "<Adam, learning rate 0.1, weight decay 0.01>"),
        (AdamW(0.1, weight_decay=0.01), "<AdamW, learning rate 0.1>"),
        (SGD(lambda step: 0.5), "<SGD, learning rate by schedule>"),
    ],
)
def test_a_rule_is_told_by_what_is_not_usual(rule: Optimizer, told: str) -> None:
    assert repr(rule) == told
