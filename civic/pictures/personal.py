"""What pictures hold about people."""

from __future__ import annotations

from sqlalchemy import Select, select

from civic.contributions.models import Contribution
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, Person, holds, through
from civic.pictures.models import Picture


def _written_by(person: Person) -> Select[int]:
    return select(Contribution.id).where(Contribution.author_id == person.id)


holds(
    Picture,
    ["contribution_id", "alternative", "media", "width", "height", "at"],
    what=_l("The pictures that you joined to your texts; place and camera are never kept"),
    why=_l("To show what you propose"),
    ground=Ground.MISSION,
    kept=_l("As long as the text, or until you take it away"),
    fate=Fate.DELETE,
    whose=through(Picture, "contribution_id", _written_by),
)
