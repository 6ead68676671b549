"""What people write about a text that breaks the rules."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, RadioField, TextAreaField, ValidationError
from wtforms.widgets import HiddenInput

from civic.contributions.models import Contribution
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.text import NAME_MAX
from civic.web.forms import (
    CivicForm,
    TextField,
    a_name,
    an_email,
    at_most,
    choices,
    optional,
    said,
)
from moderation.models import LEGAL, Outcome, Reason
from moderation.rules import WITH_WORDS, outcomes_for
from moderation.words import DECIDES, REASONS


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


class VisitorReportForm(CivicForm):
    """A notice by somebody without an account: what article 16 of the DSA asks for."""

    reason = RadioField(
        _l("What is illegal in it?"),
        [said(_l("Choose a reason."))],
        choices=choices({reason: REASONS[reason] for reason in LEGAL}),
        invalid_choice_message=_l("Choose a reason."),
    )
    words = TextAreaField(
        _l("Why it is illegal"),
        [said(_l("Say what breaks the law, as far as you know it.")), at_most(2_000)],
    )
    name = TextField(_l("Your name"), [said(), at_most(NAME_MAX), a_name])
    email = TextField(_l("E-mail address"), [said(), an_email])
    good_faith = BooleanField(_l("I believe in good faith that this is accurate and complete."))

    def validate_good_faith(self, field: BooleanField) -> None:
        """The law asks for it."""
        if not field.data:
            raise ValidationError(_("Tick the box: the law asks for this statement."))


class DecisionForm(CivicForm):
    """Keep, hide, confirm or restore, and why."""

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
    version = IntegerField(widget=HiddenInput(), default=1)

    def for_text(self, contribution: Contribution) -> DecisionForm:
        """Offer what can be decided on this text."""
        possible = outcomes_for(contribution)
        self.outcome.choices = choices({o: DECIDES[o] for o in possible})
        if Outcome.HIDE not in possible:
            self.reason.choices = []
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
