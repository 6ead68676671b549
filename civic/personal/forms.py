"""What somebody types to leave."""

from __future__ import annotations

from wtforms import BooleanField, ValidationError

from civic.i18n import gettext as _
from civic.web.forms import CivicForm, _l


class DeletionForm(CivicForm):
    """A box that says that it was read."""

    sure = BooleanField(_l("I have read what stays, and I delete my account for ever"))

    def validate_sure(self, field: BooleanField) -> None:
        """Nothing is deleted by accident."""
        if not field.data:
            raise ValidationError(_("Tick the box to say that you are sure."))
