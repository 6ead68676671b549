"""Public texts that resemble one being written, from the index that search keeps already.

The rarest words of the text bring the candidates; all its words, weighed by their rarity, rank
them: what few people write says more than what everybody writes. Nothing is refused for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log, sqrt
from typing import TypeVar

from sqlalchemy import select, text

from civic.contributions.models import Contribution
from civic.contributions.queries import kind_name, visible, visible_in
from civic.db import db
from civic.spaces.models import Space
from civic.text import search_words

Kind = TypeVar("Kind", bound=Contribution)

WORDS = 24  # of the text, the first ones: titles come first
RAREST = 8  # of them, those that bring candidates
COMMON = 1_000  # texts that hold a word from which it brings nobody
CANDIDATES = 300
ALIKE = 0.3  # cosine from which a text is shown
MATCHING = {
    "sqlite": "SELECT rowid FROM contribution_search WHERE contribution_search MATCH :words",
    "postgresql": (
        "SELECT id FROM contribution WHERE "
        "to_tsvector('simple', search_words) @@ to_tsquery('simple', :words)"
    ),
}

EVERYDAY = """
    SELECT word FROM pg_stats, unnest(
        most_common_elems::text::text[], most_common_elem_freqs
    ) AS known(word, share)
    WHERE schemaname = current_schema() AND tablename = 'ix_contribution_words'
    AND share * (SELECT reltuples FROM pg_class WHERE oid = 'contribution'::regclass) >= :common
"""


def similar_to(
    kind: type[Kind], space: Space, words: str, leave_out: int = 0, at_most: int = 4
) -> list[Kind]:
    """Public texts of a space that say much the same, the nearest first.

    Parameters
    ----------
    words : str
        Title and text of what is being written.
    leave_out : int
        Its own id, when it has one.
    """
    mine = list(dict.fromkeys(search_words(words).split()))[:WORDS]
    everyday = _everyday_words()
    holders = {word: COMMON if word in everyday else _holders(word) for word in mine}
    weights = {word: log(1 + 10_000 / (1 + holders[word])) for word in mine}
    known = [word for word in mine if 0 < holders[word] < COMMON]
    rare = sorted(known, key=lambda word: (holders[word], word))[:RAREST]
    if not rare:
        return []
    rows = db.session.execute(
        select(Contribution.id, Contribution.search_words).where(
            Contribution.id.in_(_matching(rare)), Contribution.space_id == space.id,
            Contribution.kind == kind_name(kind), Contribution.id != leave_out, visible(),
        )
    )  # fmt: skip
    near = sorted(((_alike(weights, theirs.split()), -key) for key, theirs in rows), reverse=True)
    chosen = [-minus for share, minus in near[:at_most] if share >= ALIKE]
    found = {
        row.id: row
        for row in db.session.scalars(visible_in(kind, space).where(kind.id.in_(chosen)))
    }
    return [found[key] for key in chosen]


def _everyday_words() -> set[str]:
    """Words that many texts hold, as PostgreSQL's own statistics know them; to count the holders
    of one would read them all. SQLite stops counting by itself."""
    if _engine() == "sqlite":
        return set()
    return set(db.session.scalars(text(EVERYDAY), {"common": COMMON}))


def _holders(word: str) -> int:
    """How many texts hold a word; counting stops at `COMMON`."""
    query = text(f"SELECT count(*) FROM ({_select()} LIMIT {COMMON}) AS found")  # noqa: S608
    return db.session.scalar(query, {"words": _written([word])}) or 0


def _matching(words: Sequence[str]) -> list[int]:
    query = text(f"{_select()} LIMIT {CANDIDATES}")
    return list(db.session.scalars(query, {"words": _written(words)}))


def _select() -> str:
    return MATCHING[_engine()]


def _engine() -> str:
    return db.session.connection().dialect.name


def _written(words: Sequence[str]) -> str:
    """The words as a query of the engine; they are letters and digits alone."""
    if _engine() == "sqlite":
        return " OR ".join(f'"{word}"' for word in words)
    return " | ".join(f"'{word}'" for word in words)


def _alike(weights: Mapping[str, float], theirs: Sequence[str]) -> float:
    """Cosine of two sets of weighed words; a word that is theirs alone has the mean weight."""
    usual = sum(weights.values()) / len(weights)
    other = set(theirs)
    shared = sum(weight**2 for word, weight in weights.items() if word in other)
    own = sqrt(sum(weight**2 for weight in weights.values()))
    across = sqrt(sum(weights.get(word, usual) ** 2 for word in other))
    return shared / (own * across) if other else 0.0
