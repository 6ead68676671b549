"""Citizens vote on each kind of paper: refusal, check page, receipt, box."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import create_app
from civic import clock
from civic.db import begin_write, commit, db
from tests.browser.conftest import PHONE, Opener, enter
from tests.browser.test_pages import faults_of
from tests.conftest import settings_for
from tests.factories import Factories
from tests.views.ballots.test_pages import GIVEN, finish
from tests.views.ballots.test_results import CAST
from votes.ballots.batches import actions as batches

BALLOTS = "/spaces/mieux-se-deplacer/ballots"


def test_a_basket_is_refused_corrected_checked_cast_and_found_by_its_receipt(
    open_page: Opener, javascript: bool
) -> None:
    page = open_page(javascript, viewport=PHONE)
    enter(page, "citoyenne" if javascript else "citoyen")
    page.goto("/spaces/mieux-se-deplacer")
    page.get_by_role("link", name=re.compile("^Voter : Budget participatif")).click()
    boxes = page.locator("#options input[type=checkbox]")
    for n in range(boxes.count()):
        boxes.nth(n).check()
    page.get_by_role("button", name="Vérifier mon bulletin").click()
    expect(page.locator("#error-summary")).to_contain_text("de trop")
    expect(boxes.first).to_be_checked()
    for n in (1, 2, 4):
        boxes.nth(n).uncheck()
    page.get_by_role("button", name="Vérifier mon bulletin").click()
    expect(page.locator("h1")).to_have_text("Vérifiez votre bulletin")
    expect(page.locator("main")).to_contain_text("51\u202f000")
    page.get_by_role("button", name="Le mettre dans l’urne").click()
    receipt = page.locator(".receipt").inner_text()
    page.get_by_role("link", name="Revenir au vote").click()
    expect(page.locator("main")).to_contain_text("Vous avez voté")
    page.locator("input[name='receipt']").fill(receipt)
    page.get_by_role("button", name="Le chercher").click()
    expect(page.locator(".notice--success")).to_contain_text("Oui")


def test_a_published_result_is_read_without_signing_in(open_page: Opener) -> None:
    page = open_page(True)
    page.goto("/spaces/ancienne-halle")
    page.get_by_role("link", name="Tous les votes et résultats").click()
    page.get_by_role("link", name=re.compile("Par quoi commencer")).click()
    expect(page.locator("table").first).to_be_visible()
    expect(page.locator("#result ~ p").first).to_contain_text("En tête")
    page.locator("summary", has_text="Mentions reçues").click()
    expect(page.locator("details[open] table")).to_be_visible()


KINDS = {
    "choice": {"rule": "plurality"},
    "approval": {"rule": "approval"},
    "points": {"rule": "points", "most_points": 10},
    "ranking": {"rule": "schulze"},
    "grades": {"rule": "majority-judgment", "grades": ["À rejeter", "Passable", "Bien"]},
}


@pytest.fixture(scope="module")
def papers(browsed: Path, served: str) -> dict[str, str]:
    """The addresses of one open vote of each kind, in a space of their own."""
    app = create_app(settings_for(browsed, f"sqlite:///{browsed / 'palabre.db'}"))
    with app.app_context():
        make = Factories()
        space = make.space(title="Des votes de toutes sortes")
        found = {}
        for kind, given in KINDS.items():
            ballot = make.ballot(space, question=f"Un vote : {kind} ?", **given)
            found[kind] = f"/spaces/{space.slug}/ballots/{ballot.id}"
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.fixture(scope="module")
def counted(browsed: Path, served: str) -> dict[str, str]:
    """The addresses of published results, one for each kind of picture, and of a batch of papers
    that two people read differently."""
    app = create_app(settings_for(browsed, f"sqlite:///{browsed / 'palabre.db'}"))
    with app.app_context():
        make = Factories()
        space, found = make.space(title="Des résultats de toutes sortes"), {}
        for rule, cast in CAST.items():
            if rule not in ("approval", "irv", "schulze", "majority-judgment", "equal-shares"):
                continue
            with clock.at(clock.now() - timedelta(days=9)):
                ballot = make.ballot(space, rule=rule, question=rule, **GIVEN.get(rule, {}))
                for n in range(11):
                    make.vote(ballot, cast[n % len(cast)])
            finish(make, ballot)
            found[rule] = f"/spaces/{space.slug}/ballots/{ballot.id}"
        with clock.at(clock.now() - timedelta(days=9)):
            waiting = make.ballot(space, rule="irv", question="Sur papier ?")
        begin_write()
        typists = make.official(space), make.official(space)
        batch = batches.declare(waiting, typists[0], "Mairie", 1)
        for typist, content in zip(typists, (["o1", "o2"], ["o1"]), strict=True):
            batches.take_reading(batch, typist)
            batches.type_paper(batch, typist, 1, content)
            batches.end_reading(batch, typist)
        commit()
        found["batch"] = f"/spaces/{space.slug}/ballots/{waiting.id}/batches/{batch.id}"
        db.session.remove()
        db.engine.dispose()
    return found


def choose(page: Page) -> str:
    page.get_by_label("Un jardin").check()
    return "choisi"


def tick(page: Page) -> str:
    page.get_by_label("Un jardin").check()
    page.get_by_label("Une halle").check()
    return "choisi"


def share_out(page: Page) -> str:
    page.get_by_label("Un jardin").fill("6")
    page.get_by_label("Une halle").fill("4")
    page.get_by_label("Une halle").blur()
    page.get_by_role("button", name="Calculer ce qui reste").click()
    expect(page.locator("#remainder")).to_contain_text("0 point")
    return "6"


def rank(page: Page) -> str:
    page.get_by_role("button", name="Monter : Une halle").click()
    expect(page.locator("#place-o3")).to_have_value("1")
    page.get_by_role("button", name="Monter : Un jardin").click()
    expect(page.locator("#place-o2")).to_have_value("2")
    page.get_by_role("button", name="Monter : Un jardin").click()
    expect(page.locator("#place-o2")).to_have_value("1")
    return "2"


def grade(page: Page) -> str:
    for key, level in (("o1", 0), ("o2", 2), ("o3", 1)):
        page.locator(f"#grade-{key}-{level}").check()
    return "Bien"


FILLED: dict[str, Callable[[Page], str]] = {
    "choice": choose, "approval": tick, "points": share_out, "ranking": rank, "grades": grade,
}  # fmt: skip


def test_each_kind_of_paper_is_filled_in_and_cast(
    open_page: Opener, papers: dict[str, str], javascript: bool
) -> None:
    page = open_page(javascript, viewport=PHONE)
    enter(page, "citoyenne" if javascript else "citoyen")
    for kind, address in papers.items():
        page.goto(address)
        assert not javascript or not faults_of(page), kind
        page.get_by_role("button", name="Vérifier mon bulletin").click()
        expect(page.locator("#error-summary")).to_contain_text("Rien n’est encore choisi")
        said = FILLED[kind](page)
        page.get_by_role("button", name="Vérifier mon bulletin").click()
        expect(page.locator("h1")).to_have_text("Vérifiez votre bulletin")
        expect(page.locator("dl.facts").first).to_contain_text(said)
        assert not javascript or not faults_of(page), kind
        page.get_by_role("button", name="Le mettre dans l’urne").click()
        expect(page.locator(".receipt")).to_have_text(
            re.compile(r"^\s*[2-9A-Z]{4}(-[2-9A-Z]{4}){3}")
        )


def test_pictures_and_batches_are_accessible_and_stay_within_a_small_screen(
    open_page: Opener, counted: dict[str, str]
) -> None:
    page = open_page()
    enter(page, "administratrice")
    for kind, address in counted.items():
        page.set_viewport_size(PHONE)
        page.goto(address)
        expect(page.locator("figure.picture, main section.card").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], kind
        assert not faults_of(page), kind
        page.emulate_media(color_scheme="dark")
        assert not faults_of(page, "dark"), kind
        page.emulate_media(color_scheme="light")


def test_a_paper_is_filled_in_with_the_keyboard_alone(
    open_page: Opener, papers: dict[str, str]
) -> None:
    page = open_page()
    enter(page, "moderatrice")
    page.goto(papers["ranking"])
    page.locator("#up-o2").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place-o2")).to_have_value("1")
    expect(page.locator("#up-o2")).to_be_focused()
    page.locator("#place-o1").focus()
    page.keyboard.press("2")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Vérifier mon bulletin").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vérifiez votre bulletin")
    page.get_by_role("button", name="Le mettre dans l’urne").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".receipt")).to_be_visible()
