"""An official asks for a synthesis, corrects it, answers, and publishes it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, enter

SPACE = "/spaces/mieux-se-deplacer"
COMPUTING_MS = 60_000


def ask(page: Page) -> str:
    """Ask for a version and wait for it; the address of its review."""
    page.goto(f"{SPACE}/synthesis/workshop")
    page.locator("main form[action$='/synthesis/workshop'] button").click()
    page.wait_for_url(re.compile(r"/workshop/\d+$"))
    address = page.url
    for _second in range(COMPUTING_MS // 1_000):
        if page.locator("#board").count():
            return address
        page.wait_for_timeout(1_000)
        page.goto(address)
    raise AssertionError(page.locator("main").inner_text())


def open_theme(page: Page, review: str, number: int) -> str:
    """Open one theme of the review; its name."""
    page.goto(review)
    link = page.locator("article.theme h2 a").nth(number)
    name = link.inner_text()
    link.click()
    expect(page.locator("#inside")).to_be_visible()
    return name


def open_tools(page: Page) -> None:
    if page.locator("details.theme-tools").get_attribute("open") is None:
        page.locator("details.theme-tools summary").click()


def test_an_official_goes_from_the_first_draft_to_the_published_answer(
    open_page: Opener, javascript: bool
) -> None:
    page = open_page(javascript)
    enter(page, "elue")
    review = ask(page)
    themes = page.locator("article.theme").count()
    assert themes >= 3

    open_theme(page, review, 0)
    open_tools(page)
    page.locator("form[action$='/name'] input[name='name']").fill("Des rues pour tout le monde")
    page.locator("form[action$='/name'] button").click()
    expect(page.locator("h1")).to_contain_text("Des rues pour tout le monde")

    open_theme(page, review, themes - 1)
    open_tools(page)
    page.locator("#merge-target").select_option(label="Des rues pour tout le monde")
    page.locator("form[action$='/merging'] button").click()
    page.goto(review)
    expect(page.locator("article.theme")).to_have_count(themes - 1)

    open_theme(page, review, 1)
    boxes = page.locator("input[name='contribution']")
    moved = page.locator(".choice label").first.inner_text()
    boxes.first.check()
    page.locator("#target").select_option(label="Des rues pour tout le monde")
    page.locator("form.choose button:not([formaction])").click()
    expect(page.locator(".choice label", has_text=moved)).to_have_count(0)

    boxes.first.check()
    aside = page.locator(".choice label").first.inner_text()
    page.locator("input[name='because'], textarea[name='because']").fill("hors sujet")
    page.locator("button[formaction$='/setting-aside']").click()
    expect(page.locator(".choice label", has_text=aside)).to_have_count(0)

    page.goto(review)
    page.locator("article.theme a[href$='/answer']").first.click()
    page.locator("select[name='decision']").select_option("accepted")
    page.locator("textarea[name='answer']").fill("Nous élargirons les trottoirs cet hiver.")
    page.locator("main form[method='post'] button").last.click()
    page.goto(f"{review}/introduction")
    page.locator("input[name='title']").fill("Ce que vous avez dit")
    page.locator("textarea[name='intro']").fill("Merci à chacune et à chacun.")
    page.locator("main form[method='post'] button").last.click()

    page.goto(f"{review}/publication")
    if page.locator("input[name='accepts_unread']").count():
        page.locator("input[name='accepts_unread']").check()
    page.locator("main form[action$='/submission'] button").click()
    expect(page.locator("main form[method='post']")).to_have_count(0)

    colleague = open_page(javascript)
    enter(colleague, "elu")
    colleague.goto(f"{review}/publication")
    colleague.locator("main form[action$='/publication'] button").click()

    citizen = open_page(javascript)
    citizen.goto(f"{SPACE}/synthesis")
    main = citizen.locator("main")
    expect(main.locator("h1")).to_have_text("Ce que vous avez dit")
    expect(main).to_contain_text("Des rues pour tout le monde")
    expect(main).to_contain_text("Nous élargirons les trottoirs cet hiver.")
    citizen.locator("article.theme h3 a", has_text="Des rues pour tout le monde").click()
    expect(citizen.locator("main")).to_contain_text(moved[:60])


def test_figures_and_quotes_lead_to_what_they_count(open_page: Opener, javascript: bool) -> None:
    page = open_page(javascript)
    page.goto("/spaces/ancienne-halle/synthesis")
    link = page.locator("article.theme h3 a").first
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_contain_text(name)
    page.go_back()
    source = page.locator("blockquote a, figure a, .quote a").first
    source.click()
    expect(page).to_have_url(re.compile(r"/spaces/ancienne-halle/proposals/\d+|/contributions/\d+"))
