"""What an organiser writes about a ballot."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from wtforms import BooleanField, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from civic.clock import now
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.spaces.forms import Boxes, LocalInstant, WholeNumber
from civic.text import BODY_MAX, TITLE_MAX
from civic.verification.rules import BRACKETS
from civic.web.forms import CivicForm, TextField, at_most, choices, optional, said
from votes.ballots.actions import OptionPlan
from votes.ballots.batches.rules import SIZE_MAX
from votes.ballots.kinds import LABELS
from votes.ballots.models import Act, Ballot, Electorate

ELECTORATES = {
    Electorate.CONFIRMED: _l("Everyone with a confirmed account"),
    Electorate.LISTED: _l("The addresses of the list below"),
    Electorate.VERIFIED: _l("Inhabitants who were verified in this space"),
    Electorate.TEAM: _l("The team of this space: officials, moderators and agents"),
}
VOTERS = ELECTORATES | {Electorate.LISTED: _l("The people on the list of this vote")}
BASES = {
    "inscrits": _l("people on the roll"), "votants": _l("people who voted"),
    "exprimés": _l("votes that choose"),
}  # fmt: skip
ACTS = {
    Act.CLOSE: _l("Close early"),
    Act.EXTEND: _l("Extend"),
    Act.PUBLISH: _l("Publish the result"),
}
USUAL_GRADES = ("À rejeter", "Insuffisant", "Passable", "Assez bien", "Bien", "Très bien",
                "Excellent")  # fmt: skip
OPTIONS_MAX = 200
EUROS_MAX = 2_000_000_000  # what a column of whole numbers holds on both databases
OPTION_LINE = re.compile(r"^(?P<name>.+?)(?:\s*\|\s*(?P<cost>[\d\s]+))?$")


def needed(_form: Any, field: LocalInstant) -> None:
    """A day and an hour must be given."""
    if field.data is None and not field.errors:
        raise ValidationError(_("Write a day and a time like 2027-03-28 18:00."))


def a_sum(amount: int, least: int = 1) -> int:
    """A sum in euros that the database holds."""
    if not least <= amount <= EUROS_MAX:
        raise ValidationError(_("Write a sum between 1 € and 2 billion €."))
    return amount


class DraftForm(CivicForm):
    """A ballot as it is being prepared."""

    question = TextField(_l("Question"), [said(_l("Write the question.")), at_most(TITLE_MAX)])
    description = TextAreaField(_l("What voters must know"), [optional, at_most(BODY_MAX)])
    rule = SelectField(_l("How it is filled in and counted"), choices=choices(LABELS))
    options = TextAreaField(_l("Options, one a line"), [said(_l("Write the options."))])
    seats = WholeNumber(_l("How many are to be elected"), default=1)
    least = WholeNumber(_l("Fewest choices"), default=1)
    most = WholeNumber(_l("Most choices (0 for no limit)"), default=0)
    most_points = WholeNumber(_l("Points of each voter"), default=10)
    most_per_option = WholeNumber(_l("Most points for one option (0 for no limit)"), default=0)
    budget = WholeNumber(_l("Budget (in euros)"), default=0)
    grades = TextAreaField(_l("Grades, the worst first"), [optional, at_most(500)])
    electorate = SelectField(_l("Who may vote"), choices=choices(ELECTORATES))
    emails = TextAreaField(
        _l("The list: an address a line, or a name"), [optional, at_most(200_000)]
    )
    age_brackets = Boxes(
        _l("Only these ages (verified inhabitants)"), choices=choices({b: b for b in BRACKETS})
    )
    districts = TextAreaField(
        _l("Only these districts, one a line (verified inhabitants)"), [optional, at_most(2_000)]
    )
    opens_at = LocalInstant(_l("Opens on"), [needed])
    closes_at = LocalInstant(_l("Closes on"), [needed])
    quorum = TextField(_l("Quorum, as a fraction of the roll (1/4)"), [optional, at_most(20)])
    threshold = TextField(_l("Votes needed to win, as a fraction (1/2)"), [optional, at_most(20)])
    threshold_base = SelectField(_l("Fraction of"), choices=choices(BASES), default="exprimés")
    allows_blank = BooleanField(_l("A blank ballot can be cast"), default=True)
    allows_change = BooleanField(_l("Voters may change their ballot until the close"))
    hides_turnout = BooleanField(_l("Nobody sees how many have voted before the close"))
    shares_ballots = BooleanField(
        _l("The anonymous ballots are published with the result"), default=True
    )

    def validate_options(self, field: TextAreaField) -> None:
        """Each line is a name, and its cost after a bar for a budget."""
        lines = [line for line in (field.data or "").splitlines() if line.strip()]
        if len(lines) > OPTIONS_MAX:
            raise ValidationError(_("At most %(most)s options.", most=OPTIONS_MAX))
        if any(len(line) > 190 for line in lines):
            raise ValidationError(_("One of these names is too long."))
        for plan in self.plans():
            if plan.cost is not None:
                a_sum(plan.cost)

    def validate_quorum(self, field: TextField) -> None:
        """A fraction between 0 and 1."""
        _fraction(field.data)

    def validate_threshold(self, field: TextField) -> None:
        """A fraction between 0 and 1."""
        _fraction(field.data)

    def validate_closes_at(self, field: LocalInstant) -> None:
        """A vote closes after it opens, and in the future."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("The end must come after the start."))
        if field.data and field.data <= now():
            raise ValidationError(_("The closing is in the past."))

    def plans(self) -> list[OptionPlan]:
        """The options that were written."""
        found = []
        for line in (self.options.data or "").splitlines():
            if match := OPTION_LINE.match(line.strip()):
                cost = "".join((match["cost"] or "").split())
                found.append(OptionPlan(match["name"].strip(), int(cost) if cost else None))
        return found

    def given(self) -> dict[str, Any]:
        """Every other field, as the action takes them."""
        quorum, threshold = _fraction(self.quorum.data), _fraction(self.threshold.data)
        names = ("description", "seats", "least", "most", "most_points", "opens_at", "closes_at",
                 "allows_blank", "allows_change", "hides_turnout", "shares_ballots")  # fmt: skip
        told = {name: getattr(self, name).data for name in names}
        return told | {
            "description": self.description.data or "", "seats": max(self.seats.data or 1, 1),
            "most_per_option": self.most_per_option.data or 0,
            "budget": self.budget.data or None, "grades": self._grades(),
            "electorate": Electorate(self.electorate.data),
            "age_brackets": self.age_brackets.data or [],
            "districts": [d.strip() for d in (self.districts.data or "").splitlines() if d.strip()],
            "quorum_top": quorum and quorum.numerator,
            "quorum_bottom": quorum and quorum.denominator,
            "quorum_base": "inscrits" if quorum else "",
            "threshold_top": threshold and threshold.numerator,
            "threshold_bottom": threshold and threshold.denominator,
            "threshold_base": self.threshold_base.data if threshold else "",
            "threshold_strict": bool(threshold and threshold == Fraction(1, 2)),
        }  # fmt: skip

    def _grades(self) -> list[str]:
        written = [line.strip() for line in (self.grades.data or "").splitlines() if line.strip()]
        return written or list(USUAL_GRADES)

    def addresses(self) -> list[str]:
        """The list of those who may vote."""
        if self.electorate.data != Electorate.LISTED:
            return []
        found: list[str] = []
        for line in (self.emails.data or "").splitlines():
            words = [word for word in re.split(r"[\s,;]+", line) if "@" in word]
            found += words or [line.strip()]
        return [line for line in found if line]

    def validate_emails(self, field: TextAreaField) -> None:
        """A line is short enough to be kept."""
        if any(len(line) > 250 for line in (field.data or "").splitlines() if "@" not in line):
            raise ValidationError(_("One of these names is too long."))

    @classmethod
    def of(cls, ballot: Ballot, emails: list[str]) -> DraftForm:
        """The form filled with a draft."""
        form = cls(formdata=None, obj=ballot)
        form.options.data = "\n".join(
            f"{option.name} | {option.cost}" if option.cost else option.name
            for option in ballot.options
        )
        form.grades.data = "\n".join(ballot.grades)
        form.emails.data = "\n".join(emails)
        form.electorate.data = ballot.electorate.value
        if ballot.residents is not None:
            form.age_brackets.data = ballot.residents.age_brackets
            form.districts.data = "\n".join(ballot.residents.districts)
        for name in ("quorum", "threshold"):
            top, bottom = getattr(ballot, f"{name}_top"), getattr(ballot, f"{name}_bottom")
            form[name].data = f"{top}/{bottom}" if top is not None else ""
        return form


def _fraction(written: str | None) -> Fraction | None:
    written = (written or "").strip().replace(" ", "")
    if not written:
        return None
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", written)
    if not found or int(found[2]) == 0 or int(found[1]) > int(found[2]):
        raise ValidationError(_("Write a fraction such as 1/2 or 2/3, or leave it empty."))
    return Fraction(int(found[1]), int(found[2]))


class RequestForm(CivicForm):
    """What one person asks for and another confirms."""

    act = SelectField(_l("What is asked"), choices=choices(ACTS))
    because = TextField(_l("Why"), [said(_l("Say why: it stays in the record.")), at_most(300)])
    closes_at = LocalInstant(_l("New closing (to extend)"))

    def validate_closes_at(self, field: LocalInstant) -> None:
        """Extending needs a new closing."""
        if self.act.data == Act.EXTEND.value:
            needed(self, field)


class DrawForm(CivicForm):
    """What was drawn in public."""

    draw = TextField(
        _l("What was drawn in public"), [said(_l("Write what was drawn.")), at_most(200)]
    )


class BatchForm(CivicForm):
    """The papers of one polling place."""

    reference = TextField(
        _l("Reference of the batch"), [said(_l("Write a reference.")), at_most(60)]
    )
    size = WholeNumber(_l("How many papers"), [InputRequired(_l("Write a number."))])

    def validate_size(self, field: WholeNumber) -> None:
        """At least one, and no more than can be compared."""
        if not 1 <= (field.data or 0) <= SIZE_MAX:
            raise ValidationError(_("Write a number from 1 to %(most)s.", most=SIZE_MAX))


class SizeForm(CivicForm):
    """The corrected number of papers."""

    size = WholeNumber(_l("How many papers"), [InputRequired(_l("Write a number."))])
    validate_size = BatchForm.validate_size


class WithdrawalForm(CivicForm):
    """Why a batch is left out."""

    because = TextField(
        _l("Why this batch is left out"),
        [said(_l("Say why: the result page shows it.")), at_most(300)],
    )


class ReceiptForm(CivicForm):
    """A receipt to look for in the box."""

    receipt = TextField(_l("Your receipt"), [said(_l("Write your receipt.")), at_most(60)])
