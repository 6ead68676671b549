"""What somebody types to leave."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, ValidationError

from civic.i18n import gettext as _
from civic.web.forms import CivicForm, _l


class DeletionForm(CivicForm):
    """The present password, and a box that says that it was read."""

    current_password = PasswordField(_l("Your password"))
    sure = BooleanField(_l("I have read what stays, and I delete my account for ever"))

    def validate_sure(self, field: BooleanField) -> None:
        """Nothing is deleted by accident."""
        if not field.data:
            raise ValidationError(_("Tick the box to say that you are sure."))
