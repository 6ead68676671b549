"""The panel of signals, and a school class that is not punished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from civic import clock
from civic.accounts.models import Account
from civic.audit import AuditEntry
from moderation.signals.models import ActOrigin, Step
from tests.conftest import new_client
from tests.factories import Factories
from votes.models import Support

SCHOOL = {"REMOTE_ADDR": "198.51.100.7"}
PUPILS = 28


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The middle of a day: marks of origin are kept by the day."""
    with clock.at(clock.now().replace(hour=12, minute=0)):
        yield


def class_votes(app: Flask, make: Factories, proposal: Any) -> list[Any]:
    """28 pupils, new accounts, one address, twenty minutes."""
    answers = []
    for n in range(PUPILS):
        with clock.at(clock.now() + timedelta(seconds=n * 20 * 60 / PUPILS)):
            pupil = new_client(app).sign_in(make.account(f"Élève {n}"))
            pupil.environ_base.update(SCHOOL)
            answers.append(pupil.submit(f"/contributions/{proposal.id}/support", {"wanted": "1"}))
    return answers


def test_a_class_of_28_behind_one_address_is_not_punished(
    app: Flask, signed_in: Any, make: Factories, db: Any
) -> None:
    space = make.space(slug="classe")
    proposal = make.proposal(space)
    answers = class_votes(app, make, proposal)
    assert {answer.status_code for answer in answers} == {303}
    db.refresh(proposal)
    assert proposal.support_count == PUPILS
    assert len(db.scalars(select(Support)).all()) == PUPILS
    assert len(db.scalars(select(ActOrigin.mark).distinct()).all()) == 1
    moderator = signed_in(make.moderator(space))
    with clock.at(clock.now() + timedelta(minutes=21)):
        page = moderator.get("/spaces/classe/moderation/signals").page
        raised = [row for row in page.soup.select("tbody tr") if "À regarder" in row.get_text()]
        assert [row.find("a")["href"].rpartition("/")[2] for row in raised] == ["origin"]
    db.expire_all()
    assert proposal.support_count == PUPILS
    pupils = db.scalars(select(Account).where(Account.name.like("Élève%"))).all()
    assert all(pupil.limited_until is None and pupil.suspended_until is None for pupil in pupils)


def test_an_announced_school_raises_no_signal_of_origin(
    app: Flask, signed_in: Any, make: Factories, db: Any
) -> None:
    space = make.space(slug="classe")
    moderator = signed_in(make.moderator(space))
    form = {"name": "École des Lilas", "network": "198.51.100.0/24",
            "starts_at": "2020-01-01 08:00", "ends_at": "2099-01-01 18:00"}  # fmt: skip
    url = "/spaces/classe/moderation/venues"
    for wrong in ({"network": "10.0.0.0/8"}, {"starts_at": "demain"}, {"ends_at": "2019-01-01"}):
        refused = moderator.submit(url, form | wrong)
        assert refused.status_code == 422
        assert refused.page.value_of("name") == "École des Lilas"
    assert moderator.submit(url, form).status_code == 303
    class_votes(app, make, make.proposal(space))
    assert {mark.partition(":")[0] for mark in db.scalars(select(ActOrigin.mark))} == {"venue"}
    with clock.at(clock.now() + timedelta(minutes=21)):
        text = moderator.get("/spaces/classe/moderation/signals").page.text
    assert "École des Lilas" in text
    assert "À regarder" not in text


def test_what_was_made_of_a_signal_is_written_down_and_a_note_is_public(
    signed_in: Any, client: Any, make: Factories, db: Any
) -> None:
    space = make.space(slug="classe")
    moderator = signed_in(make.moderator(space))
    url = "/spaces/classe/moderation/signals/burst"
    assert moderator.submit(url, {"choice": "note", "words": " "}).status_code == 422
    assert moderator.submit(url, {"choice": "x", "words": "Vu."}).status_code == 422
    words = "Une émission de télévision a parlé de cette consultation."
    assert moderator.submit(url, {"choice": "note", "words": words}).status_code == 303
    assert words in client.get("/spaces/classe").page.text
    step = db.scalars(select(Step)).one()
    end = f"/spaces/classe/moderation/steps/{step.id}/end"
    assert moderator.submit(end).status_code == 303
    assert moderator.submit(end).status_code == 409
    assert words not in client.get("/spaces/classe").page.text
    assert words in moderator.get("/spaces/classe/moderation/signals").page.text
    acts = db.scalars(select(AuditEntry.act)).all()
    assert {"signals.note", "signals.ended"} <= set(acts)


def test_the_panel_is_for_moderators_and_administrators(signed_in: Any, make: Factories) -> None:
    space = make.space(slug="classe")
    for stranger in (make.account(), make.official(space)):
        browser = signed_in(stranger)
        assert browser.get("/spaces/classe/moderation/signals").status_code == 404
        assert browser.get("/spaces/classe/moderation/signals/origin").status_code == 404
    administrator = signed_in(make.administrator())
    assert administrator.get("/spaces/classe/moderation/signals/origin").status_code == 200
    assert administrator.get("/spaces/classe/moderation/signals/nothing").status_code == 404
