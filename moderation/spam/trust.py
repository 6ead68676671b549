"""How far a person is trusted, as they and the moderators see it."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.errors import NotAllowed
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.web import slots
from civic.web.responses import rendered
from moderation.spam.models import TrustGrant
from moderation.spam.queries import record_of
from moderation.spam.rules import Trust, trust_level

LEVELS = (_l("New"), _l("Known"), _l("Regular"), _l("Trusted"))


def trust_of(account: Account) -> Trust:
    """The level of a person, counted now."""
    record = record_of(account)
    return Trust(trust_level(record), record)


def grant(account: Account, by: Account) -> None:
    """An administrator trusts somebody fully.

    Raises
    ------
    NotAllowed
    """
    _require_administrator(by)
    if insert_if_absent(TrustGrant, {"account_id": account.id, "by_id": by.id, "at": now()}):
        audit.record(by, "trust.granted", about=account)


def take_back(account: Account, by: Account) -> None:
    """The administrators no longer do."""
    _require_administrator(by)
    found = db.session.get(TrustGrant, account.id)
    if found is not None:
        db.session.delete(found)
        audit.record(by, "trust.taken_back", about=account)


def _require_administrator(by: Account) -> None:
    if not by.is_administrator:
        raise NotAllowed(_("Only an administrator does this."))


@slots.fills("accounts.mine")
def my_trust(accounts: Sequence[Account]) -> dict[int, Markup]:
    """On the account page: my level, what it means, and the way up."""
    return {
        account.id: rendered("moderation/spam/trust.html", trust=trust_of(account), levels=LEVELS)
        for account in accounts
    }
