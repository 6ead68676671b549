"""How the domain says no: a verdict with a reason, and one family of errors.

The domain does not speak HTTP: `civic.web.errors` knows which status each error gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class CivicError(Exception):
    """Something a person asked for cannot be done; the message is a sentence for that person."""


class NotAllowed(CivicError):
    """This person may not do this; the message says why."""


class SignInNeeded(NotAllowed):
    """Nobody is signed in, and this needs somebody."""


class FreshCheckNeeded(NotAllowed):
    """The person must prove again that they are there before this."""


class NotOpen(NotAllowed):
    """The calendar says no: it is too early or too late."""

    def __init__(self, message: str, opens_at: datetime | None = None) -> None:
        super().__init__(message)
        self.opens_at = opens_at


class Conflict(CivicError):
    """Somebody else changed this in the meantime."""


class Invalid(CivicError):
    """What was written cannot be taken; `field` names where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class OneMoreStep(CivicError):
    """A form seems to be filled by a program; one more click sends it."""


class Missing(CivicError):
    """There is no such thing here, or it is not for this person to see."""


class TooMany(CivicError):
    """Too much, too fast; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Verdict:
    """An answer to "may I?": yes, or no with a reason that a citizen can read."""

    allowed: bool
    reason: str = ""
    error: type[NotAllowed] = NotAllowed

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Go on if the answer is yes.

        Raises
        ------
        NotAllowed
            Or its child that fits (`SignInNeeded`, `NotOpen`), with the reason.
        """
        if not self.allowed:
            raise self.error(self.reason)


YES = Verdict(True)


def no(reason: object) -> Verdict:
    """Refuse, with the reason in the person's language."""
    return Verdict(False, str(reason))


def closed(reason: object) -> Verdict:
    """Refuse because of the calendar."""
    return Verdict(False, str(reason), NotOpen)


def unknown_person(reason: object) -> Verdict:
    """Refuse because nobody is signed in."""
    return Verdict(False, str(reason), SignInNeeded)
