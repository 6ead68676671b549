"""Copies of six kinds, planted among real texts, to see whether they are found again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from synthesis.themes.copies import find_copies
from synthesis.themes.text import Document, plain, read, stems_of

SHORTEST = 25  # words of an original: under it a copy and an agreement look the same


def _exact(words: list[str], _chance: random.Random) -> list[str]:
    return words


def _case(words: list[str], _chance: random.Random) -> list[str]:
    return [plain(word).upper().strip(".,;:!?") or word for word in words]


def _typos(words: list[str], chance: random.Random) -> list[str]:
    """Two letters exchanged in one word of fifteen."""
    changed = list(words)
    for n in chance.sample(range(len(words)), max(1, len(words) // 15)):
        word = changed[n]
        if len(word) > 3:
            at = chance.randrange(1, len(word) - 2)
            changed[n] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return changed


OPENING = "Bonjour, je me permets de vous transmettre la proposition suivante :"
CLOSING = "Merci de votre attention, un habitant qui vous souhaite bonne lecture."


def _wrapped(words: list[str], _chance: random.Random) -> list[str]:
    return [OPENING, *words, CLOSING]


def _cut(words: list[str], chance: random.Random) -> list[str]:
    kept = round(len(words) * 0.75)
    start = chance.randrange(len(words) - kept + 1)
    return words[start : start + kept]


def _replaced(words: list[str], chance: random.Random) -> list[str]:
    """One word in five replaced by another word of the same text."""
    return [chance.choice(words) if chance.random() < 0.2 else word for word in words]


KINDS: dict[str, Callable[[list[str], random.Random], list[str]]] = {
    "exact": _exact, "case": _case, "typos": _typos, "wrapped": _wrapped, "cut": _cut,
    "one in five": _replaced,
}  # fmt: skip


def plant(
    documents: Sequence[Document], originals: int, seed: int
) -> tuple[list[Document], dict[str, tuple[str, str]]]:
    """Documents with the copies among them, and for each copy its original's id and its kind."""
    chance = random.Random(seed)
    long = [d for d in documents if SHORTEST <= len(d.text.split()) <= 400]
    copies, origin = [], {}
    for source in chance.sample(long, originals):
        for kind, change in KINDS.items():
            key = f"{source.id}/{kind}"
            copies.append(Document(key, " ".join(change(source.text.split(), chance)), ""))
            origin[key] = (source.id, kind)
    return [*documents, *copies], origin


def score(
    documents: Sequence[Document], origin: dict[str, tuple[str, str]]
) -> tuple[dict[str, float], int]:
    """Share of the copies of each kind found with their original, and wrong pairs.

    A wrong pair joins a planted text or its original to a text that is neither; real texts that
    are copies of each other are not counted.
    """
    corpus = read(documents)
    group = find_copies(corpus, stems_of(corpus)).group
    of = {document.id: int(group[row]) for row, document in enumerate(documents)}
    found = dict.fromkeys(KINDS, 0)
    for key, (source, kind) in origin.items():
        found[kind] += of[key] == of[source]
    families: dict[int, set[str]] = {}
    for key, place in of.items():
        families.setdefault(place, set()).add(origin.get(key, (key, ""))[0])
    wrong = sum(
        len(names) - 1
        for place, names in families.items()
        if len(names) > 1 and any(of[key] == place for key in origin)
    )
    each = len(origin) // len(KINDS)
    return {kind: count / each for kind, count in found.items()}, wrong
