"""Who may report, decide and contest, and why not."""

from __future__ import annotations

from collections.abc import Collection, Set
from datetime import datetime, timedelta

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution, State
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _
from civic.spaces.models import Role
from moderation.models import Case, CaseState, Outcome, Reason

CONTEST_WITHIN = timedelta(days=183)  # six months, as article 20 of the DSA asks
REPORTS_PER_HOUR = 20
WITH_WORDS = (Reason.ILLEGAL,)  # a report for one of these says which law
EXPLAINED = (Reason.INSULT, Reason.OFF_TOPIC, Reason.MISLEADING, Reason.ILLEGAL)


def may_report(viewer: Account | Visitor, contribution: Contribution) -> Verdict:
    """Anyone signed in, about a text of somebody else that everyone may read."""
    if viewer.id is None:
        return no(_("Sign in to report a text."))
    if viewer.id == contribution.author_id:
        return no(_("This text is yours: you can change it or take it back."))
    if not contribution.is_visible:
        return no(_("This text is not public any more."))
    return YES


def may_moderate(roles: Set[Role]) -> Verdict:
    """Moderators of the space, and nobody else: officials never decide on words about them."""
    if Role.MODERATOR in roles:
        return YES
    return no(_("Only the moderators of this space decide here."))


def may_decide(
    by: Account, roles: Set[Role], case: Case, reporters: Collection[int], deciders: Collection[int]
) -> Verdict:
    """Nobody decides on their own text, on what they reported, or again on a contested decision.

    Parameters
    ----------
    reporters, deciders : account ids
        Who reported this version, and who decided on it before.
    """
    if not may_moderate(roles):
        return may_moderate(roles)
    if by.id == case.contribution.author_id:
        return no(_("This text is yours: another moderator decides."))
    if by.id in reporters:
        return no(_("You reported this text: another moderator decides."))
    if case.state is CaseState.CONTESTED and by.id in deciders:
        return no(_("You took this decision: another moderator reads it again."))
    return YES


def outcomes_for(contribution: Contribution) -> list[Outcome]:
    """What can be decided on a text as it stands."""
    if contribution.state is State.HIDDEN:
        return [Outcome.KEEP, Outcome.RESTORE]
    return [Outcome.KEEP, Outcome.HIDE]


def says_enough(outcome: Outcome, reason: Reason | None, words: str) -> Verdict:
    """A text is hidden for a reason, in words where the reason alone does not say enough."""
    if outcome is not Outcome.HIDE:
        return YES
    if reason is None:
        return no(_("Choose the rule that this text breaks."))
    if reason in EXPLAINED and not words.strip():
        return no(_("Tell the author in a sentence what breaks this rule."))
    return YES


def may_contest(viewer: Account | Visitor, case: Case, is_hidden: bool, now: datetime) -> Verdict:
    """The author of a hidden text, once, within six months."""
    if viewer.id is None or viewer.id != case.contribution.author_id:
        return no(_("Only the author can contest this decision."))
    if not is_hidden or case.decided_at is None:
        return no(_("There is no decision to contest."))
    if case.pleaded_at is not None:
        return no(_("You have contested this decision already."))
    if now > case.decided_at + CONTEST_WITHIN:
        return no(_("A decision can be contested for six months."))
    return YES
