"""What accounts hold about people."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, or_

from civic.accounts.models import Account, Ceremony, Credential, MailToken, SignIn
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, by, excuses, holds, retains

SIGN_INS_KEPT = timedelta(days=30)
LINKS_KEPT = timedelta(days=7)

holds(
    Account,
    ["id", "name", "language", "created_at", "confirmed_at", "deleted_at"],
    what=_l("Your account: the name you show, your language, when you joined"),
    why=_l("To show who wrote a text, and to speak your language"),
    ground=Ground.MISSION,
    kept=_l("Until you delete your account"),
    fate=Fate.BLANK,
    blank={"name": "", "language": "fr", "is_administrator": False},
    whose=by(Account, "id"),
)
excuses(Account, "origin", because="whether the account was made here, imported or by an agent")
holds(
    Credential,
    ["account_id", "email", "password_hash", "changed_at"],
    what=_l("Your e-mail address, and your password as a hash that does not lead back to it"),
    why=_l("To recognise you, and to write to you"),
    ground=Ground.MISSION,
    kept=_l("Until you delete your account"),
    fate=Fate.DELETE,
    whose=by(Credential, "account_id"),
    secret=("password_hash",),
)
holds(
    SignIn,
    ["token_hash", "account_id", "device", "created_at", "expires_at", "ended_at", "seen_at",
     "provider", "id_token"],
    what=_l("The devices on which you signed in"),
    why=_l("To let you see and end a sign-in that is not yours"),
    ground=Ground.MISSION,
    kept=_l("30 days after the sign-in ended"),
    fate=Fate.DELETE,
    whose=by(SignIn, "account_id"),
    secret=("token_hash", "id_token"),
)  # fmt: skip
holds(
    Ceremony,
    ["token_hash", "kind", "account_id", "details", "expires_at"],
    what=_l("A sign-in that you began and did not end"),
    why=_l("To wait for your second factor"),
    ground=Ground.MISSION,
    kept=_l("A few minutes"),
    fate=Fate.DELETE,
    whose=by(Ceremony, "account_id"),
    secret=("token_hash", "details"),
)
holds(
    MailToken,
    ["token_hash", "account_id", "purpose", "address", "expires_at", "used_at"],
    what=_l("Links that we sent you by mail, as hashes"),
    why=_l("To confirm your address, and to let you choose a new password"),
    ground=Ground.MISSION,
    kept=_l("7 days after the link ran out"),
    fate=Fate.DELETE,
    whose=by(MailToken, "account_id"),
    secret=("token_hash",),
)


@retains("sign-ins", _l("Sign-ins that ended or ran out 30 days ago"))
def old_sign_ins(now: datetime) -> Delete:
    """Sign-ins that are of no use to anybody any more."""
    limit = now - SIGN_INS_KEPT
    return delete(SignIn).where(or_(SignIn.ended_at < limit, SignIn.expires_at < limit))


@retains("links", _l("Links sent by mail that ran out 7 days ago"))
def old_links(now: datetime) -> Delete:
    """Links that open nothing any more."""
    return delete(MailToken).where(MailToken.expires_at < now - LINKS_KEPT)


@retains("ceremonies", _l("Sign-ins that were begun and not ended"))
def old_ceremonies(now: datetime) -> Delete:
    """What nobody can end any more."""
    return delete(Ceremony).where(Ceremony.expires_at < now)
