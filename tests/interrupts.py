"""What gets in where Python looks at signals and lets other threads run: at each place in turn."""

import opcode
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

# It does so after calls, at the start of functions, and where loops go back.
LOOKS = ("CALL", "JUMP", "RESUME")


class _Counter:
    """A trace function that does something at the n-th such place."""

    def __init__(self, n: int, gets_in: Callable[[], Any], functions: Sequence[str]) -> None:
        self.functions = functions
        self.left = n
        self.gets_in = gets_in
        self.last: dict[FrameType, str] = {}

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self.functions and frame.f_code.co_name not in self.functions:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and self.left:
            before = self.last.get(frame, "RESUME")
            self.last[frame] = opcode.opname[frame.f_code.co_code[frame.f_lasti]]
            if before.startswith(LOOKS):
                self.left -= 1
                if not self.left:
                    self.gets_in()  # while Python does not trace
        return self


def interrupt() -> None:
    """What Ctrl-C does."""
    raise KeyboardInterrupt


def everywhere(
    prepare: Callable[[], Callable[[], Any]],
    gets_in: Callable[[], Any] = interrupt,
    functions: Sequence[str] = (),
) -> Iterator[None]:
    """Run what `prepare` gives again and again; something gets in one place later each time.

    It comes back after each time, but not where it was over before. Only functions of some names
    are looked at, if they are given.
    """
    n = 0
    while True:
        n += 1
        work = prepare()
        counter = _Counter(n, gets_in, functions)
        before = sys.gettrace()
        with suppress(KeyboardInterrupt):
            sys.settrace(counter)
            try:
                work()
            finally:
                sys.settrace(before)
        if counter.left:
            return
        yield


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise KeyboardInterrupt in the block after some time, by a real signal."""
    before = signal.signal(signal.SIGALRM, lambda number, frame: interrupt())
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
    finally:  # even if it comes at the last moment
        signal.signal(signal.SIGALRM, before)
