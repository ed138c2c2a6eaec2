"""What is saved comes back, whole or not at all; what is no network is refused with a reason."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import MLP, load, save
from autograd.nn.modules import ACTIVATIONS, OUTPUTS
from autograd.reading import LARGEST, read_whole
from tests.posix import on_posix
from tests.strategies import examples


def numbers(net: MLP) -> list[tuple[str, float]]:
    return [(name, parameter.data) for name, parameter in net.named_parameters()]


@examples(50)
@given(
    nin=st.integers(1, 11),
    nouts=st.lists(st.integers(1, 11), min_size=1, max_size=3),
    fused=st.booleans(),
    data=st.data(),
)
def test_a_network_comes_back_bit_for_bit(
    nin: int, nouts: list[int], fused: bool, data: st.DataObject
) -> None:
    output = data.draw(st.sampled_from(OUTPUTS if nouts[-1] > 1 else ACTIVATIONS))
    net = MLP(nin, nouts, seed=0, fused=fused, output=output)
    net.parameters()[0].data = data.draw(st.floats(allow_nan=False, allow_infinity=False))
    for layer in net.layers[:-1]:
        activation = data.draw(st.sampled_from(ACTIVATIONS))
        for neuron in layer.neurons:
            neuron.activation = activation
    with tempfile.TemporaryDirectory() as folder:
        save(net, f"{folder}/net.json")
        again = load(f"{folder}/net.json")
        assert os.listdir(folder) == ["net.json"]
    assert numbers(again) == numbers(net)
    kinds = [
        [(layer.activation, [n.fused for n in layer.neurons]) for layer in either.layers]
        for either in (net, again)
    ]
    assert kinds[0] == kinds[1]
    assert net.layers[-1].activation == output


@on_posix
def test_a_person_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    save(MLP(1, [3, 1], activation="sigmoid", seed=0), path)
    text = path.read_text(encoding="utf-8")
    assert '"format": "scalar-autograd network",\n  "version": 1,\n  "inputs": 1,\n' in text
    assert '    "w1_11": 0.8436577925009958,\n' in text
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    os.umask(before := os.umask(0))
    return before


def document() -> dict[str, Any]:
    layers = [{"units": 2, "activation": "tanh", "fused": True}]
    parameters = {"w1_11": 0.5, "w1_12": 1, "b1_1": -0.0, "b1_2": 2e-9}
    return {
        "format": "scalar-autograd network",
        "version": 1,
        "inputs": 1,
        "layers": layers,
        "parameters": parameters,
    }


def changed(**parts: Any) -> str:
    return json.dumps(document() | parts)


def layer(**parts: Any) -> str:
    return changed(layers=[document()["layers"][0] | parts])


def parameter(name: str, number: Any) -> str:
    return changed(parameters=document()["parameters"] | {name: number})


FOREIGN: dict[str, list[str | bytes]] = {
    "Expecting value: line 1": ["", "pickle", "\x00"],
    "codec can't decode": [b"\xff\x80abc"],
    "Expecting ": [changed()[:-30]],
    "recursion": ["[" * 100_000, '{"":' * 100_000],
    "its format is not 'scalar-autograd network'": [
        "[]",
        "null",
        "3",
        "{}",
        changed(format="other"),
        changed(format=None),
    ],
    "its version is 2.0, this reads 1": [changed(version=2)],
    "its version is (None|True)": [changed(version=None), changed(version=True)],
    r"it holds \[.*\], not format": [
        changed(extra=1),
        changed(layers=None),
        changed(parameters=[1.0]),
        changed(layers={}),
    ],
    "a layer is": [
        changed(layers=[{"units": 2}]),
        changed(layers=[3]),
        layer(fused=1),
        layer(activation=["relu"]),
        layer(activation="__import__('os')"),
        layer(activation="softmax", units=1),
    ],
    "inputs and units are": [
        changed(inputs=0),
        changed(inputs=1.5),
        changed(inputs=True),
        changed(inputs="1"),
        changed(inputs=None),
        changed(inputs=10**400),
        layer(units=[2]),
        layer(units=-1),
    ],
    "take 4 parameters, it has 3": [changed(parameters={"w1_11": 1.0, "w1_12": 1.0, "b1_1": 1.0})],
    "take 2000000 parameters, it has 4": [layer(units=1_000_000)],
    "it has no parameter b1_2": [changed().replace("b1_2", "b1_3")],
    "w1_12 is": [
        parameter("w1_12", wrong)
        for wrong in ("1.0", None, [1.0], True, float("nan"), float("inf"), 10**400)
    ],
    r"a name stands twice in \['w1_11', 'w1_11'": [changed().replace("w1_12", "w1_11")],
    "at least one": [changed(layers=[], parameters={})],
}


@pytest.mark.parametrize(
    ("problem", "content"),
    [(problem, content) for problem in FOREIGN for content in FOREIGN[problem]],
)
def test_damaged_and_foreign_files_are_refused(
    problem: str, content: str | bytes, tmp_path: Path
) -> None:
    path = tmp_path / "net.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(
        ValueError, match=rf"net\.json is not a network that can be loaded: .*{problem}"
    ) as caught:
        load(path)
    assert len(str(caught.value)) < 600


def test_what_is_right_loads(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text(changed(), encoding="utf-8")
    assert numbers(load(path)) == [("w1_11", 0.5), ("w1_12", 1.0), ("b1_1", -0.0), ("b1_2", 2e-9)]
    assert all(type(parameter.data) is float for parameter in load(str(path)).parameters())
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.json")


# Read by another process, which hangs where one of these is waited for, and not the tests.
READING = """
import resource
import sys
from autograd import MLP, load
resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30,) * 2)
for into in (None, MLP(1, [1])):
    for path in sys.argv[1:]:
        try:
            print(load(path, into=into))
        except (ValueError, OSError) as error:
            print(type(error).__name__, error)
"""


def bound(path: Path) -> socket.socket:
    here = os.getcwd()
    listening = socket.socket(socket.AF_UNIX)
    os.chdir(path.parent)  # as the path of a socket has at most 107 bytes
    listening.bind(path.name)
    os.chdir(here)
    return listening


@on_posix
def test_what_is_no_ordinary_file_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("folder", "fifo", "socket", "zero")]
    folder, fifo, listening, zero = paths
    folder.mkdir()
    os.mkfifo(fifo)
    zero.symlink_to("/dev/zero")
    with bound(listening):
        run = [sys.executable, "-c", READING, *map(str, paths)]
        done = subprocess.run(run, capture_output=True, encoding="utf-8", timeout=600, check=False)
    assert done.stderr == ""
    kinds = ("a folder", "a named pipe", "a socket", "a device")
    assert done.stdout.splitlines() == [
        f"ValueError {path} is not a {what} that can be loaded: it is {kind}: name an ordinary file"
        for what in ("network", "module")
        for path, kind in zip(paths, kinds, strict=True)
    ]


@on_posix
def test_a_link_to_a_file_is_followed_and_one_to_nothing_is_no_file(tmp_path: Path) -> None:
    save(MLP(1, [1], seed=0), tmp_path / "net.json")
    (tmp_path / "link").symlink_to("net.json")
    (tmp_path / "nowhere").symlink_to("none.json")
    (tmp_path / "loop").symlink_to("loop")
    assert numbers(load(tmp_path / "link")) == numbers(MLP(1, [1], seed=0))
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere")
    with pytest.raises(OSError, match="symbolic links"):
        load(tmp_path / "loop")


def test_a_size_beyond_reason_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    with path.open("wb") as file:
        file.truncate(2**40)  # a hole, which takes no room on the disk
    with pytest.raises(
        ValueError, match=r"it has 1,099,511,627,776 bytes, and at most 134,217,728 are read"
    ):
        load(path)
    os.truncate(path, LARGEST + 1)
    with pytest.raises(ValueError, match="134,217,729 bytes"):
        read_whole(path)


def test_what_load_would_not_read_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.json"
    save(MLP(1, [1], seed=0), path)
    size = path.stat().st_size
    monkeypatch.setattr("autograd.reading.LARGEST", size)
    assert len(read_whole(path)) == size
    with pytest.raises(ValueError, match=f"this network cannot be saved: it has .* most {size} "):
        save(MLP(1, [2], seed=0), path)
    assert numbers(load(path)) == numbers(MLP(1, [1], seed=0))


@on_posix
@pytest.mark.parametrize("other", ["fifo", "longer"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.json"
    save(MLP(1, [1], seed=0), path)
    read, status = os.open, os.fstat

    def swapped(*arguments: Any) -> int:
        path.unlink()
        os.mkfifo(path)
        return read(*arguments)

    def grown(descriptor: int) -> os.stat_result:
        before = status(descriptor)
        with path.open("a", encoding="utf-8") as file:
            file.write(" ")
        return before

    if other == "fifo":
        monkeypatch.setattr(os, "open", swapped)
    else:
        monkeypatch.setattr(os, "fstat", grown)
    problem = "it is a named pipe" if other == "fifo" else "it grows while it is read"
    with pytest.raises(ValueError, match=problem):
        read_whole(path)


def test_a_name_in_a_file_moves_no_cursor_and_fills_no_screen(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    for name in ("\x1b[2J", "\udc80", "\u202e", "x" * 10**6):
        for number in (1.0, None):
            path.write_text(parameter(name, number), encoding="utf-8")
            with pytest.raises(ValueError) as caught:  # noqa: PT011 - looked at below
                load(path)
            assert str(caught.value).removeprefix(str(path)).isprintable()
            assert len(str(caught.value)) < 600


@examples(200)
@given(cut=st.integers(0, 400), garbage=st.binary(max_size=4))
def test_any_damage_is_a_value_error_or_another_network(cut: int, garbage: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.json")
        save(MLP(1, [2, 1], seed=0), path)
        whole = path.read_bytes()
        path.write_bytes(whole[:cut] + garbage + whole[cut + len(garbage) :])
        with suppress(ValueError):
            assert isinstance(load(path), MLP)


def test_what_cannot_be_saved_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    net = MLP(1, [2, 1], seed=0)
    save(net, path)
    before = path.read_bytes()
    broken = MLP(1, [2, 1], seed=1)
    broken.parameters()[2].data = float("nan")
    with pytest.raises(ValueError, match="this network cannot be saved: b1_1 is nan"):
        save(broken, path)
    renamed = MLP(1, [2, 1], seed=1)
    renamed.parameters()[0].label = "mine"
    with pytest.raises(ValueError, match="it has no parameter w1_11"):
        save(renamed, path)
    swapped = MLP(1, [2, 1], seed=1)
    swapped.layers[0].neurons.reverse()
    with pytest.raises(
        ValueError, match=r"its parameters are not named in order, as MLP does: \['w1_12', 'w1_11'"
    ):
        save(swapped, path)
    mixed = MLP(1, [2, 1], seed=1)
    mixed.layers[0].neurons[0].activation = "tanh"
    with pytest.raises(ValueError, match="the neurons of a layer differ in activation or fused"):
        save(mixed, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["net.json"]


@on_posix
def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    net = MLP(1, [1], seed=0)
    os.mkfifo(tmp_path / "fifo")
    for target in (tmp_path, tmp_path / "fifo", "."):
        with pytest.raises(ValueError, match="is a folder or a device, not a file"):
            save(net, target)
    assert (tmp_path / "fifo").is_fifo()
    assert os.listdir(tmp_path) == ["fifo"]


@on_posix
def test_folders_are_made_and_permissions_kept(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "1" / "net.json"
    save(MLP(1, [1], seed=0), path)
    path.chmod(0o600)
    save(MLP(1, [1], seed=1), path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert numbers(load(path)) == numbers(MLP(1, [1], seed=1))


def test_a_failing_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.json"
    save(MLP(1, [1], seed=0), path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(MLP(1, [1], seed=1), path)
    assert numbers(load(path)) == numbers(MLP(1, [1], seed=0))
    assert os.listdir(tmp_path) == ["net.json"]


@on_posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "net.json")
    save(MLP(1, [1], seed=0), tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert numbers(load(tmp_path / "net.json")) == numbers(MLP(1, [1], seed=0))


SAVING = """
import sys
from autograd import MLP, save
nets = [MLP(8, [16, 1], seed=seed) for seed in (1, 2)]
save(nets[0], sys.argv[1])
print("ready", flush=True)
while True:
    for net in nets:
        save(net, sys.argv[1])
"""


def test_killed_at_any_moment_a_file_that_loads_is_left(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    expected = [numbers(MLP(8, [16, 1], seed=seed)) for seed in (1, 2)]
    for i in range(20):
        process = subprocess.Popen(
            [sys.executable, "-c", SAVING, str(path)], stdout=subprocess.PIPE, encoding="utf-8"
        )
        assert process.stdout is not None
        with process, process.stdout as output:
            assert output.readline() == "ready\n"
            time.sleep(0.0007 * i)  # a save takes a few milliseconds: all its parts are met
            process.kill()
        assert numbers(load(path)) in expected
