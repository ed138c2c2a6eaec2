"""Who runs scalar graphs, and which of our two engines a process has."""

import importlib.util
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import autograd
from demos.benchmark.tuples import Node

MICROGPT = "microgpt's node"
MICROGRAD = "micrograd"
PURE = "ours, pure"
NATIVE = "ours, native"
TAPE = "ours, tape"
PROGRAM = "ours, program"
VECTORS = "ours, f(x)"
PYTORCH = "PyTorch"
JAX = "JAX"
C_TAPE = "C tape"


def environment(who: str) -> dict[str, str]:
    """Of the process of a competitor: it says whether our Values are pure Python or C."""
    forced = {"pure": {"AUTOGRAD_NATIVE": "0"}, "native": {"AUTOGRAD_NATIVE": "1"}}
    return {**os.environ, **forced.get(who.split()[-1], {})}


def check_engine(who: str) -> None:
    """Raise RuntimeError if this process has the other engine than the competitor's."""
    engine = "native" if autograd.native else "pure"
    named = who.split()[-1]
    if named in ("pure", "native") and named != engine:
        raise RuntimeError(f"{who} was to be measured, and this process is {engine}")


def is_built() -> bool:
    """Whether this installation has the C node at all."""
    try:
        return importlib.util.find_spec("autograd.core.native._native") is not None
    except ModuleNotFoundError:
        return False


def value_class(who: str) -> Callable[[float], Any]:
    """What makes a competitor's leaf of a number."""
    if who == MICROGPT:
        return Node
    if who == MICROGRAD:
        return importlib.import_module("micrograd.engine").Value  # type: ignore[no-any-return]
    if who == PYTORCH:
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        return partial(torch.tensor, dtype=torch.float64, requires_grad=True)
    return autograd.Value
