"""What moderators choose and type about several cases, or for each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField

from civic.i18n import lazy_gettext as _l
from civic.web.forms import CivicForm, at_most, choices, optional, said
from moderation.models import Outcome, Reason
from moderation.queue.rules import IN_BATCHES, NOTE_MAX
from moderation.words import DECIDES, REASONS


class BatchForm(CivicForm):
    """One decision for several cases."""

    outcome = RadioField(
        _l("Decision"),
        [said(_l("Choose what happens to these texts."))],
        choices=choices({outcome: DECIDES[outcome] for outcome in IN_BATCHES}),
        invalid_choice_message=_l("Choose what happens to these texts."),
    )
    reason = RadioField(
        _l("Rule that they break"), [optional], choices=choices(REASONS), validate_choice=False
    )
    words = TextAreaField(_l("What the authors will read"), [optional, at_most(2_000)])

    @property
    def given_outcome(self) -> Outcome:
        """What was chosen."""
        return Outcome(self.outcome.data)

    @property
    def given_reason(self) -> Reason | None:
        """The rule that was chosen, if it is one."""
        known = {reason.value for reason in Reason}
        return Reason(self.reason.data) if self.reason.data in known else None


class NoteForm(CivicForm):
    """Something for the other moderators."""

    body = TextAreaField(
        _l("A note for the moderators"), [said(_l("Write the note.")), at_most(NOTE_MAX)]
    )


class PreferenceForm(CivicForm):
    """How a moderator works."""

    has_keys = BooleanField(_l("Work with the keys"))
    goes_on = BooleanField(_l("After a decision, open the next case"))


def seen_in(fields: Mapping[str, Any], ids: list[int]) -> dict[int, tuple[int, int]]:
    """For each case, the turn and the version that were on the check page; 0 where not said."""

    def number(name: str) -> int:
        raw = str(fields.get(name, ""))
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0

    return {key: (number(f"turn-{key}"), number(f"version-{key}")) for key in ids}
