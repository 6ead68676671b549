"""Note where votes come from, announce a venue, and write down what was made of a signal."""

from __future__ import annotations

from datetime import datetime

from civic import audit
from civic.accounts.models import Account
from civic.clock import now
from civic.db import db, insert_if_absent
from civic.errors import Conflict, Invalid
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.spaces.queries import roles_of
from civic.text import plain
from moderation import rules
from moderation.signals.computing import Signal
from moderation.signals.models import ActOrigin, Choice, Step, Venue
from moderation.signals.origins import mark_of, read_network
from moderation.signals.queries import venues_of


def note_origin(space: Space, by: Account, address: str | None, secret: str) -> None:
    """Keep that somebody voted here today from one network; once a day for each."""
    mark = mark_of(address, venues_of(space), secret, now())
    if mark is not None:
        row = {"space_id": space.id, "account_id": by.id, "day": now().date(), "mark": mark}
        insert_if_absent(ActOrigin, row)


def announce(
    space: Space, by: Account, name: str, network: str, starts_at: datetime, ends_at: datetime
) -> Venue:
    """Say that many people will vote from one place.

    Raises
    ------
    NotAllowed
    Invalid
        When the network is none, or the end is not after the start.
    """
    rules.may_moderate(by, roles_of(by, space)).require()
    read = read_network(network)
    if read is None:
        raise Invalid(
            "network", _("Write an address like 192.0.2.10 or a network like 192.0.2.0/24.")
        )
    if ends_at <= starts_at:
        raise Invalid("ends_at", _("The end must come after the start."))
    row = Venue(
        space_id=space.id, name=plain(name), network=read, starts_at=starts_at, ends_at=ends_at,
        by_id=by.id, at=now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(by, "signals.venue_announced", about=space, name=row.name)
    return row


def take_step(space: Space, by: Account, signal: Signal, choice: Choice, words: str) -> Step:
    """Write down what somebody makes of a signal, with the figures that they saw.

    Raises
    ------
    NotAllowed
    Invalid
        When nothing is said.
    """
    rules.may_moderate(by, roles_of(by, space)).require()
    if not plain(words):
        raise Invalid("words", _("Say in a sentence what you make of it."))
    figures = {"value": signal.value, "threshold": signal.threshold, "size": signal.size}
    row = Step(
        space_id=space.id, signal=signal.name, choice=choice, words=plain(words)[:2_000],
        figures=figures, by_id=by.id, at=now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(
        by, f"signals.{choice.value}", about=space, because=row.words, signal=signal.name, **figures
    )
    return row


def end_step(step: Step, by: Account) -> None:
    """An inquiry is over, or a note is taken from the page; what was written stays on record."""
    rules.may_moderate(by, roles_of(by, step.space)).require()
    if step.ended_at is not None:
        raise Conflict(_("This is over already."))
    step.ended_at = now()
    audit.record(by, "signals.ended", about=step.space, step=step.id)
