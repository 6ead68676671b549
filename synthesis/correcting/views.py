"""The officials' pages about one theme and about what is in none: rename, merge, cut, place."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from civic.db import commit, db
from civic.errors import Invalid
from civic.i18n import gettext as _, ngettext
from civic.web.requests import row_number
from civic.web.responses import go, respond, say, view
from synthesis import sources
from synthesis.correcting import actions
from synthesis.forms import AsideForm, NameForm, PartsForm, PlaceForm, Turn
from synthesis.models import Synthesis, Theme
from synthesis.views import bp
from synthesis.workshop.screens import board, inside_parts, outside_parts
from synthesis.workshop.turns import load, load_theme, official, told_when_stale

MOST_CHOSEN = 900  # contributions placed by one form; a posted form has at most 1,000 parts
INSIDE = ("synthesis/workshop/inside.html", "synthesis/workshop/_inside.html")
OUTSIDE = ("synthesis/workshop/outside.html", "synthesis/workshop/_outside.html")


# --- One theme --------------------------------------------------------------------------------


@bp.get("/workshop/<id:number>/themes/<id:theme_id>")
@official
def inside(slug: str, number: int, theme_id: int) -> Response:
    """Everything that a theme holds, and what can be done with it."""
    theme = load_theme(slug, number, theme_id)
    return view(*INSIDE, **inside_parts(theme, request.args.get("show") == "doubtful"))


def _refused(templates: tuple[str, str], parts: dict[str, Any], **forms: Any) -> Response:
    """The same screen with the form that was refused, as it was filled in."""
    return view(*templates, 422, **(parts | forms))


def _theme_again(theme: Theme) -> Response:
    """After a change: the theme as it is now."""
    return respond(INSIDE[1], otherwise=_address(theme), parts=lambda: inside_parts(theme))


def _address(theme: Theme) -> str:
    synthesis = theme.synthesis
    return url_for(
        "synthesis.inside",
        slug=synthesis.space.slug, number=synthesis.number, theme_id=theme.id,
    )  # fmt: skip


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/name")
@official
@told_when_stale
def rename(slug: str, number: int, theme_id: int) -> Response:
    """Give the theme a name."""
    theme = load_theme(slug, number, theme_id)
    form = NameForm()
    if not form.validate():
        return _refused(INSIDE, inside_parts(theme), name_form=form)
    actions.rename(theme, current_user, form.name.data, form.seen)
    commit()
    say(_("The theme has its new name."))
    return _theme_again(theme)


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/lock")
@official
@told_when_stale
def lock(slug: str, number: int, theme_id: int) -> Response:
    """Lock the theme against recomputations, or unlock it."""
    theme = load_theme(slug, number, theme_id)
    wanted = request.form.get("wanted") == "1"
    actions.lock(theme, current_user, wanted, Turn().seen)
    commit()
    say(_("Locked.") if wanted else _("Unlocked."))
    return _theme_again(theme)


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/reading")
@official
@told_when_stale
def mark_read(slug: str, number: int, theme_id: int) -> Response:
    """Mark the theme as read, or as still to be read."""
    theme = load_theme(slug, number, theme_id)
    actions.mark_read(theme, current_user, request.form.get("wanted") == "1", Turn().seen)
    commit()
    if request.form.get("back") != "board":
        return _theme_again(theme)
    return respond(
        "synthesis/workshop/_board.html",
        otherwise=theme.synthesis.workshop_url,
        parts=lambda: board(theme.synthesis),
    )


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/merging")
@official
@told_when_stale
def merge(slug: str, number: int, theme_id: int) -> Response:
    """Put the whole theme into another."""
    theme = load_theme(slug, number, theme_id)
    chosen = row_number(request.form.get("target", ""))
    if chosen is None:
        raise Invalid("target", _("Choose the theme into which this one goes."))
    target = sources.load_theme(theme.synthesis, chosen)
    actions.merge(theme, target, current_user, Turn().seen)
    commit()
    say(_("Merged into “%(name)s”. You can undo it.", name=target.name))
    return go(_address(target))


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/cut")
@official
@told_when_stale
def ask_cut(slug: str, number: int, theme_id: int) -> Response:
    """Ask the machine how it would cut the theme."""
    theme = load_theme(slug, number, theme_id)
    form = PartsForm()
    if not form.validate():
        return _refused(INSIDE, inside_parts(theme), parts_form=form)
    actions.ask_cut(theme, current_user, int(form.parts.data), form.seen)
    commit()
    say(_("The machine looks for a cut. Its proposal will be shown here."))
    return _theme_again(theme)


@bp.get("/workshop/<id:number>/themes/<id:theme_id>/cut")
@official
def cut(slug: str, number: int, theme_id: int) -> Response:
    """What the machine proposes; the page asks again until there is an answer."""
    theme = load_theme(slug, number, theme_id)
    return view("synthesis/workshop/inside.html", "synthesis/workshop/_cut.html",
                **inside_parts(theme))  # fmt: skip


@bp.post("/workshop/<id:number>/themes/<id:theme_id>/cut/decision")
@official
@told_when_stale
def decide_cut(slug: str, number: int, theme_id: int) -> Response:
    """Cut as proposed, or leave the theme whole."""
    theme = load_theme(slug, number, theme_id)
    if request.form.get("wanted") != "1":
        actions.drop_cut(theme, current_user, Turn().seen)
        commit()
        say(_("The theme stays whole."))
        return _theme_again(theme)
    made = actions.apply_cut(theme, current_user, Turn().seen)
    commit()
    say(
        ngettext(
            "%(num)s theme was made from this one. You can undo it.",
            "%(num)s themes were made from this one. You can undo it.",
            len(made),
        )
    )
    return go(theme.synthesis.workshop_url)


# --- Placing contributions --------------------------------------------------------------------


@bp.get("/workshop/<id:number>/others")
@official
def outside(slug: str, number: int) -> Response:
    """What is in no theme, with the places that it could have."""
    return view(*OUTSIDE, **outside_parts(load(slug, number)))


def _chosen() -> list[int]:
    """The contributions that were ticked."""
    found = {row_number(value) for value in request.form.getlist("contribution")}
    return sorted(number for number in found if number is not None)[:MOST_CHOSEN]


def _origin(synthesis: Synthesis) -> Theme | None:
    """The theme from whose list the contributions were chosen; none for the list of the others."""
    number = row_number(request.form.get("from", ""))
    return None if number is None else sources.load_theme(synthesis, number)


def _list_refused(synthesis: Synthesis, **forms: Any) -> Response:
    theme = _origin(synthesis)
    parts = inside_parts(theme) if theme else outside_parts(synthesis)
    return _refused(INSIDE if theme else OUTSIDE, parts, chosen=_chosen(),
                    nothing_chosen=not _chosen(), **forms)  # fmt: skip


def _list_again(synthesis: Synthesis) -> Response:
    theme = _origin(synthesis)
    if theme is not None:
        return _theme_again(theme)
    address = url_for("synthesis.outside", slug=synthesis.space.slug, number=synthesis.number)
    return respond(OUTSIDE[1], otherwise=address, parts=lambda: outside_parts(synthesis))


@bp.post("/workshop/<id:number>/placing")
@official
@told_when_stale
def place(slug: str, number: int) -> Response:
    """Place the chosen contributions in a theme, a new one, or none."""
    synthesis = load(slug, number)
    form = PlaceForm()
    themes = {str(t.id): t for t in db.session.scalars(sources.living_themes(synthesis))}
    form.offer(themes.values())
    if not form.validate() or not _chosen():
        return _list_refused(synthesis, place_form=form)
    if form.target.data == "new":
        target: Theme | None = actions.move_to_new(
            synthesis, current_user, _chosen(), form.new_name.data, form.seen
        )
    else:
        target = themes.get(form.target.data)
        actions.move(synthesis, current_user, _chosen(), target, form.seen)
    commit()
    _say_placed(len(_chosen()), target)
    return _list_again(synthesis)


def _say_placed(count: int, target: Theme | None) -> None:
    if target is None:
        say(ngettext("%(num)s contribution left alone", "%(num)s contributions left alone", count))
        return
    say(
        ngettext(
            "%(num)s contribution moved to “%(target)s”",
            "%(num)s contributions moved to “%(target)s”",
            count,
            target=target.name,
        )
    )


@bp.post("/workshop/<id:number>/setting-aside")
@official
@told_when_stale
def set_aside(slug: str, number: int) -> Response:
    """Set the chosen contributions aside, with a reason."""
    synthesis = load(slug, number)
    form = AsideForm()
    if not form.validate() or not _chosen():
        return _list_refused(synthesis, aside_form=form)
    actions.set_aside(synthesis, current_user, _chosen(), form.because.data, form.seen)
    commit()
    count = len(_chosen())
    say(ngettext("%(num)s contribution set aside.", "%(num)s contributions set aside.", count))
    return _list_again(synthesis)


@bp.post("/workshop/<id:number>/putting-back/<id:contribution_id>")
@official
@told_when_stale
def put_back(slug: str, number: int, contribution_id: int) -> Response:
    """Let a contribution that was set aside be placed again."""
    synthesis = load(slug, number)
    actions.put_back(synthesis, current_user, contribution_id, Turn().seen)
    commit()
    say(_("It is no longer set aside: place it."))
    return _list_again(synthesis)


@bp.post("/workshop/<id:number>/placing/<id:contribution_id>/<id:theme_id>")
@official
@told_when_stale
def place_one(slug: str, number: int, contribution_id: int, theme_id: int) -> Response:
    """Place one contribution in the theme that the machine thinks nearest."""
    synthesis = load(slug, number)
    target = sources.load_theme(synthesis, theme_id)
    actions.move(synthesis, current_user, [contribution_id], target, Turn().seen)
    commit()
    _say_placed(1, target)
    return _list_again(synthesis)
