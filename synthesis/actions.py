"""Ask for a synthesis, keep what was computed, write in it and publish it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from civic import audit, jobs
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db
from civic.errors import Conflict
from civic.i18n import gettext as _
from civic.notifications.actions import notify
from civic.spaces.models import Space
from civic.spaces.queries import roles_of
from civic.text import plain, to_html
from synthesis import queries, rules, sources
from synthesis.drafting import Draft, DraftPlace, DraftQuote, DraftTheme, Kept
from synthesis.events import synthesis_published
from synthesis.figures import unread_count
from synthesis.models import (
    Decision,
    Placement,
    Quote,
    State,
    Submission,
    Summary,
    Synthesis,
    Theme,
)

COMPUTE = "synthesis.jobs:compute"
DIGEST = 64
ROWS = 1_000  # rows of one insert


class Stale(Conflict):
    """The synthesis changed since the form was shown."""


def take_turn(synthesis: Synthesis, turn: int) -> None:
    """Let a change pass if nothing changed since its form was shown.

    The comparison and the count are one statement, so that of two parallel forms one is told.

    Raises
    ------
    Stale
        When somebody else was quicker.
    """
    passed = db.session.execute(
        update(Synthesis)
        .where(Synthesis.id == synthesis.id, Synthesis.turn == turn)
        .values(turn=Synthesis.turn + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(synthesis, ["turn", "state"])
    if not passed.rowcount:  # type: ignore[attr-defined]
        raise Stale(_("Somebody changed this synthesis while you were reading it."))


def ask(space: Space, by: Account, with_comments: bool = False, themes: int = 0) -> Synthesis:
    """Ask for a new version; a job computes it, and nobody waits for it.

    Parameters
    ----------
    themes : int
        How many themes are wanted; 0 leaves it to the size of what is read.
    """
    # Two askers at the same instant must not get one number: the second waits here on PostgreSQL;
    # on SQLite writers already stand in line.
    db.session.execute(select(Space.id).where(Space.id == space.id).with_for_update())
    readable = queries.readable_count(space, with_comments)
    rules.may_ask(roles_of(by, space), queries.under_way(space), readable).require()
    last = db.session.scalar(queries.versions_of(space).limit(1))
    synthesis = Synthesis(
        space_id=space.id,
        number=last.number + 1 if last else 1,
        with_comments=with_comments,
        wanted_themes=themes,
        asked_by_id=by.id,
        asked_at=now(),
    )
    db.session.add(synthesis)
    db.session.flush()
    synthesis.job_id = jobs.enqueue(COMPUTE, synthesis_id=synthesis.id).id
    audit.record(by, "synthesis.asked", about=synthesis, with_comments=with_comments, themes=themes)
    return synthesis


# --- What the job brings ----------------------------------------------------------------------


def receive(
    synthesis: Synthesis, draft: Draft, read: Sequence[Any], base: Synthesis | None, kept: Kept
) -> None:
    """Keep a computed version, in one transaction: themes, one place per text, quotes.

    Parameters
    ----------
    read : sequence of rows
        `queries.readable` as it was given to the engine: one place is kept for each, whatever
        the draft holds.
    base : Synthesis, optional
        The version before, whose texts are taken over.
    """
    themes = keep_themes(synthesis, draft.themes, kept)
    _keep_places(synthesis, draft, read, themes)
    keep_quotes(synthesis, draft.quotes, {text.id: text.version for text in read})
    same = set()
    if base is not None:
        before, after = sources.members_by_key(base), sources.members_of(synthesis)
        same = {key for key, theme in themes.items() if before.get(key) == after.get(theme.id)}
    finish(synthesis, base, themes, same, draft.parameters, draft.digest, len(read))


def finish(
    synthesis: Synthesis, base: Synthesis | None, themes: Mapping[str, Theme],
    unchanged: Collection[str], parameters: Mapping[str, Any], digest: str, read: int,
) -> None:  # fmt: skip
    """Open a version whose rows are all there to review.

    Parameters
    ----------
    unchanged : collection of str
        Keys of the themes that hold the same as in `base`: who has read them need not again.
    """
    synthesis.parameters, synthesis.digest = dict(parameters), digest[:DIGEST]
    synthesis.state, synthesis.computed_at, synthesis.failure = State.REVIEW, now(), ""
    if base is not None:
        _take_over(synthesis, base, themes, unchanged)
    _retire_drafts(synthesis)
    audit.record(None, "synthesis.computed", about=synthesis, read=read, digest=synthesis.digest)


def keep_themes(
    synthesis: Synthesis, proposed: Sequence[DraftTheme], kept: Kept
) -> dict[str, Theme]:
    """The themes of a version, by key."""
    themes = {
        found.key: Theme(
            synthesis_id=synthesis.id,
            key=found.key,
            position=position,
            name_proposed=plain(found.name)[:200],
            name_given=kept.named.get(found.key, ""),
            keywords=list(found.keywords),
            is_locked=found.key in kept.locked,
        )
        for position, found in enumerate(proposed)
    }
    db.session.add_all(themes.values())
    db.session.flush()
    return themes


def _keep_places(
    synthesis: Synthesis, draft: Draft, read: Sequence[Any], themes: dict[str, Theme]
) -> None:
    ids = {key: theme.id for key, theme in themes.items()}
    places = {place.contribution_id: place for place in draft.places}
    persons: dict[int, int] = {}
    rows = [
        row_of(synthesis, places[text.id], ids,
               persons.setdefault(text.author_id, len(persons) + 1), text.speaks_for)
        for text in read
    ]  # fmt: skip
    keep_rows(Placement, rows)


def row_of(
    synthesis: Synthesis,
    place: DraftPlace,
    ids: Mapping[str, int],
    person: int,
    speaks_for: int,
) -> dict[str, Any]:
    """The row of one place; `ids` has the number of each theme by its key."""
    return {
        "synthesis_id": synthesis.id,
        "contribution_id": place.contribution_id,
        "theme_id": ids.get(place.theme or ""),
        "second_theme_id": ids.get(place.second or ""),
        "strength": place.strength,
        "is_doubtful": place.is_doubtful,
        "is_set_aside": place.is_set_aside,
        "reason": place.reason[:300],
        "person": person,
        "speaks_for": speaks_for,
        "copy_of_id": place.copy_of,
        "moved_by_id": place.moved_by,
    }


def keep_quotes(
    synthesis: Synthesis, quotes: Sequence[DraftQuote], versions: Mapping[int, int]
) -> None:
    """Passages that stand for themes, each with the version of the text it was taken from."""
    rows = {
        quote.contribution_id: {
            "synthesis_id": synthesis.id,
            "contribution_id": quote.contribution_id,
            "position": position,
            "passage": quote.passage,
            "why": quote.why[:60],
            "version": versions[quote.contribution_id],
        }
        for position, quote in enumerate(quotes)
        if quote.contribution_id in versions
    }
    keep_rows(Quote, list(rows.values()))


def keep_rows(table: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, a thousand in a statement."""
    for start in range(0, len(rows), ROWS):
        db.session.execute(insert(table), rows[start : start + ROWS])


def _take_over(
    synthesis: Synthesis, base: Synthesis, themes: Mapping[str, Theme], unchanged: Collection[str]
) -> None:
    """What was written in the version before, and what was read and has not changed since."""
    synthesis.title, synthesis.intro = base.title, base.intro
    synthesis.intro_html = base.intro_html
    old = {t.key: t for t in db.session.scalars(sources.living_themes(base))}
    for key, theme in themes.items():
        if key in old:
            _take_over_theme(theme, old[key], key in unchanged)


def _take_over_theme(theme: Theme, old: Theme, is_unchanged: bool) -> None:
    fields = ["decision", "answer", "answer_html", "answered_by_id", "answered_at"]
    fields += ["reviewed_by_id", "reviewed_at"] if is_unchanged else []
    for field in fields:
        setattr(theme, field, getattr(old, field))
    if old.summary is not None:
        texts = ("body", "body_html", "dissent", "dissent_html", "is_unanimous", "by_id", "at")
        kept = {field: getattr(old.summary, field) for field in texts}
        db.session.add(Summary(theme_id=theme.id, **kept))


def _retire_drafts(synthesis: Synthesis) -> None:
    """One version is under review at a time: the others stay readable to the team."""
    db.session.execute(
        update(Synthesis)
        .where(
            Synthesis.space_id == synthesis.space_id,
            Synthesis.id != synthesis.id,
            Synthesis.state == State.REVIEW,
        )
        .values(state=State.SUPERSEDED)
    )


def fail(synthesis: Synthesis, because: str) -> None:
    """The computation stopped. The last result stays, and this version says why it is not one."""
    synthesis.state, synthesis.failure = State.FAILED, because[:2_000]
    audit.record(None, "synthesis.failed", about=synthesis, because=synthesis.failure)


# --- What officials write ---------------------------------------------------------------------


def write_intro(synthesis: Synthesis, by: Account, title: str, intro: str, turn: int) -> None:
    """Write the title and the introduction."""
    rules.may_write(roles_of(by, synthesis.space), synthesis).require()
    take_turn(synthesis, turn)
    synthesis.title, synthesis.intro = plain(title), plain(intro)
    synthesis.intro_html = to_html(intro)
    written(synthesis, by, "synthesis.introduced", about=synthesis)


def answer(theme: Theme, by: Account, decision: Decision, body: str, turn: int) -> None:
    """Write the town's answer to a theme."""
    synthesis = theme.synthesis
    rules.may_write(roles_of(by, synthesis.space), synthesis).require()
    take_turn(synthesis, turn)
    theme.decision, theme.answer, theme.answer_html = decision, plain(body), to_html(body)
    theme.answered_by_id, theme.answered_at = by.id, now()
    written(synthesis, by, "theme.answered", about=theme, decision=decision.value)


def written(synthesis: Synthesis, by: Account, act: str, about: object, **details: Any) -> None:
    """Write down that an official wrote; after publication the page says that it was corrected."""
    if synthesis.is_public:
        synthesis.corrected_at = now()
    audit.record(by, act, about=about, after_publication=synthesis.is_public, **details)
    db.session.flush()


def submit(
    synthesis: Synthesis, by: Account, turn: int, accepts_unread: bool = False
) -> Submission:
    """Ask the other officials of the space to read a version and publish it."""
    unread = unread_count(synthesis)
    roles = roles_of(by, synthesis.space)
    rules.may_submit(roles, synthesis, unread, accepts_unread).require()
    take_turn(synthesis, turn)
    row = synthesis.submission or Submission(synthesis_id=synthesis.id)
    row.turn, row.accepts_unread, row.by_id, row.at = synthesis.turn, accepts_unread, by.id, now()
    db.session.add(row)
    db.session.flush()
    db.session.refresh(synthesis, ["submission"])
    audit.record(by, "synthesis.submitted", about=synthesis, unread_themes=unread)
    _tell(synthesis, by, "synthesis.submitted", queries.officials_of(synthesis.space))
    return row


def publish(synthesis: Synthesis, by: Account, turn: int) -> None:
    """Show a version that a colleague submitted to everyone, and tell those who wrote, once."""
    rules.may_publish(by, roles_of(by, synthesis.space), synthesis).require()
    take_turn(synthesis, turn)
    row = db.session.get_one(Submission, synthesis.id)
    row.published_by_id = by.id
    unread = unread_count(synthesis)
    db.session.execute(
        update(Synthesis)
        .where(Synthesis.space_id == synthesis.space_id, Synthesis.state == State.PUBLISHED)
        .values(state=State.SUPERSEDED)
    )
    told = sources.authors_to_tell(synthesis)
    synthesis.state, synthesis.published_at, synthesis.published_by_id = (
        State.PUBLISHED, now(), by.id,
    )  # fmt: skip
    synthesis.figures = queries.recomputed_figures(synthesis) | {"unread_themes": unread}
    figures = {k: v for k, v in synthesis.figures.items() if k != "themes"}
    audit.record(by, "synthesis.published", about=synthesis, **figures)
    _tell(synthesis, by, "synthesis.published", told)
    synthesis_published.send(db.session(), synthesis_id=synthesis.id)


def _tell(synthesis: Synthesis, by: Account, verb: str, account_ids: Iterable[int]) -> None:
    space = synthesis.space
    notify(
        account_ids, verb, by=by,
        slug=space.slug, space=space.title, number=synthesis.number,
    )  # fmt: skip
    db.session.flush()
