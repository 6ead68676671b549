"""A result as people read it: sentences, then tables, then bars. From the counted data alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from civic.i18n import decimal, gettext as _, join_words, ngettext
from votes.ballots.kinds import BUDGETS

SCORES = ("votes", "approvals", "points", "scores")


@dataclass(frozen=True)
class Line:
    """One option: its place, its score in words and as a part of the best, what became of it."""

    name: str
    place: int
    score: str = ""
    part: float = 0.0
    status: str = ""
    profile: Sequence[int] = ()  # ballots by grade, the worst first


@dataclass(frozen=True)
class Table:
    """A table that shows how the result came about."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]] = field(default_factory=list)


class Told:
    """A counted result in words. `names` gives the name behind each option's key."""

    def __init__(self, result: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.result, self.names = result, names
        self.trace: Mapping[str, Any] = result["trace"]
        self.counts: Mapping[str, Any] = result["counts"]
        self.winners = result.get("selected", result.get("elected", [])) or []

    def sentences(self) -> Iterator[str]:
        """Who won, by what, and what keeps it from being decided."""
        standing = self.result.get("standing") or {}
        if standing.get("quorum_met") is False:
            yield _("The quorum was not met: nothing is decided.")
        if standing.get("threshold_met") is False:
            yield _("No option reached the votes that were needed: nothing is decided.")
        chosen = join_words([self.names[key] for key in self.winners])
        if chosen and self.result["rule"]["name"] in BUDGETS:
            yield _("Funded: %(names)s.", names=chosen)
        elif chosen:
            yield _("First: %(names)s.", names=chosen)
        if tie := self.result.get("tie"):
            names = join_words([self.names[key] for key in tie])
            yield _("Tied: %(names)s. A public draw decides between them.", names=names)
        if not self.winners and not self.result.get("tie"):
            yield _("Nothing is chosen.")

    def turnout(self) -> str:
        """How many voted, with the base named."""
        counts = self.counts
        parts = [
            ngettext("%(num)s person voted", "%(num)s people voted", counts["votants"])
            + (" " + _("of %(roll)s on the roll", roll=decimal(counts["inscrits"]))
               if counts.get("inscrits") else ""),
            ngettext("%(num)s blank ballot", "%(num)s blank ballots", counts["blancs"]),
            ngettext("%(num)s vote that chooses", "%(num)s votes that choose", counts["exprimés"]),
        ]  # fmt: skip
        return ", ".join(parts) + "."

    def lines(self) -> list[Line]:
        """Every option in the order of the result."""
        scores: Mapping[str, Any] = next(
            (self.trace[name] for name in SCORES if name in self.trace), self._last_round()
        )
        best = max((_number(value) for value in scores.values()), default=0.0) or 1.0
        lines, place = [], 1
        for group in self.result["ranking"]:
            for key in group:
                score = scores.get(key)
                lines.append(
                    Line(self.names[key], place, self._score(key, score),
                         _number(score) / best if score is not None else 0.0, self._status(key),
                         self.trace.get("profiles", {}).get(key, ()))
                )  # fmt: skip
            place += len(group)
        return lines

    def _last_round(self) -> Mapping[str, Any]:
        stages = self.result.get("stages") or []
        return (stages[0].get("votes") or stages[0].get("totals")) if stages else {}

    def _score(self, key: str, score: Any) -> str:
        if gauge := self.trace.get("gauges", {}).get(key):
            return f"{gauge['grade']} {gauge['sign'].replace('-', '−')}"
        return "" if score is None else _shown(score)

    def _status(self, key: str) -> str:
        if key in self.winners:
            return "won"
        return "tied" if key in (self.result.get("tie") or []) else ""

    def tables(self) -> Iterator[Table]:
        """How it came about, as far as the rule has steps."""
        if profiles := self.trace.get("profiles"):
            rows = [[self.names[k], *map(decimal, counts)] for k, counts in profiles.items()]
            yield Table(_("Grades received"), [_("Option"), *self.trace["grades"]], rows)
        if stages := self.result.get("stages"):
            yield self._stages(stages)
        if pairwise := self.trace.get("pairwise"):
            keys = list(pairwise)
            rows = [
                [self.names[one], *("" if one == other else decimal(pairwise[one][other])
                                    for other in keys)]
                for one in keys
            ]  # fmt: skip
            caption = _("Duels: voters who prefer the option of the row to that of the column")
            yield Table(caption, ["", *(self.names[key] for key in keys)], rows)
        yield from self._budget()

    def _stages(self, stages: Sequence[Mapping[str, Any]]) -> Table:
        keys = [key for group in self.result["ranking"] for key in group]
        rows = []
        for number, stage in enumerate(stages, 1):
            totals = stage.get("votes") or stage.get("totals") or {}
            out = stage.get("dropped") or stage.get("excluded") or []
            said = (
                [_("out: %(names)s", names=join_words([self.names[k] for k in out]))] if out else []
            )
            if elected := stage.get("elected"):
                names = join_words([self.names[key] for key in elected])
                said.append(_("elected: %(names)s", names=names))
            scores = [_shown(totals[key]) if key in totals else "–" for key in keys]
            rows.append([decimal(number), *scores, "; ".join(said)])
        columns = [_("Round"), *(self.names[key] for key in keys), _("What happened")]
        return Table(_("Round by round"), columns, rows)

    def _budget(self) -> Iterator[Table]:
        if steps := self.trace.get("steps"):
            rows = [
                [self.names[s["project"]], decimal(s["votes"]), decimal(s["cost"]),
                 decimal(s["left_before"]), _decisions().get(s["decision"], s["decision"])]
                for s in steps
            ]  # fmt: skip
            yield Table(
                _("Project by project, the most voted first"),
                [_("Project"), _("Votes"), _("Cost"), _("Left before it"), _("Decision")], rows,
            )  # fmt: skip
        if bought := self.trace.get("purchases"):
            rows = [
                [self.names[b["project"]], decimal(b["votes"]), decimal(b["cost"]),
                 _shown(b["payment"])]
                for b in bought
            ]  # fmt: skip
            yield Table(
                _("Funded, and what each of its voters paid at most"),
                [_("Project"), _("Votes"), _("Cost"), _("Paid by each")], rows,
            )  # fmt: skip
        if missed := self.trace.get("not_funded"):
            rows = [
                [self.names[m["project"]], decimal(m["votes"]), decimal(m["cost"]),
                 _shown(m["supporters_hold"]), _shown(m["short_by"])]
                for m in missed
            ]  # fmt: skip
            yield Table(
                _("Not funded: what its voters still had, and what was missing"),
                [_("Project"), _("Votes"), _("Cost"), _("Its voters had"), _("Missing")], rows,
            )  # fmt: skip


def _decisions() -> dict[str, str]:
    """What a budget count says of each project."""
    return {"funded": _("funded"), "too dear for what is left": _("too dear for what is left")}


def _number(value: Any) -> float:
    return float(Fraction(value)) if value is not None else 0.0


def _shown(value: Any) -> str:
    """A whole number, or two decimals of an exact fraction."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return decimal(int(exact))
    return decimal(round(float(exact), 2))
