"""When a second factor is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

RECOVERY_CODES = 10
CODE_SECONDS = 30
STEPS_OF_GRACE = 1  # a clock may be half a minute off


@dataclass(frozen=True)
class Factors:
    """What a person has set up."""

    has_codes: bool = False  # a telephone that gives codes
    passkeys: int = 0
    recovery_left: int = 0

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all."""
        return self.has_codes or self.passkeys > 0


def is_asked(factors: Factors, has_a_role: bool) -> bool:
    """Whether signing in stops at a second factor.

    Always for whoever has set up codes. A passkey is a way in of its own; it is asked beside the
    password only of people who are entrusted with something.
    """
    return factors.has_codes or (has_a_role and factors.passkeys > 0)


def tidy_code(typed: str) -> str:
    """A code as it is compared: without spaces, hyphens or capitals."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed).casefold()
