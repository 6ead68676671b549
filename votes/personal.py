"""What supports and stances hold about people."""

from __future__ import annotations

from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, acted, by, holds
from votes.models import (
    CarriedSupport,
    RemovedVote,
    Stance,
    Support,
    SuspectedAccount,
    VoteRemoval,
)

COUNTED = _l("Votes are counted: a total must stay the sum of what people said")

holds(
    Support,
    ["contribution_id", "account_id", "at"],
    what=_l("The proposals that you support"),
    why=_l("To count each person once, and to let you change your mind"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.KEEP,
    because=COUNTED,
    whose=by(Support, "account_id"),
)
holds(
    Stance,
    ["contribution_id", "account_id", "value", "is_important", "at"],
    what=_l("What you think of each statement"),
    why=_l("To count each person once, and to find what people agree on"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.KEEP,
    because=COUNTED,
    whose=by(Stance, "account_id"),
)
holds(
    CarriedSupport,
    ["contribution_id", "account_id", "at"],
    what=_l("Supports that went with a text when it was merged into another"),
    why=_l("To give them back if the merger is undone"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.KEEP,
    because=COUNTED,
    whose=by(CarriedSupport, "account_id"),
)
holds(
    RemovedVote,
    ["contribution_id", "account_id", "kind", "value", "at"],
    what=_l("Votes of yours that two people removed because of a fraud"),
    why=_l("To give them back if it was a mistake"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.KEEP,
    because=_l("A removal of votes must stay explainable"),
    whose=by(RemovedVote, "account_id"),
)
holds(
    SuspectedAccount,
    ["removal_id", "account_id"],
    what=_l("That your votes were part of a request to remove votes"),
    why=_l("To let two people decide on it"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.KEEP,
    because=_l("A removal of votes must stay explainable"),
    whose=by(SuspectedAccount, "account_id"),
)
acted(VoteRemoval, "asked_by_id", "answered_by_id", what=_l("Removals of votes that you decided"))
