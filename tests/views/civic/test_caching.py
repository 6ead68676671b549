"""What may be kept by whom, and what htmx asks when one goes back."""

from __future__ import annotations

from typing import Any

from tests.factories import Factories

HTMX = {"HX-Request": "true"}


def test_a_public_page_says_nothing_new_when_nothing_changed(client: Any, make: Factories) -> None:
    proposal = make.proposal()
    url = f"/spaces/{proposal.space.slug}/proposals/{proposal.id}"
    first = client.get(url)
    assert first.headers["Cache-Control"] == "public, no-cache"
    mark = first.headers["ETag"]
    assert client.get(url, headers={"If-None-Match": mark}).status_code == 304
    make.comment(proposal, body="Du neuf ici.")
    changed = client.get(url, headers={"If-None-Match": mark})
    assert changed.status_code == 200
    assert "Du neuf ici." in changed.text


def test_a_page_with_a_form_or_a_person_is_kept_by_nobody(
    client: Any, signed_in: Any, make: Factories
) -> None:
    proposal = make.proposal()
    url = f"/spaces/{proposal.space.slug}/proposals/{proposal.id}"
    for answer in (signed_in(make.account()).get(url), client.get("/sign-in")):
        assert "public" not in answer.headers["Cache-Control"]
        assert "no-store" in answer.headers["Cache-Control"]


def test_going_back_gives_a_whole_page_never_a_fragment(client: Any, make: Factories) -> None:
    proposal = make.proposal()
    url = f"/spaces/{proposal.space.slug}/proposals"
    assert not client.get(url, headers=HTMX).page.is_whole
    back = client.get(url, headers=HTMX | {"HX-History-Restore-Request": "true"})
    assert back.page.is_whole
    for answer in (client.get(url), client.get(url, headers=HTMX)):
        assert "HX-Request" in answer.headers["Vary"]
        assert "Cookie" in answer.headers["Vary"]


def test_each_answer_forbids_what_the_pages_never_do(client: Any) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in policy or headers.get("X-Frame-Options") == "DENY"
    assert headers["Referrer-Policy"]


def test_static_files_are_kept_for_ever_under_the_mark_of_their_content(client: Any) -> None:
    sheet = client.get("/").page.soup.find("link", rel="stylesheet")["href"]
    assert "?v=" in sheet
    with client.get(sheet) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_the_language_follows_the_link_and_is_remembered(client: Any) -> None:
    assert client.get("/").page.soup.html["lang"] == "fr"
    assert client.get("/?lang=en").page.soup.html["lang"] == "en"
    assert client.get("/").page.soup.html["lang"] == "en"
    assert client.get("/?lang=xx").page.soup.html["lang"] == "en"
