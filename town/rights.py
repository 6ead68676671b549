"""Who can do what, told from the doors of the routes.

`RIGHTS` gives words to routes; who may use each is read from the door that the route states, so
the table cannot say what the program does not do. A test fails on a posting route behind a role
that has no words here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from civic.i18n import lazy_gettext as _l
from civic.web.doors import DOOR

PEOPLE = {
    "visitor": _l("Visitor"),
    "citizen": _l("Person with an account"),
    "agent": _l("Agent"),
    "moderator": _l("Moderator"),
    "official": _l("Official"),
    "administrator": _l("Administrator"),
}
RIGHTS = {
    _l("Read what is public, and how it is counted"): ["spaces.show", "proposals.show"],
    _l("Report a text that breaks the law"): ["moderation.ask_report"],
    _l("Write, support, vote and follow"): ["proposals.create", "votes.support"],
    _l("Take their data with them, and delete their account"): ["personal.ask", "personal.delete"],
    _l("Read reported texts and decide on them"): ["moderation.decide"],
    _l("Share cases, undo, warn or slow down an account, remove votes by two"): [
        "moderation.announce", "moderation.answer_measure", "moderation.claim",
        "moderation.end_step", "moderation.note", "moderation.note_request",
        "moderation.sanction", "moderation.take_step", "moderation.undo", "votes.answer_removal",
        "votes.ask_removal",
    ],
    _l("Write the rules that moderators apply"): ["moderation.publish_charter"],
    _l("Trust somebody fully, or no longer"): ["moderation.trust"],
    _l("Run a participatory budget"): [
        "budgets.announce", "budgets.ask", "budgets.create", "budgets.create_project",
        "budgets.open_it", "budgets.remove_project", "budgets.save", "budgets.save_project",
        "budgets.seal", "budgets.tell_works",
    ],
    _l("Study the projects of a participatory budget"): ["budgets.study"],
    _l("Help somebody who lost their second factor, lock an account"): ["desk.act", "desk.find"],
    _l("Mark statements that are about people"): ["statements.mark_meta"],
    _l("Answer a proposal for the town"): ["proposals.answer"],
    _l("Prepare, open, close and seal ballots"): [
        "ballots.create", "ballots.save", "ballots.open_it", "ballots.ask", "ballots.seal",
        "ballots.draw",
    ],
    _l("Ask for a synthesis, correct it and write it"): [
        "synthesis.ask", "synthesis.ask_cut", "synthesis.decide_cut", "synthesis.lock",
        "synthesis.mark_read", "synthesis.merge", "synthesis.place", "synthesis.place_one",
        "synthesis.put_back", "synthesis.rename", "synthesis.set_aside", "synthesis.summary",
        "synthesis.undo", "synthesis.write_introduction",
    ],
    _l("Publish a synthesis, with a colleague, and answer its themes"): [
        "synthesis.submit", "synthesis.publish", "synthesis.answer", "synthesis.answers",
        "synthesis.undo_answers",
    ],
    _l("Verify inhabitants in person"): ["verification.verify"],
    _l("Enter what somebody without a device brings on paper"): ["proposals.enter_paper"],
    _l("Ask for verified inhabitants, bring in lists, print letters"): [
        "verification.require", "verification.check_list", "verification.bring_list",
        "verification.clear_list", "verification.check_letters", "verification.print_letters",
        "verification.cancel_codes",
    ],
    _l("Open a space and set its calendar"): ["spaces.create", "spaces.save", "spaces.publish"],
    _l("Entrust roles and take them back"): [
        "spaces.invite", "spaces.remove", "spaces.withdraw_invitation",
    ],
    _l("Name administrators and take the right away"): ["organisation.name", "organisation.remove"],
    _l("Look after jobs, mails, the audit log and what is forgotten"): [
        "admin.retry", "admin.export_audit", "personal.retain",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Right:
    """One line of the table: what it is, and who may do it."""

    words: str
    who: frozenset[str]


def rights(app: Flask) -> list[Right]:
    """Every right, as the running application grants it."""
    return [
        Right(
            str(words),
            frozenset.intersection(*(who_enters(app, endpoint) for endpoint in endpoints)),
        )
        for words, endpoints in RIGHTS.items()
    ]


def who_enters(app: Flask, endpoint: str) -> frozenset[str]:
    """Who passes the door of one route. A role holds in the space where it was given."""
    door: str = getattr(app.view_functions[endpoint], DOOR)
    if door == "open to all":
        return frozenset(PEOPLE)
    if door == "signed in":
        return frozenset(PEOPLE) - {"visitor"}
    return frozenset(who for who in PEOPLE if who in door)


def untold(app: Flask, routes: Mapping[str, str]) -> set[str]:
    """The routes behind a role that no line of the table tells."""
    told = {endpoint for endpoints in RIGHTS.values() for endpoint in endpoints}
    return {
        endpoint
        for endpoint in routes
        if endpoint not in told
        and getattr(app.view_functions[endpoint], DOOR) not in ("open to all", "signed in")
    }
