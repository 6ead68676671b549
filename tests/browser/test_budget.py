"""A citizen shares out a budget: the town, a district, the other district; and reads the works."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, enter


def fault_lines(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['help']}" for fault in found]


def test_two_baskets_a_change_of_district_and_the_receipt(
    open_page: Opener, javascript: bool
) -> None:
    page = open_page(javascript, viewport=PHONE)
    enter(page, "citoyenne" if javascript else "citoyen")
    page.goto("/spaces/plan-climat")
    page.locator(".act", has_text="Budget participatif de la fraîcheur").get_by_role(
        "link", name="Voter sur le budget"
    ).click()
    page.get_by_label("Le Moulin").check()
    page.get_by_role("button", name="Voter dans ce quartier").click()
    if javascript:
        assert fault_lines(page) == []
    page.get_by_role("link", name="Remplir mon panier : Le Moulin").click()
    boxes = page.locator("#options input[type=checkbox]")
    for n in range(boxes.count()):
        boxes.nth(n).check()
    if not javascript:
        page.get_by_role("button", name="Calculer ce qui reste").click()
    expect(page.locator("#basket")).to_contain_text("de trop")
    boxes.nth(0).uncheck()
    boxes.nth(2).uncheck()
    if not javascript:
        page.get_by_role("button", name="Calculer ce qui reste").click()
    expect(page.locator("#basket")).to_contain_text("Il reste 4\u202f000")
    if javascript:
        assert fault_lines(page) == []
    page.get_by_role("button", name="Vérifier mon bulletin").click()
    page.get_by_role("button", name="Le mettre dans l’urne").click()
    expect(page.locator(".receipt")).to_be_visible()

    page.get_by_role("link", name="Toutes mes enveloppes").click()
    page.get_by_role("button", name="Voter dans un autre quartier").click()
    expect(page.locator("h1")).to_have_text(re.compile("Retirer votre bulletin"))
    page.get_by_role("button", name="Retirer mon bulletin").click()
    page.get_by_label("Les Prés-Hauts").check()
    page.get_by_role("button", name="Voter dans ce quartier").click()
    page.get_by_role("link", name="Remplir mon panier : Les Prés-Hauts").click()
    page.locator("#options input[type=checkbox]").nth(2).check()
    page.get_by_role("button", name="Vérifier mon bulletin").click()
    page.get_by_role("button", name="Le mettre dans l’urne").click()
    page.get_by_role("link", name="Toutes mes enveloppes").click()
    expect(page.locator("article.card", has_text="Les Prés-Hauts")).to_contain_text("avez voté")
    expect(page.locator("main")).not_to_contain_text("Le Moulin")


def test_why_each_project_was_funded_and_how_the_works_go(
    open_page: Opener, javascript: bool
) -> None:
    page = open_page(javascript, viewport=PHONE)
    page.goto("/spaces/ancienne-halle")
    page.get_by_role("link", name="Voir les enveloppes et les projets").click()
    expect(page.locator(".project", has_text="casiers")).to_contain_text(
        re.compile("Financé\\s: 59 ")
    )
    if javascript:
        assert fault_lines(page) == []
    page.get_by_role("link", name="Suivre les réalisations").click()
    page.get_by_role("link", name=re.compile("^Une fontaine à boire")).click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Abandonné")
    expect(page.locator("main")).to_contain_text("La conduite de la place est à refaire")
    if javascript:
        assert fault_lines(page) == []
    page.goto("/spaces/ancienne-halle/budgets/1/projects/1")
    page.get_by_role("link", name=re.compile("^Des casiers pour retirer")).click()
    expect(page.locator(".follow-up")).to_contain_text("Mis au vote du budget")
    expect(page.locator(".follow-up")).to_contain_text("Travaux")
