"""Write the API reference and the guides, pages that ask nothing of any network.

    python -m demos.docs [--out build/docs]

Every example runs; the command ends with 1, and says where, if one gives something else than what
stands below it.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    # Before autograd loads: of what runs in C there is no source to show.
    os.environ["AUTOGRAD_NATIVE"] = "0"
    from autograd.extras import brought_by
    from autograd.writing import escape_what_cannot_be_printed

    escape_what_cannot_be_printed()
    parser = argparse.ArgumentParser(prog="python -m demos.docs", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/docs"), help="folder to write")
    folder = parser.parse_args(arguments).out.absolute()
    with brought_by("docs"):
        from demos.docs.building import build
        from demos.docs.examples import ExampleError

    try:
        build(folder)
    except ExampleError as error:
        print(error, file=sys.stderr)
        return 1
    print(folder / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
