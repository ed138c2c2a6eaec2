"""Where the layout of a drawing comes from: Graphviz' `dot` if present, else the wheel graphviz-pure."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import graphviz

__all__ = ["Figure", "LayoutError"]

TIME_LIMIT = 20.0  # seconds for one layout
SMALLER = 'Try group="layer", group="sample", depth=8, one sample\'s loss, or max_nodes=…. The DOT text is in .source.'

# <g id="…" class="… turn-23"> … <text … x="55" y="-120" …>: Graphviz cannot turn text, SVG can.
_TURNED = re.compile(rb'(<g id="[^"]*" class="[^"]*\bturn([^"]+)")(>.*?<text[^>]* x="([-.\d]+)" y="([-.\d]+)")', re.S)


class LayoutError(RuntimeError):
    """No layout program was found, or the one found failed or took too long."""


class Figure(graphviz.Digraph):
    """A drawing: a `graphviz.Digraph` that also renders on machines without Graphviz.

    `.source` is the DOT text. `.save(path)` writes it to `.dot` and `.gv`, and renders to `.svg`, `.png` and others.
    """

    content: Callable[[Any], None] | None = None  # writes the body, when it is first asked for
    refusal, heading, description = "", "", ""

    def __iter__(self, subgraph: bool = False) -> Iterator[str]:
        content, self.content = self.content, None
        if content:
            content(self)
        yield from super().__iter__(subgraph=subgraph)

    def pipe(self, format: str | None = None, *_: Any, engine: str | None = None, encoding: str | None = None,
             **__: Any) -> Any:  # fmt: skip
        """Lay out and give the image: bytes, or text in an encoding. Raises LayoutError."""
        if self.refusal:
            raise LayoutError(self.refusal)
        format = format or self.format
        command = [_program(), f"-K{engine or self.engine}", f"-T{format}"]
        try:
            done = subprocess.run(command, input=self.source.encode(), capture_output=True, timeout=TIME_LIMIT, check=False)
        except OSError as error:
            raise LayoutError(f"{command[0]} could not be run: {error}") from None
        except subprocess.TimeoutExpired:
            raise LayoutError(f"the layout took longer than {TIME_LIMIT:g} s and was ended. {SMALLER}") from None
        if done.returncode:  # an image may come all the same, with the broken part left out
            said, program = done.stderr.decode(errors="replace").strip(), Path(command[0]).name
            raise LayoutError(f"{program} failed on format {format!r} (Graphviz' own dot knows the most): {said}")
        image = done.stdout
        if format == "svg":
            told = f"\n<title>{escape(self.heading)}</title>\n<desc>{escape(self.description)}</desc>"
            image = re.sub(rb"<svg[^>]*>", lambda svg: svg[0] + told.encode(), image, count=1) if self.heading else image
            image = _TURNED.sub(rb'\1 transform="rotate(\2 \4 \5)"\3', image)
        return image.decode(encoding) if encoding else image

    def render(self, filename: Any = None, directory: Any = None, view: bool = False, cleanup: bool = False,
               format: str | None = None, *_: Any, outfile: Any = None, engine: str | None = None,
               **__: Any) -> str:  # fmt: skip
        """Write the DOT text and beside it the image, as Digraph does; gives the image's path."""
        format = format or (Path(outfile).suffix[1:] if outfile else self.format)
        source = super().save(filename or (Path(outfile).with_suffix(".gv") if outfile else None), directory=directory)
        image = os.fspath(outfile or f"{source}.{format}")
        Path(image).write_bytes(self.pipe(format, engine=engine))
        if cleanup:
            os.remove(source)
        if view:
            graphviz.view(image)
        return image

    def save(self, filename: Any = None, directory: Any = None, *, skip_existing: bool | None = False) -> str:
        """Write the DOT text to a .dot or .gv file, render to any other; gives the path."""
        path = Path(directory or "", filename or "")
        if path.suffix.lower() in ("", ".dot", ".gv"):
            return str(super().save(filename, directory=directory, skip_existing=skip_existing))
        image = self.pipe(path.suffix[1:].lower())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image)
        return os.fspath(path)


def _program() -> str:
    if dot := shutil.which("dot"):
        return dot
    with suppress(metadata.PackageNotFoundError):
        # Through the package's own list of files: a notebook's PATH often lacks the environment's bin.
        for file in metadata.files("graphviz-pure") or []:
            if file.stem == "graphviz-pure":
                return os.fspath(file.locate())
    raise LayoutError("no layout program: install Graphviz (apt install graphviz, brew install graphviz) or pip install "
                      "graphviz-pure; the DOT text is in .source")  # fmt: skip
