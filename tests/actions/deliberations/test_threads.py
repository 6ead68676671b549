"""Comments: who may write one, what becomes of it, and who hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from civic.contributions.models import Revision, State
from civic.db import begin_write, commit
from civic.errors import Conflict, NotAllowed, NotOpen
from civic.notifications.models import Notice
from civic.spaces.models import Act
from deliberations import actions, queries
from tests.factories import Factories


def test_a_comment_is_counted_once(make: Factories) -> None:
    proposal = make.proposal()
    make.comment(proposal)
    make.comment(proposal)
    assert proposal.comment_count == 2


def test_comments_close_with_their_phase(make: Factories) -> None:
    proposal = make.proposal(make.space(permits=frozenset({Act.PROPOSE})))
    with pytest.raises(NotOpen):
        make.comment(proposal)


def test_a_text_that_is_not_public_takes_no_comment(make: Factories) -> None:
    proposal = make.proposal(published=False)
    with pytest.raises(NotAllowed):
        make.comment(proposal)


def test_an_answer_stays_in_its_thread(make: Factories) -> None:
    first, other = make.proposal(), make.proposal()
    comment = make.comment(first)
    with pytest.raises(NotAllowed):
        make.comment(other, reply_to=comment)


def test_the_person_answered_hears_of_it_once(make: Factories, db: Any) -> None:
    writer, commenter, follower = (make.account() for _n in range(3))
    proposal = make.proposal(author=writer)
    first = make.comment(proposal, commenter)
    make.comment(proposal, follower, reply_to=first)

    def heard(account: Any) -> list[str]:
        return list(db.scalars(select(Notice.verb).where(Notice.account_id == account.id)))

    assert heard(commenter) == ["deliberations.replied"]
    assert heard(writer) == ["deliberations.commented", "deliberations.commented"]
    assert heard(follower) == []


def test_a_changed_comment_keeps_its_earlier_version(make: Factories, db: Any) -> None:
    author = make.account()
    comment = make.comment(make.proposal(), author, "Trop cher.")
    begin_write()
    actions.change_comment(comment, author, "Trop cher pour nous.", comment.version)
    commit()
    bodies = db.scalars(select(Revision.body).where(Revision.contribution_id == comment.id)).all()
    assert sorted(bodies) == ["Trop cher pour nous.", "Trop cher."]
    with pytest.raises(Conflict):
        actions.change_comment(comment, author, "Encore.", 1)
    with pytest.raises(NotAllowed):
        actions.change_comment(comment, make.account(), "Pas à moi.", comment.version)


def test_a_comment_taken_back_leaves_its_answers(make: Factories) -> None:
    author = make.account()
    proposal = make.proposal()
    first = make.comment(proposal, author)
    make.comment(proposal, reply_to=first)
    begin_write()
    actions.take_back_comment(first, author)
    commit()
    assert proposal.comment_count == 1
    nodes = queries.thread(proposal).nodes
    assert [n.comment.state for n in nodes] == [State.REMOVED]
    assert len(nodes[0].replies) == 1


def test_a_comment_taken_back_with_no_answer_leaves_nothing(make: Factories) -> None:
    author = make.account()
    proposal = make.proposal()
    comment = make.comment(proposal, author)
    begin_write()
    actions.take_back_comment(comment, author)
    commit()
    assert queries.thread(proposal).nodes == []


def test_deep_answers_stand_on_the_second_level_and_say_to_whom_they_speak(
    make: Factories,
) -> None:
    proposal = make.proposal()
    top = make.comment(proposal)
    second = make.comment(proposal, reply_to=top)
    third = make.comment(proposal, reply_to=second)
    (node,) = queries.thread(proposal).nodes
    assert [n.comment for n in node.replies] == [second, third]
    assert [n.answers for n in node.replies] == [None, second]


def test_a_long_thread_has_pages_and_each_comment_finds_its_own(make: Factories) -> None:
    proposal, author = make.proposal(), make.account()
    comments = [make.comment(proposal, author) for _n in range(queries.PER_PAGE + 2)]
    answer = make.comment(proposal, author, reply_to=comments[-1])
    first, second = queries.thread(proposal), queries.thread(proposal, 2)
    assert len(first.nodes) == queries.PER_PAGE
    assert [n.comment for n in second.nodes] == comments[-2:]
    assert queries.thread(proposal, at=answer.id).number == 2
    assert queries.thread(proposal, 99).number == 2
