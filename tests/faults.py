"""Faults for the tests to find: each mutant of a module has one, made by mutmut's operators.

A sign turned, an argument dropped, a branch never taken, a word of an error changed: but none in
types, imports and docstrings, which nothing runs.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper
from mutmut.mutation.mutators import mutation_operators, operator_string

PACKAGE = Path(__file__).parents[1] / "autograd"


@dataclass(frozen=True)
class Mutant:
    """A module with a fault, and the lines that it changed."""

    module: str
    line: int
    before: str
    after: str
    text: str

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.module}\n{self.text}".encode()).hexdigest()[:16]


def path_of(module: str) -> Path:
    return PACKAGE / module


def mutants(module: str) -> Iterator[Mutant]:
    """All different mutants of a module."""
    text = path_of(module).read_text(encoding="utf-8")
    wrapper = MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True)
    spans = wrapper.resolve(ByteSpanPositionProvider)
    collector = _Collector()
    wrapper.module.visit(collector)
    seen = {text}
    for node, new in collector.faults:
        mutated = _mutated(wrapper.module, text.encode(), spans[node], node, new)
        if mutated not in seen:
            seen.add(mutated)
            yield _described(module, text, mutated)


def _mutated(
    tree: libcst.Module, text: bytes, span: CodeSpan, node: libcst.CSTNode, new: libcst.CSTNode
) -> str:
    """The text of a module with another node in the place of one, which spans some bytes."""
    if not isinstance(node, libcst.BaseExpression | libcst.BaseSmallStatement):
        changed = tree.deep_replace(node, new)
        return libcst.ensure_type(changed, libcst.Module).code
    # The same, 300 times faster: brackets and semicolons are outside the span of a node.
    if isinstance(new, libcst.BaseExpression):
        new = new.with_changes(lpar=[], rpar=[])
    else:
        new = new.with_changes(semicolon=libcst.MaybeSentinel.DEFAULT)
    end = span.start + span.length
    return (text[: span.start] + tree.code_for_node(new).encode() + text[end:]).decode()


class _Collector(libcst.CSTVisitor):
    """The faults that can be made in a module."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[tuple[libcst.CSTNode, libcst.CSTNode]] = []

    def on_visit(self, node: libcst.CSTNode) -> bool:
        if _is_for_readers(node):
            return False
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                changed = [*operator(node)]
                # Of a text the one with letters around it: in capitals it would die alike.
                most = 1 if operator is operator_string else len(changed)
                self.faults += [(node, new) for new in changed[:most]]
        return True


def _is_for_readers(node: libcst.CSTNode) -> bool:
    """Whether nothing runs: annotations, names of types, declarations, and imports."""
    if isinstance(node, libcst.Annotation | libcst.Import | libcst.ImportFrom):
        return True
    if isinstance(node, libcst.AnnAssign):
        return libcst.Module([]).code_for_node(node.annotation.annotation) == "TypeAlias"
    if isinstance(node, libcst.Assign) and isinstance(node.value, libcst.Call):
        return getattr(node.value.func, "value", "") == "TypeVar"
    decorators = getattr(node, "decorators", ())
    return any(getattr(x.decorator, "value", "") == "overload" for x in decorators)


def _described(module: str, text: str, mutated: str) -> Mutant:
    old = text.splitlines()
    new = mutated.splitlines()
    first = next((i for i, (x, y) in enumerate(zip(old, new, strict=False)) if x != y), 0)
    while len(old) > first + 1 < len(new) + 1 and old[-1] == new[-1]:
        old.pop()
        new.pop()
    before, after = (" ⏎ ".join(x.strip() for x in lines[first:]) for lines in (old, new))
    return Mutant(module, first + 1, before, after, mutated)
