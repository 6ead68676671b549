"""Publish a version of the rules."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db
from civic.errors import Conflict, NotAllowed
from civic.i18n import gettext as _
from civic.text import plain, to_html
from moderation.charter.models import Charter, Rule
from moderation.charter.queries import next_number
from moderation.models import Reason


def publish(
    by: Account, intro: str, changes: str, rules: Mapping[Reason, Mapping[str, str]], seen: int
) -> Charter:
    """Put a new version in force, from this instant on; decisions taken before keep theirs.

    Parameters
    ----------
    rules : mapping of reason to fields
        `rule`, `kept`, `hidden`, `reply` and `article` of each reason.
    seen : int
        The number of the version that was changed.

    Raises
    ------
    NotAllowed
    Conflict
        When somebody else published a version in the meantime.
    """
    if not by.is_administrator:
        raise NotAllowed(_("Only an administrator does this."))
    number = next_number()
    if seen != number - 1:
        raise Conflict(_("Somebody published another version in the meantime. Compare with it."))
    row = Charter(
        number=number, intro=plain(intro), intro_html=to_html(intro), changes=plain(changes),
        by_id=by.id, published_at=now(),
    )  # fmt: skip
    row.rules = [
        Rule(reason=reason, **{name: plain(words) for name, words in fields.items()})
        for reason, fields in rules.items()
        if any(words.strip() for words in fields.values())
    ]
    db.session.add(row)
    db.session.flush()
    audit.record(by, "charter.published", about=row, because=row.changes, number=number)
    for name in ("charter", "charter_dates"):
        g.pop(name, None)
    return row
