"""A citizen answers statements: what matters, a mistake undone, a pause, all answers reviewed."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, enter

STATEMENTS = "/spaces/mieux-se-deplacer/statements"


def accessible(page: Page, javascript: bool) -> None:
    """Axe finds no fault; it needs scripts."""
    if javascript:
        found = Axe().run(page).response["violations"]
        assert not found, [
            f"{fault['id']}: {node['html']}" for fault in found for node in fault["nodes"]
        ]


def test_an_answer_is_undone_others_reviewed_and_a_pause_comes(
    open_page: Opener, javascript: bool
) -> None:
    page = open_page(javascript, viewport=PHONE)
    enter(page, "citoyenne" if javascript else "citoyen")
    page.goto(f"{STATEMENTS}/vote")
    accessible(page, javascript)
    sentence = page.locator(".vote__text")
    first = sentence.inner_text()
    page.get_by_label("Celle-ci est importante pour moi").check()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(sentence).not_to_have_text(first)
    page.get_by_role("button", name=re.compile("^Annuler ma dernière réponse")).click()
    expect(sentence).to_have_text(first)
    page.get_by_label("Celle-ci est importante pour moi").check()
    page.get_by_role("button", name=re.compile("^Pas d’accord")).click()
    expect(sentence).not_to_have_text(first)

    for _n in range(10):
        if page.locator("#vote-pause").count():
            break
        before = sentence.inner_text()
        page.get_by_role("button", name=re.compile("^Passer")).click()
        expect(page.locator(".vote__text, #vote-pause")).not_to_have_text(before)
    expect(page.locator("#vote-pause")).to_be_visible()
    if javascript:
        expect(page.locator("#vote-pause")).to_be_focused()
    accessible(page, javascript)
    page.get_by_role("link", name=re.compile("^Encore")).click()
    expect(sentence).to_be_visible()

    page.get_by_role("link", name="Relire mes réponses").click()
    page.get_by_role("link", name="Importantes pour moi").click()
    mine = page.locator("li.statement")
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text(first)
    mine.get_by_role("button", name=re.compile("^D’accord")).click()
    expect(mine.locator(".stance__choice--agree")).to_contain_text("votre avis")
    accessible(page, javascript)
