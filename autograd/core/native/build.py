"""The build hook of the wheel: it writes the rows in C and compiles `Value`, where that works.

Without a compiler, or without Python's headers, the wheel is one of Python alone.
"""

import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

HERE = "autograd/core/native"
WITHOUT = "Python alone, as C could not be compiled: all runs, Value some ten times slower"
# -fno-builtin: otherwise the compiler makes x·x of pow(x, 2.0), and a number of log(2.0), which
# differ in their last bits from what Python gets of the same library. -ffp-contract=off: a·b + c
# has two roundings in Python.
FLAGS = ["-O2", "-g0", "-fno-builtin", "-ffp-contract=off", "-Werror=implicit-function-declaration"]
FLAGS_OF_MSVC = ["/std:c11", "/Oi-", "/fp:precise"]  # the same


class Hook(BuildHookInterface[Any]):  # type: ignore[misc]  # only builds have hatchling
    """Puts the binary beside its sources, for a wheel and for an editable installation alike."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = Path(self.root, HERE)
        for old in folder.glob("_native.*"):
            if old.suffix in (".so", ".pyd"):
                old.unlink()
        (folder / "kernels.h").write_text(_kernels(self.root), encoding="utf-8")
        _compile(Path(self.root))
        built = [path.name for path in folder.glob("_native.*") if path.suffix in (".so", ".pyd")]
        self.app.display_info(f"Value is built in {'C' if built else WITHOUT}")
        if built:
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"cp310-abi3-{platform}"
            build_data["artifacts"] += [f"/{HERE}/{name}" for name in built]


def _kernels(root: str) -> str:
    """The rows in C, by a package that lacks what `import autograd` needs: it is not there yet."""
    package = ModuleType("autograd")
    package.__path__ = [str(Path(root, "autograd"))]
    sys.modules["autograd"] = package
    from autograd.core.native.kernels import header

    return header()


def _compile(root: Path) -> None:
    """Compile the sources, for any Python from 3.10 on; say so and go on where that fails."""
    is_msvc = sys.platform == "win32"
    extension = Extension(
        "autograd.core.native._native",
        [str(path.relative_to(root)) for path in sorted((root / HERE).glob("*.c"))],
        depends=[f"{HERE}/node.h", f"{HERE}/kernels.h"],
        extra_compile_args=FLAGS_OF_MSVC if is_msvc else FLAGS,
        py_limited_api=True,
        optional=True,
    )
    command = build_ext(Distribution({"name": "scalar-autograd", "ext_modules": [extension]}))
    command.inplace = True
    # Nothing of an earlier build: its binary would be taken where the compiler fails.
    with TemporaryDirectory() as empty:
        command.build_temp = empty
        command.build_lib = empty
        command.ensure_finalized()
        command.run()
