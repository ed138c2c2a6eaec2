"""The notebook of demos/, run anew.

    python -m tests.notebook    runs demos/notebook.ipynb and writes it with what it shows

What differs from run to run without a reason is left out, so that a difference tells something:
the numbers of executions, times of cells, and identities that a kernel draws.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

PATH = Path(__file__).parents[1] / "demos" / "notebook.ipynb"


def executed(path: Path = PATH) -> Any:
    """A notebook with what its cells show, in a kernel of its own."""
    import_module("matplotlib.font_manager")  # at first it lists fonts, of which a cell would tell
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", record_timing=False)
    client.execute()
    notebook.metadata["language_info"] = {"name": "python"}
    for i, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{i}"
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.pop("transient", None)
                if "execution_count" in output:
                    output.execution_count = None
    return notebook


def as_html(notebook: Any) -> str:
    """The body of the page that nbconvert makes of it."""
    exporter: Any = HTMLExporter  # untyped
    page, _ = exporter().from_notebook_node(notebook)
    return str(page[page.index("<body") :])


if __name__ == "__main__":
    nbformat.write(executed(), PATH)
