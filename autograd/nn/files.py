"""Networks as JSON a person can read, checked name by name on the way back, nothing run."""

import json
import os
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

from autograd.core.numbers import as_float
from autograd.core.tracking import peek, put
from autograd.nn.modules import ACTIVATIONS, MLP, Layer
from autograd.writing import write_whole

__all__ = ["load", "save"]

FORMAT = "scalar-autograd network"
VERSION = 1


def save(net: MLP, path: str | os.PathLike[str]) -> None:
    """Write a network to a file, whole or not at all: until the new file is complete, the old
    stays.

    Makes the folders that `path` needs. Raises TypeError for anything but an MLP, and ValueError
    for one that `load` could not give back, with a parameter that is not finite or has lost its
    name.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(MLP(1, [3, 1], activation="sigmoid", seed=0), f"{folder}/net.json")
    ...     load(f"{folder}/net.json")
    <MLP of 10 parameters>
    """
    if not isinstance(net, MLP):
        raise TypeError(f"save writes an MLP, got {type(net).__name__}")
    try:
        document = _document(net)
        again = [(name, peek(leaf)) for name, leaf in _network(document).named_parameters()]
        numbers = document["parameters"]
        named = f"its parameters are not named in order, as MLP does: {[*numbers]!r:.200}"
        _check(again == [*numbers.items()], named)
    except ValueError as error:
        raise ValueError(f"this network cannot be saved: {error}") from None
    write_whole(path, json.dumps(document, indent=2) + "\n")


def load(path: str | os.PathLike[str]) -> MLP:
    """Read a network that `save` wrote to a file.

    Raises ValueError naming the file and what is wrong with it.
    """
    try:
        text = Path(path).read_bytes()
        return _network(json.loads(text, parse_int=float, object_pairs_hook=_without_repeats))
    except (ValueError, RecursionError) as error:
        message = f"{os.fspath(path)} is not a network that can be loaded: {error}"
        raise ValueError(message) from None


def _document(net: MLP) -> dict[str, Any]:
    """What stands in the file of a network."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "inputs": len(net.layers[0].W),
        "layers": [_kind(layer) for layer in net.layers],
        "parameters": {name: peek(leaf) for name, leaf in net.named_parameters()},
    }


def _kind(layer: Layer) -> dict[str, Any]:
    kinds = [{"activation": n.activation, "fused": n.fused} for n in layer.neurons]
    alike = kinds.count(kinds[0]) == len(kinds)
    _check(alike, "the neurons of a layer differ in activation or fused")
    return {"units": len(kinds), **kinds[0]}


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    _check(len(set(names)) == len(names), f"a name stands twice in {names!r:.200}")
    return dict(pairs)


def _network(document: Any) -> MLP:
    """The network of a document, or ValueError with what is wrong."""
    _check_form(document)
    layers = document["layers"]
    for layer in layers:
        _check(_is_layer(layer), f"a layer is {layer!r:.200}")
    counts = [document.get("inputs"), *(layer["units"] for layer in layers)]
    parameters = document["parameters"]
    _check_counts(counts, len(parameters))
    nin, *nouts = map(int, counts)
    net = MLP(nin, nouts, seed=0)
    for layer, kind in zip(net.layers, layers, strict=True):
        for neuron in layer.neurons:
            neuron.activation = kind["activation"]
            neuron.fused = kind["fused"]
    for name, parameter in net.named_parameters():
        _check(name in parameters, f"it has no parameter {name}")
        data = parameters[name]
        _check(as_float(data) is not None and isfinite(data), f"{name} is {data!r:.80}")
        put(parameter, data)
    return net


def _check_form(document: Any) -> None:
    is_ours = isinstance(document, dict) and document.get("format") == FORMAT
    _check(is_ours, f"its format is not {FORMAT!r}")
    version = document.get("version")
    _check(as_float(version) == VERSION, f"its version is {version!r:.80}, this reads {VERSION}")
    has_layers = isinstance(document.get("layers"), list)
    has_parameters = isinstance(document.get("parameters"), dict)
    is_whole = len(document) == 5 and has_layers and has_parameters
    holds = "not format, version, inputs, layers and parameters"
    _check(is_whole, f"it holds {sorted(document)!r:.200}, {holds}")


def _is_layer(layer: Any) -> bool:
    if not isinstance(layer, dict) or {*layer} != {"units", "activation", "fused"}:
        return False
    return isinstance(layer["fused"], bool) and layer["activation"] in ACTIVATIONS


def _check_counts(counts: Sequence[Any], parameters: int) -> None:
    """Check that inputs and units are whole numbers, and take so many parameters."""
    _check(all(map(_is_count, counts)), f"inputs and units are {counts!r:.200}")
    size = sum(int(nin * nout + nout) for nin, nout in pairwise(counts))
    takes = f"{counts!r:.200} inputs and units take {size} parameters"
    _check(size == parameters, f"{takes}, it has {parameters}")


def _is_count(n: Any) -> bool:
    return as_float(n) is not None and bool(1 <= n == n // 1 <= 1e6)


def _check(right: bool, problem: str) -> None:
    if not right:
        raise ValueError(problem)
