"""A case walked at random: whatever people do, the audit log alone tells where all stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from civic import clock
from civic.audit import AuditEntry, first_fault
from civic.checking import faults
from civic.contributions.actions import revise, take_back
from civic.contributions.models import Contribution, State, visible
from civic.db import begin_write, commit, db
from civic.errors import Conflict, NotAllowed, TooMany
from moderation import actions, queries
from moderation.deciding.effects import Target
from moderation.models import Case, CaseState, Outcome, Reason
from tests.factories import Factories
from votes import actions as votes

REFUSALS = (Conflict, NotAllowed, TooMany)
PEOPLE = st.integers(0, 2)
WORD = "idiot"
EXAMPLES = 200 if settings().max_examples > 100 else 8


def replay(about: str) -> tuple[dict[int, str], str | None]:
    """Where the cases and the text stand, from the audit log alone."""
    cases: dict[int, str] = {}
    state = None
    entries = select(AuditEntry).where(
        AuditEntry.about == about, AuditEntry.act.startswith("moderation.")
    )
    for entry in db.session.scalars(entries.order_by(AuditEntry.id)):
        told, act = entry.details, entry.act.removeprefix("moderation.")
        if act in ("opened", "reopened"):
            cases[told["case"]] = "open"
        elif act == "contested":
            cases[told["case"]] = "contested"
        elif act == "undo":
            cases |= {int(key): value for key, value in told["standings"].items()}
            state = told["state"]
        elif act in set(Outcome):
            cases |= dict.fromkeys(told["cases"], "decided")
            state = told["state"]
    return cases, state


class Walk(RuleBasedStateMachine):
    """One proposal with its thread, three moderators, three reporters, and their author."""

    make: Factories

    @initialize()
    def settle(self) -> None:
        make = self.make
        self.hours = 0
        self.space = make.space()
        self.moderators = [make.moderator(self.space) for _n in range(3)]
        self.reporters = [make.account() for _n in range(3)]
        self.author = make.account()
        self.text = make.proposal(self.space, self.author, "Un titre", f"Cet {WORD} décide seul.")
        self.twin = make.proposal(self.space, title="Le même")
        self.comments = [make.comment(self.text) for _n in range(2)]
        begin_write()
        votes.support(self.text, self.reporters[0])
        commit()
        begin_write()

    def attempt(self, act: Any) -> bool:
        """Do something as a whole or not at all."""
        with clock.at(self.now()):
            try:
                with db.session.begin_nested():
                    act()
            except REFUSALS:
                return False
        return True

    def now(self) -> Any:
        self.hours += 1
        return clock.now() + timedelta(minutes=self.hours)

    def case(self) -> Case | None:
        found = select(Case).where(Case.contribution_id == self.text.id)
        return db.session.scalars(found.order_by(Case.version.desc())).first()

    @rule(who=PEOPLE, reason=st.sampled_from([Reason.INSULT, Reason.HATE, Reason.SPAM]))
    def report(self, who: int, reason: Reason) -> None:
        self.attempt(lambda: actions.report(self.text, self.reporters[who], reason, "mot"))

    @rule(who=PEOPLE)
    def moderator_reports(self, who: int) -> None:
        self.attempt(lambda: actions.report(self.text, self.moderators[who], Reason.SPAM, "mot"))

    @rule(who=PEOPLE, outcome=st.sampled_from([o for o in Outcome if o is not Outcome.UNDO]))
    def decide(self, who: int, outcome: Outcome) -> None:
        case, by = self.case(), self.moderators[who]
        if case is None:
            return
        waiting = {case, *queries.waiting_on(self.text)}
        barred = queries.reporters_of(waiting) | queries.first_readers(waiting)
        before = self.public()
        target = Target(passages=[WORD], space=self.space, into=self.twin)
        made: list[Any] = []
        done = self.attempt(
            lambda: made.append(
                actions.decide(
                    case, by, outcome, case.turn, Reason.INSULT, "Une phrase.",
                    version=self.text.version, target=target,
                )
            )
        )  # fmt: skip
        if done:
            assert by.id not in barred
            if outcome is Outcome.HIDE:
                assert queries.concealed_by(made[0]) == before - self.public()

    @rule(who=PEOPLE)
    def undo(self, who: int) -> None:
        case = self.case()
        if case is None:
            return
        last = queries.last_main_decision(case)
        before = self.public()
        if self.attempt(lambda: actions.undo(case, self.moderators[who], case.turn)):
            assert last is not None
            assert last.by_id == self.moderators[who].id
            if last.outcome is Outcome.HIDE and self.text.is_visible:
                assert queries.concealed_by(last) == self.public() - before

    @rule()
    def author_contests(self) -> None:
        self.attempt(lambda: actions.contest(self.text, self.author, "Relisez."))

    @rule(who=PEOPLE)
    def reporter_contests(self, who: int) -> None:
        report = queries.report_by(self.reporters[who].id, self.text)
        if report is not None:
            self.attempt(lambda: actions.contest_as_reporter(report, "Relisez."))

    @rule(who=PEOPLE)
    def claim(self, who: int) -> None:
        case = self.case()
        if case is not None:
            self.attempt(lambda: actions.claim(case, self.moderators[who]))

    @rule()
    def author_edits(self) -> None:
        body = f"Cet {WORD} décide seul, version {self.text.version}."

        def change() -> None:
            revise(self.text, self.author, "Un titre", body, self.text.version)
            actions.note_change(self.text)

        self.attempt(change)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.hours += hours * 60

    @rule(chance=st.integers(0, 5))
    def author_takes_back(self, chance: int) -> None:
        if chance == 0:
            self.attempt(lambda: take_back(self.text, self.author))

    def public(self) -> set[int]:
        return set(db.session.scalars(select(Contribution.id).where(visible())))

    @invariant()
    def the_log_tells_where_everything_stands(self) -> None:
        if not hasattr(self, "text"):
            return
        db.session.flush()
        cases, state = replay(f"contribution:{self.text.id}")
        found = db.session.scalars(select(Case).where(Case.contribution_id == self.text.id))
        assert {case.id: case.state.value for case in found} == cases
        if self.text.state is not State.REMOVED and state is not None:
            assert self.text.state == state

    def teardown(self) -> None:
        """Everything still holds together at the end."""
        if not hasattr(self, "text"):
            return
        with clock.at(self.now()):
            commit()
            assert not list(faults())
            assert first_fault() is None
            begin_write()


def test_whatever_people_do_the_audit_log_tells_where_everything_stands(
    make: Factories, db: Any
) -> None:
    walk = type("WalkHere", (Walk,), {"make": make})
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_the_log_of_one_case_read_again_gives_its_state(make: Factories, db: Any) -> None:
    """The replay itself is not empty: it follows one known path."""
    space = make.space()
    text = make.proposal(space)
    decision = make.hidden(text)
    begin_write()
    actions.contest(text, text.author, "Relisez.")
    cases, state = replay(f"contribution:{text.id}")
    assert cases == {decision.case_id: CaseState.CONTESTED}
    assert state == "hidden"
