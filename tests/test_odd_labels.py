"""A label is shown as it is written, whatever signs it has; what does not print is spelled out."""

import warnings

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograd import MLP, Figure, Value, draw, draw_layers, draw_network, explain
from autograd.core.graph import printable
from tests.parsed import Parsed
from tests.strategies import examples

PIECES = ["a\\", "<B>x</B>", '"', "\n", "\\N", "&amp;", "&#0;", "\0", "😀", "\\l", "{a|b}", "-->"]
LABELS = st.one_of(
    st.lists(st.sampled_from([*PIECES, "\\", "<", ">", "&", ":", "\ud800", "x"])).map("".join),
    st.text(max_size=8).filter(lambda text: "_" not in text),  # z1_2 has subscripts
)


def shown(figure: Figure) -> set[str]:
    """All lines of its nodes; blanks as SVG has them."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lines = {line for lines in Parsed(figure).lines() for line in lines}
    return {line.replace("\xa0", " ").strip() for line in lines}


@pytest.mark.usefixtures("backend")
@settings(examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LABELS)
@example("a\\")
@example("<B>x</B>")
@example('say "no"\n')
@example("\\N &amp; &#0; \0")
@example("😀\\")
def test_a_label_is_shown_as_it_is_written(label: str) -> None:
    expected = printable(label).strip()
    x = Value(2.0, label)
    y = x * 3.0
    assert not expected or expected in shown(draw(y, backward=True, edges="formula"))
    net = MLP(1, [2, 1], "tanh", seed=0)
    for parameter in net.parameters():
        parameter.label = label
    figure = draw_network(net)
    assert not expected or expected in shown(figure)
    assert len(Parsed(figure).nodes) == len(Parsed(draw_network(MLP(1, [2, 1], seed=0))).nodes)
    assert shown(draw_layers(net, backward=True))
    assert "</svg>" in explain(y).html()
