"""`Module`: anything with parameters, and how these are found."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd import views
from autograd.core.at_once import at_once, grads_zeroed
from autograd.core.diagnosis import counted, first_few, told
from autograd.core.rows import LEAF
from autograd.core.value import Value
from autograd.nn.naming import Part, attributes, items, joined, part_of_path
from autograd.nn.parameter import Given, Parameter, Refused, distinct, is_frozen

# What users of PyTorch and Keras ask a module for, and what there is instead.
INSTEAD = {
    "add_module": "set the module as an attribute",
    "cpu": "numbers are Python's floats: leave it out",
    "cuda": "numbers are Python's floats: leave it out",
    "eval": "a module is the same in training and after it: leave it out, or keep a flag",
    "fit": "autograd.fit(module, xs, ys) trains it",
    "forward": "call the module itself",
    "history": "autograd.fit gives what there is of it: fit(module, xs, ys).losses",
    "load_state_dict": "autograd.load(path, into=module) reads what autograd.save wrote",
    "predict": "call it with a sample: [module(x).data for x in xs]",
    "register_buffer": "set the number as an attribute",
    "register_parameter": "set a Parameter as an attribute",
    "requires_grad_": "freeze() and unfreeze() say whether training moves the parameters",
    "save": "autograd.save(module, path) writes its parameters",
    "state_dict": "named_parameters() lists them; autograd.save(module, path) writes them",
    "to": "numbers are Python's floats: leave it out",
    "train": "fit(module, xs, ys) trains it; there is no mode to be set",
}


class Module:
    """Anything with parameters: the base class of networks, which finds them in its attributes.

    A parameter is a `Parameter`, or any other Value that is a leaf. The result of an operation is
    not one, and neither is an input that `fit` passes. Keep what is not to be trained as a plain
    number.

    Parameters are looked for in the attributes of a module, in order: first those of its class and
    in slots. They are also looked for in lists, tuples, dicts and arrays of objects there, in other
    modules, and in all objects that have a method `parameters`. A parameter that is found twice
    counts once, by its first name. Modules may hold each other.

    A class of your own defines `__call__`, which says what a call does. It may also define
    `parameters()`, as in micrograd: then training moves what this method lists, also where the
    module is part of another one.

    A notebook shows a module as a drawing of the networks in it, and a table of its other
    parameters.

    Arguments of a call:

    - `inputs` and `options`: what the `__call__` of your class takes.

    Raises:

    - `TypeError` if a class without `__call__` is called.

    >>> class Scaled(Module):
    ...     def __init__(self):
    ...         self.scale = Parameter(2.0, "scale")
    ...         self.heads = [Parameter(0.0), Parameter(1.0)]
    ...
    ...     def __call__(self, x):
    ...         return [self.scale * x + head for head in self.heads]
    >>> [name for name, _ in Scaled().named_parameters()]
    ['scale', 'heads.0', 'heads.1']
    >>> [y.data for y in Scaled()(3.0)]
    [6.0, 7.0]
    """

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        name = type(self).__name__
        if hasattr(type(self), "forward"):
            raise TypeError(f"{name} has a method forward, and a call runs __call__: rename it so")
        raise TypeError(f"{name} cannot be called: define __call__(self, x) in it")

    def parameters(self) -> list[Value]:
        """List what training moves: all parameters but the frozen ones, each once."""
        listed = _gathered(self, lambda part: part.parameters())
        return [parameter for parameter in listed if not is_frozen(parameter)]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """List all parameters, frozen ones too, each with a name that no other one has.

        The name is the path to the parameter:

        - In a `Neuron`, `Layer` or `MLP` it is the document's, `w1_11`; if the attribute `net`
          holds the network, `net.w1_11`.
        - In a list it ends in the place, from 0: `heads.0`. In a dict it ends in the key:
          `tables.token`.
        - A key that is not text, or contains a dot or a bracket, stands as in Python: `tables[3]`,
          `tables['a.b']`.
        - A parameter that a class lists in its own `parameters()`, but holds in no attribute, is
          `parameters.0` by its place there.

        Returns a list of pairs: the name and the parameter.

        Raises:

        - `TypeError` if a class lists in its `parameters()` what is no Value.

        >>> from autograd import MLP
        >>> MLP(1, [1], seed=0).named_parameters()[1]
        ('b1_1', Value(data=0.0, grad=0.0, label='b1_1'))
        """
        return _named(self)

    def freeze(self) -> None:
        """Keep training from moving any parameter of this module and of the modules in it.

        Raises:

        - `TypeError` if one of them is a plain Value, which cannot be frozen; then none is frozen.

        >>> from autograd import MLP
        >>> net = MLP(1, [3, 1], seed=0)
        >>> net.layers[0].freeze()
        >>> net, len(net.parameters())
        (<MLP 1-3-1, relu, of 10 parameters, 6 frozen>, 4)
        """
        named = self.named_parameters()
        plain = [name for name, x in named if not isinstance(x, Parameter)]
        if plain:
            write = "make it a Parameter, as by Parameter(0.5)"
            raise TypeError(f"a plain Value cannot be frozen: {first_few(plain)}; {write}")
        self._set_frozen(True)

    def unfreeze(self) -> None:
        """Let training move all parameters again, those of modules in it too."""
        self._set_frozen(False)

    def _set_frozen(self, frozen: bool) -> None:
        for _, parameter in self.named_parameters():
            if isinstance(parameter, Parameter):
                parameter.frozen = frozen

    def zero_grad(self) -> None:
        """Set the `grad` of every parameter to 0, of frozen ones too."""
        at_once(grads_zeroed(_all_of(self)))

    def __repr__(self) -> str:
        named = self.named_parameters()
        frozen = sum(is_frozen(parameter) for _, parameter in named)
        which = f", {frozen} frozen" if frozen else ""
        form = self._form()
        name = f"{type(self).__name__} {form}," if form else type(self).__name__
        return f"<{name} of {counted(len(named), 'parameter')}{which}>"

    def _form(self) -> str:
        """Its widths and activations, where it is made of layers: `1-3-1, sigmoid`."""
        return ""

    frozen = Refused("freeze() and unfreeze() say whether training moves its parameters")
    requires_grad = Refused("freeze() and unfreeze() say whether training moves its parameters")

    _repr_html_ = views.of_network

    def in_document(self) -> list[Value]:
        """List the parameters that have a place in the document, in its order.

        There are none but in a `Neuron`, `Layer` or `MLP`.
        """
        return []

    def names_in_document(self) -> list[str]:
        """List the names of what `in_document()` lists, in the same order."""
        return []

    def is_in_document(self) -> bool:
        """Whether `in_document()` lists all its parameters.

        That is so while nothing was added to what its class made.
        """
        return False

    if not TYPE_CHECKING:  # else every attribute would be taken for one that is there

        def __getattr__(self, name: str) -> Any:
            if name not in INSTEAD:
                # Raises what was raised, also within a property.
                return object.__getattribute__(self, name)
            message = f"{type(self).__name__} has no {name}: {INSTEAD[name]}"
            raise AttributeError(message, name=name, obj=self)


def lists_its_own(thing: Any) -> bool:
    """Whether something has a method for its parameters, or their names, other than Module's."""
    kind = type(thing)
    if not isinstance(thing, Module):
        return callable(getattr(kind, "parameters", None))
    if "parameters" in getattr(thing, "__dict__", ()):
        return True
    is_listed = kind.parameters is Module.parameters
    return not (is_listed and kind.named_parameters is Module.named_parameters)


# Where something stands in a module: where that stands which holds it, and the `Part` of its place
# in there, or its name in the document. A path is made of it when somebody asks for names.
Where: TypeAlias = tuple[Any, ...]

# Modules whose parameters are being listed: one of their parts may hold them, and list its own.
_under_way: ContextVar[tuple[Any, ...]] = ContextVar("modules being listed", default=())


@contextmanager
def _listing(module: Any) -> Iterator[None]:
    before = _under_way.set((*_under_way.get(), module))
    try:
        yield
    finally:
        _under_way.reset(before)


class _Search:
    """The parameters within a module, and the things in it that list their own: `found`."""

    def __init__(self, module: Any, *, by_name: bool = False) -> None:
        self.by_name = by_name
        self.found: list[tuple[Where, Any]] = []
        # By id, as not everything can be hashed; kept, so that ids stay theirs.
        self.seen = {id(other): other for other in (*_under_way.get(), module)}
        self.waiting: list[tuple[Where, Any]] = []
        self.open_module(module, ())
        while self.waiting:
            where, thing = self.waiting.pop()
            if id(thing) not in self.seen:
                self.seen[id(thing)] = thing
                self.look_at(thing, where)

    def look_at(self, thing: Any, where: Where) -> None:
        if isinstance(thing, Value):
            if thing.op is LEAF and not isinstance(thing, Given):
                self.found.append((where, thing))
        elif lists_its_own(thing):
            self.found.append((where, thing))
        elif isinstance(thing, Module):
            self.open_module(thing, where)
        else:
            self.wait(items(thing), where)

    def open_module(self, module: Any, where: Where) -> None:
        """Take the document's parameters, then whatever is in attributes."""
        if not isinstance(module, Module) or not module.is_in_document():
            self.wait(attributes(module), where)
        if not isinstance(module, Module):
            return
        parameters = module.in_document()
        names = module.names_in_document() if self.by_name else repeat("")
        for name, parameter in zip(names, parameters, strict=False):
            if id(parameter) not in self.seen:
                self.seen[id(parameter)] = parameter
                self.found.append(((where, name), parameter))

    def wait(self, parts: Sequence[Part], where: Where) -> None:
        self.waiting += [((where, place), thing) for place, thing in reversed(parts)]


def _gathered(module: Any, own: Callable[[Any], list[Value]]) -> list[Value]:
    """The parameters of a module; `own` says what is in a part that lists its own."""
    parameters: list[Value] = []
    with _listing(module):
        for _, thing in _Search(module).found:
            parameters += [thing] if isinstance(thing, Value) else own(thing)
    return distinct(parameters)


def _all_of(thing: Any) -> list[Value]:
    """The parameters that `named_parameters` lists, without their names, which take longer."""
    if lists_its_own(thing):
        return [parameter for _, parameter in _named_by(thing)]
    return _gathered(thing, _all_of)


def _named(module: Any) -> list[tuple[str, Value]]:
    """The parameters of a module, or of anything else with such a method, by name."""
    names: dict[Value, str] = {}
    with _listing(module):
        for where, thing in _Search(module, by_name=True).found:
            path = _path(where)
            for name, parameter in [("", thing)] if isinstance(thing, Value) else _named_by(thing):
                names.setdefault(parameter, joined(path, name))
        if lists_its_own(module):
            names = _as_listed(module, names)
    return [(name, parameter) for parameter, name in names.items()]


def _named_by(thing: Any) -> list[tuple[str, Value]]:
    return thing.named_parameters() if isinstance(thing, Module) else _named(thing)


def _as_listed(module: Any, names: dict[Value, str]) -> dict[Value, str]:
    """The names of what a module lists in `parameters()`, and of what is frozen."""
    listed: dict[Value, str] = {}
    for i, parameter in enumerate(module.parameters()):
        if not isinstance(parameter, Value):
            what = f"the parameters of a {type(module).__name__} are Values"
            raise TypeError(f"{what}, got {told(parameter)}")
        listed.setdefault(parameter, names.get(parameter, f"parameters.{i}"))
    frozen = {parameter: name for parameter, name in names.items() if is_frozen(parameter)}
    return listed | frozen


def _path(where: Where) -> str:
    parts = []
    while where:
        where, part = where
        parts.append(part_of_path(*part) if isinstance(part, tuple) else f".{part}")
    return "".join(reversed(parts)).removeprefix(".")
