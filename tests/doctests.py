"""Examples in docstrings write their files into a folder that is thrown away.

A plugin of pytest, which pyproject.toml names: a conftest.py would have to stand in the package, or
at the top of the repository.
"""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        folder: Path = request.getfixturevalue("tmp_path")
        request.getfixturevalue("monkeypatch").chdir(folder)
