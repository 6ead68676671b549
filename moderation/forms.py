"""What people write about a text that breaks the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.widgets import HiddenInput

from civic.contributions.models import Contribution
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.spaces.forms import WholeNumber
from civic.spaces.models import Space
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
from moderation.sanctions.rules import BY_MODERATORS
from moderation.words import DECIDES, MEASURES, REASONS, SENDERS


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
    """What happens to a text, and why."""

    outcome = RadioField(
        _l("Decision"),
        [said(_l("Choose what happens to this text."))],
        invalid_choice_message=_l("Choose what happens to this text."),
    )
    passages = TextAreaField(_l("Words to mask"), [optional, at_most(2_000)])
    space = SelectField(_l("Space to which it goes"), [optional], validate_choice=False)
    other_text = TextField(_l("Number or address of the other text"), [optional, at_most(300)])
    reason = RadioField(
        _l("Rule that it breaks"),
        [optional],
        choices=choices(REASONS),
        validate_choice=False,
    )
    words = TextAreaField(_l("What the author will read"), [optional, at_most(2_000)])
    is_unfounded = BooleanField(
        _l("Nobody could have meant these reports: this counts against those who sent them.")
    )
    turn = IntegerField(widget=HiddenInput(), default=0)
    version = IntegerField(widget=HiddenInput(), default=1)

    def for_text(
        self, contribution: Contribution, contested: Outcome | None = None,
        spaces: Sequence[Space] = (),
    ) -> DecisionForm:  # fmt: skip
        """Offer what can be decided on this text.

        Parameters
        ----------
        contested : Outcome, optional
            What was decided before, when it waits for a second reader.
        spaces : sequence of Space
            Where the text could go.
        """
        possible = outcomes_for(contribution, contested)
        self.outcome.choices = choices({o: DECIDES[o] for o in possible})
        if Outcome.HIDE not in possible and Outcome.MASK not in possible:
            self.reason.choices = []
        words = {space.id: space.title for space in spaces}
        self.space.choices = [("", _("Choose a space")), *words.items()]
        return self

    @property
    def given_reason(self) -> Reason | None:
        """The rule that was chosen, if it is one."""
        known = {reason.value for reason in Reason}
        return Reason(self.reason.data) if self.reason.data in known else None

    @property
    def given_passages(self) -> list[str]:
        """The words to mask, one passage on each line."""
        return [line.strip() for line in (self.passages.data or "").splitlines() if line.strip()]

    @property
    def given_text(self) -> int | None:
        """The number of the other text, written alone or at the end of its address."""
        return number_in(self.other_text.data or "")


def number_in(words: str) -> int | None:
    """The number of a contribution, written alone or in its address; none when there is none."""
    found = re.fullmatch(r"(?:n°\s*)?(\d{1,9})", words.strip())
    found = found or re.search(r"/(?:contributions|proposals)/(\d{1,9})(?:[/?#]|$)", words)
    found = found or re.search(r"[?&]comment=(\d{1,9})", words)
    return int(found.group(1)) if found else None


class RequestForm(CivicForm):
    """What an authority or the town asked about a text, outside of the site."""

    sender = RadioField(
        _l("Who asks"),
        [said(_l("Choose who asks."))],
        choices=choices(SENDERS),
        invalid_choice_message=_l("Choose who asks."),
    )
    name = TextField(_l("Name of the service or person"), [said(), at_most(150)])
    asked = TextAreaField(_l("What was asked, when, and on which ground"), [said(), at_most(2_000)])


class MeasureForm(CivicForm):
    """A measure against an account."""

    measure = RadioField(
        _l("Measure"),
        [said(_l("Choose a measure."))],
        choices=choices({m: MEASURES[m] for m in BY_MODERATORS}),
        invalid_choice_message=_l("Choose a measure."),
    )
    days = WholeNumber(_l("For how many days"), default=0)
    reason = RadioField(
        _l("Rule that was broken"),
        [said(_l("Choose the rule that was broken."))],
        choices=choices(REASONS),
        invalid_choice_message=_l("Choose the rule that was broken."),
    )
    words = TextAreaField(
        _l("What the person will read"),
        [said(_l("Say which texts, and what has to change.")), at_most(2_000)],
    )


class AnswerForm(CivicForm):
    """The answer to somebody who contests a measure."""

    lifted = RadioField(
        _l("Decision"),
        [said(_l("Choose whether it stands."))],
        choices=choices({"no": _l("The measure stands"), "yes": _l("The measure is lifted")}),
        invalid_choice_message=_l("Choose whether it stands."),
    )
    answer = TextAreaField(
        _l("What the person will read"),
        [said(_l("Answer in a sentence: somebody contests the first decision.")), at_most(2_000)],
    )


class PleaForm(CivicForm):
    """Why a decision should be read again."""

    plea = TextAreaField(
        _l("Why you contest it"),
        [said(_l("Say in a few words what should be looked at again.")), at_most(2_000)],
    )
