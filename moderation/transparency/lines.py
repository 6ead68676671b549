"""A report as lines: a code for programs, words for people, a value or its mask."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from civic.i18n import gettext as _
from civic.web.filters import KINDS
from moderation.models import Measure, Outcome, Reason, Sender
from moderation.transparency.queries import Figures
from moderation.transparency.rules import SMALL, middle, nine_in_ten, share, told
from moderation.words import OUTCOMES, REASONS

COUNT, HOURS, SHARE, WORDS = "count", "hours", "share", "words"


@dataclass(frozen=True)
class Line:
    """One figure. `value` is None where the number is too small to be told, or unknown."""

    group: str
    code: str
    label: str
    value: Any
    unit: str = COUNT

    @property
    def is_small(self) -> bool:
        """Whether it is a count that is masked."""
        return self.unit == COUNT and self.value is None


def groups() -> dict[str, str]:
    """The headings, in their order."""
    return {
        "received": _("What was received"),
        "reports": _("Reports, by reason"),
        "sources": _("Where reports came from"),
        "decisions": _("Decisions"),
        "hidden": _("Texts hidden, by rule"),
        "delays": _("Delays"),
        "automatic": _("Automatic detection"),
        "appeals": _("Second readings"),
        "sanctions": _("Measures on accounts"),
        "votes": _("Votes removed for fraud"),
        "requests": _("Requests by authorities and by the town"),
        "team": _("Moderators and rules"),
    }


def lines_of(found: Figures) -> list[Line]:
    """Every line of a report, zeros included: that nothing happened is told too."""
    return [
        *_counts("received", found.texts, KINDS),
        Line("received", "cases", _("Cases opened"), told(found.cases)),
        *_counts("reports", found.reports, REASONS, Reason),
        *_counts("sources", found.sources, _sources()),
        *_counts("decisions", found.decisions, OUTCOMES, Outcome),
        *_counts("hidden", found.reasons, REASONS, Reason),
        *_delays(found),
        *_counts("automatic", found.held, _held()),
        *_counts("appeals", found.appeals, _appeals()),
        *_counts("sanctions", found.sanctions, _measures(), Measure),
        *_counts("votes", found.removed, _removed()),
        *_counts("requests", found.requests, _senders(), Sender),
        Line("team", "moderators", _("Moderators of the space"), found.moderators),
        Line("team", "languages", _("Their languages"), ", ".join(found.languages), WORDS),
        Line("team", "versions", _("Versions of the rules put in force"), found.versions),
    ]


def _counts(
    group: str, found: Mapping[str, int], labels: Mapping[Any, Any], kind: Iterable[Any] = ()
) -> Iterator[Line]:
    for key in kind or labels:
        name = str(getattr(key, "value", key))
        code = key.code if isinstance(key, Reason) else name
        yield Line(group, code, str(labels[key]), told(found.get(name, 0)))


def _delays(found: Figures) -> list[Line]:
    in_time = share(found.in_time, len(found.delays))
    return [
        Line("delays", "decided", _("Cases decided for the first time"), told(len(found.delays))),
        Line("delays", "median", _("Half of them within"), middle(found.delays), HOURS),
        Line("delays", "p90", _("Nine in ten within"), nine_in_ten(found.delays), HOURS),
        Line("delays", "in_time", _("Share decided in time"), in_time, SHARE),
    ]


def _sources() -> dict[str, str]:
    return {
        "citizen": _("People with an account"),
        "visitor": _("People without an account"),
        "official": _("Officials of the space"),
    }


def _held() -> dict[str, str]:
    return {
        "all": _("Texts that the filter made wait"),
        "hidden": _("of these, hidden by a moderator"),
        "kept": _("of these, published by a moderator"),
        "returned": _("of these, published after a day without a decision"),
    }


def _appeals() -> dict[str, str]:
    return {
        "lodged": _("Asked for"),
        "confirmed": _("The decision stood"),
        "reversed": _("The text came back"),
    }


def _removed() -> dict[str, str]:
    return {
        "votes": _("Votes removed by two people"),
        "given_back": _("of these, given back since"),
    }


def _measures() -> dict[Measure, str]:
    return {
        Measure.WARNING: _("Warning"),
        Measure.LIMITED: _("A few texts a day, read first"),
        Measure.SUSPENDED: _("Writing suspended until a date"),
        Measure.REPORT_WARNING: _("Warning about reports"),
        Measure.REPORT_LIMIT: _("Few reports a day"),
    }


def _senders() -> dict[Sender, str]:
    return {Sender.AUTHORITY: _("Authorities"), Sender.ORGANISER: _("The town")}


def as_csv(lines: Iterable[Line]) -> str:
    """The lines as a table for programs; a masked count is written `<5`, an unknown value empty."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["group", "code", "label", "value", "unit"])
    for line in lines:
        value = f"<{SMALL}" if line.is_small else "" if line.value is None else line.value
        if isinstance(value, float):
            value = round(value, 3)
        writer.writerow([line.group, line.code, line.label, value, line.unit])
    return file.getvalue()
