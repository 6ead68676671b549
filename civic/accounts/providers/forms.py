"""What a newcomer from a provider types."""

from __future__ import annotations

from civic.text import NAME_MAX
from civic.web.forms import CivicForm, TextField, _l, a_name, at_most, said


class WelcomeForm(CivicForm):
    """How they want to be shown."""

    name = TextField(_l("Name or pseudonym"), [said(), at_most(NAME_MAX), a_name])
