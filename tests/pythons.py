"""Which other Pythons this machine has, of those we support.

    python -m tests.pythons     # their paths, the oldest first

A Python counts that runs and can make environments: Debian's and uv's on the path, uv's in its own
folder, pyenv's. A shim without a version behind it does not.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SUPPORTED = tuple((3, minor) for minor in range(10, 15))
KEPT = (".pyenv/versions/{version}.*", ".local/share/uv/python/cpython-{version}.*")

ASK = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
ASK_FOR_HEADERS = "from sysconfig import get_path; open(get_path('include') + '/Python.h')"


def others() -> dict[tuple[int, int], str | None]:
    """For each version but that which runs, a Python that has it, or None."""
    running = sys.version_info[:2]
    return {
        version: next((path for path in _places(version) if _is_of(version, path)), None)
        for version in SUPPORTED
        if version != running
    }


def has_headers(python: str) -> bool:
    """Whether C can be built for it."""
    return _runs(python, ASK_FOR_HEADERS) is not None


def _places(version: tuple[int, int]) -> Iterator[str]:
    """Where a Python of a version may be."""
    major, minor = version
    name = f"python{major}.{minor}"
    on_path = shutil.which(name)
    if on_path:
        yield on_path
    for folder in KEPT:
        pattern = folder.format(version=f"{major}.{minor}")
        yield from sorted(str(path / "bin" / name) for path in Path.home().glob(pattern))


def _is_of(version: tuple[int, int], python: str) -> bool:
    major, minor = version
    return _runs(python, ASK) == f"{major} {minor}\n"


def _runs(python: str, program: str) -> str | None:
    """What a program prints; None where it fails."""
    command = [python, "-c", program]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    except OSError:
        return None
    return None if done.returncode else done.stdout


def main() -> None:
    for python in others().values():
        if python is not None and has_headers(python):
            print(python)


if __name__ == "__main__":
    main()
