"""The words of moderation: each reason with its one-line rule."""

from __future__ import annotations

from civic.i18n import lazy_gettext as _l
from moderation.models import CaseState, Outcome, Reason

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
OUTCOMES = {
    Outcome.KEEP: _l("Kept"),
    Outcome.HIDE: _l("Hidden"),
    Outcome.CONFIRM: _l("Read again, it stays hidden"),
    Outcome.RESTORE: _l("Restored"),
}
DECIDES = {
    Outcome.KEEP: _l("Keep the text"),
    Outcome.HIDE: _l("Hide the text"),
    Outcome.CONFIRM: _l("Leave it hidden"),
    Outcome.RESTORE: _l("Restore the text"),
}
STATES = {
    CaseState.OPEN: _l("To decide"),
    CaseState.DECIDED: _l("Decided"),
    CaseState.CONTESTED: _l("Contested by the author"),
}
