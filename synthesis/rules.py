"""Who may ask for a synthesis, arrange it, write in it and publish it, and why not."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from civic.accounts.models import Account
from civic.errors import YES, Verdict, no
from civic.i18n import gettext as _, ngettext
from civic.spaces.models import Role
from synthesis.models import AnswerBatch, Decision, State, Synthesis, Theme

FEWEST_PEOPLE = 5  # a group, or a cell of a table, of fewer people is never shown
MOST_THEMES = 60
UNDO_WITHIN = timedelta(days=1)  # answers given in bulk can be taken back in bulk
PARTS = range(2, 9)  # into how many a theme may be cut


def is_official(roles: Set[Role]) -> Verdict:
    """Officials of the space make its synthesis."""
    if Role.OFFICIAL in roles:
        return YES
    return no(_("Only the officials of this space make its synthesis."))


def may_ask(roles: Set[Role], under_way: Synthesis | None, readable: int) -> Verdict:
    """An official asks, one computation at a time, when there is something to read."""
    if not is_official(roles):
        return is_official(roles)
    if under_way is not None:
        return no(
            _("Version %(number)s is being computed. Wait for its end.", number=under_way.number)
        )
    if not readable:
        return no(_("There is nothing to read yet: no contribution of this space is public."))
    return YES


def may_arrange(roles: Set[Role], synthesis: Synthesis) -> Verdict:
    """Themes change while their version is under review."""
    if not is_official(roles):
        return is_official(roles)
    return is_in_review(synthesis)


def is_in_review(synthesis: Synthesis) -> Verdict:
    """Whether a version can still be changed, and what to do when it cannot."""
    if synthesis.state is State.REVIEW:
        return YES
    if synthesis.is_under_way:
        return no(_("This version is still being computed."))
    if synthesis.state is State.FAILED:
        return no(_("The computation of this version failed: there is nothing to change."))
    if synthesis.is_public:
        return no(
            _("This version is published and its themes no longer change. Ask for a new version: it"
              " keeps what you have corrected.")
        )  # fmt: skip
    return no(_("A later version has taken the place of this one."))


def may_write(roles: Set[Role], synthesis: Synthesis) -> Verdict:
    """Texts change during the review; after publication too, and then visibly."""
    if not is_official(roles):
        return is_official(roles)
    return YES if synthesis.state is State.PUBLISHED else is_in_review(synthesis)


def may_merge(source: Theme, target: Theme) -> Verdict:
    """Two different living themes of one version; a text already written is never swallowed."""
    if source.id == target.id:
        return no(_("Choose another theme than this one."))
    if source.is_gone or target.is_gone:
        return no(_("This theme was merged in the meantime."))
    if source.answer or source.summary:
        return no(
            _("“%(name)s” has a text or an answer already. Merge the other theme into it.",
              name=source.name)
        )  # fmt: skip
    return YES


def may_submit(
    roles: Set[Role], synthesis: Synthesis, unread: int, accepts_unread: bool
) -> Verdict:
    """Every theme has been read, or the official says that they go on all the same."""
    allowed = may_arrange(roles, synthesis)
    if not allowed:
        return allowed
    if not synthesis.title or not synthesis.intro:
        return no(_("Write a title and an introduction first."))
    if unread and not accepts_unread:
        return no(
            ngettext(
                "%(num)s theme is not marked as read. Read it, or confirm that you go on without.",
                "%(num)s themes are not marked as read. Read them, or confirm that you go on"
                " without.",
                unread,
            )
        )
    return YES


def may_publish(viewer: Account, roles: Set[Role], synthesis: Synthesis) -> Verdict:
    """Four eyes: what one official submitted, another publishes, if nothing changed since."""
    allowed = may_arrange(roles, synthesis)
    if not allowed:
        return allowed
    if synthesis.submission is None:
        return no(_("An official must submit this version for a second reading first."))
    if synthesis.awaits_publication is None:
        return no(_("This version changed after it was submitted: it must be submitted again."))
    if synthesis.submission.by_id == viewer.id:
        return no(
            _("You submitted this version yourself: another official reads and publishes it.")
        )
    return YES


def may_answer_all(roles: Set[Role], theme: Theme) -> Verdict:
    """A published answer with a decision can be given to the proposals of its theme."""
    if not is_official(roles):
        return is_official(roles)
    if theme.synthesis.state is not State.PUBLISHED:
        return no(_("Publish the synthesis first: the answers lead back to it."))
    if theme.decision is Decision.NONE or not theme.answer:
        return no(_("Write the answer to this theme, with its decision, first."))
    return YES


def may_take_back(roles: Set[Role], batch: AnswerBatch, now: datetime) -> Verdict:
    """For a day, answers given all at once can be taken back all at once."""
    if not is_official(roles):
        return is_official(roles)
    if batch.undone_at is not None:
        return no(_("This has been undone already."))
    if batch.done_at is None:
        return no(_("These answers are still being given."))
    if now - batch.done_at > UNDO_WITHIN:
        return no(_("These answers are more than a day old. Correct them one by one."))
    return YES
