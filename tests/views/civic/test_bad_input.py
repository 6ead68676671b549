"""Whatever is sent, the answer is a sentence and never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from civic.contributions.models import Contribution
from civic.db import Base
from tests.factories import Factories

STRANGE = ["\x00", "a\x00b", "\ud800", "\u202egnol", "é" * 5_000, "%00", "' OR 1=1 --", "<svg/x>",
           "🙂" * 500, "{{7*7}}", "\r\n\r\n", "9" * 40, "-1", "1e9", "NaN"]  # fmt: skip
PATHS = ["/", "/search?q={}", "/sign-in?next={}", "/?lang={}", "/spaces/{slug}/proposals?page={}",
         "/spaces/{slug}/proposals?order={}", "/spaces/{slug}/proposals?stage={}",
         "/spaces/{slug}/proposals?q={}", "/spaces/{slug}/statements?page={}",
         "/contributions/{}", "/spaces/{}", "/kept/{}", "/reset/{}"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_address_breaks_a_page(client: Any, make: Factories, path: str) -> None:
    proposal = make.proposal()
    for value in STRANGE:
        written = value.encode("utf-8", "surrogatepass").hex("%")
        written = f"%{written}" if written else ""
        answer = client.get(path.replace("{slug}", proposal.space.slug).replace("{}", written))
        assert answer.status_code < 500, (path, value)
        assert answer.status_code in (200, 301, 303, 308, 400, 404), (path, value)


@pytest.mark.parametrize(
    "number", ["0", "2147483648", "9" * 10, "9" * 18, "9223372036854775808", "9" * 20, "01"]
)
def test_numbers_that_no_row_can_have_are_missing_pages(
    client: Any, make: Factories, number: str
) -> None:
    space = make.space()
    for path in (f"/contributions/{number}", f"/spaces/{space.slug}/proposals/{number}",
                 f"/comments/{number}/reply"):  # fmt: skip
        assert client.get(path).status_code in (401, 404), path


@pytest.mark.parametrize("value", STRANGE)
def test_no_form_breaks(signed_in: Any, make: Factories, value: str) -> None:
    proposal = make.proposal()
    space = proposal.space
    browser = signed_in(make.account())
    for path, names in (
        (f"/spaces/{space.slug}/proposals/new", ("title", "body")),
        (f"/contributions/{proposal.id}/comments", ("body",)),
        (f"/contributions/{proposal.id}/report", ("reason", "words")),
        (f"/contributions/{proposal.id}/support", ("wanted",)),
        (f"/spaces/{space.slug}/statements/new", ("text",)),
        ("/account", ("name", "language")),
        ("/sign-in", ("email", "password", "next")),
        ("/reset", ("email",)),
    ):
        form = {name: value.encode("utf-8", "surrogatepass") for name in names}
        answer = browser.submit(path, form)
        assert answer.status_code < 500, (path, answer.text[:300])


def test_missing_and_doubled_fields_are_refused_with_a_sentence(
    signed_in: Any, make: Factories
) -> None:
    space = make.space()
    browser = signed_in(make.account())
    answer = browser.submit(f"/spaces/{space.slug}/proposals/new", {})
    assert answer.status_code == 422
    assert answer.page.soup.find(id="error-summary")
    doubled = {"title": ["Un", "Deux"], "body": ["Texte", "Texte"]}
    assert browser.submit(f"/spaces/{space.slug}/proposals/new", doubled).status_code < 500


def test_a_body_that_is_too_large_is_refused_in_plain_words(
    signed_in: Any, make: Factories
) -> None:
    space = make.space()
    browser = signed_in(make.account())
    token = browser.token()
    answer = browser.post(
        f"/spaces/{space.slug}/proposals/new",
        data={"csrf_token": token, "title": "x", "body": "x" * (3 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert answer.page.soup.find("h1")


def test_reading_never_writes(client: Any, signed_in: Any, make: Factories, db: Any) -> None:
    proposal = make.proposal()
    make.comment(proposal)
    make.statement(proposal.space)
    space = proposal.space
    browser = signed_in(make.account())

    def rows() -> dict[str, int]:
        return {
            table.name: db.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }

    before = rows()
    for reader in (client, browser):
        for path in ("/", "/search?q=banc", f"/spaces/{space.slug}",
                     f"/spaces/{space.slug}/proposals", f"/spaces/{space.slug}/proposals/new",
                     f"/spaces/{space.slug}/proposals/{proposal.id}",
                     f"/spaces/{space.slug}/statements", f"/spaces/{space.slug}/statements/vote",
                     f"/contributions/{proposal.id}/report", "/account", "/account/notices",
                     "/moderation/rules"):  # fmt: skip
            reader.get(path)
            reader.head(path)
    assert rows() == before


def test_hostile_markdown_is_shown_as_words(client: Any, make: Factories) -> None:
    body = (
        "<script>alert(1)</script> [x](javascript:alert(1)) ![i](https://evil.example/i.png) "
        '<a href="data:text/html,x" onclick="x">lien</a> <style>*{}</style>'
    )
    proposal = make.proposal(body=body)
    page = client.get(f"/spaces/{proposal.space.slug}/proposals/{proposal.id}").page
    prose = page.soup.find(class_="prose")
    assert not prose.find_all(["script", "img", "style", "svg", "iframe"])
    assert all(
        link["href"].startswith(("http:", "https:", "mailto:", "/"))
        for link in prose.find_all("a", href=True)
    )
    assert not [t for t in prose.find_all(True) if any(a.startswith("on") for a in t.attrs)]


def test_a_text_in_a_state_that_nobody_may_read_is_missing_everywhere(
    client: Any, make: Factories, db: Any
) -> None:
    draft = make.proposal(title="Brouillon zinzolin", published=False)
    space = draft.space
    assert client.get(f"/contributions/{draft.id}").status_code == 404
    assert client.get(f"/spaces/{space.slug}/proposals/{draft.id}").status_code == 404
    for path in ("/search?q=zinzolin", f"/spaces/{space.slug}/proposals?q=zinzolin", "/"):
        assert "Brouillon zinzolin" not in client.get(path).text
    assert db.get(Contribution, draft.id) is not None
