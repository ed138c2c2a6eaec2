"""Tests, and what they share: see conftest.py, strategies.py and rows.py."""

import os

ALL_EXAMPLES = bool(os.environ.get("ALL_EXAMPLES"))  # of hypothesis; make test-all asks for them
