"""Marks of origin: the same within a day, and telling nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from moderation.models import Reason
from moderation.origin import origin_mark

SECRET = "s" * 32
TODAY = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:2:ffff::9"),
        ("192.0.2.7", "::ffff:192.0.2.7"),
        (None, ""),
    ],
)
def test_one_connection_has_one_mark_in_a_day(first: str | None, second: str) -> None:
    assert origin_mark(first, SECRET, TODAY) == origin_mark(second, SECRET, TODAY)


@pytest.mark.parametrize(
    ("first", "second"),
    [("192.0.2.7", "192.0.2.8"), ("2001:db8:1:2::7", "2001:db8:1:3::7"), ("", "192.0.2.7")],
)
def test_two_connections_have_two_marks(first: str, second: str) -> None:
    assert origin_mark(first, SECRET, TODAY) != origin_mark(second, SECRET, TODAY)


@given(st.ip_addresses())
def test_a_mark_holds_no_address_and_changes_with_the_day_and_the_secret(address: object) -> None:
    mark = origin_mark(str(address), SECRET, TODAY)
    assert len(mark) == 64
    assert str(address) not in mark
    assert mark != origin_mark(str(address), SECRET, TODAY + timedelta(days=1))
    assert mark != origin_mark(str(address), "t" * 32, TODAY)


def test_the_codes_of_the_reasons_are_those_of_the_charter() -> None:
    assert [reason.code for reason in Reason] == [f"R{n}" for n in range(1, 11)]
    assert Reason.of_code("R4") is Reason.PRIVACY
    assert all(Reason.of_code(reason.code) is reason for reason in Reason)
