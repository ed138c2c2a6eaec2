"""The process that compiles a program for another one; that one stands in `autograd.program.apart`.

    python -m autograd.program.child FILE

It is a module that nothing imports: of one that its package has imported `-m` warns.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from autograd.program.jitted import compile_in

FAILED = 3  # what the process ends with, where the compiler raised


def main(arguments: Sequence[str]) -> int:
    """Compile the program in a file, and keep its machine code beside it."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # it may be ignored by who started us
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
    os.kill(os.getpid(), signal.SIGTERM)  # in the middle of LLVM, too


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
