"""What the conformance of rows is told as: build/conformance.md, and in short in a guide."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

KINDS = ("value", "∂", "∂²")
OURS = "Python"
ENGINES = (OURS, "numba", "tape", "C", "JavaScript", "JAX")
LIBRARIES = ("PyTorch", "JAX")
WORST_ROWS = 4  # of each in the guide of autograd.proof

START, END = "<!-- conformance -->\n", "<!-- end of conformance -->\n"


@dataclass(frozen=True)
class Worst:
    """The worst of some numbers: by how many units in the last place, where, and what it is."""

    miss: float
    point: tuple[float, ...]
    column: str
    number: float
    true: float

    @property
    def is_lost(self) -> bool:
        """Whether there is nothing but a 0 or no number where the truth is a normal one."""
        is_nothing = self.number == 0.0 or not math.isfinite(self.number)
        return is_nothing and self.miss > 1.0

    @property
    def size(self) -> float:
        return math.inf if self.is_lost else self.miss

    @property
    def where(self) -> str:
        return ", ".join(map(repr, self.point))

    def __str__(self) -> str:
        numbers = f"{self.number!r}, truth {self.true!r}, {self.miss:.4g} u"
        return f"{self.column} at ({self.where}): {numbers}"


@dataclass
class Result:
    """How a row did, by whom and by kind; and what broke its bounds.

    `engines` and `libraries` hold the worst of a name and a kind.
    """

    row: str
    primal: str
    bound: str
    points: int
    engines: dict[tuple[str, str], Worst] = field(default_factory=dict)
    libraries: dict[tuple[str, str], Worst] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def ours(self) -> Worst | None:
        return worst_of(self.engines, OURS)


def worst_of(known: dict[tuple[str, str], Worst], name: str) -> Worst | None:
    """The worst of an engine or a library in all kinds."""
    found = [worst for (whose, _), worst in known.items() if whose == name]
    return max(found, key=lambda worst: worst.size, default=None)


def report(results: Sequence[Result]) -> str:
    """All results as Markdown."""
    count = sum(result.points for result in results)
    lines = [
        f"# Conformance: {len(results)} rows, {count:,} points",
        "",
        "The worst misses of the true number, in units in its last place, and the operands there;",
        "∞ is a 0, an infinity or a NaN instead of a normal number.",
        "",
        *_table(["row", "primal", "points", "bound", *_headings()], map(_line, results)),
        "",
        "The same by each engine, value and both derivatives.",
        "",
        *_table(["row", *ENGINES], map(_engines_line, results)),
    ]
    return "\n".join(lines) + "\n"


def _headings() -> list[str]:
    return [f"{whose} {kind}" for whose in ("ours", *LIBRARIES) for kind in KINDS]


def _table(headings: Sequence[str], lines: Iterator[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield "|---" * len(headings) + "|"
    for line in lines:
        yield f"| {' | '.join(line)} |"


def _line(result: Result) -> list[str]:
    ours = [_cell(result.engines.get((OURS, kind))) for kind in KINDS]
    theirs = [_cell(result.libraries.get((name, kind))) for name in LIBRARIES for kind in KINDS]
    return [result.row, f"`{result.primal}`", f"{result.points:,}", result.bound, *ours, *theirs]


def _engines_line(result: Result) -> list[str]:
    return [result.row, *(_cell(worst_of(result.engines, name)) for name in ENGINES)]


def _cell(worst: Worst | None) -> str:
    if worst is None:
        return "–"
    return f"{_size(worst)} at {worst.where}" if worst.miss else "0"


def _size(worst: Worst) -> str:
    if worst.is_lost:
        return "∞"
    return f"{worst.miss:.2f}" if worst.miss < 1000.0 else f"{worst.miss:.1e}"


def with_table(text: str, results: Sequence[Result]) -> str:
    """The text of the guide with the short table between its marks."""
    table = "\n".join(_short(results)) + "\n"
    return re.sub(f"{START}.*?{END}", lambda _: START + table + END, text, flags=re.DOTALL)


def _short(results: Sequence[Result]) -> Iterator[str]:
    """The worst rows of ours and of each library."""
    told = {result.row for result in _worst_rows(results)}
    lines = [_short_line(result) for result in results if result.row in told]
    yield from _table(["row", "ours", "our bound", *LIBRARIES], iter(lines))


def _worst_rows(results: Sequence[Result]) -> Iterator[Result]:
    """The worst rows of each; of those that lose all, the ones at the most ordinary operands."""
    for name in (OURS, *LIBRARIES):
        yield from sorted(results, key=partial(_rank, name=name))[:WORST_ROWS]


def _rank(result: Result, name: str) -> tuple[float, float]:
    worst = result.ours() if name == OURS else worst_of(result.libraries, name)
    if worst is None:
        return 0.0, 0.0
    sizes = (abs(math.log(abs(x))) for x in worst.point if x and math.isfinite(x))
    return -worst.size, max(sizes, default=0.0)


def _short_line(result: Result) -> list[str]:
    theirs = [_short_cell(worst_of(result.libraries, name)) for name in LIBRARIES]
    return [f"`{result.row}`", _short_cell(result.ours()), result.bound, *theirs]


def _short_cell(worst: Worst | None) -> str:
    if worst is None:
        return "–"
    operands = ", ".join(f"{x:.4g}" for x in worst.point)
    kind = KINDS[worst.column.count("∂")]
    return f"{_size(worst)} ({kind} at {operands})"
