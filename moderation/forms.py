"""What people write about a text that breaks the rules."""

from __future__ import annotations

from wtforms import IntegerField, RadioField, TextAreaField, ValidationError
from wtforms.widgets import HiddenInput

from civic.i18n import gettext as _, lazy_gettext as _l
from civic.web.forms import CivicForm, at_most, choices, optional, said
from moderation.models import Outcome, Reason
from moderation.rules import WITH_WORDS, outcomes_for
from moderation.words import REASONS

DECIDES = {
    Outcome.KEEP: _l("Keep the text"),
    Outcome.HIDE: _l("Hide the text"),
    Outcome.RESTORE: _l("Restore the text"),
}


class ReportForm(CivicForm):
    """Why a text should be looked at."""

    reason = RadioField(
        _l("What is wrong with it?"),
        [said(_l("Choose a reason."))],
        choices=choices(REASONS),
        validate_choice=True,
        invalid_choice_message=_l("Choose a reason."),
    )
    words = TextAreaField(_l("In your words"), [optional, at_most(2_000)])

    def validate_words(self, field: TextAreaField) -> None:
        """Some reasons need a word more."""
        chosen = self.reason.data
        if chosen in [reason.value for reason in WITH_WORDS] and not (field.data or "").strip():
            raise ValidationError(_("Say what breaks the law, as far as you know it."))


class DecisionForm(CivicForm):
    """Keep, hide or restore, and why."""

    outcome = RadioField(
        _l("Decision"),
        [said(_l("Choose what happens to this text."))],
        invalid_choice_message=_l("Choose what happens to this text."),
    )
    reason = RadioField(
        _l("Rule that it breaks"),
        [optional],
        choices=choices(REASONS),
        validate_choice=False,
    )
    words = TextAreaField(_l("What the author will read"), [optional, at_most(2_000)])
    turn = IntegerField(widget=HiddenInput(), default=0)

    def for_text(self, contribution: object) -> DecisionForm:
        """Offer what can be decided on this text."""
        possible = outcomes_for(contribution)  # type: ignore[arg-type]
        self.outcome.choices = choices({o: DECIDES[o] for o in possible})
        return self

    @property
    def given_reason(self) -> Reason | None:
        """The rule that was chosen, if it is one."""
        known = {reason.value for reason in Reason}
        return Reason(self.reason.data) if self.reason.data in known else None


class PleaForm(CivicForm):
    """Why a decision should be read again."""

    plea = TextAreaField(
        _l("Why you contest it"),
        [said(_l("Say in a few words what should be looked at again.")), at_most(2_000)],
    )
