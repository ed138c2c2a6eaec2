"""Modules that tests ask for their parameters."""

from typing import Any

from autograd import MLP, Module, Parameter, Value


class Open(Module):
    """A module with whatever attributes it is given, as these."""

    children: Any
    itself: Any
    net: Any
    p: Any
    parent: Any
    rest: Any
    scale: Any

    def __init__(self, **attributes: Any) -> None:
        for name, x in attributes.items():
            setattr(self, name, x)


def names(module: Module) -> list[str]:
    return [name for name, _ in module.named_parameters()]


class Halves(Module):
    """A module that lists the first half of its parameters alone."""

    def __init__(self, *more: Any) -> None:
        self.first = Parameter(1.0, "first")
        self.second = Parameter(2.0, "second")
        self.more = more

    def parameters(self) -> list[Value]:
        return [self.first]


class Extended(Halves):
    def parameters(self) -> list[Value]:
        return [*Module.parameters(self), HIDDEN]


HIDDEN = Parameter(3.0)


class Plain:
    """What somebody wrote without Module."""

    def __init__(self) -> None:
        self.w = [Value(1.0), Value(2.0)]

    def parameters(self) -> list[Value]:
        return self.w


class Scaled(MLP):
    """A network with a parameter more, called as none of the document's is."""

    def __init__(self) -> None:
        super().__init__(1, [1], seed=0)
        self.b1_1 = Parameter(1.0)
