"""Opens a file of ballots by the ending of its name."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from votes.counting.ballots import Ballots
from votes.counting.errors import UnreadableFileError
from votes.counting.formats.ballot_export import read_export
from votes.counting.formats.ballot_table import FIRST_LINE, read_table
from votes.counting.formats.blt import read_blt
from votes.counting.formats.grade_csv import read_grade_csv
from votes.counting.formats.pabulib import read_pabulib
from votes.counting.formats.preflib import read_preflib_categories, read_preflib_orders


def read_csv(lines: Iterable[str]) -> Ballots:
    """Our own table if the file says so, else a table of grades."""
    every = iter(lines)
    first = next(every, "")
    reader = read_table if first.rstrip() == FIRST_LINE else read_grade_csv
    return reader(chain([first], every))


READERS: dict[str, Callable[[Iterable[str]], Ballots]] = {
    ".pb": read_pabulib,
    ".soc": read_preflib_orders,
    ".soi": read_preflib_orders,
    ".toc": read_preflib_orders,
    ".toi": read_preflib_orders,
    ".cat": read_preflib_categories,
    ".blt": read_blt,
    ".csv": read_csv,
    ".jsonl": read_export,
}


def read_ballots(path: Path) -> Ballots:
    """Read the ballots of a file; `.gz` after the ending is unpacked on the way."""
    packed = path.suffix == ".gz"
    ending = Path(path.stem).suffix if packed else path.suffix
    reader = READERS.get(ending.lower())
    if reader is None:
        raise UnreadableFileError(f"{path.name} does not end with one of {' '.join(READERS)}")
    try:
        with (gzip.open if packed else open)(path, "rt", encoding="utf-8-sig", newline="") as lines:
            return reader(lines)
    except (csv.Error, OverflowError, TypeError, AttributeError) as error:
        # A value of another nature than its format says, in a place that no reader names.
        raise UnreadableFileError(f"{path.name} does not follow its format: {error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path.name} is not UTF-8 text") from error
    except (gzip.BadGzipFile, EOFError) as error:
        raise UnreadableFileError(f"{path.name} is not a whole gzip file") from error
