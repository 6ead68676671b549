"""A text is reported, hidden with a reason, vanishes everywhere, is contested and comes back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, enter

SPACE = "/spaces/mieux-se-deplacer"
QUEUE = f"{SPACE}/moderation"


def comment(page: Page, text: str) -> str:
    """Write under the most supported proposal; the address of that page."""
    page.goto(f"{SPACE}/proposals?order=supported")
    page.locator(".proposal-card a").first.click()
    page.locator("#comment-form textarea").fill(text)
    page.get_by_role("button", name="Publier mon commentaire").click()
    expect(page.locator("#thread")).to_contain_text(text)
    return page.url.partition("?")[0].partition("#")[0]


def open_case(page: Page, text: str) -> None:
    page.goto(QUEUE)
    page.locator("article.case", has_text=text).locator("h2 a").click()


def test_a_reported_text_is_hidden_with_a_reason_and_restored_after_a_second_reading(
    open_page: Opener, javascript: bool
) -> None:
    word = "avec" if javascript else "sans"
    text = f"Le responsable du plan est un incapable notoire ({word})."
    author = open_page(javascript)
    enter(author, "citoyen")
    place = comment(author, text)

    reader = open_page(javascript)
    enter(reader, "citoyenne")
    reader.goto(place)
    item = reader.locator(".comment", has_text=text)
    item.get_by_role("link", name=re.compile("^Signaler")).click()
    reader.locator("input[name='reason'][value='insult']").check()
    reader.get_by_role("button", name="Envoyer le signalement").click()
    expect(reader.locator("main")).to_contain_text("Signalement reçu")

    moderator = open_page(javascript)
    enter(moderator, "moderatrice")
    open_case(moderator, text)
    moderator.locator("input[name='outcome'][value='hide']").check()
    moderator.get_by_role("button", name="Décider").click()
    expect(moderator.locator("main")).to_contain_text("Choisissez la règle")
    assert moderator.title().startswith("Erreur")
    moderator.locator("input[name='reason'][value='insult']").check()
    moderator.locator("textarea[name='words']").fill("« incapable notoire » vise une personne.")
    moderator.get_by_role("button", name="Décider").click()
    expect(moderator.locator("main")).to_contain_text("Le texte est masqué")

    visitor = open_page(javascript)
    visitor.goto(place)
    expect(visitor.locator("main")).not_to_contain_text(text)
    visitor.goto(f"/search?q=incapable+notoire+{word}")
    expect(visitor.locator("main")).not_to_contain_text(text)

    author.goto("/account/notices")
    author.get_by_role("link", name=re.compile("Lire pourquoi")).first.click()
    expect(author.locator("main")).to_contain_text("vise une personne")
    author.locator("textarea").fill("Je parlais du plan, pas de la personne.")
    author.get_by_role("button", name="Demander une seconde lecture").click()

    second = open_page(javascript)
    enter(second, "administratrice")
    open_case(second, text)
    second.locator("input[name='outcome'][value='restore']").check()
    second.locator("textarea[name='words']").fill("Relu : le texte vise le plan.")
    second.get_by_role("button", name="Décider").click()
    visitor.goto(place)
    expect(visitor.locator("main")).to_contain_text(text)


def test_a_moderator_sees_the_urgent_ones_first_and_is_told_why_they_may_not_decide(
    open_page: Opener,
) -> None:
    page = open_page(True)
    enter(page, "moderatrice")
    page.goto(QUEUE)
    expect(page.locator("h1")).to_contain_text("Modération")
    stranger = open_page(True)
    enter(stranger, "citoyenne")
    assert stranger.request.get(QUEUE).status in (403, 404)


def press_until(page: Page, selector: str) -> None:
    """Go on with the tabulator until this element has the focus."""
    for _step in range(120):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_by_keyboard_alone_a_passage_is_masked_and_the_decision_taken_back(
    open_page: Opener, javascript: bool
) -> None:
    word = "avec" if javascript else "sans"
    phone = f"06 12 34 56 {'78' if javascript else '79'}"
    text = f"Appelez le {phone} pour un banc ({word} clavier)."
    author = open_page(javascript)
    enter(author, "citoyen")
    place = comment(author, text)
    reader = open_page(javascript)
    enter(reader, "citoyenne")
    reader.goto(place)
    item = reader.locator(".comment", has_text=text)
    item.get_by_role("link", name=re.compile("^Signaler")).click()
    reader.locator("input[name='reason'][value='privacy']").check()
    reader.get_by_role("button", name="Envoyer le signalement").click()
    expect(reader.locator("main")).to_contain_text("Signalement reçu")

    moderator = open_page(javascript)
    enter(moderator, "moderatrice")
    open_case(moderator, text)
    address = moderator.url
    press_until(moderator, "form.claim button")
    moderator.keyboard.press("Enter")
    expect(moderator.locator("#claim")).to_contain_text("Vous lisez ce cas")
    press_until(moderator, ".decision input[name='outcome']")
    moderator.keyboard.press("Space")
    while not moderator.locator("input[value='mask']").is_checked():
        moderator.keyboard.press("ArrowDown")
    press_until(moderator, "textarea[name='passages']")
    moderator.keyboard.type(phone)
    press_until(moderator, "input[name='reason']")
    moderator.keyboard.press("Space")
    while not moderator.locator("input[name='reason'][value='privacy']").is_checked():
        moderator.keyboard.press("ArrowDown")
    press_until(moderator, "textarea[name='words']")
    moderator.keyboard.type("Un numéro privé.")
    press_until(moderator, ".decision button.button")
    moderator.keyboard.press("Enter")
    expect(moderator.locator("body")).to_contain_text("Les mots sont occultés")
    reader.goto(place)
    expect(reader.locator("main")).to_contain_text("passage masqué")
    expect(reader.locator("main")).not_to_contain_text(phone)

    moderator.goto(address)
    press_until(moderator, "form[action$='/undo'] button")
    moderator.keyboard.press("Enter")
    expect(moderator.locator("body")).to_contain_text("Votre décision est annulée")
    reader.goto(place)
    expect(reader.locator("main")).to_contain_text(phone)
