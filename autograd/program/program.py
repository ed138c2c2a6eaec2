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
from autograd.program.engines import ENGINES
from autograd.program.errors import SMALLER, CompileError, raise_if_interrupted
from autograd.program.jax import Jax
from autograd.program.jitted import Run
from autograd.program.mapping import Mapped, columns, without_outputs
from autograd.program.points import Point, SortedCall, in_kind, named, numbers_of, sorted_call
from autograd.program.size import Size
from autograd.program.source import Source
from autograd.program.taped import OwnRowError

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    A = TypeVar("A", default=Answer)  # of several outputs Several
else:
    from typing import TypeVar

    A = TypeVar("A")

SHOWN = 4  # names of inputs, and of parameters, in the repr of a program


class Program(Generic[A]):
    """A compiled graph, which gives a loss and its gradients at other numbers.

    `compile` makes programs. `program(x, y)` takes the inputs in the order in which `compile` got
    them, and gives a pair: the loss, and a tuple with the derivative by each parameter. Of several
    outputs it gives a tuple of values, and a tuple with a row of derivatives for each.

    - For numbers it gives the answers at that sample, equal to those of the graph: the guide
      `autograd.program` has a table of what was compared.
    - For lists, tuples or arrays, one for each input and all of one length, it gives the means over
      the samples. A number beside them holds for all samples.
    - The parameters count with the numbers that they have at the time of the call. Or their numbers
      come first, as one vector in the order of `parameters`: `program(theta, x, y)`. Then the
      gradients are a list or an array like the vector, and no parameter is read or written.

    Where an answer is not finite, or the text raises, the graph of that sample is recorded anew, so
    that the call gives what the graph gives, or raises its error.

    Arguments:

    - `source`: the graph as statements, which `compile` makes. The attribute of this name is the
      text of the program.
    - `engine`: the name of what runs it, "python" by default. A call by "numba" raises
      `ModuleNotFoundError` if numba is not installed.

    Arguments of a call:

    - `inputs`: a number or a sequence of numbers for each input; optionally before them, the
      numbers of the parameters as one vector.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.
    - `by_name`: not allowed. A call with a keyword raises `TypeError`, which tells the order of the
      inputs.

    Attributes:

    - `outputs`: the Values at the top of the graph, a list.
    - `inputs`: the leaves that change from call to call, a list.
    - `parameters`: the leaves by which it differentiates, a list in the order of its gradients.
    - `by`: the leaves whose derivatives its text gives: `parameters`, or none if it has no
      gradients.
    - `constants`: the leaves that are neither inputs nor parameters, a list.
    - `term`: the Value that `compile` got as `plus`, or None.
    - `is_several`: whether it has several outputs.
    - `engine`: the name of what runs it.

    >>> from autograd import Value, compile
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
        """The only output, a Value, without `term`.

        Raises `AttributeError` if there are several: see `outputs`.
        """
        if self.is_several:
            raise AttributeError("a program of several outputs has no loss; see its `outputs`")
        return self.outputs[0]

    @cached_property
    def text(self) -> str:
        """The text that engines run: the lines of `source` in a loop over samples."""
        return self._source.many_samples()

    @cached_property
    def text_in_array(self) -> str:
        """The text for machine code, which gives the gradients of one output as an array."""
        return self._source.many_samples_in_array()

    @cached_property
    def text_of_each(self) -> str:
        """The text that `map` runs: a loop that keeps the results of each sample."""
        return self._source.each_sample()

    @cached_property
    def size(self) -> Size:
        """How much there is to compute, counted in operations, leaves and inputs."""
        operations = self._source.operations
        if self.is_several and self.by:
            operations = [node for output in self.outputs for node in below(output)[0]]
        leaves = len(self.leaves)
        return Size.of(operations, leaves, len(self.inputs), is_differentiated=bool(self.by))

    def on(self, engine: str) -> "Program[A]":
        """Give the same program, run by another engine.

        Arguments:

        - `engine`: "python", "numba" or "tape", as of `compile`.

        Raises:

        - `CompileError` if the program is too large for that engine, or would take it too long.
        - `ModuleNotFoundError` if what the engine needs is not there.
        """
        refusal = ENGINES[engine].refusal(self.size)
        if refusal:
            raise CompileError(f"{self.size} {refusal}; {SMALLER}")
        program: Program[A] = self if engine == self.engine else Program(self._source, engine)
        ENGINES[engine].check(program)
        return program

    def on_fastest(self, samples: int) -> "Program[A]":
        """Give the same program, run by the engine that would be done first.

        Arguments:

        - `samples`: how many samples will be run in all.
        """
        try:
            return self.on(fastest([(self.size, samples)]).engine.name)
        except OwnRowError:
            return self.on("python")

    @property
    def leaves(self) -> list[Value]:
        """The leaves that are no inputs: the parameters, then those that stay as they are."""
        return self._source.leaves

    def leaf_data(self) -> list[float]:
        """Give the numbers that `leaves` have at the moment, a list of floats."""
        return [peek(leaf) for leaf in self.leaves]

    def to_jax(self) -> Callable[..., Any]:
        """Give the program as a pure function over `jax.numpy`, to jit, vmap and shard.

        The function takes `(parameters, *inputs)` and gives `(loss, gradients)`; of several outputs
        it gives a tuple of values, and a list with the gradients of each. `parameters` are in the
        order of this program, an array or a tuple, and the gradients come in the same form. Inputs
        are numbers, or arrays of one shape; then the results are means over them.

        Nothing is recorded anew: outside a domain results are NaN or infinite. `jax.grad` of it may
        be NaN where its own gradients are not. The precision is that of JAX: 32 bits unless
        `jax_enable_x64` is set.

        Raises:

        - `ModuleNotFoundError` without JAX.
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
        """Give the program as the text of one function in C99.

        The function takes arrays of the inputs, the parameters and, if there are any, the
        constants, each in the order that its comment says. It fills an array of gradients, and
        gives the loss. Of several outputs it fills an array of values, and a row of gradients for
        each.

        Arguments:

        - `name`: the name of the function, "program" by default.

        Raises:

        - `ValueError` if no function in C can have that name, or its library has one.
        - `TypeError` if `name` is no string.

        >>> from autograd import Value, compile
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
        """The text of the program for one sample, to be read and pasted."""
        return self._source.one_sample()

    @cached_property
    def run(self) -> Run:
        """What the engine made of it: `run(samples, batch, leaves)`.

        It gives the means over `samples[place]` for each place in `batch`, at the numbers `leaves`.
        """
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
        """Give the loss without its gradients, which may be infinite or a NaN.

        No number makes it raise, so an optimizer may try any. The first call writes and compiles a
        text of its own, forward only.

        Arguments:

        - `inputs`: as in a call of the program. `by_name` is not allowed, as there.

        Returns a float; of several outputs their values.

        >>> from autograd import Value, compile
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
        """Give the values and gradients of each sample, in one loop.

        It is `program(x) for x in xs`, but faster. A Value outside the mean, `plus` of `compile`,
        is added to each.

        Arguments:

        - `inputs`: as in a call of the program, with a sequence of n numbers for at least one
          input. `by_name` is not allowed, as there.
        - `by_inputs`: True gives the derivatives by the inputs as well. False is the default.
        - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default,
          raises.

        Returns a tuple: n values, and n × k gradients by the k parameters; with `by_inputs` also
        the n × i derivatives by the i inputs. Of m outputs these are n × m, n × m × k and
        n × m × i. They are lists with "python", NumPy arrays with "numba", and arrays with "tape"
        where numba is installed.

        Raises:

        - `ValueError` if no input is a sequence.
        - `DomainError` or `FloatingPointError` if a sample has no finite answer, naming its place.

        >>> from autograd import Value, compile
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
        """Give the mean loss and the mean gradients over samples, for training.

        Arguments:

        - `samples`: a sequence of samples, each a sequence of floats in the order of `inputs`.

        Returns a pair: a float, and a tuple with a float for each parameter.

        Raises:

        - `ValueError` if there are no samples.
        """
        means = self._means(Point(samples, self.leaf_data()), allow_nonfinite=False)
        return means.values[0], means.gradients[0]

    def without_gradients(self) -> "Program[A]":
        """Give the program of the loss alone, without gradients and without `term`."""
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
        except SystemError as error:
            raise_if_interrupted(error)
            raise
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
