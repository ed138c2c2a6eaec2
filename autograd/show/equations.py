"""The equations that an explanation is made of, and how they are set below each other."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from autograd.core.value import Value
from autograd.show.flows import LARGEST, Flow, Path, Step
from autograd.show.spelling import Spelling

LONGEST_PATH = 8  # arrows of a path that is written out
ENDS = 3  # values at each end of a longer one


class Equation(NamedTuple):
    """A head, and sides that are equal: `head = side = side`.

    Without a `sign` the head is a title for the sides: `by v2:  side = side`. A `note` stands after
    them.
    """

    head: str
    sides: list[str]
    sign: str = "="
    note: str = ""


def forward_equation(node: Value, spell: Spelling) -> Equation:
    """How a value is made: by names, by numbers, and the number itself."""
    sides = [
        spell.primal(node, spell.name),
        spell.primal(node, spell.number),
        spell.number(node),
    ]
    return Equation(spell.name(node), sides)


def backward_equations(step: Step, root: Value, spell: Spelling) -> Iterator[Equation]:
    """How a gradient comes about: its only flow, or each of them and their sum."""
    head = spell.gradient(step.node)
    if len(step.flows) == 1:
        flow = step.flows[0]
        sides = _sides(step.node, flow, root, spell)
        yield Equation(head, [*sides, spell.number(flow.contribution)])
        return
    for flow in step.flows:
        sides = _sides(step.node, flow, root, spell)
        yield _one_of_several(flow, sides, spell)
    yield Equation(head, [spell.number(step.gradient)])


def _sides(node: Value, flow: Flow, root: Value, spell: Spelling) -> list[str]:
    """Upstream × local: in signs, as a formula, and in numbers."""
    result = flow.result
    sign = spell.derivative_sign(result, node)
    if result is root:  # whose gradient is 1
        return [sign, spell.derivative(result, flow.slot, factor=False)]
    upstream = spell.gradient(result)
    derivative = spell.derivative(result, flow.slot)
    return [
        spell.product([upstream, sign]),
        spell.product([upstream, derivative]),
        spell.product_of_numbers([flow.upstream, flow.local]),
    ]


def _one_of_several(flow: Flow, sides: list[str], spell: Spelling) -> Equation:
    by = spell.words("by ")
    result = spell.name(flow.result)
    contribution = spell.number(flow.contribution)
    comma = spell.words(", sum ")
    sum_so_far = spell.number(flow.sum_so_far)
    last = f"{contribution}{comma}{sum_so_far}"
    return Equation(f"{by}{result}{spell.colon}", [*sides, last], sign="")


def path_equations(
    paths: Sequence[Path],
    path_count: int,
    step: Step,
    spell: Spelling,
) -> Iterator[Equation]:
    """The largest paths to the leaf of a step, what the others add up to, and its gradient."""
    shown = paths[:LARGEST]
    for path in shown:
        yield _path_equation(path, step.node, spell)
    if path_count > len(shown):
        rest = step.gradient - sum(path.product for path in shown)
        title = spell.words("the others:")
        yield Equation(title, [spell.number(rest)], sign="")
    head = spell.gradient(step.node)
    yield Equation(head, [spell.number(step.gradient)])


def _path_equation(path: Path, leaf: Value, spell: Spelling) -> Equation:
    """The values on a path, and the product along it, written out if it is short."""
    names = [spell.name(flow.result) for flow in path.flows]
    names.append(spell.name(leaf))
    sides = []
    if len(path.flows) <= LONGEST_PATH:
        sides = _factors(path.flows, spell)
    else:
        names = [*names[:ENDS], spell.more, *names[-ENDS:]]
    way = spell.to.join(names)
    product = spell.number(path.product)
    return Equation(f"{way}{spell.colon}", [*sides, product], sign="")


def _factors(flows: Sequence[Flow], spell: Spelling) -> list[str]:
    """The product of the derivatives along a path: as formulas, and in numbers."""
    if not flows:
        return []
    if len(flows) == 1:
        flow = flows[0]
        return [spell.derivative(flow.result, flow.slot, factor=False)]
    formulas = [spell.derivative(flow.result, flow.slot) for flow in flows]
    numbers = [flow.local for flow in flows]
    return [spell.product(formulas), spell.product_of_numbers(numbers)]


def columns(equations: Sequence[Equation]) -> str:
    """Equations below each other as text, with their sides in columns."""
    rows = [[equation.head, *equation.sides] for equation in equations]
    widths = [max(len(text) for text in column) for column in zip_longest(*rows, fillvalue="")]
    lines = [_line(equation, widths) for equation in equations]
    return "\n".join(lines)


def _line(equation: Equation, widths: Sequence[int]) -> str:
    head_width, *side_widths = widths
    head = equation.head.ljust(head_width)
    sign = equation.sign or " "
    sides = zip(equation.sides, side_widths, strict=False)
    padded = [side.ljust(width) for side, width in sides]
    line = f"  {head} {sign} {' = '.join(padded)}".rstrip()
    return f"{line}  {equation.note}" if equation.note else line


def aligned(equations: Sequence[Equation]) -> str:
    """Equations as the lines of a LaTeX environment `aligned`."""
    lines = []
    for equation in equations:
        sign = equation.sign or r"\quad"
        sides = " = ".join(equation.sides)
        note = rf" \quad {equation.note}" if equation.note else ""
        lines.append(f"{equation.head} & {sign} {sides}{note}")
    return " \\\\\n".join(lines)


def math(equations: Sequence[Equation]) -> str:
    """Equations as the rows of a table in MathML."""
    rows = "".join(map(_math_row, equations))
    return f'<math><mtable displaystyle="true">{rows}</mtable></math>'


def _math_row(equation: Equation) -> str:
    sign = f"<mo>{equation.sign}</mo>" if equation.sign else ""
    sides = "<mo>=</mo>".join(equation.sides)
    note = f'<mspace width="1em"/>{equation.note}' if equation.note else ""
    cell = '<mtd style="text-align: left">'  # which is centred else
    return f"<mtr>{cell}{equation.head}</mtd>{cell}{sign}{sides}{note}</mtd></mtr>"
