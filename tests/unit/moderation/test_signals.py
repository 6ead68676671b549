"""The figures of each signal on made-up days, the class of 28 among them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from moderation.signals import computing
from moderation.signals.computing import Act
from moderation.signals.models import Venue
from moderation.signals.origins import mark_of, network_of, read_network

NOON = datetime(2027, 3, 3, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def ordinary_week(per_hour: int = 6) -> list[Act]:
    """Steady votes of many people for seven days."""
    pick = random.Random(1)
    start = NOON - 7 * DAY
    hours = 7 * 24
    return sorted(
        (
            Act(n, pick.randrange(40), 1, start + timedelta(hours=n * hours / (per_hour * hours)))
            for n in range(per_hour * hours)
        ),
        key=lambda act: act.at,
    )


def test_an_ordinary_week_raises_nothing() -> None:
    acts = ordinary_week()
    born = {act.account: NOON - 90 * DAY for act in acts}
    assert not computing.burst(acts).is_raised
    assert not computing.young(acts, born).is_raised
    assert not computing.single(acts, dict.fromkeys(born, 4)).is_raised
    assert not computing.twins(acts).is_raised
    assert not computing.burst([]).is_raised
    assert not computing.young([], {}).is_raised
    assert not computing.single([], {}).is_raised
    assert not computing.raid([]).is_raised


def test_a_burst_is_eight_times_the_usual_and_thirty_votes() -> None:
    def after(size: int) -> computing.Signal:
        rush = [Act(5_000 + n, 1, 1, NOON + n * MINUTE / 10) for n in range(size)]
        return computing.burst(ordinary_week() + rush)

    assert not after(28).is_raised
    assert after(60).is_raised
    assert after(60).size >= 60
    busy = ordinary_week(per_hour=120)
    rush = [Act(90_000 + n, 1, 1, NOON + n * MINUTE / 10) for n in range(60)]
    assert not computing.burst(busy + rush).is_raised


def test_young_accounts_against_what_is_usual_here() -> None:
    acts = ordinary_week()
    born = {act.account: NOON - 90 * DAY for act in acts}
    rush = [Act(5_000 + n, 1, 1, NOON + n * MINUTE) for n in range(45)]
    fresh = {act.account: act.at - timedelta(hours=1) for act in rush}
    assert computing.young(acts + rush, born | fresh).is_raised
    opening = [Act(n, 1, 1, NOON + n * MINUTE) for n in range(200)]
    all_new = {act.account: act.at - timedelta(hours=1) for act in opening}
    found = computing.young(opening, all_new)
    assert not found.is_raised, "when everybody is new, new accounts say nothing"
    assert found.threshold >= 1


def test_single_purpose_accounts() -> None:
    acts = [Act(n, 1, 1, NOON) for n in range(40)]
    assert computing.single(acts, dict.fromkeys(range(40), 1)).is_raised
    assert not computing.single(acts, dict.fromkeys(range(20), 1) | dict.fromkeys(range(20, 40), 3)
                                ).is_raised  # fmt: skip
    assert not computing.single(acts[:28], dict.fromkeys(range(28), 1)).is_raised


def test_one_network_and_announced_places() -> None:
    marks = {n: {"a" if n < 12 else str(n)} for n in range(30)}
    found = computing.origin(marks)
    assert found.is_raised
    assert found.accounts == tuple(range(12))
    announced = {n: {"venue:1" if n < 12 else str(n)} for n in range(30)}
    assert not computing.origin(announced).is_raised
    assert not computing.origin({}).is_raised


def test_twins_vote_alike_in_order_and_together() -> None:
    def voting(account: int, start: datetime, order: list[int]) -> list[Act]:
        return [Act(account, t, 1, start + n * MINUTE / 4) for n, t in enumerate(order)]

    same = [a for n in range(6) for a in voting(n, NOON + n * MINUTE, [1, 2, 3, 4, 5])]
    assert computing.twins(same).is_raised
    assert computing.twins(same).accounts == (0, 1, 2, 3, 4, 5)
    spread = [a for n in range(6) for a in voting(n, NOON + n * 60 * MINUTE, [1, 2, 3, 4, 5])]
    assert not computing.twins(spread).is_raised
    pick = random.Random(2)
    mixed = [a for n in range(6) for a in voting(n, NOON, pick.sample(range(9), 5))]
    assert not computing.twins(mixed).is_raised


def test_a_raid_is_made_by_people_who_reported_together_before() -> None:
    earlier = [Act(n, 7, 0, NOON - DAY + n * MINUTE) for n in range(12)]
    now = [Act(n, 8, 0, NOON + n * MINUTE) for n in range(12)]
    assert computing.raid(earlier + now).is_raised
    assert not computing.raid(now).is_raised, "many people may find one text bad"
    slow = [Act(n, 8, 0, NOON + n * 20 * MINUTE) for n in range(12)]
    assert not computing.raid(earlier + slow).is_raised


def test_a_class_of_28_behind_one_address_raises_at_most_its_origin() -> None:
    acts = ordinary_week()
    born = {act.account: NOON - 90 * DAY for act in acts}
    pick = random.Random(3)
    pupils = [
        Act(9_000 + n, target, pick.choice((1, 0, -1)), NOON + (n * 5 / 7 + k / 4) * MINUTE)
        for n in range(28)
        for k, target in enumerate(pick.sample(range(40), 2))
    ]
    both = sorted(acts + pupils, key=lambda act: act.at)
    fresh = {act.account: NOON - DAY for act in pupils}
    done = dict.fromkeys(born, 1) | dict.fromkeys(fresh, 2)
    assert not computing.twins(both).is_raised
    assert not computing.single(pupils, done).is_raised
    marks = {account: {"school"} for account in fresh} | {n: {str(n)} for n in range(60)}
    assert computing.origin(marks).is_raised
    announced = {account: {"venue:1"} for account in fresh} | {n: {str(n)} for n in range(60)}
    assert not computing.origin(announced).is_raised


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("nowhere", "None"),
    ],
)
def test_the_network_of_an_address(address: str, network: str) -> None:
    assert str(network_of(address)) == network


def test_marks_change_every_day_and_name_announced_places() -> None:
    venue = Venue(id=4, network="192.0.2.0/28", starts_at=NOON, ends_at=NOON + DAY)
    assert mark_of("192.0.2.3", [venue], "s", NOON) == "venue:4"
    assert mark_of("192.0.2.99", [venue], "s", NOON) == mark_of("192.0.2.200", [], "s", NOON)
    assert mark_of("192.0.2.3", [venue], "s", NOON + 2 * DAY) != "venue:4"
    assert mark_of("192.0.2.3", [], "s", NOON) != mark_of("192.0.2.3", [], "s", NOON + DAY)
    assert "192" not in (mark_of("192.0.2.3", [], "s", NOON) or "")
    assert mark_of(None, [], "s", NOON) is None
    assert read_network("192.0.2.9/24") == "192.0.2.0/24"
    for wrong in ("10.0.0.0/8", "x", "2001::/16"):
        assert read_network(wrong) is None
