"""Secrets that must be read again, unlike passwords: encrypted with a key drawn from ours."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

PURPOSE = b"palabre: shared secrets of authenticators"


def _box() -> Fernet:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret)
    return Fernet(base64.urlsafe_b64encode(key))


def seal(secret: str) -> str:
    """The text to store."""
    return _box().encrypt(secret.encode()).decode()


def unseal(stored: str) -> str:
    """The secret; empty when our key has changed since it was sealed."""
    try:
        return _box().decrypt(stored.encode()).decode()
    except InvalidToken:
        return ""
