"""Graphs longer than a page, in rows: each begins with the value in which the last one ended."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, pairwise
from math import ceil

from autograd.show.folding import Item

# Operations at most: where red arrows have numbers or formulas, five are as long as eight.
LONGEST_ROW = 8
LONGEST_ROW_BACKWARD = 5

# Of an arrow over n operations a layout makes n pieces, two of each where red ones are beside it,
# in ranks of half the length. Beyond that many, weighted by n, it takes a second, and soon minutes.
MOST_PIECES = 25_000
PIECES_BACKWARD = 4

# An operation is three inches long: a row of 60 is 19,000 pixels, and images end at 32,767.
MOST_OPERATIONS = 60


class Rows:
    """In which row of a drawing each item stands; all in one, if the graph fits on a page.

    A chain of 40 operations would be a ribbon of 125 inches; in five rows it is 24 by 7. To fold
    its middle would hide what can be read: even 299 operations are a page of 24 by 49. It is cut
    only where a single value leads on, which is named again in the next row: arrows from the end of
    a row to the beginning of another run across all between them.

    Where a number goes into all steps, as a weight of a recurrent network does, its arrows run
    along the whole graph. If that is more than a layout can do, or a row is longer than an image
    can be, as where two values lead on throughout, rows end where the fewest values lead on, and
    all that a row reads from others is named again in it.
    """

    def __init__(self, items: list[Item], backward: bool) -> None:
        longest = LONGEST_ROW_BACKWARD if backward else LONGEST_ROW
        self.levels = _levels(items)
        depth = self.levels[items[-1]]
        self.ends = _ends(self.levels, depth, longest)
        pieces = self._pieces(items) * (PIECES_BACKWARD if backward else 1)
        longest_row = max(end - start for start, end in pairwise([0, *self.ends, depth]))
        self.are_cut_anywhere = pieces > MOST_PIECES or longest_row > MOST_OPERATIONS
        if self.are_cut_anywhere:
            self.ends = _ends_anywhere(_passing(self.levels, depth), longest)
        self.starts = self._starts(items)

    def _pieces(self, items: list[Item]) -> int:
        """How long the arrows within rows are, squared and summed."""
        pieces = 0
        for item in items:
            for source in item.sources():
                if self.row(source) == self.row(item):
                    pieces += (self.levels[item] - self.levels[source]) ** 2
        return pieces

    def row(self, item: Item) -> int:
        return bisect_left(self.ends, self.levels[item])

    def below_each_other(self) -> Iterator[tuple[Item, Item]]:
        """The first results after as many operations, in a row and in the next, behind the starts.

        Where a row between them is shorter, they are let go: it would be stretched.
        """
        starts = [0, *self.ends]
        first: dict[tuple[int, int], Item] = {}
        for item, level in self.levels.items():
            row = self.row(item)
            if item.uses and level > starts[row] + 1:
                first.setdefault((level - starts[row], row), item)
        for (place, row), item in first.items():
            if (place, row + 1) in first:
                yield item, first[place, row + 1]

    def _starts(self, items: list[Item]) -> list[Item]:
        """The first result in each row."""
        first: dict[int, Item] = {}
        for item in items:
            if item.uses:
                first.setdefault(self.row(item), item)
        return [first[row] for row in sorted(first)]


def _levels(items: list[Item]) -> dict[Item, int]:
    """How many operations lead to each item, counted back from the root.

    What goes into several operations stands before the first; a leaf in its row.
    """
    lengths: dict[Item, int] = {}
    for item in items:
        before = [lengths[source] for source in item.sources()]
        lengths[item] = 1 + max(before, default=0) if item.uses else 0
    root = items[-1]
    levels = {root: lengths[root]}
    for item in reversed(items):
        for source in item.sources():
            level = levels[item] - 1 if source.uses else levels[item]
            levels[source] = min(levels.get(source, level), level)
    return levels


def _ends(levels: dict[Item, int], depth: int, longest: int) -> list[int]:
    """The last level of each row but the last one; rows are alike in length, as far as can be."""
    shortest = longest // 2
    narrow = [level for level in _narrow_levels(levels, depth) if level <= depth - shortest]
    ends: list[int] = []
    start = 0
    while depth - start > longest:
        rows = ceil((depth - start) / longest)
        full = start + ceil((depth - start) / rows)
        first = bisect_left(narrow, start + shortest)
        if first == len(narrow):
            break
        fitting = bisect_right(narrow, full) - 1
        start = narrow[max(first, fitting)]
        ends.append(start)
    return ends


def _ends_anywhere(passing: list[int], longest: int) -> list[int]:
    """The same where any level may end a row: of those that do, the fewest values lead on."""
    shortest = ceil(longest / 2)
    ends: list[int] = []
    start = 0
    while len(passing) - start > longest:
        allowed = range(start + shortest, start + longest + 1)
        start = min(reversed(allowed), key=passing.__getitem__)
        ends.append(start)
    return ends


def _narrow_levels(levels: dict[Item, int], depth: int) -> list[int]:
    """The levels after which one value alone leads on, in order."""
    return [level for level, count in enumerate(_passing(levels, depth)) if level and count == 1]


def _passing(levels: dict[Item, int], depth: int) -> list[int]:
    """How many values lead on after each level."""
    last: dict[Item, int] = {}
    for item, level in levels.items():
        for source in item.sources():
            last[source] = max(last.get(source, 0), level)
    changes: Counter[int] = Counter()
    for source, level in last.items():
        changes[levels[source]] += 1
        changes[level] -= 1
    return list(accumulate(changes[level] for level in range(depth)))
