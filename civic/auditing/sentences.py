"""What each kind of act is called, in a sentence whose subject is whoever did it.

A package that records a new act adds a line; without one the act's own name is shown.
"""

from __future__ import annotations

from typing import Any

from civic.i18n import gettext as _, lazy_gettext as _l

SENTENCES: dict[str, Any] = {
    "account.confirmed": _l("%(who)s confirmed an e-mail address."),
    "account.created": _l("%(who)s opened an account."),
    "account.data_asked": _l("%(who)s asked for all their data."),
    "account.deleted": _l("%(who)s deleted an account."),
    "account.locked": _l("%(who)s closed an account until further notice."),
    "account.move_asked": _l("%(who)s asked to change an e-mail address."),
    "account.moved": _l("%(who)s changed an e-mail address."),
    "account.unlocked": _l("%(who)s opened a closed account again."),
    "account.password_changed": _l("%(who)s changed a password."),
    "administrator.removed": _l("%(who)s took the right of an administrator away."),
    "verification.required": _l("%(who)s said which acts are for verified inhabitants."),
    "verification.list": _l("%(who)s brought in a list of inhabitants."),
    "verification.list_cleared": _l("%(who)s forgot a list of inhabitants."),
    "verification.letters": _l("%(who)s printed letters with codes."),
    "verification.letters_cancelled": _l("%(who)s cancelled the codes of letters."),
    "verification.done": _l("%(who)s verified an inhabitant."),
    "assisted.consent": _l("%(who)s recorded a consent on paper."),
    "assisted.entered": _l("%(who)s entered something for somebody without a device."),
    "administrator.named": _l("%(who)s named an administrator."),
    "audit.exported": _l("%(who)s exported the audit log."),
    "ballot.close_asked": _l("%(who)s asked to close a ballot early."),
    "ballot.close_confirmed": _l("%(who)s confirmed the early closing of a ballot."),
    "ballot.drafted": _l("%(who)s drafted a ballot."),
    "ballot.redrafted": _l("%(who)s changed the draft of a ballot."),
    "ballot.extend_asked": _l("%(who)s asked to extend a ballot."),
    "ballot.extend_confirmed": _l("%(who)s confirmed the extension of a ballot."),
    "ballot.lot_drawn": _l("%(who)s entered the result of a public draw."),
    "ballot.opened": _l("%(who)s opened a ballot."),
    "ballot.publish_asked": _l("%(who)s asked to publish the result of a ballot."),
    "ballot.publish_confirmed": _l("%(who)s confirmed the result of a ballot."),
    "ballot.sealed": _l("%(who)s sealed a ballot box."),
    "import.done": _l("%(who)s imported a consultation."),
    "job.retried": _l("%(who)s put a failed job back."),
    "moderation.contested": _l("%(who)s contested a decision."),
    "moderation.ask": _l("%(who)s asked an author to change a text."),
    "moderation.limited": _l("%(who)s limited how much somebody may write."),
    "moderation.mask": _l("%(who)s covered a passage of a text."),
    "moderation.merge": _l("%(who)s merged a text into another."),
    "moderation.move": _l("%(who)s moved a text."),
    "moderation.report_limit": _l("%(who)s limited how much somebody may report."),
    "moderation.report_warning": _l("%(who)s warned somebody about their reports."),
    "moderation.suspended": _l("%(who)s suspended somebody from writing."),
    "moderation.undo": _l("%(who)s took a decision back."),
    "moderation.warning": _l("%(who)s warned somebody."),
    "moderation.confirm": _l("%(who)s confirmed that a text stays hidden."),
    "moderation.hide": _l("%(who)s hid a text."),
    "moderation.keep": _l("%(who)s kept a text."),
    "moderation.restore": _l("%(who)s brought a text back."),
    "moderation.asked_by_official": _l("%(who)s asked, as an official, for a decision on a text."),
    "moderation.changed_as_asked": _l("%(who)s opened a case on a text that was changed as asked."),
    "moderation.opened": _l("%(who)s opened a case."),
    "moderation.reopened": _l("%(who)s opened a case again."),
    "moderation.requested": _l("%(who)s noted a request by an authority or an organiser."),
    "moderation.sanction_answered": _l("%(who)s answered somebody who contests a sanction."),
    "moderation.sanction_contested": _l("%(who)s contested a sanction."),
    "proposal.answer_taken_back": _l("%(who)s took an official answer back."),
    "proposal.answered": _l("%(who)s answered a proposal."),
    "proposal.withdrawn": _l("%(who)s withdrew a proposal."),
    "recovery_code.used": _l("%(who)s used a recovery code."),
    "recovery_codes.made": _l("%(who)s made new recovery codes."),
    "retention.asked": _l("%(who)s ran the removal of outdated data."),
    "role.given": _l("%(who)s gave a role."),
    "role.offer_withdrawn": _l("%(who)s withdrew an invitation."),
    "role.offered": _l("%(who)s invited somebody to a role."),
    "role.taken": _l("%(who)s took a role back."),
    "second_factor.reset": _l("%(who)s reset a second factor."),
    "signing_key.replaced": _l("%(who)s replaced the signing key."),
    "space.created": _l("%(who)s created a space."),
    "space.edited": _l("%(who)s changed a space or its calendar."),
    "space.published": _l("%(who)s published a space."),
    "statement.meta_marked": _l("%(who)s marked what a statement is about."),
    "synthesis.asked": _l("%(who)s asked for a synthesis."),
    "synthesis.computed": _l("%(who)s finished computing a synthesis."),
    "synthesis.failed": _l("%(who)s could not compute a synthesis."),
    "synthesis.published": _l("%(who)s published a synthesis."),
    "synthesis.set_aside": _l("%(who)s set contributions aside in a synthesis."),
    "synthesis.submitted": _l("%(who)s submitted a synthesis for approval."),
    "synthesis.undone": _l("%(who)s undid a change of a synthesis."),
    "theme.answer_given": _l("%(who)s applied an answer to proposals of a theme."),
    "theme.answer_taken_back": _l("%(who)s took back an answer given to proposals of a theme."),
    "theme.summarised": _l("%(who)s wrote what a theme says."),
}


def sentence(act: str, who: str) -> str:
    """One act in words."""
    known = SENTENCES.get(act)
    if known is None:
        return _("%(who)s: %(act)s.", who=who, act=act)
    return str(known) % {"who": who}


def label(act: str) -> str:
    """The kind of act, for a list to choose from."""
    return sentence(act, "…")
