"""The thin network module: parameters, neurons, layers and networks, losses, and training."""

from autograd.nn.files import load, save
from autograd.nn.fit import Batch, batches, fit
from autograd.nn.losses import half_squared_error, mean_squared_error
from autograd.nn.modules import ACTIVATIONS, MLP, Layer, Module, Neuron
from autograd.nn.optimizers import SGD, Adam, AdamW, Optimizer
from autograd.nn.parameter import Parameter
from autograd.nn.result import Fit

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Batch",
    "Fit",
    "Layer",
    "Module",
    "Neuron",
    "Optimizer",
    "Parameter",
    "batches",
    "fit",
    "half_squared_error",
    "load",
    "mean_squared_error",
    "save",
]
