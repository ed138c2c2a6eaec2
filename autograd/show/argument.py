"""One argument why a partial is what it is, as it is written by hand."""

from typing import NamedTuple

ARROW = "→"


class Argument(NamedTuple):
    """One way the argument goes, for the partial of a row by an operand.

    `between` are the lines between the difference quotient and the partial, all equal but for one
    step: an arrow stands before the line that is the limit of the line before, alone if that is the
    partial. `idea` is the key of a sentence in page/why.json: what the limit uses, "" where h only
    cancels.

    It goes this way where `when` holds, everywhere if that is "". There `primal` and `partial` read
    as given here, and as in the row if they are "". Where `is_convention`, at a kink, the quotient
    is among the lines, and the partial is not the limit of them.
    """

    row: str
    operand: str
    idea: str
    between: str
    when: str = ""
    primal: str = ""
    partial: str = ""
    is_convention: bool = False


def stays(row: str, operand: str, when: str, value: str, idea: str = "side") -> Argument:
    """Where the value of the row does not change with the operand."""
    return Argument(row, operand, idea, "0.0 / h", when, primal=value, partial="0.0")


def follows(row: str, operand: str, when: str, value: str, idea: str = "side") -> Argument:
    """Where the value of the row is the operand."""
    return Argument(row, operand, idea, "h / h", when, primal=value, partial="1.0")
