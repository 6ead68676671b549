"""What ballots hold about people: that they voted, never what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Select, String, cast, func, literal, select

from civic.db import db
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
    names,
    needs_address,
    table_of,
    through,
)
from votes.ballots.batches.models import Batch, PaperMark
from votes.ballots.models import (
    Ballot,
    BallotOption,
    BallotRequest,
    Emargement,
    RollEntry,
    State,
)

holds(
    RollEntry,
    ["id", "ballot_id", "email"],
    what=_l("Lists of those who may vote, on which your address stands"),
    why=_l("To let those vote who may"),
    ground=Ground.MISSION,
    kept=_l("As long as the result of the vote"),
    fate=Fate.BLANK,
    blank={"email": literal("erased:") + cast(table_of(RollEntry).c.id, String)},
    whose=at_address(RollEntry, "email"),
)
holds(
    Emargement,
    ["ballot_id", "account_id", "roll_entry_id", "day"],
    what=_l("That you voted in a ballot, and on which day; never what you voted"),
    why=_l("So that each person votes once"),
    ground=Ground.MISSION,
    kept=_l("As long as the result of the vote"),
    fate=Fate.KEEP,
    because=_l("The number of signatures must equal the number of ballots in the box"),
    whose=by(Emargement, "account_id"),
)
acted(Ballot, "drafted_by_id", what=_l("Ballots that you prepared"))
acted(
    BallotRequest,
    "asked_by_id",
    "confirmed_by_id",
    what=_l("What you asked for or confirmed on a ballot"),
)
acted(
    Batch,
    "declared_by_id",
    "first_by_id",
    "second_by_id",
    "settled_by_id",
    "admitted_by_id",
    what=_l("Batches of paper ballots that you declared, typed in, settled or put into the box"),
)


def _lines_of(person: Person) -> Select[int]:
    """The lines of rolls that bear the person's address."""
    is_theirs = (func.lower(RollEntry.email) == person.email) & (RollEntry.email != "")
    return select(RollEntry.id).where(is_theirs)


holds(
    PaperMark,
    ["ballot_id", "roll_entry_id", "batch_id", "day"],
    what=_l("That you voted on paper in a ballot, and on which day; never what you voted"),
    why=_l("So that each person votes once"),
    ground=Ground.MISSION,
    kept=_l("As long as the result of the vote"),
    fate=Fate.KEEP,
    because=_l("The number of signatures must equal the number of ballots in the box"),
    whose=through(PaperMark, "roll_entry_id", _lines_of),
)
excuses(BallotOption, "name", because="the name of an option")


@needs_address
def votes_going_on(person: Person) -> datetime | None:
    """Until when somebody who voted must be recognised if they come back."""
    return db.session.scalar(
        select(func.max(Ballot.closes_at))
        .join(Emargement, Emargement.ballot_id == Ballot.id)
        .where(Emargement.account_id == person.id, Ballot.state == State.OPEN)
    )


@names("ballot_id")
def questions(ids: Iterable[int]) -> Mapping[int, str]:
    """The questions of ballots that are public."""
    wanted = select(Ballot.id, Ballot.question).where(
        Ballot.id.in_(list(ids)), Ballot.state != State.DRAFT
    )
    return dict(db.session.execute(wanted).all())
