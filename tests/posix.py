"""What can be tried where the system has it: named pipes, modes of files, scripts with #!."""

import os

import pytest

on_posix = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no named pipes, modes of files, timers and scripts with #!"
)

# A script in Python, in an environment whose folder has spaces, too.
SCRIPT = "#!/usr/bin/env python3\n"
