"""What imports hold about people: the names that came with a consultation held elsewhere."""

from __future__ import annotations

from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, by, holds
from imports.models import ImportedRow

holds(
    ImportedRow,
    ["space_id", "source", "key", "account_id", "details", "at"],
    what=_l("What came with you from a consultation held elsewhere"),
    why=_l("So that bringing it in twice changes nothing"),
    ground=Ground.MISSION,
    kept=_l("As long as the consultation"),
    fate=Fate.BLANK,
    blank={"details": {}},
    whose=by(ImportedRow, "account_id"),
)
