"""What moderators choose and type about several cases, or for each other."""

from __future__ import annotations

from collections.abc import Iterable

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


def seen_in(given: Iterable[str]) -> dict[int, tuple[int, int]]:
    """By case, the turn and the version that were on the check page; what makes no sense is out.

    >>> seen_in(["12:0:1", "x:1:1", "13:2"])
    {12: (0, 1)}
    """
    found = {}
    for line in given:
        parts = line.split(":")
        if len(parts) == 3 and all(p.isascii() and p.isdigit() and len(p) < 10 for p in parts):
            key, turn, version = map(int, parts)
            found[key] = (turn, version)
    return found
