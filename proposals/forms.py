"""What people write about proposals."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, SelectField, TextAreaField
from wtforms.widgets import HiddenInput

from civic.i18n import lazy_gettext as _l
from civic.text import BODY_MAX, TITLE_MAX
from civic.web.forms import CivicForm, TextField, at_least, at_most, choices, said
from proposals.models import Stage

STAGES = {
    Stage.NOT_ANSWERED: _l("Awaiting an answer"),
    Stage.EVALUATING: _l("Under evaluation"),
    Stage.ACCEPTED: _l("Accepted"),
    Stage.REJECTED: _l("Not accepted"),
    Stage.WITHDRAWN: _l("Withdrawn"),
}


class ProposalForm(CivicForm):
    """A title and a text."""

    title = TextField(
        _l("Title"), [said(_l("Give your proposal a title.")), at_least(5), at_most(TITLE_MAX)]
    )
    body = TextAreaField(
        _l("Your proposal"), [said(_l("Write what you propose.")), at_least(15), at_most(BODY_MAX)]
    )
    version = IntegerField(widget=HiddenInput(), default=1)


class WithdrawalForm(CivicForm):
    """Why the author withdraws."""

    because = TextAreaField(
        _l("Why do you withdraw it?"), [said(_l("Say why, in a sentence.")), at_most(1_000)]
    )


class AnswerForm(CivicForm):
    """The town's answer."""

    stage = SelectField(
        _l("Decision"),
        choices=choices({s: STAGES[s] for s in (Stage.EVALUATING, Stage.ACCEPTED, Stage.REJECTED)}),
    )
    body = TextAreaField(
        _l("Answer and reasons"),
        [said(_l("Give the reasons: people read them before the decision.")), at_most(BODY_MAX)],
    )
    is_published = BooleanField(_l("Publish now and tell those who follow this proposal"))
