"""What officials write and choose in the workshop."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import BooleanField, IntegerField, SelectField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import HiddenInput

from civic.i18n import gettext as _, lazy_gettext as _l
from civic.text import BODY_MAX, TITLE_MAX, has_visible
from civic.web.forms import CivicForm, TextField, at_most, choices, optional, said
from civic.web.requests import row_number
from synthesis.models import Decision, Theme
from synthesis.rules import MOST_THEMES, PARTS

DECISIONS = {
    Decision.NONE: _l("No decision yet"),
    Decision.EVALUATING: _l("Under evaluation"),
    Decision.ACCEPTED: _l("Accepted"),
    Decision.PARTIAL: _l("Accepted in part"),
    Decision.REJECTED: _l("Not accepted"),
}
NAME_MAX = 120


class Turn(CivicForm):
    """A form that says which state of the synthesis it was shown with."""

    turn = IntegerField(widget=HiddenInput(), default=0)

    @property
    def seen(self) -> int:
        """The turn; 0, which is never current, when it is missing or not a number."""
        return self.turn.data or 0


class AskForm(CivicForm):
    """What to read and how many themes to propose."""

    with_comments = BooleanField(_l("Read the comments too, not only the proposals"))
    themes = TextField(_l("Number of themes"), [optional])

    def validate_themes(self, field: TextField) -> None:
        """Empty, or a whole number that a person can read."""
        number = row_number(field.data)
        if number is None or not 2 <= number <= MOST_THEMES:
            raise ValidationError(
                _("Write a whole number from 2 to %(most)s, or leave it empty.", most=MOST_THEMES)
            )

    @property
    def number(self) -> int:
        """How many themes are wanted; 0 leaves it to the size."""
        return int(self.themes.data) if self.themes.data else 0


class NameForm(Turn):
    """A theme's name."""

    name = TextField(_l("Name of the theme"), [said(_l("Give it a name.")), at_most(NAME_MAX)])


class PartsForm(Turn):
    """Into how many parts the machine should cut."""

    parts = SelectField(
        _l("Number of parts"), choices=[SelectChoice(str(n)) for n in PARTS], default="2"
    )


class PlaceForm(Turn):
    """Where chosen contributions go: a theme's number, `new` or `alone`."""

    target = SelectField(_l("This belongs to"), validate_choice=True)
    new_name = TextField(_l("Name of the new theme"), [at_most(NAME_MAX)])

    def offer(self, themes: Iterable[Theme]) -> None:
        """Say which themes can be chosen."""
        values = ["new", "alone", *(str(theme.id) for theme in themes)]
        self.target.choices = [SelectChoice(value) for value in values]

    def validate_new_name(self, field: TextField) -> None:
        """A new theme needs a name."""
        if self.target.data == "new" and not has_visible(field.data or ""):
            raise ValidationError(_("Give the new theme a name."))


class AsideForm(Turn):
    """Why contributions are set aside."""

    because = TextField(
        _l("Reason for setting aside"), [said(_l("Say why: everyone reads it.")), at_most(300)]
    )


class IntroForm(Turn):
    """The head of the published page."""

    title = TextField(_l("Title"), [said(_l("Give the synthesis a title.")), at_most(TITLE_MAX)])
    intro = TextAreaField(
        _l("Introduction"), [said(_l("Write an introduction.")), at_most(BODY_MAX)]
    )


class AnswerForm(Turn):
    """The town's answer to a theme."""

    decision = SelectField(_l("Decision"), choices=choices(DECISIONS))
    answer = TextAreaField(_l("Answer and reasons"), [at_most(BODY_MAX)])

    def validate_answer(self, field: TextAreaField) -> None:
        """A decision comes with its reasons."""
        if self.decision.data and not has_visible(field.data or ""):
            raise ValidationError(_("Give the reasons: people read them before the decision."))


class SummaryForm(Turn):
    """What a theme says, and what divides it."""

    body = TextAreaField(_l("What people say"), [at_most(BODY_MAX)])
    dissent = TextAreaField(_l("What divides"), [optional, at_most(BODY_MAX)])
    is_unanimous = BooleanField(_l("I looked for what divides and found nothing against"))


class PublicationForm(Turn):
    """The last confirmation."""

    accepts_unread = BooleanField(_l("Publish although not every theme is marked as read"))
