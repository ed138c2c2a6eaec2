"""Files, written whole or not at all; networks as JSON a person can read, checked name by name on the way back, nothing run."""

import json
import os
import shutil
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any
from uuid import uuid4

from autograd.nn import ACTIVATIONS, MLP
from autograd.value import as_float

__all__ = ["load", "save"]

FORMAT, VERSION = "scalar-autograd network", 1


def save(net: MLP, path: str | os.PathLike[str]) -> None:
    """Write a network to a file, whole or not at all: until the new file is complete, the old one stays.

    Makes the folders it needs. Raises TypeError for anything but an MLP, and ValueError for one that `load` could not give
    back, with a parameter that is not finite or has lost its name.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(MLP(1, [3, 1], activation="sigmoid", seed=0), f"{folder}/net.json")
    ...     load(f"{folder}/net.json")
    <MLP of 10 parameters>
    """
    if not isinstance(net, MLP):
        raise TypeError(f"save writes an MLP, got {type(net).__name__}")
    kinds = [[{"activation": neuron.activation, "fused": neuron.fused} for neuron in layer.neurons] for layer in net.layers]
    layers = [{"units": len(kind), **kind[0]} for kind in kinds]
    numbers = {name: parameter.data for name, parameter in net.named_parameters()}
    document = {"format": FORMAT, "version": VERSION, "inputs": len(net.layers[0].W), "layers": layers, "parameters": numbers}
    try:
        _check(all(kind.count(kind[0]) == len(kind) for kind in kinds), "the neurons of a layer differ in activation or fused")
        again = [(name, parameter.data) for name, parameter in _network(document).named_parameters()]
        _check(again == [*numbers.items()], f"its parameters are not named in order, as MLP does: {[*numbers]!r:.200}")
    except ValueError as error:
        raise ValueError(f"this network cannot be saved: {error}") from None
    write_whole(path, json.dumps(document, indent=2) + "\n")


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Write a file so that until it is complete the old one stays. Raises ValueError for what is no file."""
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        raise ValueError(f"{os.fspath(path)!r} is a folder or a device, not a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def load(path: str | os.PathLike[str]) -> MLP:
    """Read a network that `save` wrote. Raises ValueError naming the file and what is wrong with it."""
    try:
        return _network(json.loads(Path(path).read_bytes(), parse_int=float, object_pairs_hook=_once))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{os.fspath(path)} is not a network that can be loaded: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _check(len({key for key, _ in pairs}) == len(pairs), f"a name stands twice in {[key for key, _ in pairs]!r:.200}")
    return dict(pairs)


def _network(document: Any) -> MLP:
    _check(isinstance(document, dict) and document.get("format") == FORMAT, f"its format is not {FORMAT!r}")
    version, inputs, layers, parameters = map(document.get, ("version", "inputs", "layers", "parameters"))
    _check(as_float(version) == VERSION, f"its version is {version!r:.80}, this reads {VERSION}")
    _check(len(document) == 5 and isinstance(layers, list) and isinstance(parameters, dict),
           f"it holds {sorted(document)!r:.200}, not format, version, inputs, layers and parameters")  # fmt: skip
    for layer in layers:
        right = isinstance(layer, dict) and {*layer} == {"units", "activation", "fused"} and isinstance(layer["fused"], bool)
        _check(right and layer["activation"] in ACTIVATIONS, f"a layer is {layer!r:.200}")
    counts = [inputs, *(layer["units"] for layer in layers)]
    _check(all(as_float(n) is not None and 1 <= n == n // 1 <= 1e6 for n in counts), f"inputs and units are {counts!r:.200}")
    size = sum(int(nin * nout + nout) for nin, nout in pairwise(counts))
    _check(size == len(parameters), f"{counts!r:.200} inputs and units take {size} parameters, it has {len(parameters)}")
    net = MLP(int(inputs), [int(n) for n in counts[1:]], seed=0)
    for layer, kind in zip(net.layers, layers, strict=True):
        for neuron in layer.neurons:
            neuron.activation, neuron.fused = kind["activation"], kind["fused"]
    for name, parameter in net.named_parameters():
        _check(name in parameters, f"it has no parameter {name}")
        _check(as_float(data := parameters[name]) is not None and isfinite(data), f"{name} is {data!r:.80}")
        parameter.data = data
    return net


def _check(right: bool, problem: str) -> None:
    if not right:
        raise ValueError(problem)
