"""What the page of a contribution needs to show its thread."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_login import current_user
from markupsafe import Markup

from civic.clock import now
from civic.contributions.models import Contribution, State
from civic.web import slots
from deliberations import queries, rules
from deliberations.forms import CommentForm
from deliberations.queries import Thread


def thread_panel(
    root: Contribution, form: CommentForm | None = None, fresh: int | None = None
) -> dict[str, Any]:
    """What `deliberations/_thread.html` needs.

    Parameters
    ----------
    form : CommentForm, optional
        A refused form, to be shown again.
    fresh : int, optional
        A comment that was just written: the page that holds it, with the focus on it.
    """
    found = queries.thread(root, _number("comments") or 1, at=fresh or _number("comment"))
    return {
        "root": root,
        "thread": found,
        "comment_form": form or CommentForm(formdata=None),
        "may_comment": rules.may_comment(current_user, root, now()),
        "placeholders": _placeholders(found),
        "waiting": queries.waiting_of(current_user, root),
        "fresh": fresh,
    }


def _number(name: str) -> int | None:
    raw = request.args.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def _placeholders(found: Thread) -> dict[int, Markup]:
    """What stands in the place of each comment that is not public."""
    hidden = [comment for comment in found.comments if comment.state is State.HIDDEN]
    return slots.panels("comment.placeholder", hidden)
