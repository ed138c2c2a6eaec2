"""A program as a pure function over jax.numpy, for JAX to transform; the extra `jax`."""

from collections.abc import Callable, Sequence
from typing import Any

from autograd.core.define import define
from autograd.core.notation import ARRAYS
from autograd.core.rows import CONSTANTS, FUNCTIONS
from autograd.extras import extra
from autograd.program.language import Language


class Jax:
    """The text on one sample over jax.numpy.

    No entry in `ENGINES`: JAX raises nothing, so that no sample is recorded anew.
    """

    language = Language(ARRAYS)

    def __init__(self) -> None:
        self._numpy = extra("jax", "jax").numpy  # before a long text is written for nothing

    def compiled(
        self,
        text: str,
        in_fewer_bits: str,
        constants: Callable[[], Sequence[float]],
        is_several: bool,
    ) -> Callable[..., tuple[Any, Any]]:
        """A function of (parameters, *inputs) that gives means over the samples in the inputs.

        `text` is for doubles. `constants` gives the numbers of the leaves that stay. A program of
        several outputs gives a tuple of means, and a list with the gradients of each.
        """
        numpy = self._numpy
        of_doubles = define("program", text, self._scope())
        of_others = define("program", in_fewer_bits, self._scope())

        def program(parameters: Any, *inputs: Any) -> tuple[Any, Any]:
            shapes = {numpy.shape(x) for x in inputs}
            if len(shapes) > 1:
                got = f"got the shapes {sorted(shapes)}"
                raise ValueError(f"inputs are numbers, or arrays of one shape, {got}")
            # As arrays of floats: whole numbers would wrap around, and Python's own raise.
            numbers = [numpy.asarray(x) * 1.0 for x in (*inputs, *parameters, *constants())]
            are_doubles = numpy.result_type(float, *numbers) == numpy.float64
            of_one_sample = of_doubles if are_doubles else of_others
            # 1e300 in 32 bits is inf, and may be.
            with extra("numpy", "jax").errstate(over="ignore"):
                values, gradients = of_one_sample(*numbers)
            if is_several:
                means = tuple(map(numpy.mean, values))
                return means, [means_like(parameters, row) for row in gradients]
            return numpy.mean(values), means_like(parameters, gradients)

        def means_like(parameters: Any, gradients: Sequence[Any]) -> Any:
            kind = numpy.array if hasattr(parameters, "shape") else type(parameters)
            return kind([numpy.mean(gradient) for gradient in gradients])

        program.__doc__ = text
        return program

    def _scope(self) -> dict[str, Any]:
        numpy = self._numpy
        special = extra("jax.scipy.special", "jax")
        scope: dict[str, Any] = {"where": numpy.where, "less": _less, "at_most": _at_most}
        for name in (*FUNCTIONS, *CONSTANTS):
            scope[name] = getattr(special if name.startswith("erf") else numpy, name)
        return scope


def _less(a: Any, b: Any) -> Any:
    return 1.0 * (a < b)


def _at_most(a: Any, b: Any) -> Any:
    return 1.0 * (a <= b)
