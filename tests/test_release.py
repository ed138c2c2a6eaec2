"""What a release says of itself agrees, and README is fit for the package index."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import autograd
from tests import pythons
from tests.posix import on_posix
from tests.pythons import SUPPORTED
from tests.release import Links, Trials, blocks, check_names

ROOT = Path(__file__).parents[1]
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CI = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
CHANGELOG = (ROOT / ".github/CHANGELOG.md").read_text(encoding="utf-8")

ADDRESS = "https://github.com/scalar-autograd/scalar-autograd"
VERSIONS = [f"{major}.{minor}" for major, minor in SUPPORTED]


def section(title: str) -> str:
    """A part of pyproject.toml: there is no reader of it in Python 3.10."""
    return PROJECT.partition(f"\n[{title}]\n")[2].partition("\n[")[0]


def test_all_addresses_are_below_one() -> None:
    addresses = re.findall(r'^(\w+) = "(.*)"$', section("project.urls"), flags=re.M)
    assert [name for name, _ in addresses] == ["Source", "Documentation", "Changelog", "Issues"]
    assert all(address.startswith(ADDRESS) for _, address in addresses)
    assert dict(addresses)["Source"] == ADDRESS


def test_the_version_stands_in_one_place() -> None:
    """And the newest in the change log is that one."""
    newest = re.findall(r"^## (\S+)$", CHANGELOG, flags=re.M)[0]
    assert newest == autograd.__version__
    assert f'"{autograd.__version__}"' not in section("project")


def test_the_same_pythons_are_named_everywhere() -> None:
    classified = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', PROJECT)
    (tried,) = re.findall(r"^ +python: \[(.*)\]$", CI, flags=re.M)
    assert classified == VERSIONS == re.findall(r'"(.*?)"', tried)
    assert f'requires-python = ">={VERSIONS[0]}"' in PROJECT
    at_once = re.findall(r"^ +(3\.\d+)$", CI, flags=re.M)
    assert sorted(at_once, key=VERSIONS.index) == VERSIONS


def test_what_ci_makes_can_be_made() -> None:
    made = re.findall(r"\bmake ([\w-]+)", CI)
    assert {"demo", "test", "lint", "docs", "release-check"} == {*made}
    targets = {
        target
        for line in re.findall(r"^([\w -]+):(?!=)", MAKEFILE, flags=re.M)
        for target in line.split()
    }
    assert {*made} <= targets


def test_ci_may_only_read_and_ends() -> None:
    assert "\npermissions:\n  contents: read\n" in CI
    assert "write" not in CI
    uses = re.findall(r"uses: (\S+)", CI)
    assert uses
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in uses)
    assert CI.count("runs-on:") == CI.count("timeout-minutes:") == 2


def test_ci_passes_over_nothing_in_silence() -> None:
    """Where Value is meant in C it is, `dot` lays out everywhere, and Linux has a browser."""
    job = CI.partition("\n  test:\n")[2].partition("\n  once:\n")[0]
    systems = re.findall(r"[\w-]+", re.findall(r"system: \[(.*)\]", job)[0])
    assert systems == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert "AUTOGRAD_NATIVE: ${{ matrix.system != 'windows-latest' && '1' || '' }}" in job
    assert "BROWSER_REQUIRED: ${{ matrix.system == 'ubuntu-latest' && '1' || '' }}" in job
    installed = job[: job.index("make test")]
    for command in ("apt-get install -y -qq graphviz", "brew install --quiet graphviz"):
        assert command in installed
    assert "choco install graphviz" in installed
    assert "apt-get install -y -qq chromium" in installed
    assert re.search(r"^ +dot -V$", installed, flags=re.M)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The hook of the build, without what only builds have."""
    interface = ModuleType("hatchling.metadata.plugin.interface")
    setattr(interface, "MetadataHookInterface", object)  # noqa: B010  mypy's way
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    spec = importlib.util.spec_from_file_location("index_page", ROOT / "demos/docs/index_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![two\nlines](a/b.png)", ""),
        ("[![alt](a.png)](b.md) [c](d.md)", " [c](at/d.md)"),
        ('<picture>\n<source srcset="a.png">\n<img src="b.png">\n</picture>\nText', "\nText"),
        ('<a href="b"><img src="a.png"/></a>', ""),
        (
            '<a href="b.md">b</a> <a href="https://c">c</a>',
            '<a href="at/b.md">b</a> <a href="https://c">c</a>',
        ),
        ("[a](b.md#c) [d](#e) [f](./g)", "[a](at/b.md#c) [d](at/README.md#e) [f](at/g)"),
        ("[`a`](b.py) [c](https://d) [e](mailto:f)", "[`a`](at/b.py) [c](https://d) [e](mailto:f)"),
        ("[a][b]\n\n[b]: c.md\n[d]: https://e", "[a][b]\n\n[b]: at/c.md\n[d]: https://e"),
        ("`f[0](x)` and `![a](b)`", "`f[0](x)` and `![a](b)`"),
        ("```python\nf[0](x)\n![a](b)\n```\n[c](d)", "```python\nf[0](x)\n![a](b)\n```\n[c](at/d)"),
        ("a\n\n![b](c)\n\nd", "a\n\n\n\nd"),
    ],
)
def test_on_the_index_page_links_lead_somewhere_and_pictures_are_left_out(
    text: str, expected: str, hook: Any
) -> None:
    assert hook.index_page(text, "at") == expected


def test_readme_is_fit_for_the_index(hook: Any) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    kept = hook.Hook()
    kept.root = str(ROOT)
    metadata = {"version": "9.9", "urls": {"Source": ADDRESS}}
    kept.update(metadata)
    page = metadata["readme"]["text"]  # type: ignore[index]  # what the hook adds
    assert blocks(page) == blocks(text)
    outside = re.sub(r"```.*?```|`[^`\n]+`", "", page, flags=re.S)
    assert not re.findall(r"!\[|<img|<picture|\]\((?!https:|mailto:)", outside)


def test_links_and_pictures_of_a_page_are_found() -> None:
    found = Links('<a href="a">b</a><a id="c"></a><img src="d"><p>e</p>')
    assert (found.targets, found.pictures) == (["a"], ["d"])


def test_what_a_distribution_lacks_or_has_too_much_is_named() -> None:
    check_names({"a", "b"}, {"a", "b"})
    with pytest.raises(AssertionError, match=r"it lacks \['b'\]"):
        check_names({"a"}, {"a", "b"})
    with pytest.raises(AssertionError, match=r"should not hold \['c'\]"):
        check_names({"a", "c"}, {"a"})


def test_a_trial_that_fails_is_told_and_the_next_is_tried(
    capsys: pytest.CaptureFixture[str],
) -> None:
    trials = Trials()

    def wrong() -> str:
        raise AssertionError("one\ntwo")

    assert trials.run("first", lambda: "about it")
    assert not trials.run("second", wrong)
    trials.leave_out("third", "for a reason")
    assert not trials.all_right()
    lines = trials.table().splitlines()
    assert [line.split()[0] for line in lines] == ["first", "second", "third"]
    assert "WRONG" in lines[1]
    assert lines[1].endswith("two")
    assert "one\ntwo" in capsys.readouterr().out


@on_posix
def test_a_python_that_does_not_run_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shim without a version behind it, and one that is another Python than it says."""
    version = next(version for version in reversed(SUPPORTED) if version != sys.version_info[:2])
    other = tmp_path / "python{}.{}".format(*version)
    monkeypatch.setattr(pythons, "SUPPORTED", (version,))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for text in (
        "#!/bin/sh\nexit 127\n",
        f'#!/bin/sh\nexec "{sys.executable}" "$@"\n',
        "no script",
    ):
        other.write_text(text, encoding="utf-8")
        other.chmod(0o755)
        assert pythons.others() == {version: None}
    other.write_text("#!/bin/sh\necho {} {}\n".format(*version), encoding="utf-8")
    assert pythons.others() == {version: str(other)}


# What make hands on to its recipes, as when these tests are run by make test PYTHON=python.
OF_MAKE = """
    GNUMAKEFLAGS MAKEFILES MAKEFLAGS MAKELEVEL MAKEOVERRIDES MAKE_TERMERR MAKE_TERMOUT MFLAGS PYTHON
""".split()


def recipe(place: Path, *words: str) -> list[str]:
    """The commands that make would run in a folder, without running one."""
    program = shutil.which("make")
    if program is None:
        pytest.skip("the Makefile is not tested: no make on this machine")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    unwanted = shutil.ignore_patterns("__pycache__", "_native*")
    shutil.copytree(ROOT / "autograd", place / "autograd", ignore=unwanted)
    command = [program, "--dry-run", "--no-print-directory", *words]
    environment = {name: text for name, text in os.environ.items() if name not in OF_MAKE}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, check=True)
    return done.stdout.decode("utf-8").splitlines()


def test_both_commands_are_made_in_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON", "another")
    monkeypatch.setenv("MAKEFLAGS", " -- PYTHON=another")
    place = tmp_path / "a b é 中"
    place.mkdir()
    lines = recipe(place, "demo", "test", "OS=")
    assert lines[0] == "python3 -m venv .venv"
    assert ".venv/bin/python -m demos.document" in lines
    assert lines[-1].startswith(".venv/bin/python -m pytest ")


def test_on_windows_programs_stand_in_another_folder(tmp_path: Path) -> None:
    lines = recipe(tmp_path, "demo", "test", "OS=Windows_NT")
    assert lines[0] == "python -m venv .venv"
    assert lines[1].startswith(".venv/Scripts/python -m pip install ")
    assert not [line for line in lines if ".venv/bin" in line]
