"""What people type to come in."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, SelectField

from civic.text import NAME_MAX
from civic.web.forms import (
    CivicForm,
    TextField,
    _l,
    a_name,
    an_email,
    at_least,
    at_most,
    language_choices,
    said,
)


class SignUpForm(CivicForm):
    """A name, an address, a password."""

    name = TextField(_l("Name or pseudonym"), [said(), at_most(NAME_MAX), a_name])
    email = TextField(_l("E-mail address"), [said(), an_email])
    password = PasswordField(_l("Password"), [said()])
    next = HiddenField()


class SignInForm(CivicForm):
    """An address and a password."""

    email = TextField(_l("E-mail address"), [said()])
    password = PasswordField(_l("Password"), [said()])
    next = HiddenField()


class AskResetForm(CivicForm):
    """An address."""

    email = TextField(_l("E-mail address"), [said(), an_email])


class AskLinkForm(CivicForm):
    """An address, and the page the person came for."""

    email = TextField(_l("E-mail address"), [said(), an_email])
    next = HiddenField()


class AskMoveForm(CivicForm):
    """A new address."""

    email = TextField(_l("New e-mail address"), [said(), an_email])


class NewPasswordForm(CivicForm):
    """A new password."""

    password = PasswordField(_l("New password"), [said(), at_least(12)])


class ChangePasswordForm(CivicForm):
    """The present password and a new one."""

    current_password = PasswordField(_l("Present password"), [said()])
    password = PasswordField(_l("New password"), [said(), at_least(12)])


class ProfileForm(CivicForm):
    """How I am shown, and in which language."""

    name = TextField(_l("Name or pseudonym"), [said(), at_most(NAME_MAX), a_name])
    language = SelectField(_l("Language"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = language_choices()
