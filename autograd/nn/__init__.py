"""The thin network module: parameters, neurons, layers and networks, losses, and training."""

import sys as _sys
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import NoReturn as _NoReturn

from autograd.core.elsewhere import missing_from as _missing_from
from autograd.nn.files import load, save
from autograd.nn.fit import batches, fit
from autograd.nn.losses import (
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    huber,
    mean_squared_error,
)
from autograd.nn.module import Module
from autograd.nn.modules import ACTIVATIONS, MLP, Embedding, Layer, Neuron
from autograd.nn.optimizers import SGD, Adam, AdamW, Optimizer
from autograd.nn.parameter import Parameter
from autograd.nn.result import Batch, Epoch, Fit
from autograd.nn.stopping import EarlyStopping

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Batch",
    "EarlyStopping",
    "Embedding",
    "Epoch",
    "Fit",
    "Layer",
    "Module",
    "Neuron",
    "Optimizer",
    "Parameter",
    "batches",
    "binary_cross_entropy",
    "cross_entropy",
    "fit",
    "half_squared_error",
    "huber",
    "load",
    "mean_squared_error",
    "save",
]

if not _TYPE_CHECKING:  # else every name would be taken for one that is there

    def __getattr__(name: str) -> _NoReturn:
        message = _missing_from("autograd.nn", name)
        message = message or f"module 'autograd.nn' has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=_sys.modules[__name__])
