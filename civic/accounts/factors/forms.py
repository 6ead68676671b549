"""What people type, or their device says, to prove that they are there."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField

from civic.web.forms import CivicForm, TextField, _l, a_name, at_most, said


class CodeForm(CivicForm):
    """A code of six figures, or a recovery code."""

    code = TextField(_l("Code"), [said(), at_most(40)])


class CheckForm(CivicForm):
    """A password or a code, whichever the person has."""

    password = PasswordField(_l("Password"), [said()])
    code = TextField(_l("Code"), [said(), at_most(40)])
    next = HiddenField()

    def only(self, name: str) -> CheckForm:
        """Ask for one of the two."""
        for other in {"password", "code"} - {name}:
            del self[other]
        return self


class PasskeyForm(CivicForm):
    """What a device answers (JSON), and what the person calls it."""

    name = TextField(_l("Name of this passkey"), [said(), at_most(60), a_name])
    credential = HiddenField()


class PasskeyNameForm(CivicForm):
    """What the person calls a passkey."""

    name = TextField(_l("Name of this passkey"), [said(), at_most(60), a_name])


class UseForm(CivicForm):
    """What a device answers to sign somebody in (JSON)."""

    credential = HiddenField()
    next = HiddenField()
