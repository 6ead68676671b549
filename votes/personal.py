"""What supports and stances hold about people."""

from __future__ import annotations

from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, by, holds
from votes.models import Stance, Support

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
    ["contribution_id", "account_id", "value", "at"],
    what=_l("What you think of each statement"),
    why=_l("To count each person once, and to find what people agree on"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.KEEP,
    because=COUNTED,
    whose=by(Stance, "account_id"),
)
