"""The door of the queue: moderators of the space that the route's `slug` names."""

from __future__ import annotations

from typing import Any

from flask_login import current_user

from civic.errors import Missing
from civic.spaces.models import Space
from civic.spaces.queries import load_space, roles_of
from civic.web.doors import door, require_sign_in
from moderation.rules import may_moderate


def moderates(space: Space) -> bool:
    """Whether whoever asks may open the queue of a space."""
    return bool(may_moderate(current_user, roles_of(current_user, space)))


def _check(slug: str, **_route: Any) -> None:
    require_sign_in()
    if not moderates(load_space(slug)):
        raise Missing()


moderators = door("moderators of the space and administrators", _check)
