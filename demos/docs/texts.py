"""Docstrings as HTML: text, examples with their pictures, formulas, and links to names."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup
from pdoc.doc import Doc, Module
from pdoc.render_helpers import relative_link, to_html

from autograd.core.rows import ROWS
from demos.docs.contents import GUIDES
from demos.docs.examples import Cell, Examples
from demos.docs.formulas import of_operators, of_row

_HEADING = re.compile(r"^(#+) +(.+?) *$", re.MULTILINE)
_RULES = re.compile(r"^Derivatives?:.*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"<p>pictures-of-(\d+)</p>")
_CODE = re.compile(r"(?<!\">)<code>(autograd\.)?(\w+)((?:\.\w+)*)(\([^<]*\))?</code>")
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
        self.body = _raised(docstring[heading.end() :], len(heading[1]) - 1).strip()


def _raised(text: str, levels: int) -> str:
    """Markdown whose headings stand some levels higher; comments in code are none."""
    parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        part if part.startswith("```") else _HEADING.sub(lambda m: m[0][levels:], part)
        for part in parts
    )


class Texts:
    """Writes the docstrings of a page; `names` are the public names, by which text is linked."""

    def __init__(self, examples: Examples, names: Mapping[str, Doc[Any]]) -> None:
        self.examples = examples
        self.names = names
        self._cells: dict[str, tuple[str, list[str]]] = {}

    def run(self, doc: Doc[Any], docstring: str, scope: Mapping[str, object]) -> None:
        """Run the examples of a docstring, and keep what its page shows."""
        parts = self.examples.taken_apart(docstring, doc.fullname, scope)
        self._cells[doc.fullname] = _markdown(parts)

    def told(self, doc: Doc[Any], page: Module, link: Callable[[str], str]) -> Markup:
        """The HTML of a docstring: text, pictures, and of an elemental function its formulas."""
        markdown, pictures = self._cells.get(doc.fullname, ("", []))  # pdoc renders an empty page
        row = ROWS.get(doc.name) if doc.taken_from[0] == "autograd.functions" else None
        if row is not None:
            markdown = _RULES.sub("", markdown)
        html = self.linked(_TABLE.sub(_scrolling, str(to_html(markdown))), page.modulename, link)
        html = _PLACE.sub(lambda place: _framed(pictures[int(place[1])]), html)
        if row is not None:
            html += of_row(row)
        if doc.fullname == "autograd.Value":
            html += f'<div class="scroll">{of_operators()}</div>'
        return Markup(html)

    def headings(self, doc: Doc[Any]) -> str:
        """The headings of a docstring as a list of links, or ""."""
        markdown, _ = self._cells.get(doc.fullname, ("", []))
        return str(to_html(markdown).toc_html or "")

    def linked(self, html: str, page: str, link: Callable[[str], str]) -> str:
        """HTML in which names in backticks lead to where they are told."""
        return _CODE.sub(lambda code: self._link(code, page), link(html))

    def linked_types(self, signature: str) -> str:
        """A signature on the page of the reference in which our classes are links."""
        return _TYPE.sub(self._link_type, signature)

    def _link_type(self, found: re.Match[str]) -> str:
        name = found[1]
        is_class = name[0].isupper() and self._is_told(name)
        return f'<a href="#{name}">{name}</a>' if is_class else found[0]

    def _link(self, code: re.Match[str], page: str) -> str:
        package, name, attributes, _ = code.groups()
        module = f"autograd.{name}{attributes}"
        if module in GUIDES:
            target = relative_link(page, module)
        elif self._is_told(name + attributes):
            target = f"{relative_link(page, 'autograd')}#{name}{attributes}"
        else:
            return code[0]
        return f'<a href="{target}">{code[0]}</a>'

    def _is_told(self, qualname: str) -> bool:
        return qualname in self.names


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
