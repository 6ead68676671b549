"""What signing in through another provider holds about people."""

from __future__ import annotations

from civic.accounts.providers.models import Identity
from civic.i18n import lazy_gettext as _l
from civic.personal.registry import Fate, Ground, by, holds

holds(
    Identity,
    ["account_id", "issuer", "subject", "provider", "created_at", "used_at"],
    what=_l("The number by which another site knows you, if you sign in through it"),
    why=_l("To recognise you when you come from that site"),
    ground=Ground.CONSENT,
    kept=_l("Until you take it away or delete your account"),
    fate=Fate.DELETE,
    whose=by(Identity, "account_id"),
)
