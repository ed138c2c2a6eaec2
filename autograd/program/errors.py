"""Errors of graphs that cannot be compiled, and of Ctrl-C in machine code."""


class CompileError(ValueError):
    """A graph cannot be compiled, and why.

    It is a `ValueError`, raised by `compile`, by `Program.on`, by the first call of a program whose
    engine takes too long to compile it, and by `fit` with an engine that compiles.

    >>> from autograd import CompileError, Value, compile
    >>> x, w = Value(2.0, "x"), Value(3.0, "w")
    >>> loss = w * x if x > 0 else -w * x
    >>> try:
    ...     compile(loss, [x])
    ... except CompileError as error:
    ...     print(str(error).partition(":")[0])
    x was compared with 0.0 after the inputs were made and before the loss was
    """


SMALLER = (
    'engine="tape" takes graphs of any size, and backward() runs the graph as it is. A '
    "smaller graph is that of the loss of one sample, whose program(xs, ys) takes them all, and "
    "one with affine, total or mean in place of many × and +"
)


def raise_if_interrupted(error: BaseException) -> None:
    """Raise KeyboardInterrupt if an error came of it.

    Ctrl-C in machine code is a SystemError by numba, which no `except KeyboardInterrupt` catches.
    """
    cause = error.__cause__
    while cause is not None:
        if isinstance(cause, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        cause = cause.__cause__
