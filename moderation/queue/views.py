"""The lists of cases, batches, notes, and what stands beside a case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.clock import now
from civic.db import commit
from civic.errors import Missing, NotAllowed
from civic.i18n import gettext as _, ngettext, short_datetime
from civic.spaces.models import Space
from civic.spaces.queries import load_space
from civic.web.doors import signed_in
from civic.web.filters import KINDS
from civic.web.paging import page_of
from civic.web.responses import go, page, rendered, say, view
from moderation import queries as moderation
from moderation.doors import moderators
from moderation.models import Case, Reason
from moderation.queue import actions, queries, rules
from moderation.queue.forms import BatchForm, NoteForm, PreferenceForm, seen_in
from moderation.queue.levels import Clock
from moderation.queue.queries import Wanted
from moderation.spam.queries import scores_of
from moderation.spam.telling import signals_in_words
from moderation.spam.trust import trust_of
from moderation.views import bp
from moderation.words import STATES

AGES = (1, 3, 7)  # days
ORDERS = ("priority", "oldest", "suspect")


def _filters() -> dict[str, Any]:
    """What the address asks for; what it asks wrongly is left out."""
    asked = request.args
    state = "decided" if asked.get("show") == "decided" else asked.get("state", "waiting")
    reason, age = asked.get("reason", ""), asked.get("age", "")
    order, source = asked.get("order", "priority"), asked.get("source", "")
    return {
        "state": state if state in _states() else "waiting",
        "reason": Reason(reason) if reason in {r.value for r in Reason} else None,
        "kind": asked.get("kind", "") if asked.get("kind") in KINDS else "",
        "source": source if source in _sources() else "",
        "older_than": int(age) if age in {str(days) for days in AGES} else 0,
        "order": order if order in ORDERS else "priority",
    }


def _states() -> dict[str, str]:
    return {
        "waiting": _("To decide"),
        "contested": _("Contested"),
        "pending": _("Waiting to be published"),
        "decided": _("Decided"),
    }


def _sources() -> dict[str, str]:
    return {
        "citizens": _("Reported by citizens"),
        "visitors": _("Reported without an account"),
        "filter": _("Looks like spam"),
        "team": _("Opened by a moderator or by the site"),
    }


def _orders() -> dict[str, str]:
    return {
        "priority": _("Urgent, then most reported"),
        "oldest": _("Oldest"),
        "suspect": _("Most like spam"),
    }


@bp.get("/spaces/<slug:slug>/moderation")
@moderators
def queue(slug: str) -> Response:
    """What waits for a decision in one space, or what was decided."""
    space = load_space(slug)
    return _list([space], space)


@bp.get("/moderation/cases")
@signed_in
def all_cases() -> Response:
    """What waits in every space whose queue I may open."""
    spaces = _own_spaces()
    chosen = [space for space in spaces if space.slug == request.args.get("space")]
    return _list(chosen or spaces, None, spaces)


def _own_spaces() -> Sequence[Space]:
    spaces = moderation.spaces_to_moderate(current_user)
    if not spaces:
        raise Missing()
    return spaces


def _list(spaces: Sequence[Space], space: Space | None, among: Sequence[Space] = ()) -> Response:
    wanted = Wanted(spaces, **_filters())
    found = page_of(queries.cases(wanted))
    return view(
        "moderation/queue.html",
        "moderation/_cases.html",
        space=space,
        spaces=among,
        asked_space=request.args.get("space", ""),
        found=found,
        wanted=wanted,
        waiting=wanted.state != "decided",
        reasons=moderation.reasons_by_case(found.items),
        states=STATES,
        case_states=_states(),
        sources=_sources(),
        orders=_orders(),
        ages=AGES,
        kinds=KINDS,
        clocks=queries.clocks(found.items),
        delays=_delays(spaces),
        signals=_signals(found.items),
        ticked=request.args.get("tick") == "all",
        tick_url=_same_list(tick="all"),
        preference=queries.preference_of(current_user),
    )


def _same_list(**more: str) -> str:
    kept: dict[str, Any] = dict(request.args.items(multi=False))
    return url_for(request.endpoint or "", **(request.view_args or {}), **(kept | more))


def _delays(spaces: Sequence[Space]) -> dict[str, Any]:
    """How many wait, since when the oldest does, and how many are late or nearly so."""
    waiting = queries.waiting_cases(spaces)
    clocks = queries.clocks(waiting).values()
    return {
        "waiting": len(waiting),
        "oldest": min((clock.since for clock in clocks), default=None),
        "late": sum(clock.is_late for clock in clocks),
        "near": sum(clock.is_near for clock in clocks),
    }


def _signals(cases: Sequence[Case]) -> dict[int, list[str]]:
    scores = scores_of(case.contribution_id for case in cases)
    return {
        case.id: signals_in_words(scores[case.contribution_id])
        for case in cases
        if case.contribution_id in scores
    }


@bp.app_template_global()
def delay_in_words(clock: Clock) -> tuple[str, str]:
    """Where a case stands in time, with the kind of badge."""
    when = short_datetime(clock.due)
    if clock.is_late:
        return _("Late since %(when)s", when=when), "danger"
    return _("To decide by %(when)s", when=when), "warm" if clock.is_near else "neutral"


# --- Beside one case ----------------------------------------------------------------------------


@bp.app_template_global()
def keys_script() -> Markup:
    """The script of the keys, for those who work with them."""
    if not queries.preference_of(current_user).has_keys:
        return Markup("")
    return rendered("moderation/queue/script.html")


@bp.app_template_global()
def case_above(case: Case) -> Markup:
    """Over a case: its clock, its place in the queue, the cases before and after, the keys."""
    place, size, before, after = queries.neighbours(case)
    return rendered(
        "moderation/queue/above.html",
        case=case,
        clock=queries.clocks([case]).get(case.id),
        place=place,
        size=size,
        before=_case_url(case, before),
        after=_case_url(case, after),
        preference=queries.preference_of(current_user),
    )


def _case_url(case: Case, other: int | None) -> str:
    return url_for("moderation.case", slug=case.space.slug, case_id=other) if other else ""


@bp.app_template_global()
def case_beside(case: Case) -> Markup:
    """Beside a case: what the filter noticed, its author so far, similar cases, notes."""
    score = scores_of([case.contribution_id]).get(case.contribution_id)
    author = moderation.author_of(case.contribution)
    return rendered(
        "moderation/queue/beside.html",
        case=case,
        signals=signals_in_words(score) if score else [],
        score=score,
        trust=trust_of(author),
        past=queries.past_of(author),
        similar=queries.similar_past(case),
        notes=queries.notes_on(case),
        form=NoteForm(formdata=None),
        preference=queries.preference_of(current_user),
    )


def next_place(case: Case) -> str:
    """Where a moderator goes after a decision: the list, or the next case if they so wish."""
    slug = case.space.slug
    if queries.preference_of(current_user).goes_on:
        _place, _size, _before, after = queries.neighbours(case)
        if after:
            return url_for("moderation.case", slug=slug, case_id=after)
    return url_for("moderation.queue", slug=slug)


@bp.post("/spaces/<slug:slug>/moderation/<id:case_id>/notes")
@moderators
def note(slug: str, case_id: int) -> Response:
    """Leave a note for the other moderators."""
    case = moderation.load_case(load_space(slug), case_id)
    form = NoteForm()
    if not form.validate():
        return page(
            "moderation/queue/note.html", 422, case=case, space=case.space, form=form,
            notes=queries.notes_on(case),
        )  # fmt: skip
    actions.note(case, current_user, form.body.data or "")
    commit()
    say(_("The note is kept. Only moderators read it."))
    return go(f"{case.url}#notes")


@bp.post("/moderation/preferences")
@signed_in
def prefer() -> Response:
    """Work with keys or without, one case after the other or from the list."""
    _own_spaces()
    form = PreferenceForm()
    actions.prefer(current_user, bool(form.has_keys.data), bool(form.goes_on.data))
    commit()
    say(_("Saved."))
    return go(url_for("moderation.index"))


# --- Batches ------------------------------------------------------------------------------------


def _chosen(ids: Collection[int]) -> Sequence[Case]:
    return queries.chosen(_own_spaces(), sorted(ids)[: rules.BATCH_MAX])


def _numbers(given: Sequence[str]) -> set[int]:
    return {int(raw) for raw in given if raw.isascii() and raw.isdigit() and len(raw) < 10}


@bp.get("/moderation/batch")
@signed_in
def check_batch() -> Response:
    """Look once more at what will happen to the cases that were ticked."""
    chosen = _chosen(_numbers(request.args.getlist("case")))
    if not chosen:
        say(_("Tick at least one case."), "info")
        return go(_way_back(()))
    return _check_page(chosen, BatchForm(formdata=None))


def _way_back(cases: Sequence[Case]) -> str:
    slugs = {case.space.slug for case in cases}
    if len(slugs) == 1:
        return url_for("moderation.queue", slug=slugs.pop())
    return url_for("moderation.all_cases")


def _check_page(cases: Sequence[Case], form: BatchForm, status: int = 200) -> Response:
    skipped = actions.skipped_in(cases, current_user, rules.IN_BATCHES[0])
    return page(
        "moderation/queue/batch.html",
        status,
        cases=[case for case in cases if case.id not in skipped],
        left_out=[case for case in cases if case.id in skipped],
        skipped=skipped,
        reasons=moderation.reasons_by_case(cases),
        form=form,
        back=_way_back(cases),
    )


@bp.post("/moderation/batch")
@signed_in
def decide_batch() -> Response:
    """Decide on all of them."""
    seen = seen_in(request.form.getlist("seen"))
    chosen, form = _chosen(seen), BatchForm()
    if not form.validate():
        return _check_page(chosen, form, 422)
    try:
        batch, skipped = actions.decide_batch(
            chosen, seen, current_user, form.given_outcome, form.given_reason,
            form.words.data or "",
        )  # fmt: skip
    except NotAllowed as error:
        form.words.errors = [str(error)]
        return _check_page(chosen, form, 422)
    commit()
    left = len(seen) - len(chosen) + len(skipped)
    if left:
        say(ngettext("%(num)s case was left as it was.", "%(num)s cases were left as they were.",
                     left), "info")  # fmt: skip
    if batch is None:
        return go(_way_back(chosen))
    return go(url_for("moderation.show_batch", batch_id=batch.id))


@bp.get("/moderation/batch/<id:batch_id>")
@signed_in
def show_batch(batch_id: int) -> Response:
    """What a batch of mine decided, and how to undo it."""
    batch = queries.load_batch(current_user, batch_id)
    decisions = queries.decisions_in(batch)
    return page(
        "moderation/queue/done.html",
        batch=batch,
        decisions=decisions,
        may_undo=rules.may_undo_batch(current_user, batch, now()),
        back=_way_back([decision.case for decision in decisions]),
    )


@bp.post("/moderation/batch/<id:batch_id>/undoing")
@signed_in
def undo_batch(batch_id: int) -> Response:
    """Take it back."""
    batch = queries.load_batch(current_user, batch_id)
    left = actions.undo_batch(batch, current_user)
    commit()
    say(_("The batch is undone: its cases wait again."))
    if left:
        say(_left_in_words(len(left)), "info")
    return go(_way_back([decision.case for decision in queries.decisions_in(batch)]))


def _left_in_words(left: int) -> str:
    return ngettext(
        "%(num)s case was decided again since, and stays.",
        "%(num)s cases were decided again since, and stay.",
        left,
    )
