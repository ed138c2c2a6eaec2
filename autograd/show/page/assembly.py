"""Pages put together: one file each, with all its styles, scripts, words and data in it."""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Python 3.10 has it elsewhere
    from importlib.resources.abc import Traversable

HERE = files(__package__)

_PLACE = re.compile(r"(?:<!--|/\*)(\w+)(?:-->|\*/)")  # <!--name--> or /*name*/


def filled(template: str, parts: Mapping[str, str]) -> str:
    """A template with a part in each place that is marked `<!--name-->` or `/*name*/`.

    `<!--head-->` is what all heads begin with; it forbids a page to fetch or send anything.
    """
    known = {"head": text_of("head.html").rstrip(), **parts}
    return _PLACE.sub(lambda place: known[place[1]], template)


def embedded(data: Any) -> str:
    """Data as JavaScript, without what could end the script: a tag that ends, a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("</", r"<\/").replace("<!", r"\u003c!")


def text_of(name: str, folder: "Traversable" = HERE) -> str:
    """The text of a file beside this one, or in another folder."""
    return folder.joinpath(name).read_text(encoding="utf-8")


def joined(*names: str, folder: "Traversable" = HERE) -> str:
    """Files one after the other, as scripts and styles of one page."""
    return "\n".join(text_of(name, folder) for name in names)


def words_of(*names: str, folder: "Traversable" = HERE) -> dict[str, dict[str, str]]:
    """The words of files, by their keys, in each language."""
    words: dict[str, dict[str, str]] = {}
    for name in names:
        words |= json.loads(text_of(name, folder))
    return words
