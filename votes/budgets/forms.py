"""What organisers write about a budget, its projects and their works."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError

from civic.clock import now
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.spaces.forms import LocalInstant, WholeNumber
from civic.text import BODY_MAX
from civic.web.forms import CivicForm, TextField, at_least, at_most, choices, optional, said
from votes.ballots.forms import ELECTORATES, a_sum, needed
from votes.ballots.kinds import BUDGETS, LABELS
from votes.ballots.models import Electorate
from votes.budgets.actions import EnvelopePlan
from votes.budgets.models import Budget, Envelope, Project, Stage, Study

STUDIES = {
    Study.WAITING: _l("Being studied"),
    Study.FEASIBLE: _l("Feasible"),
    Study.INFEASIBLE: _l("Not feasible"),
}
STAGES = {
    Stage.PLANNED: _l("Planned"),
    Stage.STUDIES: _l("Studies"),
    Stage.PROCUREMENT: _l("Procurement"),
    Stage.WORKS: _l("Works"),
    Stage.DELIVERED: _l("Delivered"),
    Stage.ABANDONED: _l("Abandoned"),
}
OUTCOMES = {"funded": _l("Funded"), "tied": _l("Tied"), "missed": _l("Not funded")}
ENVELOPE_LINE = re.compile(r"^(?P<name>.+?)\s*\|\s*(?P<amount>[\d\s\u00a0\u202f]+)€?\s*$")
DISTRICTS_MAX = 60


class BudgetForm(CivicForm):
    """A budget as it is being prepared."""

    title = TextField(
        _l("Title"), [said(_l("Give the budget a title.")), at_least(5), at_most(100)]
    )
    description = TextAreaField(_l("What people must know"), [optional, at_most(BODY_MAX)])
    rule = SelectField(
        _l("How it is counted"), choices=choices({rule: LABELS[rule] for rule in BUDGETS})
    )
    town_name = TextField(_l("Name of the envelope of the whole town"), [optional, at_most(60)])
    town_amount = WholeNumber(_l("Its sum, in euros (0 for none)"), default=0)
    districts = TextAreaField(_l("Envelopes of districts, one a line"), [at_most(6_000)])
    districts_each = WholeNumber(
        _l("In how many districts each person votes (0 for all)"), default=1
    )
    by_residence = BooleanField(_l("Only in the district that a verification recorded"))
    electorate = SelectField(_l("Who may vote"), choices=[])
    opens_at = LocalInstant(_l("Voting opens on"), [needed])
    closes_at = LocalInstant(_l("Voting closes on"), [needed])
    allows_change = BooleanField(
        _l("Voters may change their baskets and their district until the close"), default=True
    )
    hides_turnout = BooleanField(_l("Nobody sees how many have voted before the close"))
    shares_ballots = BooleanField(
        _l("The anonymous ballots are published with the result"), default=True
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        public = (Electorate.CONFIRMED, Electorate.VERIFIED)
        open_rolls = {e: words for e, words in ELECTORATES.items() if e in public}
        self.electorate.choices = choices(open_rolls)
        if self.electorate.data in (None, "None"):
            self.electorate.data = Electorate.CONFIRMED.value

    def validate_town_amount(self, field: WholeNumber) -> None:
        """A sum that the database holds, if any."""
        a_sum(field.data or 0, least=0)

    def validate_districts(self, field: TextAreaField) -> None:
        """Each line is a name and a sum; names are different."""
        plans = _districts(field.data)
        names = [self._town_name().casefold()] if self.town_amount.data else []
        names += [plan.name.casefold() for plan in plans]
        if len(plans) > DISTRICTS_MAX:
            raise ValidationError(_("At most %(most)s districts.", most=DISTRICTS_MAX))
        if len(set(names)) < len(names):
            raise ValidationError(_("Two envelopes have the same name."))
        if not names:
            raise ValidationError(_("Write at least one envelope."))

    def validate_closes_at(self, field: LocalInstant) -> None:
        """A vote closes after it opens, and in the future."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("The end must come after the start."))
        if field.data and field.data <= now():
            raise ValidationError(_("The closing is in the past."))

    def _town_name(self) -> str:
        return (self.town_name.data or "").strip() or _("The whole town")

    def envelopes(self) -> list[EnvelopePlan]:
        """The envelopes that were written, the whole town's first."""
        amount = self.town_amount.data or 0
        town = [EnvelopePlan(self._town_name(), amount, is_town=True)] if amount else []
        return town + _districts(self.districts.data)

    def given(self) -> dict[str, Any]:
        """Every other field, as the action takes them."""
        names = ("by_residence", "opens_at", "closes_at", "allows_change", "hides_turnout",
                 "shares_ballots")  # fmt: skip
        return {name: getattr(self, name).data for name in names} | {
            "description": self.description.data or "",
            "districts_each": max(self.districts_each.data or 0, 0),
            "electorate": Electorate(self.electorate.data),
        }

    @classmethod
    def of(cls, budget: Budget) -> BudgetForm:
        """The form filled with a budget."""
        form = cls(formdata=None, obj=budget)
        form.electorate.data = budget.electorate.value
        form.districts.data = "\n".join(f"{e.name} | {e.amount}" for e in budget.districts)
        for envelope in budget.town:
            form.town_name.data, form.town_amount.data = envelope.name, envelope.amount
        return form


def _districts(written: str | None) -> list[EnvelopePlan]:
    plans = []
    for line in (written or "").splitlines():
        if not line.strip():
            continue
        match = ENVELOPE_LINE.match(line.strip())
        if match is None:
            raise ValidationError(
                _("Write a name, a bar and a sum on each line, like: North district | 60000.")
            )
        if len(match["name"]) > 60:
            raise ValidationError(_("One of these names is too long."))
        plans.append(EnvelopePlan(match["name"], a_sum(int("".join(match["amount"].split())))))
    return plans


class ProjectForm(CivicForm):
    """A project, from proposals or of the town's own."""

    name = TextField(
        _l("Name of the project"), [said(_l("Give the project a name.")), at_least(5), at_most(150)]
    )
    envelope = SelectField(_l("Envelope"), coerce=int)
    description = TextAreaField(_l("What it is"), [optional, at_most(BODY_MAX)])
    proposals = TextField(_l("Proposals it comes from"), [optional, at_most(300)])

    def validate_proposals(self, field: TextField) -> None:
        """Numbers, apart."""
        if not re.fullmatch(r"[\d\s,;]*", field.data or ""):
            raise ValidationError(_("Write the numbers of the proposals, like: 12, 45."))

    def numbers(self) -> list[int]:
        """The proposals that were named."""
        found = re.findall(r"\d{1,9}", self.proposals.data or "")
        return sorted({int(number) for number in found})

    @classmethod
    def within(cls, envelopes: Sequence[Envelope], **given: Any) -> ProjectForm:
        """The form for a project of these envelopes."""
        form = cls(**given)
        form.envelope.choices = [(envelope.id, envelope.name) for envelope in envelopes]
        return form


class StudyForm(CivicForm):
    """Whether a project can be done, and what it costs."""

    found = SelectField(_l("What the study found"), choices=choices(STUDIES))
    cost = WholeNumber(_l("Estimated cost, in euros"), [optional])
    reason = TextAreaField(_l("Reason, for everyone to read"), [optional, at_most(BODY_MAX)])

    def validate_cost(self, field: WholeNumber) -> None:
        """A sum that the database holds."""
        if field.data is not None:
            a_sum(field.data)

    @classmethod
    def of(cls, project: Project) -> StudyForm:
        """The form filled with what was found before."""
        form = cls(formdata=None, obj=project)
        form.found.data = project.study.value
        return form


class LocalDay(StringField):
    """A day, as `date` inputs write it."""

    def _value(self) -> str:
        if isinstance(self.data, date):
            return self.data.isoformat()
        return self.raw_data[0] if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or keep the words and say what is wrong."""
        raw = (valuelist or [""])[0].strip()
        self.data = None
        if not raw:
            return
        try:
            self.data = date.fromisoformat(raw)
        except ValueError:
            raise ValidationError(_("Write a day like 2027-03-28.")) from None


def _a_day(_form: Any, field: LocalDay) -> None:
    if field.data is None and not field.errors:
        raise ValidationError(_("Write a day like 2027-03-28."))


class WorksForm(CivicForm):
    """One piece of news of the works."""

    stage = SelectField(_l("Stage"), choices=choices(STAGES))
    since = LocalDay(_l("Since"), [_a_day])
    delivery = LocalDay(_l("Expected delivery"))
    words = TextAreaField(_l("What is new"), [optional, at_most(BODY_MAX)])
