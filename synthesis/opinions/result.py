"""What `find_groups` answers: plain data, ready for a page, a file or the next computation.

Counts are whole numbers; every share shown is one count over another. Floats (positions,
silhouette, test figures) search and explain, they never decide what is published.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Point = tuple[float, float]


@dataclass(frozen=True)
class Count:
    """Votes of some people on one statement."""

    agree: int
    disagree: int
    passed: int

    @property
    def n(self) -> int:
        """Everyone who voted, passes included."""
        return self.agree + self.disagree + self.passed

    @property
    def share_agree(self) -> float:
        """Share of agreement among those who voted; 0 when nobody did."""
        return self.agree / self.n if self.n else 0.0

    @property
    def share_disagree(self) -> float:
        """Share of disagreement among those who voted; 0 when nobody did."""
        return self.disagree / self.n if self.n else 0.0

    @property
    def share_passed(self) -> float:
        """Share of passes among those who voted; 0 when nobody did."""
        return self.passed / self.n if self.n else 0.0


@dataclass(frozen=True)
class Group:
    """People who vote alike, under a letter that stays from one result to the next."""

    letter: str
    size: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Representative:
    """A statement that sets a group apart: what it says, how many of it, and the figures."""

    statement: str
    stance: str
    share: float
    n: int
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Consensus:
    """A statement on which people vote one way, groups or no groups."""

    statement: str
    stance: str
    share: float
    n: int
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Contrast:
    """A statement seen group by group.

    `score` ranks: for bridging the geometric mean over groups of smoothed agreement, for
    divisive the widest gap between two groups' agreement, for uncertain the share of passes.
    """

    statement: str
    score: float
    overall: Count
    groups: Mapping[str, Count]


@dataclass(frozen=True)
class Positions:
    """Two coordinates per person and per statement: a drawing, not a measurement."""

    persons: Mapping[str, Point] = field(default_factory=dict)
    statements: Mapping[str, Point] = field(default_factory=dict)


@dataclass(frozen=True)
class Quality:
    """How far the groups can be trusted.

    Attributes
    ----------
    k : int
        Number of groups published; 0 when there are none.
    silhouette : float or None
        From -1 to 1, of the published cut, or of the best one refused.
    placed, not_placed : int
        People who voted enough to have a group, and those who did not.
    pattern : float or None
        Strength of the main direction over what chance votes would give; 1 is chance.
    reason : str
        In plain words why there are no groups; empty when there are.
    because : str
        The same as a word for programs: no votes, few people, no direction, chance, no cut,
        blurred; empty when there are groups.
    """

    k: int
    silhouette: float | None
    placed: int
    not_placed: int
    pattern: float | None = None
    reason: str = ""
    because: str = ""


@dataclass(frozen=True)
class Previous:
    """What one result leaves to the next, so that letters, axes and groups stay put."""

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    positions: Mapping[str, Point] = field(default_factory=dict)
    placed: frozenset[str] = frozenset()
    wished_k: int = 0
    wished_times: int = 0
    letters_used: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, text: str) -> "Previous":
        """Read back what `OpinionsResult.as_json` wrote."""
        found = json.loads(text)
        memory = found.get("memory", {})
        persons = found.get("positions", {}).get("persons", {})
        return cls(
            groups={group["letter"]: tuple(group["members"]) for group in found.get("groups", [])},
            positions={person: (x, y) for person, (x, y) in persons.items()},
            placed=frozenset(memory.get("placed", ())),
            wished_k=memory.get("wished_k", 0),
            wished_times=memory.get("wished_times", 0),
            letters_used=tuple(memory.get("letters_used", ())),
        )


@dataclass(frozen=True)
class OpinionsResult:
    """Groups, what each stands for, what all share, and how sure that is.

    `representative` maps a letter to statements; `bridging` a statement to its counts by
    group; `categories` a statement to one of "common ground", "shared refusal", "divided" and
    "uncertain" (a statement with too few votes, or on no clear side, has none).
    """

    groups: list[Group]
    positions: Positions
    representative: dict[str, list[Representative]]
    consensus: list[Consensus]
    bridging: dict[str, Contrast]
    divisive: list[Contrast]
    uncertain: list[Contrast]
    categories: dict[str, str]
    statements: dict[str, Contrast]
    extremity: dict[str, float]
    group_aware_consensus: dict[str, float]
    quality: Quality
    parameters: dict[str, Any]
    memory: Previous = field(default_factory=Previous)

    def as_previous(self) -> Previous:
        """What to hand to the next computation."""
        return self.memory

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that is stated: groups, counts, categories, parameters.

        Coordinates and other floats are left out: they may differ in their last digits from
        one processor to another, and nothing is decided by them once groups are known.
        """
        stated = {
            "groups": {group.letter: sorted(group.members) for group in self.groups},
            "counts": {name: asdict(seen)["groups"] for name, seen in self.statements.items()},
            "overall": {name: asdict(seen.overall) for name, seen in self.statements.items()},
            "categories": self.categories,
            "parameters": self.parameters,
        }
        return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()

    def as_json(self) -> str:
        """The whole result as JSON, keys sorted; `Previous.from_json` reads it back."""
        whole = {name: value for name, value in vars(self).items() if name not in DERIVED}
        whole = {name: _plain(value) for name, value in whole.items()}
        whole["memory"] = {
            "placed": sorted(self.memory.placed),
            "wished_k": self.memory.wished_k,
            "wished_times": self.memory.wished_times,
            "letters_used": self.memory.letters_used,
        }
        whole["digest"] = self.digest
        return json.dumps(whole, sort_keys=True, ensure_ascii=False)


DERIVED = {"memory", "digest"}


def _plain(value: Any) -> Any:
    """Turn dataclasses, also inside lists and mappings, into what JSON knows."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Count):
        return {**asdict(value), "n": value.n}
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
