"""What was measured as tables: first whose time is least, then how many times that others take."""

import math
from typing import NamedTuple

from demos.benchmark.engines import (
    C_TAPE,
    JAX,
    MICROGPT,
    MICROGRAD,
    NATIVE,
    PROGRAM,
    PURE,
    PYTORCH,
    TAPE,
    VECTORS,
)
from demos.benchmark.found import Answer, Entry, Found, digits, grown, trained
from demos.benchmark.published import SHORT, STARTS

RECORDED = {
    "gpt": "a step of a tiny GPT, {operations:,} operations",
    "gpt_affine": "the same, with one node for a row · a vector",
    "moons": "a step of micrograd's moons demo, {operations:,} operations",
    "moons_affine": "the same, with one node for x·w + b",
    "operations": "{size:,} operations: build, backward",
    "chain": "a chain of {size:,}: build, backward, free",
    "bytes": "bytes of a binary node",
}
RECORDERS = (NATIVE, PURE, MICROGPT, MICROGRAD, PYTORCH)
REPLAYERS = (TAPE, VECTORS, PROGRAM, NATIVE, PURE, PYTORCH, JAX)
MATRICES = ("gpt", "moons_again")  # where PyTorch and JAX have matrices, not scalars


class Row(NamedTuple):
    """A line of a table: the same work by each competitor."""

    title: str
    work: str
    answers: dict[str, Answer]


def training(found: Found) -> str:
    """The published run: how many times faster than micrograd each is, and what it takes."""
    entries = trained(found)
    steps = entries[0].steps
    slowest = math.nan
    for entry in entries:
        if entry.who == MICROGRAD and entry.measured:
            slowest = entry.seconds
    columns = "times micrograd | seconds | µs a step | to compile | results apart"
    rows = [f"| {steps:,} steps of the published run | {columns} |", "|---|--:|--:|--:|--:|--:|"]
    rows += [training_row(entry, slowest) for entry in entries]
    extrapolated = f"extrapolated from {min(steps, SHORT * len(STARTS)):,} steps"
    compiling = "what the first call takes longer than the second"
    return "\n".join([*rows, "", f"≈: {extrapolated}. To compile: {compiling}."])


def training_row(entry: Entry, slowest: float) -> str:
    answer = entry.answer
    if not entry.measured:
        return f"| {entry.who} | not measured: {answer['missing']} | | | | |"
    about = "≈ " if not answer["whole"] and entry.steps > SHORT * len(STARTS) else ""
    compiling = f"{answer['first']:.1f} s" if answer["first"] > 0.1 else ""
    cells = [
        entry.who,
        digits(slowest / entry.seconds),
        about + digits(entry.seconds),
        digits(1e6 * entry.seconds / entry.steps),
        compiling,
        f"{answer['apart']:.0e}",
    ]
    return f"| {' | '.join(cells)} |"


def recorded(found: Found) -> str:
    """Graphs that are recorded anew at each step."""
    (operations,) = {size for work, _, size in found if work == "bytes"}
    rows = []
    for work, who, size in found:
        if work in RECORDED and who == PURE and (work != "operations" or size == operations):
            answers = {name: found.get((work, name, size), {}) for name in RECORDERS}
            title = RECORDED[work].format(size=size, **answers[PURE])
            rows.append(Row(title, work, answers))
    return table("ms, recorded anew each time", RECORDERS, rows)


def replayed(found: Found) -> str:
    """Graphs that are recorded once and run again, beside recording them anew."""
    rows = []
    for size in grown(found)[PURE]:
        answers = {}
        for who in REPLAYERS:
            anew = found.get(("operations", who, size), {})
            answers[who] = found.get(("replay", who, size), anew)
        rows.append(Row(f"{size:,} operations", "replay", answers))
    for work, who, size in found:
        if work == "moons_again" and who == PURE:
            answers = {who: found.get((work, who, size), {}) for who in REPLAYERS}
            rows.append(Row(f"loss of the moons network on {size} samples", work, answers))
    return table("ms, the same graph again", REPLAYERS, rows)


def table(title: str, columns: tuple[str, ...], rows: list[Row]) -> str:
    lines = [f"| {title} | {' | '.join(columns)} |", f"|---|{'--:|' * len(columns)}"]
    reasons = {}
    for row in rows:
        lines.append(f"| {row.title} | {' | '.join(cells(row, columns))} |")
        for who in columns:
            if "missing" in row.answers[who]:
                reasons[who] = (
                    f"{who} in “{row.title}”: not measured, {row.answers[who]['missing']}."
                )
    return "\n".join([*lines, *([""] if reasons else []), *reasons.values()])


def cells(row: Row, columns: tuple[str, ...]) -> list[str]:
    """The amounts, each with how many times that of the first column it is."""
    amounts = {who: amount(row.answers[who]) for who in columns}
    known = [x for x in amounts.values() if x is not None]
    texts = []
    for who, x in amounts.items():
        if x is None:
            texts.append("—" if "missing" in row.answers[who] else "")
        elif x == known[0]:
            texts.append(f"**{digits(x)}**")
        else:
            is_matrices = row.work in MATRICES and who in (PYTORCH, JAX)
            texts.append(f"{digits(x)} ({digits(x / known[0])} ×{', matrices' * is_matrices})")
    return texts


def amount(answer: Answer) -> float | None:
    """Bytes, or milliseconds; None if it was not measured."""
    if "bytes" in answer:
        return float(answer["bytes"])
    return 1e3 * answer["seconds"] if "seconds" in answer else None


def growth(found: Found) -> str:
    """Nanoseconds an operation as a graph grows: constant if time is linear."""
    lines = grown(found)
    sizes = [*lines[PURE]]
    heads = " | ".join(f"{size:,}" for size in sizes)
    rows = [f"| ns an operation, in a graph of | {heads} |", f"|---|{'--:|' * len(sizes)}"]
    for who, line in sorted(lines.items(), key=lambda pair: -pair[1][sizes[0]]):
        numbers = " | ".join(digits(line[size]) if size in line else "" for size in sizes)
        rows.append(f"| {who} | {numbers} |")
    return "\n".join(rows)


def limit(found: Found) -> str:
    """How near to the limit ours are, a sentence a line, of what was measured."""
    lines = grown(found)
    size = max(lines[PURE])
    run = {entry.who: entry.seconds for entry in trained(found) if entry.measured}
    sentences = []
    if C_TAPE in lines and TAPE in lines:
        ns = f"{digits(lines[C_TAPE][size])} ns an operation, ours {digits(lines[TAPE][size])}"
        sentences.append(
            f"The limit is a tape in C with no Python and no checks around it: at {size:,}, {ns}."
        )
    if "C, vectorised" in run and "ours, numba" in run:
        by_hand = digits(run["C, plain"])
        fast = digits(run["C, vectorised"])
        times = digits(run["ours, numba"] / run["C, vectorised"])
        sentences.append(
            f"The published run takes {by_hand} s in C by hand, and {fast} s where exp takes "
            "four numbers at once and sums may be reordered (`-ffast-math -march=native`, "
            f"libmvec): {times} × as fast as ours, numba."
        )
    for (work, _, _), answer in found.items():
        if work == "first_calls" and "cold" in answer:
            sentences.append(
                f"The first call of a tape takes {answer['cold']:.1f} s, as numba compiles its "
                f"loop, and {answer['cached']:.2f} s when that is in its cache."
            )
    return "\n".join(sentences)
