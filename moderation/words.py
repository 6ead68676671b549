"""The words of moderation: each reason with its one-line rule."""

from __future__ import annotations

from civic.i18n import lazy_gettext as _l
from moderation.models import CaseState, Measure, Outcome, Reason, Sender

REASONS = {
    Reason.HATE: _l("Hateful or discriminating words"),
    Reason.THREAT: _l("Threat, harassment, call to violence"),
    Reason.INSULT: _l("Insult or attack on a person"),
    Reason.PRIVACY: _l("Personal data or private life"),
    Reason.SPAM: _l("Advertising, fraud, repeated content"),
    Reason.OFF_TOPIC: _l("Off topic or in the wrong place"),
    Reason.DUPLICATE: _l("Same as an existing contribution"),
    Reason.MISLEADING: _l("False information that misleads about the vote"),
    Reason.ILLEGAL: _l("Other illegal content"),
    Reason.IMPERSONATION: _l("Somebody else’s identity, several accounts"),
}
RULES = {
    Reason.HATE: _l("Attacks people for their origin, religion, sex, orientation or disability."),
    Reason.THREAT: _l("Threatens somebody, hounds them, or calls for violence."),
    Reason.INSULT: _l("Goes for a person instead of what they say."),
    Reason.PRIVACY: _l("Gives a name, an address, a number or a fact of private life."),
    Reason.SPAM: _l("Sells something, deceives, or says the same everywhere."),
    Reason.OFF_TOPIC: _l("Has nothing to do with what is asked here."),
    Reason.DUPLICATE: _l("Says again what another contribution of this space says already."),
    Reason.MISLEADING: _l("Gives a wrong date, place or rule of the consultation."),
    Reason.ILLEGAL: _l("Breaks the law in another way: say which."),
    Reason.IMPERSONATION: _l("Pretends to be somebody, or one person writes as several."),
}
REPLIES = {
    Reason.HATE: _l("Your text attacks people for what they are. Say what you want, not whom."),
    Reason.THREAT: _l("Your text threatens somebody. Say what you oppose without a threat."),
    Reason.INSULT: _l("Your text goes for a person. Say the same about the idea."),
    Reason.PRIVACY: _l("Your text gives personal data. Write it again without them."),
    Reason.SPAM: _l("Your text advertises or repeats itself. Say what it brings to this question."),
    Reason.OFF_TOPIC: _l("Your text is not about what is asked here. It may fit another space."),
    Reason.DUPLICATE: _l("Another contribution says the same. Support it or add to its thread."),
    Reason.MISLEADING: _l("Your text gives a wrong date, place or rule. Please correct it."),
    Reason.ILLEGAL: _l("Your text breaks the law. The words concerned are:"),
    Reason.IMPERSONATION: _l("Your text speaks in the name of somebody else. Sign as yourself."),
}
OUTCOMES = {
    Outcome.KEEP: _l("Kept"),
    Outcome.HIDE: _l("Hidden"),
    Outcome.MASK: _l("A passage is masked"),
    Outcome.MOVE: _l("Moved"),
    Outcome.MERGE: _l("Merged into another text"),
    Outcome.ASK: _l("Its author is asked to change it"),
    Outcome.CONFIRM: _l("Read again, the decision stands"),
    Outcome.RESTORE: _l("Restored"),
    Outcome.UNDO: _l("The moderator took the decision back"),
}
DECIDES = {
    Outcome.KEEP: _l("Keep the text"),
    Outcome.HIDE: _l("Hide the text"),
    Outcome.MASK: _l("Mask a passage"),
    Outcome.ASK: _l("Ask its author to change it"),
    Outcome.MOVE: _l("Move it"),
    Outcome.MERGE: _l("Merge it into another text"),
    Outcome.CONFIRM: _l("Let the first decision stand"),
    Outcome.RESTORE: _l("Restore the text"),
}
MEASURES = {
    Measure.WARNING: _l("Warning"),
    Measure.LIMITED: _l("Limited writing"),
    Measure.SUSPENDED: _l("Suspended writing"),
    Measure.REPORT_WARNING: _l("Warning about reports"),
    Measure.REPORT_LIMIT: _l("Limited reports"),
}
MEANS = {
    Measure.WARNING: _l("Nothing is limited. The next measure may be."),
    Measure.LIMITED: _l("Three texts a day, each read by a moderator before it is public."),
    Measure.SUSPENDED: _l("No new text until the end. Reading, voting and contesting stay open."),
    Measure.REPORT_WARNING: _l("Nothing is limited. Only you and the moderators know of it."),
    Measure.REPORT_LIMIT: _l("Two reports a day. Only you and the moderators know of it."),
}
SENDERS = {
    Sender.ORGANISER: _l("The town or one of its officials"),
    Sender.AUTHORITY: _l("A public authority (police, court, prefecture)"),
}
STATES = {
    CaseState.OPEN: _l("To decide"),
    CaseState.DECIDED: _l("Decided"),
    CaseState.CONTESTED: _l("Contested"),
    CaseState.CLOSED: _l("Taken back by its author"),
}
