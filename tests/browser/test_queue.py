"""The queue by keyboard alone and by plain forms; its pages accessible and whole on a telephone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, enter
from tests.browser.test_pages import faults_of

SPACE = "/spaces/mieux-se-deplacer"
QUEUE = f"{SPACE}/moderation"


def report_three(open_page: Opener, mark: str) -> list[str]:
    """Three comments that somebody reports."""
    author, reader = open_page(False), open_page(False)
    enter(author, "citoyen")
    enter(reader, "citoyenne")
    author.goto(f"{SPACE}/proposals?order=supported")
    author.locator(".proposal-card a").first.click()
    texts = [f"Achetez mes vélos neufs à bas prix, lot {n} ({mark})" for n in range(3)]
    for text in texts:
        author.locator("#comment-form textarea").fill(text)
        author.get_by_role("button", name="Publier mon commentaire").click()
        address = author.url.partition("#")[0]
        reader.goto(address)
        item = reader.locator(".comment", has_text=text)
        item.get_by_role("link", name=re.compile("^Signaler")).click()
        reader.locator("input[name='reason'][value='spam']").check()
        reader.get_by_role("button", name="Envoyer le signalement").click()
        expect(reader.locator("main")).to_contain_text("Signalement reçu")
    return texts


def focused(page: Page) -> str:
    """The words of what has the focus, or its name."""
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent"))


def test_a_moderator_clears_the_queue_by_keyboard_alone(open_page: Opener) -> None:
    texts = report_three(open_page, "clavier")
    page = open_page(True)
    enter(page, "moderatrice")
    page.goto(f"{QUEUE}?order=oldest&reason=spam")
    titles = page.locator("[data-case] h2 a").all_inner_texts()
    first = next(n for n, title in enumerate(titles) if "clavier" in title)
    for _step in range(first + 1):
        page.keyboard.press("j")
    assert "clavier" in focused(page)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name='case']:checked").count() == 2
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("clavier")
    page.keyboard.press("h")
    assert focused(page) == "outcome"
    assert page.locator("input[name='outcome'][value='hide']").is_checked()
    page.keyboard.press("n")
    assert focused(page) == "body"
    page.keyboard.type("h comme hors sujet ?")
    assert page.locator("input[name='outcome'][value='hide']").is_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").get_attribute("open") is not None
    page.keyboard.press("g")
    assert page.locator("input[name='outcome'][value='keep']").is_checked()
    page.keyboard.press("h")
    page.locator("input[name='reason'][value='spam']").focus()
    page.keyboard.press("Space")
    page.locator("form textarea[name='words']").first.focus()
    page.keyboard.type("De la publicité.")
    page.get_by_role("button", name="Décider").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Le texte est masqué")
    assert len(texts) == 3


def test_a_batch_is_checked_decided_and_undone(open_page: Opener, javascript: bool) -> None:
    mark = "avec" if javascript else "sans"
    report_three(open_page, mark)
    page = open_page(javascript)
    enter(page, "moderatrice")
    page.goto(QUEUE)
    for box in (
        page.locator("[data-case]", has_text=f"({mark})").locator("input[name='case']").all()
    ):
        box.check()
    page.get_by_role("button", name="Décider des cas sélectionnés").click()
    expect(page.locator("h1")).to_contain_text("Décider de 3 cas")
    page.locator("input[name='outcome'][value='hide']").check()
    page.locator("input[name='reason'][value='spam']").check()
    page.locator("textarea[name='words']").fill("De la publicité.")
    page.get_by_role("button", name="Décider de 3 cas").click()
    expect(page.locator("h1")).to_contain_text("3 cas décidés ensemble")
    page.get_by_role("button", name="Tout annuler").click()
    expect(page.locator("main")).to_contain_text("Le lot est annulé")
    expect(page.locator("[data-case]", has_text=f"({mark})")).to_have_count(3)


def test_keys_are_silent_once_switched_off(open_page: Opener) -> None:
    page = open_page(True)
    enter(page, "moderatrice")
    page.goto(QUEUE)
    page.locator("#keys summary").click()
    page.locator("#has_keys").uncheck()
    page.get_by_role("button", name="Enregistrer").click()
    page.goto(QUEUE)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('[data-case]')") is None
    page.locator("#keys summary").click()
    page.locator("#has_keys").check()
    page.get_by_role("button", name="Enregistrer").click()


@pytest.mark.parametrize("who", ["moderatrice", "administratrice"])
def test_the_pages_are_accessible_and_whole_on_a_telephone(open_page: Opener, who: str) -> None:
    page = open_page(True)
    enter(page, who)
    page.goto(f"{SPACE}/moderation/reports")
    quarter = page.locator("main a[href*='/reports/']").first.get_attribute("href")
    paths = [QUEUE, f"{QUEUE}?show=decided", "/moderation/cases", "/moderation", quarter,
             f"{QUEUE}/statistics", f"{QUEUE}/signals", f"{QUEUE}/signals/origin",
             f"{QUEUE}/reports", "/moderation/rules"]  # fmt: skip
    page.goto(QUEUE)
    case = page.locator("[data-case] h2 a").first
    if case.count():
        number = page.locator("input[name='case']").first.get_attribute("value")
        paths += [str(case.get_attribute("href")), f"/moderation/batch?case={number}"]
    paths += ["/admin/rules"] if who == "administratrice" else []
    faults = {}
    for path in paths:
        page.goto(str(path))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if found := faults_of(page, scheme):
                faults[f"{path} ({scheme})"] = found
        page.set_viewport_size(PHONE)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults[f"{path} (telephone)"] = ["runs out of the screen"]
        page.set_viewport_size({"width": 1280, "height": 900})
    assert not faults
