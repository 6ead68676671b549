"""A newcomer takes part: account, proposal, support, comment, answer, votes, statement."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, enter

SPACE = "/spaces/mieux-se-deplacer"
PASSWORD = "quatre mots bien choisis"


def sign_up(page: Page, email: str) -> None:
    """Make an account and follow the link of the letter."""
    page.goto("/sign-up")
    page.locator("input[name='name']").fill("Ondine")
    page.locator("input[name='email']").fill(email)
    page.locator("input[name='password']").fill(PASSWORD)
    page.get_by_role("button", name="Créer mon compte").click()
    page.goto("/demonstration")
    letter = page.locator("article.card", has_text=email).first.inner_text()
    link = re.search(r"https?://[^/\s]+(/\S*confirm\S*)", letter)
    assert link, letter
    page.goto(link[1])
    page.get_by_role("button", name="Confirmer mon adresse").click()


def publish(page: Page, title: str) -> None:
    """Write a proposal, look at it on the check page, publish it."""
    page.goto(f"{SPACE}/proposals")
    page.get_by_role("link", name="Écrire une proposition").click()
    page.get_by_role("button", name="Aller à la page de vérification").click()
    summary = page.locator("#error-summary")
    expect(summary).to_contain_text("Donnez un titre")
    page.locator("input[name='title']").fill(title)
    page.locator("textarea[name='body']").fill("Des **bancs** tous les cent mètres.\n\n- pour lire")
    page.get_by_role("button", name="Aller à la page de vérification").click()
    expect(page.locator("article strong")).to_have_text("bancs")
    page.get_by_role("button", name="Publier ma proposition").click()
    expect(page.locator("h1")).to_have_text(title)


def test_a_newcomer_proposes_and_a_neighbour_supports_comments_and_is_answered(
    open_page: Opener, javascript: bool
) -> None:
    word = "avec" if javascript else "sans"
    title = f"Des bancs le long du canal ({word})"
    author = open_page(javascript, viewport=PHONE)
    sign_up(author, f"ondine-{word}@example.org")
    publish(author, title)
    address = author.url

    neighbour = open_page(javascript)
    enter(neighbour, "citoyenne")
    neighbour.goto(f"{SPACE}/proposals?q=bancs+canal")
    neighbour.get_by_role("link", name=title).first.click()
    support = neighbour.locator(".taking-part .support")
    expect(support).to_contain_text("0")
    support.get_by_role("button", name="Soutenir").click()
    expect(neighbour.locator(".taking-part")).to_contain_text("Vous soutenez cette proposition")
    expect(neighbour.locator(".support__number").first).to_have_text("1")
    neighbour.get_by_role("button", name="Retirer mon soutien").click()
    expect(neighbour.locator(".support__number").first).to_have_text("0")
    neighbour.get_by_role("button", name=re.compile("^Soutenir")).click()
    expect(neighbour.locator(".support__number").first).to_have_text("1")

    neighbour.locator("#comment-form textarea").fill("Et à l’ombre, si possible.")
    neighbour.get_by_role("button", name="Publier mon commentaire").click()
    expect(neighbour.locator("#thread")).to_contain_text("Et à l’ombre, si possible.")

    author.goto(address)
    author.locator("#thread").get_by_role("link", name=re.compile("^Répondre")).click()
    author.locator("textarea[name='body']").fill("Bien sûr : sous les platanes.")
    author.get_by_role("button", name="Publier ma réponse").click()
    replies = author.locator(".thread--replies")
    expect(replies).to_contain_text("Bien sûr : sous les platanes.")
    expect(replies).to_contain_text("auteur du texte")
    neighbour.goto("/account/notices")
    expect(neighbour.locator("main")).to_contain_text("Quelqu’un a répondu à votre commentaire")


def test_votes_on_statements_one_at_a_time_and_a_statement_added(
    open_page: Opener, javascript: bool
) -> None:
    word = "avec" if javascript else "sans"
    page = open_page(javascript, viewport=PHONE)
    sign_up(page, f"votes-{word}@example.org")
    page.goto(f"{SPACE}/statements/vote")
    seen = set()
    for choice in ("D’accord", "Pas d’accord", "Passer"):
        text = page.locator("#vote-text").inner_text()
        assert text not in seen, "a statement never comes twice"
        seen.add(text)
        page.locator(".stance").get_by_role("button", name=re.compile(f"^{choice}")).click()
        expect(page.locator("#vote-text")).not_to_have_text(text)
    expect(page.locator(".vote__progress")).to_contain_text("4 sur")
    page.get_by_role("link", name="Il manque quelque chose").click()
    said = f"Un abri pour les vélos devant la gare, {word} délai."
    page.locator("[name='text']").fill(said)
    page.get_by_role("button", name=re.compile("^Publier")).click()
    if page.get_by_role("button", name="Publier quand même").count():
        page.get_by_role("button", name="Publier quand même").click()
    pages = []
    for number in (1, 2):
        page.goto(f"{SPACE}/statements?page={number}")
        pages.append(page.locator(".statement__text", has_text=said).count())
    assert sum(pages) == 1


def test_a_lost_connection_is_told_and_nothing_typed_is_lost(open_page: Opener) -> None:
    page = open_page(True)
    enter(page, "citoyenne")
    page.goto(f"{SPACE}/proposals?order=supported")
    page.locator(".proposal-card a").first.click()
    area = page.locator("#comment-form textarea")
    area.fill("Un commentaire écrit dans un tunnel.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Publier mon commentaire").click()
    expect(page.locator("#status")).to_contain_text("La connexion est perdue")
    expect(area).to_have_value("Un commentaire écrit dans un tunnel.")
    page.context.set_offline(False)
    page.reload()
    expect(area).to_have_value("Un commentaire écrit dans un tunnel.")
    page.get_by_role("button", name="Publier mon commentaire").click()
    expect(page.locator("#thread")).to_contain_text("Un commentaire écrit dans un tunnel.")
    expect(area).to_have_value("")


def test_a_refused_form_takes_the_focus_and_counts_what_is_left(open_page: Opener) -> None:
    page = open_page(True)
    enter(page, "citoyenne")
    page.goto(f"{SPACE}/proposals/new")
    page.locator("textarea[name='body']").fill("Vingt signes de texte")
    expect(page.locator("#body-count")).to_contain_text("restants")
    page.get_by_role("button", name="Aller à la page de vérification").click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("textarea[name='body']")).to_have_value("Vingt signes de texte")
    page.locator("#error-summary a").first.click()
    expect(page.locator("input[name='title']")).to_be_focused()
