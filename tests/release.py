"""Whether a release could be made of the last commit: what is built holds what it should, and runs.

    python -m tests.release     # make release-check, about three minutes; it asks a package index

A source distribution and wheels, with a compiler and without, are built from a clone. What is in
them is counted, the page of the index is read, and each is installed into an empty environment of
each Python that this machine has, where README's first example and a training run.
"""

import os
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email import message_from_string
from email.message import Message
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from tests.pythons import has_headers, others

ROOT = Path(__file__).parents[1]
NO_COMPILER = {"CC": "/nonexistent"}
NATIVE = "autograd/core/native/_native.abi3.so"

# What the source distribution leaves out of the repository, and what it adds.
NOT_IN_SDIST = (".ci/", ".gitattributes")
OF_SDIST = {"PKG-INFO"}
OF_WHEEL = {"METADATA", "WHEEL", "RECORD", "licenses/LICENSE"}

Files = dict[str, bytes]


class Trials:
    """Tries one thing after another, says so at once, and goes on where one fails."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, float, str]] = []

    def run(self, what: str, trial: Callable[[], str]) -> bool:
        """Whether a trial ended without an error; what it returns stands beside it."""
        print(f"{what} ...", flush=True)
        start = time.perf_counter()
        try:
            outcome, about = "right", trial()
        except (AssertionError, OSError, subprocess.CalledProcessError) as error:
            outcome, about = "WRONG", str(error).strip()
        took = time.perf_counter() - start
        print(f"    {outcome}, {took:.1f} s: {about}", flush=True)
        self.rows.append((what, outcome, took, about.splitlines()[-1] if about else ""))
        return outcome == "right"

    def leave_out(self, what: str, reason: str) -> None:
        print(f"{what}: not tried, {reason}", flush=True)
        self.rows.append((what, "not tried", 0.0, reason))

    def table(self) -> str:
        width = max(len(what) for what, *_ in self.rows)
        return "\n".join(
            f"{what:<{width}}  {outcome:<9}  {took:5.1f} s  {about}"
            for what, outcome, took, about in self.rows
        )

    def all_right(self) -> bool:
        return all(outcome != "WRONG" for _, outcome, _, _ in self.rows)


def said(command: Sequence[str | Path], place: Path, **variables: str) -> str:
    """What a command prints; AssertionError with all it said where it fails."""
    done = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"
    return done.stdout


class Release:
    """What is built in a folder of its own, from a clone of the last commit."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.source = place / "source"
        said(["git", "clone", "-q", ROOT, self.source], place)
        listed = said(["git", "ls-files", "-z"], self.source)
        self.kept = {name for name in listed.split("\0") if name}
        commit = said(["git", "log", "-1", "--format=%h %s"], self.source).strip()
        changes = said(["git", "status", "--porcelain", "--untracked-files=no"], ROOT).strip()
        print(f"of {commit}{'; what is not committed is left out' if changes else ''}", flush=True)

    def build(self, what: str, out: str, engine: str, **variables: str) -> str:
        """Build into a folder with an environment of its own; the names of what it makes.

        It has to say in what Value is built.
        """
        command: list[str | Path] = [sys.executable, "-m", "build", *what.split(), "--outdir"]
        told = said([*command, self.place / out, self.source], self.place, **variables)
        assert f"Value is built in {engine}" in told, told
        return " ".join(sorted(path.name for path in (self.place / out).iterdir()))

    def built(self, pattern: str) -> Path:
        """The one file of that name, such as "native/*.whl"."""
        found = sorted(self.place.glob(pattern))
        assert len(found) == 1, f"{pattern} is {[path.name for path in found]}"
        return found[0]

    def check_by_twine(self) -> str:
        """What the index would refuse."""
        dist = [
            self.built(pattern) for pattern in ("native/*.tar.gz", "native/*.whl", "pure/*.whl")
        ]
        said([sys.executable, "-m", "twine", "check", "--strict", *dist], self.place)
        return f"{len(dist)} files"

    def check_sdist(self) -> str:
        """It has what git has, so that its tests run, and nothing of this machine."""
        path = self.built("native/*.tar.gz")
        files = files_of_sdist(path)
        own = {name for name in self.kept if not name.startswith(NOT_IN_SDIST)}
        check_names({*files}, own | OF_SDIST)
        self.check_paths(files)
        return f"{len(files)} files, {path.stat().st_size / 1e6:.1f} MB"

    def check_wheel(self, pattern: str, tag: str, native: set[str]) -> str:
        """It has the files of the package that git has, what was compiled, and no more."""
        path = self.built(pattern)
        assert f"-{tag}-" in path.name, f"{path.name} is no {tag}"
        files = files_of_wheel(path)
        package = {name for name in self.kept if name.startswith("autograd/")}
        about = next(name.split("/")[0] for name in files if ".dist-info/" in name)
        check_names({*files}, package | native | {f"{about}/{name}" for name in OF_WHEEL})
        self.check_paths(files)
        return f"{len(files)} files, {path.stat().st_size / 1e6:.1f} MB"

    def check_paths(self, files: Files) -> None:
        """No file names a folder of this machine.

        But for the binary: pyenv's Python has its linker write where that Python is.
        """
        folders = [str(folder).encode() for folder in {ROOT, self.place, Path.home()}]
        naming = [
            f"{name} names {folder.decode()}"
            for name, content in files.items()
            for folder in folders
            if name != NATIVE and len(folder) > 1 and folder + b"/" in content
        ]
        assert not naming, "; ".join(naming)

    def check_page(self) -> str:
        """Of README the index shows no picture, and each link leads somewhere from there."""
        metadata = metadata_of(self.built("native/*.whl"))
        assert metadata["License-Expression"] == "MIT"
        assert metadata["Description-Content-Type"] == "text/markdown"
        page = import_module("readme_renderer.markdown").render(metadata.get_payload())
        assert page, "nothing was rendered: readme-renderer lacks its extra md"
        links = Links(page)
        assert not links.pictures, f"pictures: {links.pictures}"
        relative = [link for link in links.targets if not link.startswith(WELL_ON_INDEX)]
        assert not relative, f"relative links: {relative}"
        code = blocks((self.source / "README.md").read_text(encoding="utf-8"))
        assert blocks(str(metadata.get_payload())) == code, "code is not what it is in README"
        return f"{len(links.targets)} links, {len(code)} blocks of code"

    @contextmanager
    def environment(self, python: str) -> Iterator[Path]:
        """An empty environment of a Python: the Python in it."""
        folder = self.place / "venv"
        said([python, "-m", "venv", folder], self.place)
        try:
            yield next(folder / inside for inside in INSIDE if (folder / inside).exists())
        finally:
            rmtree(folder)

    def check_stranger(self, python: str, pattern: str, native: bool, **variables: str) -> str:
        """Install what is built into an empty environment, and do there what a stranger does."""
        with self.environment(python) as inside:
            install = "-m pip install --quiet --disable-pip-version-check".split()
            said([inside, *install, self.built(pattern)], self.place, **variables)
            stranger = self.source / "tests" / "stranger.py"
            run: list[str | Path] = [inside, "-I", stranger, self.source / "README.md"]
            return said(run, self.place, AUTOGRAD_NATIVE="1" if native else "").strip()


INSIDE = ("bin/python", "Scripts/python.exe")


# The last is what the index gives each heading.
WELL_ON_INDEX = ("https://", "mailto:", "#user-content-")


class Links(HTMLParser):
    """Where the links of a page lead, and its pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.pictures: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in ("img", "picture", "source"):
            self.pictures.append(attributes.get("src") or tag)
        elif attributes.get("href"):
            self.targets.append(str(attributes["href"]))


def blocks(text: str) -> list[str]:
    """The code of a text in Markdown."""
    return re.findall(r"^```.*?^```$", text, flags=re.DOTALL | re.MULTILINE)


def files_of_sdist(path: Path) -> Files:
    """What is in a source distribution, by its name below the one folder there."""
    with tarfile.open(path) as archive:
        members = [member for member in archive.getmembers() if not member.isdir()]
        assert all(member.isfile() for member in members), "there is more than files"
        assert {member.name.split("/")[0] for member in members} == {path.name[: -len(".tar.gz")]}
        return {
            member.name.partition("/")[2]: content.read()
            for member in members
            if (content := archive.extractfile(member))
        }


def files_of_wheel(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def metadata_of(wheel: Path) -> Message:
    """What a wheel says of itself."""
    files = files_of_wheel(wheel)
    metadata = next(files[name] for name in files if name.endswith(".dist-info/METADATA"))
    return message_from_string(metadata.decode("utf-8"))


def check_names(names: set[str], expected: set[str]) -> None:
    lacking, strange = sorted(expected - names), sorted(names - expected)
    assert not lacking, f"it lacks {lacking}"
    assert not strange, f"it should not hold {strange}"


def try_building(trials: Trials, release: Release) -> bool:
    """Build all there is; without that nothing else can be tried."""
    return trials.run(
        "sdist, and a wheel from it, in C",
        lambda: release.build("--sdist --wheel", "native", "C"),
    ) and trials.run(
        "wheel without a compiler",
        lambda: release.build("--wheel", "pure", "Python alone", **NO_COMPILER),
    )


def try_contents(trials: Trials, release: Release) -> None:
    """Look into what was built."""
    trials.run("twine check --strict", release.check_by_twine)
    trials.run("what the sdist holds", release.check_sdist)
    trials.run(
        "what the wheel in C holds",
        lambda: release.check_wheel("native/*.whl", "cp310-abi3", {NATIVE}),
    )
    trials.run(
        "what the wheel of Python holds",
        lambda: release.check_wheel("pure/*.whl", "py3-none", set()),
    )
    trials.run("README on the index page", release.check_page)


def try_as_strangers(trials: Trials, release: Release) -> None:
    """Install each in this Python, and the one wheel in C in all others."""
    here = f"Python {sys.version_info[0]}.{sys.version_info[1]}"

    def trial(python: str, pattern: str, native: bool, **variables: str) -> Callable[[], str]:
        return lambda: release.check_stranger(python, pattern, native, **variables)

    ours = sys.executable
    wheel, sdist = "native/*.whl", "native/*.tar.gz"
    trials.run(f"{here}, the wheel of Python", trial(ours, "pure/*.whl", False))
    trials.run(f"{here}, the wheel in C", trial(ours, wheel, True))
    trials.run(f"{here}, from the sdist", trial(ours, sdist, True))
    without = trial(ours, sdist, False, **NO_COMPILER)
    trials.run(f"{here}, from the sdist without a compiler", without)
    asked = others()
    found = {version: python for version, python in asked.items() if python}
    for version in asked:
        other = "Python {}.{}".format(*version)
        if version not in found:
            trials.leave_out(other, "there is none on this machine")
            continue
        python = found[version]
        trials.run(f"{other}, the wheel in C of {here}", trial(python, wheel, True))
        if version in (min(found), max(found)):
            trials.run(f"{other}, from the sdist", trial(python, sdist, has_headers(python)))


def main() -> None:
    trials = Trials()
    with TemporaryDirectory(prefix="release ") as folder:  # with a space, as folders have
        release = Release(Path(folder).resolve())
        if try_building(trials, release):
            try_contents(trials, release)
            try_as_strangers(trials, release)
    print(f"\n{trials.table()}")
    if not trials.all_right():
        raise SystemExit("This is no release: see above")


if __name__ == "__main__":
    main()
