"""How many Values there are, which no collector knows of in C."""

import sys

from autograd import Value


def alive() -> int:
    """A number that grows by 1 with each Value that is made: each keeps its class from going."""
    return sum(map(sys.getrefcount, [Value, *Value.__subclasses__()]))
