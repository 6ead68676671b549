"""Dates as exports write them. What names no zone is in the town's; nothing is guessed further."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

FORMATS = (
    "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%y", "%d/%m/%y %H:%M",
    "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d-%m-%Y", "%d-%m-%Y %H:%M",
    "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
)  # fmt: skip
FIRST_YEAR = 1990  # older than any export: a damaged date
MILLISECONDS_FROM = 10**11  # a number of seconds this big would be in the year 5138


class UnknownDateError(ValueError):
    """The text is no date."""


def instant_of(text: str, zone: ZoneInfo) -> datetime:
    """Read an instant: ISO 8601, `2019-01-17 10:38:20 +0100`, `17/01/2019 10:38`, epoch.

    Days come before months where both are numbers between slashes, dots or hyphens.

    Raises
    ------
    UnknownDateError
        When it is none of these, or falls before 1990 or after tomorrow.
    """
    try:
        found = _epoch(text) or _iso(text) or _written(text)
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None:
        raise UnknownDateError(text)
    instant = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    if instant.year < FIRST_YEAR or instant > datetime.now(UTC) + timedelta(days=1):
        raise UnknownDateError(text)
    return instant


def _epoch(text: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{9,14}", text):
        return None
    number = int(text)
    seconds = number // 1000 if number >= MILLISECONDS_FROM else number
    rest = number % 1000 if number >= MILLISECONDS_FROM else 0
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=rest)


def _iso(text: str) -> datetime | None:
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?"
        r"(?: ?(UTC|GMT|Z|[+-]\d\d:?\d\d))?",
        text,
    )
    if not found:
        return None
    day, hour, zone = found.groups()
    local = datetime.fromisoformat(f"{day} {hour}" if hour else day)
    return local.replace(tzinfo=_offset(zone)) if zone else local


def _offset(zone: str) -> timezone:
    if zone in ("UTC", "GMT", "Z"):
        return UTC
    digits = zone[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-span if zone[0] == "-" else span)


def _written(text: str) -> datetime | None:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  (the caller adds the zone)
        except ValueError:
            continue
    return None
