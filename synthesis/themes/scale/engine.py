"""Themes of more texts than memory holds.

The themes of a sample are found as those of any corpus (`engine.py`); every text is then placed by
the same vote, in one pass over the source, block by block. A block needs nothing but the model, so
blocks can be placed by other processes and other machines and come back the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthesis.themes.copies import Kind, kind_of
from synthesis.themes.engine import Fixed, Previous, Progress, learn
from synthesis.themes.result import Coverage, Theme, ThemesResult
from synthesis.themes.scale.copies import groups_of
from synthesis.themes.scale.model import Block, Model, model_of, place
from synthesis.themes.scale.source import Source
from synthesis.themes.scale.table import Table

SAMPLE = 30_000  # texts from which themes are learned
BLOCK = 20_000  # texts in memory at a time
Sink = Callable[[NDArray[np.int64], Block], None]
Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


@dataclass(frozen=True)
class CopyGroup:
    """Texts that say the same: the number of each, that of the first one first."""

    numbers: tuple[int, ...]
    kind: Kind


@dataclass(frozen=True)
class ScaleResult:
    """The themes, with the figures of all texts, and what was said several times.

    Where each text is went to the sink. Quotes and parts of a theme are those of the sample.
    """

    themes: tuple[Theme, ...]
    copies: tuple[CopyGroup, ...]
    coverage: Coverage
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Placer:
    """What is sent to whoever places blocks: a model and the source."""

    model: Model
    source: Source

    def __call__(self, numbers: NDArray[np.int64]) -> Block:
        """The texts under these numbers, placed."""
        return place(self.model, self.source.fetch(numbers.tolist()))


def find_themes_at_scale(
    source: Source,
    sink: Sink,
    themes: int | None = None,
    seed: int = 0,
    previous: Previous | None = None,
    fixed: Fixed | None = None,
    stopwords: Sequence[str] = (),
    progress: Progress | None = None,
    mapper: Mapper = map,
    when_learned: Callable[[ThemesResult], None] = lambda result: None,
    sample: int = SAMPLE,
    block: int = BLOCK,
) -> ScaleResult:
    """Group the texts of a source by what they talk about, in one pass.

    Parameters
    ----------
    sink : callable
        Given the numbers of each block and where its texts are, in their order.
    mapper : callable
        Like `map`; answers in the order of what it is given. `dask.mapper` sends blocks away.
    when_learned : callable
        Given the themes of the sample before the first block is placed.
    sample, block : int
        Texts learned from, and texts in memory at a time.

    The other parameters are those of `engine.find_themes`.
    """
    tell = progress or (lambda share: None)
    numbers = source.numbers()
    chosen = sample_of(numbers, sample, seed)
    learned = learn(
        source.fetch(chosen.tolist()), themes, seed, previous, fixed,
        lambda share: tell(0.3 * share), None, stopwords,
    )  # fmt: skip
    when_learned(learned.result)
    placer = Placer(model_of(learned, stopwords), source)
    with tempfile.TemporaryDirectory() as folder:
        table = Table(Path(folder), len(numbers))
        _pass(placer, numbers, table, sink, mapper, block, lambda share: tell(0.3 + 0.6 * share))
        head = groups_of(
            table, lambda places: source.fetch(numbers[places].tolist()), placer.model.language
        )
        tell(0.97)
        return ScaleResult(
            themes=_counted(learned.result.themes, placer.model, table, head),
            copies=tuple(_copies(numbers, table, head)),
            coverage=_coverage(table, head),
            parameters=dict(learned.result.parameters)
            | {"documents": len(numbers), "sample": len(chosen), "block": block},
        )


def sample_of(numbers: NDArray[np.int64], size: int, seed: int) -> NDArray[np.int64]:
    """The same texts whatever else there is: those whose mixed number is smallest.

    A later computation of a grown source shares most of its sample with the one before.
    """
    if len(numbers) <= size:
        return numbers
    with np.errstate(over="ignore"):
        mixed = (numbers.astype(np.uint64) + np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return np.sort(numbers[np.argsort(mixed, kind="stable")[:size]])


def _pass(
    placer: Placer, numbers: NDArray[np.int64], table: Table, sink: Sink, mapper: Mapper,
    size: int, tell: Progress,
) -> None:  # fmt: skip
    starts = range(0, len(numbers), size)
    parts = (numbers[start : start + size] for start in starts)
    for start, block in zip(starts, mapper(placer, parts), strict=True):
        table.write(start, block)
        sink(numbers[start : start + size], block)
        tell(min((start + size) / len(numbers), 1.0))


def _counted(
    themes: Sequence[Theme], model: Model, table: Table, head: NDArray[np.int64]
) -> tuple[Theme, ...]:
    of_text = np.asarray(table["theme"])
    found = []
    for theme in themes:
        inside = np.flatnonzero(of_text == model.keys.index(theme.id))
        texts = len(np.unique(head[inside]))
        people = _people(table["author"][inside], table["speaks_for"][inside])
        found.append(replace(theme, size=len(inside), texts=texts, people=people))
    return tuple(sorted(found, key=lambda theme: (-theme.size, theme.id)))


def _people(author: NDArray[np.uint64], speaks_for: NDArray[np.int32]) -> int:
    """As `engine` counts them: an author once, a text for several people for all of them."""
    known = (author != 0) & (speaks_for == 1)
    return len(np.unique(author[known])) + int(speaks_for[~known].sum())


def _copies(
    numbers: NDArray[np.int64], table: Table, head: NDArray[np.int64]
) -> Iterator[CopyGroup]:
    """Groups of copies, the largest first."""
    order = np.argsort(head, kind="stable")
    edges = np.flatnonzero(np.diff(head[order])) + 1
    groups = [rows for rows in np.split(order, edges) if len(rows) > 1]
    for rows in sorted(groups, key=lambda rows: (-len(rows), int(rows[0]))):
        kind = kind_of(int(table["words"][rows[0]]), len(rows))
        yield CopyGroup(tuple(numbers[rows].tolist()), kind)


def _coverage(table: Table, head: NDArray[np.int64]) -> Coverage:
    inside = int((np.asarray(table["theme"]) >= 0).sum())
    return Coverage(table.n, inside, table.n - inside, len(np.unique(head)))
