"""What moderation holds about people."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, Update, select, update

from civic.contributions.models import Contribution
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import (
    Fate,
    Ground,
    Person,
    acted,
    at_address,
    by,
    holds,
    retains,
    through,
)
from moderation.models import Case, Decision, Plea, Report, VisitorReport

NOTICES_KEPT = timedelta(days=365)

holds(
    Report,
    ["id", "case_id", "reporter_id", "reason", "words", "at"],
    what=_l("Your reports of texts, with your words"),
    why=_l("To let a moderator decide, and to tell you what was decided"),
    ground=Ground.DUTY,
    kept=_l("As long as the case"),
    fate=Fate.BLANK,
    blank={"words": ""},
    whose=by(Report, "reporter_id"),
)
holds(
    VisitorReport,
    ["id", "case_id", "name", "email", "language", "origin", "reason", "words", "at"],
    what=_l("Reports that you sent without signing in, with your name and address"),
    why=_l("To answer you, as the law on notices wants"),
    ground=Ground.DUTY,
    kept=_l("One year"),
    fate=Fate.BLANK,
    blank={"name": "", "email": "", "words": "", "origin": ""},
    whose=at_address(VisitorReport, "email"),
    secret=("origin",),
)


def _decisions_on(person: Person) -> Select[int]:
    return (
        select(Decision.id)
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Contribution.author_id == person.id)
    )


holds(
    Plea,
    ["decision_id", "words", "at"],
    what=_l("What you answered to decisions on your texts"),
    why=_l("So that somebody else reads your text again"),
    ground=Ground.MISSION,
    kept=_l("As long as the case"),
    fate=Fate.BLANK,
    blank={"words": ""},
    whose=through(Plea, "decision_id", _decisions_on),
)
acted(Decision, "by_id", what=_l("Decisions that you took as a moderator"))


@retains("visitors’ reports", _l("Names, addresses and words of reports sent without signing in"))
def old_notices(now: datetime) -> Update:
    """Notices whose answer was given long ago keep their reason alone."""
    old = (VisitorReport.at < now - NOTICES_KEPT, VisitorReport.email != "")
    return update(VisitorReport).where(*old).values(name="", email="", words="", origin="")
