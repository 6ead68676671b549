"""Who may draft, open, vote, ask, confirm, seal; and why not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Set
from datetime import datetime

from civic.accounts.models import Account, Visitor
from civic.accounts.rules import may_take_part
from civic.errors import YES, Verdict, closed, no
from civic.i18n import full_datetime, gettext as _
from civic.spaces.models import Role
from votes.ballots.kinds import BUDGETS, ONE_SEAT, SHAPES, WITH_THRESHOLD, Shape
from votes.ballots.models import Act, Ballot, BallotRequest, Electorate, State

FEW = 10  # below this many ballots, no ballot is published


def may_change_draft(ballot: Ballot) -> Verdict:
    """From the opening on, everything is frozen."""
    if ballot.state is State.DRAFT:
        return YES
    return no(_("This ballot has been opened: its question, options and rules are frozen."))


def obstacles(ballot: Ballot, roll: int, now: datetime) -> Iterator[str]:
    """What stands in the way of opening a ballot, a sentence for each."""
    if len(ballot.options) < 2:
        yield _("A vote needs at least two options.")
    if len({option.name.casefold() for option in ballot.options}) < len(ballot.options):
        yield _("Two options have the same name.")
    if ballot.closes_at <= now:
        yield _("The closing is in the past.")
    if not roll:
        yield _("Nobody is on the roll.")
    yield from _impossible(ballot)


def _impossible(ballot: Ballot) -> Iterator[str]:
    count, shape = len(ballot.options), SHAPES[ballot.rule]
    if ballot.seats > 1 and ballot.rule in ONE_SEAT:
        yield _("This rule elects one option only.")
    if ballot.seats >= max(count, 2) and ballot.rule not in BUDGETS:
        yield _("There are as many seats as options.")
    if ballot.most and ballot.least > ballot.most:
        yield _("The least number of choices is larger than the most.")
    if ballot.least > count:
        yield _("The least number of choices is larger than the number of options.")
    if ballot.rule in BUDGETS:
        yield from _costs(ballot)
    if shape is Shape.GRADES and len(set(ballot.grades)) < 2:
        yield _("Write at least two different grades.")
    if shape is Shape.POINTS and not ballot.most_points:
        yield _("Say how many points each voter has.")
    if ballot.threshold_top is not None and ballot.rule not in WITH_THRESHOLD:
        yield _("A threshold needs a rule that counts votes: one choice, or approval.")


def _costs(ballot: Ballot) -> Iterator[str]:
    if not ballot.budget:
        yield _("Say what the budget is.")
    for option in ballot.options:
        if option.cost is None:
            yield _("“%(name)s” has no cost.", name=option.name)
        elif ballot.budget and option.cost > ballot.budget:
            yield _("“%(name)s” costs more than the whole budget.", name=option.name)


def remarks(ballot: Ballot, roll: int) -> Iterator[str]:
    """What does not stand in the way of opening, and should be known before."""
    if ballot.shares_ballots and ways_to_fill(ballot) > max(roll, FEW):
        yield _(
            "There are more ways to fill in this paper than people on the roll. Somebody could ask "
            "for a pattern agreed beforehand and look for it among the published ballots; the "
            "result is shown all the same if the ballots are not published."
        )
    if ballot.electorate in (Electorate.LISTED, Electorate.TEAM) and 0 < roll < FEW:
        yield _("Fewer than ten people may vote: only the order and the scores will be shown.")


def ways_to_fill(ballot: Ballot) -> int:
    """How many different papers there are, limits on the number of choices aside."""
    n, shape = len(ballot.options), SHAPES[ballot.rule]
    if shape is Shape.CHOICE:
        return n
    if shape is Shape.APPROVAL:
        return 2**n
    if shape is Shape.GRADES:
        return len(ballot.grades) ** n
    if shape is Shape.POINTS:
        return math.comb(ballot.most_points + n, n)
    return sum(math.perm(n, named) for named in range(1, n + 1))


def calendar(ballot: Ballot, now: datetime) -> Verdict:
    """Whether votes are taken now; the deadline itself is already too late."""
    if ballot.state is State.DRAFT:
        return no(_("This ballot is not open."))
    if now < ballot.opens_at:
        return closed(_("Voting opens on %(when)s.", when=full_datetime(ballot.opens_at)))
    if not ballot.is_open(now):
        return closed(_("Voting closed on %(when)s.", when=full_datetime(ballot.closes_at)))
    return YES


def may_vote(
    viewer: Account | Visitor, ballot: Ballot, listed: bool, voted: bool, now: datetime
) -> Verdict:
    """The calendar, the person, the roll, then whether the vote is still to be cast."""
    verdict = calendar(ballot, now) and may_take_part(viewer)
    if not verdict:
        return verdict
    if not listed and ballot.electorate is Electorate.VERIFIED:
        return no(_("This vote is for verified inhabitants whom it concerns: see who may vote."))
    if not listed and ballot.electorate is Electorate.TEAM:
        return no(_("This vote is for the officials, moderators and agents of this space."))
    if not listed:
        return no(_("Your address is not on the roll of this vote."))
    if voted and not ballot.allows_change:
        return no(_("You have voted. This vote does not let ballots be changed."))
    return YES


def may_ask(ballot: Ballot, act: Act, now: datetime) -> Verdict:
    """Closing early and extending concern an open vote; publishing, a sealed one."""
    if act is Act.PUBLISH:
        return YES if ballot.state is State.SEALED else no(_("Seal the box first."))
    if ballot.state is not State.OPEN or ballot.closes_at <= now:
        return no(_("Voting is over: it can be neither shortened nor reopened."))
    return YES


def may_confirm(viewer: Account, request: BallotRequest, roles: Set[Role]) -> Verdict:
    """Somebody else than who asked: an official, or an administrator."""
    if viewer.id == request.asked_by_id:
        return no(_("You asked for this yourself: another person must confirm it."))
    if Role.OFFICIAL in roles or viewer.is_administrator:
        return YES
    return no(_("Officials of the space and administrators do this."))


def may_seal(ballot: Ballot, now: datetime) -> Verdict:
    """After the close, once."""
    if ballot.state is not State.OPEN:
        return no(_("This box is not waiting to be sealed."))
    if now < ballot.closes_at:
        return closed(_("Voting is open until %(when)s.", when=full_datetime(ballot.closes_at)))
    return YES


def is_sealed(ballot: Ballot) -> Verdict:
    """The list of leaves and the seal are public from the sealing on."""
    closed_states = (State.SEALED, State.PUBLISHED)
    return YES if ballot.state in closed_states else no(_("The box is not sealed yet."))


def is_published(ballot: Ballot) -> Verdict:
    """A result is read once two people have published it."""
    return YES if ballot.state is State.PUBLISHED else no(_("The result is not published."))


def may_share_ballots(ballot: Ballot) -> Verdict:
    """Ballots are published only in numbers, and only where this was said beforehand."""
    if not is_published(ballot):
        return is_published(ballot)
    if (ballot.cast_count or 0) < FEW:
        return no(_("Fewer than %(few)s people voted: their ballots are not shown.", few=FEW))
    if not ballot.shares_ballots:
        return no(_("It was said before the vote that the ballots are not published."))
    return YES
