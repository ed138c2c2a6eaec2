"""A function called only where its graph is not known: what replay and value_and_grad share."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, ClassVar, Generic

from autograd.program.recordings import Recordings, S


class Replayed(ABC, Generic[S]):
    """A function whose graph is swept where it is known, and how often that was.

    `replayed` and `recorded` count the calls of either kind that gave an answer, `why` says why the
    last one was not replayed.
    """

    # In no __dict__, as a function may read what is made of it, of which these change at each call.
    __slots__ = (
        "__dict__",
        "function",
        "recorded",
        "recordings",
        "replayed",
        "why",
    )
    made_by: ClassVar[str]  # the name of what makes it

    def __init__(self, function: Callable[..., Any]) -> None:
        if not callable(function):
            raise TypeError(f"{self.made_by} takes a function, got {function!r:.80}")
        update_wrapper(self, function)
        self.function = function
        self.replayed = 0
        self.recorded = 0
        self.why = ""
        self.recordings: Recordings[S] = Recordings(function)

    @abstractmethod
    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Give what the function is asked for."""

    def forget(self) -> None:
        """Drop the graphs that were kept, so that the next call calls the function again."""
        self.recordings.forget()

    def _made_anew(self) -> tuple[Any, ...]:
        """How a copy is made of the function, for pickle."""
        return type(self), (self.function,)

    def __reduce__(self) -> Any:
        """By name where it stands in place of its function, as functions are; or around it."""
        names = str(getattr(self, "__qualname__", "")).split(".")
        found: Any = sys.modules.get(str(getattr(self, "__module__", "")))
        for name in names:
            found = getattr(found, name, None)
        return ".".join(names) if found is self else self._made_anew()

    def __repr__(self) -> str:
        name = getattr(self.function, "__qualname__", repr(self.function))
        calls = f"{self.replayed} call{'s' * (self.replayed != 1)} replayed"
        why = f", the last because {self.why}" if self.why else ""
        return f"<{self.made_by} of {name}: {calls}, {self.recorded} recorded{why}>"
