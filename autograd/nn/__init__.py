"""The thin network module: parameters, neurons, layers and networks, losses, and training."""

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
