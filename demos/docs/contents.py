"""What the pages hold: the guides, and the public names by what they are for.

A new public name is put into a group here; until then no docs are built.
"""

from collections.abc import Iterable

# Each is the docstring of its module, from its first heading on.
GUIDES = (
    "autograd.nn",
    "autograd.derivatives",
    "autograd.vectors",
    "autograd.program",
    "autograd.show",
    "autograd.core",
    "autograd.proof",
    "autograd.core.elsewhere",
)

# What a guide needs that `autograd` itself has not, by the module to import it from.
OTHERS = {
    "autograd.show": {"autograd.show.style": "Style Role"},
}

GROUPS = {
    "Values": "Value debug first_nonfinite DomainError",
    "Exponentials and roots": """
        exp exp2 expm1 log log1p log2 log10 logaddexp sqrt cbrt hypot
    """,
    "Trigonometry": """
        sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh
    """,
    "Normal distribution": "erf erfc normal_cdf",
    "Activations": "sigmoid softplus relu leaky_relu elu silu gelu",
    "Parts, steps and choices": """
        abs neg max min sign floor floordiv mod less at_most equal where detach
    """,
    "Sums and tables": """
        total mean affine softmax log_softmax logsumexp lookup one_hot
    """,
    "Functions of your own": "elemental custom",
    "Derivatives": "grad jacobian hessian jvp vjp hvp jet",
    "Functions of vectors": "value_and_grad VectorFunction",
    "Checks by differences": "numeric_derivative gradcheck GradcheckError",
    "Programs": "compile Program CompileError replay Replay",
    "Networks": "MLP Layer Neuron Embedding Module Parameter save load",
    "Losses": "half_squared_error mean_squared_error huber binary_cross_entropy cross_entropy",
    "Training": "fit Fit Epoch Batch batches EarlyStopping SGD Adam AdamW Optimizer",
    "Drawings": "draw draw_dot trace draw_layers draw_network Figure LayoutError",
    "Explanations": "explain Explanation",
    "Proofs": "certify Certificate Enclosure CertificationError",
}

# What `dir(autograd)` lists besides these and modules, which have docstrings of their own.
FACTS = {
    "__version__": "The version of the package, as a string.",
    "native": "Whether `Value` runs in C here; `AUTOGRAD_NATIVE=0` keeps to Python.",
}


def grouped() -> dict[str, list[str]]:
    """The names of each group, in order."""
    return {title: names.split() for title, names in GROUPS.items()}


def check_complete(public: Iterable[str]) -> None:
    """Raise ValueError for a public name that is in no group, in two, or in one and not public."""
    listed = [name for names in grouped().values() for name in names]
    twice = {name for name in listed if listed.count(name) > 1}
    wrong = twice | (set(listed) ^ set(public))
    if wrong:
        names = ", ".join(sorted(wrong))
        raise ValueError(f"each public name is in one group of demos/docs/contents.py, not {names}")
