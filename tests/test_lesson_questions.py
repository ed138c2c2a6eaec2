"""The lesson's questions: answers are checked, mistakes and hints are those of the question."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.lessons import close, opened


@pytest.fixture
def page(browser: Browser, lesson: Path) -> Iterator[Page]:
    page = opened(browser, lesson)
    yield page
    close(page)


def answer(page: Page, place: int, text: str) -> str:
    item = page.locator("#quiz > li").nth(place)
    item.get_by_role("textbox").fill(text)
    item.get_by_role("textbox").press("Enter")
    return item.get_by_role("status").inner_text()


@pytest.mark.parametrize("draw", [1, 2, 3])
def test_right_answers_are_accepted_and_mistakes_named(page: Page, draw: int) -> None:
    for _ in range(draw - 1):
        page.get_by_role("button", name="New numbers").click()
    questions = page.evaluate(
        """PAGE.quiz.questions.map(({question}) => ({
            answer: question.answer, mistakes: question.mistakes, choices: question.choices}))"""
    )
    assert len(questions) == 8
    for place, question in enumerate(questions):
        if question.get("choices"):
            continue
        assert answer(page, place, f"{question['answer']:.4g}").startswith("✓")
        for mistake in question["mistakes"]:
            if math.isclose(mistake["answer"], question["answer"], rel_tol=0.02, abs_tol=2e-4):
                continue
            said = answer(page, place, f"{mistake['answer']:.6g}")
            assert said.startswith("✗")
            assert "Not yet" not in said
    assert "not a number" in answer(page, 0, "much")


def test_the_networks_own_number_is_right_too(page: Page) -> None:
    for place, script in enumerate(("exact('z1_2')", "exactGradient('z2_1')")):
        number = page.evaluate(f"PAGE.quiz.draw.{script}")
        assert answer(page, place, f"{number:.6g}").startswith("✓")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("-2.87", -2.87),
        ("−2.87", -2.87),
        ("－２．８７", -2.87),
        ("-2.87。", -2.87),
        (" 0.5. ", 0.5),
        ("—1.5e−3", -0.0015),
        ("＋.5，", 0.5),
        ("1-2", None),
        ("。", None),
        ("", None),
    ],
)
def test_a_number_may_come_from_any_keyboard(page: Page, typed: str, number: float | None) -> None:
    found = page.evaluate("typed => parsed(typed)", typed)
    assert math.isnan(found) if number is None else found == number


def test_the_keyboard_of_a_phone_has_a_minus(page: Page) -> None:
    modes = page.evaluate("[...document.querySelectorAll('#quiz input')].map(x => x.inputMode)")
    assert set(modes) == {""}


def test_mistakes_have_their_names(page: Page) -> None:
    question = page.evaluate("PAGE.quiz.questions[4].question")
    mistakes = {mistake["key"]: mistake["answer"] for mistake in question["mistakes"]}
    assert "forgot σ′" in answer(page, 4, str(mistakes["forgot_slope"]))
    question = page.evaluate("PAGE.quiz.questions[2].question")
    mistakes = {mistake["key"]: mistake["answer"] for mistake in question["mistakes"]}
    said = answer(page, 2, str(mistakes["took_z_for_a"]))
    assert "You took z1" in " ".join(said.split())
    question = page.evaluate("PAGE.quiz.questions[5].question")
    assert "add over all the paths" in answer(page, 5, str(question["mistakes"][0]["answer"]))


def test_a_wrong_sign_is_named_in_every_question(page: Page) -> None:
    answers = page.evaluate("PAGE.quiz.questions.slice(0, 6).map(x => x.question.answer)")
    for place, right in enumerate(answers):
        assert "the sign is not" in answer(page, place, f"{-right:.5g}")


def test_hints_are_those_of_the_question(page: Page) -> None:
    for place, formula in enumerate(["(1)", "(5)", "(6)", "(9)", "(11)", "every neuron"]):
        said = answer(page, place, "987")
        assert "Not yet" in said
        assert formula in said


def test_a_solution_is_shown(page: Page) -> None:
    item = page.locator("#quiz > li").nth(4)
    item.get_by_role("button", name="Show the solution").click()
    right = page.evaluate("printed(PAGE.quiz.questions[4].question.answer)")
    said = item.get_by_role("status").inner_text()
    assert right in said
    assert "four factors" in said
    labels = page.evaluate("[...document.querySelectorAll('#quiz input')].map(x => x.ariaLabel)")
    assert len(set(labels)) == len(labels) == 6


def test_questions_have_one_right_answer_and_come_from_the_whole_run(page: Page) -> None:
    draws = page.evaluate(
        """Array.from({length: 40}, (_, i) => {
            const draw = new Draw(PAGE.lesson, i + 1);
            return [draw.step, questionsOf(draw)[7].table];
        })"""
    )
    last = max(step for step, _ in draws)
    assert sum(step < last / 2 for step, _ in draws) >= 8
    assert sum(step >= last / 2 for step, _ in draws) >= 8
    for _, table in draws:
        next_one, first = sorted(abs(slope) for *_, slope in table)[-2:]
        assert first > 1.04 * next_one


def test_choices_are_judged(page: Page) -> None:
    doubling = page.locator("#quiz > li").nth(6)
    doubling.get_by_role("button", name="It doubles exactly").click()
    expect(doubling.get_by_role("status")).to_contain_text("✗ It would, if")
    doubling.get_by_role("button", name="not to its double").click()
    expect(doubling.get_by_role("status")).to_contain_text("is multiplied by")
    best = page.evaluate(
        "PAGE.quiz.questions[7].question.choices.find(choice => choice.mistake === null).name"
    )
    slopes = page.evaluate("PAGE.quiz.questions[7].question.table")
    assert best == max(slopes, key=lambda row: abs(row[2]))[0]
    weight = page.locator("#quiz > li").nth(7)
    weight.locator(f"[data-choice='{best}']").click()
    expect(weight.get_by_role("status")).to_contain_text("largest gradient")
