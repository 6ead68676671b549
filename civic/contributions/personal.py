"""What texts hold about the people who wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Select, and_, select

from civic.contributions.models import Contribution, Follow, Revision, State
from civic.db import db
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, Person, by, holds, names, table_of, through

PRIVATE = (State.DRAFT, State.REMOVED)  # what nobody reads, or is not meant to read any more


def _private_ids(person: Person) -> Select[int]:
    return select(Contribution.id).where(
        Contribution.author_id == person.id, Contribution.state.in_(PRIVATE)
    )


def _public_ids(person: Person) -> Select[int]:
    return select(Contribution.id).where(
        Contribution.author_id == person.id, Contribution.state.not_in(PRIVATE)
    )


def _is_private(person: Person) -> ColumnElement[bool]:
    columns = table_of(Contribution).c
    return and_(columns.author_id == person.id, columns.state.in_(PRIVATE))


def _is_public(person: Person) -> ColumnElement[bool]:
    columns = table_of(Contribution).c
    return and_(columns.author_id == person.id, columns.state.not_in(PRIVATE))


COLUMNS = ["id", "kind", "space_id", "author_id", "root_id", "state", "title", "body", "language",
           "created_at", "published_at", "edited_at"]  # fmt: skip

holds(
    Contribution,
    COLUMNS,
    what=_l("What you wrote in public"),
    why=_l("A consultation is public: everyone reads what was said, and by whom"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.KEEP,
    because=_l("Others answered it and the town relies on it; it is signed “deleted account”"),
    whose=_is_public,
)
holds(
    Contribution,
    COLUMNS,
    what=_l("Your drafts, and what you took back"),
    why=_l("To let you go on writing"),
    ground=Ground.MISSION,
    kept=_l("Until you delete your account"),
    fate=Fate.BLANK,
    blank={"title": "", "body": "", "body_html": "", "search_words": "", "state": State.REMOVED},
    whose=_is_private,
)
holds(
    Revision,
    ["contribution_id", "number", "title", "body", "at"],
    what=_l("Earlier versions of what you wrote in public"),
    why=_l("So that nobody rewrites what others answered"),
    ground=Ground.MISSION,
    kept=_l("As long as the text"),
    fate=Fate.KEEP,
    because=_l("They are part of the public record, and are signed “deleted account”"),
    whose=through(Revision, "contribution_id", _public_ids),
)
holds(
    Revision,
    ["contribution_id", "number", "title", "body", "at"],
    what=_l("Earlier versions of your drafts and of what you took back"),
    why=_l("To let you go on writing"),
    ground=Ground.MISSION,
    kept=_l("Until you delete your account"),
    fate=Fate.BLANK,
    blank={"title": "", "body": ""},
    whose=through(Revision, "contribution_id", _private_ids),
)
holds(
    Follow,
    ["contribution_id", "account_id", "since"],
    what=_l("The texts that you follow"),
    why=_l("To tell you what becomes of them"),
    ground=Ground.MISSION,
    kept=_l("Until you delete your account"),
    fate=Fate.DELETE,
    whose=by(Follow, "account_id"),
)


@names("contribution_id")
def labels(ids: Iterable[int]) -> Mapping[int, str]:
    """The titles of texts that everyone may read."""
    found = db.session.scalars(
        select(Contribution).where(Contribution.id.in_(list(ids)), Contribution.state == "visible")
    )
    return {row.id: row.label for row in found if row.is_visible}
