"""The panel of signals, for the moderators of a space and the administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, current_app, request, url_for
from flask_login import current_user
from markupsafe import Markup
from wtforms import RadioField, TextAreaField

from civic.clock import now
from civic.db import commit, db
from civic.errors import Invalid, Missing
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.settings import active
from civic.spaces.models import Space
from civic.spaces.queries import load_space
from civic.web import slots
from civic.web.forms import CivicForm, TextField, at_most, choices, said
from civic.web.responses import go, page, rendered, say
from moderation.doors import moderators
from moderation.signals import actions, queries
from moderation.signals.computing import Signal
from moderation.signals.models import Choice, Step
from moderation.views import bp

TITLES = {
    "burst": _l("Many votes at once"),
    "young": _l("New accounts"),
    "single": _l("People who did one thing only"),
    "origin": _l("One network"),
    "twins": _l("The same votes in the same order"),
    "raid": _l("Many reports of one text"),
}
WORDS = {
    "burst": _l("The busiest ten minutes of the last day, beside the usual for that hour."),
    "young": _l("Accounts younger than two days among the last fifty votes."),
    "single": _l("Voters of the last eight days with exactly one vote or text on the whole site."),
    "origin": _l("Voters from the commonest network of a day, announced places left out."),
    "twins": _l("Accounts that cast five votes alike, in one order, within a quarter of an hour."),
    "raid": _l("People who reported one text within half an hour and had others in common before."),
}
CHOICES = {
    Choice.NOTHING: _l("Nothing: there is an ordinary explanation"),
    Choice.WATCH: _l("Open an inquiry"),
    Choice.NOTE: _l("Publish a note on the page of the space"),
}
SHARES = ("young", "single", "origin")


class StepForm(CivicForm):
    """What somebody makes of a signal."""

    choice = RadioField(
        _l("What you do"), [said(_l("Choose what you do."))], choices=choices(CHOICES),
        invalid_choice_message=_l("Choose what you do."),
    )  # fmt: skip
    words = TextAreaField(
        _l("Why, or the note itself"),
        [said(_l("Say in a sentence what you make of it.")), at_most(2_000)],
    )


class VenueForm(CivicForm):
    """A place from which many people will vote."""

    name = TextField(_l("Name of the place"), [said(), at_most(100)])
    network = TextField(_l("Address or network"), [said(), at_most(50)])
    starts_at = TextField(_l("From this day and hour"), [said()])
    ends_at = TextField(_l("Until this day and hour"), [said()])


@bp.get("/spaces/<slug:slug>/moderation/signals")
@moderators
def signals(slug: str) -> Response:
    """Every signal with its figure and threshold, and what was made of it."""
    space = load_space(slug)
    return _panel(space, VenueForm(formdata=None))


def _panel(space: Space, form: VenueForm, status: int = 200) -> Response:
    found = queries.signals_of(space, now())
    return page(
        "moderation/signals/index.html",
        status,
        space=space,
        signals=found,
        titles=TITLES,
        words=WORDS,
        shares=SHARES,
        steps=queries.steps_in(space),
        step_choices=CHOICES,
        venues=queries.venues_of(space),
        form=form,
        here=request.remote_addr,
    )


@bp.get("/spaces/<slug:slug>/moderation/signals/<slug:signal>")
@moderators
def signal(slug: str, signal: str) -> Response:
    """One signal: whom it is about, and what to do."""
    space = load_space(slug)
    return _one(space, _signal(space, signal), StepForm(formdata=None))


def _signal(space: Space, name: str) -> Signal:
    found = {one.name: one for one in queries.signals_of(space, now())}
    if name not in found:
        raise Missing()
    return found[name]


def _one(space: Space, found: Signal, form: StepForm, status: int = 200) -> Response:
    return page(
        "moderation/signals/show.html",
        status,
        space=space,
        signal=found,
        titles=TITLES,
        words=WORDS,
        shares=SHARES,
        people=queries.people_of(found),
        form=form,
    )


@bp.post("/spaces/<slug:slug>/moderation/signals/<slug:signal>")
@moderators
def take_step(slug: str, signal: str) -> Response:
    """Write down what I make of it."""
    space = load_space(slug)
    found, form = _signal(space, signal), StepForm()
    if not form.validate():
        return _one(space, found, form, 422)
    actions.take_step(space, current_user, found, Choice(form.choice.data), form.words.data or "")
    commit()
    say(_("It is written down. No vote and no account was touched."))
    return go(url_for("moderation.signals", slug=slug))


@bp.post("/spaces/<slug:slug>/moderation/steps/<id:step_id>/end")
@moderators
def end_step(slug: str, step_id: int) -> Response:
    """The inquiry is over, or the note comes off the page."""
    space, found = load_space(slug), db.session.get(Step, step_id)
    if found is None or found.space_id != space.id:
        raise Missing()
    actions.end_step(found, current_user)
    commit()
    say(_("It is over. The record keeps it."))
    return go(url_for("moderation.signals", slug=slug))


@bp.post("/spaces/<slug:slug>/moderation/venues")
@moderators
def announce(slug: str) -> Response:
    """Announce a place from which many people will vote."""
    space, form = load_space(slug), VenueForm()
    if not form.validate():
        return _panel(space, form, 422)
    try:
        actions.announce(
            space, current_user, form.name.data, form.network.data,
            _instant(form, "starts_at"), _instant(form, "ends_at"),
        )  # fmt: skip
    except Invalid as error:
        form[error.field].errors = [str(error)]
        return _panel(space, form, 422)
    commit()
    say(_("The place is announced: what comes from there raises no signal of origin."))
    return go(url_for("moderation.signals", slug=slug))


def _instant(form: Any, name: str) -> datetime:
    """What was typed, in the town's zone."""
    try:
        return datetime.fromisoformat(form[name].data).replace(tzinfo=active().zone)
    except ValueError:
        raise Invalid(name, _("Write a day and an hour like 2027-03-28 14:00.")) from None


def note_origin(space: Space) -> None:
    """For the views of votes: keep from which network this vote came, as a mark of the day."""
    secret = current_app.config["SECRET_KEY"]
    actions.note_origin(space, current_user, request.remote_addr, secret)


@slots.fills("space.page")
def public_notes(spaces: Sequence[Space]) -> dict[int, Markup]:
    """On the page of a space: what its moderators say about its votes."""
    return {
        step.space_id: rendered("moderation/signals/note.html", step=step)
        for step in queries.notes_for(spaces)
    }
