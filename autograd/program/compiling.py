"""`compile`: whether a recorded graph is the graph at any numbers, and then its program."""

from collections.abc import Iterable, Sequence
from typing import Any, overload

from autograd.core.checks import check_known
from autograd.core.custom import CustomRow
from autograd.core.diagnosis import described, told, told_instead
from autograd.core.graph import below, below_all
from autograd.core.numbers import as_list
from autograd.core.rows import LEAF
from autograd.core.tracking import AT_THIS_POINT, OVERWRITTEN, mark, what_left_below
from autograd.core.value import Value
from autograd.program.answers import Several
from autograd.program.engines import ENGINES
from autograd.program.program import CompileError, Program
from autograd.program.source import Source


@overload
def compile(
    loss: Value,
    inputs: Value | Iterable[Value] = ...,
    engine: str = ...,
    *,
    parameters: Value | Iterable[Value] | None = ...,
    plus: Value | None = ...,
) -> Program: ...
@overload
def compile(
    loss: Iterable[Value],
    inputs: Value | Iterable[Value] = ...,
    engine: str = ...,
    *,
    parameters: Value | Iterable[Value] | None = ...,
) -> Program[Several]: ...
def compile(
    loss: Value | Iterable[Value],
    inputs: Value | Iterable[Value] = (),
    engine: str = "python",
    *,
    parameters: Value | Iterable[Value] | None = None,
    plus: Value | None = None,
) -> Program[Any]:
    """Write the graph of `loss` as a program.

    `inputs` are the leaves that change from call to call, `parameters` those by which the program
    differentiates, in the order of its gradients: without a list all the other leaves, in the
    document's order. What is neither stays as it is at the call. Several outputs in place of the
    loss make one program of all, which computes what they share once, and goes back from each.
    `plus` is a term outside the mean over samples, made of no inputs, as a penalty of weights is:
    one sample gives loss + term, many the mean loss + term.
    The engine "python" runs it on floats, "numba" as machine code on arrays, compiled at the first
    call. "tape" writes no text: it sweeps over a graph of any size, laid out as flat arrays, by one
    loop that is compiled once for all graphs.

    Raises CompileError if the graph is too large for the engine; if a number of a Value left the
    graph after the inputs were made and before the loss was, by a comparison, a read of `data` or
    `grad`, or in print, as the graph may then be one of several; if the data of a result was set;
    if a derivative in it holds at this point only; if an operation in it is `custom`; or if the
    term depends on an input. Raises
    ValueError if an input is no leaf or is named twice, as an output is, if nothing depends on one
    of the parameters, or if a term goes with several outputs. Raises ModuleNotFoundError if "tape"
    has neither numba nor C; C sweeps no rows of one's own.

    >>> x, w = Value(2.0, "x"), Value(-3.0, "w")
    >>> program = compile((x * w).sin(), inputs=[x])
    >>> print(program.source)
    def program(x, w):
        # forward
        v1 = x * w
        v2 = sin(v1)
        # backward
        d_v1 = cos(v1)
        d_w = d_v1 * x
        return v2, (d_w,)
    <BLANKLINE>
    >>> program(0.5)
    (-0.9974949866040544, (0.03536860083385145,))
    >>> compile([x * w, x + w], [x])(0.5)
    ((-1.5, -2.5), ((0.5,), (1.0,)))
    >>> compile(x * w, [x], plus=0.5 * w**2)([1.0, 2.0])  # 1.5 · w + 0.5 · w²
    (0.0, (-1.5,))
    """
    check_known("engine", engine, ENGINES)
    return written(loss, inputs, parameters, plus).on(engine)


def written(
    loss: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    parameters: Value | Iterable[Value] | None,
    plus: Value | None = None,
) -> Program[Any]:
    """The program of a graph of any size, checked as `compile` does but for its engine.

    `Program.on` says which one runs it.
    """
    program = laid_out(loss, inputs, parameters, plus)
    roots = program.outputs if plus is None else [*program.outputs, plus]
    _, leaves = below_all(roots)
    if parameters is not None:
        _check_parameters(program.parameters, {*program.inputs}, {*leaves})
    for root in roots:
        left = what_left_below(root, program.inputs or leaves)
        if left:
            raise CompileError(_told_left(left))
    return program


def laid_out(
    loss: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    parameters: Value | Iterable[Value] | None,
    plus: Value | None = None,
) -> Program[Any]:
    """The same for who knows that no number left the graph, by parameters it may do without."""
    is_several = not isinstance(loss, Value)
    outputs = as_list(loss)
    given = as_list(inputs)
    by = None if parameters is None else list(dict.fromkeys(as_list(parameters)))
    _check_leaves("inputs", given)
    if by is not None:
        _check_leaves("parameters", by)
    _check_outputs(outputs)
    _check_term(plus, given, is_several)
    operations, leaves = below_all(outputs if plus is None else [*outputs, plus])
    check_marks([*leaves, *operations])
    return Program(Source(outputs, given, by, term=plus, is_several=is_several))


def _check_leaves(what: str, given: Sequence[Any]) -> None:
    are_leaves = all(isinstance(leaf, Value) and leaf.op is LEAF for leaf in given)
    if not are_leaves or len(set(given)) < len(given):
        made_by = "each made by Value(number)"
        raise ValueError(f"{what} are different leaves, {made_by}; got {told(given)}")


def _check_outputs(outputs: Sequence[Any]) -> None:
    if not outputs:
        raise ValueError("a program has an output or several, got none")
    for output in outputs:
        if not isinstance(output, Value):
            raise TypeError(f"a graph begins at a Value, got {told_instead(output)}")
        if output.op is LEAF:
            what = "the loss" if len(outputs) == 1 else f"the output {described(output)}"
            raise CompileError(f"{what} is a leaf: there is nothing to compile")
    if len(set(outputs)) < len(outputs):
        raise ValueError(
            "an output is given twice: write r * 1.0 for another Value of the same number"
        )


def _check_term(term: Any, inputs: Sequence[Value], is_several: bool) -> None:
    if term is None:
        return
    if is_several:
        raise ValueError("plus is added to one loss, and here are several outputs")
    if not isinstance(term, Value) or term.op is LEAF:
        made = "a Value made of parameters by operations, as 0.1 * w**2"
        raise CompileError(f"plus is {made}, got {told(term)}")
    _, leaves = below(term)
    for leaf in inputs:
        if leaf in leaves:
            what = f"plus depends on the input {described(leaf)}"
            hint = "it is added once, to the mean over samples; add such a term to the loss"
            raise CompileError(f"{what}: {hint}")


def _check_parameters(parameters: Iterable[Value], inputs: set[Value], leaves: set[Value]) -> None:
    for parameter in parameters:
        if parameter in inputs:
            why = "it is an input; program.map(…, by_inputs=True) gives derivatives by inputs"
            raise ValueError(f"{described(parameter)} is no parameter: {why}")
        if parameter not in leaves:
            why = "the loss does not depend on it"
            raise ValueError(f"{described(parameter)} is no parameter: {why}")


def check_marks(nodes: Iterable[Value]) -> None:
    """Raise CompileError if a program would not do what was done when the graph was recorded."""
    for node in nodes:
        if mark(node) == OVERWRITTEN:
            what = f"the data of {described(node)} was set, though an operation made it"
            hint = "a program would compute it anew; a number of your own is a leaf"
            raise CompileError(f"{what}: {hint}, Value(number)")
        if mark(node) == AT_THIS_POINT:
            what = f"{described(node)} is a derivative that holds at this point only"
            hint = "its rows chose branches that may fail elsewhere"
            raise CompileError(f"{what}: {hint}; differentiate anew at each point")
        if isinstance(node.op, CustomRow):
            raise CompileError(node.op.refusal("a program is made of"))


def _told_left(how: str) -> str:
    return (
        f"{how} after the inputs were made and before the loss was: what was recorded since may "
        "depend on that number, which a program would keep. max, min, relu, logsumexp and "
        "where(relu(x - 1), a, b) choose anew at each call, and grad(…, create_graph=True) gives "
        "derivatives that a program computes anew. If nothing depends on it, make new inputs, "
        "record the loss again, and compile that"
    )
