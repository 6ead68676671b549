"""Words that several packages' templates share: names of states and kinds, excerpts."""

from __future__ import annotations

from typing import Any

from flask import Flask

from civic.i18n import gettext as _, lazy_gettext as _l, zone_name
from civic.text import excerpt

STATES = {
    "draft": _l("Draft"),
    "pending": _l("Waiting for a moderator"),
    "visible": _l("Public"),
    "hidden": _l("Hidden by a moderator"),
    "removed": _l("Taken back"),
}
KINDS = {
    "proposal": _l("Proposal"),
    "comment": _l("Comment"),
    "statement": _l("Statement"),
}
TYPED = {
    "title": _l("Title"),
    "body": _l("Text"),
    "because": _l("Reason"),
    "name": _l("Name or pseudonym"),
    "email": _l("E-mail address"),
}


def state_label(state: str) -> Any:
    """Who may read a text, in words."""
    return STATES[str(state)]


def kind_label(kind: str) -> Any:
    """What sort of contribution it is."""
    return KINDS.get(kind, kind)


def kept_label(name: str) -> Any:
    """What a kept field was."""
    return TYPED.get(name, _("What you typed"))


def init_app(app: Flask) -> None:
    """Give the words to the templates."""
    app.jinja_env.filters["excerpt"] = excerpt
    app.jinja_env.globals.update(
        state_label=state_label, kind_label=kind_label, kept_label=kept_label, zone_name=zone_name
    )
