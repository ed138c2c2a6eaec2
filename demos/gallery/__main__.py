"""Make the pictures of README's gallery anew, and with names only these.

    python -m demos.gallery [playground classes lesson ...] [--out demos/pictures]

Each is 800 pixels wide on the page and has twice as many, in light and in dark; those with words
are in English and in Chinese. It needs Chromium and the extra `test`.
"""

import argparse
import tempfile
from pathlib import Path

from autograd.writing import escape_what_cannot_be_printed
from demos.gallery.camera import Light, browser, take
from demos.gallery.cards import CARDS
from demos.gallery.views import VIEWS

PICTURES = Path(__file__).parents[1] / "pictures"
SCHEMES = ("light", "dark")
WITHOUT_WORDS = ("drawings", "program")
LANGUAGES = dict.fromkeys([*VIEWS, *CARDS], ("en", "zh")) | dict.fromkeys(WITHOUT_WORDS, ("en",))


def lights(name: str) -> list[Light]:
    """What a picture is seen in: each language it has, light and dark."""
    return [Light(language, scheme) for language in LANGUAGES[name] for scheme in SCHEMES]


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the pictures of README's gallery anew.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"of {', '.join(LANGUAGES)}; all by default",
    )
    parser.add_argument("--out", type=Path, default=PICTURES)
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in LANGUAGES]
    if unknown:
        parser.error(f"there is no picture {unknown[0]!r}; there are {', '.join(LANGUAGES)}")
    return options


def main(arguments: list[str] | None = None) -> list[Path]:
    escape_what_cannot_be_printed()
    options = parse(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    scenes = VIEWS | CARDS
    paths = []
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        for name in options.names or LANGUAGES:
            scene = scenes[name](Path(folder))
            for light in lights(name):
                path = options.out / f"{name}{light.suffix}.png"
                path.write_bytes(take(running, scene, light))
                print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
                paths.append(path)
    return paths


if __name__ == "__main__":
    main()
