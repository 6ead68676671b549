"""Doors: every route states who may enter it, and a test fails on a route that does not.

`@open_to_all`, `@signed_in`, `@administrator`, `@role(Role.MODERATOR)`. A door that needs a space
reads it from the route's `slug`; a space, or an object of one, that is not for this person is
missing rather than forbidden. `@fresh`, below a door, also asks that the person has proved within
ten minutes to be there: before personal data leave, a role changes or a ballot is closed early.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask_login import current_user

from civic.accounts.rules import is_fresh
from civic.clock import now
from civic.errors import FreshCheckNeeded, Missing, SignInNeeded
from civic.i18n import gettext as _

View = TypeVar("View", bound=Callable[..., Any])
DOOR = "palabre_door"
READS_FIRST = "palabre_reads_first"
TAKES_FILES = "palabre_takes_files"
FRESH = "palabre_fresh"


def door(name: str, check: Callable[..., None]) -> Callable[[View], View]:
    """Make a door: `check` gets the route's arguments and raises to refuse."""

    def guard(view: View) -> View:
        @wraps(view)
        def enter(*args: Any, **kwargs: Any) -> Any:
            check(**kwargs)
            return view(*args, **kwargs)

        setattr(enter, DOOR, name)
        return enter  # type: ignore[return-value]

    return guard


def reads_first(view: View) -> View:
    """A posting view that works before it writes (a password check): it starts by only reading."""
    setattr(view, READS_FIRST, True)
    return view


def fresh(view: View) -> View:
    """Ask for a password, a code or a passkey again, unless one was given within ten minutes."""

    @wraps(view)
    def enter(*args: Any, **kwargs: Any) -> Any:
        require_fresh()
        return view(*args, **kwargs)

    setattr(enter, FRESH, True)
    return enter  # type: ignore[return-value]


def require_fresh() -> None:
    """The same question inside a view, where only some of what it does needs the answer."""
    require_sign_in()
    if not is_fresh(current_user.sign_in, now()):
        raise FreshCheckNeeded(_("Confirm that it is you before this. Nothing is lost."))


def takes_files(view: View) -> View:
    """A posting view that takes a file: what is sent may be larger than a form."""
    setattr(view, TAKES_FILES, True)
    return view


def require_sign_in(**_route: Any) -> None:
    """Refuse a visitor who is not signed in."""
    if not current_user.is_authenticated:
        raise SignInNeeded(_("Sign in to do this. What you wrote is kept."))


def _require_administrator(**_route: Any) -> None:
    require_sign_in()
    if not current_user.is_administrator:
        raise Missing()


open_to_all = door("open to all", lambda **_route: None)
signed_in = door("signed in", require_sign_in)
administrator = door("administrator", _require_administrator)
