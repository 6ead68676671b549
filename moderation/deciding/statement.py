"""The statement of reasons: what an author is told at the moment of a decision, and can download.

Its parts are those of article 17(3) of Regulation (EU) 2022/2065 (Digital Services Act): the
measure with its scope and duration, the facts, whether a notice led to it, whether a machine took
part, the law or rule it rests on, and how to contest it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from civic.contributions.models import Contribution
from civic.i18n import gettext as _, ngettext
from moderation import queries
from moderation.models import LEGAL, RESTRICTING, Decision, Outcome
from moderation.rules import CONTEST_WITHIN
from moderation.words import OUTCOMES, REASONS


@dataclass(frozen=True)
class Statement:
    """One decision, told to the person whom it concerns."""

    number: str
    at: datetime
    measure: str
    scope: str
    facts: str
    source: str
    rule: str
    ground: str
    is_automated: bool
    until: datetime | None  # until when it can be contested; none when it limits nothing

    def as_json(self) -> dict[str, object]:
        """The same for machines; instants in UTC."""
        return {
            "decision": self.number,
            "decided_at": self.at.isoformat(),
            "measure": self.measure,
            "scope": self.scope,
            "facts": self.facts,
            "source": self.source,
            "rule": self.rule,
            "ground": self.ground,
            "automated_detection": False,
            "automated_decision": self.is_automated,
            "contest_until": self.until.isoformat() if self.until else None,
        }


def statement_of(decision: Decision, contribution: Contribution, was_reported: bool) -> Statement:
    """The statement for one main decision, in the language of whoever reads it now.

    Parameters
    ----------
    was_reported : bool
        Whether somebody reported the text; who, is never told.
    """
    is_limiting = decision.outcome in RESTRICTING
    return Statement(
        number=f"{decision.case_id}-D{decision.number}",
        at=decision.at,
        measure=str(OUTCOMES[decision.outcome]),
        scope=scope_of(decision, contribution),
        facts=decision.words,
        source=_("Somebody had reported it.")
        if was_reported
        else _("Nobody had reported it: a moderator came across it."),
        rule=str(REASONS[decision.reason]) if decision.reason else "",
        ground=ground_of(decision),
        is_automated=False,
        until=decision.at + CONTEST_WITHIN if is_limiting else None,
    )


def ground_of(decision: Decision) -> str:
    """Whether the law or the rules of the debate are invoked."""
    if decision.reason is None:
        return ""
    if decision.reason in LEGAL:
        return _("The law, and the rules of the debate (%(code)s)", code=decision.reason.code)
    return _("The rules of the debate (%(code)s)", code=decision.reason.code)


def scope_of(decision: Decision, contribution: Contribution) -> str:
    """What the decision changes for whom, and until when."""
    told = {
        Outcome.KEEP: _("Your text is public."),
        Outcome.CONFIRM: _("Nothing changes: the first decision stands."),
        Outcome.RESTORE: _("Everything is as it was before the decision; votes count again."),
        Outcome.MASK: _(
            "The words are covered for everyone but you and the moderators; the rest is public."
        ),
        Outcome.MOVE: _("Your text is public in its new place, with its thread and its votes."),
        Outcome.MERGE: _(
            "Your text stays readable under your name; its supports count at the text it joins."
        ),
        Outcome.ASK: _("Your text stays as it is until you change it."),
        Outcome.UNDO: _("Everything is as it was before the decision."),
    }
    return told.get(decision.outcome) or _scope_of_hiding(decision, contribution)


def _scope_of_hiding(decision: Decision, contribution: Contribution) -> str:
    gone = len(queries.concealed_by(decision) - {contribution.id})
    alone = _(
        "Nobody but you and the moderators can read it, on every page, until another decision"
        " brings it back. The votes that it had are kept."
    )
    if not gone:
        return alone
    return " ".join(
        (
            alone,
            ngettext(
                "%(num)s comment under it is out of sight with it.",
                "%(num)s comments under it are out of sight with it.",
                gone,
            ),
        )
    )
