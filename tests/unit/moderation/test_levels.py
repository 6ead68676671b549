"""By when a case should be decided: working hours, nights, weekends, the change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from moderation.queue.levels import ALLOWED, Level, after_work, clock_of, worked

PARIS = ZoneInfo("Europe/Paris")


def paris(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """An instant of 2027, as the clock in Paris shows it."""
    return datetime(2027, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (paris(3, 10), paris(3, 14)),  # a Wednesday morning
        (paris(3, 16), paris(4, 11)),  # two hours are left of the day
        (paris(3, 22), paris(4, 13)),  # at night, from nine on
        (paris(5, 17), paris(8, 12)),  # Friday evening to Monday noon
        (paris(6, 12), paris(8, 13)),  # Saturday
        (paris(26, 17), paris(29, 12)),  # the clock changes on the Sunday between
    ],
)
def test_urgent_cases_are_due_after_four_working_hours(start: datetime, due: datetime) -> None:
    assert after_work(start, ALLOWED[Level.URGENT], PARIS) == due
    assert worked(start, due, PARIS) == ALLOWED[Level.URGENT]


def test_others_are_due_by_the_clock() -> None:
    start = paris(5, 17)
    ordinary = clock_of(Level.ORDINARY, start, start + timedelta(hours=20), PARIS)
    assert ordinary.due == start + timedelta(hours=24)
    assert ordinary.is_near
    assert not ordinary.is_late
    assert clock_of(Level.SECOND, start, start + timedelta(hours=72), PARIS).is_late


@given(
    st.integers(0, 60 * 24 * 700),
    st.integers(1, 60 * 40),
)
def test_what_is_due_is_reached_by_exactly_that_much_work(start: int, minutes: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    allowed = timedelta(minutes=minutes)
    due = after_work(begin, allowed, PARIS)
    assert due > begin
    assert worked(begin, due, PARIS) == allowed
