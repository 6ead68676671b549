"""What an administrator writes about a space."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wtforms import (
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from civic.i18n import gettext as _, lazy_gettext as _l, ngettext
from civic.settings import active
from civic.spaces.actions import PhasePlan
from civic.spaces.models import Act, Premoderation, Role, Space
from civic.spaces.rules import INVITATION_DAYS, INVITATION_LASTS
from civic.text import BODY_MAX, TITLE_MAX, has_visible
from civic.web.forms import (
    CivicForm,
    TextField,
    a_slug,
    an_email,
    at_most,
    choices,
    optional,
    said,
)

ACTS = {
    Act.PROPOSE: _l("write proposals"),
    Act.SUPPORT: _l("support proposals"),
    Act.COMMENT: _l("comment"),
    Act.STATE: _l("add statements"),
    Act.VOTE: _l("vote on statements"),
}
PREMODERATION = {
    Premoderation.NONE: _l("No: texts are public at once, and can be reported"),
    Premoderation.NEWCOMERS: _l("The first two texts of a new person"),
    Premoderation.ALL: _l("Every text"),
}
ROLES = {
    Role.MODERATOR: _l("Moderator"),
    Role.OFFICIAL: _l("Official"),
    Role.AGENT: _l("Agent"),
}
BLANK_PHASES = 2
EARLIEST, LATEST = 2000, 2200  # years that somebody can mean; others overflow in some zone


class LocalInstant(StringField):
    """A day and time in the town's zone, as `datetime-local` inputs write it."""

    def _value(self) -> str:
        if isinstance(self.data, datetime):
            return self.data.astimezone(active().zone).strftime("%Y-%m-%dT%H:%M")
        return self.raw_data[0] if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the instant, or keep the words and say what is wrong."""
        raw = (valuelist or [""])[0].strip()
        self.data = None
        if not raw:
            return
        try:
            local = datetime.fromisoformat(raw)
        except ValueError:
            local = None
        if local is None or not EARLIEST <= local.year <= LATEST:
            raise ValidationError(_("Write a day and a time like 2027-03-28 18:00."))
        zone = active().zone
        if local.tzinfo is None:
            local = local.replace(tzinfo=zone)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(
            tzinfo=None
        ):
            raise ValidationError(_("This hour does not exist on that day: the clocks go forward."))
        self.data = local.astimezone(UTC)


class WholeNumber(IntegerField):
    """A whole number, as people write it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the digits, spaces between them allowed."""
        raw = "".join((valuelist or [""])[0].split())
        self.data = None
        if raw and (not raw.isascii() or not raw.isdigit() or len(raw) > 9):
            raise ValidationError(_("Write a whole number, zero or more."))
        self.data = int(raw or 0)


class Boxes(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def needed_with_title(form: Form, field: Any) -> None:
    """A phase that has a title needs a start."""
    if has_visible(form.title.data or "") and field.data is None and not field.errors:
        raise StopValidation(_("Say when this phase starts."))


class PhaseForm(Form):
    """One phase; without a title it is left out."""

    title = TextField(_l("Title of the phase"), [optional, at_most(100)])
    starts_at = LocalInstant(_l("Starts on"), [needed_with_title])
    ends_at = LocalInstant(_l("Ends on (leave empty for no end)"))
    permits = Boxes(_l("People can"), choices=choices(ACTS))
    description = TextAreaField(_l("What happens in this phase"), [optional, at_most(2_000)])

    def validate_ends_at(self, field: LocalInstant) -> None:
        """A phase ends after it starts."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_("The end must come after the start."))


class SpaceForm(CivicForm):
    """A space with its calendar and rules."""

    title = TextField(_l("Title"), [said(), at_most(TITLE_MAX)])
    slug = TextField(_l("Address"), [said(), at_most(60), a_slug])
    summary = TextField(_l("Summary"), [optional, at_most(300)])
    description = TextAreaField(_l("Presentation"), [optional, at_most(BODY_MAX)])
    supports_per_person = WholeNumber(_l("Supports per person (0 for no limit)"), default=0)
    premoderation = SelectField(
        _l("A moderator reads texts before they are public"),
        [optional],
        choices=choices(PREMODERATION),
        default=Premoderation.NONE.value,
    )
    phases = FieldList(FormField(PhaseForm), max_entries=30)

    def plans(self) -> list[PhasePlan]:
        """The calendar that was written, blank rows left out, in the order of their starts."""
        rows = [row.form for row in self.phases if has_visible(row.form.title.data or "")]
        return [
            PhasePlan(
                title=row.title.data,
                starts_at=row.starts_at.data,
                ends_at=row.ends_at.data,
                permits=frozenset(Act(a) for a in row.permits.data or ()),
                description=row.description.data or "",
            )
            for row in sorted(rows, key=lambda row: row.starts_at.data)
        ]

    @classmethod
    def of(cls, space: Space | None) -> SpaceForm:
        """The form filled with a space, with blank rows for more phases."""
        form = cls(obj=space, formdata=None) if space else cls(formdata=None)
        if space:
            form.premoderation.data = space.premoderation.value
        for _row in range(BLANK_PHASES):
            form.phases.append_entry()
        return form


class InvitationForm(CivicForm):
    """Whom to invite, and as what."""

    email = TextField(_l("E-mail address"), [said(), an_email])
    role = SelectField(_l("Role"), choices=choices(ROLES))
    days = SelectField(_l("The invitation holds for"), coerce=int, default=INVITATION_LASTS.days)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        words = {n: ngettext("%(num)s day", "%(num)s days", n) for n in INVITATION_DAYS}
        self.days.choices = choices(words)
