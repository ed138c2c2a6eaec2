"""README's gallery: each picture in each language and light, sharp, small, made by a command."""

import html
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from demos.benchmark import kept
from demos.benchmark.browser import BROWSERS
from demos.benchmark.found import Found, digits
from demos.gallery.__main__ import LANGUAGES, PICTURES, SCHEMES, lights, main
from demos.gallery.camera import SCALE, WIDTH, Light
from demos.gallery.cards import CARDS, IN_CHINESE
from tests.conftest import miss

MOST_BYTES = 150_000  # of a picture
MOST_OF_ALL = 2_500_000
TALLEST = 850  # pixels of the page: with its sentence it fits a screen
LIGHTEST_DARK = 100  # the mean of all pixels, of 255: the map of two classes is light in both
DARKEST_LIGHT = 170

EACH = [(name, light) for name in LANGUAGES for light in lights(name)]


def kept_picture(name: str, light: Light) -> Path:
    return PICTURES / f"{name}{light.suffix}.png"


def luminance(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L")).mean[0]


@pytest.mark.parametrize(("name", "light"), EACH)
def test_each_is_there_sharp_and_small(name: str, light: Light) -> None:
    path = kept_picture(name, light)
    assert path.stat().st_size <= MOST_BYTES
    with Image.open(path) as image:
        assert image.width == SCALE * WIDTH == 1600
        assert image.height <= SCALE * TALLEST
        if light.scheme == "dark":
            assert luminance(image) <= LIGHTEST_DARK
        else:
            assert luminance(image) >= DARKEST_LIGHT


def test_all_together_are_soon_loaded() -> None:
    assert sum(kept_picture(*each).stat().st_size for each in EACH) <= MOST_OF_ALL


def test_words_are_in_both_languages_and_all_is_in_both_lights() -> None:
    without_words = {name for name, languages in LANGUAGES.items() if "zh" not in languages}
    assert without_words == {"drawings", "program"}
    assert [light.suffix for light in lights("lesson")] == ["", "-dark", ".zh", ".zh-dark"]
    assert [light.scheme for light in lights("program")] == [*SCHEMES]


def test_an_unknown_picture_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sped"])
    assert "there is no picture 'sped'; there are playground, classes" in capsys.readouterr().err


def test_what_is_kept_of_a_benchmark_is_what_was_measured(tmp_path: Path) -> None:
    found: Found = {
        ("train", "slow", 10): {"seconds": 1234.5, "whole": []},
        ("train", "fast", 10): {"seconds": 0.0123456, "whole": [1.0]},
        ("train", "absent", 10): {"missing": "not here"},
    }
    run = kept.run_of(found)
    assert run.entries == [kept.Time("slow", 1234.0, False), kept.Time("fast", 0.0123, True)]
    kept.write(run, tmp_path)
    assert kept.read(tmp_path) == run


def test_the_card_of_speed_tells_what_was_measured(tmp_path: Path) -> None:
    run = kept.read()
    text = CARDS["speed"](tmp_path).page.read_text(encoding="utf-8")
    told = re.findall(r"<tr><th>([^<]+)</th>.*?<b>(≈ |)([^<]+) s</b>", text)
    measured = [(x.who, "" if x.whole else "≈ ", digits(x.seconds)) for x in run.entries]
    assert [(html.unescape(who), *time) for who, *time in told] == measured
    assert f"<span>{run.steps:,} " in text


def test_each_word_that_is_told_is_told_in_chinese(tmp_path: Path) -> None:
    told = set()
    for card in CARDS.values():
        text = card(tmp_path).page.read_text(encoding="utf-8")
        told |= {*re.findall(r'<bdi lang="en">(.*?)</bdi><bdi lang="zh">(.*?)</bdi>', text)}
    assert told == {*IN_CHINESE.items()}
    assert not [english for english, chinese in told if not re.search(r"[一-鿿]", chinese)]


@pytest.mark.long
def test_the_command_makes_them_as_they_are_kept(tmp_path: Path) -> None:
    """Two of them, a page and a card; letters of other fonts are a little wider or narrower."""
    if not any(map(shutil.which, BROWSERS)):
        miss("pictures are not tested: no chromium on this machine")
    paths = main(["classes", "speed", "--out", str(tmp_path)])
    suffixes = ["", "-dark", ".zh", ".zh-dark"]
    assert [path.name for path in paths] == [
        f"{name}{suffix}.png" for name in ("classes", "speed") for suffix in suffixes
    ]
    for path in paths:
        with Image.open(path) as made, Image.open(PICTURES / path.name) as before:
            assert made.width == before.width
            assert made.height == pytest.approx(before.height, rel=0.1)
            assert luminance(made) == pytest.approx(luminance(before), rel=0.1)
