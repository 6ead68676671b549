"""What a text shows of itself: links, copies, invisible characters, numbers to call or to pay.

Pure. Each signal has a weight; together they make a suspicion from 0 to 1 as independent hints do
(one minus the product of what each leaves open). None of them is a proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from civic.text import BIDI_CONTROLS, fold

LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|org|info|biz|top|xyz|shop|ru|cn)\b")
PHONE = re.compile(r"(?:\+|00)\d[\d .()-]{8,}|\b0[1-9](?:[ .-]?\d{2}){4}\b")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b")
INVISIBLE = re.compile(f"[\u200b\u200c\u2060\u180e\u00ad\ufeff{BIDI_CONTROLS}]")
SHINGLE = 4  # words that follow each other
SAME = 0.9  # share of common shingles from which two texts are the same
LEAST_WORDS = 5  # a shorter text says "yes" or "thank you" as anybody may
MANY_LINKS = 2.0  # per hundred words

WEIGHTS = {
    "links": 0.35,
    "first_link": 0.3,
    "mostly_link": 0.35,
    "copies": 0.25,
    "many_copies": 0.45,
    "invisible": 0.35,
    "phone": 0.2,
    "iban": 0.45,
    "capitals": 0.1,
}


@dataclass(frozen=True)
class Signal:
    """One thing that was noticed, with the figure that says how much."""

    name: str
    value: Any = None


def notice(text: str, is_first: bool, copies: int) -> list[Signal]:
    """What one text shows.

    Parameters
    ----------
    is_first : bool
        Whether its author had published nothing before.
    copies : int
        How many other texts say the same.
    """
    words, links = re.findall(r"\w+", LINK.sub(" ", text)), LINK.findall(text)
    density = 100 * len(links) / max(len(words), 1)
    letters = [character for character in text if character.isalpha()]
    shouted = sum(character.isupper() for character in letters) / max(len(letters), 1)
    found = {
        "links": round(density, 1) if links and density >= MANY_LINKS else None,
        "first_link": is_first if links and is_first else None,
        "mostly_link": len(words) if links and len(words) < 8 * len(links) else None,
        "copies": copies if 0 < copies < 3 else None,
        "many_copies": copies if copies >= 3 else None,
        "invisible": len(INVISIBLE.findall(text)) or None,
        "phone": len(PHONE.findall(text)) or None,
        "iban": len(IBAN.findall(text)) or None,
        "capitals": round(shouted, 2) if len(letters) >= 20 and shouted > 0.6 else None,
    }
    return [Signal(name, value) for name, value in found.items() if value is not None]


def suspicion(signals: Iterable[Signal]) -> float:
    """How much the signals say together, from 0 to 1."""
    return 1 - prod(1 - WEIGHTS.get(signal.name, 0.0) for signal in signals)


def has_link(text: str) -> bool:
    """Whether a text leads anywhere."""
    return LINK.search(text) is not None


# --- Copies -----------------------------------------------------------------------------------


def shingles(text: str) -> frozenset[int]:
    """The runs of words of a text, as numbers; empty for a text too short to be a copy."""
    words = re.findall(r"\w+", fold(text))
    if len(words) < LEAST_WORDS:
        return frozenset()
    runs = zip(*(words[start:] for start in range(SHINGLE)), strict=False)
    return frozenset(hash(run) for run in runs)


def copies_of(own: frozenset[int], others: Sequence[frozenset[int]]) -> int:
    """How many texts share nearly all runs of words with one (Jaccard, `SAME` at least)."""
    if not own:
        return 0
    return sum(1 for other in others if other and len(own & other) >= SAME * len(own | other))
