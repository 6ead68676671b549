"""Record a consent, then enter a text, a support or a stance under the person's account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from civic import audit
from civic.accounts.models import Account, Origin
from civic.accounts.queries import credential_of
from civic.assisted.models import AssistedAct, Consent, Entered
from civic.clock import now
from civic.contributions.models import Contribution
from civic.contributions.queries import load
from civic.db import db
from civic.errors import Conflict, Invalid
from civic.i18n import gettext as _
from civic.settings import active
from civic.spaces.models import Space
from civic.spaces.queries import roles_of
from civic.text import plain
from civic.verification.actions import verify_in_person
from civic.verification.queries import requirement_of, verification_of
from deliberations import actions as deliberations
from proposals import actions as proposals
from proposals.assisted.rules import is_consent, may_enter
from votes import actions as votes
from votes.models import Choice

TEXTS = ("proposal", "statement", "comment")
STANCES = {"agree": Choice.AGREE, "disagree": Choice.DISAGREE, "pass": Choice.PASS}


@dataclass(frozen=True)
class Paper:
    """What the agent has before them: the consent, and what the person wants entered."""

    reference: str
    signed_on: date
    what: str  # proposal, statement, comment, support, agree, disagree or pass
    name: str = ""
    email: str = ""
    title: str = ""
    text: str = ""
    about: int = 0  # the number of the text that is commented, supported or voted on


def enter(space: Space, by: Account, paper: Paper) -> AssistedAct:
    """Enter one thing for one person, and say that an agent did.

    Raises
    ------
    NotAllowed, NotOpen, Conflict, Invalid
        As for the person themselves; or when the consent does not hold.
    """
    may_enter(roles_of(by, space)).require()
    person = _consenting(space, by, paper).account
    _verify_where_asked(space, by, person)
    what, target = _act(space, person, paper)
    row = AssistedAct(
        contribution_id=target.id, what=what, account_id=person.id, reference=paper.reference,
        by_id=by.id, at=now(),
    )  # fmt: skip
    db.session.add(row)
    audit.record(
        by, "assisted.entered", about=target, what=paper.what, reference=paper.reference,
        account=person.id,
    )  # fmt: skip
    db.session.flush()
    return row


def _consenting(space: Space, by: Account, paper: Paper) -> Consent:
    known = db.session.get(Consent, (space.id, paper.reference))
    today = now().astimezone(active().zone).date()
    is_consent(known, paper.signed_on, by, today).require()
    if known is not None:
        return known
    person = _person(by, paper)
    row = Consent(
        space_id=space.id, reference=paper.reference, account_id=person.id,
        signed_on=paper.signed_on, by_id=by.id, at=now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(by, "assisted.consent", about=space, reference=paper.reference, account=person.id)
    return row


def _person(by: Account, paper: Paper) -> Account:
    if paper.email:
        found = credential_of(paper.email)
        if found is None:
            raise Invalid("email", _("Nobody has an account with this address."))
        if found.account_id == by.id:
            raise Invalid("email", _("Nobody enters anything for themselves here."))
        return found.account
    if not paper.name:
        raise Invalid("name", _("Write the name that the person wants to show."))
    person = Account(name=plain(paper.name), origin=Origin.ASSISTED, created_at=now())
    person.confirmed_at = now()
    db.session.add(person)
    db.session.flush()
    return person


def _verify_where_asked(space: Space, by: Account, person: Account) -> None:
    required = requirement_of(space)
    if required and required.acts and verification_of(space, person) is None:
        verify_in_person(space, by, person, age_bracket="", district="")


def _act(space: Space, person: Account, paper: Paper) -> tuple[Entered, Contribution]:
    if paper.what in TEXTS:
        return Entered.TEXT, _text(space, person, paper)
    target = load(Contribution, paper.about, space)
    if paper.what == "support":
        done, kind = votes.support(target, person), Entered.SUPPORT
    else:
        done, kind = votes.take_stance(target, person, STANCES[paper.what]), Entered.STANCE
    if not done:
        raise Conflict(_("This is recorded already for this person."))
    return kind, target


def _text(space: Space, person: Account, paper: Paper) -> Contribution:
    row: Contribution
    if paper.what == "proposal":
        row = proposals.draft(space, person, paper.title, paper.text)
        proposals.publish(row, person)
    elif paper.what == "statement":
        row = deliberations.publish_statement(space, person, paper.text)
    else:
        root = load(Contribution, paper.about, space)
        row = deliberations.comment(root, person, paper.text)
    row.is_assisted = True
    db.session.flush()
    return row
