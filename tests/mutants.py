"""Whether the tests would see a fault: mutants of the package, each run against tests it reaches.

A mutant is killed if a test fails, or does not end. All tests near the package are run once, to
note which lines each reaches. A mutant of a function then takes its place in a copy of that
process, where the tests that reach its line run, the smallest first, until one fails. What is done
at import, as methods are written from rows, is mutated before: in a process that imports the
package anew, and runs the tests that `NEAR` names.

    python -m tests.mutants [--processes 2] [--again] [module ...]    writes build/mutants.md

What was found is kept in `build/mutants.json`, and not run again while the module is the same;
`--again` runs the survivors anew, as after a new test.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from tests.faults import Mutant, mutants
from tests.hunt import NEAR, hunt
from tests.survivors import reason

FOUND = Path("build/mutants.json")
REPORT = Path("build/mutants.md")


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: killed, endless or survived."""

    module: str
    line: int
    before: str
    after: str
    fate: str

    @property
    def why(self) -> str:
        """Why a survivor may live, if that is known."""
        return reason(self.module, self.before, self.after)


def main(arguments: Sequence[str] | None = None) -> int:
    """Hunt all mutants that have no fate yet, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="run the survivors anew")
    parser.add_argument("modules", nargs="*", default=[*NEAR], metavar="module")
    options = parser.parse_args(arguments)
    ours = [mutant for module in options.modules for mutant in mutants(module)]
    fates = _kept()
    for mutant, fate in _hunted(ours, fates, options.processes, options.again):
        fates[mutant.key] = Fate(mutant.module, mutant.line, mutant.before, mutant.after, fate)
        _keep(fates)
    found = [fates[mutant.key] for mutant in ours]
    REPORT.write_text(report(found), encoding="utf-8")
    print(_line("all", found))
    return int(any(fate.fate == "survived" and not fate.why for fate in found))


def _hunted(
    ours: Sequence[Mutant], fates: dict[str, Fate], processes: int, again: bool
) -> Iterator[tuple[Mutant, str]]:
    """Mutants without a fate, and what becomes of them; those that may live are not run."""
    waiting = []
    for mutant in ours:
        known = fates.get(mutant.key)
        if known and not (again and known.fate == "survived"):
            continue
        if reason(mutant.module, mutant.before, mutant.after):
            yield mutant, "survived"
        else:
            waiting.append(mutant)
    if waiting:
        hunted = hunt(waiting, processes)
        yield from tqdm(hunted, "hunted", len(waiting), unit="mutant", disable=None)


def _kept() -> dict[str, Fate]:
    if not FOUND.exists():
        return {}
    kept = json.loads(FOUND.read_text(encoding="utf-8"))
    return {key: Fate(**fate) for key, fate in kept.items()}


def _keep(fates: dict[str, Fate]) -> None:
    FOUND.parent.mkdir(exist_ok=True)
    text = json.dumps({key: asdict(fate) for key, fate in fates.items()}, indent=0)
    beside = FOUND.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(FOUND)


def report(fates: Sequence[Fate]) -> str:
    """The table of modules, then each survivor with the reason why it may live."""
    lines = [
        "# Mutants: would a test see the fault?",
        "",
        "| module | mutants | killed | of these endless | survived | with a reason | score |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for module in dict.fromkeys(fate.module for fate in fates):
        lines.append(_line(module, [fate for fate in fates if fate.module == module]))
    lines += [_line("all", fates), "", "## Survivors", ""]
    lines += [_told(fate) for fate in fates if fate.fate == "survived"]
    return "\n".join(lines) + "\n"


def _line(name: str, fates: Sequence[Fate]) -> str:
    survived = [fate for fate in fates if fate.fate == "survived"]
    reasons = sum(bool(fate.why) for fate in survived)
    endless = sum(fate.fate == "endless" for fate in fates)
    killed = len(fates) - len(survived)
    score = f"{100.0 * killed / max(1, len(fates)):.1f} %"
    counts = [len(fates), killed, endless, len(survived), reasons]
    return f"| {' | '.join([name, *map(str, counts), score])} |"


def _told(fate: Fate) -> str:
    change = f"`{fate.before}` → `{fate.after}`"
    return f"- {fate.module}:{fate.line} {change}: {fate.why or '**no reason yet**'}"


if __name__ == "__main__":
    raise SystemExit(main())
