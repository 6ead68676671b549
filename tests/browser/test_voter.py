"""A citizen votes in the participatory budget: basket, refusal, check page, receipt, box."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Opener, enter

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
