"""Forms: Flask-WTF, with the rules that every field of Palabre shares."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import Field, Form, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from civic import text
from civic.i18n import LANGUAGES, gettext as _, language, lazy_gettext as _l, ngettext

Check = Callable[[Form, Field], None]


class CivicForm(FlaskForm):
    """A posted form. The CSRF token is checked by the application, before any view."""

    class Meta(FlaskForm.Meta):
        csrf = False  # CSRFProtect guards every unsafe request, with or without a form class
        locales = ("en",)

        def get_translations(self, form: Form) -> Any:
            """WTForms' own messages are never used: every rule here has its sentence."""
            return None


def said(message: Any = None) -> Check:
    """The field must hold something that shows on screen."""

    def check(_form: Form, field: Field) -> None:
        if not isinstance(field.data, str) or not text.has_visible(field.data):
            raise StopValidation(str(message or _("Write something here.")))

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check


def optional(_form: Form, field: Field) -> None:
    """An empty field is fine, and the rules that follow do not apply to it."""
    if not field.data or (isinstance(field.data, str) and not field.data.strip()):
        field.errors = []
        raise StopValidation()


def at_most(length: int) -> Check:
    """No more than so many characters; the message says by how many it is too long."""

    def check(_form: Form, field: Field) -> None:
        over = len(text.plain(field.data or "")) - length
        if over > 0:
            raise ValidationError(
                ngettext(
                    "Too long by %(num)s character. The limit is %(limit)s.",
                    "Too long by %(num)s characters. The limit is %(limit)s.",
                    over,
                    limit=length,
                )
            )

    check.field_flags = {"maxlength_hint": length}  # type: ignore[attr-defined]
    return check


def at_least(length: int, message: Any = None) -> Check:
    """No fewer than so many characters."""

    def check(_form: Form, field: Field) -> None:
        if len((field.data or "").strip()) < length:
            raise ValidationError(
                str(message or _("Write at least %(count)s characters.", count=length))
            )

    return check


def a_name(_form: Form, field: Field) -> None:
    """A name must not turn the text around it, nor pile up accents."""
    name = field.data or ""
    if text.has_bidi_controls(name):
        raise ValidationError(
            _("This name holds an invisible character that reverses the text around it.")
        )
    if text.plain(name) != text.gate(name).strip():
        raise ValidationError(_("This name piles up too many accents on one letter."))
    if "\n" in name:
        raise ValidationError(_("Write the name on one line."))


def an_email(_form: Form, field: Field) -> None:
    """An address that mail can reach, as far as its form tells."""
    try:
        found = validate_email((field.data or "").strip(), check_deliverability=False)
    except EmailNotValidError:
        raise ValidationError(_("Write an e-mail address like name@example.org.")) from None
    field.data = found.normalized


def a_slug(_form: Form, field: Field) -> None:
    """Lower-case letters, digits and hyphens."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", field.data or ""):
        raise ValidationError(_("Use only lower-case letters without accents, digits and hyphens."))


class TextField(StringField):
    """One line: inner line ends become spaces, spaces at the ends are dropped."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Fold the white space."""
        self.data: str = re.sub(r"\s*\n\s*", " ", (valuelist or [""])[0]).strip()


def choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """The choices of a list, from a mapping of values to their words."""
    return [SelectChoice(getattr(value, "value", value), word) for value, word in labels.items()]


def language_choices() -> list[SelectChoice]:
    """The languages of the interface, the present one first."""
    mine = language()
    return choices(dict(sorted(LANGUAGES.items(), key=lambda pair: pair[0] != mine)))


__all__ = ["CivicForm", "TextField", "_l", "a_name", "a_slug", "an_email", "at_least", "at_most"]
__all__ += ["choices", "language_choices", "optional", "said"]
