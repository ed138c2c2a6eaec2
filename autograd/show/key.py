"""The line below a graph: what the colours of its boxes mean, and a caption."""

from collections.abc import Collection
from xml.sax.saxutils import escape

from autograd.show.style import Style

ROUND = "ellipse"
EM = 0.62  # the mean width of a letter, as a share of the font's size
AROUND = 3  # points, between a role and the border of its cell
BETWEEN = 5


def key(style: Style, roles: Collection[str], caption: str) -> str:
    """Write the label of a graph: the roles that are drawn, side by side, and the caption.

    It is a table, as nodes would not do: `dot` has columns for them in a graph from left to right,
    1 to 3 inches apart, and when told to pack the key by itself it loses the labels of arrows.
    Tables without lines are drawn alike by graphviz-pure.
    """
    drawn = [role for role in style.roles if role in roles]
    cells = "".join(_cell(style, role) for role in drawn)
    rows = [_table(f"<TR>{cells}</TR>", _size(style, drawn), BETWEEN)]
    if caption:
        rows.append(escape(caption))
    lines = "".join(f"<TR><TD>{row}</TD></TR>" for row in rows)
    return f"<{_table(lines)}>"


def _table(rows: str, size: str = "", between: int = 0) -> str:
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="{between}"{size}>{rows}</TABLE>'


def _size(style: Style, roles: list[str]) -> str:
    """The size of the key, large enough; without it, it would be as wide as the caption."""
    letters = sum(map(len, roles)) * EM * style.legend_text
    width = letters + 2 * AROUND * len(roles) + BETWEEN * (len(roles) + 1)
    height = 1.4 * style.legend_text + 2 * AROUND + 2 * BETWEEN
    return f' FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{height:.0f}"'


def _cell(style: Style, role: str) -> str:
    look = style.roles[role]
    corners = ' STYLE="rounded"' if look.rounded or look.shape == ROUND else ""
    font = f'<FONT COLOR="{style.text}" POINT-SIZE="{style.legend_text}">{role}</FONT>'
    return f'<TD BGCOLOR="{look.fill}"{corners} CELLPADDING="{AROUND}">{font}</TD>'
