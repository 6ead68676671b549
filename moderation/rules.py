"""Who may report, decide and contest, and why not."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from datetime import datetime, timedelta

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution, State
from civic.errors import YES, Verdict, no, unknown_person
from civic.i18n import gettext as _, short_datetime
from civic.spaces.models import Premoderation, Role, Space
from civic.text import has_visible
from moderation.models import RESTRICTING, Claim, Decision, Outcome, Reason

CLAIM_LASTS = timedelta(minutes=15)
UNDO_WITHIN = timedelta(hours=24)
NEWCOMER_TEXTS = 2  # texts of a new person that a moderator reads first, where a space has it so
LIMITED_TEXTS_PER_DAY = 3
LIMITED_REPORTS_PER_DAY = 2
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
        Who reported the text, and who took the decision that somebody contests.
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


def is_free(claim: Claim | None, by: Account, now: datetime) -> Verdict:
    """A case that somebody else is reading can be taken over, not decided behind their back."""
    if claim is None or claim.by_id == by.id or claim.until <= now:
        return YES
    return no(
        _(
            "%(name)s is reading this case until %(time)s. Take it over first if you decide.",
            name=claim.by.name,
            time=short_datetime(claim.until),
        )
    )


def outcomes_for(contribution: Contribution, contested: Outcome | None = None) -> list[Outcome]:
    """What can be decided on a text as it stands.

    Parameters
    ----------
    contested : Outcome, optional
        What was decided before, when it waits for a second reader.
    """
    if contribution.state is State.HIDDEN:
        return [Outcome.CONFIRM, Outcome.RESTORE, Outcome.MASK]
    if contribution.state is State.PENDING:
        return [Outcome.KEEP, Outcome.HIDE, Outcome.MASK, Outcome.ASK]
    first = {None: [Outcome.KEEP], Outcome.KEEP: [Outcome.CONFIRM]}
    again = first.get(contested, [Outcome.CONFIRM, Outcome.RESTORE])
    here = [*again, Outcome.HIDE, Outcome.MASK, Outcome.ASK, Outcome.MOVE]
    return [*here, Outcome.MERGE] if contribution.takes_supports else here


def may_mask(contribution: Contribution, passages: Sequence[str]) -> Verdict:
    """Only words that stand in the text can be masked, and not all of them."""
    if not passages:
        return no(_("Copy the words to mask from the text, one passage on each line."))
    for passage in passages:
        if passage not in contribution.body and passage not in contribution.title:
            return no(
                _("“%(words)s” does not stand in the text: copy it exactly.", words=passage[:80])
            )
    rest = contribution.body
    for passage in passages:
        rest = rest.replace(passage, "")
    if not has_visible(rest):
        return no(_("Nothing would be left of the text: hide it instead."))
    return YES


def may_move_to_space(contribution: Contribution, space: Space | None) -> Verdict:
    """A text with a thread of its own goes to another public space."""
    if space is None:
        return no(_("Choose the space to which it goes."))
    if space.id == contribution.space_id:
        return no(_("It stands in this space already."))
    if not space.is_published:
        return no(_("This space is not public yet."))
    return YES


def may_move_under(contribution: Contribution, root: Contribution | None) -> Verdict:
    """A comment goes under another public text that has a thread."""
    if root is None:
        return no(_("Give the number or the address of the text under which it goes."))
    if root.root_id is not None or root.kind == "statement":
        return no(_("Comments stand under a proposal: give its number or its address."))
    if root.id == contribution.root_id:
        return no(_("It stands under this text already."))
    if not root.is_visible or not root.space.is_published:
        return no(_("That text is not public."))
    return YES


def may_merge(
    duplicate: Contribution, into: Contribution | None,
    is_merged: bool, is_target: bool, is_other_merged: bool,
) -> Verdict:  # fmt: skip
    """Two public texts of one kind and one space; never a chain of them."""
    if into is None:
        return no(_("Give the number or the address of the text that it joins."))
    if into.id == duplicate.id:
        return no(_("A text cannot be merged into itself."))
    if into.kind != duplicate.kind or into.space_id != duplicate.space_id:
        return no(_("Only texts of the same kind, in the same space, are merged."))
    if not duplicate.takes_supports:
        return no(_("Only texts that people support are merged."))
    if not (duplicate.is_visible and into.is_visible):
        return no(_("Both texts must be public."))
    if is_merged or is_other_merged:
        return no(_("One of them is merged into another already: choose that one."))
    if is_target:
        return no(_("Others were merged into this text: merge in the other direction."))
    if into.is_settled or duplicate.is_settled:
        return no(_("One of them is settled: it takes no more supports."))
    return YES


def may_undo(by: Account, last: Decision | None, now: datetime) -> Verdict:
    """Whoever decided takes the decision back within a day, while nobody has answered it."""
    if last is None or last.outcome is Outcome.UNDO:
        return no(_("There is no decision to undo."))
    if last.by_id != by.id:
        return no(_("Only the moderator who decided can undo it."))
    if last.plea is not None:
        return no(_("This decision is contested: somebody else reads it again."))
    if now >= last.at + UNDO_WITHIN:
        return no(_("A decision can be undone for twenty-four hours."))
    return YES


def must_wait(
    premoderation: Premoderation, accepted: int, is_of_the_team: bool, is_limited: bool
) -> bool:
    """Whether a new text waits for a moderator before it is public.

    Parameters
    ----------
    accepted : int
        How many texts of its author are public already.
    """
    if is_limited:
        return True
    if is_of_the_team or premoderation is Premoderation.NONE:
        return False
    return premoderation is Premoderation.ALL or accepted < NEWCOMER_TEXTS


def says_enough(
    outcome: Outcome, reason: Reason | None, words: str, is_contested: bool = False
) -> Verdict:
    """An author whose text is limited reads which rule it breaks, and by which words; whoever
    contested a decision gets an answer in writing."""
    if outcome in RESTRICTING and reason is None:
        return no(_("Choose the rule that this text breaks."))
    if words.strip():
        return YES
    if outcome in RESTRICTING or outcome is Outcome.CONFIRM:
        return no(_("Tell the author in a sentence what breaks this rule."))
    if is_contested:
        return no(_("Answer in a sentence: somebody contests the first decision."))
    return YES


def may_contest(
    viewer: Account | Visitor, contribution: Contribution, last: Decision | None, now: datetime
) -> Verdict:
    """The author of a text that a decision limits, once for each decision, within six months.

    Parameters
    ----------
    last : Decision, optional
        The decision that stands.
    """
    if viewer.id is None or viewer.id != contribution.author_id:
        return no(_("Only the author can contest this decision."))
    if last is None or contribution.state is State.REMOVED:
        return no(_("There is no decision to contest."))
    return _in_time(last, now)


def may_contest_as_reporter(last: Decision | None, now: datetime) -> Verdict:
    """Whoever reported a text that was kept, once for each decision, within six months."""
    if last is None or last.outcome is not Outcome.KEEP:
        return no(_("There is no decision to contest."))
    return _in_time(last, now)


def _in_time(last: Decision, now: datetime) -> Verdict:
    if last.plea is not None:
        return no(_("This decision has been contested already: somebody else reads it again."))
    if now > last.at + CONTEST_WITHIN:
        return no(_("A decision can be contested for six months."))
    return YES
