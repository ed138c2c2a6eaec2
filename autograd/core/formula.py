"""The formulas of rows as trees: parsed once, asked what they are, computed with at constants."""

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any


@lru_cache(1024)
def parsed(text: str) -> ast.expr:
    """The tree of a row's text."""
    return ast.parse(text, mode="eval").body


def names_in(tree: ast.AST) -> set[str]:
    """The names in a formula, of functions too."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def number_of(x: Any) -> float:
    """The float of a constant, which rows have no others of."""
    return float(x)


def chooses(tree: ast.AST) -> bool:
    """Whether a formula chooses between branches."""
    return any(isinstance(node, ast.IfExp) for node in ast.walk(tree))


def is_plain(tree: ast.AST) -> bool:
    """Whether a formula is one operation on names, such as `a * b` or `exp(a)`."""
    names_and_signs = (ast.Name, ast.operator, ast.unaryop)
    return all(isinstance(part, names_and_signs) for part in ast.iter_child_nodes(tree))


def continues_product(tree: ast.AST) -> bool:
    """Whether a formula follows other factors without brackets: a product, no minus first."""
    first = tree
    while isinstance(first, ast.BinOp):
        first = first.left
    is_product = isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult)
    return is_product and not isinstance(first, ast.UnaryOp)


def times(a: ast.expr, b: ast.expr) -> ast.expr:
    """The tree of a product."""
    return ast.BinOp(a, ast.Mult(), b)


def negative(a: ast.expr) -> ast.expr:
    """The tree of −a."""
    return ast.UnaryOp(ast.USub(), a)


def call(function: str, arguments: Iterable[str]) -> ast.expr:
    """The tree of a function called on names."""
    return ast.Call(ast.Name(function), [ast.Name(name) for name in arguments], [])


def summands(tree: ast.expr) -> Iterator[ast.expr]:
    """The terms of a sum from the right; a loop, as a wide row has a thousand of them."""
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add):
        yield tree.right
        tree = tree.left
    yield tree


def replaced(tree: ast.expr, others: Mapping[str, ast.expr]) -> ast.expr:
    """A tree with other trees in the place of some names."""
    if isinstance(tree, ast.Name):
        return others.get(tree.id, tree)
    return with_parts(tree, lambda part: replaced(part, others))


def with_parts(tree: ast.expr, change: Callable[[ast.expr], ast.expr]) -> ast.expr:
    """A tree with each of its parts changed; of a sum, which is walked in a loop, each term."""
    match tree:
        case ast.UnaryOp(op=sign, operand=a):
            return ast.UnaryOp(sign, change(a))
        case ast.BinOp(op=ast.Add()):
            *later, first = summands(tree)
            total = change(first)
            for term in reversed(later):
                total = ast.BinOp(total, ast.Add(), change(term))
            return total
        case ast.BinOp(left=a, op=sign, right=b):
            return ast.BinOp(change(a), sign, change(b))
        case ast.Compare(left=a, ops=signs, comparators=sides):
            return ast.Compare(change(a), signs, [change(side) for side in sides])
        case ast.IfExp(test=test, body=yes, orelse=no):
            return ast.IfExp(change(test), change(yes), change(no))
        case ast.Call(func=function, args=arguments):
            return ast.Call(function, [change(argument) for argument in arguments], [])
    return tree


OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def fold(tree: ast.expr, known: Mapping[str, float]) -> ast.expr:
    """Put known numbers into a tree, compute with them, and take the branch that they decide."""
    match tree:
        case ast.Name(id=name) if name in known:
            return ast.Constant(known[name])
        case ast.UnaryOp(op=sign, operand=a):
            return ast.UnaryOp(sign, fold(a, known))
        case ast.BinOp(left=a, op=sign, right=b):
            return _computed(ast.BinOp(fold(a, known), sign, fold(b, known)))
        case ast.Compare(left=a, ops=signs, comparators=others):
            sides = [fold(side, known) for side in others]
            return _decided(ast.Compare(fold(a, known), signs, sides))
        case ast.IfExp(test=test, body=yes, orelse=no):
            test = fold(test, known)
            if isinstance(test, ast.Constant):
                return fold(yes if test.value else no, known)
            branches = [fold(branch, known) for branch in (yes, no)]
            is_one = ast.dump(branches[0]) == ast.dump(branches[1])
            return branches[0] if is_one else ast.IfExp(test, *branches)
        case ast.Call(func=function, args=arguments):
            return _simpler(ast.Call(function, [fold(x, known) for x in arguments], []))
    return tree


def _computed(tree: ast.BinOp) -> ast.expr:
    match tree:
        case ast.BinOp(left=ast.Constant(value=a), op=sign, right=ast.Constant(value=b)):
            try:
                return ast.Constant(OPERATORS[type(sign)](number_of(a), number_of(b)))
            except ArithmeticError:
                return tree
    return tree


def _decided(tree: ast.Compare) -> ast.expr:
    constants = [x for x in (tree.left, *tree.comparators) if isinstance(x, ast.Constant)]
    sides = [number_of(x.value) for x in constants]
    if len(sides) <= len(tree.comparators):
        return tree
    compares = zip(tree.ops, sides, sides[1:], strict=False)
    return ast.Constant(all(COMPARISONS[type(sign)](a, b) for sign, a, b in compares))


def _simpler(tree: ast.Call) -> ast.expr:
    match tree:
        case ast.Call(func=ast.Name(id="pow"), args=[base, ast.Constant(value=1.0)]):
            return base
        case ast.Call(func=ast.Name(id="abs"), args=[ast.Constant(value=x)]):
            return ast.Constant(abs(number_of(x)))
    return tree
