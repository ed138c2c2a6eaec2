"""Processes killed while they save: the file is the old one or the new one, whole."""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KILLS = 4  # of each kind
LONGEST = 0.03  # seconds from the first save on; one takes some milliseconds

# Each saves two things by turns; what a whole file may hold is printed first.
NETWORKS = """
from autograd import MLP, save
nets = [MLP(8, [16, 1], seed=seed) for seed in (1, 2)]

def write(turn, path):
    save(nets[turn], path)
"""
CHECKPOINTS = """
from autograd import MLP, fit, save
xs = [i / 10 for i in range(10)]

def write(turn, path):
    net = MLP(1, [3, 1], seed=turn)
    fit(net, xs, xs, epochs=1, engine="eager", on_epoch=lambda epoch: save(net, path))
"""
PAGES = """
from autograd import Value, explain
graphs = [Value(number, "x") * 2.0 for number in (1.0, 2.0)]

def write(turn, path):
    explain(graphs[turn]).page(path)
"""
DRAWINGS = """
from autograd import Value, draw
drawings = [draw(Value(number, "x") * 2.0) for number in (1.0, 2.0)]

def write(turn, path):
    drawings[turn].save(path)
"""
KINDS = {
    "net.json": NETWORKS,
    "best.json": CHECKPOINTS,
    "page.html": PAGES,
    "graph.dot": DRAWINGS,
    "graph.svg": DRAWINGS,
}
SAVING = """
import sys
from itertools import cycle
folder, name = sys.argv[1:]
for turn in (0, 1):
    write(turn, f"{folder}/whole{turn}-{name}")
write(0, f"{folder}/{name}")
print("ready", flush=True)
for turn in cycle((1, 0)):
    write(turn, f"{folder}/{name}")
"""


def round_of(seed: int) -> int:
    """How many kills left a whole file."""
    rng = random.Random(seed)
    return sum(_killed(kind, rng) for kind in KINDS for _ in range(KILLS))


def _killed(name: str, rng: random.Random) -> int:
    with tempfile.TemporaryDirectory() as folder:
        run = [sys.executable, "-c", KINDS[name] + SAVING, folder, name]
        process = subprocess.Popen(run, stdout=subprocess.PIPE, encoding="utf-8")
        assert process.stdout is not None
        with process, process.stdout as output:
            try:
                ready = output.readline()
                time.sleep(rng.uniform(0.0, LONGEST))
            finally:
                process.kill()
        assert ready == "ready\n", f"{name} was not saved"
        whole = [Path(folder, f"whole{turn}-{name}").read_bytes() for turn in (0, 1)]
        found = Path(folder, name).read_bytes()
        assert found in whole, f"{name}: {len(found)} bytes, whole are {[*map(len, whole)]}"
        _check_what_is_left(Path(folder), name)
    return 1


def _check_what_is_left(folder: Path, name: str) -> None:
    """At most the part of the save that was killed."""
    left = [path.name for path in folder.iterdir() if not path.name.endswith(name)]
    assert len(left) <= 1, f"{left} were left beside {name}"
    assert all(other.endswith(".part") for other in left), f"{left} were left beside {name}"
