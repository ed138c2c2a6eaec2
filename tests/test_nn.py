"""The document's network, by its names and formulas; and what users of others trip over."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    MLP,
    SGD,
    Embedding,
    Layer,
    Module,
    Neuron,
    Value,
    draw_layers,
    draw_network,
    fit,
)
from autograd.core.graph import below
from autograd.nn import ACTIVATIONS
from autograd.nn.parameter import Given
from demos.document import closed_forms, recorded
from tests.strategies import examples

NAMES = ["w1_11", "w1_12", "w1_13", "b1_1", "b1_2", "b1_3", "w2_11", "w2_21", "w2_31", "b2_1"]


def test_the_documents_names() -> None:
    net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert [[w.label for w in row] for row in net.layers[1].W] == [["w2_11"], ["w2_21"], ["w2_31"]]
    assert [b.label for b in net.layers[0].B] == ["b1_1", "b1_2", "b1_3"]
    loss = autograd.half_squared_error(net(0.5), 0.2)
    operations, leaves = below(loss)
    assert [n.label for n in operations] == [
        "z1_1",
        "a1_1",
        "z1_2",
        "a1_2",
        "z1_3",
        "a1_3",
        "z2_1",
        "loss",
    ]
    assert {n.label for n in leaves} == {*NAMES, "x", "y"}
    assert len(operations) == 8


@examples(100)
@given(
    st.lists(st.floats(-3.0, 3.0), min_size=10, max_size=10),
    st.floats(0.0, 1.0),
    st.floats(-1.0, 1.0),
    st.booleans(),
)
def test_formulas_4_to_12(weights: list[float], x: float, y: float, fused: bool) -> None:
    net = MLP(1, [3, 1], activation="sigmoid", seed=0, fused=fused)
    for parameter, data in zip(net.parameters(), weights, strict=True):
        parameter.data = data
    _, engine = recorded(net, x, y)
    for formula, name, by_hand in closed_forms(net, x, y):
        # Both sides round the same few products of numbers below 50: a few ulp of 50, or 1e-14.
        assert abs(engine[name] - by_hand) <= 1e-12, (formula, name)


@examples(50)
@given(st.integers(1, 4), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 99))
def test_fused_and_unfused_are_the_same_network(nin: int, nouts: list[int], seed: int) -> None:
    random_x = random.Random(seed)
    x = [random_x.uniform(-1, 1) for _ in range(nin)]
    results = []
    for fused in (True, False):
        net = MLP(nin, nouts, activation="tanh", seed=seed, fused=fused)
        outputs = net(x)
        root = autograd.total(outputs if isinstance(outputs, list) else [outputs])
        root.backward()
        labels = {n.label: n.data for n in below(root)[0] if n.label}
        results.append((root.data, labels, [(p.label, p.grad) for p in net.parameters()]))
    assert results[0][:2] == results[1][:2]
    for (name, fused_grad), (same_name, grad) in zip(results[0][2], results[1][2], strict=True):
        assert name == same_name
        assert fused_grad == pytest.approx(
            grad, rel=1e-12, abs=1e-15
        )  # sums over units in another order


@pytest.mark.parametrize(
    ("nin", "nouts"), [(1, [1, 1]), (1, [12, 1]), (12, [11, 10, 1]), (1, [111, 1]), (10, [1, 1, 1])]
)
def test_names_are_unique_at_any_width(nin: int, nouts: list[int]) -> None:
    net = MLP(nin, nouts)
    names = [name for name, _ in net.named_parameters()]
    assert len(set(names)) == len(names)
    out = net([0.5] * nin)
    assert isinstance(out, Value)
    assert out.label == f"z{len(nouts)}_1"
    assert [[len(layer.W), len(layer.W[0])] for layer in net.layers] == [
        list(d) for d in zip([nin, *nouts], nouts, strict=False)
    ]


def test_from_ten_units_on_indices_are_separated() -> None:
    assert MLP(1, [11, 1]).layers[1].W[10][0].label == "w2_11_1"
    assert MLP(1, [11, 1]).layers[0].W[0][10].label == "w1_1_11"
    assert MLP(9, [9, 1]).layers[0].W[8][8].label == "w1_99"


def test_inputs() -> None:
    net = MLP(2, [3, 2], activation="tanh", seed=0)
    outputs: Any = net([0.5, Value(1.0, "mine")])
    assert [z.label for z in outputs] == ["z2_1", "z2_2"]
    assert {leaf.label for leaf in below(outputs[0])[1]} >= {"x_1", "mine"}
    for wrong in ([1.0], [1.0, 2.0, 3.0], 1.0, Value(1.0)):
        with pytest.raises(ValueError, match=r"expected 2 values for x, got [13]"):
            net(wrong)
    with pytest.raises(TypeError, match="one real number"):
        net("ab")
    for samples in ([[0.5, 1.0]] * 3, [0.5, 1.0, 1.5]):
        with pytest.raises(ValueError, match="got 3; a call takes one sample: for several samples"):
            net(samples)
    with pytest.raises(ValueError, match=r"for x, got 1$"):
        net(0.5)
    assert isinstance(MLP(1200, [1])([0.0] * 1200), Value)
    assert Neuron(3, seed=0)([1.0, 2.0, 3.0]).label == "a1_1"
    activations: Any = Layer(2, 2, "relu")([1.0, 2.0])
    assert [a.label for a in activations] == ["a1_1", "a1_2"]


def test_wrong_networks_are_refused() -> None:
    with pytest.raises(
        ValueError, match="unknown activation 'sigmoidd'; known are linear, relu, sigmoid"
    ):
        MLP(1, [3, 1], activation="sigmoidd")
    for nin, nouts in ((0, [1]), (1, []), (1, [0]), (1, [2, 0])):
        with pytest.raises(ValueError, match="at least"):
            MLP(nin, nouts)


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_the_last_layer_has_an_activation_of_its_own(output: str) -> None:
    net = MLP(2, [3, 2], "tanh", seed=0, output=output)
    linear = MLP(2, [3, 2], "tanh", seed=0)
    found: Any = net([0.5, -1.0])
    sums: Any = linear([0.5, -1.0])
    for j, (a, z) in enumerate(zip(found, sums, strict=True), start=1):
        assert a.label == (f"z2_{j}" if output == "linear" else f"a2_{j}")
        assert a.data == (z if output == "linear" else getattr(z, output)()).data
    assert [layer.activation for layer in net.layers] == ["tanh", output]


@examples(50)
@given(st.integers(2, 5), st.integers(0, 99), st.booleans())
def test_softmax_makes_probabilities_of_a_layer(units: int, seed: int, fused: bool) -> None:
    net = MLP(2, [3, units], "tanh", seed=seed, fused=fused, output="softmax")
    linear = MLP(2, [3, units], "tanh", seed=seed, fused=fused)
    sums: Any = linear([0.5, -1.0])
    expected = [p.data for p in autograd.softmax(sums)]
    found: Any = net([0.5, -1.0])
    assert [a.label for a in found] == [f"a2_{j}" for j in range(1, units + 1)]
    assert [a.data for a in found] == expected
    layer: Any = Layer(2, units, "softmax", seed)([0.5, -1.0])
    assert abs(sum(a.data for a in layer) - 1.0) < 1e-15 * (units + 1)  # an ulp for each


def test_softmax_is_of_two_units_or_more_in_a_layer() -> None:
    with pytest.raises(ValueError, match=r"write Layer\(nin, nout, 'softmax'\)"):
        Neuron(2, "softmax")
    for make in (lambda: Layer(2, 1, "softmax"), lambda: MLP(2, [1], output="softmax")):
        with pytest.raises(ValueError, match="at least 2 units, got 1: for one write 'sigmoid'"):
            make()
    with pytest.raises(ValueError, match="for the last layer: write output='softmax'"):
        MLP(2, [3, 2], "softmax")
    for make in (lambda: MLP(1, [1], output="soft"), lambda: Layer(1, 2, "soft")):
        with pytest.raises(ValueError, match=r"unknown \w+ 'soft'; known are linear, .*, softmax"):
            make()


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_a_network_with_an_output_is_compiled_and_explained(output: str) -> None:
    net = MLP(1, [2, 2], "tanh", seed=0, output=output)
    x = Value(0.5, "x")
    found: Any = net(x)
    loss = autograd.mean_squared_error(found, [0.0, 1.0])
    loss.backward()
    program = autograd.compile(loss, inputs=[x])
    assert program(0.5) == (loss.data, tuple(w.grad for w in program.parameters))
    assert "a2_2 = sigmoid(" in str(autograd.explain(loss))


def test_gradients_by_matrix_of_an_activated_output() -> None:
    net = MLP(1, [3, 1], "sigmoid", seed=0, output="sigmoid")
    net.layers[0].freeze()
    told = str(autograd.explain(autograd.half_squared_error(net(0.5), 0.2), matrices=True))
    assert "dA2" in told
    assert "dW2" in told
    assert "dW1" not in told  # which nobody trains


def test_an_embedding_is_a_table_of_rows() -> None:
    letters = Embedding(5, 3, seed=0)
    assert [name for name, _ in letters.named_parameters()][:4] == [
        *(f"table.0.{j}" for j in range(3)),
        "table.1.0",
    ]
    assert [e.label for e in letters(2)] == ["e_3_1", "e_3_2", "e_3_3"]
    assert letters(2) == letters.table[2] == letters(np.int64(2)) == letters(2.0)
    assert letters(2) is not letters.table[2]
    assert letters([3, 0]) == letters(np.array([3, 0])) == [letters.table[3], letters.table[0]]
    assert [e.data for e in letters(Value(4.0))] == [e.data for e in letters.table[4]]
    assert letters.table[0][0].data == Embedding(5, 3, seed=0).table[0][0].data
    drawn = [e.data for e in Embedding(100, 100, seed=1).parameters()]
    # Of 10,000 numbers the variance is off by √(2/10,000), or 1.4 %: five of these.
    assert sum(e * e for e in drawn) / len(drawn) == pytest.approx(1.0, abs=0.07)
    for index in (5, -1, 1.5, Value(7.0), [0, 5]):
        with pytest.raises(ValueError, match=r"is no index of 5 items, which are 0 … 4"):
            letters(index)
    for wrong in ("a", None, True):
        with pytest.raises(TypeError, match="an index is a whole number"):
            letters(wrong)
    with pytest.raises(ValueError, match="width is a whole number from 1"):
        Embedding(5, 0)


class Letters(Module):
    """Which of two classes a letter is of."""

    def __init__(self) -> None:
        self.table = Embedding(4, 2, seed=0)
        self.out = Layer(2, 1, "sigmoid", seed=0)

    def __call__(self, x: Value) -> Value:
        output: Value = self.out(self.table(x))
        return output


@pytest.mark.parametrize("engine", ["python", "numba", "tape", "eager"])
def test_an_embedding_is_trained_by_one_program(engine: str) -> None:
    net = Letters()
    run = fit(net, [0, 1, 2, 3], [1, 0, 0, 1], epochs=300, learning_rate=5.0, engine=engine)
    assert run.losses[-1] < 1e-3 < run.losses[0]
    assert [round(net(Value(float(i))).data) for i in range(4)] == [1, 0, 0, 1]


def test_xavier_and_seeds() -> None:
    net = MLP(1, [3, 1], activation="sigmoid", seed=7)
    bound = (6 / 4) ** 0.5
    weights = [w.data for layer in net.layers for row in layer.W for w in row]
    assert all(-bound <= w <= bound for w in weights)
    assert [b.data for layer in net.layers for b in layer.B] == [0.0] * 4
    assert [p.data for p in net.parameters()] == [
        p.data for p in MLP(1, [3, 1], seed=7).parameters()
    ]
    random.seed(3)
    first = [p.data for p in MLP(2, [2]).parameters()]
    random.seed(3)
    assert (
        [p.data for p in MLP(2, [2]).parameters()]
        == first
        != [p.data for p in MLP(2, [2]).parameters()]
    )


def test_losses() -> None:
    assert autograd.half_squared_error(Value(3.0), 1.0).data == 2.0
    predictions = [Value(1.0), Value(4.0)]
    loss = autograd.mean_squared_error(predictions, [0.0, 2.0])
    loss.backward()
    assert (loss.data, loss.label, predictions[0].grad, predictions[1].grad) == (
        2.5,
        "loss",
        1.0,
        2.0,
    )
    with pytest.raises(ValueError, match="expected 2 values for y, got 1"):
        autograd.mean_squared_error(predictions, [0.0])


def test_sgd() -> None:
    net = MLP(1, [2, 1], seed=0)
    autograd.half_squared_error(net(0.5), 1.0).backward()
    expected = [p.data - 0.1 * p.grad for p in net.parameters()]
    SGD(net.parameters(), learning_rate=0.1).step()
    assert [p.data for p in net.parameters()] == expected
    net.zero_grad()
    assert {p.grad for p in net.parameters()} == {0.0}


def test_a_parameter_is_itself_once() -> None:
    w = Value(1.0, "w")
    (w * w).backward()
    optimizer = SGD([w, w], 0.25)
    optimizer.step()
    assert w.data == 0.5
    assert optimizer.parameters == [w]
    net = MLP(1, [2, 2, 2, 1], activation="tanh", seed=0)
    net.layers[2] = net.layers[1]
    assert len(net.parameters()) == len(net.named_parameters()) == 13
    assert repr(net) == "<MLP 1-2-2-2-1, tanh, of 13 parameters>"
    neuron = Neuron(2, seed=0)
    neuron.w[1] = neuron.w[0]
    assert neuron.parameters() == [neuron.w[0], neuron.b]


def test_the_result_of_an_operation_is_no_parameter() -> None:
    w = Value(2.0, "u") * 0.5
    with pytest.raises(ValueError, match=r"u \* 0\.5 = 1\.0 is the result of an operation"):
        SGD([w], 0.1)


def test_a_given_number_is_equal_to_itself_alone_among_numbers() -> None:
    y = Given(1.0, "y")
    assert y == 1.0
    assert y == 1
    assert y != 0
    assert y != Value(1.0)
    assert int(y) == 1
    assert {y: "y"}[y] == "y"


def test_seeds_are_whole_numbers() -> None:
    for wrong in (1.5, True, "1"):
        with pytest.raises(TypeError, match="seed is a whole number"):
            MLP(1, [1], seed=wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seed is a whole number"):
        MLP(1, [1], seed=2**63)


def test_flags_are_given_by_name() -> None:
    with pytest.raises(TypeError, match="positional"):
        MLP(1, [1], "relu", 0, False)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="fused is True or False, got NoneType"):
        MLP(1, [1], fused=None)  # type: ignore[arg-type]


def test_what_is_put_into_the_matrices_is_not_lost_in_silence() -> None:
    layer: Any = Layer(2, 3, seed=0)
    before = [p.data for p in layer.parameters()]
    for matrix, place in ((layer.W[1], 2), (layer.W, 0), (layer.B, 1)):
        with pytest.raises(TypeError, match=r"to change a number write W\[0\]\[0\]\.data = 5\.0"):
            matrix[place] = 5.0
    assert [p.data for p in layer.parameters()] == before
    layer.W[1][2].data = 5.0
    layer.B[1].data = 6.0
    assert (layer.neurons[2].w[1].data, layer.neurons[1].b.data) == (5.0, 6.0)


@pytest.mark.parametrize(
    "ask",
    [
        repr,
        draw_network,
        draw_layers,
        lambda net: net.parameters(),
        lambda net: net.zero_grad(),
        lambda net: net.layers[0].neurons[1].parameters(),
        lambda net: net._repr_html_(),
        lambda net: fit(net, [[1.0, 2.0]], [0.5], progress=False),
    ],
)
def test_a_number_in_the_place_of_a_weight_is_named(ask: Callable[[Any], Any]) -> None:
    net: Any = MLP(2, [3, 1], "sigmoid", seed=0)
    neuron = net.layers[0].neurons[1]
    w, b = neuron.w[1], neuron.b
    neuron.w[1] = 5.0
    with pytest.raises(
        TypeError, match=r"^w\[1\] of a neuron is 5\.0, no Value: write w\[1\]\.data = 5"
    ):
        ask(net)
    neuron.w[1] = w
    neuron.b = "b"
    with pytest.raises(TypeError, match=r"^b of a neuron is 'b', no Value: put a Parameter there$"):
        ask(net)
    neuron.b = b
    ask(net)


def test_a_table_may_be_an_array() -> None:
    table = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    for i in range(3):
        assert [x.data for x in autograd.lookup(table, Value(float(i)))] == list(table[i])
        assert list(autograd.lookup(table, i)) == list(table[i])
        assert autograd.lookup(table[:, 0], Value(float(i))).data == table[i, 0]
    for find in (lambda: autograd.lookup([], 0), lambda: autograd.one_hot(Value(0.0), 0)):
        with pytest.raises(ValueError, match=r"^0 is no index of 0 items: there is nothing to be"):
            find()
