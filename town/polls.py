"""The town's organised votes: drafted, opened, voted in, sealed and published like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from civic.accounts.models import Account
from town.content import Row
from votes.ballots import actions
from votes.ballots.forms import USUAL_GRADES
from votes.ballots.models import Act, Ballot, Electorate

if TYPE_CHECKING:
    from town.build import Builder

SPREAD = 0.22  # how far tastes lie apart
SHOWN = 2  # inhabitants whom the demonstration signs in
PLEASES = 0.4  # from which taste on something goes into a basket


def voters(builder: Builder, row: Row) -> Iterator[Account]:
    """Some inhabitants, each on a day of a vote; those of the demonstration only in a vote that is
    over, so that they can still try the other."""
    chance, last = builder.chance, min(row["closes"], 0)
    for number, person in enumerate(builder.content.town["people"]):
        is_shown = number < SHOWN and "published" not in row
        if is_shown or chance.random() > row["voters"]:
            continue
        with builder.on_day(chance.randrange(row["opens"], last)):
            yield builder.people[person["key"]]


def basket(tastes: Mapping[str, float], costs: Mapping[str, int], purse: int) -> list[str]:
    """The best liked projects that fit together into a sum."""
    found = []
    for key in sorted(tastes, key=lambda key: -tastes[key]):
        if tastes[key] > PLEASES and costs[key] <= purse:
            found.append(key)
            purse -= costs[key]
    return sorted(found)


class Poll:
    """One vote of the town."""

    def __init__(self, builder: Builder, row: Row) -> None:
        self.builder, self.row = builder, row
        self.ballot: Ballot

    def open(self) -> None:
        """Draft it and open it on the day before its opening."""
        row, builder = self.row, self.builder
        plans = [actions.OptionPlan(o["name"], o.get("cost")) for o in row["options"]]
        with builder.on_day(row["opens"] - 1):
            author = builder.people[row["author"]]
            self.ballot = actions.draft(
                builder.spaces[row["space"]], author, row["question"], row["rule"], plans,
                description=row["description"], budget=row.get("budget"),
                grades=list(USUAL_GRADES), electorate=Electorate.CONFIRMED,
                opens_at=builder.midnight(row["opens"]), closes_at=builder.midnight(row["closes"]),
            )  # fmt: skip
            actions.open_ballot(self.ballot, author)

    def vote(self) -> None:
        """Some inhabitants vote, each by their own taste."""
        for person in voters(self.builder, self.row):
            actions.cast(self.ballot, person, self._content())

    def _content(self) -> Any:
        chance = self.builder.chance
        tastes = {
            f"o{n}": min(max(chance.gauss(option["liking"], SPREAD), 0), 0.999)
            for n, option in enumerate(self.row["options"], 1)
        }
        if self.row["rule"] == "majority-judgment":
            return {key: USUAL_GRADES[int(t * len(USUAL_GRADES))] for key, t in tastes.items()}
        costs = {f"o{n}": option["cost"] for n, option in enumerate(self.row["options"], 1)}
        return basket(tastes, costs, self.row["budget"])

    def publish(self) -> None:
        """Seal it after its close; one official asks for the publication, another confirms."""
        first, second = (self.builder.people[self.row[key]] for key in ("author", "second"))
        with self.builder.on_day(self.row["closes"] + 1):
            actions.seal(self.ballot, first)
        with self.builder.on_day(self.row["published"]):
            asked = actions.ask(self.ballot, first, Act.PUBLISH, "Le bureau a vérifié l’urne.")
            actions.confirm(asked, self.ballot, second)
