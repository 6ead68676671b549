"""The published data as CSV and JSON: every contribution with its place, and nothing hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from civic.db import db
from civic.settings import active
from civic.spreadsheets import BOM, cell, taken
from civic.text import excerpt
from synthesis import citing, sources
from synthesis.figures import ThemeLine, public_figures
from synthesis.models import Placement, Summary, Synthesis

COLUMNS = (
    "contribution", "url", "kind", "title", "place", "theme", "theme_name", "strength",
    "second_theme", "reason", "by_hand", "person", "speaks_for", "copy_of",
)  # fmt: skip
BATCH = 2_000
TITLE_LENGTH = 80  # of the beginning of a text that has no title


def table(synthesis: Synthesis, language: str) -> Iterator[str]:
    """The placements as CSV, some rows at a time.

    Parameters
    ----------
    language : str
        `fr` writes what a French spreadsheet opens by double-click: semicolons, a byte-order mark
        and decimal commas; others get commas and points.
    """
    french = language == "fr"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield (BOM if french else "") + taken(buffer)
    for rows in _batches(synthesis):
        for row in rows:
            row["strength"] = _number(row["strength"], french)
            writer.writerow([cell(row[column]) for column in COLUMNS])
        yield taken(buffer)


def _number(value: float, french: bool) -> str:
    return f"{value:.2f}".replace(".", "," if french else ".")


def _batches(synthesis: Synthesis) -> Iterator[list[dict[str, Any]]]:
    """The rows of every visible contribution, some at a time, as columns rather than objects."""
    themes = {
        theme.id: theme.name for theme in db.session.scalars(sources.living_themes(synthesis))
    }
    statement = sources.columns_of(synthesis).limit(BATCH)
    last = 0
    while rows := db.session.execute(statement.where(Placement.contribution_id > last)).all():
        yield [_row(row, themes) for row in rows]
        last = rows[-1].contribution_id


def _row(row: Any, themes: Mapping[int, str]) -> dict[str, Any]:
    second = row.second_theme_id
    return {
        "contribution": row.contribution_id,
        "url": f"{active().base_url}/contributions/{row.contribution_id}",
        "kind": row.kind,
        "title": row.title or excerpt(row.body, TITLE_LENGTH),
        "place": _place(row),
        "theme": row.theme_id or "",
        "theme_name": themes.get(row.theme_id, ""),
        "strength": round(row.strength, 4),
        "second_theme": second if second in themes and second != row.theme_id else "",
        "reason": row.reason,
        "by_hand": int(row.moved_by_id is not None),
        "person": row.person,
        "speaks_for": row.speaks_for,
        "copy_of": row.copy_of_id or "",
    }


def _place(row: Any) -> str:
    """Where a contribution stands, as a word for programs."""
    if row.is_set_aside:
        return "set aside"
    return "alone" if row.theme_id is None else "theme"


def document(synthesis: Synthesis) -> dict[str, Any]:
    """Everything that is published of a version, for programs."""
    found, lines = public_figures(synthesis)
    quotes = sources.quotes_of(synthesis)
    written = {row.theme_id: row for row in sources.summaries_of(line.theme.id for line in lines)}
    texts = [text for row in written.values() for text in (row.body, row.dissent)]
    gone = sources.gone_among(citing.cited_in(*texts))
    return {
        "space": synthesis.space.slug,
        "version": synthesis.number,
        "url": f"{active().base_url}{synthesis.url}",
        "title": synthesis.title,
        "introduction": synthesis.intro,
        "computed_at": _instant(synthesis.computed_at),
        "published_at": _instant(synthesis.published_at),
        "corrected_at": _instant(synthesis.corrected_at),
        "coverage": vars(found),
        "at_publication": synthesis.figures,
        "themes": [
            _theme(line, quotes.get(line.theme.id, []), written.get(line.theme.id), gone)
            for line in lines
        ],
        "placements": [row for rows in _batches(synthesis) for row in rows],
        "opinions": opinions_document(synthesis),
        "parameters": synthesis.parameters,
        "digest": synthesis.digest,
    }


def _instant(value: Any) -> str | None:
    return value.isoformat() if value else None


def _theme(
    line: ThemeLine, quotes: Sequence[Any], written: Summary | None, gone: Mapping[int, str]
) -> dict[str, Any]:
    theme = line.theme
    return {
        "id": theme.id,
        "key": theme.key,
        "name": theme.name,
        "named_by": "official" if theme.name_given else "machine",
        "keywords": theme.keywords,
        "quotes": [
            {"contribution": row.Quote.contribution_id, "passage": row.Quote.passage}
            for row in quotes
        ],
        "contributions": line.size,
        "people": line.people,
        "texts": line.texts,
        "url": f"{active().base_url}{theme.url}",
        "summary": citing.without_gone(written.body, gone) if written else "",
        "dissent": citing.without_gone(written.dissent, gone) if written else "",
        "decision": theme.decision.value,
        "answer": theme.answer,
    }


def opinions_document(synthesis: Synthesis) -> dict[str, Any]:
    """The figures of the votes, without statements that are no longer public."""
    kept = synthesis.opinions
    if not kept:
        return {}
    public = {str(row) for row in sources.visible_labels(int(n) for n in kept["statements"])}
    lists = ("common", "refused", "bridging", "divisive", "uncertain")
    return {
        **{name: [row for row in kept[name] if row in public] for name in lists},
        "groups": [
            group | {"statements": [s for s in group["statements"] if s["id"] in public]}
            for group in kept["groups"]
        ],
        "statements": {n: seen for n, seen in kept["statements"].items() if n in public},
        "quality": kept["quality"],
        "parameters": kept["parameters"],
        "digest": kept["digest"],
    }
