"""What is told of a gradient makes it: contributions add up, paths multiply, formulas are rows."""

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latexwalker import LatexWalker

import autograd
from autograd import (
    MLP,
    Explanation,
    Parameter,
    Value,
    elemental,
    explain,
    grad,
    half_squared_error,
    mean,
    total,
    where,
)
from autograd.core.graph import below, names
from autograd.core.rows import CONSTANTS, FUNCTIONS, Row
from autograd.core.value import record
from autograd.show.spelling import Spelling
from tests.bounds import contributions
from tests.conftest import network, recorded
from tests.strategies import ELEMENTAL, WIDE, Graph, examples, graphs, intervals

EPS = 2.0**-53  # of one rounding


def squeezed(told: Explanation) -> str:
    return re.sub(" +", " ", str(told))


def paths_by_hand(root: Value, leaf: Value) -> list[float]:
    """The product of partials along each path, by recursion over operands, as an oracle."""
    if root is leaf:
        return [1.0]
    steps = zip(root.operands, root.partials[: len(root.op.partials)], strict=False)
    return [
        partial * rest
        for x, partial in steps
        if isinstance(x, Value)
        for rest in paths_by_hand(x, leaf)
    ]


@given(graphs())
def test_contributions_add_up_to_the_gradients_of_backward(graph: Graph) -> None:
    leaves = [Value(number) for number in graph.numbers]
    root = graph.build(leaves)
    steps = explain(root).steps
    root.backward()
    assert {step.node for step in steps} == set(names(root))
    assert len(steps) == len(names(root))
    for node, gradient, flows in steps:
        assert gradient == (node.grad or 0.0)
        so_far = 0.0
        for flow in flows:
            assert flow.result.operands[flow.slot] is node
            assert (flow.local, flow.upstream) == (
                flow.result.partials[flow.slot],
                flow.result.grad,
            )
            assert flow.contribution == flow.upstream * flow.local
            so_far += flow.contribution
            assert flow.sum_so_far == so_far
        assert so_far == gradient or node is root


@given(graphs(longest=8), st.data())
def test_all_paths_add_up_to_the_gradient_of_a_leaf(graph: Graph, data: st.DataObject) -> None:
    leaves = [Value(number) for number in graph.numbers]
    root = graph.build(leaves)
    leaf = data.draw(st.sampled_from(below(root)[1]))
    told = explain(root, leaf)
    products = paths_by_hand(root, leaf)
    assert told.path_count == len(products)
    if told.path_count <= 1000:
        longest = max([len(path.flows) for path in told.paths], default=0)
        # Each product is rounded once a factor, in another order here and there, and so is each sum
        # of gradients on the way.
        (magnitude,) = contributions(root, [leaf])
        bound = 4 * (longest + told.path_count) * EPS * magnitude
        assert sorted(p.product for p in told.paths) == pytest.approx(
            sorted(products), rel=4 * (longest + 1) * EPS
        )
        assert math.fsum(path.product for path in told.paths) == pytest.approx(
            told.steps[-1].gradient, rel=0, abs=bound
        )
    assert [abs(p.product) for p in told.paths] == sorted(
        (abs(p.product) for p in told.paths), reverse=True
    )
    for flows, product in told.paths:
        assert product == pytest.approx(
            math.prod(flow.local for flow in flows), rel=4 * (len(flows) + 1) * EPS
        )
        assert [flow.result for flow in flows][:1] in ([root], [])
        assert all(a.result.operands[a.slot] is b.result for a, b in pairwise(flows))


def test_of_many_paths_the_largest_and_what_the_rest_add_up_to() -> None:
    x = Value(2.0, "x")
    y = x
    for i in range(
        12
    ):  # each node twice the paths, 3^12 in all; one of them 1 : 2^-12 larger than another
        y = y * 0.5 + y * (0.25 if i else 0.125) + y * 0.125
    told = explain(y, x)
    assert told.path_count == 3**12
    assert [path.product for path in told.paths[:1]] == [0.5**12]
    assert len(told.paths) == 10
    rest = told.steps[-1].gradient - sum(path.product for path in told.paths)
    assert f"the others: {rest:.6g}" in squeezed(told)


def test_the_documents_formulas_5_to_12_in_order_and_in_its_names() -> None:
    net, _, _, loss = recorded()
    told = squeezed(explain(loss)).split("backward\n")[1].splitlines()[1:18]
    assert [line.strip().split(" = ")[:3] for line in told] == [
        ["dz2_1", "∂loss/∂z2_1", "z2_1 - y"],  # (5)
        *([f"dw2_{j}1", f"dz2_1 · ∂z2_1/∂w2_{j}1", f"dz2_1 · a1_{j}"] for j in (1, 2, 3)),  # (6)
        ["db2_1", "dz2_1 · ∂z2_1/∂b2_1", "dz2_1 · 1"],  # (7)
        *([f"da1_{j}", f"dz2_1 · ∂z2_1/∂a1_{j}", f"dz2_1 · w2_{j}1"] for j in (1, 2, 3)),  # (8)
        *(
            [f"dz1_{j}", f"da1_{j} · ∂a1_{j}/∂z1_{j}", f"da1_{j} · a1_{j} · (1 - a1_{j})"]
            for j in (1, 2, 3)
        ),  # (9), (10)
        *([f"dw1_1{j}", f"dz1_{j} · ∂z1_{j}/∂w1_1{j}", f"dz1_{j} · x"] for j in (1, 2, 3)),  # (11)
        *([f"db1_{j}", f"dz1_{j} · ∂z1_{j}/∂b1_{j}", f"dz1_{j} · 1"] for j in (1, 2, 3)),  # (12)
    ]
    loss.backward()
    gradients = {
        f"d{label}": f"{parameter.grad:.6g}" for label, parameter in net.named_parameters()
    }
    assert {
        line.split()[0]: line.split()[-1] for line in told if line.split()[0] in gradients
    } == gradients


def test_matrices_group_them_as_the_document_does() -> None:
    _, _, _, loss = recorded()
    told = squeezed(explain(loss, matrices=True))
    for line in (
        "dZ2 = Z2 - Y = (-0.651435)",
        "dW2 = A1ᵀ · dZ2 = (-0.393415; -0.376745; -0.309887)",
        "dB2 = dZ2 = (-0.651435)",
        "dA1 = dZ2 · W2ᵀ = (0.384692, -0.0179909, 0.151695)",
        "dZ1 = dA1 ⊙ A1 ⊙ (1 - A1) = (0.0920186, ",
        "dW1 = Xᵀ · dZ1 = (0.0460093, -0.00219366, 0.0189171)",
        "dB1 = dZ1 = (0.0920186, ",
    ):
        assert f"\n {line}" in told
    tex = explain(loss, matrices=True).latex()
    assert (
        r"dW2 & = A1^{\top} \cdot dZ2 = "
        r"\begin{pmatrix} -0.393415 \\ -0.376745 \\ -0.309887 \end{pmatrix}" in tex
    )
    assert r"dZ1 & = dA1 \odot A1 \odot \left(1 - A1\right) = " in tex
    assert re.findall("^ d([A-Z][0-9])", told, flags=re.M) == [
        "Z2",
        "W2",
        "B2",
        "A1",
        "Z1",
        "W1",
        "B1",
    ]


def test_matrices_of_a_deeper_network_with_several_outputs() -> None:
    net = MLP(2, [3, 2, 2], activation="tanh", seed=1)
    loss = half_squared_error(net([0.5, -1.0]), [0.1, 0.2])
    told = str(explain(loss, matrices=True))
    loss.backward()
    rows = [
        "; ".join(", ".join(f"{w.grad:.6g}" for w in row) for row in layer.W)
        for layer in net.layers
    ]
    assert [row for row in rows if f"({row})" in told] == rows
    order = ["E", "Z3", "W3", "B3", "A2", "Z2", "W2", "B2", "A1", "Z1", "W1", "B1"]
    assert re.findall("^  d([A-Z][0-9]*)", told, flags=re.M) == order
    assert "dZ1 = dA1 ⊙ (1 - A1 ⊙ A1)" in re.sub(" +", " ", told)


def test_matrices_need_labels_of_one_sample() -> None:
    net = network()
    with pytest.raises(ValueError, match="the loss of one sample, each with a label"):
        explain(mean([half_squared_error(net(x), 0.0) for x in (0.1, 0.2)]), matrices=True)
    x = Value(1.0, "x")
    with pytest.raises(ValueError, match=r"labelled as in MLP.*such as z2_1; .*x \+ 1"):
        explain((x + 1.0) * 2.0, matrices=True)


@given(graphs(), st.lists(st.text(max_size=8), min_size=16, max_size=16))
@examples(50)
def test_every_latex_text_parses(graph: Graph, labels: list[str]) -> None:
    nodes = graph.nodes([Value(number) for number in graph.numbers])
    for node, label in zip(nodes, labels, strict=False):
        node.label = label
    told = explain(nodes[-1], nodes[0]) if nodes[0] in names(nodes[-1]) else explain(nodes[-1])
    for text in (told.latex(), told.markdown().replace("$$", "$")):
        walked, *_ = LatexWalker(text, tolerant_parsing=False).get_latex_nodes()
        assert walked
    assert str(told).count("\n") == told.latex().count("\n") - 2 + len(
        re.findall("textbf", told.latex())
    )


@pytest.mark.parametrize("row", ELEMENTAL + WIDE, ids=lambda row: row.name)
def test_each_row_is_told_by_its_own_text(row: Row) -> None:
    point = [(low + 2 * high) / 3 for low, high in intervals(row)]
    operands = [Value(x, f"{name}_") for name, x in zip(row.operands, point, strict=True)]
    node = (
        record(row, *operands[:-1], point[-1])
        if row.name == "power_constant"
        else record(row, *operands)
    )
    told = explain(node)
    LatexWalker(told.latex(), tolerant_parsing=False).get_latex_nodes()
    flat = str(told).replace("_", "").replace(" · ", " * ")
    for partial in row.partials:
        out = names(node)[node]
        expected = re.sub(r"\bout\b", out, re.sub(r"(?<![\w.])(\d+)\.0(?![\w.])", r"\1", partial))
        assert (row.name == "power_constant") or expected in flat


def test_only_what_reaches_a_leaf() -> None:
    net, _, _, loss = recorded()
    w = net.layers[0].W[0][0]
    told = explain(loss, w)
    assert [told.names[step.node] for step in told.steps] == [
        "loss",
        "z2_1",
        "a1_1",
        "z1_1",
        "w1_11",
    ]
    assert "loss → z2_1 → a1_1 → z1_1 → w1_11:" in str(told)
    assert "(z2_1 - y) · w2_11 · a1_1 · (1 - a1_1) · x = " in str(told)
    with pytest.raises(TypeError, match="a leaf is a Value, not its name or number; got 'w1_11'"):
        explain(loss, "w1_11")  # type: ignore[arg-type]  # what a user may try
    with pytest.raises(ValueError, match=r"loss does not depend on other = 1\.0"):
        explain(loss, Value(1.0, "other"))
    assert explain(w, w).path_count == 1
    assert str(explain(w)) == "backward\n  dw1_11 = 1"


def test_where_nothing_flows() -> None:
    condition, x, y = Value(1.0, "c"), Value(2.0, "x"), Value(0.0, "y")
    told = explain(where(condition * 2.0, x, y))
    assert {told.names[step.node]: step.gradient for step in told.steps} == {
        "v2": 1.0,
        "v1": 0.0,
        "x": 1.0,
        "y": 0.0,
        "c": 0.0,
    }
    assert not next(step for step in told.steps if told.names[step.node] == "v1").flows


def test_infinite_and_undefined_gradients_are_told() -> None:
    x = Value(0.0, "x")
    told = str(explain(x.sqrt() * 0.0))
    assert "0 · inf = nan" in re.sub(" +", " ", told)
    assert r"\infty" in explain(x.sqrt() * 0.0).latex()


def test_no_grad_is_read_or_written() -> None:
    x = Value(3.0, "x")
    y = x * x
    x.grad, y.grad = 7.0, 5.0
    told = explain(y, x)
    assert (x.grad, y.grad, told.steps[-1].gradient) == (7.0, 5.0, 6.0)
    assert grad(y, [x]) == [6.0]


def test_a_notebook_shows_it_and_rows_of_ones_own_are_told() -> None:
    softsign = elemental("softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"])
    told = explain(softsign(Value(-3.0, "x")))
    assert told._repr_markdown_() == told.markdown()
    assert r"\frac{x}{1 + \left\lvert x \right\rvert}" in told.markdown()
    assert r"\frac{1}{{\left(1 + \left\lvert x \right\rvert\right)}^{2}}" in told.markdown()
    assert "v1 = x / (1 + abs(x)) = -3 / (1 + abs(-3)) = -0.75" in squeezed(told)


def test_data_changed_since_is_refused() -> None:
    x = Value(1.0, "x")
    y = x.log() * 3.0
    told = explain(y, x)
    before = str(told)
    x.data = 5.0
    assert str(told) == before  # an explanation keeps its numbers
    for what in (lambda: explain(y), told.html):
        with pytest.raises(
            ValueError,
            match=r"data below log\(a\) = 0\.0 changed since it was recorded; "
            "record the graph again",
        ):
            what()


@pytest.mark.parametrize(
    ("power", "derivative"),
    [
        (2.0, "2 · x"),
        (3.0, "3 · pow(x, 2)"),
        (1.0, "1 · pow(x, 0)"),
        (0.0, "0"),
        (-1.0, "-1 · pow(x, -2)"),
        (0.5, "0.5 · pow(x, -0.5)"),
    ],
)
def test_constants_decide_what_is_told(power: float, derivative: str) -> None:
    x = Value(4.0, "x")
    assert f"dx = ∂v1/∂x = {derivative} = " in squeezed(explain(x**power))
    y = where(0.0, 3.0, x)
    assert "v1 = x = 4 = 4" in squeezed(explain(y))
    assert "where(x, x, 3) = where(4, 4, 3) = 4" in squeezed(
        explain(where(x, x, 3.0))
    )  # as it is called


def test_matrices_tell_nothing_false() -> None:
    net, _, _, loss = recorded()
    weights = [Parameter(1.0, "w_1"), Parameter(2.0, "w_2")]
    squares = [w * w for w in weights]
    mixed = [weights[0].tanh(), weights[1].sigmoid()]
    for values in (squares, mixed):
        for i, value in enumerate(values, 1):
            value.label = f"s_{i}"
        root = total(values)
        root.label = "loss"
        with pytest.raises(ValueError, match="not all of W is used alike"):
            explain(root, matrices=True)
    for arguments in ((loss, net.layers[0].W[0][0]), (Value(2.0, "x") * 3.0,)):
        with pytest.raises(ValueError, match="groups all parameters in the loss of one sample"):
            explain(*arguments, matrices=True)
    with pytest.raises(
        ValueError, match=r"such as z2_1; 0\.5 is not"
    ):  # when asked for, not when printed
        explain(half_squared_error(net(Value(0.5)), 0.2), matrices=True)
    kept, dropped = Parameter(1.0, "p_1"), Parameter(2.0, "p_2")
    chosen = where(dropped, kept, 3.0)
    chosen.label = "loss"
    with pytest.raises(
        ValueError, match="not all of P is used alike"
    ):  # nothing flows to a condition
        explain(chosen, matrices=True)
    told = squeezed(explain(net(0.5), matrices=True))  # of the output alone
    assert "dW2 = A1ᵀ · dZ2 = (0.603921; 0.578332; 0.475699)" in told


def test_more_paths_than_can_be_counted() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(5000):
        y = y * 0.5 + y * 0.5
    told = explain(y, x)
    assert told.path_count == 10**18
    assert "more than 10^18 paths" in str(told)
    assert len(told.paths) == 10


def test_wide_operations_and_long_graphs_are_told_in_short() -> None:
    xs = [Value(1.0, f"x{i}") for i in range(1000)]
    told = squeezed(explain(total(xs)))
    assert "v1 = total(x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, …) = " in told
    assert told.count("\n") == 1 + 1 + 1 + 1000
    assert explain(total(xs))._repr_markdown_() is None
    assert repr(explain(total(xs))) == "<Explanation of v1: 1,001 gradients, to be printed>"


def test_labels_in_formulas() -> None:
    a, b = Value(2.0, "x+1"), Value(3.0, "50% of_a\\b")
    told = explain(a * b)
    assert "v1 = (x+1) · (50% of_a\\b) = 2 · 3 = 6" in squeezed(told)
    assert r"\left(\text{50}\%\text{ of}\_\text{a}\backslash\text{b}\right)" in told.latex()
    assert (
        r"\operatorname{leaky\_relu}\left(x, 0.01\right)"
        in explain(Value(1.0, "x").leaky_relu()).latex()
    )


def test_a_second_derivative_is_told_by_slopes() -> None:
    x, w = Value(0.6, "x"), Value(2.0, "w")
    (slope,) = autograd.grad(x.tanh(), [x], create_graph=True)
    assert "v1 = tanh′(x) = tanh′(0.6) = 0.711578" in squeezed(explain(slope))
    assert "dx = ∂v1/∂x = -2 · tanh(x) · v1 = -0.764305" in squeezed(explain(slope))
    (by_x,) = autograd.grad(autograd.hypot(x, w), [x], create_graph=True)
    assert "v1 = x / hypot(x, w) = 0.6 / hypot(0.6, 2) = " in squeezed(explain(by_x))


@given(graphs())
def test_printed_formulas_are_true(graph: Graph) -> None:
    """What stands between the signs of equality evaluates to the number at their end."""
    root = graph.build([Value(number) for number in graph.numbers])
    told = explain(root)
    known = {
        **FUNCTIONS,
        **CONSTANTS,
        **{
            name: getattr(autograd, name) for name in ("sigmoid", "softplus", "silu", "gelu", "max")
        },
    }
    known |= {name: node.data for node, name in told.names.items()}
    known |= {f"d{told.names[node]}": gradient for node, gradient, _ in told.steps}
    spell = Spelling(told.names, {})
    for node in told.forward:
        assert eval(spell.primal(node, spell.name).replace("·", "*"), known) == pytest.approx(
            node.data, rel=1e-12, abs=1e-15
        )
    for step in told.steps:
        for flow in step.flows:
            text = (
                f"d{told.names[flow.result]} · {spell.derivative(flow.result, flow.slot)}".replace(
                    "·", "*"
                )
            )
            # The product is multiplied from the left, the engine's partial first: a rounding for
            # each factor.
            assert eval(text, known) == pytest.approx(flow.contribution, rel=1e-12, abs=1e-15)


def test_labels_used_twice_are_told_apart_as_in_programs() -> None:
    y = Value(2.0, "w") * Value(5.0, "w")
    told = str(explain(y))
    assert "w · w_2 = 2 · 5" in told
    assert "dw   = " in told
    assert "dw_2 = " in told
    assert "v1 = w * w_2" in autograd.compile(y).source
    net = MLP(1, [1], seed=0)
    loss = half_squared_error(net(1.0), 2.0) + half_squared_error(net(2.0), 3.0)
    named = names(loss)
    assert len(set(named.values())) == len(named)
    source = autograd.compile(loss).source
    assert all(f"{name} = " in source for name in named.values() if name.startswith("z1_1"))
