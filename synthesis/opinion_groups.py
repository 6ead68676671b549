"""Opinion groups as a page shows them: statements read at this moment, figures with their number.

A statement that is no longer public is left out and counted; a cell of fewer than five people is
never shown, nor is a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from civic.contributions.models import Contribution
from synthesis import sources
from synthesis.models import Synthesis
from synthesis.rules import FEWEST_PEOPLE

SURE = 1.96  # standard errors on each side that hold the true share 95 times in 100


@dataclass(frozen=True)
class Answers:
    """How some people answered one statement."""

    agree: int
    disagree: int
    passed: int

    @property
    def n(self) -> int:
        """Everyone who answered, passes included."""
        return self.agree + self.disagree + self.passed

    @property
    def is_shown(self) -> bool:
        """Whether enough people answered for a figure to name nobody."""
        return self.n >= FEWEST_PEOPLE

    def share(self, stance: str) -> float:
        """Share of one stance among those who answered."""
        return getattr(self, stance) / self.n if self.n else 0.0

    def between(self, stance: str) -> tuple[float, float]:
        """Wilson's interval for a share, at 95 %.

        References
        ----------
        .. [1] Wilson (1927). Probable inference, the law of succession, and statistical inference.
        """
        if not self.n:
            return 0.0, 1.0
        share, spread = self.share(stance), SURE**2 / self.n
        middle = (share + spread / 2) / (1 + spread)
        half = sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class StatementLine:
    """A statement with the answers of everyone and of each group."""

    contribution: Contribution
    overall: Answers
    groups: Mapping[str, Answers]
    stance: str = "agree"  # what it is listed for: agree or disagree


@dataclass(frozen=True)
class GroupLine:
    """A group with the statements that set it apart."""

    letter: str
    size: int
    statements: list[StatementLine]

    def of(self, stance: str) -> list[StatementLine]:
        """The statements that it agrees, or disagrees, with more than others."""
        return [line for line in self.statements if line.stance == stance]


@dataclass(frozen=True)
class Opinions:
    """Everything that a page says of the votes on statements."""

    groups: list[GroupLine]
    common: list[StatementLine]
    refused: list[StatementLine]
    bridging: list[StatementLine]
    divisive: list[StatementLine]
    uncertain: list[StatementLine]
    statements: list[StatementLine]
    placed: int
    not_placed: int
    because: str
    map: Mapping[str, Any]
    not_public: int

    @property
    def letters(self) -> list[str]:
        """The letters of the groups."""
        return [group.letter for group in self.groups]


def opinions_of(synthesis: Synthesis) -> Opinions | None:
    """What the votes of a version say; None when nobody had voted."""
    kept = synthesis.opinions
    if not kept or not kept["statements"]:
        return None
    texts = sources.visible_labels(int(name) for name in kept["statements"])
    lines = _lines(kept, texts)
    return Opinions(
        groups=[_group(group, lines) for group in kept["groups"] if group["size"] >= FEWEST_PEOPLE],
        common=_listed(kept["common"], lines),
        refused=[_with_stance(line, "disagree") for line in _listed(kept["refused"], lines)],
        bridging=_listed(kept["bridging"], lines),
        divisive=_listed(kept["divisive"], lines),
        uncertain=_listed(kept["uncertain"], lines),
        statements=sorted(lines.values(), key=lambda line: (-line.overall.n, line.contribution.id)),
        placed=kept["quality"]["placed"],
        not_placed=kept["quality"]["not_placed"],
        because=kept["quality"]["because"],
        map=kept["map"],
        not_public=len(kept["statements"]) - len(lines),
    )


def _lines(kept: Mapping[str, Any], texts: Mapping[int, Contribution]) -> dict[str, StatementLine]:
    return {
        name: StatementLine(
            texts[int(name)],
            Answers(*seen["overall"]),
            {letter: Answers(*count) for letter, count in seen["groups"].items()},
        )
        for name, seen in kept["statements"].items()
        if int(name) in texts
    }


def _listed(names: Iterable[str], lines: Mapping[str, StatementLine]) -> list[StatementLine]:
    return [lines[name] for name in names if name in lines]


def _with_stance(line: StatementLine, stance: str) -> StatementLine:
    return StatementLine(line.contribution, line.overall, line.groups, stance)


def _group(group: Mapping[str, Any], lines: Mapping[str, StatementLine]) -> GroupLine:
    listed = [
        _with_stance(lines[item["id"]], item["stance"])
        for item in group["statements"]
        if item["id"] in lines
    ]
    return GroupLine(group["letter"], group["size"], listed)
