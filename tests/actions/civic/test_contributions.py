"""One visibility rule, and the counters that follow it."""

from __future__ import annotations

from typing import Any

import pytest

from civic.checking import faults
from civic.contributions import actions
from civic.contributions.models import State
from civic.contributions.queries import count_of, revisions_of, search
from civic.db import commit
from civic.errors import Conflict, NotAllowed
from proposals.models import Proposal
from tests.factories import Factories


def test_a_draft_is_in_no_count_and_no_search(make: Factories, db: Any) -> None:
    space = make.space()
    make.proposal(space, title="Un kiosque à musique", published=False)
    assert count_of(space, Proposal) == 0
    assert db.scalars(search("kiosque")).all() == []


def test_hiding_and_restoring_give_back_the_same_counts(make: Factories, db: Any) -> None:
    space = make.space()
    proposal = make.proposal(space, title="Un kiosque à musique")
    actions.set_state(proposal, State.HIDDEN)
    assert count_of(space, Proposal) == 0
    assert db.scalars(search("kiosque")).all() == []
    actions.set_state(proposal, State.VISIBLE)
    assert count_of(space, Proposal) == 1
    assert db.scalars(search("KIOSQUES")).all() == [proposal]
    commit()
    assert not [f for f in faults() if f[0] != "audit chain whole"]


@pytest.mark.parametrize(
    "query", ["", "   ", "!?", "l’", '"', "a AND", "kiosque*", "% _ \\", "NEAR("]
)
def test_no_query_breaks_the_search(make: Factories, db: Any, query: str) -> None:
    make.proposal(title="Un kiosque à musique")
    statement = search(query)
    if statement is not None:
        db.scalars(statement).all()


def test_every_word_must_be_there(make: Factories, db: Any) -> None:
    proposal = make.proposal(
        title="Un kiosque", body="Sur la place, pour les musiciens du dimanche."
    )
    assert db.scalars(search("kiosque place musicien")).all() == [proposal]
    assert db.scalars(search("kiosque piscine")).all() == []


def test_a_change_keeps_what_was_said_before(make: Factories, db: Any) -> None:
    proposal = make.proposal(title="Un banc", body="Devant la mairie, à l’ombre.")
    author = proposal.author
    actions.revise(proposal, author, "Deux bancs", "Devant la mairie, à l’ombre.", version=1)
    commit()
    assert [r.title for r in db.scalars(revisions_of(proposal))] == ["Deux bancs", "Un banc"]
    assert proposal.edited_at is not None
    assert db.scalars(search("deux bancs")).all() == [proposal]


def test_a_change_of_an_older_version_is_refused(make: Factories, db: Any) -> None:
    proposal = make.proposal()
    actions.revise(
        proposal, proposal.author, "Autre titre", "Un autre texte, plus long.", version=1
    )
    with pytest.raises(Conflict):
        actions.revise(proposal, proposal.author, "Encore", "Encore un texte.", version=1)


def test_only_the_author_changes_a_text(make: Factories, db: Any) -> None:
    proposal = make.proposal()
    with pytest.raises(NotAllowed):
        actions.revise(proposal, make.account(), "Autre", "Un autre texte.", version=1)
