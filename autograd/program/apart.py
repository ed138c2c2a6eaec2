"""Machine code that a process of its own compiles, so that this can be ended.

While LLVM compiles, a process hears no Ctrl-C, and nobody knows for sure how long it will take. The
other process keeps its machine code as a file, as numba does, and this one loads it. It ends when
it is done, when its time is over, on Ctrl-C, and when the process that waits for it is gone.

    python -m autograd.program.apart FILE     # what `compile_apart` runs
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread

from autograd.program.errors import SMALLER, CompileError

FAILED = 3  # what the other process ends with, where the compiler raised


def compile_apart(path: Path, seconds: float) -> None:
    """Let another process compile the program in a file, for so many seconds at most.

    Raises CompileError if it takes longer, or fails.
    """
    # Its modules come from where ours do: `-m` alone would look into the working directory, too.
    folders = [os.path.abspath(folder) for folder in sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    command = [sys.executable, "-m", "autograd.program.apart", path.name]
    with TemporaryFile() as errors:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # which it reads until this process closes it, or is gone
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            cwd=path.parent,
            start_new_session=True,  # a terminal sends Ctrl-C to all of a session
        )
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


def main(arguments: Sequence[str]) -> int:
    """Compile the program in a file, and keep its machine code beside it."""
    from autograd.program.jitted import compile_in

    Thread(target=_end_with_the_other, daemon=True).start()
    try:
        compile_in(Path(arguments[0]))
    except Exception as error:  # of any kind, as compilers raise
        lines = str(error).strip().splitlines() or [""]
        print(f"{type(error).__name__}: {lines[0]}", file=sys.stderr)
        return FAILED
    return 0


def _end_with_the_other() -> None:
    """End this process when that which waits for it is gone."""
    os.read(sys.stdin.fileno(), 1)  # nothing ever comes there
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
