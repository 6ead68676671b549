"""Ed25519 signatures of this instance (RFC 8032): one key at a time, every public key kept.

The private key is 32 bytes in hexadecimal: `PALABRE_SIGNING_KEY`, or `var/signing-key`, made at the
first signature and readable by the service alone. A statement is text that begins with its kind, so
that the signature of one kind of statement can never pass for another.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select

from civic.clock import now
from civic.db import db, insert_if_absent
from civic.journal.models import SigningKey
from civic.settings import Settings, active


@dataclass(frozen=True)
class Signed:
    """A statement with its signature and the public key that verifies it, both hexadecimal."""

    statement: str
    public_key: str
    signature: str


def sign(statement: str) -> Signed:
    """Sign with the present key, and keep its public half in the present transaction."""
    key = _private_key(active())
    public = key.public_key().public_bytes_raw().hex()
    keep(public)
    return Signed(statement, public, key.sign(statement.encode()).hex())


def keep(public: str) -> None:
    """Keep a public key for ever."""
    insert_if_absent(SigningKey, {"public": public, "since": now()})


def verifies(signed: Signed) -> bool:
    """Whether the signature is that of this statement by this key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed.public_key))
        key.verify(bytes.fromhex(signed.signature), signed.statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def known_keys() -> list[SigningKey]:
    """Every public key, the present one first."""
    return list(db.session.scalars(select(SigningKey).order_by(SigningKey.since.desc())))


def is_ours(signed: Signed) -> bool:
    """Whether one of the keys of this instance made this signature."""
    return db.session.get(SigningKey, signed.public_key) is not None and verifies(signed)


def replace_key(settings: Settings) -> str:
    """Make a new key in the place of the one in `var_dir`; the new public key.

    Raises
    ------
    ValueError
        When the key comes from the settings: it is replaced there.
    """
    if settings.signing_key:
        raise ValueError("PALABRE_SIGNING_KEY is set: write the new key there.")
    fresh = _file(settings).with_suffix(".new")
    fresh.unlink(missing_ok=True)
    _write_new(fresh)
    fresh.replace(_file(settings))
    return _private_key(settings).public_key().public_bytes_raw().hex()


def _file(settings: Settings) -> Path:
    return settings.var_dir / "signing-key"


def _private_key(settings: Settings) -> Ed25519PrivateKey:
    if not settings.signing_key and not _file(settings).exists():
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        _make(_file(settings))
    kept = settings.signing_key or _file(settings).read_text().strip()
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept))


def _make(path: Path) -> None:
    """Make the key once: whoever comes second uses the key of the first."""
    own = path.with_suffix(f".{secrets.token_hex(4)}")
    _write_new(own)
    try:
        os.link(own, path)  # never replaces; a reader never meets half a key
    except FileExistsError:
        pass
    finally:
        own.unlink()


def _write_new(path: Path) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
