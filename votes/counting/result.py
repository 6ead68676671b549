"""What a count gives back: ordered groups, who is in, who is tied, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Counts:
    """Ballots by kind, in the terms of French electoral law, always shown together.

    *Inscrits* may vote (None where unknown); *votants* did; *blancs* are valid ballots that
    choose nothing; *nuls* are invalid; *exprimés* are all the others.
    """

    votants: int
    blancs: int = 0
    nuls: int = 0
    inscrits: int | None = None

    @property
    def exprimes(self) -> int:
        """Votants less blancs and nuls."""
        return self.votants - self.blancs - self.nuls

    def with_nulls(self, more: int) -> Counts:
        """The same ballots, where a rule finds that some of them say nothing it can read."""
        return Counts(self.votants, self.blancs, self.nuls + more, self.inscrits)

    def as_plain(self) -> dict[str, int | None]:
        """Names as on the minutes of a French polling station."""
        return {
            "inscrits": self.inscrits,
            "votants": self.votants,
            "blancs": self.blancs,
            "nuls": self.nuls,
            "exprimés": self.exprimes,
        }


@dataclass(frozen=True)
class Rule:
    """Which rule was applied: its name, the version of its wording, and its options."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    version: str = "1"


@dataclass(frozen=True)
class Result:
    """The outcome of a count, with all that is needed to explain it.

    Parameters
    ----------
    rule : Rule
    counts : Counts
    ranking : tuple of tuple of str
        Ordered groups, best first; a group of several is a tie. Every option is in one group.
    elected : tuple of str or None
        Who is elected for certain (rules that elect).
    selected : tuple of str or None
        Projects that are funded for certain (rules that spend).
    tie : tuple of str or None
        The options between which a lot must decide; None where nothing is left to decide.
    stages : tuple of mapping or None
        Rounds, for the rules that have them.
    trace : mapping
        Scores, gauges, pairwise matrix, who pays what: from this the result page explains itself.
    lots : tuple of mapping
        Every time the drawn order was used, and between whom.
    """

    rule: Rule
    counts: Counts
    ranking: Groups
    elected: tuple[str, ...] | None = None
    selected: tuple[str, ...] | None = None
    tie: tuple[str, ...] | None = None
    stages: tuple[Mapping[str, Any], ...] | None = None
    trace: Mapping[str, Any] = field(default_factory=dict)
    lots: tuple[Mapping[str, Any], ...] = ()

    def as_plain(self) -> dict[str, Any]:
        """The same, in lists, dictionaries, numbers and strings, ready for JSON."""
        told: dict[str, Any] = {"ranking": self.ranking, "tie": self.tie}
        told |= {
            k: v for k in ("elected", "selected", "stages") if (v := vars(self)[k]) is not None
        }
        told |= {"trace": self.trace, "counts": self.counts.as_plain()}
        if self.lots:
            told["lots"] = self.lots
        rule = {"name": self.rule.name, "version": self.rule.version, "options": self.rule.options}
        plain_data: dict[str, Any] = plain({**told, "rule": rule})
        return plain_data


def plain(value: Any) -> Any:
    """JSON-ready data; a fraction that is not whole stays exact, as text such as 24/7."""
    if isinstance(value, Mapping):
        return {str(key): plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [plain(held) for held in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
