"""Writes the pages: runs the examples, renders each page, and the index by which pages search."""

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from pdoc import render
from pdoc.doc import Class, Doc, Function, Module
from pdoc.render_helpers import format_signature, relative_link, to_html

import autograd
from autograd.writing import write_whole
from demos.docs.contents import FACTS, GUIDES, grouped
from demos.docs.examples import Examples
from demos.docs.pages import (
    NUMPY,
    House,
    elemental_methods,
    guides,
    house,
    inherited,
    is_other_name,
    names_of,
    reference,
    verbs,
)
from demos.docs.signatures import Written, of_class
from demos.docs.texts import Guide, Texts

HERE = Path(__file__).parent
KIT = HERE.parents[1] / "autograd/show/page"


class Site:
    """All pages, and what their templates ask for."""

    def __init__(self) -> None:
        self.reference = reference()
        self.guides = guides()
        self.examples = Examples()
        self.pages = {page.modulename: page for page in (self.reference, *self.guides)}
        self.told = {
            page.modulename: Guide(page.docstring, page.modulename) for page in self.guides
        }
        names = {doc.qualname: name for name, page in self.pages.items() for doc in _members(page)}
        paths = {entry.name: entry.path for entry in house()}
        self.texts = Texts(self.examples, names, paths)

    def run_examples(self) -> None:
        """Run the examples of each docstring, with progress on a terminal."""
        docs: list[Doc[Any]] = [*self.pages.values()]
        for page in self.pages.values():
            docs += _members(page)
        for count, doc in enumerate(docs, start=1):
            _tell(f"{count:,} of {len(docs):,} docstrings: {doc.fullname}")
            guide = self.told.get(doc.fullname)
            docstring = guide.body if guide else doc.docstring
            scope = vars(import_module(doc.taken_from[0]))
            self.texts.run(doc, docstring, scope)
        _tell("")
        print(f"{self.examples.count:,} examples ran, {self.examples.pictures:,} pictures shown")

    def write(self, folder: Path) -> None:
        """Write the pages, and the index by which they search."""
        _configure(self)
        for name, page in self.pages.items():
            _write(folder / f"{name.replace('.', '/')}.html", render.html_module(page, self.pages))
        template = render.env.get_template("modules.html.jinja2")
        modules = template.render(all_modules=self.pages, packages=_by_package(), module=None)
        _write(folder / "modules.html", modules)
        _write(folder / "index.html", render.html_index(self.pages))
        _write(folder / "search.js", render.search_index(self.pages))


def _members(page: Module) -> Iterator[Doc[Any]]:
    """What a page tells of: names, and after a class its members."""
    for member in page.members.values():
        yield member
        if isinstance(member, Class):
            yield from member.members.values()


def build(folder: Path) -> None:
    """Write all pages into a folder. Raises ExampleError where an example is wrong."""
    site = Site()
    site.run_examples()
    site.write(folder)


def _by_package() -> dict[str, list[House]]:
    """The modules of the package, by the folder each stands in."""
    packages: dict[str, list[House]] = {}
    for entry in house():
        packages.setdefault(entry.path.rpartition("/")[0], []).append(entry)
    return packages


def _own_modules() -> list[House]:
    """The modules that `dir(autograd)` lists."""
    return [entry for entry in house() if entry.name.removeprefix("autograd.") in dir(autograd)]


def _configure(site: Site) -> None:
    render.configure(docformat="markdown", template_directory=HERE / "templates")
    render.env.loader.searchpath.insert(1, str(KIT))  # type: ignore[union-attr]  # of files
    render.env.globals |= {
        "guides": [(name, site.told[name].title) for name in GUIDES],
        "guide_of": site.told,
        "groups": grouped(),
        "facts": FACTS,
        "own_modules": _own_modules(),
        "numpy_methods": NUMPY,
        "elemental_methods": elemental_methods(),
        "is_other_name": is_other_name,
        "inherited": inherited,
        "verbs": verbs(),
        "names_of": names_of,
        "texts": site.texts,
    }
    render.env.filters |= {
        "told": _told,
        "headings": _headings,
        "signed": _signed,
        "sentence": _sentence,
        "slug": slug,
        "page_of": _page_of,
    }


def slug(title: str) -> str:
    """The anchor of a group, which is no name of the package.

    >>> slug("Values and more")
    'about-values-and-more'
    """
    return f"about-{title.lower().replace(' ', '-').replace(',', '')}"


@pass_context
def _told(context: Context, doc: Doc[Any]) -> Markup:
    """The HTML of a docstring."""
    texts: Texts = context["texts"]
    return texts.told(doc, context["module"])


@pass_context
def _headings(context: Context, page: Module) -> Markup:
    """The headings of a guide, as links."""
    texts: Texts = context["texts"]
    return Markup(texts.headings(page))


@pass_context
def _signed(context: Context, doc: Doc[Any]) -> Markup:
    """The HTML of a signature, in which classes lead to where they are told."""
    texts: Texts = context["texts"]
    signature: inspect.Signature | None
    if isinstance(doc, Class):
        signature = of_class(doc.obj)
        if signature and is_other_name(doc):
            signature = signature.replace(return_annotation=Written(doc.obj.__name__))
    else:
        assert isinstance(doc, Function)
        signature = _without_self(doc)
    if signature is None:
        return Markup("")
    html = str(format_signature(signature, colon=False))
    return Markup(texts.linked_types(html, context["module"].modulename))


def _without_self(function: Function) -> inspect.Signature:
    signature = function.signature
    parameters = list(signature.parameters.values())
    if "." in function.qualname and parameters and parameters[0].name == "self":
        parameters = parameters[1:]
    return signature.replace(parameters=parameters)


@pass_context
def _sentence(context: Context, text: str) -> Markup:
    """A sentence of Markdown, without the paragraph around it."""
    html = str(to_html(text)).strip().removeprefix("<p>").removesuffix("</p>")
    page = context["module"]
    texts: Texts = context["texts"]
    return Markup(texts.linked(html, page.modulename if page else "modules"))


@pass_context
def _page_of(context: Context, modulename: str) -> str:
    """The address of a page from the page that is written."""
    page: Module | None = context["module"]
    return relative_link(page.modulename if page else "modules", modulename)


def _tell(text: str) -> None:
    """Write over the last line of a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
