"""What must hold before the pages are served to a town: every fault told at once, with its cure.

Production begins when `PALABRE_BASE_URL` starts with https://. A trial on one's own machine is
only asked for a database that is up to date.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from civic.db import begin_read, db
from civic.settings import ROOT, NotReadyError, Settings

KEY_LENGTH = 32  # characters
KEY_VARIETY = 12  # different characters: less is a repeated word, not a random key
KNOWN_WORDS = ("secret", "change", "password", "palabre", "example", "123456", "azerty", "qwerty")
ARGON2_MEMORY = 19_456  # KiB: the least that OWASP's password storage cheat sheet names
ARGON2_ROUNDS = 2
WILDCARDS = ("*", "?")

log = structlog.get_logger()


def require_ready(app: Flask) -> None:
    """Go on if nothing stands in the way.

    Raises
    ------
    NotReadyError
        With every fault and what to do about it.
    """
    found = list(faults(app))
    if found:
        raise NotReadyError(found)
    for warning in warnings(app.config["SETTINGS"]):
        log.warning("start.warning", message=warning)


def faults(app: Flask) -> Iterator[str]:
    """What stands in the way, a sentence for each."""
    settings: Settings = app.config["SETTINGS"]
    if settings.is_production:
        yield from _key_faults(app.config["SECRET_KEY"])
        yield from _setting_faults(settings)
        if app.debug or os.environ.get("FLASK_DEBUG", "0") not in ("", "0", "false"):
            yield "FLASK_DEBUG is on: it shows the program’s inside to anyone. Remove it."
    yield from _schema_faults(app)


def warnings(settings: Settings) -> Iterator[str]:
    """What deserves a look, without standing in the way."""
    address = urlsplit(settings.base_url)
    if settings.is_production and not settings.trusted_proxies:
        yield (
            "PALABRE_TRUSTED_PROXIES is 0 although the site is served over HTTPS: if a proxy "
            "stands in front, all visitors share its address for the limits. Write how many do."
        )
    if not settings.is_production and not _is_here(address.hostname or ""):
        yield (
            f"{settings.base_url} is not HTTPS: passwords travel in clear. Put a proxy with HTTPS "
            "in front, then write its address in PALABRE_BASE_URL."
        )


def _is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _key_faults(key: str) -> Iterator[str]:
    cure = "Write 48 random characters, or remove PALABRE_SECRET_KEY: one is then made and kept."
    if len(key) < KEY_LENGTH:
        yield f"The secret key has {len(key)} characters, at least {KEY_LENGTH} are needed. {cure}"
    elif len(set(key)) < KEY_VARIETY or any(word in key.casefold() for word in KNOWN_WORDS):
        yield f"The secret key can be guessed. {cure}"


def _setting_faults(settings: Settings) -> Iterator[str]:
    if not settings.secure_cookies:
        yield (
            "PALABRE_SECURE_COOKIES is off: cookies would travel in clear. "
            "Write PALABRE_SECURE_COOKIES=true."
        )
    for host in settings.hosts:
        if any(sign in host for sign in WILDCARDS) or host.startswith(".") or not host:
            yield (
                f"PALABRE_TRUSTED_HOSTS names “{host}”: whoever owns such a name could write the "
                "links of your mails. Name each host in full."
            )
    if settings.argon2_memory < ARGON2_MEMORY or settings.argon2_rounds < ARGON2_ROUNDS:
        yield (
            f"PALABRE_ARGON2_MEMORY and PALABRE_ARGON2_ROUNDS are too low for passwords: write at "
            f"least {ARGON2_MEMORY} and {ARGON2_ROUNDS}, or remove them."
        )
    if settings.log_level == "DEBUG":
        yield "PALABRE_LOG_LEVEL is DEBUG: logs would hold too much. Write INFO."


def _schema_faults(app: Flask) -> Iterator[str]:
    wanted = set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    try:
        with app.app_context():
            begin_read()
            present = set(MigrationContext.configure(db.session.connection()).get_current_heads())
            db.session.remove()
    except SQLAlchemyError as error:
        yield (
            f"The database does not answer ({type(error).__name__}). Start it, or mend "
            "PALABRE_DATABASE_URL."
        )
        return
    if present != wanted:
        yield (
            "The database is older than this program, or empty. Back it up, then run "
            "“palabre setup”."
        )
