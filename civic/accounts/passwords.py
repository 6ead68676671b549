"""Password hashing: argon2id, through argon2-cffi."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from civic.settings import active


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
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the stored hash was made with other costs than today's."""
    return _hasher(*_costs()).check_needs_rehash(stored)
