"""Who may declare, mark, type, settle and admit paper ballots; and why not."""

from __future__ import annotations

from datetime import datetime

from civic.errors import YES, Verdict, closed, no
from civic.i18n import full_datetime, gettext as _, ngettext
from votes.ballots.batches.models import Batch
from votes.ballots.models import Ballot, Electorate, State

SIZE_MAX = 5_000  # papers of one batch: more are easier to compare in several


def may_declare(ballot: Ballot) -> Verdict:
    """From the opening to the sealing."""
    if ballot.state is State.OPEN:
        return YES
    return no(_("Paper ballots are declared between the opening and the sealing."))


def may_mark(batch: Batch) -> Verdict:
    """Where the roll has names, until the batch is in the box."""
    if batch.ballot.electorate is not Electorate.LISTED:
        return no(_("The roll of this vote has no list of names: papers are declared by number."))
    return may_change(batch)


def may_change(batch: Batch) -> Verdict:
    """A batch that is in the box, or was withdrawn, stays as it is."""
    if batch.admitted_at:
        return no(_("This batch is in the box: nothing of it changes any more."))
    if batch.withdrawn_at:
        return no(_("This batch was withdrawn."))
    return may_declare(batch.ballot)


def may_withdraw(batch: Batch, account_id: int) -> Verdict:
    """Another person than who declared it."""
    verdict = may_change(batch)
    if verdict and batch.declared_by_id == account_id:
        return no(_("You declared this batch: another person must withdraw it."))
    return verdict


def may_type(batch: Batch, now: datetime) -> Verdict:
    """Papers are read after the close, so that nobody knows a part of the result before."""
    if now < batch.ballot.closes_at:
        when = full_datetime(batch.ballot.closes_at)
        return closed(_("Papers are read after the close of the vote, on %(when)s.", when=when))
    return may_change(batch)


def may_take(batch: Batch, account_id: int, now: datetime) -> Verdict:
    """One reading for each of two different people."""
    verdict = may_type(batch, now)
    if not verdict:
        return verdict
    if batch.reading_of(account_id):
        return no(_("You have a reading of this batch already: another person types the other."))
    if batch.first_by_id and batch.second_by_id:
        return no(_("Two people are typing this batch already."))
    return YES


def may_settle(batch: Batch, now: datetime) -> Verdict:
    """Once both have finished."""
    verdict = may_type(batch, now)
    if not verdict:
        return verdict
    return YES if batch.is_read_twice else no(_("Both readings must be finished first."))


def may_admit(
    batch: Batch, account_id: int, unsettled: int, marks: int, now: datetime
) -> Verdict:  # fmt: skip
    """Every difference settled, by a third person or by both typists; as many marks as papers."""
    verdict = may_settle(batch, now)
    if not verdict:
        return verdict
    if unsettled:
        return no(
            ngettext(
                "%(num)s paper was read in two ways: settle it first.",
                "%(num)s papers were read in two ways: settle them first.",
                unsettled,
            )
        )
    if batch.settled_by_id == account_id and batch.reading_of(account_id):
        return no(
            _("You typed this batch and settled its differences: another person must confirm it.")
        )
    if batch.ballot.electorate is Electorate.LISTED and marks != batch.size:
        return no(
            _("%(size)s papers and %(marks)s marks on the roll: they must be as many.",
              size=batch.size, marks=marks)
        )  # fmt: skip
    return YES
