"""The API reference and the guides: whole, linked, legible, and asking nothing of any network."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import autograd
from autograd import Value, draw, functions
from autograd.core.rows import ROWS
from demos.docs.contents import GUIDES, check_complete
from demos.docs.examples import Cell, ExampleError, Examples, picture_of
from demos.docs.texts import Guide
from tests.conftest import violations

ROOT = Path(__file__).parents[1]
LARGEST = 3_000_000  # bytes of a page


class Read(HTMLParser):
    """A page: its ids, where its links lead, what it loads, and its text by class."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attributes}
        if "id" in known:
            self.ids[known["id"]] += 1
        if tag == "a":
            self.links += [known[name] for name in ("href", "xlink:href") if name in known]
        else:
            names = ("href", "xlink:href", "src", "srcset", "data", "action", "poster")
            self.loaded += [known[name] for name in names if known.get(name)]


class Docs:
    """The pages that were written."""

    def __init__(self, folder: Path, told: str) -> None:
        self.folder = folder
        self.told = told
        self.pages = {
            path.relative_to(folder).as_posix(): Read(path) for path in folder.rglob("*.html")
        }
        self.reference = self.pages["autograd.html"]

    def address(self, page: str) -> str:
        return (self.folder / page).as_uri()


@pytest.fixture(scope="session")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Docs:
    """All pages, written by the command in a process of its own: Value in Python, with sources."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "demos.docs", "--out", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    return Docs(folder, ran.stdout)


def test_each_public_name_is_told_once(docs: Docs) -> None:
    for name in dir(autograd):
        assert docs.reference.ids[name] == 1, name


def test_there_is_a_page_for_each_guide_and_no_other(docs: Docs) -> None:
    guides = {f"{name.replace('.', '/')}.html" for name in GUIDES}
    assert docs.pages.keys() == {"index.html", "autograd.html", "modules.html"} | guides


def test_guides_have_one_title_everywhere(docs: Docs) -> None:
    for name in GUIDES:
        path = f"{name.replace('.', '/')}.html"
        title = re.search(r"<h1>(.*?)</h1>", docs.pages[path].text)
        assert title is not None
        assert f"<title>{title[1]}</title>" in docs.pages[path].text
        assert f'<a href="{path}">{title[1]}</a>' in docs.reference.text


def test_links_lead_somewhere(docs: Docs) -> None:
    for path, page in docs.pages.items():
        for link in page.links:
            if re.match(r"https?://", link):
                continue
            target, _, anchor = link.partition("#")
            file = (docs.folder / path).parent / target if target else docs.folder / path
            assert file.exists(), f"{path} leads to {link}"
            other = docs.pages[file.resolve().relative_to(docs.folder.resolve()).as_posix()]
            assert not anchor or anchor in other.ids, f"{path} leads to {link}"


def test_ids_are_there_once(docs: Docs) -> None:
    for path, page in docs.pages.items():
        twice = [name for name, count in page.ids.items() if count > 1]
        assert not twice, path


def test_pages_load_nothing_from_elsewhere(docs: Docs) -> None:
    for path, page in docs.pages.items():
        elsewhere = [x for x in page.loaded if not x.startswith(("data:", "#"))]
        assert not elsewhere, path
        assert not re.search(r"@import|url\(\s*['\"]?(?!#|data:)\w*:?//", page.text), path


def test_pages_are_of_a_size_to_be_opened(docs: Docs) -> None:
    for path, page in docs.pages.items():
        assert len(page.text.encode()) < LARGEST, path


def entry(docs: Docs, name: str) -> str:
    """The HTML of a name of the reference."""
    found = re.search(rf'<section id="{name}">.*?</section>', docs.reference.text, re.DOTALL)
    assert found is not None, name
    return found[0]


def test_elemental_functions_have_their_formulas(docs: Docs) -> None:
    for name in vars(functions)["__all__"]:
        if name in ROWS:
            equations = 1 + len(ROWS[name].partials)
            assert entry(docs, name).count("<math") == equations, name
    assert entry(docs, "Value").count("<math") >= 15


def test_signatures_can_be_read(docs: Docs) -> None:
    signatures = re.findall(r'<div class="attr .*?</div>', docs.reference.text, re.DOTALL)
    texts = [re.sub(r"<[^>]*>", "", signature) for signature in signatures]
    assert len(texts) > 100
    for text in texts:
        assert not re.search(r"\b(autograd|typing|collections|builtins)\.|<|ForwardRef", text)
    assert any(text.startswith("sin(a: Value | float, /) -> Value | float") for text in texts)


def test_functions_and_methods_show_their_source(docs: Docs) -> None:
    assert "<summary>source</summary>" in entry(docs, "grad")
    assert "<summary>source</summary>" in entry(docs, "Value")
    assert "<summary>source</summary>" not in entry(docs, "sin")


def test_all_examples_run_and_pictures_are_shown(docs: Docs) -> None:
    counts = re.search(r"([\d,]+) examples ran, ([\d,]+) pictures shown", docs.told)
    assert counts is not None
    examples, pictures = (int(count.replace(",", "")) for count in counts.groups())
    shown = sum(page.text.count('<figure class="picture">') for page in docs.pages.values())
    assert examples > 700
    assert 14 <= shown <= pictures


def test_modules_are_listed_with_a_sentence(docs: Docs) -> None:
    modules = docs.pages["modules.html"]
    for path in (ROOT / "autograd").rglob("*.py"):
        assert modules.ids[path.relative_to(ROOT).as_posix()] == 1, path
    assert "<dd></dd>" not in modules.text


def test_a_name_in_no_group_is_refused() -> None:
    public = {*dir(autograd)} - {"native", "__version__"}
    public -= {name for name in public if isinstance(getattr(autograd, name), ModuleType)}
    check_complete(public)
    with pytest.raises(ValueError, match=r"contents\.py, not new"):
        check_complete(public | {"new"})
    with pytest.raises(ValueError, match=r"contents\.py, not sin"):
        check_complete(public - {"sin"})


def test_a_wrong_example_is_an_error_that_says_where() -> None:
    docstring = "Adds.\n\n>>> 1 + 1\n2\n>>> 1 + 2\n4\n"
    with pytest.raises(
        ExampleError, match=r"a\.add, line 5 of the docstring: 1 \+ 2\n.*\n4\n.*\n3\n"
    ):
        Examples().taken_apart(docstring, "a.add", {})
    with pytest.raises(ExampleError, match="ZeroDivisionError"):
        Examples().taken_apart(">>> 1 / 0\n", "a.add", {})


def cells(docstring: str) -> list[Cell]:
    scope = {"Value": Value, "draw": draw}
    parts = Examples().taken_apart(docstring, "a", scope)
    return [part for part in parts if isinstance(part, Cell)]


@pytest.mark.parametrize(
    "example",
    [
        ">>> draw(Value(1.0) * 2.0)\n<Figure: ...>",
        ">>> figure = draw(Value(1.0) * 2.0)",
        '>>> path = draw(Value(1.0) * 2.0).save("build/x.svg")',
    ],
)
def test_a_figure_is_shown_however_it_is_made(example: str) -> None:
    head, _, want = example.partition("\n")
    docstring = f"{head}  # doctest: +ELLIPSIS\n{want}\n"
    (cell,) = cells(docstring)
    assert len(cell.pictures) == 1
    assert cell.pictures[0].startswith("<svg")
    assert "doctest" not in cell.text


def test_a_value_is_told_by_its_number() -> None:
    assert picture_of(Value(1.0) * 2.0) == ""


def test_ids_of_two_pictures_differ() -> None:
    example = ">>> figure = draw(Value(1.0) * 2.0)\n"
    pictures = [picture for cell in cells(example * 2) for picture in cell.pictures]
    ids = [set(re.findall(r'\bid="([^"]+)"', picture)) for picture in pictures]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_an_image_that_the_example_shows_becomes_its_caption() -> None:
    docstring = ">>> figure = draw(Value(1.0) * 2.0)\n\n![twice one](x.svg)\n\nMore.\n"
    cell, text = Examples().taken_apart(docstring, "a", {"Value": Value, "draw": draw})[1:]
    assert isinstance(cell, Cell)
    assert cell.pictures[-1] == "<figcaption>twice one</figcaption>"
    assert text == "\n\nMore.\n"


def test_examples_leave_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cells('>>> path = draw(Value(1.0) * 2.0).save("build/x.svg")\n')
    assert list(tmp_path.iterdir()) == []
    assert Path.cwd() == tmp_path


def test_the_first_heading_of_a_guide_is_its_title() -> None:
    guide = Guide("Short.\n\n## A title\n\nText.\n\n### Part\n\n```python\n# no\n```\n", "a.b")
    assert (guide.title, guide.lead) == ("A title", "Short.")
    assert guide.body == "Text.\n\n## Part\n\n```python\n# no\n```"
    assert Guide("Short.", "a.b").title == "a.b"


@pytest.mark.parametrize("width", [1280, 800, 375])
def test_pages_are_as_wide_as_the_screen(
    docs: Docs, open_offline: Callable[..., Page], width: int
) -> None:
    for path in docs.pages.keys() - {"index.html"}:
        page = open_offline(docs.address(path), width=width)
        assert page.evaluate("document.documentElement.scrollWidth") == width, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "autograd/core.html",
        "modules.html",
        pytest.param("autograd/show.html", marks=pytest.mark.long),
        pytest.param("autograd.html", marks=pytest.mark.long),  # a minute
    ],
)
def test_everybody_can_read_them(
    docs: Docs, open_offline: Callable[..., Page], path: str, scheme: str
) -> None:
    page = open_offline(docs.address(path), width=375, color_scheme=scheme)
    assert violations(page) == []


def test_the_search_works_from_disk(docs: Docs, browser: Any) -> None:
    page = browser.new_context(offline=True).new_page()
    page.goto(docs.address("autograd/core.html"))
    page.get_by_label("Search").fill("softplus")
    first = page.locator(".search-result a").first
    expect(first).to_contain_text("softplus")
    first.click()
    expect(page).to_have_url(f"{docs.address('autograd.html')}#softplus")
    page.context.close()


def test_the_menu_opens_and_closes_on_a_narrow_page(
    docs: Docs, open_offline: Callable[..., Page]
) -> None:
    page = open_offline(docs.address("autograd.html"), width=375)
    link = page.locator("#menu").get_by_role("link", name="softplus", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    link.click()
    expect(link).to_be_hidden()
    expect(page.locator("#softplus > .attr")).to_be_in_viewport()
