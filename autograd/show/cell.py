"""A page in a cell of a notebook."""

from collections.abc import Callable
from html import escape
from typing import Any

from autograd.views import notebook_display

HEIGHT = 760  # pixels: the drawing, and the step with its table, in a cell of 870

NO_NOTEBOOK = "no notebook is running: .page(path) writes a file that any browser opens"


def notebook() -> Callable[..., Any]:
    """IPython's `display` of the notebook that runs; raises RuntimeError if none does."""
    display = notebook_display()
    if display is None:
        raise RuntimeError(NO_NOTEBOOK)
    return display


def in_cell(page: str, title: str) -> dict[str, str]:
    """What a cell is to show of a page: a frame, where its scripts reach nothing of the notebook.

    >>> in_cell("<p>&amp;</p>", "a sign")["text/html"][-47:]
    'srcdoc="&lt;p&gt;&amp;amp;&lt;/p&gt;"></iframe>'
    """
    look = f'style="width: 100%; height: {HEIGHT}px; border: 0"'
    start = f'<iframe title="{escape(title)}" sandbox="allow-scripts" {look}'
    return {"text/html": f'{start} srcdoc="{escape(page)}"></iframe>', "text/plain": title}
