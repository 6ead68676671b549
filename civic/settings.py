"""Settings: one frozen value, read once from `PALABRE_*` variables and a `.env` file.

Every fault is told at once, in words that say what to write instead.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from flask import current_app

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "PALABRE_"
DATABASES = ("sqlite", "postgresql")
QUEUES = ("sqlite", "postgresql", "redis", "rediss")


class SettingsError(Exception):
    """Some settings are missing or absurd; the message lists every one of them."""

    title = "These settings cannot be used:"

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join([self.title, *(f"- {fault}" for fault in faults)]))


class NotReadyError(SettingsError):
    """A town cannot be served in this state; the message lists every fault and its cure."""

    title = "Palabre does not start:"


@dataclass(frozen=True)
class Settings:
    """How this instance runs. `docs/operating.md` describes each one."""

    town_name: str = "Palabre"  # shown in the header, in titles and in mails
    town_css: str = ""  # a stylesheet under static/ with the town's colours (docs/design.md)
    base_url: str = "http://127.0.0.1:8000"  # how the outside reaches us; used in mails
    host: str = "127.0.0.1"  # the address the web server listens on
    port: int = 8000  # the port the web server listens on
    var_dir: Path = ROOT / "var"  # database file, job queue, secret, files
    database_url: str = ""  # empty: an SQLite file in var_dir
    jobs_url: str = ""  # empty: an SQLite file in var_dir; else postgresql:// or redis://
    limits_url: str = ""  # empty: an SQLite file in var_dir; else postgresql:// or redis://
    limits_times: int = 1  # every rate limit times this: for a load test
    secret_key: str = ""  # empty: one is made at first start and kept in var_dir
    signing_key: str = ""  # empty: one is made at the first signature and kept in var_dir
    demonstration: bool = False  # an invented town, with one-click sign-in for each role
    language: str = "fr"  # what a visitor reads before choosing: fr or en
    timezone: str = "Europe/Paris"  # the one zone in which every date is shown
    secure_cookies: bool = False  # true as soon as the site is served over HTTPS
    trusted_proxies: int = 0  # how many proxies in front of us set X-Forwarded-* headers
    trusted_hosts: tuple[str, ...] = ()  # empty: the host of base_url and loopback names
    providers_file: str = ""  # a TOML file of OpenID Connect providers (docs/accounts.md)
    venues: tuple[str, ...] = ()  # addresses of halls where many people share one: limits times 20
    outgoing_hosts: tuple[str, ...] = ()  # other servers that this one may ask (imports by address)
    smtp_url: str = ""  # empty: no mail leaves; smtp://user:password@host:port, or smtps://
    mail_from: str = "palabre@localhost"  # sender of every mail
    privacy_contact: str = ""  # whom to ask about personal data; shown on the privacy page
    security_contact: str = ""  # mailto: or https: address for reports; empty: mail_from
    web_workers: int = 2  # web processes
    web_threads: int = 4  # threads in each web process
    argon2_memory: int = 19_456  # KiB of memory for one password check (argon2id)
    argon2_rounds: int = 2  # passes over that memory
    form_seconds: int = 2  # a form sent sooner asks for one more click; 0: never
    log_level: str = "INFO"  # DEBUG, INFO, WARNING or ERROR
    extra: Mapping[str, Any] = field(default_factory=dict)  # Flask settings, for tests

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database_url:
            return f"sqlite:///{self.var_dir / 'palabre.db'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def queue(self) -> str:
        """The address of the job queue."""
        return self.jobs_url or f"sqlite:///{self.var_dir / 'jobs.db'}"

    @property
    def limits(self) -> str:
        """The address of the counters of rate limits."""
        address = self.limits_url or f"sqlite:///{self.var_dir / 'limits.db'}"
        return address.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which every date is shown."""
        return ZoneInfo(self.timezone)

    @property
    def is_production(self) -> bool:
        """Whether a town is served: the outside reaches us over HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def sends_mail(self) -> bool:
        """Whether mails leave this machine."""
        return bool(self.smtp_url)

    @property
    def asks_second_factor(self) -> bool:
        """Whether roles stay closed without a second factor; the demonstration does without."""
        return not self.demonstration

    @property
    def hosts(self) -> list[str]:
        """Host names that a request may carry."""
        own = urlsplit(self.base_url).hostname or "localhost"
        return list(self.trusted_hosts) or sorted({own, "localhost", "127.0.0.1", "[::1]"})


def _flag(raw: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if raw.strip().lower() not in words:
        raise ValueError("write true or false")
    return words[raw.strip().lower()]


def _whole(raw: str) -> int:
    if not raw.strip().isdecimal():
        raise ValueError("write a whole number")
    return int(raw)


def _words(raw: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in raw.split(",") if word.strip())


READERS: dict[str, Callable[[str], Any]] = {
    "int": _whole,
    "bool": _flag,
    "Path": lambda raw: Path(raw).expanduser().resolve(),
    "tuple[str, ...]": _words,
    "str": str,
}


def read_env_file(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; blank lines, `#` comments and surrounding quotes are ignored."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def load_settings(
    environ: Mapping[str, str] | None = None, env_file: Path | None = None
) -> Settings:
    """Read the settings, environment first, then the `.env` file, then the defaults.

    Raises
    ------
    SettingsError
        With every fault found: unknown names, unreadable values, impossible combinations.
    """
    environ = os.environ if environ is None else environ
    written = read_env_file(env_file or ROOT / ".env") | dict(environ)
    given = {k.removeprefix(PREFIX).lower(): v for k, v in written.items() if k.startswith(PREFIX)}
    values, faults = _read_values(given)
    settings = Settings(**values)
    faults += _absurdities(settings)
    if faults:
        raise SettingsError(faults)
    return settings


def _read_values(given: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    kinds = {f.name: str(f.type) for f in fields(Settings) if f.name != "extra"}
    ignored = {"test_data", "require_browser", "require_node"}  # read by the tests alone
    values: dict[str, Any] = {}
    faults = []
    for name, raw in given.items():
        if name in ignored or not raw.strip():
            continue
        if name not in kinds:
            faults.append(f"{PREFIX}{name.upper()} is not a setting of Palabre.")
            continue
        try:
            values[name] = READERS[kinds[name]](raw)
        except ValueError as error:
            faults.append(f"{PREFIX}{name.upper()}={raw!r}: {error}.")
    return values, faults


def _is_network(raw: str) -> bool:
    try:
        ip_network(raw)
    except ValueError:
        return False
    return True


def _absurdities(settings: Settings) -> list[str]:
    checks = {
        "PALABRE_PORT must be between 1 and 65535.": 1 <= settings.port <= 65_535,
        "PALABRE_LANGUAGE must be fr or en.": settings.language in ("fr", "en"),
        f"PALABRE_TIMEZONE={settings.timezone!r} is not a known zone; write for instance "
        "Europe/Paris.": settings.timezone in available_timezones(),
        "PALABRE_DATABASE_URL must start with sqlite:/// or postgresql://.": not (
            settings.database_url
        )
        or settings.database_url.split(":", 1)[0] in DATABASES,
        f"PALABRE_TOWN_CSS={settings.town_css!r} is not a file under static/.": not (
            settings.town_css
        )
        or (ROOT / "static" / settings.town_css).is_file(),
        "PALABRE_JOBS_URL must start with sqlite:///, postgresql:// or redis://.": not (
            settings.jobs_url
        )
        or settings.jobs_url.split(":", 1)[0] in QUEUES,
        "PALABRE_LIMITS_URL must start with sqlite:///, postgresql:// or redis://.": not (
            settings.limits_url
        )
        or settings.limits_url.split(":", 1)[0] in QUEUES,
        "PALABRE_VENUES must be addresses or networks, such as 192.0.2.7 or 2001:db8::/32.": all(
            _is_network(venue) for venue in settings.venues
        ),
        "PALABRE_BASE_URL must start with http:// or https://.": settings.base_url.startswith(
            ("http://", "https://")
        ),
        "PALABRE_SMTP_URL must start with smtp:// or smtps://.": not settings.smtp_url
        or settings.smtp_url.startswith(("smtp://", "smtps://")),
        "PALABRE_WEB_WORKERS and PALABRE_WEB_THREADS must be at least 1.": min(
            settings.web_workers, settings.web_threads
        )
        >= 1,
        "PALABRE_SECRET_KEY must have at least 32 characters.": not settings.secret_key
        or len(settings.secret_key) >= 32,
        "PALABRE_SIGNING_KEY must be 64 hexadecimal digits.": not settings.signing_key
        or re.fullmatch("[0-9a-f]{64}", settings.signing_key) is not None,
        "PALABRE_DEMONSTRATION cannot be on while PALABRE_SMTP_URL is set: the people of the "
        "demonstration are invented.": not (settings.demonstration and settings.smtp_url),
        "PALABRE_SECURITY_CONTACT must start with mailto: or https://.": not (
            settings.security_contact
        )
        or settings.security_contact.startswith(("mailto:", "https://")),
        "PALABRE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.": settings.log_level
        in ("DEBUG", "INFO", "WARNING", "ERROR"),
    }
    return [fault for fault, holds in checks.items() if not holds]


def kept_secret(settings: Settings) -> str:
    """The key that signs cookies: the setting, or one made once and kept in `var_dir/secret`."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.var_dir / "secret"
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def active() -> Settings:
    """The settings of the running application."""
    return current_app.config["SETTINGS"]
