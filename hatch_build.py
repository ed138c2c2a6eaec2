"""README as the package index shows it, where what is relative to this repository leads nowhere.

Pictures are left out there, and links lead to the same version of the source.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

BLOCK = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)

ONE_PICTURE = r"<picture>.*?</picture>|<img\b[^>]*>|!\[[^\]]*\]\([^)]*\)"
PICTURE = re.compile(
    rf"\[(?:{ONE_PICTURE})\]\([^)]*\)|<a\b[^>]*>\s*(?:{ONE_PICTURE})\s*</a>|{ONE_PICTURE}",
    re.DOTALL,
)

# What stands before a target that is relative: in `[text](target)`, `[name]: target`, `href=`.
LINK = re.compile(r"(\]\(|^\[[^\]]+\]:[ \t]+|\bhref=[\"'])(?![a-z]+:)([^)\s\"']+)", re.MULTILINE)


class Hook(MetadataHookInterface):  # type: ignore[misc]  # only builds have hatchling
    """Gives a build the README of the index page."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        source = f"{metadata['urls']['Source']}/blob/v{metadata['version']}"
        page = index_page(text, source)
        metadata["readme"] = {"content-type": "text/markdown", "text": page}


def index_page(text: str, source: str) -> str:
    """A text in Markdown without its pictures; what is relative in its links begins at `source`.

    Code stays as it is.
    """

    def absolute(link: re.Match[str]) -> str:
        before, target = link.groups()
        path = f"README.md{target}" if target.startswith("#") else target.removeprefix("./")
        return f"{before}{source}/{path}"

    without = _outside(BLOCK, text, lambda part: PICTURE.sub("", part))
    page = _outside(CODE, without, lambda part: LINK.sub(absolute, part))
    return re.sub(r"\n{3,}", "\n\n", page)


def _outside(code: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside code."""
    parts = code.split(text)
    parts[::2] = map(change, parts[::2])
    return "".join(parts)
