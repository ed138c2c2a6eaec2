"""`Program`: a compiled graph, which gives its outputs and their gradients at any numbers."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic

from autograd import views
from autograd.core.graph import below
from autograd.core.numbers import number
from autograd.core.tracking import number_left, peek
from autograd.core.value import Value
from autograd.program.anew import recorded_anew
from autograd.program.answers import Answer, Answers, is_finite, mean_of, with_term
from autograd.program.c import C
from autograd.program.choosing import fastest
from autograd.program.engines import ENGINES, Run
from autograd.program.jax import Jax
from autograd.program.mapping import Mapped, columns, without_outputs
from autograd.program.points import Point, SortedCall, in_kind, named, numbers_of, sorted_call
from autograd.program.size import Size
from autograd.program.source import Source
from autograd.program.taped import OwnRowError

_SMALLER = (
    'engine="tape" takes graphs of any size, and backward() runs the graph as it is. A '
    "smaller graph is that of the loss of one sample, whose program(xs, ys) takes them all, and "
    "one with affine, total or mean in place of many × and +"
)

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    A = TypeVar("A", default=Answer)  # of several outputs Several
else:
    from typing import TypeVar

    A = TypeVar("A")

SHOWN = 4  # names of inputs, and of parameters, in the repr of a program


class CompileError(ValueError):
    """A graph cannot be compiled, and why."""


class Program(Generic[A]):
    """A compiled graph: `program(x, y)` gives the loss and the gradients by `parameters`, in order.

    Numbers give loss and gradients at that sample, equal to eager ones bit for bit, but for numba's
    `hypot`; sequences of numbers, one for each input, the means over the samples; a number beside
    them is that of all samples. Of several `outputs` there is a tuple, and one with a row of
    gradients for each. Parameters are read at each call, or given before the inputs as one vector,
    in their order: program(theta, x, y); then gradients are a list or an array as that is, and no
    leaf of theirs is read or written. Where the text raises or gives a non-finite number, that
    sample is recorded anew as a graph, and its value or its error is the answer; with
    `allow_nonfinite` there are infinities and NaNs instead.
    `source` is the text for one sample, written when it is read; `engine` is what runs the program.

    >>> from autograd import compile
    >>> x, w, b = Value(2.0, "x"), Value(3.0, "w"), Value(1.0, "b")
    >>> program = compile(w * x + b, [x], parameters=[b, w])
    >>> program(2.0), program([2.0, 4.0])
    ((7.0, (1.0, 2.0)), (10.0, (1.0, 3.0)))
    >>> program([0.0, 5.0], 2.0)  # at b = 0 and w = 5
    (10.0, [1.0, 2.0])
    """

    def __init__(self, source: Source, engine: str = "python") -> None:
        self.outputs = source.outputs
        self.term = source.term
        self.is_several = source.is_several
        self.inputs = source.inputs
        self.parameters = source.parameters
        self.engine = engine
        self.constants = source.constants
        self.by = source.by
        self._source = source

    @property
    def loss(self) -> Value:
        """The only output, the term outside the mean aside; `outputs` are all."""
        if self.is_several:
            raise AttributeError("a program of several outputs has no loss; see its `outputs`")
        return self.outputs[0]

    @cached_property
    def text(self) -> str:
        """The lines of `source` in the loop over samples, as the engines of text run them."""
        return self._source.many_samples()

    @cached_property
    def text_in_array(self) -> str:
        """The same lines for machine code, which gives the gradients of one output as an array."""
        return self._source.many_samples_in_array()

    @cached_property
    def text_of_each(self) -> str:
        """The same in a loop that keeps the results of each sample."""
        return self._source.each_sample()

    @cached_property
    def size(self) -> Size:
        """How much there is to do; each output is run backward by itself."""
        operations = self._source.operations
        if self.is_several and self.by:
            operations = [node for output in self.outputs for node in below(output)[0]]
        leaves = len(self.leaves)
        return Size.of(operations, leaves, len(self.inputs), is_differentiated=bool(self.by))

    def on(self, engine: str) -> "Program[A]":
        """The same program, run by another engine.

        Raises CompileError if it is too large for that engine, or would take it too long;
        ModuleNotFoundError if "tape" has nothing to sweep it.
        """
        refusal = ENGINES[engine].refusal(self.size)
        if refusal:
            raise CompileError(f"{self.size} {refusal}; {_SMALLER}")
        program: Program[A] = self if engine == self.engine else Program(self._source, engine)
        ENGINES[engine].check(program)
        return program

    def on_fastest(self, samples: int) -> "Program[A]":
        """The same program, run by the engine that has run so many samples first."""
        try:
            return self.on(fastest([(self.size, samples)]).engine.name)
        except OwnRowError:
            return self.on("python")

    @property
    def leaves(self) -> list[Value]:
        """What `run` takes the numbers of: the parameters, then the leaves that stay."""
        return self._source.leaves

    def leaf_data(self) -> list[float]:
        """Their numbers as they are now."""
        return [peek(leaf) for leaf in self.leaves]

    def to_jax(self) -> Callable[..., Any]:
        """The program as a pure function over jax.numpy, to jit, vmap and shard.

        It takes `(parameters, *inputs)` and gives `(loss, gradients)`; of several outputs a tuple,
        and a list with the gradients of each. `parameters` are in our order, an array or a tuple,
        and the gradients come alike; jax.grad may be NaN where these are not. Inputs are numbers,
        or arrays of one shape; then results are means. Nothing is recorded anew: outside a domain
        they are NaN or infinite. Precision is JAX's, 32 bits unless `jax_enable_x64` is set. Raises
        ModuleNotFoundError without JAX.
        """
        jax = Jax()
        source = self._source.written_in(jax.language)
        text = source.one_sample()
        in_fewer_bits = source.in_fewer_bits().one_sample()
        constants = len(self.parameters)
        return jax.compiled(
            text, in_fewer_bits, lambda: self.leaf_data()[constants:], self.is_several
        )

    def to_c(self, name: str = "program") -> str:
        """The program as the text of one function in C99, called `name`.

        It takes arrays of the inputs, the parameters and, if there are any, the constants, each in
        the order that its comment says; it fills an array of gradients and gives the loss. Of
        several outputs it fills an array of values, and a row of gradients for each.
        Raises ValueError if no function in C can have that name, or its library has one,
        TypeError for a name that is no string.

        >>> from autograd import compile
        >>> x, w = Value(2.0, "x"), Value(-3.0, "w")
        >>> text = compile((x * w).sin(), inputs=[x]).to_c("wave")
        >>> print(text.partition("#include <math.h>\\n\\n")[2], end="")
        double wave(const double inputs[1], const double parameters[1], double gradients[1])
        {
            double x = inputs[0];
            double w = parameters[0];
            // forward
            double v1 = x * w;
            double v2 = sin(v1);
            // backward
            double d_v1 = cos(v1);
            double d_w = d_v1 * x;
            gradients[0] = d_w;
            return v2;
        }
        """
        return self._source.written_in(C(name)).one_sample()

    def __reduce__(self) -> tuple[Any, ...]:
        leaves = (self.inputs, self.parameters)
        return _restored, (self.outputs, *leaves, self.term, self.is_several, self.engine)

    @cached_property
    def source(self) -> str:
        """The text for one sample, to be read and pasted."""
        return self._source.one_sample()

    @cached_property
    def run(self) -> Run:
        """`run(samples, batch, leaves)`: the means over samples[place] for place in batch."""
        return ENGINES[self.engine].compiled(self)

    def __repr__(self) -> str:
        of = f" of {_shortened(named(self.inputs))}" if self.inputs else ""
        by = f" by {_shortened(named(self.parameters, 'parameter'))}" if self.parameters else ""
        return f"<program{of}{by}: {self.engine}>"

    _repr_html_ = views.of_program

    def __call__(self, *inputs: Any, allow_nonfinite: bool = False, **by_name: Any) -> A:
        asked = self._sorted(inputs, by_name)
        point = self._point(asked)
        # Not in `mean`, by which training runs: that gives nobody a number.
        number_left("a program gave numbers", aside=True)
        answers = self._means(point, allow_nonfinite)
        return in_kind(asked.theta, answers, self.is_several)  # type: ignore[no-any-return]  # an A

    def value(self, *inputs: Any, **by_name: Any) -> Any:
        """The loss without its gradients, at the same arguments; of several outputs their values.

        It is inf or NaN where floats are: at numbers it never raises, so that an optimizer may try
        them. A text of its own, forward only, is written and compiled at the first call.

        >>> from autograd import compile
        >>> x, w = Value(2.0, "x"), Value(3.0, "w")
        >>> program = compile((x * w).log(), [x])
        >>> program.value(2.0), program.value([1.0], 0.0), program.value([1.0], -1.0)
        (1.791759469228055, -inf, nan)
        """
        asked = self._sorted(inputs, by_name)
        point = self._point(asked)
        number_left("a program gave numbers", aside=True)
        answers = self._forward._means(point, allow_nonfinite=True)
        return in_kind(asked.theta, answers, self.is_several)[0]

    def map(
        self,
        *inputs: Any,
        by_inputs: bool = False,
        allow_nonfinite: bool = False,
        **by_name: Any,
    ) -> tuple[Any, ...]:
        """The values and gradients of each sample: program(x) for x in xs, in one loop.

        It takes what a call does. Of n samples
        and k parameters there are n values and n × k gradients, lists in Python, arrays of NumPy's
        by numba, and by tapes where that is; of m outputs n × m and n × m × k. `by_inputs` gives as
        a third the derivatives by the inputs, n × as many. A term outside the mean is added to
        each. Raises ValueError if no sequence is given, and what a call does, with the place of the
        first sample that has no finite answer; `allow_nonfinite` gives inf or NaN there.

        >>> from autograd import compile
        >>> x, w = Value(2.0, "x"), Value(3.0, "w")
        >>> program = compile(w * x**2, [x])
        >>> program.map([1.0, 2.0])
        ([3.0, 12.0], [[1.0], [4.0]])
        >>> program.map([5.0], [1.0, 2.0], by_inputs=True)  # at w = 5
        ([5.0, 20.0], [[1.0], [4.0]], [[10.0], [20.0]])
        """
        asked = self._sorted(inputs, by_name)
        if asked.samples is None:
            hint = "a call takes numbers alone" if self.inputs else "this program has no inputs"
            raise ValueError(f"map takes a list, tuple or array of some input; {hint}")
        point = self._point(asked)
        number_left("a program gave numbers", aside=True)
        mapped = self._mapped_by_inputs if by_inputs else self._mapped
        results = mapped(point, allow_nonfinite)
        found = [*results]
        if by_inputs:
            count = len(self.inputs)
            gradients = results.gradients
            found = [results.values, columns(gradients, count), columns(gradients, 0, count)]
        return tuple(found if self.is_several else map(without_outputs, found))

    def _sorted(self, inputs: Sequence[Any], by_name: dict[str, Any]) -> SortedCall:
        if by_name:
            order = f"in the order {', '.join(named(self.inputs))}" if self.inputs else "none"
            raise TypeError(f"inputs are positional, {order}; got {', '.join(by_name)} by name")
        return sorted_call(inputs, self.inputs, len(self.parameters))

    def _point(self, asked: SortedCall) -> Point:
        """The samples of a call, and the numbers of all leaves."""
        if asked.theta is None:
            leaves = self.leaf_data()
        else:
            leaves = [*numbers_of(asked.theta), *map(peek, self.constants)]
        if asked.samples is None:
            return Point([[number(x) for x in asked.inputs]], leaves)
        return Point(ENGINES[self.engine].samples(asked.inputs, asked.samples), leaves)

    @cached_property
    def _forward(self) -> "Program[Any]":
        """The same without gradients."""
        return Program(self._source.differentiated_by([]), self.engine)

    @cached_property
    def _mapped(self) -> Mapped:
        return Mapped(self._source, self, ENGINES[self.engine])

    @cached_property
    def _mapped_by_inputs(self) -> Mapped:
        source = self._source.differentiated_by([*self.inputs, *self.parameters])
        return Mapped(source, Program(source, self.engine), ENGINES[self.engine])

    @cached_property
    def _without_term(self) -> "Program[Any]":
        return Program(self._source.without_term(), self.engine)

    def mean(self, samples: Sequence[Sequence[float]]) -> Answer:
        """Mean loss and mean gradients over samples, floats in the order of `inputs`; for training.

        Raises ValueError for no samples at all.
        """
        means = self._means(Point(samples, self.leaf_data()), allow_nonfinite=False)
        return means.values[0], means.gradients[0]

    def without_gradients(self) -> "Program[A]":
        """The program of the loss alone, without the term outside the mean."""
        return Program(self._source.without_term().differentiated_by([]), self.engine)

    def _means(self, point: Point, allow_nonfinite: bool) -> Answers:
        """The means over samples."""
        samples = point.samples
        if not len(samples):
            raise ValueError("the mean over no samples is not defined")
        answers = self._run(point)
        if answers is not None and is_finite(answers):
            return answers
        if len(samples) == 1:
            return self._recorded_anew(samples[0], point.leaves, allow_nonfinite)
        if self.term is not None:
            means = self._without_term._means(point, allow_nonfinite)
            term = recorded_anew(self._source.of_term(), [], point.leaves, allow_nonfinite)
            return with_term(means, term)
        ones = [point.between(place, place + 1) for place in range(len(samples))]
        return mean_of([self._means(one, allow_nonfinite) for one in ones])

    def _run(self, point: Point) -> Answers | None:
        """What the engine gives; None where it raises."""
        run = self.run
        stored = ENGINES[self.engine].stored
        try:
            places = stored(range(len(point.samples)))
            found = run(stored(point.samples), places, stored(point.leaves))
        except (ArithmeticError, ValueError):
            return None
        return Answers(*found) if self.is_several else Answers((found[0],), (found[1],))

    def _recorded_anew(
        self, sample: Sequence[float], leaves: Sequence[float], allow_nonfinite: bool
    ) -> Answers:
        return recorded_anew(self._source, sample, leaves, allow_nonfinite)


def _shortened(names: list[str]) -> str:
    """A list of names, of many the first ones."""
    if len(names) <= SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[: SHOWN - 1])} and {len(names) - SHOWN + 1} more"


def _restored(
    outputs: Sequence[Value],
    inputs: Sequence[Value],
    parameters: Sequence[Value],
    term: Value | None,
    is_several: bool,
    engine: str,
) -> Program[Any]:
    source = Source(outputs, inputs, parameters, term=term, is_several=is_several)
    return Program(source, engine)
