"""Between the themes engine and the rows: hints going in, a draft coming out.

Imported by `jobs` alone, since it imports the engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from synthesis.drafting import Draft, DraftPlace, DraftQuote, DraftTheme, Kept
from synthesis.themes.engine import Fixed, Previous
from synthesis.themes.result import Part, ThemesResult

ALONE = "no neighbour"  # why, when the engine gives no reason


def previous_of(kept: Kept, members: Mapping[str, Collection[int]]) -> Previous | None:
    """The themes of the version before, as people left them, for theirs to be recognised."""
    if not members:
        return None
    return Previous(themes={key: _names(rows) for key, rows in members.items()})


def fixed_of(kept: Kept) -> Fixed:
    """What people fixed, as hints: themes form around it. `held_to` then makes sure."""
    placed = {row: kept.living(key) for row, (key, _by) in kept.moved.items()}
    return Fixed(
        moved={str(row): key for row, key in placed.items() if key is not None},
        set_aside=_names(kept.set_aside),
        locked={key: _names(rows) for key, rows in kept.locked.items()},
        names=dict(kept.named),
    )


def _names(rows: Collection[int]) -> tuple[str, ...]:
    return tuple(str(row) for row in sorted(rows))


def draft_of(result: ThemesResult, ids: Sequence[int]) -> Draft:
    """A result as a draft: exactly one place for each contribution that was read.

    Parameters
    ----------
    result : ThemesResult
    ids : sequence of int
        Everything that was given to the engine.
    """
    copies, reasons = _copies(result), {found.id: found.reason for found in result.alone}
    return Draft(
        themes=themes_of_result(result),
        places=tuple(_place(result, row, copies, reasons) for row in ids),
        quotes=quotes_of_result(result),
        parameters=dict(result.parameters),
        digest=result.digest,
    )


def themes_of_result(result: ThemesResult) -> tuple[DraftTheme, ...]:
    """The themes that the machine proposes."""
    return tuple(DraftTheme(t.id, t.name or t.label, tuple(t.keywords)) for t in result.themes)


def quotes_of_result(result: ThemesResult) -> tuple[DraftQuote, ...]:
    """The passages that it proposes."""
    return tuple(
        DraftQuote(int(item.id), item.passage, item.why)
        for theme in result.themes
        for item in theme.representatives
    )


def _place(
    result: ThemesResult, row: int, copies: Mapping[int, int], reasons: Mapping[str, str]
) -> DraftPlace:
    found = result.assignments.get(str(row))
    copy_of = copies.get(row)
    if found is None:
        return DraftPlace(row, None, reason=reasons.get(str(row), ALONE), copy_of=copy_of)
    return DraftPlace(
        row,
        found.theme,
        strength=found.strength,
        second=found.second,
        copy_of=copy_of,
        is_doubtful=found.is_doubtful,
    )


def _copies(result: ThemesResult) -> dict[int, int]:
    """For each copy, the text that it copies: the first of its group."""
    return {int(copy): int(group.ids[0]) for group in result.duplicates for copy in group.ids[1:]}


def parts_of(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """A proposed cut as plain data: for each part a name, keywords and what it holds."""
    return [
        {
            "name": part.name or part.label,
            "keywords": list(part.keywords),
            "members": sorted(int(row) for row in part.members),
        }
        for part in parts
    ]
