"""What moderation holds about people."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, Select, Update, and_, delete, or_, select, update

from civic.contributions.models import Contribution
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import (
    Fate,
    Ground,
    Person,
    acted,
    at_address,
    by,
    excuses,
    holds,
    retains,
    table_of,
)
from moderation.charter.models import Charter
from moderation.models import (
    Case,
    Claim,
    Decision,
    Plea,
    Report,
    Request,
    Sanction,
    VisitorReport,
)
from moderation.queue.models import Batch, Note, Preference
from moderation.signals.models import ActOrigin, Step, Venue
from moderation.spam.models import TrustGrant

ORIGINS_KEPT = timedelta(days=90)
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


def _is_mine(person: Person) -> ColumnElement[bool]:
    columns = table_of(Plea).c
    by_author = and_(columns.by_id.is_(None), columns.visitor_id.is_(None))
    on_my_texts = columns.decision_id.in_(_decisions_on(person))
    return or_(columns.by_id == person.id, and_(by_author, on_my_texts))


def _decisions_on(person: Person) -> Select[int]:
    return (
        select(Decision.id)
        .join(Case, Case.id == Decision.case_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(Contribution.author_id == person.id)
    )


holds(
    Plea,
    ["decision_id", "by_id", "words", "at"],
    what=_l("What you answered to decisions on your texts"),
    why=_l("So that somebody else reads your text again"),
    ground=Ground.MISSION,
    kept=_l("As long as the case"),
    fate=Fate.BLANK,
    blank={"words": ""},
    whose=_is_mine,
)
acted(Decision, "by_id", what=_l("Decisions that you took as a moderator"))
acted(Request, "by_id", what=_l("Requests of authorities that you recorded"))
excuses(Request, "name", because="the authority or department that asks")
holds(
    Claim,
    ["case_id", "by_id", "until"],
    what=_l("Cases that you are reading as a moderator"),
    why=_l("So that two moderators do not read the same case"),
    ground=Ground.MISSION,
    kept=_l("Until the case is decided"),
    fate=Fate.DELETE,
    whose=by(Claim, "by_id"),
)
holds(
    Sanction,
    ["account_id", "space_id", "measure", "reason", "words", "at", "until", "plea", "contested_at",
     "answer", "answered_at", "lifted_at"],
    what=_l("Measures taken against your account, and what you answered"),
    why=_l("To warn you or slow you down, and to let you contest it"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.BLANK,
    blank={"plea": "", "words": "", "answer": ""},
    whose=by(Sanction, "account_id"),
)  # fmt: skip
acted(Sanction, "by_id", "answered_by_id", what=_l("Measures that you decided as a moderator"))
acted(Charter, "by_id", what=_l("Versions of the rules that you put in force"))
acted(Note, "by_id", what=_l("Notes that you left for other moderators"))
acted(Batch, "by_id", what=_l("Cases that you decided together as a moderator"))
holds(
    Preference,
    ["account_id", "has_keys", "goes_on"],
    what=_l("How you work as a moderator: with keys, one case after the other"),
    why=_l("To show you the queue as you want it"),
    ground=Ground.MISSION,
    kept=_l("As long as your account"),
    fate=Fate.DELETE,
    whose=by(Preference, "account_id"),
)
holds(
    TrustGrant,
    ["account_id", "at"],
    what=_l("That the administrators trust your texts"),
    why=_l("So that no filter sets your texts aside"),
    ground=Ground.MISSION,
    kept=_l("As long as your account"),
    fate=Fate.DELETE,
    whose=by(TrustGrant, "account_id"),
)
holds(
    ActOrigin,
    ["account_id", "space_id", "day", "mark"],
    what=_l("On which days you voted in a space, with a mark of the network"),
    why=_l("To notice when many votes come from one place"),
    ground=Ground.MISSION,
    kept=_l("90 days"),
    fate=Fate.DELETE,
    whose=by(ActOrigin, "account_id"),
    secret=("mark",),
)
acted(Venue, "by_id", what=_l("Places that you announced as a moderator"))
excuses(Venue, "name", because="the name of a place")
acted(Step, "by_id", what=_l("What you made of signals about votes"))
acted(TrustGrant, "by_id", what=_l("People whose texts you trust as an administrator"))


@retains("visitors’ reports", _l("Names, addresses and words of reports sent without signing in"))
def old_notices(now: datetime) -> Update:
    """Notices whose answer was given long ago keep their reason alone."""
    old = (VisitorReport.at < now - NOTICES_KEPT, VisitorReport.email != "")
    return update(VisitorReport).where(*old).values(name="", email="", words="", origin="")


@retains("origins of votes", _l("From which network people voted, as marks of a day"))
def old_origins(now: datetime) -> Delete:
    """Marks that are three months old."""
    return delete(ActOrigin).where(ActOrigin.day < (now - ORIGINS_KEPT).date())
