"""How much a reader has to take in: tokens a line, long lines, tuple assignments, long functions.

    python -m tests.reading [folder ...]    counts autograd/, or the folders named

Counted are names, operators, numbers and strings, an f-string as one; no comments, no docstrings.
A line of code is a line on which one of these begins. The table of rows, between `# fmt: off` and
`# fmt: on`, may be wider than other code, and so may a row of a table in a guide, which begins
with `|`.
"""

import ast
import io
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "autograd/core/rows.py"

COLUMNS = 100
TOKENS_A_LINE = 9.5
TUPLES_PER_100_LINES = 1.2
FMT_SKIPS = 2
FUNCTION_LINES = 40

COUNTED = {tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING}
BEGINS = {getattr(tokenize, name, None) for name in ("FSTRING_START", "TSTRING_START")} - {None}
ENDS = {getattr(tokenize, name, None) for name in ("FSTRING_END", "TSTRING_END")} - {None}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Reading:
    """What was counted in one file, or in several."""

    name: str
    tokens: int = 0
    lines: int = 0
    long_lines: int = 0
    tuple_assignments: int = 0
    fmt_skips: int = 0
    longest: int = 0
    longest_name: str = ""

    @property
    def tokens_a_line(self) -> float:
        return self.tokens / max(1, self.lines)

    @property
    def tuples_per_100_lines(self) -> float:
        return 100.0 * self.tuple_assignments / max(1, self.lines)

    def broken(self) -> list[str]:
        """The limits that are not kept."""
        found = []
        if self.tokens_a_line > TOKENS_A_LINE:
            found.append(f"{self.tokens_a_line:.2f} tokens a line, at most {TOKENS_A_LINE}")
        if self.long_lines:
            found.append(f"{self.long_lines} lines over {COLUMNS} columns")
        if self.tuples_per_100_lines > TUPLES_PER_100_LINES:
            share = f"{self.tuples_per_100_lines:.2f} tuple assignments per 100 lines"
            found.append(f"{share}, at most {TUPLES_PER_100_LINES}")
        if self.fmt_skips > FMT_SKIPS:
            found.append(f"{self.fmt_skips} × fmt: skip, at most {FMT_SKIPS}")
        if self.longest > FUNCTION_LINES:
            function = f"{self.longest_name} has {self.longest} lines"
            found.append(f"{function}, at most {FUNCTION_LINES}")
        return found


def read(path: Path) -> Reading:
    """Count one file."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    begins = list(code(text, docstrings(tree)))
    name, lines = longest_function(tree)
    return Reading(
        name=shown(path),
        tokens=len(begins),
        lines=len({row for row, _ in begins}),
        long_lines=long_lines(text, table=path == ROWS),
        tuple_assignments=tuple_assignments(tree),
        fmt_skips=fmt_skips(text),
        longest=lines,
        longest_name=name,
    )


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


def tokens_of(text: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(text).readline)


def docstrings(tree: ast.Module) -> set[tuple[int, int]]:
    """Where strings begin that stand alone as statements."""
    return {
        (node.lineno, node.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def code(text: str, without: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where each counted token begins. From Python 3.12 on an f-string comes in parts."""
    depth = 0
    for token in tokens_of(text):
        if token.type in BEGINS:
            if depth == 0:
                yield token.start
            depth += 1
        elif token.type in ENDS:
            depth -= 1
        elif depth == 0 and token.type in COUNTED and token.start not in without:
            yield token.start


def long_lines(text: str, table: bool = False) -> int:
    """Lines over 100 columns; of a file with a table, and of a guide, only those outside it."""
    count = 0
    inside = False
    for line in text.splitlines():
        if table and line.strip() in ("# fmt: off", "# fmt: on"):
            inside = line.strip() == "# fmt: off"
        if len(line) > COLUMNS and not inside and not line.startswith("|"):
            count += 1
    return count


def tuple_assignments(tree: ast.Module) -> int:
    """Statements that assign to several names at once."""
    return sum(
        any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
    )


def fmt_skips(text: str) -> int:
    return sum(
        token.type == tokenize.COMMENT and "fmt: skip" in token.string for token in tokens_of(text)
    )


def longest_function(tree: ast.Module) -> tuple[str, int]:
    """The name of the longest function, and its lines without decorators and docstring."""
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    sizes = {function: function_lines(function) for function in functions}
    if not sizes:
        return "", 0
    longest = max(sizes, key=sizes.__getitem__)
    return longest.name, sizes[longest]


def function_lines(function: Function) -> int:
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def total(readings: Iterable[Reading]) -> Reading:
    """All files as one."""
    whole = Reading("all")
    for reading in readings:
        whole.tokens += reading.tokens
        whole.lines += reading.lines
        whole.long_lines += reading.long_lines
        whole.tuple_assignments += reading.tuple_assignments
        whole.fmt_skips += reading.fmt_skips
        if reading.longest > whole.longest:
            whole.longest = reading.longest
            whole.longest_name = f"{reading.name}: {reading.longest_name}"
    return whole


def files(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def table(readings: list[Reading]) -> str:
    """The readings as Markdown, one a line."""
    lines = [
        "| file | lines | tokens a line | > 100 columns | tuples per 100 lines "
        "| fmt: skip | longest function |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for reading in readings:
        cells = [
            reading.name,
            f"{reading.lines:,}",
            f"{reading.tokens_a_line:.2f}",
            f"{reading.long_lines}",
            f"{reading.tuples_per_100_lines:.2f}",
            f"{reading.fmt_skips}",
            f"{reading.longest_name} {reading.longest}" if reading.longest else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Print the table, and what is over a limit."""
    folders = [Path(argument).resolve() for argument in arguments] or [ROOT / "autograd"]
    readings = [read(path) for path in files(folders)]
    whole = total(readings)
    print(table([*readings, whole]))
    broken = whole.broken()
    print("\n".join(["", *broken] if broken else ["", "all limits are kept"]))
    return bool(broken)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
