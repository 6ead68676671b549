"""What people write in a thread or as a statement."""

from __future__ import annotations

from wtforms import IntegerField, TextAreaField
from wtforms.widgets import HiddenInput

from civic.i18n import lazy_gettext as _l
from civic.web.forms import CivicForm, TextField, at_least, at_most, said
from deliberations.rules import COMMENT_MAX, STATEMENT_MAX, STATEMENT_MIN


class CommentForm(CivicForm):
    """A comment, or an answer to one."""

    body = TextAreaField(
        _l("Your comment"), [said(_l("Write your comment.")), at_most(COMMENT_MAX)]
    )


class ChangeCommentForm(CommentForm):
    """A comment that is changed."""

    version = IntegerField(widget=HiddenInput(), default=1)


class StatementForm(CivicForm):
    """One sentence to vote on."""

    text = TextField(
        _l("Your statement"),
        [said(_l("Write a statement.")), at_least(STATEMENT_MIN), at_most(STATEMENT_MAX)],
    )
