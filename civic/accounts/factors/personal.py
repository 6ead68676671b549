"""What second factors and passkeys hold about people."""

from __future__ import annotations

from civic.accounts.factors.models import Authenticator, Passkey, RecoveryCode
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, by, holds

UNTIL = _l("Until you take it away or delete your account")

holds(
    Authenticator,
    ["account_id", "sealed_secret", "created_at", "confirmed_at"],
    what=_l("The secret that your telephone shares with the site, encrypted"),
    why=_l("To check the codes of your second factor"),
    ground=Ground.MISSION,
    kept=UNTIL,
    fate=Fate.DELETE,
    whose=by(Authenticator, "account_id"),
    secret=("sealed_secret",),
)
holds(
    RecoveryCode,
    ["code_hash", "account_id", "used_at"],
    what=_l("Your recovery codes, as hashes"),
    why=_l("To let you in when your telephone is lost"),
    ground=Ground.MISSION,
    kept=UNTIL,
    fate=Fate.DELETE,
    whose=by(RecoveryCode, "account_id"),
    secret=("code_hash",),
)
holds(
    Passkey,
    ["account_id", "key_id", "handle", "name", "created_at", "used_at"],
    what=_l("Your passkeys: their names and the public half of each"),
    why=_l("To recognise your devices"),
    ground=Ground.MISSION,
    kept=UNTIL,
    fate=Fate.DELETE,
    whose=by(Passkey, "account_id"),
    secret=("key_id", "handle"),
)
