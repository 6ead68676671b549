"""Where to report a fault of security: `/.well-known/security.txt` (RFC 9116)."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, url_for

from civic.clock import now
from civic.settings import active
from civic.web.doors import open_to_all

bp = Blueprint("disclosure", __name__)
GOOD_FOR = timedelta(days=183)  # RFC 9116 asks for less than a year


@bp.get("/.well-known/security.txt")
@open_to_all
def security_txt() -> Response:
    """Whom to write to, in which languages, and until when this holds."""
    settings = active()
    contact = settings.security_contact or f"mailto:{settings.mail_from}"
    own = url_for("disclosure.security_txt")
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires(now()).isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.base_url.rstrip('/')}{own}",
    ]
    response = Response("\n".join(lines) + "\n", mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def expires(now: datetime) -> datetime:
    """The first instant of the month in which half a year is over: steady for a whole month."""
    later = now + GOOD_FOR
    return later.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
