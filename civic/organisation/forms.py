"""Whom to name."""

from __future__ import annotations

from civic.web.forms import CivicForm, TextField, _l, an_email, said


class NamingForm(CivicForm):
    """The address of somebody who has an account."""

    email = TextField(_l("E-mail address of their account"), [said(), an_email])
