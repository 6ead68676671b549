"""Reports by quarter, counted from what was recorded, small numbers masked."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from civic import clock
from civic.db import begin_write, commit
from moderation import actions
from moderation.models import Outcome, Reason
from moderation.transparency.rules import Quarter, quarters, share, told
from tests.factories import Factories

PARIS = ZoneInfo("Europe/Paris")


def test_quarters_begin_at_midnight_in_the_town() -> None:
    assert Quarter.of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), PARIS) == Quarter(2027, 1)
    assert Quarter(2026, 3).start(PARIS) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert Quarter(2026, 4).next == Quarter(2027, 1)
    assert Quarter.named("2026-q4") == Quarter(2026, 4)
    for wrong in ("2026-q5", "2026", "q4-2026", "2026-q44"):
        assert Quarter.named(wrong) is None


@given(st.integers(0, 4000), st.integers(0, 900))
def test_every_instant_lies_in_one_quarter(start: int, days: int) -> None:
    first = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=start)
    last = first + timedelta(days=days)
    found = quarters(first, last, PARIS)
    assert found[-1].start(PARIS) <= first
    assert found[0].start(PARIS) <= last < found[0].next.start(PARIS)
    assert all(a == b.next for a, b in zip(found, found[1:], strict=False))


def test_small_numbers_are_not_told() -> None:
    assert [told(n) for n in (0, 1, 4, 5)] == [0, None, None, 5]
    assert share(3, 20) is None
    assert share(18, 20) is None
    assert share(10, 20) == 0.5
    assert share(20, 20) == 1


@pytest.fixture
def space(make: Factories) -> Any:
    """Six texts hidden as spam, one kept, one brought back."""
    space = make.space(slug="rapport")
    moderator, second = make.moderator(space), make.moderator(space)
    decided = []
    for n in range(7):
        case = make.report(make.proposal(space, title=f"Texte {n}"), reason=Reason.SPAM)
        begin_write()
        outcome = Outcome.KEEP if n == 6 else Outcome.HIDE
        actions.decide(case, moderator, outcome, 0, Reason.SPAM, "Publicité.")
        commit()
        decided.append(case)
    begin_write()
    case = decided[0]
    actions.contest(case.contribution, case.contribution.author, "Relisez.")
    actions.restore(case, second, case.turn, "Relu.")
    commit()
    return space


def now_quarter() -> str:
    return Quarter.of(clock.now(), PARIS).name


def table(client: Any) -> dict[tuple[str, str], str]:
    response = client.get(f"/spaces/rapport/moderation/reports/{now_quarter()}/table.csv")
    assert response.mimetype == "text/csv"
    rows = csv.DictReader(io.StringIO(response.text))
    return {(row["group"], row["code"]): row["value"] for row in rows}


def test_the_report_of_a_quarter(client: Any, space: Any) -> None:
    found = table(client)
    assert found["received", "proposal"] == "7"
    assert found["reports", "R5"] == "7"
    assert found["reports", "R1"] == "0"
    assert found["sources", "citizen"] == "7"
    assert found["decisions", "hide"] == "6"
    assert found["decisions", "keep"] == "<5"
    assert found["hidden", "R5"] == "6"
    assert found["appeals", "lodged"] == "<5"
    assert found["appeals", "reversed"] == "<5"
    assert found["delays", "in_time"] == "1.0"
    assert found["delays", "p90"] == ""
    assert found["team", "moderators"] == "2"
    page = client.get(f"/spaces/rapport/moderation/reports/{now_quarter()}").page
    assert "moins de 5" in page.text
    assert "n’est pas terminé" in page.text
    assert page.soup.find("table")


def test_quarters_of_a_space_and_no_others(client: Any, space: Any) -> None:
    links = client.get("/spaces/rapport/moderation/reports").page.links()
    assert f"/spaces/rapport/moderation/reports/{now_quarter()}" in links
    for wrong in ("2019-q1", "2099-q1", "q1"):
        assert client.get(f"/spaces/rapport/moderation/reports/{wrong}").status_code == 404


def test_statistics_are_for_the_moderators(
    client: Any, signed_in: Any, make: Factories, space: Any
) -> None:
    page = signed_in(make.moderator(space)).get("/spaces/rapport/moderation/statistics").page
    assert "n’a pas encore appris" in page.text
    row = page.soup.find(id="differently").parent.find("tbody").get_text(" ", strip=True)
    assert row.endswith("6 1")
    assert signed_in(make.account()).get("/spaces/rapport/moderation/statistics").status_code == 404
