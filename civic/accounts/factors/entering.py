"""The last step of every way in: a second factor where one is due, then the sign-in."""

from __future__ import annotations

from flask import session, url_for

from civic.accounts import sessions
from civic.accounts.actions import begin_ceremony, end_ceremony
from civic.accounts.factors.queries import factors_of
from civic.accounts.factors.rules import is_asked
from civic.accounts.models import Account, Ceremony
from civic.accounts.queries import ceremony_of
from civic.errors import NotAllowed
from civic.i18n import gettext as _
from civic.settings import active

HALFWAY = "halfway"


def come_in(
    account: Account, way_on: str, second_factor: bool = False, provider: str = "",
    id_token: str = "",
) -> str:  # fmt: skip
    """Sign somebody in who has proved who they are, or stop at their second factor.

    Returns
    -------
    str
        The address to go to.

    Raises
    ------
    NotAllowed
        When the account is locked.
    """
    if account.locked_at is not None:
        raise NotAllowed(
            _("This account is closed for the moment. Write to the town hall to know more.")
        )
    has_a_role = sessions.has_a_role.ask(account)
    if not second_factor and is_asked(factors_of(account), has_a_role):
        given = {"next": way_on, "provider": provider, "id_token": id_token}
        session[HALFWAY] = begin_ceremony(HALFWAY, account, **given)
        return url_for("factors.ask")
    sessions.sign_in(account, second_factor, provider, id_token)
    if has_a_role and not second_factor and active().asks_second_factor:
        return url_for("factors.show")
    return way_on


def waiting() -> Ceremony | None:
    """The sign-in of this browser that waits for its second factor."""
    return ceremony_of(HALFWAY, session.get(HALFWAY))


def go_through(ceremony: Ceremony) -> str:
    """The second factor was given: end what waited; the address to go to."""
    account, details = ceremony.account, dict(ceremony.details)
    assert account is not None
    end_ceremony(ceremony)
    return come_in(account, details["next"], True, details["provider"], details["id_token"])
