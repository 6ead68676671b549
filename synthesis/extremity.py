"""How far each statement lies from the middle of opinions, for the draw of the next one.

From the last computed version of a space; a space without one draws by tallies alone.
"""

from __future__ import annotations

from sqlalchemy import select

from civic.db import db
from civic.spaces.models import Space
from deliberations.queries import extremity
from synthesis.models import COMPUTED, Synthesis


@extremity.given_by
def last_computed(space: Space) -> dict[int, float]:
    """The extremity of each statement by id; nothing but that part of the result is read."""
    found = db.session.scalar(
        select(Synthesis.opinions["extremity"].as_json())
        .where(Synthesis.space_id == space.id, Synthesis.state.in_(COMPUTED))
        .order_by(Synthesis.number.desc())
        .limit(1)
    )
    return {int(name): float(far) for name, far in (found or {}).items()}
