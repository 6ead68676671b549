"""A result as people read it: sentences, then tables, then pictures. From the counted data alone.

Of fewer than ten ballots nothing is shown but the order, the scores and the counts: duels,
transfers and grades would show single ballots.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from civic.i18n import decimal, gettext as _, join_words, lazy_gettext as _l, ngettext, percent
from votes.ballots import pictures
from votes.ballots.kinds import BUDGETS
from votes.ballots.rules import FEW

SCORES = {
    "votes": _l("Votes"), "approvals": _l("Approvals"), "points": _l("Points"),
    "scores": _l("Score"),
}  # fmt: skip
SHARED = ("votes", "approvals")  # scores of which a share of the voters can be told
TRACE_OF_FEW = (*SCORES, "qualified", "quota", "steps", "cost", "left")


@dataclass(frozen=True)
class Line:
    """One option: its place, its score in words and as a part of the best, what became of it."""

    name: str
    place: int
    score: str = ""
    part: float = 0.0
    status: str = ""
    profile: Sequence[int] = ()  # ballots by grade, the worst first
    shares: Sequence[str] = ()  # of the votes that choose, of all who voted


@dataclass(frozen=True)
class Duel:
    """One cell of the matrix of duels; `shade` from 1 to 5 where the option of the row wins."""

    won: int | None = None
    lost: int = 0
    shade: int = 0


@dataclass(frozen=True)
class Why:
    """Why a project is funded, or why it is not."""

    name: str
    funded: bool
    because: str


def published(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result as it is given away: of few ballots, without what would show single ones."""
    if result["counts"]["votants"] >= FEW:
        return dict(result)
    kept = {key: value for key, value in result.items() if key not in ("trace", "stages")}
    trace = result["trace"]
    gauges = {
        key: {"grade": gauge["grade"], "sign": gauge["sign"]}
        for key, gauge in trace.get("gauges", {}).items()
    }
    kept["trace"] = {name: trace[name] for name in TRACE_OF_FEW if name in trace}
    return kept | ({"trace": kept["trace"] | {"gauges": gauges}} if gauges else {})


@dataclass(frozen=True)
class Table:
    """A table that shows how the result came about."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]] = field(default_factory=list)


class Told:
    """A counted result in words. `names` gives the name behind each option's key."""

    def __init__(
        self, result: Mapping[str, Any], names: Mapping[str, str], costs: Mapping[str, int],
        paper: int = 0,
    ) -> None:  # fmt: skip
        self.result, self.names, self.costs, self.paper = result, names, costs, paper
        self.trace: Mapping[str, Any] = result["trace"]
        self.counts: Mapping[str, Any] = result["counts"]
        self.winners = result.get("selected", result.get("elected", [])) or []
        self.rule: str = result["rule"]["name"]
        self.is_few: bool = self.counts["votants"] < FEW
        self.order = [key for group in result["ranking"] for key in group]

    def sentences(self) -> Iterator[str]:
        """Who won, by what, and what keeps it from being decided."""
        standing = self.result.get("standing") or {}
        if standing.get("quorum_met") is False:
            yield _("The quorum was not met: nothing is decided.")
        if standing.get("threshold_met") is False:
            yield _("No option reached the votes that were needed: nothing is decided.")
        chosen = join_words([self.names[key] for key in self.winners])
        if chosen and self.rule in BUDGETS:
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
            + (" " + _("of %(roll)s on the roll (%(share)s)", roll=decimal(counts["inscrits"]),
                       share=percent(counts["votants"] / counts["inscrits"], 1))
               if counts.get("inscrits") else "")
            + (" (" + ngettext("of which %(num)s ballot on paper",
                               "of which %(num)s ballots on paper", self.paper) + ")"
               if self.paper else ""),
            ngettext("%(num)s blank ballot", "%(num)s blank ballots", counts["blancs"]),
            ngettext("%(num)s null ballot", "%(num)s null ballots", counts["nuls"]),
            ngettext("%(num)s vote that chooses", "%(num)s votes that choose", counts["exprimés"]),
        ]  # fmt: skip
        return ", ".join(parts) + "."

    def standing(self) -> Iterator[str]:
        """Quorum and threshold with what they ask for."""
        standing = self.result.get("standing") or {}
        if quorum := standing.get("quorum"):
            yield _("Quorum: %(needed)s voters were needed; it was %(met)s.",
                    needed=decimal(quorum["needed"]), met=_met(standing["quorum_met"]))  # fmt: skip
        if threshold := standing.get("threshold"):
            yield _("Threshold: %(needed)s votes were needed; it was %(met)s.",
                    needed=decimal(threshold["needed"]),
                    met=_met(standing["threshold_met"]))  # fmt: skip

    def scores(self) -> tuple[str, Mapping[str, Any]]:
        """What the score is called, and the score of each option."""
        if "gauges" in self.trace:
            return _("Majority grade"), dict.fromkeys(self.names)
        for name, label in SCORES.items():
            if name in self.trace:
                return str(label), self.trace[name]
        if stages := self.result.get("stages"):
            return _("First choices"), stages[0].get("votes") or stages[0].get("totals") or {}
        found = ("purchases", "filled", "not_funded")
        bought = [one for name in found for one in self.trace.get(name, ())]
        return _("Votes"), {one["project"]: one["votes"] for one in bought}

    def lines(self) -> list[Line]:
        """Every option in the order of the result."""
        _label, scores = self.scores()
        best = max((_number(value) for value in scores.values()), default=0.0) or 1.0
        lines, place = [], 1
        for group in self.result["ranking"]:
            for key in group:
                score = scores.get(key)
                lines.append(
                    Line(self.names[key], place, self._score(key, score),
                         _number(score) / best if score is not None else 0.0, self._status(key),
                         () if self.is_few else self.trace.get("profiles", {}).get(key, ()),
                         self._shares(score))
                )  # fmt: skip
            place += len(group)
        return lines

    def has_shares(self) -> bool:
        """Whether a score is a number of voters, so that its share means something."""
        return any(name in self.trace for name in SHARED) or self.rule == "two-rounds"

    def _shares(self, score: Any) -> Sequence[str]:
        if not self.has_shares() or score is None:
            return ()
        bases = (self.counts["exprimés"], self.counts["votants"])
        return [percent(int(score) / base, 1) if base else "–" for base in bases]

    def _score(self, key: str, score: Any) -> str:
        if gauge := self.trace.get("gauges", {}).get(key):
            return f"{gauge['grade']} {gauge['sign'].replace('-', '−')}"
        return "" if score is None else shown(score)

    def _status(self, key: str) -> str:
        if key in self.winners:
            return "won"
        if key in self.trace.get("qualified", ()):
            return "goes on"
        return "tied" if key in (self.result.get("tie") or []) else ""

    def tables(self) -> Iterator[Table]:
        """How it came about, as far as the rule has steps and the ballots are not few."""
        if self.is_few:
            return
        if profiles := self.trace.get("profiles"):
            rows = [[self.names[k], *map(decimal, profiles[k])] for k in self.order]
            yield Table(_("Grades received"), [_("Option"), *self.trace["grades"]], rows)
        if (stages := self.result.get("stages")) and len(stages) > 1:
            yield self._stages(stages)
        yield from self._budget()

    def duels(self) -> list[tuple[str, list[Duel]]]:
        """A row for each option, in the order of the result: how each duel ended."""
        pairwise = {} if self.is_few else self.trace.get("pairwise", {})
        keys = [key for key in self.order if key in pairwise]
        return [
            (self.names[one],
             [Duel() if one == other else
              Duel(pairwise[one][other], pairwise[other][one],
                   pictures.shade(pairwise[one][other], pairwise[other][one]))
              for other in keys])
            for one in keys
        ]  # fmt: skip

    def flows(self) -> pictures.Flows | None:
        """The picture of the transfers."""
        stages = self.result.get("stages") or []
        return None if self.is_few else pictures.flows(stages, self.order)

    @staticmethod
    def shown(value: Any) -> str:
        """A number of votes, exact or to two decimals."""
        return shown(value)

    def name_of(self, key: str) -> str:
        """The name of an option, or of those papers that name nobody who is still in."""
        return self.names[key] if key else _("Exhausted ballots")

    def transfers(self) -> Iterator[str]:
        """What moved from round to round, in a sentence each."""
        for moved in [] if self.is_few else pictures.transfers(self.result.get("stages") or []):
            if not moved.losers:
                continue
            gains = [
                _("%(votes)s to %(name)s", votes=shown(votes), name=self.names[key])
                if key else _("%(votes)s to nobody", votes=shown(votes))
                for key, votes in moved.gains.items()
            ]  # fmt: skip
            said = {
                "round": moved.round, "votes": shown(moved.lost), "gains": join_words(gains),
                "names": join_words([self.names[key] for key in moved.losers]),
            }  # fmt: skip
            if moved.stays:
                yield _("Round %(round)s: %(names)s has %(votes)s votes more than a seat needs. "
                        "They go on: %(gains)s.", **said)  # fmt: skip
            else:
                yield _("Round %(round)s. Out: %(names)s. Votes that go on (%(votes)s): "
                        "%(gains)s.", **said)  # fmt: skip

    def _stages(self, stages: Sequence[Mapping[str, Any]]) -> Table:
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
            scores = [shown(totals[key]) if key in totals else "–" for key in self.order]
            exhausted = shown(stage.get("exhausted") or 0)
            rows.append([decimal(number), *scores, exhausted, "; ".join(said)])
        options = [self.names[key] for key in self.order]
        columns = [_("Round"), *options, _("Exhausted ballots"), _("What happened")]
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
                 shown(b["payment"])]
                for b in bought
            ]  # fmt: skip
            yield Table(
                _("Funded, and what each of its voters paid at most"),
                [_("Project"), _("Votes"), _("Cost"), _("Paid by each")], rows,
            )  # fmt: skip
        if missed := self.trace.get("not_funded"):
            rows = [
                [self.names[m["project"]], decimal(m["votes"]), decimal(m["cost"]),
                 shown(m["supporters_hold"]), shown(m["short_by"])]
                for m in missed
            ]  # fmt: skip
            yield Table(
                _("Not funded: what its voters still had, and what was missing"),
                [_("Project"), _("Votes"), _("Cost"), _("Its voters had"), _("Missing")], rows,
            )  # fmt: skip

    def whys(self) -> Iterator[Why]:
        """Why each project is funded or not, in the order of the count."""
        for step in self.trace.get("steps", ()):
            yield self._by_votes(step)
        if self.is_few:
            return
        for bought in self.trace.get("purchases", ()):
            yield Why(
                self.names[bought["project"]], True,
                _("its %(votes)s voters paid its %(cost)s € together, each at most %(each)s € of "
                  "their share.", votes=decimal(bought["votes"]), cost=decimal(bought["cost"]),
                  each=shown(bought["payment"])),
            )  # fmt: skip
        for step in self.trace.get("filled", ()):
            if step["project"] in self.winners:
                yield self._by_votes(step)
        for missed in self.trace.get("not_funded", ()):
            yield self._not_bought(missed)

    def _by_votes(self, step: Mapping[str, Any]) -> Why:
        told = {
            "votes": decimal(step["votes"]), "cost": decimal(step["cost"]),
            "left": decimal(step["left_before"]),
        }  # fmt: skip
        name, decision = self.names[step["project"]], step["decision"]
        if step["project"] in self.winners:
            because = _("%(votes)s votes; it costs %(cost)s €, and %(left)s € of the budget were "
                        "left.", **told)  # fmt: skip
        elif decision == "too dear for what is left":
            because = _("%(votes)s votes; it costs %(cost)s €, and only %(left)s € were left when "
                        "its turn came.", **told)  # fmt: skip
        elif decision == "tied":
            because = _("%(votes)s votes, as many as another one of the same cost: what is left "
                        "does not pay for both.", **told)  # fmt: skip
        else:
            because = _("nobody voted for it.")
        return Why(name, step["project"] in self.winners, because)

    def _not_bought(self, missed: Mapping[str, Any]) -> Why:
        name = self.names[missed["project"]]
        if not missed["votes"]:
            return Why(name, False, _("nobody voted for it."))
        return Why(
            name, False,
            _("its %(votes)s voters had %(held)s € of their shares left, %(short)s € too little.",
              votes=decimal(missed["votes"]), held=shown(missed["supporters_hold"]),
              short=shown(missed["short_by"])),
        )  # fmt: skip

    def basket(self) -> list[tuple[str, int]]:
        """The funded projects with their costs, then what is left of the budget."""
        budget = self.result["rule"]["options"].get("budget")
        if self.rule not in BUDGETS or not budget:
            return []
        spent = [(self.names[key], self.costs[key]) for key in self.winners]
        return [*spent, ("", int(budget) - sum(cost for _name, cost in spent))]


def _met(is_met: bool | None) -> str:
    return _("reached") if is_met else _("not reached")


def _decisions() -> dict[str, str]:
    """What a budget count says of each project."""
    return {
        "funded": _("funded"),
        "too dear for what is left": _("too dear for what is left"),
        "tied": _("tied"),
        "not considered": _("not considered"),
    }


def _number(value: Any) -> float:
    return float(Fraction(value)) if value is not None else 0.0


def shown(value: Any) -> str:
    """A whole number, or two decimals of an exact fraction."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return decimal(int(exact))
    return decimal(round(float(exact), 2))
