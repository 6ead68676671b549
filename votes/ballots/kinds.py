"""How a voter fills in a ballot, for each counting rule. Nothing here touches the database."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from civic.i18n import lazy_gettext as _l


class Shape(enum.StrEnum):
    """The kinds of papers; the names are those of the export."""

    CHOICE = "choice"
    APPROVAL = "approval"
    POINTS = "points"
    RANKING = "ranking"
    GRADES = "grades"


SHAPES = {
    "plurality": Shape.CHOICE,
    "two-rounds": Shape.CHOICE,
    "approval": Shape.APPROVAL,
    "points": Shape.POINTS,
    "borda": Shape.RANKING,
    "majority-judgment": Shape.GRADES,
    "usual-judgment": Shape.GRADES,
    "irv": Shape.RANKING,
    "stv-scottish": Shape.RANKING,
    "schulze": Shape.RANKING,
    "ranked-pairs": Shape.RANKING,
    "budget-greedy": Shape.APPROVAL,
    "equal-shares": Shape.APPROVAL,
}
BUDGETS = ("budget-greedy", "equal-shares")
ONE_SEAT = ("two-rounds", "irv")  # rules that elect one option, whatever is asked
WITH_THRESHOLD = ("plurality", "approval")  # rules whose votes can be held against a share
LABELS = {
    "plurality": _l("One choice: the most votes win"),
    "two-rounds": _l("One choice, absolute majority (first round)"),
    "approval": _l("Approval: tick all that suit"),
    "points": _l("Points to share out"),
    "borda": _l("Ranking, counted by Borda points"),
    "majority-judgment": _l("Majority judgment: a grade for each option"),
    "usual-judgment": _l("Usual judgment: a grade for each option"),
    "irv": _l("Ranking, instant runoff"),
    "stv-scottish": _l("Ranking, several seats (Scottish STV)"),
    "schulze": _l("Ranking, counted in duels (Schulze)"),
    "ranked-pairs": _l("Ranking, counted in duels (ranked pairs)"),
    "budget-greedy": _l("Participatory budget: the most votes first"),
    "equal-shares": _l("Participatory budget: Equal Shares"),
}


@dataclass(frozen=True)
class Choice:
    """One option as the voter sees it: its key, its name, what it costs."""

    key: str
    name: str
    cost: int | None = None
    url: str = ""


@dataclass(frozen=True)
class Sheet:
    """What a filled-in ballot is held against.

    Parameters
    ----------
    rule : str
        One of the counting rules.
    choices : tuple of Choice
    allows_blank : bool
    least, most : int
        How many options may be named (choices, approvals, rankings); 0 for `most` is no limit.
    most_points, most_per_option : int
        Limits of a ballot by points.
    budget : int or None
        What a basket may cost in all.
    grades : tuple of str
        Worst first.
    """

    rule: str
    choices: tuple[Choice, ...]
    allows_blank: bool = True
    least: int = 1
    most: int = 0
    most_points: int = 0
    most_per_option: int = 0
    budget: int | None = None
    grades: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        """How it is filled in."""
        return SHAPES[self.rule]

    @property
    def keys(self) -> tuple[str, ...]:
        """The options' keys, in the order of the paper."""
        return tuple(choice.key for choice in self.choices)

    @property
    def is_budget(self) -> bool:
        """Whether options have costs."""
        return self.rule in BUDGETS
