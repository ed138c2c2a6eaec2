"""What a user's editor sees: pyright, in strict mode, over a program that uses public names."""

import json
import subprocess
import sys
from pathlib import Path

from tests.client import client

ROOT = Path(__file__).parents[1]

# basedpyright has rules of its own, which pyright's users do not see.
CONFIGURATION = {
    "typeCheckingMode": "strict",
    "extraPaths": [str(ROOT)],
    "pythonVersion": f"{sys.version_info.major}.{sys.version_info.minor}",
}


def complaints(folder: Path, text: str) -> list[str]:
    """What pyright says of a program."""
    client = folder / "client.py"
    client.write_text(text, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps(CONFIGURATION), encoding="utf-8")
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable]
    run = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=600
    )
    found = json.loads(run.stdout)["generalDiagnostics"]
    return [f"{item['range']['start']['line'] + 1}: {item['message']}" for item in found]


def test_a_client_has_types_everywhere(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "client.py").read_text(encoding="utf-8")
    assert not complaints(tmp_path, text)


def test_the_client_runs(tmp_path: Path) -> None:
    client(str(tmp_path))
    assert (tmp_path / "loss.svg").exists()


def test_what_is_wrong_is_seen(tmp_path: Path) -> None:
    text = "from autograd import Value, max\n\nmax(Value(1.0), 2.0).dat\nValue(1.0).tanhh()\n"
    lines = [complaint.split(":")[0] for complaint in complaints(tmp_path, text)]
    assert {"3", "4"} <= set(lines)
