"""What a shared computer keeps of somebody who has signed out."""

from __future__ import annotations

from tests.browser.conftest import Opener, enter

STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"


def test_f27_after_signing_out_nothing_private_is_left_in_the_browser(open_page: Opener) -> None:
    page = open_page()
    enter(page, "citoyenne")
    page.goto("/account")
    name = page.locator(".masthead__name bdi").inner_text()
    mine = page.locator("main").inner_text()
    page.goto("/")
    page.locator(".masthead__out button").click()
    page.wait_for_load_state()
    for _step in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert name not in page.content()
        assert mine[:200] not in page.content()
    stored = page.evaluate(STORED)
    assert name not in stored
    assert "palabre" not in stored
