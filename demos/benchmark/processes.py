"""A process for each measurement, so that no library's threads or garbage slow down another."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from demos.benchmark.engines import environment, is_built

Task = tuple[str, Any, int]  # what to do, who does it, and how much of it
Answer = dict[str, Any]


def measured(task: Task, settings: Mapping[str, str] | None = None) -> Answer:
    """Do a task in a process of its own, with some variables of its environment set."""
    _, who, _ = task
    if who.endswith("native") and not is_built():
        return {"missing": "no C node: there was no compiler when this was installed"}
    command = [sys.executable, "-m", "demos.benchmark", "--task", json.dumps(task)]
    variables = environment(who) | {"PYTHONIOENCODING": "utf-8"} | dict(settings or {})
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=variables)
    if done.returncode:
        raise RuntimeError(f"{task} failed:\n{done.stderr}")
    last_line = done.stdout.splitlines()[-1]
    return json.loads(last_line)  # type: ignore[no-any-return]
