"""The command: rounds of each part in turn until the time is up, and the table of their counts."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from time import monotonic
from typing import Any

import autograd
from autograd.writing import escape_what_cannot_be_printed, write_whole
from tests.soak.parts import PARTS

OUT = Path("build/soak.md")
PATIENCE = 600.0  # seconds until a round is given up, as one in which threads wait for each other


@dataclass
class Counts:
    """What the rounds of a part gave."""

    rounds: int = 0
    counted: int = 0
    failures: int = 0
    seconds: float = 0.0


@dataclass
class Failure:
    """The first of all: how it is seen again, and what was told."""

    command: str
    told: str


def environment(seed: int) -> dict[str, str]:
    """Of a round: Value in C for even seeds, where this process has it, in Python for odd ones."""
    in_c = autograd.native and seed % 2 == 0
    return os.environ | {"AUTOGRAD_NATIVE": "1" if in_c else "0"}


def played(part: str, seed: int) -> tuple[int, str]:
    """How much a round counted, and what went wrong."""
    run = [sys.executable, "-m", "tests.soak.parts", part, str(seed)]
    how: dict[str, Any] = {"capture_output": True, "encoding": "utf-8", "timeout": PATIENCE}
    try:
        done = subprocess.run(run, env=environment(seed), check=False, **how)
    except subprocess.TimeoutExpired as error:
        return 0, f"{error}\n{error.stdout or b''!r}{error.stderr or b''!r}"
    last = done.stdout.rstrip().rpartition("\n")[2]
    if done.returncode == 0 and last.isdigit():
        return int(last), ""
    return 0, f"status {done.returncode}\n{done.stdout}{done.stderr}".rstrip()


class Soak:
    """Rounds of some parts, and what they gave."""

    def __init__(self, parts: Sequence[str], seed: int) -> None:
        self.seed = seed
        self.counts = {part: Counts() for part in parts}
        self.first: Failure | None = None

    def next_part(self) -> str:
        """The part that had the least time so far."""
        return min(self.counts, key=lambda part: self.counts[part].seconds)

    def play(self, part: str) -> None:
        """One round of a part. Rounds of a part have consecutive seeds."""
        counts = self.counts[part]
        seed = self.seed + counts.rounds
        start = monotonic()
        counted, wrong = played(part, seed)
        counts.seconds += monotonic() - start
        counts.rounds += 1
        counts.counted += counted
        counts.failures += bool(wrong)
        if wrong and self.first is None:
            again = f"python -m tests.soak {part} --rounds 1 --seed {seed}"
            self.first = Failure(again, wrong)

    def table(self) -> str:
        lines = [
            f"seed {self.seed}",
            "",
            "| part | rounds | seconds | what was counted | failures |",
            "|---|---:|---:|---|---:|",
        ]
        for part, found in self.counts.items():
            counted = f"{found.counted:,} {PARTS[part].what}"
            cells = (part, found.rounds, round(found.seconds), counted, found.failures)
            lines.append(f"| {' | '.join(map(str, cells))} |")
        if self.first is not None:
            lines += [
                "",
                f"First failure: `{self.first.command}`",
                "",
                "```",
                self.first.told,
                "```",
            ]
        return "\n".join(lines) + "\n"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Use it for minutes.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--minutes", type=float, default=10.0, help="for all parts together")
    parser.add_argument("--rounds", type=int, help="of each part, whatever time they take")
    parser.add_argument("--seed", type=int, help="of the first round of each part")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return options


def tell(soak: Soak, part: str) -> None:
    """Say on a terminal what is under way."""
    if sys.stderr.isatty():
        failures = sum(found.failures for found in soak.counts.values())
        counts = soak.counts[part]
        line = f"{part}, round {counts.rounds + 1}; {failures} failures so far"
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def soaked(options: argparse.Namespace) -> Soak:
    """All rounds that are asked for."""
    seed = SystemRandom().randrange(10**6) if options.seed is None else options.seed
    soak = Soak(options.parts or list(PARTS), seed)
    end = monotonic() + 60.0 * options.minutes
    if options.rounds is not None:
        turns = [part for part in soak.counts for _ in range(options.rounds)]
        for part in turns:
            tell(soak, part)
            soak.play(part)
        return soak
    while monotonic() < end:
        part = soak.next_part()
        tell(soak, part)
        soak.play(part)
    return soak


def main(arguments: Sequence[str] | None = None) -> int:
    escape_what_cannot_be_printed()
    options = parse(arguments)
    soak = soaked(options)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    table = soak.table()
    write_whole(options.out, table)
    print(table, end="")
    return 0 if soak.first is None else 1


if __name__ == "__main__":
    sys.exit(main())
