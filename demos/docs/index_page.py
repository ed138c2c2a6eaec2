"""README as the package index shows it, where what is relative to this repository leads nowhere.

Pictures are left out there, and links lead to the same version of the source.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

CODE = r"^```.*?^```$|`[^`\n]+`"
PICTURE = r"<picture>.*?</picture>|<img\b[^>]*>|!\[[^\]]*\]\([^)]*\)"
LINKED_PICTURE = rf"\[(?:{PICTURE})\]\([^)]*\)|<a\b[^>]*>\s*(?:{PICTURE})\s*</a>"
# What stands before a target that is relative: in `[text](target)`, `[name]: target`, `href=`.
TARGET = r"(\]\(|^\[[^\]]+\]:[ \t]+|\bhref=[\"'])(?![a-z]+:)([^)\s\"']+)"

# Code comes first, so that it stays as it is.
PICTURES = re.compile(f"({CODE})|{LINKED_PICTURE}|{PICTURE}", re.DOTALL | re.MULTILINE)
LINKS = re.compile(f"({CODE})|{TARGET}", re.DOTALL | re.MULTILINE)


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
        code, before, target = link.groups()
        if code:
            return str(code)
        path = f"README.md{target}" if target.startswith("#") else target.removeprefix("./")
        return f"{before}{source}/{path}"

    without = PICTURES.sub(lambda found: found[1] or "", text)
    return LINKS.sub(absolute, without)
