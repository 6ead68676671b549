"""Every outcome of a decision: what it changes, and that its reversal gives back exactly that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from civic import clock
from civic.checking import faults
from civic.contributions.actions import revise, take_back
from civic.contributions.models import Contribution, State, visible
from civic.contributions.queries import count_of, revisions_of, search
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed
from civic.notifications.models import Notice
from civic.outbox.models import Mail
from deliberations.models import Comment
from deliberations.queries import thread
from moderation import actions, queries, rules
from moderation.deciding import mergers
from moderation.deciding.effects import Target
from moderation.deciding.statement import statement_of
from moderation.models import Case, CaseState, Outcome, Reason, Sender
from proposals import actions as proposals
from proposals.models import Proposal
from tests.factories import Factories
from votes import actions as votes
from votes.models import Support
from votes.queries import supported_by, supports_given

PHONE = "06 12 34 56 78"


@pytest.fixture
def scene(make: Factories) -> Any:
    """A space with two moderators, a proposal that names a telephone number, and its thread."""

    class Scene:
        space = make.space()
        moderator, other = make.moderator(space), make.moderator(space)
        author, reporter = make.account(), make.account()
        proposal = make.proposal(
            space, author, "Un banc place Verte", f"Appelez M. Roux au {PHONE}, il décide de tout."
        )

    Scene.comments = [make.comment(Scene.proposal, body=f"Réponse {n}") for n in range(3)]
    Scene.answer = make.comment(Scene.proposal, body="Pas d’accord.", reply_to=Scene.comments[0])
    Scene.case = make.report(Scene.proposal, Scene.reporter, Reason.PRIVACY)
    begin_write()
    return Scene


def decide(scene: Any, outcome: Outcome, by: Any = None, **given: Any) -> Any:
    case = given.pop("case", scene.case)
    reason = given.pop("reason", Reason.PRIVACY)
    return actions.decide(
        case, by or scene.moderator, outcome, case.turn, reason, given.pop("words", "Un numéro."),
        version=case.contribution.version, **given,
    )  # fmt: skip


def mask(scene: Any, *passages: str, **given: Any) -> Any:
    return decide(scene, Outcome.MASK, target=Target(passages=passages or (PHONE,)), **given)


def public_ids(db: Any) -> set[int]:
    return set(db.scalars(select(Contribution.id).where(visible())))


def verbs_of(db: Any, account: Any) -> list[str]:
    found = db.scalars(select(Notice.verb).where(Notice.account_id == account.id))
    return [verb for verb in found if verb.startswith(("moderation.", "votes.", "proposals."))]


# --- Hiding -----------------------------------------------------------------------------------


def test_what_was_hidden_is_written_down_and_comes_back_exactly(scene: Any, db: Any) -> None:
    make = Factories()
    make.hidden(scene.comments[1], scene.other)
    begin_write()
    take_back(scene.comments[2], scene.comments[2].author)
    before = public_ids(db)
    decision = decide(scene, Outcome.HIDE)
    expected = {scene.proposal.id, scene.comments[0].id, scene.answer.id}
    assert queries.concealed_by(decision) == expected == before - public_ids(db)
    actions.undo(scene.case, scene.moderator, scene.case.turn)
    assert public_ids(db) == before
    commit()
    assert not list(faults())


def test_those_whose_comments_go_with_a_text_are_told_that_nothing_is_held_against_them(
    scene: Any, db: Any
) -> None:
    decide(scene, Outcome.HIDE)
    assert verbs_of(db, scene.comments[0].author)[-1] == "moderation.went_with_it"


# --- Undoing ----------------------------------------------------------------------------------


def test_a_moderator_takes_a_decision_back_within_a_day_and_the_case_is_theirs_again(
    scene: Any, db: Any
) -> None:
    decide(scene, Outcome.HIDE)
    with pytest.raises(NotAllowed):
        actions.undo(scene.case, scene.other, scene.case.turn)
    actions.undo(scene.case, scene.moderator, scene.case.turn)
    assert scene.proposal.is_visible
    assert scene.case.state is CaseState.OPEN
    assert queries.claim_on(scene.case).by_id == scene.moderator.id
    assert verbs_of(db, scene.author)[-1] == "moderation.undone"
    assert verbs_of(db, scene.reporter)[-1] == "moderation.undone"
    letters = db.scalars(select(Mail).where(Mail.to == scene.author.email)).all()
    assert len(letters) == 2, "a second mail says that the first does not hold"
    with pytest.raises(NotAllowed):
        actions.undo(scene.case, scene.moderator, scene.case.turn)


def test_after_a_day_or_once_contested_nothing_is_undone(scene: Any) -> None:
    decide(scene, Outcome.HIDE)
    with clock.at(clock.now() + rules.UNDO_WITHIN), pytest.raises(NotAllowed):
        actions.undo(scene.case, scene.moderator, scene.case.turn)
    actions.contest(scene.proposal, scene.author, "Il est d’accord.")
    with pytest.raises(NotAllowed):
        actions.undo(scene.case, scene.moderator, scene.case.turn)


def test_undoing_a_restoration_hides_again_and_the_appeal_waits_again(scene: Any) -> None:
    decide(scene, Outcome.HIDE)
    actions.contest(scene.proposal, scene.author, "Il est d’accord.")
    actions.restore(scene.case, scene.other, scene.case.turn, "En effet.")
    assert scene.proposal.is_visible
    actions.undo(scene.case, scene.other, scene.case.turn)
    assert scene.proposal.state is State.HIDDEN
    assert scene.case.state is CaseState.CONTESTED
    commit()
    assert not list(faults())


# --- Masking ----------------------------------------------------------------------------------


def test_masked_words_leave_the_text_its_versions_and_the_search(scene: Any, db: Any) -> None:
    mask(scene)
    assert PHONE not in scene.proposal.body + scene.proposal.body_html
    assert "passage masqué" in scene.proposal.body
    assert scene.proposal.is_visible
    assert all(PHONE not in r.body for r in db.scalars(revisions_of(scene.proposal)))
    found = search("12 34 56 78")
    assert found is None or scene.proposal not in db.scalars(found).all()
    assert [o.body for o in queries.originals_of(scene.proposal)] == [
        f"Appelez M. Roux au {PHONE}, il décide de tout."
    ]
    mail = db.scalars(select(Mail).where(Mail.to == scene.author.email)).one()
    assert PHONE not in mail.body


def test_an_author_with_the_old_text_on_screen_cannot_send_the_words_back(scene: Any) -> None:
    version, body = scene.proposal.version, scene.proposal.body
    mask(scene)
    with pytest.raises(Conflict):
        revise(scene.proposal, scene.author, scene.proposal.title, body, version)


def test_a_mask_is_lifted_when_the_decision_is_reversed(scene: Any, db: Any) -> None:
    body = scene.proposal.body
    mask(scene)
    actions.contest(scene.proposal, scene.author, "Ce numéro est celui de la mairie.")
    case = db.scalars(select(Case).where(Case.state == CaseState.CONTESTED)).one()
    actions.decide(
        case, scene.other, Outcome.RESTORE, case.turn, words="En effet.",
        version=scene.proposal.version,
    )  # fmt: skip
    assert scene.proposal.body == body
    assert not queries.originals_of(scene.proposal)
    assert sum(PHONE in r.body for r in db.scalars(revisions_of(scene.proposal))) == 2
    commit()
    assert not list(faults())


@pytest.mark.parametrize("passages", [(), ("absent du texte",), ("",)])
def test_only_words_of_the_text_are_masked(scene: Any, passages: tuple[str, ...]) -> None:
    with pytest.raises(NotAllowed):
        decide(scene, Outcome.MASK, target=Target(passages=passages))
    with pytest.raises(NotAllowed, match="Nothing would be left|Il ne resterait rien"):
        mask(scene, scene.proposal.body)


def test_a_second_reader_brings_a_hidden_text_back_with_words_masked(scene: Any) -> None:
    decide(scene, Outcome.HIDE)
    actions.contest(scene.proposal, scene.author, "Masquez le numéro seulement.")
    mask(scene, by=scene.other)
    assert scene.proposal.is_visible
    assert PHONE not in scene.proposal.body
    commit()
    assert not list(faults())


# --- Moving -----------------------------------------------------------------------------------


def test_a_proposal_moves_with_its_thread_and_comes_back(
    scene: Any, make: Factories, db: Any
) -> None:
    there = make.space()
    begin_write()
    with pytest.raises(NotAllowed, match="administrat"):
        decide(scene, Outcome.MOVE, target=Target(space=there), reason=Reason.OFF_TOPIC)
    administrator = make.administrator()
    begin_write()
    decide(scene, Outcome.MOVE, administrator, target=Target(space=there), reason=Reason.OFF_TOPIC)
    assert scene.proposal.space.slug == there.slug
    assert count_of(scene.space, Proposal) == count_of(scene.space, Comment) == 0
    assert (count_of(there, Proposal), count_of(there, Comment)) == (1, 4)
    assert scene.case.space_id == there.id
    commit()
    assert not list(faults())
    begin_write()
    actions.undo(scene.case, administrator, scene.case.turn)
    assert count_of(scene.space, Comment) == 4
    commit()
    assert not list(faults())


def test_a_comment_moves_under_another_text_with_its_answers_and_comes_back(
    scene: Any, make: Factories
) -> None:
    elsewhere = make.proposal(scene.space)
    case = make.report(scene.comments[0], reason=Reason.OFF_TOPIC)
    inner = make.report(scene.answer, reason=Reason.OFF_TOPIC)
    begin_write()
    decide(scene, Outcome.MOVE, case=case, target=Target(root=elsewhere))
    assert [c.id for c in thread(elsewhere).comments] == [scene.comments[0].id, scene.answer.id]
    assert (scene.proposal.comment_count, elsewhere.comment_count) == (2, 2)
    decide(scene, Outcome.MOVE, case=inner, target=Target(root=scene.proposal))
    assert scene.answer.reply_to_id is None
    actions.undo(inner, scene.moderator, inner.turn)
    assert scene.answer.reply_to_id == scene.comments[0].id
    actions.undo(case, scene.moderator, case.turn)
    assert scene.proposal.comment_count == 4
    commit()
    assert not list(faults())


# --- Merging ----------------------------------------------------------------------------------


@pytest.fixture
def twins(scene: Any, make: Factories) -> Any:
    """The scene with a second proposal that says the same, and people who support one or both."""
    scene.twin = make.proposal(scene.space, title="Des bancs place Verte")
    scene.people = [make.account() for _n in range(3)]
    first, second, both = scene.people
    begin_write()
    votes.support(scene.proposal, first)
    votes.support(scene.twin, second)
    for text in (scene.proposal, scene.twin):
        votes.support(text, both)
    commit()
    begin_write()
    return scene


def merge(scene: Any) -> Any:
    return decide(
        scene, Outcome.MERGE, target=Target(into=scene.twin), reason=Reason.DUPLICATE
    )  # fmt: skip


def test_after_a_merger_each_person_counts_once_and_both_texts_stay(twins: Any, db: Any) -> None:
    merge(twins)
    assert (twins.proposal.support_count, twins.twin.support_count) == (0, 3)
    assert twins.proposal.is_visible
    assert twins.proposal.author_id == twins.author.id
    assert mergers.of_texts([twins.proposal.id])[twins.proposal.id].into_id == twins.twin.id
    assert [m.duplicate.id for m in mergers.merged_into([twins.twin.id])[twins.twin.id]] == [
        twins.proposal.id
    ]
    assert [supports_given(p, twins.space) for p in twins.people] == [1, 1, 1]
    assert verbs_of(db, twins.people[0])[-1] == "votes.carried"
    assert "votes.carried" not in verbs_of(db, twins.people[1])
    assert verbs_of(db, twins.twin.author)[-1] == "moderation.joined"
    with pytest.raises(NotAllowed):
        votes.support(twins.proposal, twins.people[1])
    commit()
    assert not list(faults())


def test_supporters_withdraw_after_a_merger_even_when_supports_are_closed(
    twins: Any, db: Any
) -> None:
    merge(twins)
    commit()
    twins.space.phases[0].permits = frozenset()
    commit()
    begin_write()
    first, second, _both = twins.people
    with pytest.raises(NotAllowed):
        votes.withdraw_support(twins.twin, second)
    assert votes.withdraw_support(twins.twin, first)
    assert twins.twin.support_count == 2
    late = clock.now() + timedelta(days=15)
    with clock.at(late), pytest.raises(NotAllowed):
        votes.withdraw_support(twins.twin, twins.people[2])


def test_a_merger_undone_gives_back_what_nobody_withdrew(twins: Any, db: Any) -> None:
    merge(twins)
    first, second, both = twins.people
    votes.withdraw_support(twins.twin, first)
    actions.undo(twins.case, twins.moderator, twins.case.turn)
    assert not supported_by(first, [twins.proposal.id, twins.twin.id])
    assert supported_by(both, [twins.proposal.id, twins.twin.id]) == {
        twins.proposal.id, twins.twin.id,
    }  # fmt: skip
    assert (twins.proposal.support_count, twins.twin.support_count) == (1, 2)
    assert not twins.proposal.is_settled
    assert not mergers.is_merged(twins.proposal)
    commit()
    assert not list(faults())


def test_mergers_make_no_chain(twins: Any, make: Factories) -> None:
    merge(twins)
    commit()
    third = make.proposal(twins.space)
    cases = [make.report(text, reason=Reason.DUPLICATE) for text in (third, twins.twin)]
    begin_write()
    for case, into in zip(cases, (twins.proposal, third), strict=True):
        with pytest.raises(NotAllowed):
            decide(
                twins, Outcome.MERGE, case=case, target=Target(into=into), reason=Reason.DUPLICATE
            )


# --- Asking for a change ----------------------------------------------------------------------


def test_an_author_who_is_asked_changes_the_text_and_moderators_and_supporters_hear_of_it(
    scene: Any, make: Factories, db: Any
) -> None:
    supporter = make.account()
    begin_write()
    votes.support(scene.proposal, supporter)
    text = scene.proposal
    with pytest.raises(NotAllowed):
        proposals.change(text, scene.author, text.title, "Autre chose.", text.version)
    decide(scene, Outcome.ASK, words="Retirez le numéro.")
    assert text.is_visible
    assert actions.is_asked_to_change(text)
    proposals.change(text, scene.author, text.title, "Sans numéro.", text.version)
    assert not actions.is_asked_to_change(text)
    assert queries.case_of(text).state is CaseState.OPEN
    assert verbs_of(db, scene.moderator)[-1] == "moderation.changed"
    assert verbs_of(db, supporter)[-1] == "proposals.changed"
    with pytest.raises(NotAllowed):
        proposals.change(text, scene.author, text.title, "Encore.", text.version)
    commit()
    assert not list(faults())


# --- Claiming ---------------------------------------------------------------------------------


def test_a_case_that_somebody_reads_is_taken_over_not_decided_behind_their_back(
    scene: Any,
) -> None:
    actions.claim(scene.case, scene.moderator)
    with pytest.raises(Conflict, match=scene.moderator.name):
        decide(scene, Outcome.KEEP, scene.other)
    with pytest.raises(NotAllowed):
        actions.claim(scene.case, scene.reporter)
    actions.claim(scene.case, scene.other)
    decide(scene, Outcome.KEEP, scene.other)
    assert queries.claim_on(scene.case) is None


def test_a_claim_ends_by_itself_or_is_given_back(scene: Any) -> None:
    actions.claim(scene.case, scene.moderator)
    with clock.at(clock.now() + rules.CLAIM_LASTS):
        decide(scene, Outcome.KEEP, scene.other)
    actions.undo(scene.case, scene.other, scene.case.turn)
    actions.leave(scene.case, scene.moderator)
    assert queries.claim_on(scene.case), "only whoever holds a claim gives it back"
    actions.leave(scene.case, scene.other)
    assert queries.claim_on(scene.case) is None


# --- Contesting -------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.MASK, Outcome.MERGE, Outcome.ASK])
def test_whatever_limits_a_text_can_be_contested_and_reversed(twins: Any, outcome: Outcome) -> None:
    target = Target(passages=[PHONE], into=twins.twin)
    decide(twins, outcome, target=target)
    actions.contest(twins.proposal, twins.author, "Relisez.")
    with pytest.raises(NotAllowed):
        decide(twins, Outcome.RESTORE, twins.moderator)
    decide(twins, Outcome.RESTORE, twins.other, words="D’accord.")
    assert not queries.restrictions_on(twins.proposal)
    assert PHONE in twins.proposal.body
    commit()
    assert not list(faults())


def test_whoever_reported_a_text_that_was_kept_contests_it_once(scene: Any, db: Any) -> None:
    report = queries.report_by(scene.reporter.id, scene.proposal)
    with pytest.raises(NotAllowed):
        actions.contest_as_reporter(report, "Alors ?")
    decide(scene, Outcome.KEEP)
    actions.contest_as_reporter(report, "Le numéro est privé.")
    assert scene.case.state is CaseState.CONTESTED
    assert verbs_of(db, scene.other)[-1] == "moderation.contested"
    with pytest.raises(NotAllowed):
        decide(scene, Outcome.CONFIRM, scene.moderator)
    decide(scene, Outcome.HIDE, scene.other)
    assert scene.proposal.state is State.HIDDEN
    assert queries.appeal_figures(scene.space) == {
        "lodged": 1, "upheld": 0, "reversed": 0, "changed": 1,
    }  # fmt: skip
    commit()
    assert not list(faults())


def test_the_statement_of_reasons_has_every_part(scene: Any) -> None:
    decision = decide(scene, Outcome.HIDE, words="Le numéro d’une personne.")
    told = statement_of(decision, scene.proposal, was_reported=True)
    assert all(
        (told.measure, told.scope, told.facts, told.source, told.rule, told.ground, told.until)
    )
    assert "R4" in told.ground
    assert "4 comments" in told.scope or "4 commentaires" in told.scope
    assert told.is_automated is False
    assert set(told.as_json()) >= {"measure", "scope", "facts", "ground", "contest_until"}


# --- Requests ---------------------------------------------------------------------------------


def test_what_officials_and_authorities_ask_is_written_down_and_counted(
    scene: Any, make: Factories, db: Any
) -> None:
    official = make.official(scene.space)
    begin_write()
    actions.report(scene.proposal, official, Reason.INSULT, "On me critique.")
    actions.note_request(
        scene.case, scene.moderator, Sender.AUTHORITY, "Préfecture", "Demande de retrait."
    )
    with pytest.raises(NotAllowed):
        actions.note_request(scene.case, official, Sender.ORGANISER, "Le maire", "Retirez.")
    assert queries.request_count(scene.space) == {Sender.ORGANISER: 1, Sender.AUTHORITY: 1}
    with pytest.raises(NotAllowed):
        decide(scene, Outcome.HIDE, official)
    supports = db.scalars(select(Support)).all()
    assert supports == []
