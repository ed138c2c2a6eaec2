"""Machine code that a process of its own compiles, so that this can be ended.

While LLVM compiles, a process hears no Ctrl-C, and nobody knows for sure how long it will take. The
other process keeps its machine code as a file, as numba does, and this one loads it. It ends when
it is done, when its time is over, on Ctrl-C, and when the process that waits for it is gone.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile

from autograd.program.errors import SMALLER, CompileError


def compile_apart(path: Path, seconds: float) -> None:
    """Let another process compile the program in a file, for so many seconds at most.

    Raises CompileError if it takes longer, or fails.
    """
    # Its modules come from where ours do: `-m` alone would look into the working directory, too.
    folders = [os.path.abspath(folder) for folder in sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    command = [sys.executable, "-m", "autograd.program.child", path.name]
    with TemporaryFile() as errors:
        try:
            child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,  # which it reads until this process closes it, or is gone
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=environment,
                cwd=path.parent,
                start_new_session=True,  # a terminal sends Ctrl-C to all of a session
            )
        except OSError as error:
            raise CompileError(
                f"no process could be started to compile it: {error}; {SMALLER}"
            ) from None
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            ended = f"numba had not compiled it after {seconds:g} s, and was ended"
            raise CompileError(f"{ended}; {SMALLER}") from None
        finally:
            _end(child)
        if code:
            errors.seek(0)
            told = _reason(code, errors.read().decode(errors="replace").strip().splitlines())
            raise CompileError(f"numba could not compile it: {told}; {SMALLER}")


def _reason(code: int, lines: Sequence[str]) -> str:
    """Why a process ended with a code; one that a signal ended had no time to say so."""
    if code < 0:
        return f"its process was ended by signal {-code}"
    return lines[-1] if lines else f"its process ended with {code}"


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    child.wait()
    if child.stdin:
        child.stdin.close()
