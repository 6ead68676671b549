"""The rules as an administrator words them."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField, TextAreaField
from wtforms.widgets import HiddenInput

from civic.i18n import lazy_gettext as _l
from civic.web.forms import CivicForm, TextField, at_most, optional, said
from moderation.charter.models import Charter
from moderation.charter.queries import rules_by_reason
from moderation.models import Reason

FIELDS = {
    "rule": (TextField, _l("The rule in one sentence"), 300),
    "kept": (TextAreaField, _l("Examples that stay, one a line"), 2_000),
    "hidden": (TextAreaField, _l("Examples that are hidden, one a line"), 2_000),
    "reply": (TextAreaField, _l("What moderators start from when they tell the author"), 2_000),
    "article": (TextField, _l("Article of the law or of the rules of the town"), 150),
}


class _CharterForm(CivicForm):
    intro = TextAreaField(_l("Before the rules"), [optional, at_most(5_000)])
    changes = TextAreaField(
        _l("What changes with this version"),
        [said(_l("Say what changes, for those who read the versions.")), at_most(1_000)],
    )
    seen = IntegerField(widget=HiddenInput(), default=0)

    def rules(self) -> dict[Reason, dict[str, str]]:
        """What was typed, by reason."""
        return {
            reason: {name: self[f"{name}_{reason.value}"].data or "" for name in FIELDS}
            for reason in Reason
        }

    def of(self, reason: Reason) -> list[Any]:
        """The fields of one reason."""
        return [self[f"{name}_{reason.value}"] for name in FIELDS]


CharterForm: Any = type(
    "CharterForm",
    (_CharterForm,),
    {
        f"{name}_{reason.value}": kind(label, [optional, at_most(longest)])
        for reason in Reason
        for name, (kind, label, longest) in FIELDS.items()
    },
)


def form_for(version: Charter | None) -> Any:
    """The form of the next version, filled with the present one."""
    rules = rules_by_reason(version)
    given = {
        f"{name}_{reason.value}": getattr(rule, name)
        for reason, rule in rules.items()
        for name in FIELDS
    }
    number = version.number if version else 0
    intro = version.intro if version else ""
    return CharterForm(formdata=None, data=given | {"intro": intro, "seen": number})
