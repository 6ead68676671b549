"""Who may report, decide and contest, and why not."""

from __future__ import annotations

from collections.abc import Collection, Set
from datetime import datetime, timedelta

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution, State
from civic.errors import YES, Verdict, no, unknown_person
from civic.i18n import gettext as _
from civic.spaces.models import Role
from moderation.models import Decision, Outcome, Reason

CONTEST_WITHIN = timedelta(days=183)  # six months, as article 20 of the DSA asks
REPORTS_PER_DAY = 20  # by one person
VISITOR_REPORTS_PER_DAY = 5  # from one origin
RECEIPTS_PER_DAY = 3  # mails to one address that nobody has confirmed
WITH_WORDS = (Reason.ILLEGAL,)  # a report for one of these says which law


def may_report(viewer: Account | Visitor, contribution: Contribution) -> Verdict:
    """Anyone signed in, about a text of somebody else that everyone may read."""
    if viewer.id is None:
        return unknown_person(_("Sign in to report a text."))
    if viewer.id == contribution.author_id:
        return no(_("This text is yours: you can change it or take it back."))
    return may_be_reported(contribution)


def may_be_reported(contribution: Contribution) -> Verdict:
    """A text that everyone may read."""
    if not contribution.is_visible:
        return no(_("This text is not public any more."))
    return YES


def may_moderate(viewer: Account | Visitor, roles: Set[Role]) -> Verdict:
    """Moderators of the space; administrators too, so that a contested decision finds a reader.

    Officials never decide on words about them.
    """
    if Role.MODERATOR in roles or viewer.is_administrator:
        return YES
    return no(_("Only the moderators of this space decide here."))


def may_decide(
    by: Account,
    roles: Set[Role],
    contribution: Contribution,
    reporters: Collection[int],
    first_readers: Collection[int],
) -> Verdict:
    """Nobody decides on their own text, on what they reported, or again on a contested decision.

    Parameters
    ----------
    reporters, first_readers : account ids
        Who reported the text, and who took the decision that its author contests.
    """
    if not may_moderate(by, roles):
        return may_moderate(by, roles)
    if contribution.state is State.REMOVED:
        return no(_("Its author has taken this text back: there is nothing to decide."))
    if by.id == contribution.author_id:
        return no(_("This text is yours: another moderator decides."))
    if by.id in reporters:
        return no(_("You reported this text: another moderator decides."))
    if by.id in first_readers:
        return no(_("You took this decision: another moderator reads it again."))
    return YES


def outcomes_for(contribution: Contribution) -> list[Outcome]:
    """What can be decided on a text as it stands."""
    if contribution.state is State.HIDDEN:
        return [Outcome.CONFIRM, Outcome.RESTORE]
    return [Outcome.KEEP, Outcome.HIDE]


def says_enough(outcome: Outcome, reason: Reason | None, words: str) -> Verdict:
    """An author whose text stays out of sight reads which rule it breaks, and by which words."""
    if outcome is Outcome.HIDE and reason is None:
        return no(_("Choose the rule that this text breaks."))
    if outcome in (Outcome.HIDE, Outcome.CONFIRM) and not words.strip():
        return no(_("Tell the author in a sentence what breaks this rule."))
    return YES


def may_contest(
    viewer: Account | Visitor, contribution: Contribution, last: Decision | None, now: datetime
) -> Verdict:
    """The author of a hidden text, once for each decision that hid it, within six months.

    Parameters
    ----------
    last : Decision, optional
        The decision that hid the text, when it is hidden.
    """
    if viewer.id is None or viewer.id != contribution.author_id:
        return no(_("Only the author can contest this decision."))
    if last is None or contribution.state is not State.HIDDEN:
        return no(_("There is no decision to contest."))
    if last.plea is not None:
        return no(_("You have contested this decision already."))
    if now > last.at + CONTEST_WITHIN:
        return no(_("A decision can be contested for six months."))
    return YES
