"""Docstrings as HTML: text, examples with their pictures, formulas, and links to names."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from pdoc.doc import Doc, Module
from pdoc.docstrings import convert
from pdoc.render_helpers import relative_link, to_html

from autograd.core.rows import ROWS
from demos.docs.contents import GUIDES
from demos.docs.examples import Cell, Examples
from demos.docs.formulas import of_operators, of_row

_HEADING = re.compile(r"^(#+) +(.+?) *$", re.MULTILINE)
# What a docstring says of a row in text stands in its place as MathML.
_RULES = re.compile(r"^(?:(?:The value is|The derivative by) `.*(?:\n|\Z))+", re.MULTILINE)
_FORMULAS = "formulas-of-the-row"
_IMAGE = re.compile(r"!\[(.*?)\]\(.*?\)", re.DOTALL)
_PLACE = re.compile(r"<p>pictures-of-(\d+)</p>")
_CODE = re.compile(r"(?<!\">)<code>([\w./]+(?:\([^<]*\))?)</code>")
_TYPE = re.compile(r'<span class="n">(\w+)</span>')
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


class Guide:
    """A guide: its title, the sentences before its title, and the rest in Markdown."""

    def __init__(self, docstring: str, name: str) -> None:
        heading = _HEADING.search(docstring)
        if heading is None:
            self.title, self.lead, self.body = name, "", docstring
            return
        self.title = heading[2]
        self.lead = docstring[: heading.start()].strip()
        self.body = _below_title(docstring[heading.end() :], len(heading[1])).strip()


def _below_title(text: str, level: int) -> str:
    r"""Markdown whose headings go on from a title of `level`, which has become the first level.

    Comments in code are no headings. What stands at the level of the title begins a part of its
    own.

    >>> _below_title("### a\n## b\n### c", 2)
    '## a\n## b\n### c'
    """
    gone = level - 1
    parts = []
    for part in re.split(r"(^```.*?^```$|^#+ .*$)", text, flags=re.MULTILINE | re.DOTALL):
        heading = _HEADING.match(part)
        if heading:
            depth = len(heading[1])
            gone = level - 2 if depth <= level else gone
            part = "#" * (depth - gone) + part[depth:]
        parts.append(part)
    return "".join(parts)


class Texts:
    """Writes the docstrings of the pages.

    Names in backticks become links: `names` has the page of each name that is told, `paths` the
    file of each module of the package.
    """

    def __init__(
        self, examples: Examples, names: Mapping[str, str], paths: Mapping[str, str]
    ) -> None:
        self.examples = examples
        self.names = names
        self.paths = paths
        self._cells: dict[str, tuple[str, list[str]]] = {}

    def run(self, doc: Doc[Any], docstring: str, scope: Mapping[str, object]) -> None:
        """Run the examples of a docstring, and keep what its page shows."""
        embedded = convert(docstring, "markdown", doc.source_file)
        parts = self.examples.taken_apart(embedded, doc.fullname, scope)
        doc.docstring = _IMAGE.sub(r"\1", docstring)  # as pages are searched
        self._cells[doc.fullname] = _markdown(parts)

    def told(self, doc: Doc[Any], page: Module) -> Markup:
        """The HTML of a docstring: text, pictures, and of an elemental function its formulas."""
        markdown, pictures = self._cells.get(doc.fullname, ("", []))  # pdoc renders an empty page
        row = ROWS.get(doc.name) if doc.taken_from[0] == "autograd.functions" else None
        if row is not None:
            markdown, count = _RULES.subn(f"{_FORMULAS}\n\n", markdown, count=1)
            markdown += "" if count else f"\n\n{_FORMULAS}\n"
        html = _TABLE.sub(_scrolling, str(to_html(markdown)))
        html = self.linked(html, page.modulename, doc.qualname.partition(".")[0])
        html = _PLACE.sub(lambda place: _framed(pictures[int(place[1])]), html)
        if row is not None:
            formulas = of_row(row, is_domain_told=row.domain in markdown)
            html = html.replace(f"<p>{_FORMULAS}</p>", formulas)
        if doc.fullname == "autograd.Value":
            html += f'<div class="scroll">{of_operators()}</div>'
        return Markup(html)

    def headings(self, doc: Doc[Any]) -> str:
        """The headings of a docstring as a list of links, or ""."""
        markdown, _ = self._cells.get(doc.fullname, ("", []))
        found: str | None = getattr(to_html(markdown), "toc_html", None)
        return found or ""

    def linked(self, html: str, page: str, class_name: str = "") -> str:
        """HTML of a page, or of a class, in which names in backticks are links."""

        def link(code: re.Match[str]) -> str:
            address = self._address(code[1], page, class_name)
            return f'<a href="{address}">{code[0]}</a>' if address is not None else code[0]

        return _CODE.sub(link, html)

    def _address(self, code: str, page: str, class_name: str) -> str | None:
        """Where something in backticks is told: a name, a call, a module or a file."""
        if code.endswith(".py"):
            return self._address_in_house(f"autograd/{code.removeprefix('autograd/')}", page)
        name, call, _ = code.partition("(")
        if name in GUIDES:
            return relative_link(page, name)
        if name in self.paths:
            return self._address_in_house(self.paths[name], page)
        short = name.removeprefix("autograd.")
        method = f"Value.{short}" if call else ""
        for candidate in (f"{class_name}.{short}", short, method):
            if candidate in self.names:
                return self._address_of(candidate, page)
        return None

    def _address_of(self, name: str, page: str) -> str:
        return f"{relative_link(page, self.names[name])}#{name}"

    def _address_in_house(self, path: str, page: str) -> str | None:
        is_known = path in self.paths.values()
        return f"{relative_link(page, 'modules')}#{path}" if is_known else None

    def linked_types(self, signature: str, page: str) -> str:
        """The HTML of a signature on a page in which our classes are links."""

        def link(found: re.Match[str]) -> str:
            name = found[1]
            if name[0].islower() or name not in self.names:
                return found[0]
            return f'<a href="{self._address_of(name, page)}">{name}</a>'

        return _TYPE.sub(link, signature)


def _markdown(parts: list[str | Cell]) -> tuple[str, list[str]]:
    """Markdown with a place for the pictures of a cell, and the pictures of each place."""
    text = ""
    block = ""
    pictures: list[str] = []
    for part in parts:
        if isinstance(part, Cell):
            block += part.text + "\n"
            if part.pictures:
                text += _fenced(block) + f"pictures-of-{len(pictures)}\n\n"
                block = ""
                pictures.append("".join(part.pictures))
        elif part.strip():
            text += _fenced(block) + part
            block = ""
        elif block:
            block += part  # a blank line between two examples
    return text + _fenced(block), pictures


def _fenced(code: str) -> str:
    return f"\n\n```pycon\n{code.rstrip()}\n```\n\n" if code else ""


def _framed(pictures: str) -> str:
    return f'<figure class="picture">{pictures}</figure>'


def _scrolling(table: re.Match[str]) -> str:
    return f'<div class="scroll">{table[0]}</div>'
