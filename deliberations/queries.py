"""Threads of comments, statements, and the statement that comes next."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution, State, visible
from civic.contributions.queries import Kind, visible_in
from civic.db import db
from civic.spaces.models import Membership, Space
from civic.text import search_words
from civic.web import slots
from deliberations.models import Comment, Statement
from votes.models import Choice, Stance
from votes.routing import Candidate, draw, next_statement_probabilities

PER_PAGE = 30  # comments that start a conversation, on one page
SHOWN = (State.VISIBLE, State.HIDDEN, State.REMOVED)
ALIKE = 0.5  # share of words in common (Jaccard) from which two statements are shown together
ALIKE_AT_MOST = 3
extremity = slots.Figures("statement.extremity")
"""How far each statement of a space lies from the middle of opinions, where groups are known."""


@dataclass
class Node:
    """One comment with what answers it. `answers` is the comment that a deep reply speaks to."""

    comment: Comment
    answers: Comment | None = None
    replies: list[Node] = field(default_factory=list)
    more: None = None


@dataclass(frozen=True)
class Thread:
    """One page of the thread of a contribution."""

    root: Contribution
    nodes: list[Node]
    number: int
    total: int  # comments that start a conversation

    @cached_property
    def comments(self) -> list[Comment]:
        """Every comment on this page."""
        return [n.comment for top in self.nodes for n in (top, *top.replies)]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PER_PAGE))

    def url(self, number: int) -> str:
        """The address of another page of the same thread."""
        return f"{self.root.place}?comments={number}#thread"


def thread(root: Contribution, number: int = 1, at: int | None = None) -> Thread:
    """A page of a thread, oldest first, in three queries whatever its size.

    Parameters
    ----------
    number : int
        From 1; a page that does not exist is the last one.
    at : int, optional
        A comment that the page should hold.
    """
    tops = _tops(root)
    total = db.session.scalar(select(func.count()).select_from(tops.subquery())) or 0
    if at is not None:
        number = _page_of(root, at) or number
    number = min(max(number, 1), max(1, -(-total // PER_PAGE)))
    ids = tops.order_by(Comment.published_at, Comment.id).limit(PER_PAGE)
    rows = _with_replies(ids.offset((number - 1) * PER_PAGE))
    return Thread(root, _nodes(rows), number, total)


def _tops(root: Contribution) -> Select[int]:
    reply = aliased(Comment)
    answered = (
        select(reply.id)
        .where(reply.reply_to_id == Comment.id, reply.state == State.VISIBLE)
        .exists()
    )
    return select(Comment.id).where(
        Comment.root_id == root.id,
        Comment.reply_to_id.is_(None),
        Comment.state.in_(SHOWN),
        Comment.published_at.is_not(None),  # what was never public leaves no line
        (Comment.state != State.REMOVED) | answered,
    )


def _with_replies(tops: Select[int]) -> Sequence[Comment]:
    """These comments and everything that answers them, oldest first."""
    statement = (
        select(Comment)
        .where(
            Comment.id.in_(_and_below(tops)),
            Comment.state.in_(SHOWN),
            Comment.published_at.is_not(None),
        )
        .order_by(Comment.published_at, Comment.id)
        .options(joinedload(Comment.author), joinedload(Comment.space))
    )
    return db.session.scalars(statement).unique().all()


def answers_to(comment: Comment) -> list[int]:
    """The ids of everything that answers a comment, directly or not, whatever its state."""
    answers = select(Comment.id).where(Comment.reply_to_id == comment.id)
    return list(db.session.scalars(_and_below(answers)))


def _and_below(ids: Select[int]) -> Select[int]:
    """The ids of these comments and of everything that answers them, directly or not."""
    start = ids.subquery()
    found = select(start.c.id.label("id")).cte("found", recursive=True)
    reply = aliased(Comment)
    found = found.union_all(select(reply.id).join(found, reply.reply_to_id == found.c.id))
    return select(found.c.id)


def waiting_of(account: Account | Visitor, root: Contribution) -> Sequence[Comment]:
    """What a person wrote in a thread and a moderator has still to read: for them alone."""
    return _waiting(account, select(Comment).where(Comment.root_id == root.id))


def _waiting(account: Account | Visitor, texts: Select[Kind]) -> Sequence[Kind]:
    if account.id is None:
        return []
    of_theirs = texts.where(
        Contribution.author_id == account.id, Contribution.state == State.PENDING
    )
    return db.session.scalars(of_theirs.order_by(Contribution.id)).all()


def _nodes(rows: Sequence[Comment]) -> list[Node]:
    """Two levels: a reply to a reply stands beside it, and says to whom it speaks."""
    nodes = {row.id: Node(row) for row in rows}
    parents = {row.id: row.reply_to_id for row in rows}
    tops = []
    for row in rows:
        above = row.reply_to_id
        if above is None or above not in nodes:
            tops.append(nodes[row.id])
            continue
        top = above
        while (higher := parents[top]) is not None and higher in nodes:
            top = higher
        nodes[row.id].answers = nodes[above].comment if above != top else None
        nodes[top].replies.append(nodes[row.id])
    for top_node in tops:
        top_node.replies = [n for n in top_node.replies if n.comment.state is not State.REMOVED]
    return [n for n in tops if n.replies or n.comment.state is not State.REMOVED]


def _page_of(root: Contribution, comment_id: int) -> int | None:
    """The page on which a comment stands."""
    found = db.session.get(Comment, comment_id)
    while found is not None and found.reply_to_id is not None:
        found = db.session.get(Comment, found.reply_to_id)
    if found is None or found.root_id != root.id or found.published_at is None:
        return None
    before = _tops(root).where(
        (Comment.published_at < found.published_at)
        | ((Comment.published_at == found.published_at) & (Comment.id < found.id))
    )
    counted = db.session.scalar(select(func.count()).select_from(before.subquery())) or 0
    return counted // PER_PAGE + 1


# --- Statements -------------------------------------------------------------------------------


def statements_in(space: Space) -> Select[Statement]:
    """The statements of a space, the most voted on first."""
    votes = Contribution.agree_count + Contribution.disagree_count + Contribution.pass_count
    return visible_in(Statement, space).order_by(votes.desc(), Contribution.id)


def waiting_statements(account: Account | Visitor, space: Space) -> Sequence[Statement]:
    """The statements of a person that a moderator has still to read: for them alone."""
    return _waiting(account, select(Statement).where(Statement.space_id == space.id))


def answered_count(account: Account | Visitor, space: Space) -> int:
    """How many statements of a space a person has voted on."""
    if account.id is None:
        return 0
    statement = (
        select(func.count())
        .select_from(Stance)
        .join(Contribution, Contribution.id == Stance.contribution_id)
        .where(
            Stance.account_id == account.id, Contribution.space_id == space.id,
            Contribution.kind == "statement", visible(),
        )
    )  # fmt: skip
    return db.session.scalar(statement) or 0


def next_statement(account: Account, space: Space, answered: int) -> Statement | None:
    """The statement that a person is asked about now; None when they have voted on all.

    Asked again without having voted, the same statement comes.
    """
    chances = next_statement_probabilities(candidates(account, space), answered=answered)
    point = random.Random(f"{account.id}/{space.id}/{answered}").random()  # noqa: S311
    chosen = draw(chances, point)
    return db.session.get(Statement, int(chosen)) if chosen else None


def to_answer_again(
    account: Account | Visitor, space: Space, statement_id: int
) -> Statement | None:
    """A public statement of a space that a person has not voted on, to be asked by its number."""
    mine = select(Stance.contribution_id).where(Stance.account_id == account.id)
    statement = visible_in(Statement, space).where(
        Contribution.id == statement_id, Contribution.id.not_in(mine)
    )
    return db.session.scalar(statement)


def candidates(account: Account, space: Space) -> list[Candidate]:
    """What a person may be asked about: public, not theirs, not voted on.

    A seed is a statement that the team of the space wrote.
    """
    mine = select(Stance.contribution_id).where(Stance.account_id == account.id)
    team = select(Membership.account_id).where(Membership.space_id == space.id)
    rows = db.session.execute(
        select(
            Statement.id, Statement.agree_count, Statement.disagree_count, Statement.pass_count,
            Statement.is_meta, Statement.author_id.in_(team),
        )
        .where(
            Statement.space_id == space.id, visible(), Statement.id.not_in(mine),
            Statement.author_id != account.id,
        )
        .order_by(Statement.id)
    ).all()  # fmt: skip
    known = extremity.ask(space) if rows else {}
    return [
        Candidate(str(row_id), agree, disagree, passed, known.get(row_id, 0.0), is_meta, is_seed)
        for row_id, agree, disagree, passed, is_meta, is_seed in rows
    ]


def about_the_person(space: Space) -> frozenset[int]:
    """The statements of a space that opinion groups are formed without."""
    statement = select(Statement.id).where(Statement.space_id == space.id, Statement.is_meta)
    return frozenset(db.session.scalars(statement))


def answered_by(
    account: Account, space: Space, choice: Choice | None = None, important: bool = False
) -> Select[Statement]:
    """The statements that a person has voted on, the last one first.

    Parameters
    ----------
    choice : Choice, optional
        Only those answered so.
    important : bool
        Only those that they marked as important.
    """
    statement = (
        select(Statement)
        .join(Stance, Stance.contribution_id == Statement.id)
        .where(Stance.account_id == account.id, Statement.space_id == space.id, visible())
        .order_by(Stance.at.desc(), Statement.id.desc())
        .options(joinedload(Statement.author), joinedload(Statement.space))
    )
    if choice is not None:
        statement = statement.where(Stance.value == choice)
    return statement.where(Stance.is_important) if important else statement


def own_statement_count(account: Account, space: Space) -> int:
    """How many statements of theirs a person has not voted on: one's own is not asked."""
    mine = select(Stance.contribution_id).where(Stance.account_id == account.id)
    counted = select(func.count()).where(
        Contribution.space_id == space.id, Contribution.kind == "statement", visible(),
        Contribution.author_id == account.id, Contribution.id.not_in(mine),
    )  # fmt: skip
    return db.session.scalar(counted) or 0


def last_answered(account: Account, space: Space) -> Statement | None:
    """The statement that a person voted on last, to change their mind."""
    statement = (
        select(Statement)
        .join(Stance, Stance.contribution_id == Statement.id)
        .where(Stance.account_id == account.id, Statement.space_id == space.id, visible())
        .order_by(Stance.at.desc(), Statement.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def alike(space: Space, text: str) -> list[Statement]:
    """Statements of a space that share at least half of their words with a new one."""
    words = set(search_words(text).split())
    rows = db.session.execute(
        select(Contribution.id, Contribution.search_words).where(
            Contribution.space_id == space.id, Contribution.kind == "statement", visible()
        )
    )
    near = [
        (len(words & set(theirs.split())) / len(words | set(theirs.split())), -row_id)
        for row_id, theirs in rows
        if words | set(theirs.split())
    ]
    ids = [-minus for share, minus in sorted(near, reverse=True)[:ALIKE_AT_MOST] if share >= ALIKE]
    found = {
        row.id: row for row in db.session.scalars(select(Statement).where(Statement.id.in_(ids)))
    }
    return [found[row_id] for row_id in ids]
