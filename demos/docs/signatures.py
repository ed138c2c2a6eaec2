"""Signatures as they are written in the source, with short types.

pdoc shows what Python has made of annotations and defaults: types with all their modules, a default
as a page of numbers. The text in the source is what a person wrote to be read.
"""

import ast
import inspect
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

EITHER = "Value | float"

# Names for types that only the house knows.
_SPELLED = {"Operand": EITHER, "Scalar": EITHER, "Number": "float"}
_MODULES = re.compile(r"\b(?:[a-z_]\w*\.)+(?=\w)")


class Written:
    """An annotation or a default that prints itself as it was written."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class _Short(ast.NodeTransformer):
    """Types without quotes and modules, and without the house's own names for them."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        expression: ast.expr = self.visit(ast.parse(node.value, mode="eval").body)
        return expression

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(_SPELLED.get(node.id, node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Name(node.attr)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        is_literal = isinstance(node.value, ast.Name) and node.value.id == "Literal"
        if not is_literal:
            self.generic_visit(node)
        return node


def short(annotation: ast.expr) -> str:
    """The text of a type.

    >>> short(ast.parse("dict[str, 'collections.abc.Callable[..., Operand]']").body[0].value)
    'dict[str, Callable[..., Value | float]]'
    """
    return ast.unparse(_Short().visit(annotation))


@cache
def _tree(path: str) -> ast.Module:
    return ast.parse(Path(path).read_text(encoding="utf-8"))


def definitions(thing: Any) -> list[ast.FunctionDef]:
    """Where a function stands in its file, after its overloads; nothing for one made elsewhere."""
    source = inspect.getsourcefile(thing)
    *classes, name = thing.__qualname__.split(".")
    if source is None or not Path(source).exists():
        return []
    body = _tree(source).body
    for outer in classes:
        found = [part for part in body if isinstance(part, ast.ClassDef) and part.name == outer]
        body = found[0].body if found else []
    return [part for part in body if isinstance(part, ast.FunctionDef) and part.name == name]


def of_function(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of a function as it is written.

    >>> from autograd import grad, sin
    >>> of_function(sin)
    <Signature (a: Value | float, /) -> Value | float>
    >>> of_function(grad).return_annotation
    list[float] | list[Value]
    """
    signature = inspect.signature(function)
    found = definitions(function)
    if not found:
        return _made(signature, function)
    *overloads, definition = found
    known = _parameters(definition.args)
    parameters = [_written(parameter, *known[name]) for name, parameter in _named(signature)]
    result = _result(definition, overloads)
    return signature.replace(parameters=parameters, return_annotation=result)


def _named(signature: inspect.Signature) -> list[tuple[str, inspect.Parameter]]:
    return list(signature.parameters.items())


def _made(signature: inspect.Signature, function: Callable[..., Any]) -> inspect.Signature:
    """Of a function that was made: from a row its operands are Values or numbers."""
    is_from_row = function.__module__ == "autograd.functions"
    text = Written(EITHER) if is_from_row else None
    parameters = [
        parameter.replace(annotation=text or cleaned(parameter.annotation))
        for parameter in signature.parameters.values()
    ]
    result = text or cleaned(signature.return_annotation)
    return signature.replace(parameters=parameters, return_annotation=result)


def cleaned(annotation: Any) -> Any:
    """An annotation as Python has it, without the modules of its names."""
    if annotation is inspect.Signature.empty:
        return annotation
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return Written(_MODULES.sub("", text))


def _parameters(arguments: ast.arguments) -> dict[str, tuple[ast.expr | None, ast.expr | None]]:
    """The annotation and the default of each parameter, where it has one."""
    by_place = [*arguments.posonlyargs, *arguments.args]
    no_default = [None] * (len(by_place) - len(arguments.defaults))
    pairs = [
        *zip(by_place, [*no_default, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    known = {argument.arg: (argument.annotation, default) for argument, default in pairs}
    for rest in (arguments.vararg, arguments.kwarg):
        if rest:
            known[rest.arg] = (rest.annotation, None)
    return known


def _written(
    parameter: inspect.Parameter, annotation: ast.expr | None, default: ast.expr | None
) -> inspect.Parameter:
    if annotation:
        parameter = parameter.replace(annotation=Written(short(annotation)))
    if default:
        parameter = parameter.replace(default=Written(ast.unparse(default)))
    return parameter


def _result(definition: ast.FunctionDef, overloads: list[ast.FunctionDef]) -> Any:
    """What a function gives; of overloads all that they give, but for `Any`."""
    results = [short(part.returns) for part in overloads if part.returns]
    distinct = [text for text in dict.fromkeys(results) if "Any" not in text]
    if distinct:
        return Written(" | ".join(distinct))
    if definition.returns is None:
        return inspect.Signature.empty
    result = short(definition.returns)
    if any(ast.unparse(decorator) == "contextmanager" for decorator in definition.decorator_list):
        result = result.replace("Iterator", "ContextManager")
    return Written(result)


def of_class(kind: type) -> inspect.Signature | None:
    """What a class is called with; None for an exception, and where Python cannot say."""
    if issubclass(kind, Exception):
        return None
    constructor = inspect.unwrap(vars(kind).get("__init__") or kind.__init__)
    if inspect.isfunction(constructor) and definitions(constructor):
        signature = of_function(constructor)
        parameters = list(signature.parameters.values())[1:]
    else:
        parameters = [
            parameter.replace(annotation=cleaned(parameter.annotation))
            for parameter in inspect.signature(kind).parameters.values()
        ]
    return inspect.Signature(parameters)
