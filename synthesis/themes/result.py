"""What `find_themes` answers: plain data, ready for a page, a file or the next computation.

Counts are whole numbers; strengths search and explain, they never decide what is published.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from synthesis.themes.copies import Kind
from synthesis.themes.labels import Representative

DIGITS = 6  # of the floats written out


@dataclass(frozen=True)
class SubTheme:
    """A part of a large theme."""

    id: str
    name: str
    label: str
    keywords: tuple[str, ...]
    size: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """What several contributions talk about.

    Attributes
    ----------
    id : str
        Stays when a later computation recognises the theme by its members.
    name, label : str
        A readable name to correct, and the words that it is made of.
    size, texts, people : int
        Contributions, different texts among them (copies count once), people they speak for.
    """

    id: str
    name: str
    label: str
    keywords: tuple[str, ...]
    size: int
    texts: int
    people: int
    representatives: tuple[Representative, ...] = ()
    subthemes: tuple[SubTheme, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """Where a contribution is.

    strength is the share of runs, in [0, 1], in which it met the members of its theme; is_doubtful
    says that it met them clearly less often than most members do: a person should look at it.
    """

    theme: str
    strength: float
    second: str | None = None
    is_doubtful: bool = False


@dataclass(frozen=True)
class Alone:
    """A contribution in no theme, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Duplicates:
    """Contributions that say the same text.

    ids holds the one that stands for the group first; differing, for each of the others that is
    not equal to it, the passages that differ as (first's words, its own words).
    """

    ids: tuple[str, ...]
    kind: Kind
    people: int
    differing: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Coverage:
    """How much of what was received is in a theme."""

    received: int
    in_themes: int
    alone: int
    texts: int


@dataclass(frozen=True)
class Part:
    """One side of a proposed cut."""

    name: str
    label: str
    keywords: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True)
class ThemesResult:
    """Themes by size, where each contribution is, and what stands apart."""

    themes: tuple[Theme, ...]
    assignments: Mapping[str, Assignment]
    alone: tuple[Alone, ...]
    duplicates: tuple[Duplicates, ...]
    coverage: Coverage
    parameters: Mapping[str, Any]

    def members(self, theme: str) -> list[str]:
        """Ids of the contributions in a theme, in their order."""
        return [key for key, found in self.assignments.items() if found.theme == theme]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole result, strengths left out: they may differ between machines."""
        plain = {
            "themes": [(theme.id, theme.name, theme.keywords) for theme in self.themes],
            "assignments": {key: found.theme for key, found in sorted(self.assignments.items())},
            "alone": sorted((item.id, item.reason) for item in self.alone),
            "duplicates": sorted(sorted(group.ids) for group in self.duplicates),
        }
        written = json.dumps(plain, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()

    def as_json(self) -> str:
        """The result as JSON, keys sorted."""
        content = {
            "themes": [asdict(theme) for theme in self.themes],
            "assignments": {key: asdict(found) for key, found in self.assignments.items()},
            "alone": [asdict(item) for item in self.alone],
            "duplicates": [asdict(group) for group in self.duplicates],
            "coverage": asdict(self.coverage),
            "parameters": dict(self.parameters),
            "digest": self.digest,
        }
        return json.dumps(_rounded(content), ensure_ascii=False, sort_keys=True, indent=1)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
