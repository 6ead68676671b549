"""Votes are removed for fraud by two people, counted in public, and can be given back."""

from __future__ import annotations

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from civic import clock
from civic.accounts.models import Account
from civic.checking import faults
from civic.db import begin_write, commit, db as database
from civic.errors import NotAllowed
from civic.notifications.models import Notice
from moderation.transparency.rules import Quarter
from tests.factories import Factories
from votes import actions as votes
from votes.models import Choice, RemovalState, Stance, Support
from votes.removals import actions, queries


@pytest.fixture
def scene(make: Factories) -> Any:
    """A proposal and a statement with honest votes and those of twenty suspected accounts."""

    class Scene:
        space = make.space()
        moderator, other = make.moderator(space), make.moderator(space)
        administrator = make.administrator()
        honest = make.account()
        proposal, statement = make.proposal(space), make.statement(space)
        elsewhere = make.proposal()

    begin_write()
    crowd = [
        Account(name=f"Renfort {n}", created_at=clock.now(), confirmed_at=clock.now())
        for n in range(20)
    ]
    database.session.add_all(crowd)
    database.session.flush()
    for person in (*crowd, Scene.honest):
        votes.support(Scene.proposal, person)
        votes.take_stance(Scene.statement, person, Choice.AGREE)
    votes.support(Scene.elsewhere, crowd[0])
    Scene.ids = [person.id for person in crowd]
    commit()
    begin_write()
    return Scene


def ask(scene: Any, by: Any = None) -> Any:
    return actions.ask(
        scene.space, by or scene.moderator, scene.ids, "Vingt comptes en une minute."
    )


def counts(scene: Any) -> tuple[int, int, int]:
    return (
        scene.proposal.support_count, scene.statement.agree_count, scene.elsewhere.support_count,
    )  # fmt: skip


def test_a_flood_of_votes_is_never_dropped_without_two_people(scene: Any, make: Factories) -> None:
    """F25: the votes stay until a second person has looked."""
    official = make.official(scene.space)
    begin_write()
    removal = ask(scene)
    assert removal.vote_count == 40
    for person in (scene.moderator, official, scene.honest):
        with pytest.raises(NotAllowed):
            actions.answer(removal, person, True, "D’accord.")
    assert counts(scene) == (21, 21, 1)
    with pytest.raises(NotAllowed):
        actions.ask(scene.space, official, scene.ids, "Ils votent contre nous.")


def test_two_people_remove_votes_of_this_space_alone_and_the_people_are_told(
    scene: Any, db: Any
) -> None:
    actions.answer(ask(scene), scene.other, True, "Même cadence, même ordre.")
    assert counts(scene) == (1, 1, 1)
    told = select(func.count()).where(Notice.verb == "votes.removed")
    assert db.scalar(told) == 20
    assert [r.vote_count for r in queries.public_removals([scene.space])[scene.space.id]] == [40]
    commit()
    assert not list(faults())


def test_a_request_that_is_refused_removes_nothing(scene: Any) -> None:
    removal = ask(scene)
    actions.answer(removal, scene.other, False, "Une classe de collège vote de son école.")
    assert removal.state is RemovalState.REFUSED
    assert counts(scene) == (21, 21, 1)
    assert not queries.public_removals([scene.space])[scene.space.id]
    with pytest.raises(NotAllowed):
        actions.answer(removal, scene.administrator, True, "Si.")


def test_removed_votes_come_back_exactly_but_not_over_a_newer_one(scene: Any, db: Any) -> None:
    before = set(db.execute(select(Support.contribution_id, Support.account_id, Support.at)).all())
    removal = ask(scene)
    actions.answer(removal, scene.other, True, "Même cadence.")
    person = db.get(Account, scene.ids[0])
    votes.take_stance(scene.statement, person, Choice.DISAGREE)
    for somebody in (scene.moderator, scene.other):
        with pytest.raises(NotAllowed):
            actions.give_back(removal, somebody, "Erreur.")
    actions.give_back(removal, scene.administrator, "C’était une classe.")
    after = set(db.execute(select(Support.contribution_id, Support.account_id, Support.at)).all())
    assert after == before
    assert (scene.statement.agree_count, scene.statement.disagree_count) == (20, 1)
    assert db.scalar(select(func.count()).select_from(Stance)) == 21
    assert removal.state is RemovalState.REVERSED
    commit()
    assert not list(faults())


def test_the_report_of_the_quarter_counts_removed_votes(scene: Any, client: Any) -> None:
    def told() -> list[str]:
        quarter = Quarter.of(clock.now(), ZoneInfo("Europe/Paris")).name
        url = f"/spaces/{scene.space.slug}/moderation/reports/{quarter}/table.csv"
        rows = csv.DictReader(io.StringIO(client.get(url).text))
        return [row["value"] for row in rows if row["group"] == "votes"]

    removal = ask(scene)
    commit()
    assert told() == ["0", "0"], "asked for, and removed by nobody yet"
    begin_write()
    actions.answer(removal, scene.other, True, "Même cadence.")
    commit()
    assert told() == ["40", "0"]
    begin_write()
    actions.give_back(removal, scene.administrator, "C’était une classe.")
    commit()
    assert told() == ["40", "40"]


def test_the_two_pages_of_a_removal(scene: Any, signed_in: Any, client: Any) -> None:
    url = f"/spaces/{scene.space.slug}/moderation/votes"
    first, second = signed_in(scene.moderator), signed_in(scene.other)
    wrong = first.submit(url, {"accounts": "12, douze", "words": "Fraude."})
    assert wrong.status_code == 422
    assert wrong.page.value_of("words") == "Fraude."
    assert first.submit(url, {"accounts": "999999", "words": "Fraude."}).status_code == 422
    fields = {"accounts": " ".join(map(str, scene.ids)), "words": "Vingt comptes d’un coup."}
    assert first.submit(url, fields).status_code == 303
    removal = queries.removals_in(scene.space)[0]
    answer = {"agreed": "yes", "answer": "Même cadence."}
    assert first.submit(f"{url}/{removal.id}", answer).status_code == 422
    assert second.submit(f"{url}/{removal.id}", answer).status_code == 303
    public = client.get(f"/spaces/{scene.space.slug}/moderation/figures").page.text
    assert "Vingt comptes d’un coup." in public
    assert "40" in public
    notices = signed_in(scene.honest).get("/account/notices").page.text
    assert "Vingt comptes" not in notices
