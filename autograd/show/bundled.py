"""graphviz-pure, the layout program that comes as a wheel: found, and verified before it runs.

It is a native program of one owner, which notebooks run without being asked. So the version is
pinned, and a file is run only if it is, bit for bit, one that was looked at.
"""

import hashlib
import os
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGE = "graphviz-pure"
VERSION = "0.2.2"

# The SHA-256 of the program in each wheel of that version, as `python -m tests.wheels` prints them.
WHEELS = {
    "ff77546ade3a04342557ff7800adcf6711a298b14374128a3999d541a81d3086": "macosx_10_12_x86_64",
    "b0dedd05cd3afc5c44199d7d510018f25e3ae9a96299ad9931739a406074825c": "macosx_11_0_arm64",
    "bc76b2e5a572d79dde0e1e452c7c35755deb9438f7429a02aced4cea511fcc0e": "manylinux_2_17_aarch64",
    "4525deddc212d93fab35f970855d163a6b345d98de1056355b4e7bd2240c69c5": "manylinux_2_17_x86_64",
    "add9c0c5298b634abcf10fe800a40f816d07a271df229cd737e5903fc5a3d82a": "win_amd64",
    "6699c676fc33f4f0adbbc9c9c3b93b89ded7a4a4f9ba464b9a9b32846dde5502": "win_arm64",
}


def bundled_program() -> str | None:
    """The path of the program of the wheel; None if the wheel is not installed.

    By the package's own list of files: a notebook's PATH often lacks the environment's bin.
    """
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.stem == PACKAGE:
            return os.fspath(file.locate())
    return None


def distrust(program: str) -> str:
    """Why the program of the wheel is not to be run; "" if it is one of those looked at.

    Raises OSError if it cannot be read.
    """
    status = os.stat(program)
    # A replaced file may keep its size and its time of modification, but not that of its change.
    digest = _digest(program, status.st_mtime_ns, status.st_ctime_ns, status.st_size)
    if digest in WHEELS:
        return ""
    return (
        f"{program} is not run, as it is not the program of {PACKAGE} {VERSION}: its SHA-256 is "
        f"{digest}. Install Graphviz (apt install graphviz, brew install graphviz), or that wheel "
        f"anew: pip uninstall {PACKAGE}, then pip install {PACKAGE}=={VERSION}"
    )


@cache
def _digest(program: str, _modified: int, _changed: int, _size: int) -> str:
    """The SHA-256 of a file, computed anew where the file has changed: 13 MB take 10 ms."""
    return hashlib.sha256(Path(program).read_bytes()).hexdigest()
