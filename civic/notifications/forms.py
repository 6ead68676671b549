"""How often a person wants mails."""

from __future__ import annotations

from wtforms import SelectField

from civic.notifications.models import Frequency
from civic.web.forms import CivicForm, _l, choices

FREQUENCIES = {
    Frequency.AT_ONCE: _l("As it happens"),
    Frequency.DAILY: _l("Once a day, in one mail"),
    Frequency.WEEKLY: _l("Once a week, in one mail"),
    Frequency.NEVER: _l("Never"),
}


class ChoicesForm(CivicForm):
    """One frequency for each kind."""

    texts = SelectField(
        _l("What becomes of the texts that I wrote or follow"), choices=choices(FREQUENCIES)
    )
    synthesis = SelectField(_l("Syntheses of the consultations"), choices=choices(FREQUENCIES))
    moderation = SelectField(
        _l("What moderators decide, as far as I am concerned"), choices=choices(FREQUENCIES)
    )
