"""Recording and running backward: what most published engines get wrong, what users expect."""

import copy
import gc
import inspect
import math
import pickle
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given

import autograd
from autograd import Value, gradcheck
from autograd.core import choices, numbers
from autograd.core.graph import below, names, operand_values
from autograd.core.rows import ROWS
from tests.alive import alive
from tests.strategies import Graph, examples, graphs


def test_the_package_is_this_checkout() -> None:
    assert Path(autograd.__file__).parents[1] == Path(__file__).parents[1]


@examples(200)
@given(graph=graphs())
def test_random_graphs_agree_with_central_differences(graph: Graph) -> None:
    # Error model: truncation 6e-12·|f‴| and rounding 2e-11·|f|. Where every value stays below 30
    # and every adjoint below 100, |f‴| stays below some 1e8 (100 · 100 · 100 along two more levels
    # of the chain rule), so 1e-3 holds both. Near the kink of max the two sides differ by O(1), so
    # its operands keep a distance of 100 h · 100 ≥ 0.05.
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    root.backward()
    operations = below(root)[0]
    assume(all(abs(node.data) < 30.0 and abs(node.grad) < 100.0 for node in operations))
    maxima = [operand_values(node) for node in below(root)[0] if node.op.name == "max"]
    assume(all(abs(a.data - b.data) > 0.05 for a, b in maxima))
    assert gradcheck(lambda *xs: graph.build(xs), leaves, atol=1e-3, rtol=1e-3)


@examples(100)
@given(graph=graphs())
def test_twice_is_double(graph: Graph) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    root.backward()
    once = [leaf.grad for leaf in leaves]
    interior = [node.grad for node in below(root)[0]]
    root.backward()
    assert [leaf.grad for leaf in leaves] == [2.0 * grad for grad in once]
    assert [node.grad for node in below(root)[0]] == interior
    root.zero_grad()
    assert [leaf.grad for leaf in below(root)[1]] == [0.0] * len(below(root)[1])


def test_a_leaf_is_its_own_derivative() -> None:
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_nothing_is_left_for_the_collector() -> None:
    def work() -> None:
        net = autograd.MLP(2, [4, 1], seed=0)
        loss = autograd.half_squared_error(net([0.5, -0.2]), 1.0).sigmoid() ** 2 + 1
        loss.backward()
        autograd.draw(loss)
        autograd.compile(loss)()

    work()  # what is loaded at first refers to Value
    gc.collect()
    gc.disable()  # from here on, so that a cycle cannot be cleared away before it is looked for
    try:
        before = alive()
        work()
        assert alive() == before
    finally:
        gc.enable()


def test_a_failing_backward_leaves_the_leaves_alone() -> None:
    x, w = Value(0.0, "x"), Value(4.0, "w")
    (w * 2.0).backward()
    y = x.sqrt() + w
    with pytest.raises(
        FloatingPointError,
        match=r"x would get the gradient inf: "
        r"the derivative of v1 = sqrt\(a\) by a at a = x = 0\.0",
    ):
        y.backward()
    assert (x.grad, w.grad) == (0.0, 2.0)
    tiny = Value(1e-300, "tiny")
    with pytest.raises(
        FloatingPointError,
        match=r"tiny would get the gradient inf: the gradient of tiny \(value 1e-300\) is inf",
    ):
        (tiny * 1e200 * 1e200).backward()


def test_a_nonfinite_derivative_that_reaches_no_leaf_is_no_error() -> None:
    w = Value(2.0)
    infinite = (w - 2.0).sqrt()  # its derivative at 0 is inf
    assert infinite.partials == (math.inf,)
    y = w * infinite.data + w
    y.backward()
    assert w.grad == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        "1",
        b"1",
        1j,
        [1.0],
        (1.0,),
        np.array([1.0]),
        np.array(1.0),
        True,
        np.bool_(True),
        None,
        Value(1.0),
        {},
    ],
)
def test_only_one_real_number_is_a_value(wrong: Any) -> None:
    name = "another Value" if isinstance(wrong, Value) else type(wrong).__name__
    with pytest.raises(TypeError, match=f"one real number.*got {name}"):
        Value(wrong)
    x = Value(1.0)
    with pytest.raises(TypeError, match="one real number"):
        x.data = wrong
    assert x.data == 1.0
    if not isinstance(wrong, Value | np.ndarray):
        for use in (
            lambda: x + wrong,
            lambda: wrong * x,
            lambda: x**wrong,
            lambda: x < wrong,
            lambda: autograd.hypot(x, wrong),
        ):
            with pytest.raises(TypeError):
                use()


def test_a_label_is_a_string() -> None:
    with pytest.raises(TypeError, match="a label is a string, got int: 3"):
        Value(1.0, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "two", [2, 2.0, np.float64(2), np.float32(2), np.int64(2), np.uint8(2), Fraction(2)]
)
def test_numbers_on_both_sides(two: Any) -> None:
    x = Value(3.0)
    results = [
        x + two,
        two + x,
        x - two,
        two - x,
        x * two,
        two * x,
        x / two,
        two / x,
        x**two,
        two**x,
    ]
    assert [y.data for y in results] == [5.0, 5.0, 1.0, -1.0, 6.0, 6.0, 1.5, 2.0 / 3.0, 9.0, 8.0]
    assert all(type(y) is Value and type(y.data) is float for y in results)
    assert all(type(operand) in (Value, float) for y in results for operand in y.operands)
    assert (x > two, x >= two, x < two, x <= two, two < x) == (True, True, False, False, True)
    x.data = two
    assert type(x.data) is float
    assert type(Value(two).data) is float


def test_object_arrays_work_by_method_name() -> None:
    array = np.array([Value(1.0), Value(2.0)])
    assert [v.data for v in np.exp(array)] == [math.exp(1.0), math.exp(2.0)]
    assert [v.data for v in array * Value(3.0)] == [3.0, 6.0]
    assert [v.data for v in Value(3.0) * array]  # type: ignore[attr-defined]  # NumPy gives an array == [3.0, 6.0]
    assert (array @ array).data == 5.0


def test_equality_is_identity_and_order_is_by_data() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a != b
    assert a == a
    assert len({a, b}) == 2
    assert max([Value(1.0), Value(3.0), Value(2.0)]).data == 3.0
    assert +a is a
    assert abs(Value(-2.0)).data == 2.0


def test_copies_keep_their_kind() -> None:
    class Named(Value):
        def __init__(self, data: float, note: str) -> None:
            super().__init__(data)
            self.note = note

    x = Named(2.0, "mine")
    x.grad = 3.0
    y = autograd.affine([x, x], [1.5, x], 0.5)
    for copied in (copy.copy(x), copy.deepcopy(x), copy.deepcopy(y).operands[0]):
        assert isinstance(copied, Named)
        assert (copied.data, copied.grad, copied.note) == (2.0, 3.0, "mine")
    x.note = ["mine"]  # type: ignore[assignment]
    assert copy.copy(x).note is x.note
    assert copy.deepcopy(x).note == x.note is not copy.deepcopy(x).note


def test_rows_stay_the_rows_they_are() -> None:
    x = Value(2.0)
    softsign = autograd.elemental(
        "softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"]
    )
    for node in (x.tanh(), x**2, autograd.mean([x, x, x]), softsign(x)):
        for copied in (copy.deepcopy(node), pickle.loads(pickle.dumps(node))):
            assert (copied.op.name, copied.op.primal, copied.partials) == (
                node.op.name,
                node.op.primal,
                node.partials,
            )
    assert pickle.loads(pickle.dumps(x.tanh())).op is x.tanh().op


def test_models_are_copied_and_pickled() -> None:
    net = autograd.MLP(2, [3, 1], activation="tanh", seed=0)
    for again in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        loss = again([0.5, -1.0]) ** 2
        loss.backward()
        assert all(parameter.grad for parameter in again.parameters()[-4:])
        assert [p.data for p in again.parameters()] == [p.data for p in net.parameters()]
        autograd.fit(again, [[0.0, 1.0]] * 4, [1.0] * 4, epochs=2, batch_size=2, engine="python")
    assert all(parameter.grad == 0.0 for parameter in net.parameters())


def test_no_float() -> None:
    for function in (float, int, math.sin):
        with pytest.raises(TypeError):
            function(Value(1.0))  # type: ignore[arg-type, call-overload]


def test_how_a_value_is_shown() -> None:
    assert repr(Value(3.5)) == "Value(data=3.5, grad=0.0)"
    assert repr(Value(3.5, "x")) == "Value(data=3.5, grad=0.0, label='x')"
    assert f"{Value(3.0):.3f}" == "3.000"
    assert f"{Value(3.5)}" == "Value(data=3.5, grad=0.0)"


def test_a_subclass_is_a_value() -> None:
    class Mine(Value):
        __slots__ = ()

    x = Mine(2.0)
    y = 3.0 * x * x
    y.backward()
    assert x.grad == 12.0
    assert y._prev[1] is x


def test_operands_and_partials_read_as_tuples() -> None:
    x, y = Value(2.0), Value(5.0)
    assert ((x * y).operands, (x * y).partials) == ((x, y), (5.0, 2.0))
    assert ((x * 3).operands, (x * 3).partials) == ((x, 3.0), (3.0, 2.0))
    assert (x.exp().operands, x.exp().partials) == ((x,), (math.exp(2.0),))
    assert (x.operands, x.partials) == ((), ())
    affine = autograd.affine([x, y], [y, 1.0], 7)
    assert (affine.operands, affine.partials) == ((x, y, y, 1.0, 7.0), (5.0, 1.0, 2.0, 5.0, 1.0))
    with pytest.raises(ValueError, match="got 2 inputs and 1 weights"):
        autograd.affine([x, y], [x], 0.0)


def test_generated_source_can_be_seen() -> None:
    source = inspect.getsource(Value.tanh)
    assert "out = tanh(a)" in source
    assert inspect.getsource(Value.__radd__).startswith("def __radd__(self, other):")
    makers = [numbers._strict, numbers._lenient, numbers._primal, choices._zero_patterns]
    for function in (make(ROWS["div"]) for make in makers):
        assert inspect.getsource(function).startswith("def div(a, b")
        assert function.__code__.co_filename.startswith("<autograd div ")


def test_microgradian_readme_runs() -> None:
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert [f"{v:.4f}" for v in (g.data, a.grad, b.grad)] == ["24.7041", "138.8338", "645.5773"]


def test_the_lectures_neuron_and_its_draw_dot_walk() -> None:
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    n = x1 * w1 + x2 * w2 + Value(6.8813735870195432, label="b")
    o = n.tanh()
    o.backward()
    assert f"{o.data:.4f}" == "0.7071"
    assert [round(v.grad, 4) for v in (x1, w1, x2, w2)] == [-1.5, 1.0, 0.5, 0.0]
    nodes, edges = set(), set()

    def build(v: Value) -> None:
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(o)
    assert (len(nodes), len(edges)) == (10, 9)
    assert [v._op for v in (o, n, x1, x1**2)] == ["tanh", "+", "", "**2"]


def test_micrograds_moons_loop_runs() -> None:
    random.seed(1337)
    model = autograd.MLP(2, [16, 16, 1])
    xs = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(20)]
    ys = [1 if x0 * x1 > 0 else -1 for x0, x1 in xs]
    losses = []
    for k in range(10):
        inputs = [list(map(Value, row)) for row in xs]
        scores = list(map(model, inputs))
        terms = [(1 + -yi * scorei).relu() for yi, scorei in zip(ys, scores, strict=True)]
        data_loss = sum(terms) * (1.0 / len(terms))
        total_loss: Any = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(ys, scores, strict=True)]
        assert 0 <= sum(accuracy) <= 20
        model.zero_grad()
        total_loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * 0.1 * p.grad
        losses.append(total_loss.data)
    assert losses[-1] < losses[0]
    assert len(model.parameters()) == 337


def test_a_seed_multiplies_all_gradients() -> None:
    x, y = Value(3.0, "x"), Value(2.0, "y")
    z = x * x * y
    z.backward(5.0)
    assert (x.grad, y.grad, z.grad) == (60.0, 45.0, 5.0)
    z.backward(np.float64(-1.0))
    assert (x.grad, y.grad) == (48.0, 36.0)
    for wrong in (True, None, z, "1"):
        with pytest.raises(TypeError, match=r"the seed of backward is .* allow_nonfinite=True"):
            z.backward(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="positional"):
        z.backward(1.0, True)  # type: ignore[call-arg]
    with pytest.raises(FloatingPointError):
        z.backward(math.inf)
    assert (x.grad, y.grad) == (48.0, 36.0)


def test_flags_are_true_or_false() -> None:
    x = Value(3.0, "x")
    y = x * x
    wrong: Any = 2.0
    for call in (
        lambda: autograd.grad(y, x, create_graph=wrong),
        lambda: autograd.jvp(y, x, 1.0, create_graph=wrong),
        lambda: autograd.vjp(y, x, 1.0, create_graph=wrong),
        lambda: autograd.hvp(y, x, 1.0, create_graph=wrong),
        lambda: autograd.draw(y, backward=wrong),
    ):
        with pytest.raises(TypeError, match="is True or False, got float"):
            call()


def test_whole_numbers_past_the_largest_float_are_infinite() -> None:
    assert Value(10**400).data == math.inf
    assert Value(-(10**400)).data == -math.inf


def test_what_is_no_number_is_named_with_what_it_is_for() -> None:
    told = "^a Value holds one real number (int, float or NumPy scalar), got str: '1'$"
    with pytest.raises(TypeError, match=told.replace("(", r"\(").replace(")", r"\)")):
        Value("1")  # type: ignore[arg-type]


def test_truth_is_that_of_the_number() -> None:
    assert [bool(Value(x)) for x in (0.0, -0.0, 1e-300, -1e-300, 1.0, math.nan)] == [False] * 2 + [
        True
    ] * 4


def test_equality_with_a_number_warns_where_it_is_asked() -> None:
    told = "^a Value is equal only to itself, to no number; compare its data, or use <= and >=$"
    with pytest.warns(UserWarning, match=told) as caught:
        assert Value(1.0) != 1.0
    assert caught[0].filename == __file__


def test_a_grad_is_set_to_a_number_or_to_none() -> None:
    x = Value(2.0)
    x.grad = None  # type: ignore[assignment]  # as PyTorch sets it
    assert x.grad is None
    x.grad = 3
    assert repr(x.grad) == "3.0"
    with pytest.raises(TypeError, match=r"^a grad is one real number"):
        x.grad = "3"


def test_the_partial_by_a_constant_of_a_row_is_0() -> None:
    assert (Value(3.0) ** 2).partials == (6.0, 0.0)


def test_a_row_without_a_domain_names_none() -> None:
    mine = autograd.elemental("mine", "log(a)", ["1.0 / a"])
    with pytest.raises(autograd.DomainError, match=r"^mine\(a\) is not defined at a = -1.0$"):
        mine(Value(-1.0))


def test_what_a_sweep_past_choices_does_not_reach_has_the_gradient_0() -> None:
    x = Value(0.0)
    condition = (x + 1.0).relu()
    autograd.where(condition, x, x.sqrt()).backward()
    assert (condition.grad, x.grad) == (0.0, 1.0)


def test_labels_alike_are_counted_from_2() -> None:
    x, y = Value(1.0, "x"), Value(2.0, "x")
    assert [*names(x * y).values()] == ["x", "x_2", "v1"]
