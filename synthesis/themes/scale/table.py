"""What is kept of each text while a million pass by: columns of numbers in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.scale.model import BANDS, Block

COLUMNS: dict[str, type[Any]] = {
    "theme": np.int16,
    "digest": np.uint64,
    "words": np.int32,
    "author": np.uint64,
    "speaks_for": np.int32,
}


class Table:
    """Columns of `n` entries in a folder, written block after block; 90 bytes a text.

    Each band of the signatures has a column of its own, since they are sorted one at a time.
    """

    def __init__(self, folder: Path, n: int) -> None:
        self.n = n
        self._columns = {
            name: np.memmap(folder / name, kind, "w+", shape=(n,)) for name, kind in COLUMNS.items()
        }
        self._bands = [
            np.memmap(folder / f"band{band}", np.uint64, "w+", shape=(n,)) for band in range(BANDS)
        ]

    def write(self, start: int, block: Block) -> None:
        """Keep a block whose first text is the `start`-th."""
        end = start + len(block.ids)
        for name, column in self._columns.items():
            column[start:end] = getattr(block, name)
        for band, column in enumerate(self._bands):
            column[start:end] = block.bands[:, band]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def band(self, number: int) -> NDArray[np.uint64]:
        """One column of the signatures."""
        return self._bands[number]
