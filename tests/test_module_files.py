"""The parameters of any module come back by name, whole or not at all."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from autograd import MLP, Module, Parameter, Value, load, save
from tests.models import Halves, Open, Plain, Scaled


def model_of(numbers: list[float]) -> Open:
    return Open(net=MLP(1, [1], seed=0), scale=Parameter(1.0), rest=[Parameter(x) for x in numbers])


def test_a_person_can_read_what_a_module_saved(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model = model_of([0.1])
    model.net.freeze()
    save(model, path)
    text = path.read_text(encoding="utf-8")
    assert '"format": "scalar-autograd parameters",\n  "version": 1,\n  "module": "Open"' in text
    assert '    "rest.0": 0.1\n' in text
    with pytest.raises(ValueError, match=r"of a module, 'Open': make that module, then load\(path"):
        load(path)
    other = model_of([0.5])
    other.scale.frozen = True
    assert load(path, into=other) is other
    assert (other.rest[0].data, other.scale.frozen, other.net.parameters() == []) == (
        0.1,
        True,
        False,
    )


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"scale": None}, "scale is None"),
    ({"scale": float("nan"), "rest.0": float("inf")}, "scale is nan, rest.0 is inf"),
    ({"more": 1.0, "most": 2.0}, "the Open has no parameter more, most; make the module as it was"),
]


@pytest.mark.parametrize(("changes", "problem"), WRONG)
def test_a_module_is_loaded_whole_or_not_at_all(
    changes: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.json"
    save(model_of([0.1]), path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["parameters"] |= changes
    path.write_text(json.dumps(document), encoding="utf-8")
    model = model_of([0.5])
    before = [x.data for x in model.parameters()]
    with pytest.raises(ValueError, match=rf"model\.json is not a module that .*: {problem}"):
        load(path, into=model)
    assert [x.data for x in model.parameters()] == before


def test_a_module_is_loaded_by_all_names(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    save(model_of([0.1]), path)
    lacks = r"it has no parameter rest\.1, rest\.2, rest\.3, rest\.4 and 1 more; make the module"
    with pytest.raises(ValueError, match=lacks):
        load(path, into=model_of([0.5] * 6))
    document = json.loads(path.read_text(encoding="utf-8"))
    for change, problem in (
        ({"x": 1}, r"it holds \[.*\], not format, version, module and parameters"),
        ({"version": [3]}, r"its version is \[3\.0\], this reads 1"),
        ({"format": [3]}, "its format is not 'scalar-autograd parameters' or 'scalar-autograd net"),
    ):
        path.write_text(json.dumps(document | change), encoding="utf-8")
        with pytest.raises(ValueError, match=problem):
            load(path, into=model_of([0.5]))
    for wrong in (Value(1.0), MLP, "net.json"):
        with pytest.raises(TypeError, match="load fills a Module, got"):
            load(path, into=wrong)  # type: ignore[call-overload]


def test_a_network_is_loaded_into_one_like_it(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    net = MLP(2, [3, 2], "tanh", seed=1, output="softmax")
    save(net, path)
    same = load(path, into=MLP(2, [3, 2], "tanh", seed=2, output="softmax"))
    assert [x.data for x in same.parameters()] == [x.data for x in net.parameters()]
    with pytest.raises(ValueError, match=r"its layers are .*'tanh'.*, the module's .*'relu'"):
        load(path, into=MLP(2, [3, 2]))
    scaled = Scaled()
    save(scaled, path)
    assert load(path, into=Scaled()).layers[0].W[0][0].data == scaled.layers[0].W[0][0].data


def test_what_cannot_be_saved_says_why(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    cases: list[tuple[Module, str]] = [
        (Open(), "this Open cannot be saved: it has no parameters"),
        (model_of([math.inf, math.nan]), r"rest\.0 is inf, rest\.1 is nan"),
    ]
    computed = Halves()
    computed.first = Parameter(1.0) * 2.0  # type: ignore[assignment]  # which is what is refused
    cases.append((computed, "its parameters are results of operations: parameters.0"))
    net = MLP(1, [1])
    net.layers.append(Open())  # type: ignore[arg-type]  # of a person's own
    cases.append((net, "its layers are each a Layer, got Open: "))
    for module, problem in cases:
        with pytest.raises(ValueError, match=problem):
            save(module, path)
    for other in (Value(1.0), None, Plain()):
        with pytest.raises(TypeError, match=f"save writes a Module, got {type(other).__name__}"):
            save(other, path)  # type: ignore[arg-type]
    assert not path.exists()
