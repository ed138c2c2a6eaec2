"""Modules as JSON a person can read, checked name by name on the way back, nothing run."""

import json
import os
from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Any, TypeVar, overload

from autograd.core.at_once import at_once, data_put
from autograd.core.diagnosis import first_few, told
from autograd.core.numbers import as_float
from autograd.core.rows import LEAF
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.nn.module import Module
from autograd.nn.modules import MLP, OUTPUTS, SOFTMAX, Layer
from autograd.reading import check_size, read_whole
from autograd.writing import write_whole

__all__ = ["load", "save"]

NETWORK = "scalar-autograd network"  # how an MLP is made, and its parameters
PARAMETERS = "scalar-autograd parameters"  # those of any other module
VERSION = 1
KEYS = {
    NETWORK: ("format", "version", "inputs", "layers", "parameters"),
    PARAMETERS: ("format", "version", "module", "parameters"),
}

M = TypeVar("M", bound=Module)


def save(module: Module, path: str | os.PathLike[str]) -> None:
    """Write the parameters of a module to a JSON file, each by its name.

    The file is written whole or not at all: until the new one is complete, an old one stays.
    Folders that are missing are made. Frozen parameters are written too, but not that they are
    frozen.

    Arguments:

    - `module`: the `Module` to save. An `MLP` is written with its layers, so that `load(path)`
      makes it anew. Any other module is read back by `load(path, into=module)`.
    - `path`: where to write the file.

    Raises:

    - `TypeError` if `module` is no `Module`.
    - `ValueError` if `load` could not give the module back: it has no parameters, or one that is
      not finite or is the result of an operation, or it is an `MLP` whose layers or labels were
      changed, or it takes more than 128 MiB. Also if `path` is a folder.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(MLP(1, [3, 1], activation="sigmoid", seed=0), f"{folder}/net.json")
    ...     load(f"{folder}/net.json")
    <MLP 1-3-1, sigmoid, of 10 parameters>
    """
    if not isinstance(module, Module):
        raise TypeError(f"save writes a Module, got {told(module)}")
    try:
        # A subclass may be called in another way than the layers in the file say.
        document = _document_of_network(module) if type(module) is MLP else _document(module)
        text = json.dumps(document, indent=2) + "\n"
        check_size(len(text))  # it is ASCII
    except ValueError as error:
        what = "network" if type(module) is MLP else type(module).__name__
        raise ValueError(f"this {what} cannot be saved: {error}") from None
    write_whole(path, text)


@overload
def load(path: str | os.PathLike[str]) -> MLP: ...
@overload
def load(path: str | os.PathLike[str], *, into: M) -> M: ...
def load(path: str | os.PathLike[str], *, into: Any = None) -> Any:
    """Read what `save` wrote: a network, or the parameters of a module.

    The file is checked before anything is changed, and nothing in it is run. Only an ordinary file
    is read, of 128 MiB at most, which are three million parameters.

    Arguments:

    - `path`: the file to read.
    - `into`: the module that gets the numbers, all or none. It has to have parameters of the same
      names as the one that was saved; frozen ones get their numbers too. None, the default, makes a
      new `MLP`, for a file that has one.

    Returns the new `MLP`, or `into`.

    Raises:

    - `TypeError` if `into` is no `Module`.
    - `ValueError` if there is no ordinary file, if it is not what `save` writes, or does not fit
      `into`. It names the file and the first parameters that are missing, are too many, or are
      not finite.
    - `OSError` if the file cannot be read.

    >>> import tempfile
    >>> from autograd.nn import Embedding
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Embedding(3, 2, seed=0), f"{folder}/letters.json")
    ...     load(f"{folder}/letters.json", into=Embedding(3, 2))
    <Embedding of 6 parameters>
    """
    if into is not None and not isinstance(into, Module):
        raise TypeError(f"load fills a Module, got {told(into)}")
    try:
        document = json.loads(read_whole(path), parse_int=float, object_pairs_hook=_without_repeats)
        return _network(document) if into is None else _filled(into, document)
    except (ValueError, RecursionError) as error:
        what = "network" if into is None else "module"
        message = f"{os.fspath(path)} is not a {what} that can be loaded: {error}"
        raise ValueError(message) from None


def _document(module: Module) -> dict[str, Any]:
    """What stands in the file of a module."""
    parameters = _leaves(module)
    _check(bool(parameters), "it has no parameters")
    numbers = {name: peek(leaf) for name, leaf in parameters.items()}
    _check_finite(numbers)
    return {
        "format": PARAMETERS,
        "version": VERSION,
        "module": type(module).__name__,
        "parameters": numbers,
    }


def _document_of_network(net: MLP) -> dict[str, Any]:
    """What stands in the file of a network."""
    others = [told(layer) for layer in net.layers if type(layer) is not Layer]
    _check(not others, f"its layers are each a Layer, got {first_few(others)}")
    numbers = {name: peek(leaf) for name, leaf in net.named_parameters()}
    document = {
        "format": NETWORK,
        "version": VERSION,
        "inputs": len(net.layers[0].W),
        "layers": [_kind(layer) for layer in net.layers],
        "parameters": numbers,
    }
    again = [(name, peek(leaf)) for name, leaf in _network(document).named_parameters()]
    named = f"its parameters are not named in order, as MLP does: {[*numbers]!r:.200}"
    _check(again == [*numbers.items()], named)
    return document


def _leaves(module: Module) -> dict[str, Value]:
    """The parameters of a module, which can be given numbers."""
    parameters = dict(module.named_parameters())
    results = [name for name, x in parameters.items() if x.op is not LEAF]
    _check(not results, f"its parameters are results of operations: {first_few(results)}")
    return parameters


def _kind(layer: Layer) -> dict[str, Any]:
    kinds = [{"activation": n.activation, "fused": n.fused} for n in layer.neurons]
    alike = kinds.count(kinds[0]) == len(kinds)
    _check(alike, "the neurons of a layer differ in activation or fused")
    return {"units": len(kinds), **kinds[0], "activation": layer.activation}


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):  # the text is made here alone, as there may be millions of names
        raise ValueError(f"a name stands twice in {[name for name, _ in pairs]!r:.200}")
    return document


def _network(document: Any) -> MLP:
    """The network of a document, or ValueError with what is wrong."""
    _check_form(document, [NETWORK])
    layers = document["layers"]
    for layer in layers:
        _check(_is_layer(layer), f"a layer is {layer!r:.200}")
    counts = [document.get("inputs"), *(layer["units"] for layer in layers)]
    _check_counts(counts, len(document["parameters"]))
    nin, *nouts = map(int, counts)
    net = MLP(nin, nouts, seed=0)
    for k, kind in enumerate(layers):
        activation = kind["activation"]
        widths = (len(net.layers[k].W), nouts[k])
        net.layers[k] = Layer(*widths, activation, seed=0, fused=kind["fused"], layer=k + 1)
    _fill(net, document["parameters"])
    return net


def _filled(module: Module, document: Any) -> Module:
    """A module with the numbers of a document, or ValueError with what is wrong."""
    _check_form(document, [PARAMETERS, NETWORK])
    if document["format"] == NETWORK and isinstance(module, MLP):
        layers = [_kind(layer) for layer in module.layers]
        differ = f"its layers are {document['layers']!r:.200}, the module's {layers!r:.200}"
        _check(document["layers"] == layers, differ)
    _fill(module, document["parameters"])
    return module


def _fill(module: Module, numbers: dict[str, Any]) -> None:
    """Put numbers into the parameters of these names, all of them or none."""
    leaves = _leaves(module)
    problems = []
    lacks = [name for name in leaves if name not in numbers]
    if lacks:
        problems.append(f"it has no parameter {_named(lacks)}")
    more = [name for name in numbers if name not in leaves]
    if more:
        problems.append(f"the {type(module).__name__} has no parameter {_named(more)}")
    if problems:
        problems.append("make the module as it was made when it was saved")
    _check(not problems, "; ".join(problems))
    _check_finite(numbers)
    at_once(data_put(leaves.values(), [numbers[name] for name in leaves]))


def _check_finite(numbers: dict[str, Any]) -> None:
    wrong = [f"{_shown(name)} is {x!r:.80}" for name, x in numbers.items() if not _is_finite(x)]
    _check(not wrong, first_few(wrong))


def _named(names: Sequence[str]) -> str:
    return first_few([_shown(name) for name in names])


def _shown(name: str) -> str:
    """A name out of a file, which may be long, or hold what moves the cursor of a terminal."""
    return f"{name if name.isprintable() else ascii(name):.80}"


def _is_finite(x: Any) -> bool:
    number = as_float(x)
    return number is not None and isfinite(number)


def _check_form(document: Any, formats: Sequence[str]) -> None:
    """Check that a document has all that stands in a file of one of some formats."""
    form: Any = document.get("format") if isinstance(document, dict) else None
    if form == PARAMETERS and form not in formats:
        name = f"{document.get('module')!r:.80}"
        hint = "make that module, then load(path, into=module)"
        raise ValueError(f"it holds the parameters of a module, {name}: {hint}")
    _check(form in formats, f"its format is not {' or '.join(map(repr, formats))}")
    version = document.get("version")
    _check(as_float(version) == VERSION, f"its version is {version!r:.80}, this reads {VERSION}")
    has_layers = form != NETWORK or isinstance(document.get("layers"), list)
    has_parameters = isinstance(document.get("parameters"), dict)
    is_whole = {*document} == {*KEYS[form]} and has_layers and has_parameters
    *others, last = KEYS[form]
    _check(is_whole, f"it holds {sorted(document)!r:.200}, not {', '.join(others)} and {last}")


def _is_layer(layer: Any) -> bool:
    if not isinstance(layer, dict) or {*layer} != {"units", "activation", "fused"}:
        return False
    activation = layer["activation"]
    if activation == SOFTMAX and layer["units"] == 1:
        return False
    return isinstance(layer["fused"], bool) and activation in OUTPUTS


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
