"""The report of a benchmark, and what of it stands in the README of this folder."""

import os
import platform
import shutil
from importlib import metadata
from pathlib import Path

from demos.benchmark import kept, picture
from demos.benchmark.found import Found
from demos.benchmark.tables import growth, limit, recorded, replayed, training

LIBRARIES = ("scalar-autograd", "micrograd", "numpy", "numba", "jax", "torch")
BEGIN = "<!-- benchmark -->\n"
END = "<!-- end of benchmark -->"


def write(found: Found, folder: Path, readme: Path | None = None) -> Path:
    """Write benchmark.md and benchmark.png, print the tables, and give the path of the first.

    With a README its numbers are written anew, and the picture that it shows; what the gallery's
    picture of speed is made of is kept, too.
    """
    tables = [training(found), recorded(found), replayed(found), growth(found), limit(found)]
    text = "\n\n".join([machine(), *tables]) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "benchmark.md"
    path.write_text(text, encoding="utf-8")
    picture.plot(found, folder / "benchmark.png")
    if readme:
        short = "\n\n".join([machine(), recorded(found), replayed(found), limit(found)])
        readme.write_text(with_numbers(readme.read_text(encoding="utf-8"), short), "utf-8")
        kept.write(kept.run_of(found))
        shutil.copy(folder / "benchmark.png", readme.parents[1] / "pictures")
    print(text)
    return path


def with_numbers(text: str, numbers: str) -> str:
    """README with other numbers between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{numbers}\n{END}{after}"


def machine() -> str:
    """The processor and the versions that the numbers belong to."""
    installed = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            installed[name.lower()] = distribution.version
    versions = [f"{name} {installed[name]}" for name in LIBRARIES if name in installed]
    cores = f"{os.cpu_count()} cores of {processor()}"
    return f"Measured on {cores}, Python {platform.python_version()}, {', '.join(versions)}."


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.machine()
