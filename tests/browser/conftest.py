"""A real browser on the demonstration town, with JavaScript and without."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from civic.accounts.queries import DEMONSTRATION_KEYS
from tests.real.server import Server, environment, free_port

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}
PATIENCE_MS = 8_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one group share a town, a server and a browser: journeys, and the look at all pages.

    Two groups, so that two workers share the longest part of the suite.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            group = "pages" if item.path.name == "test_pages.py" else "town"
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(group))


def chromium() -> str | None:
    """Where Chromium is on this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all; without one the tests are skipped, unless they must run."""
    found = chromium()
    if found is None and os.environ.get("PALABRE_REQUIRE_BROWSER"):
        pytest.fail("Chromium is not installed, and PALABRE_REQUIRE_BROWSER is set")
    if found is None:
        pytest.skip("browser tests skipped: Chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def browsed(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the town that is browsed: a copy of the one that was built."""
    folder = tmp_path_factory.mktemp("browsed")
    shutil.copytree(town, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def served(browsed: Path) -> Iterator[str]:
    """The address of the town, web and worker running."""
    folder = browsed
    with Server(environment(folder, free_port()), ["serve"]) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Each journey is made twice."""
    return request.param == "with JavaScript"


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, served: str) -> Iterator[Opener]:
    """Open a browser window of one person; a fault in the page's script fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(javascript: bool = True, **given: Any) -> Page:
        context = browser.new_context(
            base_url=served, java_script_enabled=javascript, locale="fr-FR",
            **({"viewport": DESKTOP} | given),
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if _is_policy(line) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults


def _is_policy(line: Any) -> bool:
    """Whether the browser complains that the page breaks its own security policy."""
    return line.type == "error" and "Content Security Policy" in line.text


def enter(page: Page, key: str) -> None:
    """Sign in as one of the people of the demonstration, on its page."""
    page.goto("/demonstration")
    place = DEMONSTRATION_KEYS.index(key)
    page.locator("form.action-button[action^='/demonstration/'] button").nth(place).click()
    page.wait_for_load_state()
