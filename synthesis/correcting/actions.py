"""Correct what the machine proposed: every verb leaves a change that can be undone.

A change keeps the rows it touches as they were. Undoing puts them back; nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select, update

from civic import audit, jobs
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db
from civic.errors import Conflict, Invalid, Missing
from civic.i18n import gettext as _
from civic.spaces.queries import roles_of
from civic.text import plain
from synthesis import rules, sources
from synthesis.actions import take_turn
from synthesis.drafting import own_key
from synthesis.models import Change, Placement, Synthesis, Theme

CUT = "synthesis.jobs:cut"
THEME_FIELDS = ("name_given", "is_locked", "is_gone", "merged_into_id")
PLACE_FIELDS = (
    "theme_id", "second_theme_id", "strength", "is_doubtful", "is_set_aside", "reason",
    "moved_by_id",
)  # fmt: skip
BY_HAND = "by hand"  # the reason of a contribution that a person left alone
ROWS = 500  # numbers in one statement


# --- Changing and undoing ---------------------------------------------------------------------


def _begin(synthesis: Synthesis, by: Account, turn: int) -> None:
    rules.may_arrange(roles_of(by, synthesis.space), synthesis).require()
    take_turn(synthesis, turn)


def _remember(
    synthesis: Synthesis, by: Account, act: str, about: dict[str, Any],
    themes: Iterable[Theme] = (), places: Sequence[Placement] = (),
) -> Change:  # fmt: skip
    """Write down one change and the rows it is about to touch."""
    last = db.session.scalar(
        select(func.max(Change.number)).where(Change.synthesis_id == synthesis.id)
    )
    change = Change(
        synthesis_id=synthesis.id, number=(last or 0) + 1, act=act, about=about, by_id=by.id,
        at=now(), before={
            "themes": [[t.id, *(getattr(t, f) for f in THEME_FIELDS)] for t in themes],
            "places": [
                [p.contribution_id, *(getattr(p, f) for f in PLACE_FIELDS)] for p in places
            ],
        },
    )  # fmt: skip
    db.session.add(change)
    db.session.flush()
    return change


def undo(synthesis: Synthesis, by: Account, number: int, turn: int) -> Change:
    """Put back what the last change touched.

    Raises
    ------
    Conflict
        When `number` is not the last change that stands.
    """
    _begin(synthesis, by, turn)
    change = sources.last_change(synthesis)
    if change is None or change.number != number:
        raise Conflict(_("Another change came after that one: undo the last one first."))
    for theme_id, *values in change.before["themes"]:
        theme = db.session.get_one(Theme, theme_id)
        for field, value in zip(THEME_FIELDS, values, strict=True):
            setattr(theme, field, value)
    rows = [
        {"synthesis_id": synthesis.id, "contribution_id": row}
        | dict(zip(PLACE_FIELDS, values, strict=True))
        for row, *values in change.before["places"]
    ]
    db.session.flush()
    if rows:
        db.session.execute(update(Placement), rows)
        db.session.expire_all()
    change.undone_at = now()
    audit.record(by, "synthesis.undone", about=synthesis, undone=change.act, number=number)
    return change


# --- Themes -----------------------------------------------------------------------------------


def rename(theme: Theme, by: Account, name: str, turn: int) -> None:
    """Give a theme a name; the proposed one and its keywords stay visible."""
    _begin(theme.synthesis, by, turn)
    about = {"theme": theme.id, "from": theme.name, "to": plain(name)}
    _remember(theme.synthesis, by, "renamed", about, themes=[theme])
    theme.name_given = plain(name)
    db.session.flush()


def lock(theme: Theme, by: Account, wanted: bool, turn: int) -> None:
    """Let no recomputation put a contribution into this theme or take one out."""
    _begin(theme.synthesis, by, turn)
    act = "locked" if wanted else "unlocked"
    _remember(theme.synthesis, by, act, {"theme": theme.id, "name": theme.name}, themes=[theme])
    theme.is_locked = wanted
    db.session.flush()


def mark_read(theme: Theme, by: Account, wanted: bool, turn: int) -> None:
    """Say that a person has read what is in a theme, or that it must be read again."""
    _begin(theme.synthesis, by, turn)
    theme.reviewed_by_id = by.id if wanted else None
    theme.reviewed_at = now() if wanted else None
    db.session.flush()


def merge(source: Theme, target: Theme, by: Account, turn: int) -> None:
    """Put everything of one theme into another, which keeps its name and its address."""
    synthesis = source.synthesis
    _begin(synthesis, by, turn)
    rules.may_merge(source, target).require()
    held = _places_of(synthesis, source)
    about = {"theme": target.id, "from": source.name, "to": target.name, "count": len(held)}
    _remember(synthesis, by, "merged", about, themes=[source, target], places=held)
    _move_all(synthesis, [p.contribution_id for p in held], theme_id=target.id)
    source.is_gone, source.merged_into_id = True, target.id
    if not source.reviewed_at:
        target.reviewed_at = target.reviewed_by_id = None
    db.session.flush()


def _places_of(synthesis: Synthesis, theme: Theme) -> Sequence[Placement]:
    statement = select(Placement).where(
        Placement.synthesis_id == synthesis.id, Placement.theme_id == theme.id
    )
    return db.session.scalars(statement).all()


def _move_all(synthesis: Synthesis, ids: Sequence[int], **values: Any) -> None:
    for start in range(0, len(ids), ROWS):
        db.session.execute(
            update(Placement)
            .where(
                Placement.synthesis_id == synthesis.id,
                Placement.contribution_id.in_(ids[start : start + ROWS]),
            )
            .values(**values)
            .execution_options(synchronize_session="fetch")
        )


# --- Contributions ----------------------------------------------------------------------------


def _chosen(synthesis: Synthesis, ids: Iterable[int]) -> Sequence[Placement]:
    wanted = sorted(set(ids))
    if not wanted:
        raise Invalid("contributions", _("Choose at least one contribution."))
    found = [
        place
        for start in range(0, len(wanted), ROWS)
        for place in db.session.scalars(
            select(Placement).where(
                Placement.synthesis_id == synthesis.id,
                Placement.contribution_id.in_(wanted[start : start + ROWS]),
            )
        )
    ]
    if len(found) != len(wanted):
        raise Missing()
    return found


def move(
    synthesis: Synthesis, by: Account, ids: Iterable[int], target: Theme | None, turn: int
) -> int:
    """Place contributions in a theme, or alone when there is none; they then stay there.

    Returns
    -------
    int
        How many were placed.
    """
    _begin(synthesis, by, turn)
    places = _chosen(synthesis, ids)
    about = {"theme": target.id if target else None, "to": target.name if target else ""}
    _remember(synthesis, by, "moved", about | {"count": len(places)}, places=places)
    _place(synthesis, by, places, target)
    return len(places)


def move_to_new(
    synthesis: Synthesis, by: Account, ids: Iterable[int], name: str, turn: int
) -> Theme:
    """Make a theme of some contributions."""
    _begin(synthesis, by, turn)
    places = _chosen(synthesis, ids)
    theme = _new_theme(synthesis, name)
    about = {"theme": theme.id, "to": theme.name, "count": len(places)}
    _remember(synthesis, by, "made", about, themes=[theme], places=places)
    theme.is_gone = False
    _place(synthesis, by, places, theme)
    return theme


def _new_theme(
    synthesis: Synthesis, name: str, keywords: Sequence[str] = (), is_named: bool = True
) -> Theme:
    """A theme made by a person: gone until the change that makes it is written down."""
    keys = db.session.scalars(select(Theme.key).where(Theme.synthesis_id == synthesis.id)).all()
    name = plain(name)[:200]
    theme = Theme(
        synthesis_id=synthesis.id,
        key=own_key(keys),
        position=len(keys),
        name_proposed=name,
        name_given=name if is_named else "",
        keywords=list(keywords),
        is_gone=True,
    )
    db.session.add(theme)
    db.session.flush()
    return theme


def _place(
    synthesis: Synthesis, by: Account, places: Sequence[Placement], target: Theme | None
) -> None:
    _move_all(
        synthesis, [place.contribution_id for place in places],
        theme_id=target.id if target else None, second_theme_id=None, is_doubtful=False,
        strength=1.0 if target else 0.0, is_set_aside=False, moved_by_id=by.id,
        reason="" if target else BY_HAND,
    )  # fmt: skip


def set_aside(
    synthesis: Synthesis, by: Account, ids: Iterable[int], because: str, turn: int
) -> int:
    """Take contributions out of the themes, with a reason; they stay counted and listed."""
    _begin(synthesis, by, turn)
    places = _chosen(synthesis, ids)
    reason = plain(because)[:300]
    _remember(synthesis, by, "set_aside", {"count": len(places), "reason": reason}, places=places)
    _move_all(
        synthesis, [place.contribution_id for place in places], theme_id=None,
        second_theme_id=None, strength=0.0, is_doubtful=False, is_set_aside=True, reason=reason,
        moved_by_id=by.id,
    )  # fmt: skip
    numbers = [place.contribution_id for place in places]
    audit.record(by, "synthesis.set_aside", about=synthesis, because=reason, contributions=numbers)
    return len(places)


def put_back(synthesis: Synthesis, by: Account, contribution_id: int, turn: int) -> None:
    """Let a contribution that was set aside stand alone again, to be placed."""
    _begin(synthesis, by, turn)
    place = sources.placement(synthesis, contribution_id)
    if not place.is_set_aside:
        raise Conflict(_("This contribution is not set aside."))
    about = {"contribution": contribution_id, "count": 1}
    _remember(synthesis, by, "put_back", about, places=[place])
    _place(synthesis, by, [place], None)


# --- Cutting a theme --------------------------------------------------------------------------


def ask_cut(theme: Theme, by: Account, parts: int, turn: int) -> None:
    """Ask the machine how it would cut a theme; a job looks, a person decides."""
    _begin(theme.synthesis, by, turn)
    job = jobs.enqueue(CUT, theme_id=theme.id, parts=parts)
    theme.cut = {"state": "asked", "job": job.id, "parts": parts}
    db.session.flush()


def receive_cut(theme: Theme, parts: Sequence[dict[str, Any]], because: str = "") -> None:
    """Keep the machine's proposal: for each part a name, keywords and the contributions."""
    if len(parts) < 2:
        theme.cut = {"state": "refused", "because": because}
    else:
        theme.cut = {"state": "proposed", "proposal": list(parts)}
    db.session.flush()


def drop_cut(theme: Theme, by: Account, turn: int) -> None:
    """Leave the theme whole."""
    _begin(theme.synthesis, by, turn)
    theme.cut = {}
    db.session.flush()


def apply_cut(theme: Theme, by: Account, turn: int) -> list[Theme]:
    """Cut a theme as proposed. It keeps the largest part; each other part becomes a theme.

    What has left the theme since the proposal stays where it is; what came in stays in the theme.
    """
    synthesis = theme.synthesis
    _begin(synthesis, by, turn)
    if theme.cut.get("state") != "proposed":
        raise Conflict(_("No cut is proposed for this theme any more."))
    parts = sorted(theme.cut["proposal"], key=lambda part: -len(part["members"]))[1:]
    held = {place.contribution_id: place for place in _places_of(synthesis, theme)}
    leaving = [[held[row] for row in part["members"] if row in held] for part in parts]
    made = [
        _new_theme(synthesis, part["name"], part["keywords"], is_named=False)
        for part, places in zip(parts, leaving, strict=True)
        if places
    ]
    leaving = [places for places in leaving if places]
    about = {"theme": theme.id, "name": theme.name, "to": [new.name for new in made]}
    touched = [place for places in leaving for place in places]
    _remember(synthesis, by, "cut", about, themes=[theme, *made], places=touched)
    for new, places in zip(made, leaving, strict=True):
        new.is_gone = False
        rows = [place.contribution_id for place in places]
        _move_all(synthesis, rows, theme_id=new.id, moved_by_id=by.id)
    theme.cut, theme.reviewed_at, theme.reviewed_by_id = {}, None, None
    db.session.flush()
    return made
