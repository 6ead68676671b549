"""How far somebody is trusted, and when the filter may set a text aside. Votes weigh the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from civic.i18n import gettext as _, ngettext

SHADOW = timedelta(days=14)  # in which a model is only watched
LEAST_SPAM, LEAST_KEPT = 50, 200  # decisions without which nothing is learnt
SURE = 0.98  # probability from which a text may be set aside
PRECISE = 0.95  # of the texts that a model would have set aside, those that people hid
TESTED = 200  # the last decisions, on which that is measured
HELD = timedelta(hours=24)  # how long a text waits for a person
DRIFT = 0.1  # a fall of precision in one night that administrators hear of
LABELS_PER_DAY = 50  # decisions of one moderator on one day from which the filter learns

DAY = timedelta(days=1)
FIRST_TEXTS, MANY_TEXTS = 2, 10


@dataclass(frozen=True)
class Record:
    """What is known of a person: nothing but what they published and what became of it."""

    is_confirmed: bool
    age: timedelta
    accepted: int  # texts that everyone may read
    hidden_lately: int  # hidden within 30 days, and still so
    hidden: int  # within 90 days
    is_granted: bool = False


@dataclass(frozen=True)
class Trust:
    """A level from 0 to 3, and what leads to the next."""

    level: int
    record: Record

    @property
    def way_up(self) -> list[str]:
        """What is missing for the next level, in sentences."""
        if self.level == 0:
            return _to_one(self.record)
        return _to_two(self.record) if self.level == 1 else []


def trust_level(record: Record) -> int:
    """0 new, 1 known, 2 regular, 3 trusted by the administrators."""
    if record.hidden_lately >= 2:
        return 0
    if record.is_granted:
        return 3
    if not record.is_confirmed or record.age < DAY or record.accepted < FIRST_TEXTS:
        return 0
    return 2 if record.accepted >= MANY_TEXTS and not record.hidden else 1


def _to_one(record: Record) -> list[str]:
    missing = []
    if not record.is_confirmed:
        missing.append(_("Confirm your e-mail address."))
    if record.age < DAY:
        missing.append(_("Your account must be a day old."))
    if record.accepted < FIRST_TEXTS:
        left = FIRST_TEXTS - record.accepted
        missing.append(ngettext("Publish %(num)s more text.", "Publish %(num)s more texts.", left))
    if record.hidden_lately >= 2:
        missing.append(_("Two texts of yours were hidden within a month: the older must be past."))
    return missing


def _to_two(record: Record) -> list[str]:
    missing = []
    if record.accepted < MANY_TEXTS:
        left = MANY_TEXTS - record.accepted
        missing.append(ngettext("Publish %(num)s more text.", "Publish %(num)s more texts.", left))
    if record.hidden:
        missing.append(_("Three months without a hidden text."))
    return missing


def ranks(shadow_since: datetime, now: datetime) -> bool:
    """Whether a model has been watched long enough to rank the queue."""
    return now >= shadow_since + SHADOW


def may_hide(figures: dict[str, Any], shadow_since: datetime, now: datetime) -> bool:
    """Whether a model has shown that what it is sure of is nearly always hidden by people."""
    return (
        ranks(shadow_since, now)
        and figures.get("tested", 0) >= TESTED
        and figures.get("sure", 0) > 0
        and figures.get("sure_precision", 0.0) >= PRECISE
    )


def has_drifted(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether a filter has become much less right than the one of the night before.

    Parameters
    ----------
    before, after : dict
        Figures as `classifier.measure` gives them; without a measure nothing is said.
    """
    if not before.get("tested") or not after.get("tested"):
        return False
    was_precise = before["sure_precision"] >= PRECISE > after["sure_precision"]
    return before["precision"] - after["precision"] > DRIFT or (was_precise and after["sure"] > 0)


def is_set_aside(probability: float | None, trust: int, has_link: bool, model_may: bool) -> bool:
    """Whether a text waits for a person: a sure case, of somebody new, that leads elsewhere."""
    return model_may and trust == 0 and has_link and (probability or 0.0) >= SURE
