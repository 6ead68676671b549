"""Passwords: what one must be, and how it is kept (argon2id, through argon2-cffi)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from civic.i18n import gettext as _
from civic.settings import active

SHORTEST, LONGEST = 12, 128
COMMON = Path(__file__).with_name("common_passwords.txt")
ROWS = ("azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz")
LOOKALIKES = str.maketrans("013457@$!", "oleastasi")


@lru_cache(maxsize=4)
def _hasher(memory: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory, parallelism=1)


@lru_cache(maxsize=4)
def _decoy(memory: int, rounds: int) -> str:
    return _hasher(memory, rounds).hash("no account has this password")


def _costs() -> tuple[int, int]:
    return active().argon2_memory, active().argon2_rounds


def hash_password(password: str) -> str:
    """The text to store for a password."""
    return _hasher(*_costs()).hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; takes as long when there is no account."""
    try:
        _hasher(*_costs()).verify(stored or _decoy(*_costs()), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Whether the stored hash was made with other costs than today's."""
    return _hasher(*_costs()).check_needs_rehash(stored)


def fault_of(password: str, *about: str) -> str:
    """What is wrong with a password, or nothing. Length and obvious words, no composition.

    Follows OWASP ASVS 5.0, section 6.2: at least 12 characters, pasting and any character allowed,
    no expiry, a local list of common passwords and of words about the person and the town.
    """
    if len(password) < SHORTEST:
        return _("Choose a password of at least %(count)s characters.", count=SHORTEST)
    if len(password) > LONGEST:
        return _("Choose a password of at most %(count)s characters.", count=LONGEST)
    lowered = password.casefold()
    if any(len(word) > 3 and word.casefold() in lowered for word in about):
        return _("Choose a password without your name or your address in it.")
    if is_common(password):
        return _("This password is too easy to guess. A sentence of four words is better.")
    return ""


def is_common(password: str) -> bool:
    """Whether a password is what people try first, dressed up or not.

    Capitals, accents, `3` for `e`, figures and signs at the ends are taken away; what is left must
    hold more than one common word said once or twice, one piece repeated, or keys in a row.
    """
    bare = _bare(password)
    if len(set(password.casefold())) < 5 or _is_repeated(bare) or _is_in_a_row(bare):
        return True
    words = common_words() | {_bare(word) for word in active().town_name.split()}
    kept = bare
    for _time in range(2):
        start = max((w for w in words if w and kept.startswith(w)), key=len, default="")
        kept = kept[len(start) :]
    return len(kept) < 3


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The local list: words that stand at the head of every list of stolen passwords."""
    return frozenset(COMMON.read_text(encoding="utf-8").split())


def _bare(password: str) -> str:
    plain = unicodedata.normalize("NFD", password.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    trimmed = re.sub(r"^[\W\d_]+|[\W\d_]+$|[\W\d_]{2,}", "", plain)  # years and signs between
    return re.sub(r"[\W\d_]", "", trimmed.translate(LOOKALIKES))


def _is_repeated(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 7))


def _is_in_a_row(text: str) -> bool:
    """Whether most of it follows the keyboard or the alphabet, either way."""
    steps = [text[at : at + 3] for at in range(len(text) - 2)]
    followed = sum(any(s in row or s in row[::-1] for row in ROWS) for s in steps)
    return len(steps) > 0 and followed / len(steps) > 0.6
