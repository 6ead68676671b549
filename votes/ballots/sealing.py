"""What makes a box tamper-evident: canonical lines, leaves, a Merkle root, receipts.

A leaf covers the random number of a ballot, its content and the digest of its receipt. The number
is never published, so a leaf tells nothing about the content; the list of leaves and receipts is
published, so anybody can recompute the root and find their own receipt in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0, 1, I, L and O, which are misread
RECEIPT_LENGTH = 16
EMPTY_ROOT = hashlib.sha256(b"palabre empty box").hexdigest()


def canonical(value: Any) -> str:
    """The one way in which a value is written before it is digested."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 of a value in its canonical writing."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def new_paper_id() -> str:
    """A random number of 128 bits: it tells nothing about when the ballot came."""
    return secrets.token_hex(16)


def new_receipt() -> str:
    """A code of 16 characters (79 bits), in four groups."""
    letters = "".join(secrets.choice(ALPHABET) for _letter in range(RECEIPT_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, RECEIPT_LENGTH, 4))


def receipt_digest(receipt: str) -> str:
    """What is stored of a receipt; spaces, hyphens and case do not matter."""
    bare = "".join(letter for letter in receipt.upper() if letter.isalnum())
    return hashlib.sha256(f"palabre receipt {bare}".encode()).hexdigest()


def voter_key(secret: str, account_id: int) -> str:
    """The pseudonym under which a changeable ballot lies in an open box."""
    return hmac.new(bytes.fromhex(secret), str(account_id).encode(), hashlib.sha256).hexdigest()


def leaf(paper_id: str, content: str, receipt: str) -> str:
    """The digest of one ballot. `content` is canonical text, `receipt` its stored digest."""
    return digest([paper_id, content, receipt])


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over leaves in their order; an odd one at the end of a level goes up as it is.

    Leaves and inner nodes are digested under different prefixes, so that neither can pass for the
    other (RFC 6962, section 2.1).
    """
    if not leaves:
        return EMPTY_ROOT
    level = [hashlib.sha256(b"\0" + bytes.fromhex(mark)).digest() for mark in leaves]
    while len(level) > 1:
        level = list(_next(level))
    return level[0].hex()


def _next(level: list[bytes]) -> Iterable[bytes]:
    for start in range(0, len(level) - 1, 2):
        yield hashlib.sha256(b"\1" + level[start] + level[start + 1]).digest()
    if len(level) % 2:
        yield level[-1]
