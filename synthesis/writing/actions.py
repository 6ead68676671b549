"""Save what a theme says: cited, checked against the data, with its dissent."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from civic.accounts.models import Account
from civic.clock import now
from civic.contributions.models import Contribution, visible
from civic.db import db
from civic.errors import Invalid
from civic.i18n import gettext as _
from civic.spaces.queries import roles_of
from civic.text import has_visible, plain, to_html
from synthesis import citing, rules
from synthesis.actions import take_turn, written
from synthesis.models import Placement, Summary, Theme
from synthesis.sources import visible_labels


def summarise(
    theme: Theme, by: Account, body: str, dissent: str, is_unanimous: bool, turn: int
) -> Summary:
    """Write what a theme says and what divides it.

    Parameters
    ----------
    dissent : str
        What some say against the others; empty only with `is_unanimous`.

    Raises
    ------
    Invalid
        Naming the field, with every fault of its text on a line.
    NotAllowed, Stale
    """
    synthesis = theme.synthesis
    rules.may_write(roles_of(by, synthesis.space), synthesis).require()
    body, dissent = plain(body).strip(), plain(dissent).strip()
    _require_cited(theme, body, dissent, is_unanimous)
    take_turn(synthesis, turn)
    row = theme.summary or Summary(theme_id=theme.id)
    row.body, row.body_html = body, to_html(body)
    row.dissent, row.dissent_html = dissent, to_html(dissent)
    row.is_unanimous, row.by_id, row.at = is_unanimous and not dissent, by.id, now()
    db.session.add(row)
    db.session.flush()
    db.session.refresh(theme, ["summary"])
    written(synthesis, by, "theme.summarised", about=theme)
    return row


def _require_cited(theme: Theme, body: str, dissent: str, is_unanimous: bool) -> None:
    if not has_visible(body):
        raise Invalid("body", _("Write what this theme says."))
    if not has_visible(dissent) and not is_unanimous:
        raise Invalid("dissent", _("Write what divides, or say that you found nothing against."))
    cited = citing.cited_in(body, dissent)
    said, inside = said_by(cited), public_inside(theme, cited)
    for name, text in (("body", body), ("dissent", dissent)):
        if found := citing.faults(text, inside, said):
            raise Invalid(name, "\n".join(found))


def public_inside(theme: Theme, among: Collection[int]) -> set[int]:
    """Which of these contributions are public and in this theme."""
    statement = (
        select(Placement.contribution_id)
        .join(Contribution, Contribution.id == Placement.contribution_id)
        .where(
            Placement.synthesis_id == theme.synthesis_id, Placement.theme_id == theme.id,
            Placement.contribution_id.in_(list(among)), visible(),
        )
    )  # fmt: skip
    return set(db.session.scalars(statement))


def said_by(ids: Collection[int]) -> dict[int, str]:
    """Title and text of contributions that everyone may read."""
    return {key: f"{row.title}\n{row.body}" for key, row in visible_labels(ids).items()}
