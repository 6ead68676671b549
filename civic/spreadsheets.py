"""Tables that people open in a spreadsheet.

A cell that a spreadsheet could take for a formula gets an apostrophe before it, and so does one
that begins with an apostrophe: taking one leading apostrophe away always gives the exact text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−"
BOM = "\ufeff"


def cell(value: object) -> object:
    """A value that no spreadsheet runs. Numbers stay numbers."""
    if not isinstance(value, str):
        return value
    start = value.lstrip(" \u00a0\u202f\u3000\u200b\ufeff")[:1]
    risky = value.startswith("'") or (start and start in FORMULA)
    return f"'{value}" if risky else value


def taken(buffer: io.StringIO) -> str:
    """What was written so far, and an empty buffer."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def sheet(columns: Sequence[str], rows: Iterable[Sequence[object]], language: str) -> str:
    """A small table as CSV, by default with commas.

    Parameters
    ----------
    language : str
        `fr` writes what a French spreadsheet opens by double-click: semicolons and a byte-order
        mark.
    """
    french = language == "fr"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return (BOM if french else "") + taken(buffer)
