"""What README says is so, in two languages, and what the guides say that took over from it."""

import ast
import doctest
import importlib
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scipy.optimize import NonlinearConstraint, curve_fit, least_squares, minimize, newton

import autograd
from autograd.__main__ import main
from autograd.core.elsewhere import OF_MODULES
from demos.benchmark import kept
from tests import same_numbers
from tests.guides import GUIDES, ROOT, START, file_of, guide

README = ROOT / "README.md"
CHINESE = ROOT / "demos/README.zh.md"
CONTRIBUTING = ROOT / ".github/CONTRIBUTING.md"
BENCHMARK = ROOT / "demos/benchmark/README.md"
CHANGELOG = ROOT / ".github/CHANGELOG.md"
SECURITY = ROOT / ".github/SECURITY.md"
MARKDOWN = [README, CHINESE, CONTRIBUTING, BENCHMARK, CHANGELOG, SECURITY]
NOTEBOOK = ROOT / "demos/notebook.ipynb"
PICTURES = ROOT / "demos/pictures"

LINES = 180
OTHER_EXTRAS = {"test", "bench", "dev", "docs", "release"}  # for those who carry on, not for users
PAGES = "pages, in JavaScript"  # as the guide calls engines
JAX = "`to_jax()`, in 64 bits"
TERMS = "前向计算 反向传播 链式法则 损失函数 梯度".split()  # the document's

BOTH = pytest.mark.parametrize("page", [README, CHINESE], ids=["English", "Chinese"])


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def examples_of(text: str, name: str) -> doctest.DocTest:
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.S)
    return doctest.DocTestParser().get_doctest("\n".join(blocks), {}, name, name, 0)


def pages() -> dict[Path, str]:
    """All that is read as a page: each file with its text."""
    found = {page: text_of(page) for page in MARKDOWN} | {NOTEBOOK: prose_of(NOTEBOOK)}
    return found | {file_of(module): guide(module) for module in [START, *GUIDES]}


def prose_of(notebook: Path) -> str:
    """What stands between the code of a notebook."""
    cells = json.loads(text_of(notebook))["cells"]
    return "\n\n".join("".join(x["source"]) for x in cells if x["cell_type"] == "markdown")


def pictures_of(text: str) -> list[str]:
    """In order: those of Markdown, and of HTML, which has one for the dark, too."""
    found = re.findall(r'!\[[^]]*\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"', text)
    return [markdown or html for markdown, html in found]


def links_of(text: str) -> list[str]:
    """Where links and pictures lead to in this repository, without code and addresses."""
    prose = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S)
    found = re.findall(r'\]\(([^)#\s]+)[^)]*\)|(?:href|src|srcset)="([^"#]+)', prose)
    targets = [markdown or html for markdown, html in found]
    return [target for target in targets if not re.match(r"\w+:", target)]


@BOTH
def test_its_examples_run(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    examples = examples_of(text_of(page), page.name)
    assert len(examples.examples) > 5
    assert doctest.DocTestRunner(optionflags=doctest.FAIL_FAST).run(examples).failed == 0


def test_both_have_the_same_code() -> None:
    def code(page: Path) -> list[tuple[str, str]]:
        """Without comments."""
        found = examples_of(text_of(page), page.name).examples
        return [(ast.dump(ast.parse(example.source)), example.want) for example in found]

    assert code(README) == code(CHINESE)


@BOTH
def test_it_is_short(page: Path) -> None:
    assert len(text_of(page).splitlines()) <= LINES


def test_the_first_line_leads_to_the_other_language() -> None:
    assert "(demos/README.zh.md)" in text_of(README).splitlines()[0]
    assert "(../README.md)" in text_of(CHINESE).splitlines()[0]


def test_the_chinese_has_the_terms_of_the_document() -> None:
    text = text_of(CHINESE)
    assert not [term for term in TERMS if term not in text]


@BOTH
def test_its_table_of_extras_is_that_of_pyproject(page: Path) -> None:
    pyproject = text_of(ROOT / "pyproject.toml")
    section = pyproject.partition("[project.optional-dependencies]\n")[2].partition("\n[")[0]
    extras = {*re.findall(r"^(\w+) = \[", section, flags=re.M)} - OTHER_EXTRAS
    tables = re.findall(r"(?:^\|.*\|\n)+", text_of(page), flags=re.M)
    of_first_cells = [{*re.findall(r"^\| `(\w+)` \|", table, flags=re.M)} for table in tables]
    listed = [names for names in of_first_cells if "fast" in names]
    assert [names - OTHER_EXTRAS for names in listed] == [extras]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    missing = [link for link in links_of(pages()[page]) if not (page.parent / link).exists()]
    assert not missing


def headings_of(text: str) -> set[str]:
    """The anchors that GitHub makes of headings."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    titles = re.findall(r"^#+ +(.*?) *$", prose, flags=re.M)
    plain = [re.sub(r"\[(.*?)\]\(.*?\)", r"\1", title) for title in titles]
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in plain}


def anchors_of(page: Path) -> Iterator[tuple[Path, str]]:
    """Where links of a page lead to in a page: that and the heading."""
    prose = re.sub(r"```.*?```|`[^`]*`", "", pages()[page], flags=re.S)
    for target, anchor in re.findall(r'(?:\]\(|href=")([^)#\s"]*)#([^)\s"]+)', prose):
        if not re.match(r"\w+:", target):
            yield (page.parent / target).resolve() if target else page, anchor


def test_links_to_headings_lead_to_one() -> None:
    found = [(page, *link) for page in pages() for link in anchors_of(page)]
    assert len(found) >= 2
    for page, target, anchor in found:
        assert anchor in headings_of(pages()[target]), f"{page.name} leads to #{anchor}"


def test_headings_have_the_anchors_of_github() -> None:
    text = "# A, b: `c_d`\n\n```\n# no\n```\n\n## 速度 [x](y.md)\n"
    assert headings_of(text) == {"a-b-c_d", "速度-x"}


@BOTH
def test_its_times_are_those_that_were_measured(page: Path) -> None:
    run = kept.read()
    seconds = {entry.who: entry.seconds for entry in run.entries}
    (line,) = [line for line in text_of(page).splitlines() if f"{run.steps:,}" in line]
    told = re.findall(r"(\d[\d,.]*) (?:s\b|秒)", line)
    assert len(told) == 3
    for who, time in zip(("ours, numba", "C, plain", "micrograd"), told, strict=True):
        places = len(time.partition(".")[2])  # as many as are told, two at least below a second
        assert time == f"{seconds[who]:,.{places}f}"
        assert places >= 2 or seconds[who] >= 100


def test_the_picture_of_speed_shows_as_many_ways_as_is_said() -> None:
    assert len(kept.read().entries) == 14
    assert "in fourteen ways" in text_of(README)
    assert "十四种做法" in text_of(CHINESE)


@BOTH
def test_its_table_of_engines_is_that_of_the_guide(page: Path) -> None:
    ours, pages, jax = _rows_of_table(page, "`compile`")
    known = same_numbers.told(guide("autograd.program"))
    apart_in_pages = known[PAGES]
    apart_in_jax = known[JAX]
    programs = {name: rows for name, rows in known.items() if name not in (PAGES, JAX)}
    assert ours
    assert not any(programs.values())
    assert _told_of(pages[2]) == {row: ulps for row, ulps in apart_in_pages.items() if ulps > 2}
    assert len(apart_in_pages) == 9
    assert "nine" in pages[1] or "九" in pages[1]
    assert _told_of(jax[2]).items() <= apart_in_jax.items()
    assert not {*re.findall(r"`([a-z]+)`", jax[1])} & apart_in_jax.keys()
    assert re.findall(r"2,000", jax[2])
    assert apart_in_jax["affine"] == max(apart_in_jax.values()) == 2_000


@BOTH
def test_its_table_of_threads_is_about_what_the_guide_has(page: Path) -> None:
    rows = _rows_of_table(page, "`backward()`")
    told = {name for row in rows for name in re.findall(r"`(\w+)", row[0])} - {"f"}
    table = guide("autograd.core").partition("## Threads and signals")[2]
    assert told >= {"backward", "step", "fit", "grad", "value_and_grad"}
    assert not [name for name in told if f"`{name}" not in table]


def _rows_of_table(page: Path, first: str) -> list[list[str]]:
    """The cells of a table, without its head, by what its first cell begins with."""
    tables = re.findall(r"(?:^\|.*\|\n)+", text_of(page), flags=re.M)
    rows = [
        [re.findall(r"\| ([^|]*) (?=\|)", line) for line in table.splitlines()] for table in tables
    ]
    (found,) = [cells[2:] for cells in rows if cells[2][0].startswith(first)]
    return found


def _told_of(cell: str) -> dict[str, int]:
    """How far each of the rows that a cell names is off, or those that it names together."""
    found = re.findall(r"((?:`\w+`(?: and | 和 )?)+) (\d[\d,]*)", cell)
    return {
        name: int(ulps.replace(",", ""))
        for names, ulps in found
        for name in re.findall(r"`(\w+)`", names)
    }


def test_both_have_the_same_formulas() -> None:
    assert len(formulas_of(README)) == 12
    assert formulas_of(README) == formulas_of(CHINESE)


def formulas_of(page: Path) -> dict[str, list[str]]:
    """Those of the document, by number; remarks on them, which have no =, left out."""
    found = re.findall(r"^.*?\((\d+)\) +(.* = .*)$", text_of(page), flags=re.M)
    parts = {number: re.split(r" {2,}", line) for number, line in found}
    return {number: [x for x in line if " = " in x] for number, line in parts.items()}


@BOTH
def test_the_first_picture_is_the_playground(page: Path) -> None:
    first = (page.parent / pictures_of(text_of(page))[0]).resolve()
    assert first.parent == PICTURES
    assert first.name.startswith("playground")


def test_every_picture_is_shown() -> None:
    shown = {
        (page.parent / picture).resolve()
        for page, text in pages().items()
        for picture in pictures_of(text)
    }
    assert {path.name for path in PICTURES.iterdir() if path not in shown} == set()


def test_its_picture_is_what_is_drawn() -> None:
    drawn = autograd.draw_layers(autograd.MLP(1, [3, 1], "sigmoid", seed=0), backward=True).pipe(
        "svg", encoding="utf-8"
    )
    kept = text_of(PICTURES / "backward.svg")
    for pattern in (
        r"<title>(.*?)</title>",
        r"<text[^>]*>(.*?)</text>",
        r'fill="(.*?)"',
    ):  # layouts differ by program
        assert re.findall(pattern, kept) == re.findall(pattern, drawn)


def test_every_make_that_is_told_of_is_there() -> None:
    lines = re.findall(r"^([\w -]+):.*##", text_of(ROOT / "Makefile"), flags=re.M)
    targets = {target for line in lines for target in line.split()}
    told = {
        target
        for text in pages().values()
        for target in re.findall(r"(?:^|`)make ([a-z][\w-]*)", text, flags=re.M)
    }
    assert told <= targets
    assert {"demo", "test"} <= told


def test_the_command_lines_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [
        line
        for text in pages().values()
        for line in re.findall(r"(?:^|`)python -m autograd ('[^`#\n]*)", text, flags=re.M)
    ]
    assert lines
    for line in lines:
        main(shlex.split(line))
        assert capsys.readouterr().out


def test_the_guides_are_there_by_their_titles() -> None:
    for module, title in GUIDES.items():
        sentence, heading, *_ = guide(module).split("\n\n")
        assert sentence.count("\n") <= 1, module
        assert sentence.endswith("."), module
        assert heading == f"## {title}"
        assert f"`{module}`" in guide(START)


def test_the_guides_name_what_there_is() -> None:
    for module in [START, *GUIDES]:
        for name in re.findall(r"`(autograd(?:\.\w+)+)(?:\([^`]*\))?`", guide(module)):
            assert _is_there(name), f"{module}: {name}"


def _is_there(name: str) -> bool:
    """Whether this is a module, a name in one, or one elsewhere, which says what to write here."""
    module, _, attribute = name.rpartition(".")
    if attribute in OF_MODULES.get(module, ()):
        return True
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return hasattr(importlib.import_module(module), attribute)
    return True


def test_the_start_page_names_all_that_is_public() -> None:
    functions = {*vars(autograd.functions)["__all__"]}
    public = {name for name in dir(autograd) if callable(getattr(autograd, name))} - functions
    told = {*re.findall(r"\b\w+\b", guide(START))}
    assert not public - told


def test_each_public_name_has_a_docstring() -> None:
    public = {
        name
        for name in dir(autograd)
        if not name.startswith("_") and callable(getattr(autograd, name))
    }
    assert not [name for name in public if not (getattr(autograd, name).__doc__ or "").strip()]


def _prepared() -> dict[str, Any]:
    """What the lines for those who come from elsewhere are about: the guide's own examples."""
    known: dict[str, Any] = {name: getattr(autograd, name) for name in dir(autograd)}
    solvers = (NonlinearConstraint, curve_fit, least_squares, minimize, newton)
    known |= {solver.__name__: solver for solver in solvers}
    for example in examples_of(guide("autograd.core.elsewhere"), "elsewhere").examples:
        if not example.exc_msg:
            exec(example.source, known)
    return known


def _lines_from_elsewhere() -> Iterator[list[str]]:
    """What stands in the last column of the guide's tables of lines."""
    _, *sections = guide("autograd.core.elsewhere").split("\n### From ")
    for section in sections:
        for row in re.findall(r"^\|.*\|$", section, flags=re.M)[2:]:
            yield re.findall(r"`([^`]*)`", re.split(r"(?<!\\)\|", row)[2])


def test_each_line_for_those_who_come_from_elsewhere_runs() -> None:
    rows = [*_lines_from_elsewhere()]
    for lines in rows:
        known = _prepared()
        for line in lines:
            exec(line, known)
    assert sum(map(len, rows)) >= 50
    assert 30 < len(rows) <= 40  # what one still looks through


def test_the_map_names_every_file() -> None:
    (house,) = re.findall(r"^```\nautograd/\n(.*?)^```", text_of(CONTRIBUTING), flags=re.M | re.S)
    listed = re.findall(r"^ +(\w+\.py) ", house, flags=re.M)
    files = [path.name for path in (ROOT / "autograd").rglob("*.py")]
    assert sorted(listed) == sorted(name for name in files if name != "__init__.py")


def test_the_layout_of_the_repository() -> None:
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - {
        "build",
        "dist",
    }
    assert names == {
        "LICENSE",
        "Makefile",
        "README.md",
        "autograd",
        "demos",
        "pyproject.toml",
        "tests",
    }
    assert (ROOT / "autograd/py.typed").exists()
