"""Every form of the product, filled in so that it is taken: who sends it, and with what.

A new posting route needs one entry. `FREE` stands in every field that takes a person's own words:
the tests put hostile text there. `{name}` is filled from `World.more`; `{turn}` is the present turn
of the synthesis under review.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from civic import clock
from tests.factories import PASSWORD
from tests.security.world import FREE, World, turn

NEW_PASSWORD = "une autre phrase bien longue"


@dataclass(frozen=True)
class Post:
    """One form: who sends it, and its fields."""

    by: str
    fields: dict[str, Any] = field(default_factory=dict)
    is_audited: bool | None = None  # None: whatever the door says


def _turned(**fields: Any) -> dict[str, Any]:
    return {"turn": "{turn}"} | fields


def _draft(**fields: Any) -> dict[str, Any]:
    soon = clock.now() + timedelta(days=3)
    return {
        "question": FREE, "description": FREE, "rule": "plurality", "options": "Un\nDeux\nTrois",
        "seats": "1", "least": "1", "most": "0", "most_points": "10", "budget": "0", "grades": "",
        "electorate": "confirmed", "emails": "", "quorum": "", "threshold": "",
        "threshold_base": "exprimés", "allows_blank": "y", "shares_ballots": "y",
        "opens_at": (soon - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "closes_at": soon.strftime("%Y-%m-%dT%H:%M"),
    } | fields  # fmt: skip


def _budget(**fields: Any) -> dict[str, Any]:
    return {
        "title": FREE, "description": FREE, "rule": "equal-shares", "town_name": "Toute la ville",
        "town_amount": "100", "districts": "Nord | 100\nSud | 100", "districts_each": "1",
        "electorate": "confirmed", "allows_change": "y", "shares_ballots": "y",
    } | {key: _draft()[key] for key in ("opens_at", "closes_at")} | fields  # fmt: skip


def _project(**fields: Any) -> dict[str, Any]:
    own = {"name": FREE, "envelope": "{envelope}", "description": FREE, "proposals": ""}
    return own | fields


def _space(**fields: Any) -> dict[str, Any]:
    return {
        "title": FREE, "summary": FREE, "description": FREE, "supports_per_person": "0",
        "phases-0-title": FREE, "phases-0-starts_at": "2026-01-01T10:00",
        "phases-0-permits": "propose", "phases-0-description": FREE,
    } | fields  # fmt: skip


OFFICIAL, ADMINISTRATOR = "official", "administrator"

POSTS: dict[str, Post] = {
    # --- accounts
    "accounts.edit": Post("owner", {"name": FREE, "language": "fr"}),
    "accounts.change_password": Post(
        "owner", {"current_password": PASSWORD, "password": NEW_PASSWORD}
    ),
    "accounts.confirm_again": Post("owner"),
    "accounts.confirmed": Post("visitor"),
    "accounts.end_others": Post("owner"),
    "accounts.enter": Post("visitor", {"email": "{email}", "password": PASSWORD, "next": ""}),
    "accounts.enter_demonstration": Post("visitor"),
    "accounts.register": Post(
        "visitor",
        {"name": FREE, "email": "nouvelle@example.org", "password": NEW_PASSWORD, "next": ""},
    ),
    "accounts.send_reset": Post("visitor", {"email": "inconnue@example.org"}),
    "accounts.set_new_password": Post("visitor", {"password": NEW_PASSWORD}),
    "accounts.sign_out": Post("owner"),
    "accounts.end_one": Post("owner"),
    "accounts.send_link": Post("visitor", {"email": "inconnue@example.org", "next": ""}),
    "accounts.enter_by_link": Post("visitor"),
    "accounts.send_move": Post("owner", {"email": "ailleurs@example.org"}),
    "accounts.moved": Post("visitor"),
    "desk.find": Post(ADMINISTRATOR, {"email": "{email}"}),
    "desk.act": Post(ADMINISTRATOR, {"act": "devices", "because": "Venu avec sa carte."}),
    "providers.welcome": Post("visitor", {"name": FREE}),
    "providers.ask_join": Post("owner"),
    "providers.part": Post("owner"),
    "factors.answer": Post("visitor", {"code": "123456"}),
    "factors.challenge": Post("visitor"),
    "factors.enter": Post("visitor", {"credential": "{}", "next": ""}),
    "factors.checked": Post("owner", {"password": PASSWORD, "next": ""}),
    "factors.checked_by_passkey": Post("owner", {"credential": "{}", "next": ""}),
    "factors.begin_codes": Post("owner"),
    "factors.confirm_codes": Post("owner", {"code": "123456"}),
    "factors.remove_codes": Post("owner"),
    "factors.new_recovery_codes": Post("owner"),
    "factors.challenge_for_new": Post("owner"),
    "factors.add_passkey": Post("owner", {"credential": "{}", "name": FREE}),
    "factors.rename_passkey": Post("owner", {"name": FREE}),
    "factors.remove_passkey": Post("owner"),
    "notifications.mark_read": Post("owner"),
    "notifications.choose": Post(
        "owner", {"texts": "weekly", "synthesis": "never", "moderation": "daily"}
    ),
    "notifications.unsubscribe": Post("visitor"),
    "verification.by_address": Post("citizen", is_audited=True),
    "verification.by_birth": Post("citizen", {"postcode": "45000", "birth": "28/03/1980"}),
    "verification.by_letter": Post("citizen", {"code": "{code}"}),
    "verification.verify": Post(
        OFFICIAL, {"email": "{email}", "age_bracket": "", "district": FREE, "seen": "y"}
    ),
    "verification.require": Post(OFFICIAL, {"by_agent": "y"}),
    "verification.check_list": Post(OFFICIAL, {"text": f"email\n{FREE}\na@example.org"}, False),
    "verification.bring_list": Post(OFFICIAL, {"text": f"email\n{FREE}\na@example.org"}),
    "verification.clear_list": Post(OFFICIAL),
    "verification.check_letters": Post(
        OFFICIAL, {"text": f"nom,adresse,code postal,ville\n{FREE},1 rue,45000,Ici"}, False
    ),
    "verification.print_letters": Post(
        OFFICIAL, {"text": f"nom,adresse,code postal,ville\n{FREE},1 rue,45000,Ici"}
    ),
    "verification.cancel_codes": Post(OFFICIAL, {"batch": "2026"}),
    "proposals.enter_paper": Post(
        OFFICIAL,
        {"reference": "P-7", "signed_on": "28/03/2026", "name": FREE, "what": "proposal",
         "about": "", "title": FREE, "text": FREE, "consents": "y"},
    ),  # fmt: skip
    "organisation.name": Post(ADMINISTRATOR, {"email": "{email}"}),
    "organisation.remove": Post(ADMINISTRATOR),
    "personal.ask": Post("owner", is_audited=True),
    "personal.take": Post("owner"),
    "personal.delete": Post("citizen", {"sure": "y"}, True),
    "personal.retain": Post(ADMINISTRATOR),
    # --- spaces
    "admin.retry": Post(ADMINISTRATOR),
    "admin.export_audit": Post(ADMINISTRATOR, {"kind": "csv", "who": "", "act": ""}),
    "spaces.create": Post(ADMINISTRATOR, _space(slug="neuf-{here}")),
    "spaces.save": Post(ADMINISTRATOR, _space()),
    "spaces.publish": Post(ADMINISTRATOR),
    "spaces.invite": Post(ADMINISTRATOR, {"email": "invitee@example.org", "role": "official"}),
    "spaces.remove": Post(ADMINISTRATOR),
    "spaces.withdraw_invitation": Post(ADMINISTRATOR),
    "spaces.accept": Post("citizen"),
    # --- contributions
    "proposals.create": Post("citizen", {"title": FREE, "body": FREE}),
    "proposals.save": Post("owner", {"title": FREE, "body": FREE, "version": "1"}),
    "proposals.publish": Post("owner"),
    "proposals.join_picture": Post("owner", {"alternative": FREE}),
    "proposals.remove_picture": Post("owner"),
    "proposals.discard": Post("owner"),
    "proposals.withdraw": Post("owner", {"because": FREE}),
    "proposals.answer": Post(OFFICIAL, {"stage": "accepted", "body": FREE, "is_published": "y"}),
    "comments.create": Post("citizen", {"body": FREE}),
    "comments.reply": Post("citizen", {"body": FREE}),
    "comments.save": Post("owner", {"body": FREE, "version": "1"}),
    "comments.take_back": Post("owner"),
    "statements.create": Post("citizen", {"text": FREE, "sure": "1"}),
    "statements.take_stance": Post("citizen", {"stance": "agree"}),
    "statements.importance": Post("citizen", {"wanted": "1"}),
    "statements.undo": Post("citizen"),
    "statements.mark_meta": Post(OFFICIAL, {"wanted": "1"}),
    "statements.take_back": Post("owner"),
    "votes.support": Post("citizen", {"wanted": "1"}),
    # --- moderation
    "moderation.report": Post("citizen", {"reason": "insult", "words": FREE}),
    "moderation.open_case": Post("moderator", is_audited=False),  # nothing is decided yet
    "moderation.decide": Post(
        "moderator",
        {"outcome": "hide", "reason": "insult", "words": FREE, "turn": "0", "version": "1"},
    ),
    "moderation.contest": Post("owner", {"plea": FREE}),
    "moderation.contest_report": Post("owner", {"plea": FREE}),
    "moderation.contest_notice": Post("visitor", {"plea": FREE}),
    "moderation.claim": Post("moderator", {"wanted": "1"}, is_audited=False),  # ends by itself
    "moderation.undo": Post("moderator", {"turn": "1"}),
    "moderation.note_request": Post(
        "moderator", {"sender": "authority", "name": FREE, "asked": FREE}
    ),
    "moderation.sanction": Post(
        "moderator",
        {"measure": "limited", "days": "3", "reason": "insult", "words": FREE, "sure": "1"},
    ),
    "moderation.answer_measure": Post("moderator", {"lifted": "yes", "answer": FREE}),
    "moderation.contest_measure": Post("owner", {"plea": FREE}),
    "votes.ask_removal": Post("moderator", {"accounts": "{suspected}", "words": FREE}),
    "votes.answer_removal": Post("moderator", {"agreed": "yes", "answer": FREE}),
    "moderation.note": Post("moderator", {"body": FREE}),
    "moderation.prefer": Post("moderator", {"has_keys": "y"}, is_audited=False),
    "moderation.decide_batch": Post("moderator", {"seen": "{case}:0:1", "outcome": "keep"}),
    "moderation.publish_charter": Post(
        ADMINISTRATOR, {"intro": FREE, "changes": FREE, "rule_hate": FREE, "seen": "1"}
    ),
    "moderation.take_step": Post("moderator", {"choice": "watch", "words": FREE}),
    "moderation.end_step": Post("moderator"),
    "moderation.announce": Post(
        "moderator",
        {"name": FREE, "network": "192.0.2.0/24", "starts_at": "2026-01-01 10:00",
         "ends_at": "2099-01-01 10:00"},
    ),  # fmt: skip
    "moderation.trust": Post(ADMINISTRATOR, {"wanted": "1"}),
    "moderation.undo_batch": Post("moderator"),
    # --- ballots
    "ballots.vote": Post("citizen", {"choice": "o1", "sure": "1"}),
    "ballots.receipt": Post("visitor", {"receipt": "ABCD-EFGH"}),
    "ballots.create": Post(OFFICIAL, _draft()),
    "ballots.save": Post(OFFICIAL, _draft()),
    "ballots.open_it": Post(OFFICIAL),
    "ballots.ask": Post(
        OFFICIAL, {"act": "extend", "because": FREE, "closes_at": "2031-01-01T10:00"}
    ),
    "ballots.confirm": Post(OFFICIAL),
    "ballots.seal": Post(OFFICIAL),
    "ballots.declare_batch": Post(OFFICIAL, {"reference": FREE, "size": "3"}),
    "ballots.resize_batch": Post(OFFICIAL, {"size": "2"}),
    "ballots.mark_line": Post(OFFICIAL),
    "ballots.unmark_line": Post(OFFICIAL),
    "ballots.take_reading": Post(OFFICIAL),
    "ballots.type_paper": Post(OFFICIAL, {"choice": "o2"}, is_audited=False),
    "ballots.end_reading": Post(OFFICIAL),
    "ballots.settle_paper": Post(OFFICIAL, {"reading": "1"}),
    "ballots.admit_batch": Post(OFFICIAL),
    "ballots.withdraw_batch": Post(OFFICIAL, {"because": FREE}),
    "ballots.arrange": Post("citizen", {"move": "up-o1"}),
    "ballots.draw": Post(OFFICIAL, {"draw": FREE}),
    "ballots.basket": Post("citizen", {"tick": "o1"}),
    # --- budgets
    "budgets.create": Post(OFFICIAL, _budget()),
    "budgets.save": Post(OFFICIAL, _budget()),
    "budgets.announce": Post(OFFICIAL),
    "budgets.open_it": Post(OFFICIAL),
    "budgets.seal": Post(OFFICIAL),
    "budgets.ask": Post(
        OFFICIAL, {"act": "extend", "because": FREE, "closes_at": "2031-01-01T10:00"}
    ),
    "budgets.confirm": Post(OFFICIAL, {"act": "close"}),
    "budgets.choose": Post("citizen", {"envelope": "{district}"}),
    "budgets.create_project": Post(OFFICIAL, _project()),
    "budgets.save_project": Post(OFFICIAL, _project()),
    "budgets.remove_project": Post(OFFICIAL),
    "budgets.study": Post(OFFICIAL, {"found": "infeasible", "cost": "", "reason": FREE}),
    "budgets.tell_works": Post(
        OFFICIAL,
        {"stage": "works", "since": clock.now().date().isoformat(), "delivery": "", "words": FREE},
    ),
    # --- synthesis
    "synthesis.ask": Post(OFFICIAL, {"themes": "2", "with_comments": "y"}),
    "synthesis.undo": Post(OFFICIAL, _turned()),
    "synthesis.rename": Post(OFFICIAL, _turned(name=FREE)),
    "synthesis.lock": Post(OFFICIAL, _turned(wanted="1")),
    "synthesis.mark_read": Post(OFFICIAL, _turned(wanted="1")),
    "synthesis.merge": Post(OFFICIAL, _turned(target="{second_theme}")),
    "synthesis.ask_cut": Post(OFFICIAL, _turned(parts="2")),
    "synthesis.decide_cut": Post(OFFICIAL, _turned(wanted="1")),
    "synthesis.place": Post(
        OFFICIAL, _turned(contribution="{placed}", target="new", new_name=FREE)
    ),
    "synthesis.place_one": Post(OFFICIAL, _turned()),
    "synthesis.set_aside": Post(OFFICIAL, _turned(contribution="{placed}", because=FREE)),
    "synthesis.put_back": Post(OFFICIAL, _turned()),
    "synthesis.write_introduction": Post(OFFICIAL, _turned(title=FREE, intro=FREE)),
    "synthesis.answer": Post(OFFICIAL, _turned(decision="accepted", answer=FREE)),
    "synthesis.summary": Post(
        OFFICIAL, _turned(body=FREE + " [{placed}]", dissent="", is_unanimous="y")
    ),
    "synthesis.submit": Post(OFFICIAL, _turned(accepts_unread="y")),
    "synthesis.publish": Post(OFFICIAL, _turned()),
    "synthesis.answers": Post(OFFICIAL, {"turn": "{public_turn}"}),
    "synthesis.undo_answers": Post(OFFICIAL),
}  # fmt: skip


def filled(post: Post, world: World, free: str = FREE) -> dict[str, Any]:
    """The fields of a form as they are sent."""
    given = {name: str(value) for name, value in world.more.items()} | {"turn": str(turn(world))}
    return {name: _fill(str(value), given, free) for name, value in post.fields.items()}


def _fill(value: str, given: dict[str, str], free: str) -> str:
    for name, word in given.items():
        value = value.replace(f"{{{name}}}", word)
    return value.replace(FREE, free)
