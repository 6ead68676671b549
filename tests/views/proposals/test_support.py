"""The support button, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import CheckedClient
from tests.factories import Factories

HTMX = {"HX-Request": "true"}


def test_pressing_support_shows_it_at_once(
    make: Factories, signed_in: Callable[..., CheckedClient]
) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    answer = browser.submit(f"/contributions/{proposal.id}/support", {"wanted": "1"})
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).page
    assert "Votre soutien est compté" in page.text
    assert "Vous soutenez cette proposition" in page.text


def test_a_stale_form_sent_again_changes_nothing_and_says_so(
    make: Factories, signed_in: Callable[..., CheckedClient]
) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    for _press in range(2):
        answer = browser.submit(
            f"/contributions/{proposal.id}/support", {"wanted": "1"}, headers=HTMX
        )
        assert answer.status_code == 200
    assert "déjà compté" in answer.page.text
    assert proposal.support_count == 1


def test_htmx_gets_the_very_fragment_that_the_page_holds(
    make: Factories, signed_in: Callable[..., CheckedClient]
) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    answer = browser.submit(f"/contributions/{proposal.id}/support", {"wanted": "1"}, headers=HTMX)
    fragment = answer.page.soup.find(id=f"support-{proposal.id}")
    whole = browser.get(proposal_address(proposal)).page.soup.find(id=f"support-{proposal.id}")
    assert fragment.get_text(strip=True) == whole.get_text(strip=True)
    assert not answer.page.is_whole
    assert "HX-Request" in answer.headers["Vary"]


def test_a_visitor_is_asked_to_sign_in_and_comes_back(
    make: Factories, client: CheckedClient
) -> None:
    proposal = make.proposal()
    answer = client.submit(f"/contributions/{proposal.id}/support", {"wanted": "1"})
    assert answer.status_code == 401
    assert any(link.startswith("/sign-in") for link in answer.page.links())


def test_a_post_without_the_form_s_token_is_refused(
    make: Factories, signed_in: Callable[..., CheckedClient]
) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    answer = browser.post(f"/contributions/{proposal.id}/support", data={"wanted": "1"})
    assert answer.status_code == 400
    assert proposal.support_count == 0


def proposal_address(proposal: object) -> str:
    return f"/spaces/{proposal.space.slug}/proposals/{proposal.id}"  # type: ignore[attr-defined]
