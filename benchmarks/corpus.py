"""Fill a database for the benchmark: many proposals, one long thread, statements, people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from civic.accounts.actions import create_account
from civic.contributions.models import Contribution, SpaceCount, State
from civic.db import begin_write, commit, db
from civic.spaces.actions import PhasePlan, create_space, publish_space
from civic.spaces.models import Act
from civic.text import search_words, to_html
from deliberations.models import Comment, Statement
from proposals.models import Proposal, Stage

PASSWORD = "une phrase de quatre mots"
PEOPLE = 16
COMMENTS = 200
STATEMENTS = 400
BODY = (
    "Il faudrait planter des arbres le long de la rue des Écoles, parce que l’été la cour et le "
    "trottoir sont trop chauds pour les enfants.\n\nDes **tilleuls** suffiraient, et un banc entre "
    "deux arbres pour attendre à l’ombre. La commune voisine l’a fait pour 12 000 €."
)


def fill(size: int) -> None:
    """One public space with `size` proposals, the first of which has a thread of comments."""
    begin_write()
    people = [
        create_account(f"Habitant {n}", f"h{n}@example.org", PASSWORD, confirmed=True)
        for n in range(PEOPLE)
    ]
    start = datetime.now(UTC) - timedelta(days=30)
    plan = PhasePlan("Contribuer", start, start + timedelta(days=300), frozenset(Act))
    space = create_space(people[0], "banc", "Banc d’essai", phases=[plan])
    publish_space(people[0], space)
    authors = [person.id for person in people]
    first = _insert(Proposal, "proposal", size, space.id, authors, start)
    _insert(Comment, "comment", COMMENTS, space.id, authors, start, root_id=first)
    _insert(Statement, "statement", STATEMENTS, space.id, authors, start)
    commit()


def _insert(
    kind: type[Contribution], name: str, size: int, space_id: int, authors: list[int],
    start: datetime, root_id: int | None = None,
) -> int:  # fmt: skip
    highest = db.session.query(db.func.max(Contribution.id)).scalar() or 0
    rows = list(_rows(highest, name, size, space_id, authors, start, root_id))
    own: list[dict[str, Any]] = [{"id": row["id"]} for row in rows]
    if kind is Proposal:
        own = [row | {"stage": Stage.NOT_ANSWERED, "withdrawn_because": ""} for row in own]
    for begin in range(0, size, 5_000):
        chunk = slice(begin, begin + 5_000)
        db.session.execute(insert(Contribution.__table__), rows[chunk])
        db.session.execute(insert(kind.__table__), own[chunk])
    db.session.execute(insert(SpaceCount), [{"space_id": space_id, "kind": name, "visible": size}])
    if root_id is not None:
        db.session.get_one(Contribution, root_id).comment_count = size
    return highest + 1


def _rows(
    highest: int, name: str, size: int, space_id: int, authors: list[int], start: datetime,
    root_id: int | None,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    html, words = to_html(BODY), search_words(BODY)
    for number in range(size):
        instant = start + timedelta(seconds=number)
        yield {
            "id": highest + 1 + number, "kind": name, "space_id": space_id,
            "author_id": authors[number % len(authors)], "root_id": root_id,
            "state": State.VISIBLE, "shaded": False, "is_settled": False,
            "title": f"Des arbres, numéro {number}" if name == "proposal" else "",
            "body": BODY, "body_html": html, "search_words": words, "language": "fr",
            "version": 1, "shuffle_key": (number * 2_654_435_761) % 2**31,
            "created_at": instant, "published_at": instant, "support_count": number * 7 % 97,
            "comment_count": 0, "agree_count": 0, "disagree_count": 0, "pass_count": 0,
            "report_count": 0,
        }  # fmt: skip
