"""The playground: train a small network in a page, and look inside any of its gradients."""

import sys

if sys.version_info < (3, 10):  # before anything is imported that an older Python cannot read
    raise SystemExit(
        "The playground needs Python 3.10 or newer, this is %d.%d" % sys.version_info[:2]
    )
