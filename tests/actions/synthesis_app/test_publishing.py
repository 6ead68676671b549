"""Publishing: what it needs, what it states, whom it tells."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from civic.audit import AuditEntry
from civic.checking import faults
from civic.contributions import actions as contributions
from civic.contributions.actions import set_state
from civic.contributions.models import State as ContributionState
from civic.db import begin_write, commit, db as database
from civic.errors import NotAllowed
from civic.notifications.models import Notice
from deliberations.models import Comment
from synthesis import actions, sources
from synthesis.drafting import Draft, DraftPlace, DraftTheme
from synthesis.figures import coverage, public_figures, theme_lines
from synthesis.models import Decision, State, Synthesis
from synthesis.queries import latest_done, readable, recomputed_figures
from tests.factories import Factories


def test_it_needs_a_title_an_introduction_and_themes_that_were_read(make: Factories) -> None:
    space = make.space()
    synthesis = make.synthesis(space, {"Vélos": [make.proposal(space)]})
    official = synthesis.asked_by
    with pytest.raises(NotAllowed):
        actions.submit(synthesis, official, synthesis.turn)
    synthesis.intro = ""
    with pytest.raises(NotAllowed):
        actions.submit(synthesis, official, synthesis.turn, accepts_unread=True)
    actions.write_intro(synthesis, official, "Titre", "Voici.", synthesis.turn)
    actions.submit(synthesis, official, synthesis.turn, accepts_unread=True)
    assert synthesis.state is State.REVIEW


def test_what_one_official_submits_another_publishes_and_nothing_changes_between(
    make: Factories,
) -> None:
    space = make.space()
    synthesis = make.synthesis(space, {"Vélos": [make.proposal(space)]})
    first, second = synthesis.asked_by, make.official(space)
    begin_write()
    with pytest.raises(NotAllowed, match="soumettre"):
        actions.publish(synthesis, second, synthesis.turn)
    actions.submit(synthesis, first, synthesis.turn, accepts_unread=True)
    told = select(Notice.account_id).where(Notice.verb == "synthesis.submitted")
    assert list(database.session.scalars(told)) == [second.id]
    with pytest.raises(NotAllowed, match="vous-même"):
        actions.publish(synthesis, first, synthesis.turn)
    actions.write_intro(synthesis, first, "Titre", "Changée après coup.", synthesis.turn)
    with pytest.raises(NotAllowed, match="de nouveau"):
        actions.publish(synthesis, second, synthesis.turn)
    actions.submit(synthesis, second, synthesis.turn, accepts_unread=True)
    actions.publish(synthesis, first, synthesis.turn)
    assert synthesis.state is State.PUBLISHED
    assert synthesis.published_by_id == first.id
    assert synthesis.submission
    assert synthesis.submission.by_id == second.id


def test_the_database_itself_refuses_that_one_person_does_both(make: Factories) -> None:
    space = make.space()
    synthesis = make.synthesis(space, {"Vélos": [make.proposal(space)]})
    begin_write()
    row = actions.submit(synthesis, synthesis.asked_by, synthesis.turn, accepts_unread=True)
    row.published_by_id = row.by_id
    with pytest.raises(IntegrityError):
        database.session.flush()
    database.session.rollback()


def test_the_next_publication_takes_the_place_of_the_one_before(make: Factories) -> None:
    space = make.space()
    proposal = make.proposal(space)
    first = make.synthesis(space, {"Vélos": [proposal]}, published=True)
    second = make.synthesis(space, {"Vélos": [proposal]}, published=True)
    database.session.refresh(first)
    assert (first.state, second.state) == (State.SUPERSEDED, State.PUBLISHED)
    assert first.is_public


def test_everyone_who_wrote_something_public_is_told_once_and_nobody_else(
    make: Factories,
) -> None:
    space = make.space()
    awa, bilal, hidden, late = (make.account() for _ in range(4))
    first = [make.proposal(space, awa), make.proposal(space, awa), make.proposal(space, bilal)]
    gone = make.proposal(space, hidden)
    begin_write()
    set_state(gone, ContributionState.HIDDEN)
    commit()
    make.synthesis(space, {"Vélos": first}, published=True)
    told = database.session.scalars(
        select(Notice.account_id).where(Notice.verb == "synthesis.published")
    ).all()
    assert sorted(told) == sorted([awa.id, bilal.id])
    make.synthesis(space, {"Vélos": [*first, make.proposal(space, late)]}, published=True)
    told = database.session.scalars(
        select(Notice.account_id).where(Notice.verb == "synthesis.published")
    ).all()
    assert sorted(told) == sorted([awa.id, bilal.id, late.id])


def test_the_audit_log_says_who_published_which_figures(make: Factories) -> None:
    space = make.space()
    synthesis = make.synthesis(space, {"Vélos": [make.proposal(space)]}, published=True)
    entry = database.session.scalar(
        select(AuditEntry).where(AuditEntry.act == "synthesis.published")
    )
    assert entry is not None
    assert entry.about == f"synthesis:{synthesis.id}"
    assert entry.details["received"] == 1


def test_palabre_check_compares_published_figures_with_the_rows(make: Factories) -> None:
    space = make.space()
    held = [make.proposal(space) for _ in range(3)]
    synthesis = make.synthesis(space, {"Vélos": held[:2]}, held[2:], published=True)
    title = "published figures equal recomputed ones"
    assert title not in [name for name, _fault in faults()]
    begin_write()
    synthesis.figures = synthesis.figures | {"alone": 7}
    commit()
    assert [name for name, _fault in faults()].count(title) == 1


def test_the_figures_of_the_day_stay_when_a_text_is_hidden_later(make: Factories) -> None:
    space = make.space()
    held = [make.proposal(space) for _ in range(3)]
    synthesis = make.synthesis(space, {"Vélos": held}, published=True)
    begin_write()
    set_state(held[0], ContributionState.HIDDEN)
    commit()
    stated = {k: v for k, v in synthesis.figures.items() if k != "unread_themes"}
    assert recomputed_figures(synthesis) == stated
    counted = coverage(synthesis)
    assert (counted.received, counted.in_themes, counted.not_public) == (3, 2, 1)


def next_version(base: Synthesis, draft: Draft) -> Synthesis:
    """A recomputation of the same space, as the job keeps it."""
    begin_write()
    made = Synthesis(
        space_id=base.space_id, number=base.number + 1, asked_by_id=base.asked_by_id,
        asked_at=base.asked_at, state=State.COMPUTING,
    )  # fmt: skip
    database.session.add(made)
    database.session.flush()
    read = database.session.execute(readable(base.space, with_comments=False)).all()
    actions.receive(made, draft, read, base, sources.kept_in(base))
    commit()
    return made


def test_texts_and_readings_go_over_to_the_next_version_where_nothing_changed(
    make: Factories,
) -> None:
    space = make.space()
    bikes, trees = [make.proposal(space)], [make.proposal(space), make.proposal(space)]
    base = make.synthesis(space, {"Vélos": bikes, "Arbres": trees})
    for line in theme_lines(base):
        actions.answer(line.theme, base.asked_by, Decision.PARTIAL, "Oui, mais.", base.turn)
        line.theme.reviewed_at, line.theme.reviewed_by_id = base.asked_at, base.asked_by_id
    commit()
    draft = Draft(
        themes=(DraftTheme("Vélos", "Vélos"), DraftTheme("Arbres", "Arbres")),
        places=(
            DraftPlace(bikes[0].id, "Vélos", 0.9),
            DraftPlace(trees[0].id, "Arbres", 0.9),
            DraftPlace(trees[1].id, None, reason="no neighbour"),
        ),
    )
    made = next_version(base, draft)
    lines = {line.theme.name: line.theme for line in theme_lines(made)}
    assert [lines[name].answer for name in ("Vélos", "Arbres")] == ["Oui, mais."] * 2
    assert lines["Vélos"].reviewed_at
    assert not lines["Arbres"].reviewed_at, "its contents changed: it must be read again"
    assert made.title == base.title
    database.session.refresh(base)
    assert base.state is State.SUPERSEDED
    assert latest_done(space) is made


@pytest.mark.parametrize("seed", range(4))
def test_figures_stated_less_what_was_hidden_equal_a_full_count(make: Factories, seed: int) -> None:
    draw = random.Random(seed)
    space = make.space()
    authors = [make.account() for _ in range(4)]
    held = [make.proposal(space, draw.choice(authors)) for _ in range(9)]
    begin_write()
    comments = [
        contributions.write(Comment, space, draw.choice(authors), body="Oui.", root=proposal)
        for proposal in held
    ]
    for comment in comments:
        contributions.publish(comment)
    commit()
    themes = {"A": held[:4] + comments[:3], "B": held[4:7] + comments[3:8]}
    synthesis = make.synthesis(space, themes, [*held[7:], comments[8]], published=True)
    begin_write()
    for row in draw.sample([*held, *comments], draw.randint(1, 12)):
        database.session.refresh(row)
        set_state(row, draw.choice([ContributionState.HIDDEN, ContributionState.REMOVED]))
    commit()
    counted, lines = public_figures(synthesis)
    assert counted.not_public
    assert counted == coverage(synthesis)
    assert lines == [line for line in theme_lines(synthesis) if line.size]
