"""Who prepares, studies, opens, votes where, and follows the works; and why not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from datetime import date, datetime

from civic.accounts.models import Account, Visitor
from civic.accounts.rules import may_take_part
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _, join_words, ngettext
from civic.spaces.models import Role
from votes.ballots.models import State as BallotState
from votes.budgets.models import Budget, Envelope, Project, Stage, State, Study

ORDER = tuple(Stage)[:-1]  # the stages of works that go on


def may_study(roles: Set[Role]) -> Verdict:
    """Officials study projects, and so do agents of the space."""
    if roles & {Role.OFFICIAL, Role.AGENT}:
        return YES
    return no(_("Officials and agents of the space do this."))


def may_change(budget: Budget) -> Verdict:
    """From the opening of the vote on, envelopes, projects and rules are frozen."""
    if budget.state is not State.VOTE:
        return YES
    return no(_("The vote of this budget was opened: envelopes, projects and rules are frozen."))


def may_announce(budget: Budget) -> Verdict:
    """A draft becomes public once, and must have something to show."""
    if budget.state is not State.DRAFT:
        return no(_("This budget is public already."))
    return YES if budget.envelopes else no(_("Write at least one envelope."))


def obstacles(
    budget: Budget, projects: Sequence[Project], roll: int, now: datetime
) -> Iterator[str]:
    """What stands in the way of opening the vote, a sentence for each."""
    if budget.state is State.DRAFT:
        yield _("Make the budget public first, so that everyone sees the projects and the study.")
    if budget.closes_at <= now:
        yield _("The closing is in the past.")
    if not roll:
        yield _("Nobody is on the roll.")
    if budget.districts_each > max(len(budget.districts), 1):
        yield _("There are fewer districts than each person would vote in.")
    waiting = [project for project in projects if project.study is Study.WAITING]
    if waiting:
        yield ngettext(
            "%(num)s project waits for its study: %(names)s.",
            "%(num)s projects wait for their study: %(names)s.",
            len(waiting), names=join_words([f"“{project.name}”" for project in waiting[:5]]),
        )  # fmt: skip
    for envelope in budget.envelopes:
        yield from _in_envelope(envelope, [p for p in projects if p.envelope_id == envelope.id])


def _in_envelope(envelope: Envelope, projects: Sequence[Project]) -> Iterator[str]:
    offered = [project for project in projects if project.is_offered]
    if len(offered) < 2:
        yield _(
            "“%(name)s” needs at least two feasible projects to choose between.",
            name=envelope.name,
        )
    if len({project.name.casefold() for project in offered}) < len(offered):
        yield _("Two projects of “%(name)s” have the same name.", name=envelope.name)
    for project in offered:
        if (project.cost or 0) > envelope.amount:
            yield _(
                "“%(project)s” costs more than the whole of “%(envelope)s”.",
                project=project.name, envelope=envelope.name,
            )  # fmt: skip


def may_be_feasible(envelope: Envelope, cost: int | None) -> Verdict:
    """A feasible project has a cost, and fits into its envelope."""
    if not cost or cost < 1:
        return no(_("Estimate the cost: voters compare it with the envelope."))
    if cost > envelope.amount:
        return no(_("It costs more than the whole of its envelope."))
    return YES


# --- Voting ------------------------------------------------------------------------------------


def may_vote_in(
    envelope: Envelope, viewer: Account | Visitor, chosen: Collection[int], residence: str | None
) -> Verdict:
    """Everyone votes for the whole town; in districts as far as the rule of the budget goes.

    Parameters
    ----------
    chosen : collection of int
        The districts in which this person votes already, by id.
    residence : str or None
        The district that a verification recorded; None when there was none.
    """
    budget = envelope.budget
    if envelope.is_town or envelope.id in chosen:
        return YES
    if budget.by_residence and viewer.id is not None:
        lives = _lives_there(envelope, residence)
        if not lives:
            return lives
    if budget.districts_each and len(chosen) >= budget.districts_each:
        names = join_words([e.name for e in budget.districts if e.id in chosen])
        return no(_("You vote in %(names)s, and not in a further district.", names=names))
    return YES


def _lives_there(envelope: Envelope, residence: str | None) -> Verdict:
    if not residence:
        return no(_("Only verified inhabitants vote in a district: have your address verified."))
    if residence.casefold() != envelope.name.casefold():
        return no(_("You live in %(district)s: that is where you vote.", district=residence))
    return YES


def may_choose(envelope: Envelope, viewer: Account | Visitor, now: datetime) -> Verdict:
    """Whether a district can be chosen, or left, at this moment."""
    ballot = envelope.ballot
    if ballot is None or envelope.is_town:
        return no(_("This is not a district that one can choose now."))
    if not ballot.is_open(now):
        return no(_("Voting is not open."))
    return may_take_part(viewer)


def may_leave(envelope: Envelope, has_voted: bool) -> Verdict:
    """Somebody who has voted in a district leaves it only where ballots may be changed."""
    if has_voted and not envelope.budget.allows_change:
        return no(
            _("You have voted in %(name)s. This vote does not let ballots be changed.",
              name=envelope.name)
        )  # fmt: skip
    return YES


# --- Works -------------------------------------------------------------------------------------


def may_follow_works(project: Project) -> Verdict:
    """Works are told of projects that a published count has funded."""
    ballot = project.envelope.ballot
    if ballot is None or ballot.state is not BallotState.PUBLISHED:
        return no(_("Works are followed once the result is published."))
    if project.outcome != "funded":
        return no(_("This project was not funded."))
    return YES


def may_step(
    before: Stage | None, stage: Stage, since: date, delivery: date | None, words: str, today: date
) -> Verdict:
    """Whether a piece of news of the works can be told.

    Abandoning, going back and leaving an end state need words; the same stage again needs
    something new to say.
    """
    if since > today:
        return no(_("The day on which a stage began cannot be in the future."))
    if delivery is not None and delivery < since:
        return no(_("The delivery cannot come before the stage began."))
    if not words.strip():
        return _without_words(before, stage)
    return YES


def _without_words(before: Stage | None, stage: Stage) -> Verdict:
    if stage is Stage.ABANDONED:
        return no(_("Say why the project is abandoned: people who wanted it read this."))
    if before is stage:
        return no(_("Say what is new: the works stand at this stage already."))
    if before is Stage.ABANDONED or (
        before is not None and ORDER.index(stage) < ORDER.index(before)
    ):
        return no(_("Say why the works go back to an earlier stage."))
    return YES
