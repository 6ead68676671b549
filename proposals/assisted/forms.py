"""What an agent copies from paper."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, StringField, TextAreaField, ValidationError

from civic.i18n import gettext as _
from civic.spaces.forms import WholeNumber
from civic.text import BODY_MAX, NAME_MAX, TITLE_MAX, has_visible
from civic.verification.forms import a_day
from civic.verification.lists import a_date
from civic.web.forms import (
    CivicForm,
    TextField,
    _l,
    a_name,
    an_email,
    at_least,
    at_most,
    choices,
    optional,
    said,
)
from deliberations.rules import COMMENT_MAX, STATEMENT_MAX, STATEMENT_MIN
from proposals.assisted.actions import TEXTS, Paper

WHAT = {
    "proposal": _l("A proposal"),
    "statement": _l("A statement"),
    "comment": _l("A comment on a text"),
    "support": _l("A support of a proposal"),
    "agree": _l("Agrees with a statement"),
    "disagree": _l("Disagrees with a statement"),
    "pass": _l("Passes on a statement"),
}


class EntryForm(CivicForm):
    """The consent, the person, and what they want entered."""

    reference = TextField(_l("Reference of the signed consent"), [said(), at_most(40)])
    signed_on = StringField(_l("Signed on"), [said(), a_day])
    name = TextField(
        _l("Name to show, if they have no account"), [optional, at_most(NAME_MAX), a_name]
    )
    email = TextField(_l("E-mail address of their account, if they have one"), [optional, an_email])
    what = RadioField(_l("What they want entered"), choices=choices(WHAT))
    about = WholeNumber(_l("Number of the text (for a comment, a support or a vote)"), default=0)
    title = TextField(_l("Title (for a proposal)"), [at_most(TITLE_MAX)])
    text = TextAreaField(_l("Their words"), [at_most(BODY_MAX)])
    consents = BooleanField(_l("This person signed the consent form, and we keep it"))

    def validate_consents(self, field: BooleanField) -> None:
        """Nothing is entered without consent."""
        if not field.data:
            raise ValidationError(_("Without their signed consent nothing can be entered."))

    def validate_title(self, field: TextField) -> None:
        """A proposal has a title."""
        if self.what.data == "proposal" and not has_visible(field.data or ""):
            raise ValidationError(_("Write the title."))

    def validate_text(self, field: TextAreaField) -> None:
        """A text says something; a statement is short."""
        if self.what.data in TEXTS and not has_visible(field.data or ""):
            raise ValidationError(_("Write something here."))
        if self.what.data == "statement":
            at_least(STATEMENT_MIN)(self, field)
            at_most(STATEMENT_MAX)(self, field)
        if self.what.data == "comment":
            at_most(COMMENT_MAX)(self, field)

    def validate_about(self, field: WholeNumber) -> None:
        """What is voted on has a number."""
        if self.what.data not in ("proposal", "statement", None) and not field.data:
            raise ValidationError(_("Write the number of the text (n°)."))

    @property
    def paper(self) -> Paper:
        """What was copied."""
        signed = a_date(self.signed_on.data or "")
        assert signed is not None
        return Paper(
            reference=self.reference.data, signed_on=signed, what=self.what.data,
            name=self.name.data or "", email=self.email.data or "", title=self.title.data or "",
            text=self.text.data or "", about=self.about.data or 0,
        )  # fmt: skip
