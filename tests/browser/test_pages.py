"""Every kind of page, as people meet it: accessible, and whole on a small telephone."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Opener, enter

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PEOPLE = {
    None: ["/", "/search?q=velo", "/sign-in", "/sign-up", "/reset", "/demonstration"],
    "citoyenne": ["/account", "/account/notices"],
    "moderatrice": [],
    "elue": [],
    "administratrice": ["/admin/spaces", "/admin/spaces/new", "/admin/jobs", "/admin/mails",
                        "/admin/audit"],
}  # fmt: skip
KINDS_AT_MOST = 24


def kind_of(path: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"/spaces/[a-z-]+", "/spaces/x", path))


def one_of_each_kind(page: Page, starts: list[str]) -> list[str]:
    """Addresses of one page of each kind that can be reached from these."""
    found: dict[str, str] = {}
    waiting = list(starts)
    while waiting and len(found) < KINDS_AT_MOST:
        path = waiting.pop(0)
        if kind_of(path) in found or path.endswith((".csv", ".json", ".jsonl", ".zip")):
            continue
        found[kind_of(path)] = path
        answer = page.request.get(path)
        assert answer.ok or (answer.status == 401 and path.endswith("/new")), (path, answer.status)
        links = re.findall(r'<a [^>]*href="(/[^"#?]*)"', answer.text())
        waiting += [urlsplit(link).path for link in links if not link.startswith("/static")]
    return list(found.values())


def faults_of(page: Page, scheme: str = "light") -> list[str]:
    """What axe finds on the page that is open; in the dark only contrast can differ."""
    only = {"type": "rule", "values": ["color-contrast"]}
    rules = {"type": "tag", "values": RULES} if scheme == "light" else only
    found = Axe().run(page, options={"runOnly": rules})
    return [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in found.response["violations"]
        for node in fault["nodes"][:3]
    ]


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "visitor")
def test_every_kind_of_page_is_accessible_in_light_and_dark(
    open_page: Opener, who: str | None
) -> None:
    page = open_page()
    if who:
        enter(page, who)
    faults = {}
    for path in one_of_each_kind(page, PEOPLE[who] + ["/"]):
        page.goto(path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = faults_of(page, scheme)
            if found:
                faults[f"{path} ({scheme})"] = found
    assert not faults


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "visitor")
def test_nothing_runs_out_of_a_small_screen(open_page: Opener, who: str | None) -> None:
    page = open_page(javascript=False, viewport=PHONE)
    if who:
        enter(page, who)
    wide = {}
    for path in one_of_each_kind(page, PEOPLE[who] + ["/"]):
        page.goto(path)
        for width in (360, 320):
            page.set_viewport_size({"width": width, "height": 780})
            real = page.evaluate("document.documentElement.scrollWidth")
            if real > width:
                wide[path] = (width, real)
    assert not wide


def test_the_page_reads_in_english_when_asked(open_page: Opener) -> None:
    page = open_page(javascript=False)
    page.goto("/")
    page.locator(".languages a[hreflang='en']").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_keyboard_reaches_the_content_first(open_page: Opener) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
