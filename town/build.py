"""Build the demonstration town through the application's real actions.

The same seed gives the same town, whatever the day: dates are offsets from today. Nothing here
writes a row by hand.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import g
from sqlalchemy import select

from civic import clock
from civic.accounts.actions import create_account, import_account
from civic.accounts.models import Account
from civic.accounts.queries import DEMONSTRATION_KEYS
from civic.db import begin_write, commit, db
from civic.i18n import day as day_in_words
from civic.settings import active
from civic.spaces.actions import PhasePlan, create_space, give_role, publish_space
from civic.spaces.models import Act, Role, Space
from civic.text import plain
from deliberations.actions import comment, publish_statement
from deliberations.models import Comment, Statement
from moderation import actions as moderation
from moderation.models import Outcome, Reason
from proposals import actions as proposals
from proposals.models import Proposal, Stage
from synthesis.actions import publish, submit
from town.budgets import Purse
from town.content import Content, Row
from town.polls import Poll
from town.synthesis import Review, compute
from votes import actions as votes

SEED = 1789
VOTERS = 320  # people who vote on statements, the inhabitants who write included
FILLED = 0.72  # share of the statements that a voter answers
SUPPORTERS = 60  # supports of the most popular proposal
DEMONSTRATED = dict(zip(("p001", "p002", "m1", "o1", "o2", "a1"), DEMONSTRATION_KEYS, strict=True))
ROLES = {"moderator": Role.MODERATOR, "official": Role.OFFICIAL}


class Builder:
    """One town in the making: what was written by key, and the chance that fills it."""

    def __init__(self, content: Content, today: datetime, tell: Callable[[str], None]) -> None:
        self.content = content
        self.today = today.replace(hour=0, minute=0, second=0, microsecond=0)
        self.tell = tell
        self.chance = random.Random(SEED)  # noqa: S311  (invented people, not secrets)
        self.people: dict[str, Account] = {}
        self.spaces: dict[str, Space] = {}
        self.proposals: dict[str, Proposal] = {}
        self.comments: dict[str, Comment] = {}
        self.statements: dict[str, Statement] = {}

    def build(self) -> None:
        """Everything, in the order in which it happened."""
        for title, step in (
            ("people", self.make_people),
            ("spaces", self.make_spaces),
            ("proposals", self.make_proposals),
            ("supports", self.make_supports),
            ("comments", self.make_comments),
            ("statements", self.make_statements),
            ("stances", self.make_stances),
            ("answers", self.make_answers),
            ("moderation", self.make_reports),
            ("ballots", self.make_ballots),
            ("budgets", self.make_budgets),
            ("synthesis", self.make_synthesis),
        ):
            self.tell(title)
            begin_write()
            step()
            commit()

    @contextmanager
    def on_day(self, day: int) -> Iterator[datetime]:
        """Act on a day, at an hour of that day that chance picks."""
        minutes = self.chance.randrange(7 * 60, 22 * 60)
        local = (self.today + timedelta(days=day, minutes=minutes)).astimezone(active().zone)
        with clock.at(local) as instant:
            yield instant

    # --- People and places --------------------------------------------------------------------

    def make_people(self) -> None:
        """Inhabitants without a password, and the few whom the demonstration signs in."""
        with self.on_day(-200):
            for row in [*self.content.town["team"], *self.content.town["people"]]:
                self.people[row["key"]] = self._person(row)
            for number in range(VOTERS - len(self.content.town["people"])):
                self.people[f"v{number:03}"] = import_account(self._a_name())

    def _person(self, row: Row) -> Account:
        email = f"{DEMONSTRATED.get(row['key'], row['key'])}@example.org"
        account = create_account(row["name"], email, secrets.token_urlsafe(24), confirmed=True)
        account.language = "en" if row.get("language") == "en" else "fr"
        account.is_administrator = row.get("role") == "administrator"
        return account

    def _a_name(self) -> str:
        given = self.chance.choice(self.content.town["people"])["name"].split()[0]
        return f"{plain(given)} {self.chance.choice('ABCDEFGHJKLMNPRSTVW')}."

    def make_spaces(self) -> None:
        """The three consultations, each with its calendar and its team."""
        for row in self.content.spaces:
            with self.on_day(min(phase["starts"] for phase in row["phases"]) - 1):
                self.spaces[row["key"]] = self._space(row)

    def _space(self, row: Row) -> Space:
        administrator = self.people["a1"]
        plans = [self._phase(phase) for phase in row["phases"]]
        space = create_space(
            administrator, row["slug"], row["title"], row["summary"], row["description"], plans
        )
        publish_space(administrator, space)
        for member in self.content.town["team"]:
            if member["role"] in ROLES and row["key"] in member["spaces"]:
                role = ROLES[member["role"]]
                give_role(space, self.people[member["key"]], role, by=administrator)
        return space

    def _phase(self, row: Row) -> PhasePlan:
        return PhasePlan(
            title=row["title"],
            description=row["description"],
            starts_at=self.midnight(row["starts"]),
            ends_at=self.midnight(row["ends"]) if "ends" in row else None,
            permits=frozenset(Act(act) for act in row["permits"]),
        )

    def midnight(self, day: int) -> datetime:
        local = (self.today + timedelta(days=day)).date()
        return datetime(local.year, local.month, local.day, tzinfo=active().zone)

    # --- What people say ----------------------------------------------------------------------

    def make_proposals(self) -> None:
        """Each on its day, by its author."""
        for row in sorted(self.content.proposals, key=lambda row: row["day"]):
            author, space = self.people[row["author"]], self.spaces[row["space"]]
            with self.on_day(row["day"]):
                proposal = proposals.draft(space, author, row["title"], row["body"])
                proposal.language = row.get("language", "fr")
                proposals.publish(proposal, author)
            self.proposals[row["key"]] = proposal

    def make_supports(self) -> None:
        """More for what is popular, from different people."""
        everyone = [key for key in self.people if key[0] in "pv"]
        for row in self.content.proposals:
            last = self._last_day_for(row["space"], Act.SUPPORT, row["day"])
            if last is None:
                continue
            size = round(SUPPORTERS * row["weight"] ** 1.5 * self.chance.uniform(0.7, 1.3))
            for key in self.chance.sample(everyone, min(size, len(everyone))):
                with self.on_day(self.chance.randint(row["day"], last)):
                    votes.support(self.proposals[row["key"]], self.people[key])

    def _last_day_for(self, space: str, act: Act, day: int) -> int | None:
        spans = [
            (phase["starts"], min(phase["ends"], 0))
            for row in self.content.spaces
            if row["key"] == space
            for phase in row["phases"]
            if act in phase["permits"]
        ]
        ends = [end - 1 for start, end in spans if start <= day < end]
        return max(ends) if ends else None

    def make_comments(self) -> None:
        """Threads, each comment after what it answers."""
        for row in sorted(self.content.comments, key=lambda row: row["day"]):
            with self.on_day(row["day"]):
                self.comments[row["key"]] = comment(
                    self.proposals[row["on"]],
                    self.people[row["author"]],
                    row["body"],
                    reply_to=self.comments.get(row.get("reply_to", "")),
                )

    def make_statements(self) -> None:
        """Sentences to agree or disagree with."""
        for row in sorted(self.content.statements["statements"], key=lambda row: row["day"]):
            with self.on_day(row["day"]):
                self.statements[row["key"]] = publish_statement(
                    self.spaces[row["space"]], self.people[row["author"]], row["text"]
                )

    def make_stances(self) -> None:
        """Votes with the structure that was written: three groups in each space."""
        for key, space in self.spaces.items():
            groups = [g for g in self.content.statements["groups"] if g["space"] == key]
            rows = [s for s in self.content.statements["statements"] if s["space"] == key]
            votes.record_imported_stances(list(self._stances(groups, rows)), space)

    def _stances(
        self, groups: list[Row], rows: list[Row]
    ) -> Iterator[tuple[int, int, int, datetime]]:
        letters, shares = [g["letter"] for g in groups], [g["share"] for g in groups]
        for person in (key for key in self.people if key[0] in "pv"):
            letter = self.chance.choices(letters, shares)[0]
            for row in rows:
                if self.chance.random() < FILLED:
                    with self.on_day(self.chance.randint(row["day"], 0) - 1) as instant:
                        yield (
                            self.people[person].id,
                            self.statements[row["key"]].id,
                            self._choice(row, letter),
                            instant,
                        )

    def _choice(self, row: Row, letter: str) -> int:
        if self.chance.random() < row["pass"]:
            return 0
        return 1 if self.chance.random() < row["lean"][letter] else -1

    # --- What the town does with it -----------------------------------------------------------

    def make_answers(self) -> None:
        """Official answers to proposals."""
        for row in self.content.answers["answers"]:
            with self.on_day(row["day"]):
                proposals.answer(
                    self.proposals[row["proposal"]],
                    self.people[row["author"]],
                    Stage(row["decision"]),
                    row["body"],
                    is_published=True,
                )

    def make_reports(self) -> None:
        """Texts that people pointed at, and what moderators decided; some still wait."""
        rows = [row for row in self.content.comments if "reported" in row]
        for row in rows:
            with self.on_day(row["day"]):
                for key in row["reporters"]:
                    reason = Reason.of_code(row["reported"])
                    moderation.report(self.comments[row["key"]], self.people[key], reason)
        for row in sorted(rows, key=lambda row: row.get("decision_day", 0)):
            if "decision" in row:
                with self.on_day(row["decision_day"]):
                    self._decide(row)

    def _decide(self, row: Row) -> None:
        case = moderation.open_case(self.comments[row["key"]])
        outcome = Outcome(row["decision"])
        reason = Reason.of_code(row["reported"]) if outcome is Outcome.HIDE else None
        moderation.decide(
            case, self.people[row["decided_by"]], outcome, case.turn, reason, row["reason_text"]
        )

    def make_ballots(self) -> None:
        """One sealed and published, one to vote in now."""
        for row in self.content.ballots:
            poll = Poll(self, row)
            poll.open()
            poll.vote()
            if "published" in row:
                poll.publish()

    def make_budgets(self) -> None:
        """One whose works are under way, one to vote in now."""
        for row in self.content.budgets:
            purse = Purse(self, row)
            purse.prepare()
            purse.vote()
            if "published" in row:
                purse.publish()
                purse.follow()

    def make_synthesis(self) -> None:
        """The market hall's: computed, corrected, answered and published."""
        written = self.content.answers["synthesis"]
        space, author = self.spaces[written["space"]], self.people[written["author"]]
        rows = [row for row in self.content.proposals if row["space"] == written["space"]]
        subjects = {self.proposals[row["key"]].id: row["theme"] for row in rows}
        certain = list(subjects)
        for row in self.content.comments:
            if row["space"] == written["space"]:
                about = self.proposals[row["on"]].id
                subjects[self.comments[row["key"]].id] = subjects[about]
        with self.on_day(written["day"] - 2):
            synthesis = compute(space, author, len(written["themes"]))
        with self.on_day(written["day"] - 1):
            review = Review(synthesis, author, subjects, certain)
            themes = review.arrange([row["theme"] for row in written["themes"]])
            readers = [self.people[key] for key in written["reviewers"] if key[0] == "o"]
            for number, row in enumerate(written["themes"]):
                review.answer(themes[row["theme"]], row, readers[number % len(readers)])
            review.introduce(written, day_in_words(self.midnight(written["next_day"])))
        with self.on_day(written["day"]):
            submit(synthesis, author, synthesis.turn)
            publish(synthesis, next(r for r in readers if r is not author), synthesis.turn)


def build(tell: Callable[[str], None] = lambda _title: None) -> None:
    """Build the town in an empty database."""
    g.language = "fr"
    Builder(Content(), clock.now(), tell).build()


def is_empty() -> bool:
    """Whether nothing has been built or written yet."""
    return db.session.scalar(select(Space.id).limit(1)) is None
