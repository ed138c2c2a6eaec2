"""The table of hashes in autograd/show/bundled.py, for a version: python -m tests.wheels 0.2.2

Downloads the wheels of graphviz-pure for all platforms from the package index, and prints the
SHA-256 of the program in each, as a line of that table.
"""

import hashlib
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from autograd.show.bundled import PACKAGE, WHEELS


def downloaded(version: str, platform: str, folder: Path) -> Path:
    """The wheel for a platform."""
    wanted = ["--platform", platform, "--no-deps", "--only-binary=:all:"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", *wanted]
    subprocess.run([*pip, "--dest", str(folder), f"{PACKAGE}=={version}"], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def digest(wheel: Path) -> str:
    """The SHA-256 of the program in a wheel."""
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if Path(name).stem == PACKAGE)
        return hashlib.sha256(archive.read(name)).hexdigest()


def main(version: str) -> None:
    for platform in WHEELS.values():
        with TemporaryDirectory() as folder:
            wheel = downloaded(version, platform, Path(folder))
            print(f'    "{digest(wheel)}": "{platform}",')


if __name__ == "__main__":
    main(sys.argv[1])
