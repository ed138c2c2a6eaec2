"""The guides: docstrings of packages and modules, each with its title."""

from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]

GUIDES = {
    "autograd.core": "How a row becomes everything",
    "autograd.program": "Which engine when",
    "autograd.nn": "Training a network",
    "autograd.show": "Drawing large graphs",
    "autograd.derivatives": "Derivatives of derivatives",
    "autograd.vectors": "Functions of vectors",
    "autograd.proof": "What we promise and what it rests on",
    "autograd.core.elsewhere": "Coming from PyTorch, JAX, SciPy or micrograd",
}
START = "autograd"  # the page that leads to them


def guide(module: str) -> str:
    return str(import_module(module).__doc__)


def file_of(module: str) -> Path:
    return Path(str(import_module(module).__file__))
