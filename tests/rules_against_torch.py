"""Optimizers against PyTorch's: a thousand steps of a small network, by each rule.

    python -m tests.rules_against_torch [--steps 1000]

Each trains by its own gradients, from the same start. Parameters may differ by 1e-12 of the
largest: a thousand steps, each rounded some ten times to 1e-16 of it, on a smooth loss that draws
neighbours together. (By a larger decay Adam leads all weights to 0, where of m / √v nothing but
rounding is left, and 1e-16 becomes 1e-7.)
"""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from autograd import MLP, SGD, Adam, AdamW, half_squared_error
from autograd.nn.optimizers import Optimizer

with suppress(ImportError):  # pytest imports every module for its doctests
    warnings.filterwarnings("ignore", "Failed to initialize NumPy")
    import torch

MOST = 1e-12
RULES = ("SGD", "momentum", "Nesterov's", "SGD with decay", "Adam", "Adam with decay", "AdamW")


def rate_at(step: int) -> float:
    return 0.01 / (1.0 + 0.01 * step)


def ours(name: str, parameters: Any, rate: Any) -> Optimizer:
    rules: dict[str, Callable[[], Optimizer]] = {
        "SGD": lambda: SGD(parameters, rate),
        "momentum": lambda: SGD(parameters, rate, momentum=0.9),
        "Nesterov's": lambda: SGD(parameters, rate, momentum=0.9, nesterov=True, weight_decay=0.01),
        "SGD with decay": lambda: SGD(parameters, rate, weight_decay=0.01),
        "Adam": lambda: Adam(parameters, rate),
        "Adam with decay": lambda: Adam(parameters, rate, betas=(0.8, 0.99), weight_decay=0.01),
        "AdamW": lambda: AdamW(parameters, rate, epsilon=1e-6, weight_decay=0.01),
    }
    return rules[name]()


def theirs(name: str, parameters: Any, rate: float) -> Any:
    rules: dict[str, Callable[[], Any]] = {
        "SGD": lambda: torch.optim.SGD(parameters, rate),
        "momentum": lambda: torch.optim.SGD(parameters, rate, momentum=0.9),
        "Nesterov's": lambda: torch.optim.SGD(
            parameters, rate, momentum=0.9, nesterov=True, weight_decay=0.01
        ),
        "SGD with decay": lambda: torch.optim.SGD(parameters, rate, weight_decay=0.01),
        "Adam": lambda: torch.optim.Adam(parameters, rate),
        "Adam with decay": lambda: torch.optim.Adam(
            parameters, rate, betas=(0.8, 0.99), weight_decay=0.01
        ),
        "AdamW": lambda: torch.optim.AdamW(parameters, rate, eps=1e-6, weight_decay=0.01),
    }
    return rules[name]()


def apart(name: str, is_scheduled: bool, steps: int) -> float:
    """How far the parameters are from PyTorch's at most, by the largest of them."""
    net = MLP(1, [3, 1], activation="tanh", seed=0)
    parameters = net.parameters()
    tensor = torch.tensor([p.data for p in parameters], dtype=torch.float64, requires_grad=True)
    rule = ours(name, parameters, rate_at if is_scheduled else rate_at(0))
    their_rule = theirs(name, [tensor], 1.0 if is_scheduled else rate_at(0))
    schedule = torch.optim.lr_scheduler.LambdaLR(their_rule, rate_at) if is_scheduled else None
    worst = 0.0
    for step in range(steps):
        x = step % 10 / 10
        net.zero_grad()
        half_squared_error(net(x), x * x).backward()
        rule.step()
        their_rule.zero_grad()
        (0.5 * (their_net(tensor, x) - x * x) ** 2).backward()
        their_rule.step()
        if schedule:
            schedule.step()
        worst = max(worst, difference([p.data for p in parameters], tensor.tolist()))
    return worst


def their_net(w: Any, x: float) -> Any:
    """The same network, of weights and biases in one tensor."""
    hidden = torch.tanh(x * w[:3] + w[3:6])
    return torch.dot(hidden, w[6:9]) + w[9]


def difference(found: Sequence[float], expected: Sequence[float]) -> float:
    largest = max(map(abs, expected))
    return max(abs(x - y) for x, y in zip(found, expected, strict=True)) / largest


def main(steps: int) -> None:
    for name in RULES:
        for is_scheduled in (False, True):
            worst = apart(name, is_scheduled, steps)
            what = f"{name}{' by a schedule' if is_scheduled else ''}"
            print(f"{what}: {worst:.2g} from PyTorch {torch.__version__} in {steps} steps")
            if not worst <= MOST:
                sys.exit(f"{what}: more than {MOST} apart")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compare optimizers with PyTorch's.")
    parser.add_argument("--steps", type=int, default=1000)
    main(**vars(parser.parse_args()))
