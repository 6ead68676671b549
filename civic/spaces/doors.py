"""Doors that depend on a role in the space that the route's `slug` names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_login import current_user

from civic.errors import Missing
from civic.spaces.models import Role
from civic.spaces.queries import load_space, roles_of
from civic.web.doors import View, door, require_sign_in


def role(*wanted: Role) -> Callable[[View], View]:
    """Only people who hold one of these roles in this space; for others the page is missing."""

    def check(slug: str, **_route: Any) -> None:
        require_sign_in()
        if not roles_of(current_user, load_space(slug)) & set(wanted):
            raise Missing()

    return door(" or ".join(wanted) + " of the space", check)
