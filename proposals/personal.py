"""What answers to proposals hold about people."""

from __future__ import annotations

from civic.i18n import lazy_gettext as _l
from civic.personal.registry import acted
from proposals.models import OfficialAnswer

acted(OfficialAnswer, "by_id", what=_l("Answers that you gave for the town"))
