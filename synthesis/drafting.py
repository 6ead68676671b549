"""What the machine proposes, held to what people have fixed. Pure: plain data in, plain data out.

A recomputation never undoes an official's work: names, merges, moved and set-aside contributions
and locked themes of the version before are put over the machine's new proposal, whatever the
engine made of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

OWN_KEY = "by-hand-"  # how the key of a theme that a person made begins


@dataclass(frozen=True)
class DraftTheme:
    """A theme under its lasting key."""

    key: str
    name: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftPlace:
    """Where one contribution goes: a theme's key, or None when it stands alone or set aside."""

    contribution_id: int
    theme: str | None
    strength: float = 0.0
    second: str | None = None
    reason: str = ""
    is_set_aside: bool = False
    moved_by: int | None = None
    copy_of: int | None = None
    is_doubtful: bool = False


@dataclass(frozen=True)
class DraftQuote:
    """A passage proposed to stand for a theme."""

    contribution_id: int
    passage: str
    why: str


@dataclass(frozen=True)
class Draft:
    """A whole proposal."""

    themes: tuple[DraftTheme, ...]
    places: tuple[DraftPlace, ...]
    quotes: tuple[DraftQuote, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True)
class Kept:
    """What people fixed in the version before.

    Attributes
    ----------
    themes : mapping of key to DraftTheme
        Living themes of that version, named as people know them.
    named : mapping of key to str
        Names that people gave.
    moved : mapping of contribution id to (key or None, account id)
        Placed by hand; None is alone.
    set_aside : mapping of contribution id to (reason, account id)
    locked : mapping of key to frozenset of contribution ids
        Themes that the machine may neither fill nor empty.
    merged : mapping of key to key
        Themes that were merged away, and into which.
    """

    themes: Mapping[str, DraftTheme] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[int, tuple[str | None, int]] = field(default_factory=dict)
    set_aside: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    locked: Mapping[str, frozenset[int]] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)

    def living(self, key: str | None) -> str | None:
        """The theme that a key stands for after every merge."""
        seen: set[str] = set()
        while key is not None and key in self.merged and key not in seen:
            seen.add(key)
            key = self.merged[key]
        return key


def held_to(draft: Draft, kept: Kept) -> Draft:
    """The proposal with everything that people fixed put over it."""
    places = tuple(placed(place, kept) for place in draft.places)
    used = {place.theme for place in places if place.theme}
    themes = themes_with(draft.themes, used, kept)
    known = {theme.key for theme in themes}
    places = tuple(replace(p, second=p.second if p.second in known else None) for p in places)
    return replace(draft, themes=themes, places=places)


def themes_with(
    proposed: Iterable[DraftTheme], used: Iterable[str], kept: Kept
) -> tuple[DraftTheme, ...]:
    """The themes proposed that were not merged away, then those that people use besides."""
    living = {theme.key: theme for theme in proposed if theme.key not in kept.merged}
    wanted = [*living, *(key for key in sorted(used) if key not in living)]
    return tuple(living.get(key) or kept.themes.get(key) or DraftTheme(key, key) for key in wanted)


def placed(place: DraftPlace, kept: Kept) -> DraftPlace:
    """The place of one contribution, as people fixed it where they did."""
    row = place.contribution_id
    if row in kept.set_aside:
        reason, by = kept.set_aside[row]
        return replace(
            place, theme=None, second=None, strength=0.0, reason=reason, is_set_aside=True,
            moved_by=by, is_doubtful=False,
        )  # fmt: skip
    if row in kept.moved:
        theme, by = kept.moved[row]
        theme = kept.living(theme)
        return replace(
            place, theme=theme, strength=1.0 if theme else 0.0, moved_by=by, is_doubtful=False,
            reason="" if theme else "by hand", second=_other(kept.living(place.second), theme),
        )  # fmt: skip
    return _not_in_a_locked_theme(place, kept)


def _not_in_a_locked_theme(place: DraftPlace, kept: Kept) -> DraftPlace:
    row, theme = place.contribution_id, kept.living(place.theme)
    for key, members in kept.locked.items():
        if row in members:
            return replace(place, theme=key, reason="", second=_other(place.second, key))
    if theme in kept.locked:
        return replace(
            place, theme=None, second=theme, strength=0.0, reason="locked", is_doubtful=False
        )
    return replace(place, theme=theme, second=_other(kept.living(place.second), theme))


def _other(second: str | None, theme: str | None) -> str | None:
    return second if second != theme else None


def own_key(taken: Iterable[str]) -> str:
    """A new key for a theme that a person makes."""
    numbers = [int(key[len(OWN_KEY) :]) for key in taken if key.startswith(OWN_KEY)]
    return f"{OWN_KEY}{max(numbers, default=0) + 1}"
