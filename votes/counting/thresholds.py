"""Thresholds and quorum: integer fractions of a named base, never a percentage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from votes.counting.errors import CountError
from votes.counting.result import Counts

_WRITTEN = re.compile(
    r"\s*(?P<strict>>=|>)?\s*(?P<top>\d+)\s*(?:/\s*(?P<bottom>\d+)|(?P<percent>%))\s*"
    r"(?:(?:of|de|des|:)?\s*(?P<base>\S+))?\s*"
)


class Base(Enum):
    """Whom a share is a share of; the words of the French texts."""

    INSCRITS = "inscrits"
    VOTANTS = "votants"
    EXPRIMES = "exprimés"
    PRESENTS = "présents"

    @classmethod
    def named(cls, word: str) -> Base:
        """The base of that name, with or without its accents."""
        bare = str.maketrans("é", "e")
        for base in cls:
            if word.lower().translate(bare) == base.value.translate(bare):
                return base
        known = ", ".join(base.value for base in cls)
        raise CountError(f"{word} is not a base; it must be one of {known}")


@dataclass(frozen=True)
class Threshold:
    """A share to be reached: "more than 1/2 of the exprimés", "at least 1/4 of the inscrits".

    Parameters
    ----------
    numerator, denominator : int
        The share.
    base : Base
        Whom it is a share of.
    strict : bool
        True for "more than", False for "at least".
    """

    numerator: int
    denominator: int
    base: Base = Base.EXPRIMES
    strict: bool = False

    def __post_init__(self) -> None:
        """A share lies between nothing and everything."""
        if not 0 <= self.numerator <= self.denominator or self.denominator == 0:
            raise CountError("a threshold is a share between 0 and 1")

    def reached(self, number: int, base: int) -> bool:
        """Whether a number reaches the share of a base; nothing reaches a share of nobody."""
        if base <= 0:
            return False
        mine, needed = number * self.denominator, self.numerator * base
        return mine > needed if self.strict else mine >= needed

    def minimum(self, base: int) -> int | None:
        """The smallest whole number that reaches the share; None where the base is empty.

        Examples
        --------
        >>> Threshold(1, 2, strict=True).minimum(8)
        5
        """
        if base <= 0:
            return None
        share = self.numerator * base
        return share // self.denominator + 1 if self.strict else -(-share // self.denominator)

    def base_in(self, counts: Counts, present: int | None = None) -> int:
        """The size of the base in a count; refuses to guess a base that is not known."""
        known = {
            Base.INSCRITS: counts.inscrits,
            Base.VOTANTS: counts.votants,
            Base.EXPRIMES: counts.exprimes,
            Base.PRESENTS: present,
        }
        size = known[self.base]
        if size is None:
            raise CountError(f"the number of {self.base.value} is not known")
        return size

    def __str__(self) -> str:
        """In words, with its base."""
        much = "more than" if self.strict else "at least"
        return f"{much} {self.numerator}/{self.denominator} of {self.base.value}"


def threshold(written: str, base: Base = Base.EXPRIMES) -> Threshold:
    """Read a threshold such as "1/4 inscrits", "> 1/2 exprimés" or "60 % votants".

    A sign > means "more than"; without it, or with >=, the share itself is enough.
    """
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise CountError(f"{written!r} is not a share such as 1/4 inscrits or > 1/2 exprimés")
    bottom = 100 if match["percent"] else int(match["bottom"])
    named = Base.named(match["base"]) if match["base"] else base
    return Threshold(int(match["top"]), bottom, named, strict=match["strict"] == ">")


@dataclass(frozen=True)
class Standing:
    """How a vote stands against its quorum and its threshold.

    Without quorum there is no decision, whatever the votes: that is not a rejection.
    """

    quorum_met: bool | None
    threshold_met: bool | None

    @property
    def decision(self) -> str:
        """One of "adopted", "rejected", "no decision"."""
        if self.quorum_met is False:
            return "no decision"
        return "rejected" if self.threshold_met is False else "adopted"


def standing(
    votes: int,
    counts: Counts,
    *,
    quorum: Threshold | None = None,
    majority: Threshold | None = None,
    present: int | None = None,
) -> Standing:
    """Quorum first, then majority. The quorum counts all votants, blank ballots included.

    Parameters
    ----------
    votes : int
        Votes for the option that must reach the majority.
    counts : Counts
    quorum : Threshold, optional
        Share that the votants must reach.
    majority : Threshold, optional
        Share that `votes` must reach.
    present : int, optional
        Members present, where that is a base.
    """
    return Standing(
        quorum_met=_met(quorum, counts.votants, counts, present),
        threshold_met=_met(majority, votes, counts, present),
    )


def _met(rule: Threshold | None, number: int, counts: Counts, present: int | None) -> bool | None:
    return None if rule is None else rule.reached(number, rule.base_in(counts, present))
