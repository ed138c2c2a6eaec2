"""A program as a user writes it, which pyright reads in strict mode: see test_types.py."""

from typing import Any

from typing_extensions import assert_type

import autograd
from autograd import MLP, SGD, Neuron, Value, draw, exp, explain, fit, grad, half_squared_error
from autograd.nn import Parameter


def client(folder: str) -> None:
    x = Value(2.0, label="x")
    w = Parameter(-3.0, "w")

    y = (x * w + 1.0).tanh() / 2 - x**2
    assert_type(y, Value)
    assert_type(-y, Value)
    assert_type(3 - y, Value)
    assert_type(y.sigmoid().log1p(), Value)
    assert_type(y.data, float)
    assert_type(y.grad, float)
    y.backward()

    assert_type(exp(x), Value)
    assert_type(exp(1.0), float)
    assert_type(autograd.max(x, w), Value)
    assert_type(autograd.max(x, 0.0), Value)
    assert_type(autograd.min(1, w), Value)
    assert_type(autograd.max(1.0, 2.0), float)
    assert_type(autograd.max([x, w]), Value)
    assert_type(autograd.min(x, w, 1.0), Value)
    assert_type(autograd.less(x, 1.0), Value)
    assert_type(x % 2.0, Value)
    assert_type(2.0 // x, Value)
    assert_type(autograd.softmax([x, w]), list[Value])
    assert_type(autograd.logsumexp([1.0, 2.0]), float)
    assert_type(autograd.where(autograd.relu(x - 1.0), x, 0.0), Value)
    assert_type(autograd.where(True, 0.0, w), Value)
    assert_type(autograd.mean([x, w]), Value)
    assert_type(autograd.mean([1.0, 2.0]), float)
    assert_type(autograd.total([x, w]), Value)
    assert_type(autograd.affine([x], [w], 0.5), Value)

    assert_type(grad(y, [x, w]), list[float])
    (slope,) = grad(y, [x], create_graph=True)
    assert_type(slope, Value)
    assert_type(autograd.hessian(y, [x, w]), list[list[float]])
    assert_type(autograd.jvp(y, [x], [1.0]), float)
    assert_type(autograd.jvp([y, x], [x], [1.0]), list[float])
    assert_type(autograd.jvp(y, x, w, create_graph=True), Value)
    assert_type(autograd.jvp([y], [x], [w], create_graph=True), list[Value])
    assert_type(autograd.vjp([y, x], [x, w], [1, 2.0]), list[float])
    assert_type(autograd.vjp(y, x, w, create_graph=True), list[Value])
    assert_type(autograd.hvp(y, [x, w], [1.0, 0.0]), list[float])
    assert_type(autograd.hvp(y, [x, w], [1.0, y], create_graph=True), list[Value])

    softsign = autograd.elemental(
        "softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"]
    )
    softsign(x).backward()

    neuron = Neuron(2, "tanh", seed=0)
    assert_type(neuron([1.0, x]), Value)
    net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    assert_type(net(0.5), Value | Any)
    net(0.5).backward()
    x = Value(0.5, "x")
    loss = half_squared_error(net(x), 0.2)
    assert_type(loss, Value)
    draw(loss, backward=True, edges="formula").save(f"{folder}/loss.svg")
    assert_type(explain(loss).latex(), str)
    losses = fit(net, [0.0, 0.5], [0.0, 0.25], optimizer=SGD(0.5), epochs=2).losses
    assert_type(losses, list[float])
    SGD(net.parameters(), learning_rate=0.1).step()

    program = autograd.compile(loss, inputs=[x], engine="python")
    assert_type(program(0.5), tuple[float, tuple[float, ...]])
    assert_type(program.source, str)
    several = autograd.compile([loss], [x])
    assert_type(several(0.5), tuple[tuple[float, ...], tuple[tuple[float, ...], ...]])
