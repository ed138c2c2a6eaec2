"""The rows in C: a function for each, which gives value and local partials at some operands.

Where Python raises, as it does for log(-1) and 1/0, or where a function gives an infinity or a NaN,
the function says that this is odd, and the numbers are for Python to find.
"""

import ast
from collections.abc import Iterator, Sequence

from autograd.core.computed import steps
from autograd.core.native.fingerprint import fingerprint
from autograd.core.notation import ATOM, C, Written
from autograd.core.rows import ROWS, SLOPES, Row


class KernelNotation(C):
    """C whose functions and quotients note what is odd."""

    def quotient(self, a: ast.expr, b: ast.expr) -> Written:
        return ["quotient(", *self.listed([a, b]), ", &odd)"], ATOM

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        if function == "abs":  # which never raises
            return super().call(function, arguments)
        # Python's hypot is its own, and not the C library's.
        name = "python_hypot" if function == "hypot" else function
        return [f"checked({name}(", *self.listed(arguments), "), &odd)"], ATOM


KERNEL = KernelNotation()


def kernel(row: Row) -> str:
    """A row as a function of C."""
    lines = [
        f"static inline int kernel_{row.name}(const double *operands, Py_ssize_t count,",
        f"{' ' * (len(row.name) + 26)}double *value, double *partials) {{",
        "    int odd = 0;",
        "    (void)count;",
        *(f"    {line}" for line in _statements(row)),
        "    return odd;",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _statements(row: Row) -> Iterator[str]:
    computed = row.computed
    for place, name in enumerate(row.operands):
        yield f"double {name} = operands[{place}];"
    for step in steps(computed, KERNEL.written):
        yield f"double {step};"
    yield f"double out = {KERNEL.written(computed.primal)};"
    yield "*value = out;"
    for place, partial in enumerate(computed.partials):
        yield f"partials[{place}] = {KERNEL.written(partial)};"


def header() -> str:
    """The file that the C of `Value` includes: a kernel for each row, and lists of the rows."""
    rows = [row for row in ROWS.values() if row.partials]  # that of leaves has none
    unary = [row for row in rows if len(row.operands) == 1 and row not in SLOPES]
    all_rows = [f"ROW({row.name}, {len(row.operands)}, {len(row.partials)})" for row in rows]
    parts = [
        "/* Written by kernels.py from the rows of core/rows.py. */\n",
        f"#define BUILT_FROM {fingerprint()}u\n",
        *map(kernel, rows),
        _listed("ROWS", all_rows),
        _listed("UNARY_ROWS", [f"ROW({row.name})" for row in unary]),  # which are methods
    ]
    return "\n".join(parts)


def _listed(name: str, entries: Sequence[str]) -> str:
    """A macro that does something with each of some rows."""
    return f"#define {name}(ROW) " + " ".join(f"\\\n    {entry}" for entry in entries) + "\n"
