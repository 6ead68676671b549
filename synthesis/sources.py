"""What stands behind a theme: its contributions, its quotes, and what officials changed.

Every list of texts carries `visible()`: what is hidden or taken back is in none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from civic.accounts.models import Account
from civic.contributions.models import Contribution, visible
from civic.db import db
from civic.errors import Missing
from synthesis import citing
from synthesis.drafting import DraftTheme, Kept
from synthesis.models import Change, Placement, Quote, Summary, Synthesis, Theme

QUOTES_SHOWN = 3
AT_ONCE = 500  # numbers in one statement


def load_theme(synthesis: Synthesis, theme_id: int) -> Theme:
    """A living theme of a version.

    Raises
    ------
    Missing
        When there is none, or it is of another version, or was merged away.
    """
    found = db.session.get(Theme, theme_id)
    if found is None or found.synthesis_id != synthesis.id or found.is_gone:
        raise Missing()
    return found


def placements(synthesis: Synthesis) -> Select[Placement]:
    """The visible contributions of a version, each with its text and author."""
    return (
        select(Placement)
        .join(Placement.contribution)
        .where(Placement.synthesis_id == synthesis.id, visible())
        .options(contains_eager(Placement.contribution).joinedload(Contribution.author))
    )


def columns_of(synthesis: Synthesis) -> Select[Any]:
    """The same as columns, in the order of the contributions, for files."""
    return (
        select(  # type: ignore[return-value]
            Placement.contribution_id,
            Placement.theme_id,
            Placement.second_theme_id,
            Placement.strength,
            Placement.is_set_aside,
            Placement.reason,
            Placement.moved_by_id,
            Placement.person,
            Placement.speaks_for,
            Placement.copy_of_id,
            Contribution.kind,
            Contribution.title,
            case((Contribution.title == "", Contribution.body), else_="").label("body"),
        )
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(Placement.synthesis_id == synthesis.id, visible())
        .order_by(Placement.contribution_id)
    )


def inside(theme: Theme) -> Select[Placement]:
    """What a theme holds, nearest first."""
    return (
        placements(theme.synthesis)
        .where(Placement.theme_id == theme.id)
        .order_by(Placement.strength.desc(), Placement.contribution_id)
        .options(joinedload(Placement.second_theme))
    )


def discussed_inside(theme: Theme) -> Select[Contribution]:
    """The contributions of a theme on which people say most, for what divides."""
    return (
        select(Contribution)
        .join(Placement, Placement.contribution_id == Contribution.id)
        .where(
            Placement.synthesis_id == theme.synthesis_id, Placement.theme_id == theme.id, visible()
        )
        .order_by((Contribution.comment_count + Contribution.support_count).desc(), Contribution.id)
        .options(joinedload(Contribution.author))
    )


def doubtful_inside(theme: Theme) -> Select[Placement]:
    """What a person should look at in a theme, least sure first."""
    return (
        inside(theme)
        .where(Placement.is_doubtful)
        .order_by(None)
        .order_by(Placement.strength, Placement.contribution_id)
    )


def outside(synthesis: Synthesis) -> Select[Placement]:
    """What is in no theme: alone first, then set aside."""
    return (
        placements(synthesis)
        .where(Placement.theme_id.is_(None))
        .order_by(Placement.is_set_aside, Placement.contribution_id)
        .options(joinedload(Placement.second_theme))
    )


def texts_in(synthesis: Synthesis) -> Select[Any]:
    """The visible contributions of a version with their texts, as columns, in their order."""
    return (
        select(  # type: ignore[return-value]
            Contribution.id, Contribution.kind, Contribution.title, Contribution.body,
            Contribution.published_at,
        )
        .join(Placement, Placement.contribution_id == Contribution.id)
        .where(Placement.synthesis_id == synthesis.id, visible())
        .order_by(Contribution.id)
    )  # fmt: skip


def placement(synthesis: Synthesis, contribution_id: int) -> Placement:
    """The place of one contribution.

    Raises
    ------
    Missing
        When this version did not read it.
    """
    found = db.session.get(Placement, (synthesis.id, contribution_id))
    if found is None:
        raise Missing()
    return found


def living_themes(synthesis: Synthesis) -> Select[Theme]:
    """The themes of a version that were not merged away, in the engine's order."""
    return (
        select(Theme)
        .where(Theme.synthesis_id == synthesis.id, Theme.is_gone.is_(False))
        .order_by(Theme.position, Theme.id)
    )


def written_in(synthesis: Synthesis) -> set[int]:
    """The themes of a version about which an official has written."""
    statement = select(Summary.theme_id).join(Theme).where(Theme.synthesis_id == synthesis.id)
    return set(db.session.scalars(statement))


def summaries_of(theme_ids: Iterable[int]) -> Sequence[Summary]:
    """What officials wrote about these themes, in one query."""
    return db.session.scalars(select(Summary).where(Summary.theme_id.in_(list(theme_ids)))).all()


def members_of(
    synthesis: Synthesis, theme_ids: Sequence[int] | None = None
) -> dict[int, frozenset[int]]:
    """The contributions of each theme, hidden ones included: for one version to follow another.

    Parameters
    ----------
    theme_ids : sequence of int, optional
        The themes asked for; all of them when not given.
    """
    statement = select(Placement.theme_id, Placement.contribution_id).where(
        Placement.synthesis_id == synthesis.id, Placement.theme_id.is_not(None)
    )
    if theme_ids is not None:
        statement = statement.where(Placement.theme_id.in_(theme_ids))
    found: dict[int, set[int]] = defaultdict(set)
    for theme_id, contribution_id in db.session.execute(statement):
        found[theme_id or 0].add(contribution_id)
    return {theme_id: frozenset(ids) for theme_id, ids in found.items()}


def keys_of(synthesis: Synthesis, among: Sequence[int]) -> dict[str, set[int]]:
    """Which of these contributions each living theme holds, under the key that lasts."""
    found: dict[str, set[int]] = defaultdict(set)
    for start in range(0, len(among), AT_ONCE):
        statement = (
            select(Theme.key, Placement.contribution_id)
            .join(Theme, Theme.id == Placement.theme_id)
            .where(
                Placement.synthesis_id == synthesis.id,
                Placement.contribution_id.in_(among[start : start + AT_ONCE]),
            )
        )
        for key, number in db.session.execute(statement):
            found[key].add(number)
    return found


def members_by_key(synthesis: Synthesis) -> dict[str, frozenset[int]]:
    """The contributions of each living theme, under the key that lasts."""
    members = members_of(synthesis)
    themes = db.session.scalars(living_themes(synthesis))
    return {theme.key: members[theme.id] for theme in themes if theme.id in members}


def texts_of(theme: Theme) -> Select[int, str, str, str]:
    """The visible texts of a theme, for the machine to read."""
    return (
        select(Contribution.id, Contribution.title, Contribution.body, Contribution.language)
        .join(Placement, Placement.contribution_id == Contribution.id)
        .where(
            Placement.synthesis_id == theme.synthesis_id, Placement.theme_id == theme.id, visible()
        )
        .order_by(Contribution.id)
    )


def quotes_of(
    synthesis: Synthesis, theme: Theme | None = None, shown: int = QUOTES_SHOWN
) -> dict[int, list[Row[tuple[Quote, Contribution]]]]:
    """Passages that stand for each theme, by theme, the first few.

    Only of visible texts that still say what they said when they were read.
    """
    statement = (
        select(Quote, Contribution, Placement.theme_id)
        .join(Quote.placement)
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(
            Quote.synthesis_id == synthesis.id,
            Placement.theme_id.is_not(None),
            Contribution.version == Quote.version,
            visible(),
        )
        .order_by(Quote.position, Quote.contribution_id)
        .options(joinedload(Contribution.author))
    )
    if theme is not None:
        statement = statement.where(Placement.theme_id == theme.id)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(statement).unique():
        if len(found[row.theme_id]) < shown:
            found[row.theme_id].append(row)
    return dict(found)


def changes_of(synthesis: Synthesis) -> Select[Change]:
    """What officials changed, newest first."""
    return (
        select(Change)
        .where(Change.synthesis_id == synthesis.id)
        .order_by(Change.number.desc())
        .options(joinedload(Change.by))
    )


def last_change(synthesis: Synthesis) -> Change | None:
    """The change that can be undone next."""
    statement = changes_of(synthesis).where(Change.undone_at.is_(None)).limit(1)
    return db.session.scalar(statement)


def change_counts(synthesis: Synthesis) -> dict[str, int]:
    """How many changes of each sort stand, for the page that says how it was made."""
    statement = (
        select(Change.act, func.count())
        .where(Change.synthesis_id == synthesis.id, Change.undone_at.is_(None))
        .group_by(Change.act)
    )
    return dict(db.session.execute(statement).all())


def readers_of(synthesis: Synthesis) -> Sequence[Account]:
    """Who marked themes as read, by name."""
    statement = (
        select(Account)
        .where(
            Account.id.in_(
                select(Theme.reviewed_by_id).where(
                    Theme.synthesis_id == synthesis.id, Theme.is_gone.is_(False)
                )
            )
        )
        .order_by(Account.id)
    )
    return db.session.scalars(statement).all()


def authors_to_tell(synthesis: Synthesis) -> set[int]:
    """Whoever wrote a visible contribution of this version, and was not told of an earlier one."""
    told = (
        select(Contribution.author_id)
        .join(Placement, Placement.contribution_id == Contribution.id)
        .join(Synthesis, Synthesis.id == Placement.synthesis_id)
        .where(
            Synthesis.space_id == synthesis.space_id,
            Synthesis.published_at.is_not(None),
            Synthesis.id != synthesis.id,
        )
    )
    wrote = (
        select(Contribution.author_id)
        .join(Placement, Placement.contribution_id == Contribution.id)
        .where(Placement.synthesis_id == synthesis.id, visible())
    )
    return set(db.session.scalars(wrote)) - set(db.session.scalars(told))


def public_among(ids: Iterable[int]) -> set[int]:
    """Which of these contributions everyone may read."""
    statement = select(Contribution.id).where(Contribution.id.in_(list(ids)), visible())
    return set(db.session.scalars(statement))


def gone_among(ids: Iterable[int]) -> dict[int, str]:
    """Title and text of those of these contributions that are no longer public: to strike what
    was quoted of them, never to show."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Contribution.id, Contribution.title, Contribution.body).where(
            Contribution.id.in_(wanted), ~visible()
        )
    )
    return {key: f"{title}\n{body}" for key, title, body in rows}


def without_gone(text: str) -> str:
    """What an official wrote, without quotations of what is no longer public."""
    return citing.without_gone(text, gone_among(citing.cited_in(text)))


def visible_labels(ids: Iterable[int]) -> dict[int, Contribution]:
    """The visible contributions among these, by number."""
    statement = select(Contribution).where(Contribution.id.in_(list(ids)), visible())
    return {row.id: row for row in db.session.scalars(statement)}


def kept_in(synthesis: Synthesis) -> Kept:
    """What people fixed in a version: a recomputation does not undo it."""
    themes = {t.id: t for t in db.session.scalars(_all_themes(synthesis))}
    keys = {theme_id: theme.key for theme_id, theme in themes.items()}
    members = members_of(synthesis, [t.id for t in themes.values() if t.is_locked])
    by_hand = db.session.scalars(
        select(Placement).where(
            Placement.synthesis_id == synthesis.id, Placement.moved_by_id.is_not(None)
        )
    ).all()
    living = [theme for theme in themes.values() if not theme.is_gone]
    return Kept(
        themes={t.key: DraftTheme(t.key, t.name_proposed, tuple(t.keywords)) for t in living},
        named={t.key: t.name_given for t in living if t.name_given},
        moved={
            p.contribution_id: (keys.get(p.theme_id or 0), p.moved_by_id or 0)
            for p in by_hand
            if not p.is_set_aside
        },
        set_aside={
            p.contribution_id: (p.reason, p.moved_by_id or 0) for p in by_hand if p.is_set_aside
        },
        locked={t.key: members.get(t.id, frozenset()) for t in living if t.is_locked},
        merged={
            t.key: keys[t.merged_into_id]
            for t in themes.values()
            if t.is_gone and t.merged_into_id in keys
        },
    )


def _all_themes(synthesis: Synthesis) -> Select[Theme]:
    return select(Theme).where(Theme.synthesis_id == synthesis.id)
