"""An administrator opens a consultation and names who looks after it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import Opener, enter

PASSWORD = "quatre mots bien choisis"


def test_a_space_is_opened_with_its_calendar_and_a_moderator_is_invited(
    open_page: Opener, javascript: bool
) -> None:
    slug = f"square-{'avec' if javascript else 'sans'}"
    page = open_page(javascript)
    enter(page, "administratrice")
    page.goto("/admin/spaces/new")
    page.locator("input[name='title']").fill("Le square des Tilleuls")
    page.locator("input[name='slug']").fill(slug)
    page.locator("input[name='summary']").fill("Que voulez-vous y trouver ?")
    page.locator("input[name='phases-0-title']").fill("Proposer")
    today = datetime.now()  # noqa: DTZ005  (what a person types is the town's own time)
    start, end = (today + timedelta(days=days) for days in (-1, 30))
    for name, day in (("starts_at", start), ("ends_at", end)):
        page.locator(f"input[name='phases-0-{name}']").fill(day.strftime("%Y-%m-%dT%H:%M"))
    for act in ("propose", "support", "comment"):
        page.locator(f"input[name='phases-0-permits'][value='{act}']").check()
    page.locator("main form button").first.click()
    page.goto(f"/admin/spaces/{slug}/team")
    email = f"nouvelle-{slug}@example.org"
    page.locator("input[name='email']").fill(email)
    page.locator("select[name='role']").select_option("moderator")
    page.locator("main form:has(input[name='email']) button").click()
    expect(page.locator("main")).to_contain_text(email)
    page.locator("form[action$='/publication'] button").first.click()

    guest = open_page(javascript)
    guest.goto("/demonstration")
    letter = guest.locator("article.card", has_text=email).first.inner_text()
    link = re.search(r"/invitations/\S+", letter)
    assert link
    guest.goto(link[0])
    guest.locator("main a[href*='/sign-up']").click()
    guest.locator("input[name='name']").fill("Lise")
    guest.locator("input[name='email']").fill(email)
    guest.locator("input[name='password']").fill(PASSWORD)
    guest.locator("main form button:not([type])").click()
    guest.goto(link[0])
    guest.locator("main form button:not([type])").click()
    guest.goto(f"/spaces/{slug}")
    expect(guest.locator("main")).to_contain_text("Le square des Tilleuls")
    expect(guest.locator("main")).to_contain_text("Modération")
