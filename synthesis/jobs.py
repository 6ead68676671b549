"""What the worker computes: a whole version, and the cut of one theme.

The only module of the application that imports the engines (and scikit-learn with them); views
and actions ask for it by name. A computation holds no transaction while it works; it writes once,
at its end, so that one that dies leaves nothing and one that runs twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from civic.db import begin_read, begin_write, commit, db
from civic.jobs import TRIES, Job, tell_progress
from deliberations.queries import about_the_person
from synthesis import actions, queries, sources
from synthesis.correcting.actions import receive_cut
from synthesis.drafting import Draft, Kept, held_to
from synthesis.large import compute_places
from synthesis.models import UNDER_WAY, State, Synthesis, Theme
from synthesis.opinion_draft import summary
from synthesis.opinions.engine import Vote, find_groups
from synthesis.opinions.result import OpinionsResult, Previous as PreviousGroups
from synthesis.theme_draft import draft_of, fixed_of, parts_of, previous_of
from synthesis.themes.engine import Document, find_themes, split_theme
from votes.queries import stances_in

TAKES = 3  # times a computation starts again because the version before was changed meanwhile
LARGE = 200_000  # texts above which they are read in pieces
STEP = 0.02  # smallest progress worth telling
THEMES_SHARE = 0.8  # of the work; opinion groups are the rest


class KeptChanging(Exception):
    """The version before was being changed all the time."""


@dataclass(frozen=True)
class Material:
    """Everything that a computation reads, taken at one instant."""

    texts: Sequence[Any]
    wanted: int | None
    votes: list[Vote]
    base: tuple[int, int] | None  # the version before and its turn
    kept: Kept
    members: Mapping[str, Collection[int]]  # what each of its themes held
    groups: PreviousGroups | None


def compute(job: int, synthesis_id: int) -> None:
    """Compute a version that was asked for."""
    if not _start(synthesis_id):
        return
    try:
        _compute(job, synthesis_id)
    except Exception as error:
        db.session.rollback()
        _give_up(job, synthesis_id, error)
        raise


def _start(synthesis_id: int) -> bool:
    begin_write()
    synthesis = db.session.get(Synthesis, synthesis_id)
    if synthesis is None or synthesis.state not in (*UNDER_WAY, State.FAILED):
        return False
    synthesis.state = State.COMPUTING
    commit()
    return True


def _give_up(job: int, synthesis_id: int, error: Exception) -> None:
    begin_write()
    if db.session.get_one(Job, job).tries >= TRIES:
        synthesis = db.session.get_one(Synthesis, synthesis_id)
        actions.fail(synthesis, f"{type(error).__name__}: {error}")
        commit()


def _compute(job: int, synthesis_id: int) -> None:
    take = _take_large if _is_large(synthesis_id) else _take
    for _time in range(TAKES):
        if take(job, synthesis_id):
            return
    raise KeptChanging("The version before was being changed during the computation.")


def _is_large(synthesis_id: int) -> bool:
    begin_read()
    synthesis = db.session.get_one(Synthesis, synthesis_id)
    count = queries.readable_count(synthesis.space, synthesis.with_comments)
    db.session.rollback()
    return count > LARGE


def _take(job: int, synthesis_id: int) -> bool:
    material = _read(synthesis_id)
    draft = _themes(material, _teller(job, 0.0, THEMES_SHARE))
    return _keep(
        job, synthesis_id, material,
        lambda synthesis, base: actions.receive(
            synthesis, draft, material.texts, base, material.kept
        ),
    )  # fmt: skip


def _take_large(job: int, synthesis_id: int) -> bool:
    """More texts than memory should hold: rows are written as they come, opened at the end."""
    material = _read(synthesis_id, with_texts=False)
    base_id = material.base[0] if material.base else None
    tell = _teller(job, 0.0, THEMES_SHARE)
    writing, result = compute_places(synthesis_id, material.kept, base_id, tell)
    return _keep(
        job, synthesis_id, material, lambda _synthesis, base: writing.finish(base, result)
    )  # fmt: skip


def _read(synthesis_id: int, with_texts: bool = True) -> Material:
    begin_read()
    synthesis = db.session.get_one(Synthesis, synthesis_id)
    space, base = synthesis.space, queries.latest_done(synthesis.space)
    texts: Sequence[Any] = ()
    if with_texts:
        texts = db.session.execute(queries.readable(space, synthesis.with_comments)).all()
    apart = about_the_person(space)
    votes = [
        Vote(str(person), str(statement), value)
        for person, statement, value in db.session.execute(stances_in(space))
        if statement not in apart
    ]
    material = Material(
        texts=texts,
        wanted=synthesis.wanted_themes or None,
        votes=votes,
        base=(base.id, base.turn) if base else None,
        kept=sources.kept_in(base) if base else Kept(),
        members=sources.members_by_key(base) if base and with_texts else {},
        groups=PreviousGroups.from_json(base.memory) if base and base.memory else None,
    )
    db.session.rollback()  # nothing is held while the engines work
    return material


def _teller(job: int, start: float, end: float) -> Callable[[float], None]:
    """Tell the progress of one engine as its part of the whole, not more often than useful."""
    told = start

    def tell(share: float) -> None:
        nonlocal told
        reached = start + (end - start) * share
        if reached - told >= STEP:
            told = reached
            tell_progress(job, reached)
            db.session.rollback()

    return tell


def _themes(material: Material, tell: Callable[[float], None]) -> Draft:
    documents = [
        Document(
            id=str(text.id), text=text.body, title=text.title, language=text.language,
            author=str(text.author_id), speaks_for=text.speaks_for,
        )
        for text in material.texts
    ]  # fmt: skip
    result = find_themes(
        documents,
        themes=material.wanted,
        previous=previous_of(material.kept, material.members),
        fixed=fixed_of(material.kept),
        progress=tell,
    )
    return held_to(draft_of(result, [text.id for text in material.texts]), material.kept)


def _groups(material: Material, tell: Callable[[float], None]) -> OpinionsResult | None:
    if not material.votes:
        return None
    return find_groups(material.votes, previous=material.groups, progress=tell)


def _keep(
    job: int, synthesis_id: int, material: Material,
    write: Callable[[Synthesis, Synthesis | None], None],
) -> bool:  # fmt: skip
    """Find the groups and write the version down, unless the version before changed meanwhile."""
    groups = _groups(material, _teller(job, THEMES_SHARE, 1.0))
    begin_write()
    synthesis = db.session.get_one(Synthesis, synthesis_id)
    base = queries.latest_done(synthesis.space)
    if base is not None:
        # Its row is held until the commit: no correction slips in between this look and the end.
        db.session.execute(select(Synthesis.id).where(Synthesis.id == base.id).with_for_update())
        db.session.refresh(base, ["turn", "state"])
    if (base and (base.id, base.turn)) != material.base:
        return False
    write(synthesis, base)
    if groups is not None:
        synthesis.opinions, synthesis.memory = summary(groups), groups.as_json()
    commit()
    return True


def cut(job: int, theme_id: int, parts: int) -> None:
    """Look for a cut of one theme; a person decides on it."""
    begin_read()
    theme = db.session.get_one(Theme, theme_id)
    texts = db.session.execute(sources.texts_of(theme)).all()
    db.session.rollback()
    documents = [
        Document(id=str(text.id), text=text.body, title=text.title, language=text.language)
        for text in texts
    ]
    found = parts_of(split_theme(documents, parts=parts, progress=_teller(job, 0.0, 1.0)))
    begin_write()
    theme = db.session.get_one(Theme, theme_id)
    if theme.cut.get("job") == job:
        receive_cut(theme, found)
    commit()
