"""Where the layout of a drawing comes from: Graphviz' `dot` if present, else the wheel graphviz-pure."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import graphviz

__all__ = ["Figure", "LayoutError"]

TIME_LIMIT = 20.0  # seconds for one layout

# <g id="…" class="… turnm23"> … <text … x="55" y="-120" …>: Graphviz cannot turn text, SVG can.
_TURNED = re.compile(r'(<g id="[^"]*" class="[^"]*\bturn(m?)(\d+)")(>.*?<text[^>]* x="([-.\d]+)" y="([-.\d]+)")', re.S)


class LayoutError(RuntimeError):
    """No layout program was found, or the one found failed or took too long."""


class Figure(graphviz.Digraph):
    """A drawing: a `graphviz.Digraph` that also renders on machines without Graphviz.

    `.source` is the DOT text. `.save(path)` renders for `.svg`, `.png` and `.pdf` and writes the text for any other name.
    """

    def pipe(self, format: str | None = None, *args: Any, engine: str | None = None, encoding: str | None = None,
             **options: Any) -> Any:  # fmt: skip
        """Lay out and give the image as bytes, or as text in an encoding. Raises LayoutError."""
        format = format or self.format
        image = _layout(self.source, format, engine or self.engine)
        if format == "svg":
            image = _TURNED.sub(_turn, image.decode()).encode()
        return image.decode(encoding) if encoding else image

    def render(self, filename: Any = None, directory: Any = None, view: bool = False, cleanup: bool = False,
               format: str | None = None, *args: Any, outfile: Any = None, engine: str | None = None,
               **options: Any) -> str:  # fmt: skip
        """Write the DOT text and beside it the image, as Digraph does; gives the image's path."""
        if outfile is not None:
            format = format or Path(outfile).suffix.lstrip(".")
            filename = filename or Path(outfile).with_suffix(".gv")
        format = format or self.format
        source = super().save(filename, directory)
        image = Path(outfile or f"{source}.{format}")
        image.write_bytes(self.pipe(format, engine=engine))
        if cleanup:
            os.remove(source)
        if view:
            graphviz.view(os.fspath(image))
        return os.fspath(image)

    def save(self, filename: Any = None, directory: Any = None, *, skip_existing: bool | None = False) -> str:
        """Render to an .svg, .png or .pdf file; write the DOT text to any other. Gives the path."""
        suffix = Path(filename or "").suffix.lower()
        if suffix not in (".svg", ".png", ".pdf"):
            return super().save(filename, directory, skip_existing=skip_existing)
        path = Path(directory or "", filename)
        if not (skip_existing and path.exists()):
            image = self.pipe(suffix[1:])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(image)
        return os.fspath(path)


def _turn(match: re.Match[str]) -> str:
    head, minus, degrees, body, x, y = match.groups()
    return f'{head} transform="rotate({"-" * bool(minus)}{degrees} {x} {float(y) - 6:g})"{body}'


def _layout(source: str, format: str, engine: str) -> bytes:
    command = [_program(), f"-K{engine}", f"-T{format}"]
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=TIME_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        raise LayoutError(f"the layout took longer than {TIME_LIMIT:g} s; draw a smaller graph") from None
    if done.returncode:  # an image may come all the same, with the broken part left out
        raise LayoutError(f"{Path(command[0]).name} failed on format {format!r}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def _program() -> str:
    if dot := shutil.which("dot"):
        return dot
    try:  # through the package's own list of files: a notebook's PATH often lacks the environment's bin
        files = metadata.files("graphviz-pure") or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.stem == "graphviz-pure" and os.access(file.locate(), os.X_OK):
            return os.fspath(file.locate())
    raise LayoutError(
        "no layout program found: install Graphviz (apt install graphviz, brew install graphviz), "
        "or pip install graphviz-pure. The DOT text is in .source"
    )
