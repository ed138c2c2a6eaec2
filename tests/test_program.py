"""The program of a graph says the document's formulas and gives the graph's numbers, bit by bit."""

import builtins
import copy
import inspect
import keyword
import math
import pickle
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import MLP, CompileError, DomainError, Value
from autograd.core.graph import below
from autograd.core.notation import ARRAYS
from autograd.core.tracking import peek
from autograd.core.value import record
from autograd.program import engines
from autograd.program.backward import SUMMANDS
from autograd.program.language import Language
from autograd.program.source import Source
from tests.conftest import network, recorded
from tests.strategies import ELEMENTAL, Graph, examples, graphs, points

DOCUMENT = """\
def program(x, y, w1_11, w1_12, w1_13, b1_1, b1_2, b1_3, w2_11, w2_21, w2_31, b2_1):
    # forward
    z1_1 = x * w1_11 + b1_1
    z1_2 = x * w1_12 + b1_2
    z1_3 = x * w1_13 + b1_3
    e_a1_1 = exp(-abs(z1_1))
    a1_1 = (1.0 if z1_1 > 0.0 else e_a1_1) / (1.0 + e_a1_1)
    e_a1_2 = exp(-abs(z1_2))
    a1_2 = (1.0 if z1_2 > 0.0 else e_a1_2) / (1.0 + e_a1_2)
    e_a1_3 = exp(-abs(z1_3))
    a1_3 = (1.0 if z1_3 > 0.0 else e_a1_3) / (1.0 + e_a1_3)
    z2_1 = a1_1 * w2_11 + a1_2 * w2_21 + a1_3 * w2_31 + b2_1
    loss = 0.5 * (z2_1 - y) * (z2_1 - y)
    # backward
    d_z2_1 = z2_1 - y
    d_w2_11 = d_z2_1 * a1_1
    d_w2_21 = d_z2_1 * a1_2
    d_w2_31 = d_z2_1 * a1_3
    d_b2_1 = d_z2_1
    d_a1_1 = d_z2_1 * w2_11
    d_a1_2 = d_z2_1 * w2_21
    d_a1_3 = d_z2_1 * w2_31
    # a1_1 * (1.0 - a1_1), written so that no digits are lost
    d_z1_1 = d_a1_1 * (e_a1_1 / (1.0 + e_a1_1 * (2.0 + e_a1_1)))
    d_z1_2 = d_a1_2 * (e_a1_2 / (1.0 + e_a1_2 * (2.0 + e_a1_2)))
    d_z1_3 = d_a1_3 * (e_a1_3 / (1.0 + e_a1_3 * (2.0 + e_a1_3)))
    d_w1_11 = d_z1_1 * x
    d_w1_12 = d_z1_2 * x
    d_w1_13 = d_z1_3 * x
    d_b1_1 = d_z1_1
    d_b1_2 = d_z1_2
    d_b1_3 = d_z1_3
    return loss, (d_w1_11, d_w1_12, d_w1_13, d_b1_1, d_b1_2, d_b1_3, \
d_w2_11, d_w2_21, d_w2_31, d_b2_1)
"""


def eager(loss: Value, leaves: list[Value]) -> tuple[float, tuple[float, ...]]:
    loss.zero_grad()
    loss.backward()
    return loss.data, tuple(leaf.grad for leaf in leaves)


def test_the_documents_program() -> None:
    net, x, y, loss = recorded()
    program = autograd.compile(loss, inputs=[x, y])
    assert program.source == DOCUMENT
    assert program.parameters == net.parameters()
    assert program(0.5, 0.2) == eager(loss, program.parameters)


@examples(300)
@given(graph=graphs(), data=st.data())
def test_programs_of_random_graphs_equal_the_graph_bit_for_bit(
    graph: Graph, data: st.DataObject
) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    used = [leaf for leaf in leaves if leaf in below(root)[1]]
    inputs = used[: data.draw(st.integers(0, len(used) - 1))]
    program = autograd.compile(root, inputs)
    assert program(*(leaf.data for leaf in inputs)) == eager(root, program.parameters)
    moved = [data.draw(st.floats(-2.0, 2.0, allow_subnormal=False)) for _ in leaves]
    for leaf, x in zip(leaves, moved, strict=True):
        leaf.data = x
    again = graph.build(leaves)
    assert program(*(leaf.data for leaf in inputs)) == eager(again, program.parameters)


@pytest.mark.parametrize("op", ELEMENTAL, ids=lambda op: op.name)
@examples(30)
@given(data=st.data())
def test_every_row_compiles_to_the_same_bits(op: Any, data: st.DataObject) -> None:
    leaves = [Value(x, name) for x, name in zip(data.draw(points(op)), "abc", strict=False)]
    used = leaves[:1] if op.name == "power_constant" else leaves
    root = leaves[0] ** peek(leaves[1]) if op.name == "power_constant" else record(op, *leaves)
    program = autograd.compile(root * 2.0, [])
    assert program() == eager(root * 2.0, program.parameters)
    assert program.parameters == used
    assert "* 1.0\n" not in program.source


def test_numbers_are_spliced_whole() -> None:
    x = Value(3.0, "x")
    root = 2.0 - (x * -2.0 - -0.5)
    assert "v1 = x * (-2.0)\n" in autograd.compile(root).source
    for number in (math.inf, -math.inf, math.nan, -0.0, 1e300, 5e-324):
        leaf = Value(1.5, "x")
        row = (
            autograd.where(leaf, leaf, number) + leaf * 2.0
        )  # the number stands in the text, but is not chosen
        assert autograd.compile(row)() == eager(row, [leaf]) == (4.5, (3.0,))


def test_over_samples_it_is_the_mean() -> None:
    _, x, y, loss = recorded()
    program = autograd.compile(loss, inputs=[x, y])
    xs, ys = [0.1, 0.4, 0.9], [0.3, -0.2, 0.0]
    rows = [program(a, b) for a, b in zip(xs, ys, strict=True)]
    mean_loss, gradients = program(xs, ys)
    assert mean_loss == (rows[0][0] + rows[1][0] + rows[2][0]) / 3
    assert gradients == tuple(
        (a + b + c) / 3 for a, b, c in zip(*(g for _, g in rows), strict=True)
    )
    for wrong in ((xs, ys[:2]), (0.5,), (0.5, 0.5, 0.5)):
        with pytest.raises(
            ValueError, match=r"expected 2 numbers or sequences of one length \(x, y\)"
        ):
            program(*wrong)
    with pytest.raises(ValueError, match=r"^the mean over no samples is not defined$"):
        program([], [])
    with pytest.raises(TypeError, match="one real number"):
        program(None, 0.2)


def test_parameters_are_read_at_each_call() -> None:
    net, x, y, loss = recorded()
    program = autograd.compile(loss, inputs=[x, y])
    net.layers[0].B[1].data = 0.7
    assert program(0.3, 0.1) == eager(
        autograd.half_squared_error(net(0.3), 0.1), program.parameters
    )


def test_inputs_are_positional() -> None:
    x, y, w = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "w")
    program: Any = autograd.compile(x * w + y, inputs=[y, x])
    with pytest.raises(TypeError, match=r"inputs are positional, in the order y, x; got x by name"):
        program(2.0, x=1.0)
    without: Any = autograd.compile(x * w)
    with pytest.raises(TypeError, match=r"inputs are positional, none; got x, w by name"):
        without(x=1.0, w=2.0)


def test_a_program_is_shown_by_its_leaves_and_its_engine() -> None:
    x, y, w, b = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "w"), Value(4.0, "b")
    loss = autograd.affine([x, y], [w, b], 0.0)
    assert repr(autograd.compile(loss, [x, y])) == "<program of x, y by w, b: python>"
    assert repr(autograd.compile(loss, engine="tape")) == "<program by x, y, w, b: tape>"
    assert repr(autograd.compile(loss, x, parameters=[])) == "<program of x: python>"
    assert repr(autograd.compile(x * Value(2.0), [x])) == "<program of x by parameter 1: python>"
    of_many = autograd.compile(autograd.total(Value(1.0, f"w{i}") for i in range(10)))
    assert repr(of_many) == "<program by w0, w1, w2 and 7 more: python>"


def test_where_the_text_has_no_answer_the_graph_answers() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = autograd.compile((x * w).exp() * 0.0 + w, [x])
    with pytest.raises(
        FloatingPointError, match=r"w .* nan: the value of v2 = exp\(a\) at a = v1 = 2000\.0 is inf"
    ):
        program(1000.0)
    x = Value(1.0, "x")
    program = autograd.compile((x * w).log() + w, [x])
    with pytest.raises(DomainError, match=r"log\(a\) is not defined at a = x \* w = -2\.0"):
        program([1.0, -1.0])
    x = Value(1.0, "x")
    program = autograd.compile(x.sqrt() * w, [x])  # by an input that does not change nobody asks
    assert program(0.0) == (0.0, (0.0,))
    x = Value(1.0, "x")
    program = autograd.compile(x * 1e300 * w, [x])  # the text gives inf without a word
    with pytest.raises(
        FloatingPointError,
        match=r"w .* inf: the value of v1 = a \* b at a = x = 10000000000\.0, b = 1e\+300",
    ):
        program(1e10)
    x = Value(1.0, "x")
    program = autograd.compile(x + w, [x])
    assert program(math.inf) == (math.inf, (1.0,))
    assert program([math.inf, 0.0]) == (math.inf, (1.0,))


def test_no_dead_code() -> None:
    c, w = Value(1.0, "c"), Value(5.0, "w")
    program = autograd.compile(autograd.where((c + 1.0).sin(), 2.0, 3.0) * w)
    assert program() == (10.0, (0.0, 2.0))
    backward = "\n    d_w = v3\n    d_c = 0.0\n    return v4, (d_c, d_w)\n"
    assert program.source.split("# backward")[1] == backward


def test_labels_become_names() -> None:
    labels = [
        "class",
        "exp",
        "print",
        "x y",
        "x_y",
        "1",
        "",
        "λ",
        "w₁",
        "d_a",
        "a",
        "a",
        "权重",
        "x➀",
        "w৴",
        "loss",
        "samples",
        '"\n',
    ]
    leaves = [Value(float(i), label) for i, label in enumerate(labels, 1)]
    root = autograd.total(leaf * leaf for leaf in leaves)
    program = autograd.compile(root)
    assert program() == eager(root, program.parameters)
    names = program.source[len("def program(") : program.source.index(")")].split(", ")
    assert len(set(names)) == len(labels)
    assert all(
        name.isidentifier() and not keyword.iskeyword(name) and not hasattr(builtins, name)
        for name in names
    )
    assert "λ" in names
    assert "权重" in names


def test_the_source_runs_as_it_is_pasted() -> None:
    _, x, y, loss = recorded()
    program = autograd.compile(loss, inputs=[x, y])
    namespace: dict[str, Any] = {}
    exec("from math import *\n" + program.source, namespace)
    numbers = [0.5, 0.2, *(p.data for p in program.parameters)]
    assert namespace["program"](*numbers) == program(0.5, 0.2)


def test_equal_programs_keep_their_source_apart() -> None:
    x = Value(2.0, "x")
    first, second = autograd.compile(x * 3.0), autograd.compile(x * 3.0)
    assert first() == second() == (6.0, (3.0,))
    del first
    assert "v1 = x * 3.0" in inspect.getsource(second.run)


def test_a_copied_branch_is_still_one_of_several() -> None:
    x = Value(2.0, "x")
    y = x * x if x > 0 else -x
    for copied_x, copied_y in (copy.deepcopy((x, y)), pickle.loads(pickle.dumps((x, y)))):
        with pytest.raises(CompileError, match=r"x was compared|this is a copy"):
            autograd.compile(copied_y, [copied_x])


def test_a_copied_network_compiles() -> None:
    net = copy.deepcopy(network())
    x = Value(0.5, "x")
    program = autograd.compile(net(x), inputs=[x])
    assert program.parameters == net.parameters()
    assert program(0.3) == eager(net(0.3), net.parameters())


def test_long_sums_compile() -> None:
    w = Value(0.5, "w")
    xs = [random.Random(i).uniform(-1, 1) for i in range(4000)]
    loss = autograd.mean((w * x - 1.0) ** 2 for x in xs)
    program = autograd.compile(loss)
    assert program() == eager(loss, [w])
    assert "d_w = d_w + " in program.source  # 4,000 summands are too many for one expression
    wide = MLP(1200, [2, 1], activation="tanh", seed=0)
    out = wide([0.01 * i for i in range(1200)])
    assert autograd.compile(out)() == eager(out, autograd.compile(out).parameters)


def test_graphs_that_depended_on_a_comparison_are_refused() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    s = x * w
    s.label = "s"
    loss = w * x if s > 1 else w + x
    with pytest.raises(
        CompileError,
        match=r"s was compared with 1\.0 after the inputs .* max, min, relu, logsumexp and where",
    ):
        autograd.compile(loss, [x])
    fresh = Value(2.0, "x")
    assert autograd.compile(autograd.max(fresh * w, 1.0) + fresh.relu(), [fresh])(2.0) == (
        8.0,
        (2.0,),
    )


def test_what_cannot_be_compiled() -> None:
    x = Value(2.0, "x")
    with pytest.raises(CompileError, match="the loss is a leaf"):
        autograd.compile(x)
    for inputs in ([x * 2.0], [x, x], [2.0]):
        with pytest.raises(ValueError, match="inputs are different leaves"):
            autograd.compile(x * 3.0, inputs)  # type: ignore[arg-type]


def test_a_program_does_not_depend_on_what_was_compiled_before() -> None:
    for zero in (0.0, -0.0):
        x = Value(-1.0, "x")
        larger = autograd.max(x, zero)
        assert str(autograd.compile(larger)()[0]) == str(larger.data) == str(zero)


def test_where_all_branches_are_computed_gates_close_those_not_taken() -> None:
    x, w, v = Value(3.0, "x"), Value(2.0, "w"), Value(4.0, "v")
    h = w * x
    k = h + v
    h.label, k.label = "h", "k"
    loss = k.relu() * h.relu().relu() - v
    text = Source([loss], [x]).written_in(Language(ARRAYS)).one_sample()
    for name in ("h", "k", "v2"):
        text = text.replace(f"where(at_most({name}, 0.0), 0.0, 1.0)", f"open_{name}")
    assert [line.strip() for line in text.partition("# backward\n")[2].splitlines()] == [
        "d_v4 = 1.0",
        "d_v1 = d_v4 * v3",
        "d_v3 = d_v4 * v1",
        "on_k = open_k",
        "d_k = where(open_k, d_v1 * open_k, 0.0)",
        "on_v2 = open_v2",
        "d_v2 = where(open_v2, d_v3 * open_v2, 0.0)",
        "d_v = -1.0 + where(on_k, d_k, 0.0)",
        "on_h = on_v2 * open_h + on_k",
        "d_h = where(on_v2 * open_h, d_v2 * open_h, 0.0) + where(on_k, d_k, 0.0)",
        "d_w = where(on_h, d_h * x, 0.0)",
        "return v5, (d_w, d_v)",
    ]


def test_a_sum_is_written_in_several_statements() -> None:
    x = Value(1.0, "x")
    y = x * 1.0
    for _ in range(SUMMANDS):
        y = y + x.exp()
    text = Source([y], []).one_sample()
    assert sum("d_x = d_x + " in line for line in text.splitlines()) == 1


def test_labels_alike_as_identifiers_are_counted_from_2() -> None:
    x, y = Value(1.0, "x 1"), Value(2.0, "x-1")
    assert "def program(x_1, x_1_2):" in Source([x * y], []).one_sample()


def refusal(loss: Value, inputs: Any = (), **options: Any) -> str:
    with pytest.raises((ValueError, CompileError)) as caught:
        autograd.compile(loss, inputs, **options)
    return str(caught.value)


def test_what_is_refused_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = x * w
    told = "are different leaves, each made by Value(number); got list: ["
    assert refusal(y, engine="C").startswith("unknown engine 'C'; known are ")
    assert refusal(y, [x, x]).startswith("inputs " + told)
    assert refusal(y, [x], parameters=[y]).startswith("parameters " + told)
    why = (
        "x = 2.0 is no parameter: it is an input; program.map(…, by_inputs=True) gives derivatives"
    )
    assert refusal(y, [x], parameters=[w, x]).startswith(why)
    why = "z = 1.0 is no parameter: the loss does not depend on it"
    assert refusal(y, [x], parameters=[w, Value(1.0, "z")]) == why
    assert refusal(x) == "the loss is a leaf: there is nothing to compile"
    monkeypatch.setattr(engines.Python, "MOST_OPERANDS", 2)
    a, b = Value(2.0), Value(3.0)  # of which nothing was told yet
    autograd.compile(a * b)
    told = "2 operations on 4 operands are too many to compile, 2 operands the limit of python; "
    assert refusal(a * b * 2.0).startswith(told + 'engine="tape" takes graphs of any size, ')


def test_graphs_that_were_changed_are_told_with_what_to_do() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = x * w
    y.data = 1.0
    assert refusal(y) == (
        "the data of x * w = 1.0 was set, though an operation made it: a program would compute it "
        "anew; a number of your own is a leaf, Value(number)"
    )
    z = x * w.data
    assert refusal(z).endswith(
        "gives derivatives that a program computes anew. If nothing depends on it, make new "
        "inputs, record the loss again, and compile that"
    )
