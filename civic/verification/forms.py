"""What people and agents type to verify and be verified."""

from __future__ import annotations

from datetime import date

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError

from civic.i18n import gettext as _
from civic.spaces.forms import ACTS, Boxes
from civic.verification.lists import a_date
from civic.verification.rules import BRACKETS
from civic.web.forms import CivicForm, TextField, _l, an_email, at_most, choices, optional, said


def a_day(_form: object, field: StringField) -> None:
    """A day, as people write it."""
    if a_date(field.data or "") is None:
        raise ValidationError(_("Write a date like 28/03/1980."))


class RequirementForm(CivicForm):
    """For which acts, and by which means."""

    acts = Boxes(_l("Only verified inhabitants"), choices=choices(ACTS))
    by_list = BooleanField(_l("By the town’s list"))
    by_letter = BooleanField(_l("By a code sent by post"))
    by_agent = BooleanField(_l("In person, at the town hall"), default=True)

    def validate_by_agent(self, field: BooleanField) -> None:
        """Whoever is asked for something must have a way to give it."""
        if self.acts.data and not (self.by_list.data or self.by_letter.data or field.data):
            raise ValidationError(_("Leave at least one way to be verified."))


class ListForm(CivicForm):
    """A list as a file or pasted."""

    file = FileField(_l("CSV file"))
    text = TextAreaField(_l("Or paste it here"), [optional])


class BirthForm(CivicForm):
    """Where and when somebody was born, to look for in the list."""

    postcode = TextField(_l("Postal code"), [said(), at_most(12)])
    birth = StringField(_l("Date of birth"), [said(), a_day])

    @property
    def born(self) -> date:
        """The day."""
        found = a_date(self.birth.data or "")
        assert found is not None
        return found


class CodeForm(CivicForm):
    """The code of a letter."""

    code = TextField(_l("Code of your letter"), [said(), at_most(40)])


class InPersonForm(CivicForm):
    """Whom an agent has before them."""

    email = TextField(_l("E-mail address of their account"), [said(), an_email])
    age_bracket = SelectField(_l("Age bracket"), validate_choice=True)
    district = TextField(_l("District"), [optional, at_most(60)])
    seen = BooleanField(_l("I have seen this person and a paper that shows where they live"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.age_bracket.choices = choices({"": _("Not recorded")} | {b: b for b in BRACKETS})

    def validate_seen(self, field: BooleanField) -> None:
        """Nobody is verified unseen."""
        if not field.data:
            raise ValidationError(_("Tick this once you have seen them."))


class BatchForm(CivicForm):
    """Which letters."""

    batch = TextField(_l("Letters"), [said(), at_most(40)])
