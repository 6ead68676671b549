"""Write, revise, publish, hide and take back: the only ways in which a text changes.

`set_state` and `move` keep every counter that depends on visibility in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import func, select, update

from civic.accounts.models import Account
from civic.accounts.rules import may_write
from civic.clock import now
from civic.contributions.models import Contribution, Follow, Revision, SpaceCount, State
from civic.contributions.rules import may_edit
from civic.db import db, insert_if_absent
from civic.errors import Conflict
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.text import plain, search_words, to_html

Kind = TypeVar("Kind", bound=Contribution)


def write(
    kind: type[Kind], space: Space, author: Account, title: str = "", body: str = "",
    root: Contribution | None = None, **details: Any,
) -> Kind:  # fmt: skip
    """Make a draft of any kind. Texts enter here, and nowhere else.

    Parameters
    ----------
    root : Contribution, optional
        The contribution whose thread the text joins.
    **details
        The columns of the kind itself.
    """
    row = kind(
        space_id=space.id,
        author_id=author.id,
        root_id=root.id if root else None,
        shaded=bool(root and not root.is_visible),
        state=State.DRAFT,
        created_at=now(),
        language=author.language,
        **details,
    )
    _set_text(row, title, body)
    db.session.add(row)
    db.session.flush()
    _keep_revision(row)
    return row


def _set_text(row: Contribution, title: str, body: str) -> None:
    row.title, row.body = plain(title), plain(body)
    row.body_html = to_html(row.body)
    row.search_words = search_words(row.title, row.body)


def _keep_revision(row: Contribution) -> None:
    db.session.add(
        Revision(
            contribution_id=row.id, number=row.version, title=row.title, body=row.body, at=now()
        )
    )
    db.session.flush()


def revise(row: Contribution, by: Account, title: str, body: str, version: int) -> None:
    """Change a text; its earlier version stays readable.

    Raises
    ------
    Conflict
        When it was changed since the version that `by` has before their eyes.
    """
    may_edit(by, row).require()
    may_write(by, now()).require()
    if version != row.version:
        raise Conflict(_("This text was changed in the meantime. Compare, then send yours again."))
    if (plain(title), plain(body)) == (row.title, row.body):
        return
    _set_text(row, title, body)
    row.version += 1
    if row.state is not State.DRAFT:
        row.edited_at = now()
    _keep_revision(row)


def rewrite(row: Contribution, title: str, body: str) -> None:
    """A moderator covers or uncovers a passage: one more version, so that nobody who has the
    earlier one before their eyes sends it back by mistake, and nothing goes on quoting it."""
    _set_text(row, title, body)
    row.version += 1
    _keep_revision(row)


def publish(row: Contribution) -> None:
    """Let everyone read a draft or pending text; its author follows it."""
    row.published_at = row.published_at or now()
    set_state(row, State.VISIBLE)
    follow(row, row.author_id)


def take_back(row: Contribution, by: Account) -> None:
    """An author takes a text of theirs back."""
    may_edit(by, row).require()
    set_state(row, State.REMOVED)


def set_state(row: Contribution, state: State) -> None:
    """Change who may read a text, and every count that says how many can be read."""
    was_visible = row.is_visible
    row.state = state
    db.session.flush()
    change = int(row.is_visible) - int(was_visible)
    if not change:
        return
    _count(row.space_id, row.kind, change)
    if row.root_id is not None:
        db.session.execute(
            update(Contribution)
            .where(Contribution.id == row.root_id)
            .values(comment_count=Contribution.comment_count + change)
            .execution_options(synchronize_session="fetch")
        )
    else:
        _shade_thread(row, shaded=not row.is_visible)


def _shade_thread(root: Contribution, shaded: bool) -> None:
    thread = (Contribution.root_id == root.id, Contribution.state == State.VISIBLE)
    kinds = db.session.execute(
        select(Contribution.kind, func.count()).where(*thread).group_by(Contribution.kind)
    ).all()
    db.session.execute(
        update(Contribution).where(Contribution.root_id == root.id).values(shaded=shaded)
    )
    for kind, size in kinds:
        _count(root.space_id, kind, -size if shaded else size)


def _count(space_id: int, kind: str, change: int) -> None:
    insert_if_absent(SpaceCount, {"space_id": space_id, "kind": kind, "visible": 0})
    db.session.execute(
        update(SpaceCount)
        .where(SpaceCount.space_id == space_id, SpaceCount.kind == kind)
        .values(visible=SpaceCount.visible + change)
    )


def follow(row: Contribution, account_id: int) -> None:
    """Tell this person what becomes of the text."""
    insert_if_absent(Follow, {"contribution_id": row.id, "account_id": account_id, "since": now()})


# --- Moving -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Detached:
    """A text taken out of its thread: the texts that go with it, and how to put it back."""

    ids: list[int] = field(default_factory=list)
    memo: dict[str, Any] = field(default_factory=dict)


DETACH: dict[str, Callable[[Contribution], Detached]] = {}
ATTACH: dict[str, Callable[[Contribution, dict[str, Any]], None]] = {}


def moves_in_threads(
    kind: str,
    detach: Callable[[Contribution], Detached],
    attach: Callable[[Contribution, dict[str, Any]], None],
) -> None:
    """A kind says what goes with one of its texts to another thread, and how it comes back."""
    DETACH[kind], ATTACH[kind] = detach, attach


def move_to_space(row: Contribution, space: Space) -> list[int]:
    """Take a text and its thread to another space.

    Returns
    -------
    list of int
        The ids of everything that moved.
    """
    thread = db.session.scalars(select(Contribution.id).where(Contribution.root_id == row.id))
    ids = [row.id, *thread]
    _relocate(ids, row.space_id, space.id, {})
    return ids


def move_under(row: Contribution, root: Contribution, memo: dict[str, Any]) -> Detached:
    """Take a text of a thread, and what answers it, to the thread of another text.

    Parameters
    ----------
    memo : dict
        What `Detached` said when it left the thread to which it now comes back; else empty.
    """
    gone = DETACH[row.kind](row)
    ids = [row.id, *gone.ids]
    shown = (Contribution.id.in_(ids), Contribution.state == State.VISIBLE)
    size = db.session.scalar(select(func.count()).where(*shown)) or 0
    for thread, change in ((row.root_id, -size), (root.id, size)):
        db.session.execute(
            update(Contribution)
            .where(Contribution.id == thread)
            .values(comment_count=Contribution.comment_count + change)
            .execution_options(synchronize_session="fetch")
        )
    values = {"root_id": root.id, "shaded": not root.is_visible}
    _relocate(ids, row.space_id, root.space_id, values)
    ATTACH[row.kind](row, memo)
    return gone


def _relocate(ids: Iterable[int], before: int, after: int, values: dict[str, Any]) -> None:
    """Change where these texts stand, and the counts of both spaces."""
    here = Contribution.id.in_(list(ids))
    shown = (here, Contribution.state == State.VISIBLE, Contribution.shaded.is_(False))
    sizes = select(Contribution.kind, func.count()).where(*shown).group_by(Contribution.kind)
    left = db.session.execute(sizes).all()
    db.session.execute(
        update(Contribution)
        .where(here)
        .values(space_id=after, **values)
        .execution_options(synchronize_session="fetch")
    )
    for row in db.session.identity_map.values():
        if isinstance(row, Contribution) and row.id in ids:
            db.session.expire(row, ["space_id", "space", "root_id", "root", "shaded"])
    for kind, size in left:
        _count(before, kind, -size)
    for kind, size in db.session.execute(sizes).all():
        _count(after, kind, size)
