"""What participatory budgets hold about people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from civic.db import db
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, acted, by, excuses, holds, names
from votes.budgets.models import Budget, DistrictChoice, Envelope, Project, State, WorksStep

holds(
    DistrictChoice,
    ["budget_id", "account_id", "envelope_id"],
    what=_l("In which district you vote in a participatory budget; never what you voted"),
    why=_l("So that each person votes in as many districts as the rule says"),
    ground=Ground.MISSION,
    kept=_l("As long as the result of the vote"),
    fate=Fate.KEEP,
    because=_l("Whoever voted in a district must have had a place there"),
    whose=by(DistrictChoice, "account_id"),
)
acted(Budget, "drafted_by_id", what=_l("Participatory budgets that you prepared"))
acted(Project, "studied_by_id", what=_l("Projects that you studied"))
acted(WorksStep, "by_id", what=_l("News of works that you wrote"))
excuses(Envelope, "name", because="the name of a district")
excuses(Project, "name", because="the name of a project")


@names("budget_id")
def titles(ids: Iterable[int]) -> Mapping[int, str]:
    """The titles of budgets that are public."""
    wanted = select(Budget.id, Budget.title).where(
        Budget.id.in_(list(ids)), Budget.state != State.DRAFT
    )
    return dict(db.session.execute(wanted).all())


@names("envelope_id")
def districts(ids: Iterable[int]) -> Mapping[int, str]:
    """The names of districts."""
    wanted = select(Envelope.id, Envelope.name).where(Envelope.id.in_(list(ids)))
    return dict(db.session.execute(wanted).all())
