"""Warn, limit, suspend, contest and answer; and what follows reports that nobody meant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db
from civic.i18n import gettext as _, using
from civic.notifications.actions import notify
from civic.outbox.actions import post
from civic.spaces.models import Space
from civic.spaces.queries import roles_of
from civic.text import plain
from moderation.models import Decision, Measure, Reason, Sanction
from moderation.queries import readers_of_space
from moderation.sanctions import queries, rules

WORDS_MAX = 2_000


def impose(
    account: Account, space: Space, by: Account, measure: Measure, reason: Reason, words: str,
    days: int = 0,
) -> Sanction:  # fmt: skip
    """Take a measure against a person, who is told at once; votes are never touched.

    Parameters
    ----------
    days : int
        How long it lasts; a warning has no end.

    Raises
    ------
    NotAllowed
    """
    rules.may_sanction(
        by, roles_of(by, space), account, roles_of(account, space),
        queries.has_written_in(account.id, space),
    ).require()  # fmt: skip
    rules.may_last(by, measure, days).require()
    lasts = None if measure is Measure.WARNING else timedelta(days=days)
    return _impose(account, space, by, measure, reason, words, lasts)


def _impose(
    account: Account, space: Space, by: Account, measure: Measure, reason: Reason, words: str,
    lasts: timedelta | None,
) -> Sanction:  # fmt: skip
    made = Sanction(
        account_id=account.id, space_id=space.id, measure=measure, reason=reason,
        words=plain(words)[:WORDS_MAX], by_id=by.id, at=now(),
        until=now() + lasts if lasts else None,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    apply_ends(account)
    audit.record(
        by, f"moderation.{measure.value}", about=account, because=made.words, sanction=made.id,
        reason=reason.code, until=made.until.isoformat() if made.until else None,
    )  # fmt: skip
    _tell(made, account)
    return made


def apply_ends(account: Account) -> None:
    """Write on an account until when it is limited, as its measures say."""
    suspended = queries.ends_of([account.id], Measure.SUSPENDED)
    limited = queries.ends_of([account.id], Measure.LIMITED)
    account.suspended_until = suspended.get(account.id)
    account.limited_until = limited.get(account.id)
    db.session.flush()


def _tell(sanction: Sanction, account: Account) -> None:
    notify([account.id], "moderation.sanctioned", sanction=sanction.id)
    if account.email:
        post(
            account.email, "moderation/mails/sanctioned.txt", account.language,
            name=account.name, sanction=sanction, space=sanction.space.title,
        )  # fmt: skip


def contest(sanction: Sanction, by: Account, plea: str) -> None:
    """The person concerned asks that somebody else look again.

    Raises
    ------
    NotAllowed
    """
    db.session.refresh(sanction, ["contested_at", "answered_at"], with_for_update=True)
    rules.may_contest(by, sanction, now()).require()
    sanction.plea, sanction.contested_at = plain(plea)[:WORDS_MAX], now()
    audit.record(by, "moderation.sanction_contested", about=by, sanction=sanction.id)
    readers = readers_of_space(sanction.space, {sanction.by_id, sanction.account_id})
    notify(readers, "moderation.sanction_contested", slug=sanction.space.slug, sanction=sanction.id)
    db.session.flush()


def answer(sanction: Sanction, by: Account, is_lifted: bool, words: str) -> None:
    """Somebody else answers in writing; the measure stands or ends now.

    Raises
    ------
    NotAllowed
    """
    db.session.refresh(sanction, ["contested_at", "answered_at"], with_for_update=True)
    rules.may_answer(by, roles_of(by, sanction.space), sanction).require()
    sanction.answer, sanction.answered_by_id = plain(words)[:WORDS_MAX], by.id
    sanction.answered_at = now()
    sanction.lifted_at = now() if is_lifted else None
    db.session.flush()
    account = db.session.get_one(Account, sanction.account_id)
    apply_ends(account)
    audit.record(
        by, "moderation.sanction_answered", about=account, because=sanction.answer,
        sanction=sanction.id, lifted=is_lifted,
    )  # fmt: skip
    _tell(sanction, account)


def judge_reporters(reporters: Collection[int], decision: Decision) -> None:
    """Warn, then limit, those whose reports nobody could have meant; only they learn of it."""
    for account_id in sorted(reporters):
        account = db.session.get_one(Account, account_id)
        warning = queries.last_report_warning(account_id)
        if warning is None:
            if queries.unfounded_reports(account_id) >= rules.UNFOUNDED_BEFORE_WARNING:
                _against_reports(account, decision, Measure.REPORT_WARNING, None)
        elif not queries.in_force(account_id, Measure.REPORT_LIMIT):
            since = queries.unfounded_reports(account_id, since=warning.at)
            if since >= rules.UNFOUNDED_AFTER_WARNING:
                lasts = rules.REPORTS_LIMITED_FOR
                _against_reports(account, decision, Measure.REPORT_LIMIT, lasts)


def _against_reports(
    account: Account, decision: Decision, measure: Measure, lasts: timedelta | None
) -> None:
    with using(account.language):
        words = _(
            "Several of your reports were about texts that break no rule, as anybody could see."
            " Report what breaks a rule; to disagree, answer."
        )
    by = db.session.get_one(Account, decision.by_id)
    _impose(account, decision.case.space, by, measure, Reason.SPAM, words, lasts)
