"""What moderators write to have votes removed, and what a second person answers."""

from __future__ import annotations

import re

from wtforms import RadioField, TextAreaField, ValidationError

from civic.i18n import gettext as _, lazy_gettext as _l, ngettext
from civic.web.forms import CivicForm, at_most, choices, said
from votes.removals.rules import MOST_ACCOUNTS


class RemovalForm(CivicForm):
    """Whose votes, and why."""

    accounts = TextAreaField(
        _l("Numbers of the accounts"), [said(_l("Write the numbers of the accounts."))]
    )
    words = TextAreaField(
        _l("Why: the signs of fraud, which everyone can read"),
        [said(_l("Say what shows that these votes are not those of distinct people.")),
         at_most(2_000)],
    )  # fmt: skip

    def validate_accounts(self, field: TextAreaField) -> None:
        """Numbers alone, and not too many at once."""
        if re.search(r"[^\d\s,;]", field.data):
            raise ValidationError(_("Write numbers alone, with spaces or commas between them."))
        if len(self.numbers) > MOST_ACCOUNTS:
            raise ValidationError(
                ngettext("At most %(num)s account.", "At most %(num)s accounts.", MOST_ACCOUNTS)
            )

    @property
    def numbers(self) -> list[int]:
        """The numbers that were written, each once."""
        return sorted({int(found) for found in re.findall(r"\d{1,9}", self.accounts.data or "")})


class RemovalAnswerForm(CivicForm):
    """What the second person decides."""

    agreed = RadioField(
        _l("Decision"),
        [said(_l("Choose whether the votes are removed."))],
        choices=choices({"yes": _l("Remove these votes"), "no": _l("Leave these votes")}),
        invalid_choice_message=_l("Choose whether the votes are removed."),
    )
    answer = TextAreaField(
        _l("Why"), [said(_l("Say in a sentence what you looked at.")), at_most(2_000)]
    )
