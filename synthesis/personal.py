"""What syntheses hold about people: who worked on them. Authors are numbered, never named."""

from __future__ import annotations

from civic.i18n import lazy_gettext as _l
from civic.personal.registry import acted, excuses
from synthesis.models import (
    AnswerBatch,
    Change,
    Placement,
    Submission,
    Summary,
    Synthesis,
    Theme,
)

DONE = _l("What you did on a synthesis")

acted(Synthesis, "asked_by_id", "published_by_id", what=DONE)
acted(Theme, "reviewed_by_id", "answered_by_id", what=DONE)
acted(Summary, "by_id", what=DONE)
acted(Placement, "moved_by_id", what=DONE)
acted(Change, "by_id", what=DONE)
acted(Submission, "by_id", "published_by_id", what=DONE)
acted(AnswerBatch, "by_id", "undone_by_id", what=DONE)
excuses(Theme, "name_proposed", "name_given", because="the name of a theme")
