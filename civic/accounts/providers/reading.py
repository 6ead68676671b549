"""The providers of this instance, from a TOML file named by `PALABRE_PROVIDERS_FILE`.

One table for each; its name stands in addresses. See docs/accounts.md for FranceConnect and
ProConnect.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from civic.settings import SettingsError

SIGNED_WITH = ("ES256", "RS256", "PS256", "EdDSA")
NEEDED = ("label", "issuer", "client_id", "client_secret")


@dataclass(frozen=True)
class Provider:
    """One OpenID Connect provider."""

    name: str  # in our addresses
    label: str  # on its button
    issuer: str  # whose word counts; discovery stands below it
    client_id: str
    client_secret: str
    scopes: str = "openid"  # what is asked; openid alone is enough to recognise somebody
    acr_values: str = ""  # the level asked, such as eidas1
    algorithms: tuple[str, ...] = ("ES256", "RS256")
    authentication: str = "client_secret_basic"
    claims: Mapping[str, str] = field(default_factory=dict)  # what must be so, such as a siret
    hint: str = ""  # a sentence under its button


def read_providers(path: str) -> dict[str, Provider]:
    """The providers by name; none without a file.

    Raises
    ------
    SettingsError
        With every fault found.
    """
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError([f"PALABRE_PROVIDERS_FILE={path!r} cannot be read: {error}."]) from None
    faults = [fault for name, table in tables.items() for fault in _faults(name, table)]
    if faults:
        raise SettingsError(faults)
    return {name: _provider(name, table) for name, table in tables.items()}


def _provider(name: str, table: Mapping[str, Any]) -> Provider:
    given = dict(table) | {"name": name, "issuer": str(table["issuer"]).rstrip("/")}
    return Provider(**given | {"algorithms": tuple(table.get("algorithms", ("ES256", "RS256")))})


def _faults(name: str, table: Any) -> list[str]:
    where = f"In the file of providers, [{name}]"
    if not isinstance(table, dict):
        return [f"{where}: write one table for each provider."]
    unknown = set(table) - {f.name for f in fields(Provider)} | set(table) & {"name"}
    faults = [f"{where} has an unknown line {line!r}." for line in sorted(unknown)]
    faults += [f"{where} needs {line} in quotes." for line in NEEDED if not _is_text(table, line)]
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        faults.append(f"{where}: write the name in lower-case letters, digits and hyphens.")
    if _is_text(table, "issuer") and not _is_safe(table["issuer"]):
        faults.append(f"{where}: the issuer must start with https://.")
    if not set(table.get("algorithms", ())) <= set(SIGNED_WITH):
        faults.append(f"{where}: algorithms are among {', '.join(SIGNED_WITH)}.")
    return faults


def _is_text(table: Mapping[str, Any], line: str) -> bool:
    return isinstance(table.get(line), str) and bool(table[line].strip())


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1")
