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
from autograd.program.errors import CompileError
from autograd.program.program import Program
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
    """Write the graph of a loss as a program, which gives loss and gradients at other numbers.

    A program is faster than recording the graph again, and gives the same numbers. Its text can be
    read: `program.source`.

    Arguments:

    - `loss`: the Value at the top of the graph; or several outputs, a list, tuple or other iterable
      of Values. One program then gives all, and computes once what they share.
    - `inputs`: the leaves that change from call to call, in the order of the arguments of a call:
      one, or several. By default there are none.
    - `engine`: what runs the program. "python", the default, runs its text on floats. "numba" makes
      machine code of it at the first call. "tape" writes no text and sweeps over the graph as flat
      arrays, for graphs of any size.
    - `parameters`: the leaves to differentiate by, in the order of the gradients: one, or several.
      By default these are all leaves that are no inputs, in the order in which the layers read
      them. Any other leaf is a constant: each call uses the number that it has then.
    - `plus`: a Value that is added to the loss once, and not to that of each sample, such as a
      penalty of the weights. It depends on no input. None by default.

    Returns a `Program`.

    Raises:

    - `CompileError` if the graph is too large for the engine; if code looked at a number while the
      graph was recorded, by a comparison, by reading `data` or `grad` or by printing, as the graph
      may be another one at other numbers; if `data` of a result was set; if the graph contains a
      derivative that chose a branch by its numbers; if an operation is `custom`; if the loss is a
      leaf; or if `plus` depends on an input.
    - `ValueError` if an input or parameter is no leaf, or if there is no engine of that name; if an
      input or output is named twice; if nothing depends on one of `parameters`; or if `plus` comes
      with several outputs.
    - `TypeError` if an output is no Value.
    - `ModuleNotFoundError` if the engine "tape" has neither numba nor the C of `Value`. That C
      cannot run functions made by `elemental`.

    >>> from autograd import Value, compile
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
