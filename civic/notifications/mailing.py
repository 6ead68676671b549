"""One mail for each person with news: grouped by text, newest first, in their language."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select, update
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account, Credential
from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import db
from civic.errors import Missing
from civic.notifications.models import Frequency, Notice, NoticeChoice
from civic.notifications.rules import KINDS, OLDEST, USUAL, due_until, kind_of
from civic.outbox.actions import post
from civic.personal.queries import keyed
from civic.settings import active

PEOPLE_AT_ONCE = 500


@dataclass(frozen=True)
class News:
    """What happened around one text; `label` is empty when it is not public."""

    label: str
    path: str
    count: int


def frequencies_of(account: Account) -> dict[str, Frequency]:
    """How often a person wants mails of each kind."""
    chosen = select(NoticeChoice).where(NoticeChoice.account_id == account.id)
    said = {row.kind: row.frequency for row in db.session.scalars(chosen)}
    return {kind: said.get(kind, USUAL) for kind in KINDS}


def choose(account: Account, wanted: dict[str, Frequency]) -> None:
    """Keep what a person wants."""
    for kind, frequency in wanted.items():
        row = db.session.get(NoticeChoice, (account.id, kind))
        if row is None:
            row = NoticeChoice(account_id=account.id, kind=kind, frequency=frequency)
            db.session.add(row)
        row.frequency = frequency
    db.session.flush()


def token_of(account: Account) -> str:
    """What the link of a mail holds: it stops mails, and does nothing else."""
    return f"{account.id:012}-{keyed('unsubscribe', str(account.id))[:40]}"


def account_of(token: str) -> Account:
    """Whose mails a link stops.

    Raises
    ------
    Missing
        When it is not one of ours, or the account is gone.
    """
    number = token.partition("-")[0]
    account = db.session.get(Account, int(number)) if number.isdigit() else None
    if account is None or account.deleted_at is not None:
        raise Missing()
    if not hmac.compare_digest(token_of(account), token):
        raise Missing()
    return account


def people_with_news() -> Select[Account]:
    """Those who have notices that they neither read nor got by mail."""
    waiting = select(Notice.account_id).where(
        Notice.mailed_at.is_(None), Notice.read_at.is_(None), Notice.at > now() - OLDEST
    )
    return (
        select(Account)
        .join(Credential)
        .where(
            Account.id.in_(waiting), Account.deleted_at.is_(None), Account.confirmed_at.is_not(None)
        )
        .order_by(Account.id)
        .limit(PEOPLE_AT_ONCE)
    )


def write_to(account: Account) -> bool:
    """Write one mail with what is due to a person; whether there was anything."""
    due = _due(account)
    if not due:
        return False
    marked = update(Notice).where(Notice.id.in_([notice.id for notice in due]))
    db.session.execute(marked.values(mailed_at=now()))
    news, others = _grouped(due)
    mail = post(
        account.email, "notifications/mails/news.txt", account.language, name=account.name,
        news=news, others=others, token=token_of(account),
    )  # fmt: skip
    mail.unsubscribe = f"/unsubscribe/{token_of(account)}"
    return True


def _due(account: Account) -> Sequence[Notice]:
    local = now().astimezone(active().zone)
    wanted = frequencies_of(account)
    until = {kind: due_until(frequency, local) for kind, frequency in wanted.items()}
    statement = (
        select(Notice)
        .where(
            Notice.account_id == account.id, Notice.mailed_at.is_(None), Notice.read_at.is_(None),
            Notice.at > now() - OLDEST,
        )
        .order_by(Notice.id.desc())
        .options(joinedload(Notice.about).joinedload(Contribution.space))
    )  # fmt: skip
    return [
        notice
        for notice in db.session.scalars(statement)
        if (last := until[kind_of(notice.verb)]) is not None and notice.at <= last
    ]


def _grouped(due: Iterable[Notice]) -> tuple[list[News], int]:
    texts: dict[int, Contribution] = {}
    counts: Counter[int] = Counter()
    others = 0
    for notice in due:
        if notice.about is None or not notice.about.is_visible:
            others += 1
            continue
        thread = notice.about.root or notice.about
        texts.setdefault(thread.id, thread)
        counts[thread.id] += 1
    news = [
        News(text.label, f"/contributions/{number}", counts[number])
        for number, text in texts.items()
    ]
    return news, others
