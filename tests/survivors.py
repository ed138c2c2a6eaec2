"""The mutants that may live, and why: a fault that changes nothing that anybody can see."""

import re
from typing import NamedTuple


class Reason(NamedTuple):
    """Why mutants live whose changed lines match: the module, the line before, the line after."""

    module: str
    before: str
    after: str
    why: str


REASONS = (
    Reason("", r"lru_cache\(\d+\)", r"lru_cache\((None|\d+)\)", "a cache of another size"),
    Reason("", r"strict=(True|False)", "", "both are as long: `strict` tells it to readers"),
    Reason(
        "core/graph.py",
        r"layer\[node\] = 1 \+",
        r"= 2 \+|, 1\) for",
        "the order of layers is the same",
    ),
    Reason("core/value.py", "self._db = ", "else 1.0", "nothing flows to a constant of a row"),
    Reason(
        "core/value.py",
        r"\*map\(_data_of",
        r"map\((None|_data_of, (None)?|operands)",
        "the slower way gives the same",
    ),
    Reason("core/choices.py", "return False", "return True", "a zero pattern has no other parts"),
    Reason(
        "core/numbers.py",
        r"steps\(row.computed, write\)",
        r"computed, \)",
        "where a step divides by 0 is no value",
    ),
    Reason("core/numbers.py", "math.inf if x > 0", "if x (>= 0|> 1) else", "x has 309 digits"),
)


def reason(module: str, before: str, after: str) -> str:
    """Why a mutant may live, or nothing."""
    for known in REASONS:
        if _matches(known, module, before, after):
            return known.why
    return ""


def _matches(known: Reason, module: str, before: str, after: str) -> bool:
    is_there = known.module in module and re.search(known.before, before) is not None
    if "strict" in known.before:
        return is_there and _without_strict(before) == _without_strict(after)
    return is_there and re.search(known.after, after) is not None


def _without_strict(line: str) -> str:
    return re.sub(r",? ?strict=(True|False|None)|, (?=\))", "", line)
