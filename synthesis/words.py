"""The words that the pages of a synthesis share: states, reasons, changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.sansio.app import App

from civic.i18n import gettext as _, lazy_gettext as _l, ngettext
from synthesis.models import Change, Placement, State

STATES = {
    State.WAITING: _l("Waiting to be computed"),
    State.COMPUTING: _l("Being computed"),
    State.REVIEW: _l("Under review"),
    State.PUBLISHED: _l("Published"),
    State.FAILED: _l("Failed"),
    State.SUPERSEDED: _l("Replaced by a later version"),
}
REASONS = {
    "too short": _l("Too short for the machine to place it."),
    "no neighbour": _l("No other contribution resembles it."),
    "no words": _l("It holds no word that the machine can compare."),
    "other language": _l("Written in another language than the others."),
    "locked": _l("The theme it resembles is locked: a person places it."),
    "by hand": _l("Left alone by a person."),
}
WHY = {
    "central": _l("among the most typical"),
    "different": _l("says it differently"),
}
NO_GROUPS = {
    "no votes": _l("Nobody has voted on the statements yet."),
    "few people": _l("Too few people have voted on enough statements."),
    "no direction": _l("People did not vote differently from one another in any one direction."),
    "chance": _l("People vote no more alike than chance would make them."),
    "no cut": _l("Any cut would leave a group too small to be shown."),
    "blurred": _l("People spread evenly, without a gap between one side and another."),
}


def reason_label(place: Placement) -> Any:
    """Why a contribution is in no theme: an official's words, or the machine's reason."""
    if place.is_set_aside:
        return place.reason
    return REASONS.get(place.reason, REASONS["no neighbour"])


def _renamed(about: dict[str, Any]) -> str:
    return _("“%(before)s” renamed “%(after)s”", before=about["from"], after=about["to"])


def _merged(about: dict[str, Any]) -> str:
    return _("“%(source)s” merged into “%(target)s”", source=about["from"], target=about["to"])


def _moved(about: dict[str, Any]) -> str:
    count = about["count"]
    if not about["to"]:
        return ngettext(
            "%(num)s contribution left alone", "%(num)s contributions left alone", count
        )
    return ngettext(
        "%(num)s contribution moved to “%(target)s”",
        "%(num)s contributions moved to “%(target)s”",
        count,
        target=about["to"],
    )


def _made(about: dict[str, Any]) -> str:
    return ngettext(
        "theme “%(target)s” made of %(num)s contribution",
        "theme “%(target)s” made of %(num)s contributions",
        about["count"],
        target=about["to"],
    )


def _set_aside(about: dict[str, Any]) -> str:
    return ngettext(
        "%(num)s contribution set aside: %(reason)s",
        "%(num)s contributions set aside: %(reason)s",
        about["count"],
        reason=about["reason"],
    )


CHANGES: dict[str, Callable[[dict[str, Any]], str]] = {
    "renamed": _renamed,
    "merged": _merged,
    "moved": _moved,
    "made": _made,
    "set_aside": _set_aside,
    "put_back": lambda _about: _("one contribution is no longer set aside"),
    "cut": lambda about: _("“%(name)s” cut", name=about["name"]),
    "locked": lambda about: _("“%(name)s” locked", name=about["name"]),
    "unlocked": lambda about: _("“%(name)s” unlocked", name=about["name"]),
}


def change_label(change: Change) -> str:
    """What an official did, in a few words."""
    return CHANGES[change.act](change.about)


def init_words(app: App) -> None:
    """Give the words to the templates."""
    app.jinja_env.globals.update(
        synthesis_states=STATES,
        reason_label=reason_label,
        change_label=change_label,
        quote_reasons=WHY,
        no_groups_reasons=NO_GROUPS,
    )
