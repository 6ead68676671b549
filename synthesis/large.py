"""A version of more texts than the worker's memory holds: learned, then written block by block.

Imported by `jobs` alone, since it imports the engine. The rows of a version under way are committed
as they come, so that nobody waits for a long transaction; nobody sees them before its end, and a
computation that starts again first takes away what the one before had left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, bindparam, delete, func, select, update

from civic.contributions.models import Contribution, Gathered, visible
from civic.db import begin_read, begin_write, commit, db
from synthesis import actions, queries, sources
from synthesis.drafting import DraftPlace, DraftQuote, Kept, placed, themes_with
from synthesis.models import Placement, Quote, Synthesis, Theme
from synthesis.theme_draft import fixed_of, previous_of, quotes_of_result, themes_of_result
from synthesis.themes.result import ThemesResult
from synthesis.themes.scale.engine import (
    BLOCK,
    SAMPLE,
    ScaleResult,
    find_themes_at_scale,
    sample_of,
)
from synthesis.themes.scale.model import REASONS, Block
from synthesis.themes.text import Document


@dataclass(frozen=True)
class SpaceSource:
    """The visible contributions of a space, read a block at a time."""

    space_id: int
    kinds: tuple[str, ...]

    def _readable(self, *columns: Any) -> Select[Any]:
        return select(*columns).where(
            Contribution.space_id == self.space_id, Contribution.kind.in_(self.kinds), visible()
        )

    def numbers(self) -> NDArray[np.int64]:
        """Every number, ascending."""
        return _first_column(self._readable(Contribution.id).order_by(Contribution.id))

    def authors(self) -> NDArray[np.int64]:
        """Everyone who wrote one of them, ascending."""
        author = Contribution.author_id
        return _first_column(self._readable(author).distinct().order_by(author))

    def fetch(self, numbers: Sequence[int]) -> list[Document]:
        """The texts under these numbers; one hidden a moment ago comes back without words."""
        begin_read()
        found: dict[int, Document] = {}
        columns = (
            Contribution.id, Contribution.body, Contribution.title, Contribution.language,
            Contribution.author_id,
        )  # fmt: skip
        for start in range(0, len(numbers), sources.AT_ONCE):
            some = [int(number) for number in numbers[start : start + sources.AT_ONCE]]
            for row in db.session.execute(
                self._readable(*columns).where(Contribution.id.in_(some))
            ):
                found[row.id] = Document(
                    str(row.id), row.body, row.title, row.language, str(row.author_id)
                )
        db.session.rollback()
        gone = (Document(str(number), "") for number in numbers)
        return [found.get(int(n), empty) for n, empty in zip(numbers, gone, strict=True)]


def _first_column(statement: Select[Any]) -> NDArray[np.int64]:
    begin_read()
    rows = db.session.execute(statement)
    found = np.fromiter((row[0] for row in rows.yield_per(BLOCK)), np.int64)
    db.session.rollback()
    return found


@dataclass
class Writing:
    """The rows of one version as they are written."""

    synthesis_id: int
    kept: Kept
    source: SpaceSource
    ids: dict[str, int] = field(default_factory=dict)
    quotes: tuple[DraftQuote, ...] = ()
    digest: Any = field(default_factory=hashlib.sha256)
    people: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    numbered: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def clear(self) -> None:
        """Take away what a run that died has left."""
        begin_write()
        for table in (Quote, Placement, Theme):
            db.session.execute(delete(table).where(table.synthesis_id == self.synthesis_id))
        commit()
        self.people = self.source.authors()
        self.numbered = np.random.default_rng().permutation(len(self.people)) + 1

    def learned(self, result: ThemesResult) -> None:
        """Keep the themes, with those that people made or fixed."""
        begin_write()
        synthesis = db.session.get_one(Synthesis, self.synthesis_id)
        moved = (self.kept.living(key) for key, _by in self.kept.moved.values())
        fixed = {key for key in (*moved, *self.kept.locked) if key is not None}
        themes = themes_with(themes_of_result(result), fixed, self.kept)
        rows = actions.keep_themes(synthesis, themes, self.kept)
        self.ids = {key: row.id for key, row in rows.items()}
        self.quotes = quotes_of_result(result)
        commit()

    def write(self, numbers: NDArray[np.int64], block: Block) -> None:
        """Keep the places of a block."""
        begin_write()
        synthesis = db.session.get_one(Synthesis, self.synthesis_id)
        authors = self._authors(numbers)
        rows = []
        for n, number in enumerate(numbers.tolist()):
            place = placed(_place_of(number, block, n), self.kept)
            self.digest.update(f"{number} {place.theme}\n".encode())
            author, speaks_for = authors[number]
            person = self._person(author, number)
            rows.append(actions.row_of(synthesis, place, self.ids, person, speaks_for))
        actions.keep_rows(Placement, rows)
        commit()

    def _authors(self, numbers: NDArray[np.int64]) -> dict[int, tuple[int, int]]:
        """Author of each text, and for how many people it speaks."""
        statement = (
            select(Contribution.id, Contribution.author_id, func.coalesce(Gathered.speaks_for, 1))
            .outerjoin(Gathered, Gathered.contribution_id == Contribution.id)
            .where(
                Contribution.space_id == self.source.space_id,
                Contribution.id.between(int(numbers[0]), int(numbers[-1])),
            )
        )
        return {row[0]: (row[1], row[2]) for row in db.session.execute(statement)}

    def _person(self, author: int, number: int) -> int:
        place = int(np.searchsorted(self.people, author))
        known = place < len(self.people) and self.people[place] == author
        return int(self.numbered[place]) if known else len(self.people) + number

    def finish(self, base: Synthesis | None, result: ScaleResult) -> None:
        """Say which texts are copies, keep the quotes and open the version; the caller commits."""
        copies = [
            {"one": number, "first": group.numbers[0]}
            for group in result.copies
            for number in group.numbers[1:]
        ]
        if copies:
            placement = Placement.__table__
            db.session.connection().execute(
                update(placement)  # type: ignore[arg-type]
                .where(
                    placement.c.synthesis_id == self.synthesis_id,
                    placement.c.contribution_id == bindparam("one"),
                )
                .values(copy_of_id=bindparam("first")),
                copies,
            )
        synthesis = db.session.get_one(Synthesis, self.synthesis_id)
        chosen = [quote.contribution_id for quote in self.quotes]
        statement = select(Contribution.id, Contribution.version).where(Contribution.id.in_(chosen))
        actions.keep_quotes(synthesis, self.quotes, dict(db.session.execute(statement).all()))
        themes = {t.key: t for t in db.session.scalars(sources.living_themes(synthesis))}
        actions.finish(
            synthesis, base, themes, (), result.parameters, self.digest.hexdigest(),
            result.coverage.received,
        )  # fmt: skip


def _place_of(number: int, block: Block, n: int) -> DraftPlace:
    theme, second = int(block.theme[n]), int(block.second[n])
    if theme < 0:
        return DraftPlace(number, None, reason=REASONS[block.reason[n]] or "no words")
    return DraftPlace(
        number, block.keys[theme], strength=float(block.strength[n]),
        second=block.keys[second] if second >= 0 else None,
        is_doubtful=bool(block.is_doubtful[n]),
    )  # fmt: skip


def compute_places(
    synthesis_id: int, kept: Kept, base_id: int | None, tell: Callable[[float], None],
    sample: int = SAMPLE, block: int = BLOCK,
) -> tuple[Writing, ScaleResult]:  # fmt: skip
    """Find the themes of a version and write its places; `Writing.finish` opens it."""
    begin_read()
    synthesis = db.session.get_one(Synthesis, synthesis_id)
    source = SpaceSource(synthesis.space_id, queries.kinds_read(synthesis.with_comments))
    wanted = synthesis.wanted_themes or None
    db.session.rollback()
    writing = Writing(synthesis_id, kept, source)
    writing.clear()
    result = find_themes_at_scale(
        source, writing.write, themes=wanted, fixed=fixed_of(kept), progress=tell,
        previous=previous_of(kept, _before(base_id, source, sample)),
        when_learned=writing.learned, sample=sample, block=block,
    )  # fmt: skip
    return writing, result


def _before(base_id: int | None, source: SpaceSource, sample: int) -> dict[str, set[int]]:
    """What the themes of the version before hold of the texts that will be learned from."""
    if base_id is None:
        return {}
    chosen = sample_of(source.numbers(), sample, 0).tolist()
    begin_read()
    found = sources.keys_of(db.session.get_one(Synthesis, base_id), chosen)
    db.session.rollback()
    return found
