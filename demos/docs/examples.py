"""Examples of docstrings, run as the pages are built, with the pictures that a notebook shows.

A docstring is taken apart into text and examples. Below an example stand the pictures of what its
last line gives, of a figure it names, and of the files that it writes.
"""

import ast
import doctest
import os
import re
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from autograd import Figure, Value

SVG = "image/svg+xml"
_FENCED = re.compile(r"^```\w*\n(?=>>>)(.*?)^```$", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"\s*!\[(.*?)\]\(.*?\)", re.DOTALL)
_DIRECTIVE = re.compile(r"\s*#\s*doctest:.*$", re.MULTILINE)
_ID = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r'(href="#|url\(#)')


class ExampleError(Exception):
    """An example of a docstring that does not give what stands below it."""


@dataclass
class Cell:
    """An example as it is printed, and the pictures below it, as HTML."""

    text: str
    pictures: list[str]


class Examples:
    """All examples of the pages; `count` is how many ran, `pictures` how many were shown."""

    def __init__(self) -> None:
        self.count = 0
        self.pictures = 0

    def taken_apart(self, docstring: str, name: str, scope: Mapping[str, Any]) -> list[str | Cell]:
        """A docstring as texts and cells. Raises ExampleError, naming the docstring and a line."""
        docstring = _FENCED.sub(r"\1", docstring)
        parts = doctest.DocTestParser().parse(docstring, name)
        examples = [part for part in parts if isinstance(part, doctest.Example)]
        if not examples:
            return [docstring]
        pictures = _run(doctest.DocTest(examples, {**scope}, name, name, 0, docstring))
        self.count += len(examples)
        cells: list[str | Cell] = []
        for part in parts:
            if isinstance(part, str):
                cells.append(_with_caption(cells, part))
                continue
            shown = [self._apart(picture) for picture in pictures[part.lineno]]
            cells.append(Cell(_printed(part), shown))
        return cells

    def _apart(self, picture: str) -> str:
        """A picture with ids of its own, as many stand on one page."""
        self.pictures += 1
        prefix = f"picture{self.pictures}-"
        picture = _ID.sub(rf'id="{prefix}\1"', picture)
        return _REFERENCE.sub(rf"\1{prefix}", picture)


def _with_caption(cells: list[str | Cell], text: str) -> str:
    """A text without the image it begins with where the cell before it shows that already.

    What a reader of the source is told of the image becomes the caption of the picture.
    """
    image = _IMAGE.match(text)
    before = cells[-1] if cells else ""
    if image is None or isinstance(before, str) or not before.pictures:
        return text
    before.pictures.append(f"<figcaption>{escape(image[1])}</figcaption>")
    return text[image.end() :]


class _Runner(doctest.DocTestRunner):
    """Runs examples one after the other, and keeps what each shows."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.shown: dict[int, list[str]] = {}
        self.values: list[Any] = []
        self.written: dict[Path, int] = _files()

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        self.values = []

    def report_success(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        figures = [test.globs.get(name) for name in _assigned(example.source)]
        self.values += [figure for figure in figures if isinstance(figure, Figure)]
        pictures = [*map(picture_of, self.values), *self._pictures_written()]
        self.shown[example.lineno] = [*filter(None, pictures)]

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        where = f"{test.name}, line {example.lineno + 1} of the docstring"
        told = f"{where}: {example.source.rstrip()}\nexpected:\n{example.want}got:\n{got}"
        raise ExampleError(told)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        self.report_failure(out, test, example, f"{exc_info[0].__name__}: {exc_info[1]}\n")

    def display(self, value: Any) -> None:
        """What Python does with the value of an example; it is kept for its picture."""
        if value is not None:
            print(repr(value))
            self.values.append(value)

    def _pictures_written(self) -> Iterator[str]:
        before = self.written
        self.written = _files()
        for path, moment in self.written.items():
            if before.get(path) != moment:
                yield _picture_in(path)


def _run(test: doctest.DocTest) -> dict[int, list[str]]:
    with _elsewhere():
        runner = _Runner()
        output = sys.stdout
        try:
            # While it runs, doctest makes this the hook by which Python shows values.
            with patch.object(sys, "__displayhook__", runner.display):
                runner.run(test, out=lambda text: None)
        finally:
            sys.stdout = output  # an ExampleError leaves doctest's own in its place
    return runner.shown


@contextmanager
def _elsewhere() -> Iterator[None]:
    """In an empty folder, so that what examples write is found, and goes away."""
    before = Path.cwd()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def _files() -> dict[Path, int]:
    """The files here with the time each was written."""
    return {path: path.stat().st_mtime_ns for path in sorted(Path().rglob("*.*"))}


def _assigned(source: str) -> Iterator[str]:
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id


def picture_of(value: Any) -> str:
    """What a notebook shows of a value, as HTML, or "".

    A single Value, of which every second example has one, is told by its number alone.
    """
    if isinstance(value, Value):
        return ""
    if isinstance(value, Figure):
        return _of_svg(value._repr_mimebundle_()[SVG])
    as_html = getattr(value, "_repr_html_", None)
    if as_html and not isinstance(value, type):
        return as_html() or ""
    return ""


def _picture_in(path: Path) -> str:
    if path.suffix == ".svg":
        return _of_svg(path.read_text(encoding="utf-8"))
    if path.suffix == ".png":
        data = b64encode(path.read_bytes()).decode()
        return f'<img alt="{path.name}" src="data:image/png;base64,{data}">'
    return ""


def _of_svg(svg: str) -> str:
    """An SVG without what stands before its element, which is not for HTML."""
    return svg[svg.index("<svg") :]


def _printed(example: doctest.Example) -> str:
    """An example as a terminal shows it, without what is for doctest alone."""
    first, *others = _DIRECTIVE.sub("", example.source).rstrip("\n").split("\n")
    lines = [f">>> {first}", *(f"... {line}".rstrip() for line in others)]
    want = example.want.replace("<BLANKLINE>", "").rstrip("\n")
    if want:
        lines.append(want)
    return "\n".join(lines)
