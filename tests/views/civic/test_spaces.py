"""An administrator opens a consultation; its phases permit what they say and no more."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from civic import clock
from civic.outbox.models import Mail
from civic.spaces.models import Act, Membership, Role, Space
from tests.factories import Factories

FORM = {
    "title": "Le square", "slug": "square", "summary": "Que faire ?", "description": "**Tout**",
    "supports_per_person": "0", "phases-0-title": "Proposer",
    "phases-0-starts_at": "2026-01-01T00:00", "phases-0-ends_at": "2036-01-01T00:00",
    "phases-0-permits": ["propose", "support"],
}  # fmt: skip


def test_a_space_is_prepared_then_published(
    signed_in: Any, client: Any, make: Factories, db: Any
) -> None:
    administrator = signed_in(make.administrator())
    made = administrator.submit("/admin/spaces/new", FORM)
    assert made.status_code == 303
    assert client.get("/spaces/square").status_code == 404, "nobody sees it yet"
    assert administrator.get("/spaces/square").status_code == 200
    assert administrator.submit("/admin/spaces/square/publication").status_code == 303
    page = client.get("/spaces/square").page
    assert page.soup.find("strong", string="Tout")
    space = db.scalars(select(Space).where(Space.slug == "square")).one()
    assert space.phases[0].permits == frozenset({Act.PROPOSE, Act.SUPPORT})


@pytest.mark.parametrize(
    ("field", "value"),
    [("slug", "Le Square"), ("title", ""), ("phases-0-starts_at", "demain"),
     ("phases-0-ends_at", "2020-01-01T00:00"), ("supports_per_person", "-1"),
     ("phases-0-permits", ["launch"])],
)  # fmt: skip
def test_a_form_with_a_fault_is_refused_and_kept(
    signed_in: Any, make: Factories, db: Any, field: str, value: Any
) -> None:
    administrator = signed_in(make.administrator())
    answer = administrator.submit("/admin/spaces/new", FORM | {field: value})
    assert answer.status_code == 422
    assert answer.page.soup.find(id="error-summary")
    assert answer.page.value_of("summary") == "Que faire ?"
    assert not db.scalars(select(Space).where(Space.slug == "square")).all()


def test_two_spaces_never_share_an_address(signed_in: Any, make: Factories) -> None:
    make.space(slug="square")
    answer = signed_in(make.administrator()).submit("/admin/spaces/new", FORM)
    assert answer.status_code in (409, 422)
    assert "square" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/admin/spaces", "/admin/spaces/new", "/admin/jobs", "/admin/mails", "/admin/audit"],
)
def test_administration_is_for_administrators(
    client: Any, signed_in: Any, make: Factories, path: str
) -> None:
    assert client.get(path).status_code == 401
    space = make.space()
    for account in (make.account(), make.moderator(space), make.official(space)):
        assert signed_in(account).get(path).status_code in (403, 404)
    assert signed_in(make.administrator()).get(path).status_code == 200


def test_a_moderator_is_invited_accepts_and_the_role_is_taken_back(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space, guest, stranger = make.space(), make.account(), make.account()
    administrator = signed_in(make.administrator())
    team = f"/admin/spaces/{space.slug}/team"
    assert administrator.submit(team, {"email": "pas une adresse"}).status_code == 422
    sent = administrator.submit(team, {"email": guest.email, "role": "moderator"})
    assert sent.status_code == 303
    letter = db.scalars(select(Mail).where(Mail.to == guest.email)).one()
    link = re.search(r"/invitations/[\w-]+", letter.body)
    assert link
    queue = f"/spaces/{space.slug}/moderation"
    assert signed_in(stranger).submit(link[0]).status_code in (403, 409)
    browser = signed_in(guest)
    assert browser.get(queue).status_code in (403, 404)
    assert browser.submit(link[0]).status_code == 303
    assert browser.get(queue).status_code == 200
    assert signed_in(guest).submit(link[0]).status_code != 500
    rows = db.scalars(select(Membership).where(Membership.account_id == guest.id)).all()
    assert [row.role for row in rows] == [Role.MODERATOR]
    removal = f"{team}/moderator/{guest.id}/removal"
    assert administrator.submit(removal).status_code == 303
    assert browser.get(queue).status_code == 401, "whoever lost a role is signed out"
    assert signed_in(guest).get(queue).status_code in (403, 404)


def test_each_phase_permits_its_acts_and_says_when_the_others_open(
    signed_in: Any, make: Factories
) -> None:
    space = make.space(permits=frozenset({Act.PROPOSE}))
    proposal = make.proposal(space)
    browser = signed_in(make.account())
    form = {"title": "Un banc", "body": "À l’ombre des platanes."}
    made = browser.submit(f"/spaces/{space.slug}/proposals/new", form)
    assert made.status_code == 303
    for path, form in (
        (f"/contributions/{proposal.id}/support", {"wanted": "1"}),
        (f"/contributions/{proposal.id}/comments", {"body": "Oui, vraiment."}),
        (f"/spaces/{space.slug}/statements/new", {"text": "Il faut des bancs partout."}),
    ):
        answer = browser.submit(path, form)
        assert answer.status_code in (403, 409), path
        assert answer.status_code != 500


def test_what_is_typed_before_the_end_and_sent_after_is_kept(
    signed_in: Any, make: Factories
) -> None:
    space = make.space()
    browser = signed_in(make.account())
    end = space.phases[0].ends_at
    with clock.at(end + timedelta(seconds=1)):
        form = {"title": "Trop tard", "body": "Mais écrit avec soin."}
        answer = browser.submit(f"/spaces/{space.slug}/proposals/new", form)
    assert answer.status_code in (403, 409, 422)
    kept = next(link for link in answer.page.links() if link.startswith("/kept/"))
    assert "Mais écrit avec soin." in browser.get(kept).text
