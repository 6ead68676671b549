"""Rows for tests, made through the real actions where one exists."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from civic import clock
from civic.accounts.actions import create_account
from civic.accounts.models import Account, SignIn
from civic.contributions.models import Contribution
from civic.db import begin_write, commit, db
from civic.spaces.actions import PhasePlan, create_space, give_role, publish_space
from civic.spaces.models import Act, Role, Space
from deliberations import actions as deliberations
from deliberations.models import Comment, Statement
from moderation import actions as moderation
from moderation.models import Case, Decision, Outcome, Reason
from proposals import actions as proposals
from proposals.models import Proposal
from synthesis.actions import publish as publish_synthesis, receive, submit as submit_synthesis
from synthesis.drafting import Draft, DraftPlace, DraftQuote, DraftTheme, Kept
from synthesis.models import State as SynthesisState, Synthesis
from synthesis.queries import readable, versions_of
from votes.ballots import actions as ballots
from votes.ballots.models import Ballot, Electorate
from votes.budgets import actions as budgets
from votes.budgets.models import Budget, Study

PASSWORD = "une phrase de quatre mots"
EVERYTHING = frozenset(Act)
_numbers = itertools.count(1)


def present_for_good(account: Account) -> None:
    """Hold the sign-ins of a person for made with a second factor, just now, whenever that is.

    Roles are then open, and a test may move the clock without being signed out.
    """
    begin_write()
    always = clock.now() + timedelta(days=3_650)
    mine = update(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    db.session.execute(
        mine.values(
            second_factor_at=clock.now(), fresh_at=always, seen_at=always, expires_at=always
        )
    )
    commit()


class Factories:
    """`make.account()`, `make.space()`, `make.proposal()`… Each commits what it made."""

    def account(self, name: str = "", email: str = "", **given: Any) -> Account:
        """A citizen whose address is confirmed."""
        begin_write()
        number = next(_numbers)
        account = create_account(
            name or f"Habitante {number}", email or f"habitante{number}@example.org", PASSWORD,
            confirmed=given.pop("confirmed", True),
        )  # fmt: skip
        for field, value in given.items():
            setattr(account, field, value)
        commit()
        return account

    def administrator(self) -> Account:
        """Somebody who runs the instance."""
        return self.account(is_administrator=True)

    def space(
        self, permits: frozenset[Act] = EVERYTHING, phases: list[PhasePlan] | None = None,
        published: bool = True, **given: Any,
    ) -> Space:  # fmt: skip
        """A public space whose one phase, open now, permits everything."""
        begin_write()
        administrator = self._administrator()
        if phases is None:
            now = clock.now()
            span = (now - timedelta(days=10), now + timedelta(days=10))
            phases = [PhasePlan("Contribuer", *span, permits=permits)]
        number = next(_numbers)
        space = create_space(
            administrator, given.pop("slug", f"espace-{number}"),
            given.pop("title", f"Espace {number}"), phases=phases, **given,
        )  # fmt: skip
        if published:
            publish_space(administrator, space)
        commit()
        return space

    def _administrator(self) -> Account:
        number = next(_numbers)
        account = create_account("Régie", f"regie{number}@example.org", PASSWORD, confirmed=True)
        account.is_administrator = True
        return account

    def moderator(self, space: Space) -> Account:
        """A moderator of a space."""
        return self._member(space, Role.MODERATOR)

    def official(self, space: Space) -> Account:
        """An official of a space."""
        return self._member(space, Role.OFFICIAL)

    def agent(self, space: Space) -> Account:
        """An agent of a space."""
        return self._member(space, Role.AGENT)

    def _member(self, space: Space, role: Role) -> Account:
        account = self.account()
        begin_write()
        give_role(space, account, role, by=None)
        commit()
        return account

    def proposal(
        self, space: Space | None = None, author: Account | None = None, title: str = "",
        body: str = "Il faudrait davantage de bancs à l’ombre.", published: bool = True,
    ) -> Proposal:  # fmt: skip
        """A public proposal."""
        space = space or self.space()
        author = author or self.account()
        begin_write()
        proposal = proposals.draft(space, author, title or f"Proposition {next(_numbers)}", body)
        if published:
            proposals.publish(proposal, author)
        commit()
        return proposal

    def comment(
        self, root: Contribution, author: Account | None = None, body: str = "Bonne idée.",
        reply_to: Comment | None = None,
    ) -> Comment:  # fmt: skip
        """A public comment."""
        author = author or self.account()
        begin_write()
        row = deliberations.comment(root, author, body, reply_to=reply_to)
        commit()
        return row

    def statement(
        self, space: Space | None = None, text: str = "", author: Account | None = None
    ) -> Statement:
        """A public statement."""
        space = space or self.space()
        author = author or self.account()
        begin_write()
        text = text or f"La phrase numéro {next(_numbers)} me convient."
        row = deliberations.publish_statement(space, author, text)
        commit()
        return row

    def report(
        self, text: Contribution, by: Account | None = None, reason: Reason = Reason.INSULT,
        words: str = "« idiot »",
    ) -> Case:  # fmt: skip
        """Somebody reports a text; its case."""
        by = by or self.account()
        begin_write()
        made = moderation.report(text, by, reason, words)
        assert made is not None
        case = made.case
        commit()
        return case

    def hidden(self, text: Contribution, by: Account | None = None) -> Decision:
        """A moderator hides a text."""
        by = by or self.moderator(text.space)
        begin_write()
        case = moderation.open_case(text)
        made = moderation.decide(
            case, by, Outcome.HIDE, case.turn, Reason.INSULT, "« idiot » vise une personne."
        )
        commit()
        return made

    def synthesis(
        self, space: Space, themes: dict[str, list[Proposal]], alone: list[Proposal] | None = None,
        by: Account | None = None, published: bool = False,
    ) -> Synthesis:  # fmt: skip
        """A computed version: for each name of a theme what it holds, and what stands alone.

        The first of each theme is quoted.
        """
        by = by or self.official(space)
        colleague = self.official(space) if published else by
        begin_write()
        number = len(db.session.scalars(versions_of(space)).all()) + 1
        made = Synthesis(
            space_id=space.id, number=number, asked_by_id=by.id, asked_at=clock.now(),
            state=SynthesisState.COMPUTING,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        places = [
            DraftPlace(p.id, name, strength=0.9 - 0.1 * n, is_doubtful=n > 4)
            for name, held in themes.items()
            for n, p in enumerate(held)
        ]
        places += [DraftPlace(p.id, None, reason="too short") for p in alone or []]
        draft = Draft(
            themes=tuple(DraftTheme(name, name, (name.lower(), "ville")) for name in themes),
            places=tuple(places),
            quotes=tuple(
                DraftQuote(held[0].id, held[0].body, "central") for held in themes.values() if held
            ),
            digest="d" * 64,
        )
        read = [
            text
            for text in db.session.execute(readable(space, with_comments=True)).all()
            if text.id in {place.contribution_id for place in places}
        ]
        receive(made, draft, read, None, Kept())
        made.title, made.intro, made.intro_html = "Ce que vous avez dit", "Merci.", "<p>Merci.</p>"
        if published:
            submit_synthesis(made, colleague, made.turn, accepts_unread=True)
            publish_synthesis(made, by, made.turn)
        commit()
        return made

    def ballot(
        self, space: Space | None = None, rule: str = "plurality", opened: bool = True,
        names: tuple[str, ...] = ("Un marché", "Un jardin", "Une halle"),
        costs: list[int] | None = None, **given: Any,
    ) -> Ballot:  # fmt: skip
        """A ballot that opened yesterday and closes in seven days."""
        space = space or self.space()
        official = self.official(space)
        begin_write()
        now = clock.now()
        plans = [
            ballots.OptionPlan(name, costs[n] if costs else None) for n, name in enumerate(names)
        ]
        span = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=7)}
        made = ballots.draft(
            space, official, given.pop("question", f"Question {next(_numbers)} ?"), rule, plans,
            **({"electorate": Electorate.CONFIRMED} | span | given),
        )  # fmt: skip
        if opened:
            ballots.open_ballot(made, official)
        commit()
        return made

    def budget(
        self, space: Space | None = None, opened: bool = True, announced: bool = True,
        costs: tuple[int, ...] = (60, 50, 40),
        districts: tuple[str, ...] = ("Nord", "Sud"), **given: Any,
    ) -> Budget:  # fmt: skip
        """A budget of 100 € for the town and for each district, with three projects each; its vote
        opened yesterday and closes in seven days."""
        space = space or self.space()
        official = self.official(space)
        begin_write()
        now = clock.now()
        plans = [budgets.EnvelopePlan("Toute la ville", 100, is_town=True)]
        plans += [budgets.EnvelopePlan(name, 100) for name in districts]
        span = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=7)}
        made = budgets.draft(
            space, official, "Budget participatif", given.pop("rule", "budget-greedy"), plans,
            **(span | given),
        )  # fmt: skip
        if announced:
            budgets.announce(made, official)
        for envelope in made.envelopes:
            for number, cost in enumerate(costs, start=1):
                project = budgets.add_project(
                    made, official, envelope, f"{envelope.name} {number}", "Un banc."
                )
                budgets.study(project, official, Study.FEASIBLE, cost, "")
        if opened:
            budgets.open_vote(made, official)
        commit()
        return made

    def vote(self, ballot: Ballot, content: Any, by: Account | None = None) -> str:
        """Somebody votes; their receipt."""
        by = by or self.account()
        begin_write()
        receipt = ballots.cast(ballot, by, content)
        commit()
        return receipt
