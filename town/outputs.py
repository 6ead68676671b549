"""Everything that this site gives out, and whose words are in it.

A text that is hidden, pending, contested, taken back or a draft is in no output for others than
its author and the moderators. `tests/views/test_trace.py` asks for every address below and looks
for such texts; `tests/test_architecture.py` fails on a route, mail, notice, job or command that is
not listed here.
"""

from __future__ import annotations

import enum


class Shows(enum.StrEnum):
    """Whose words an output holds."""

    PUBLIC = "public"  # what citizens wrote, through the one visibility rule
    OWN = "own"  # what its reader wrote, and nothing hidden of anybody else
    TEAM = "team"  # anything, for the moderators and administrators alone
    NOTHING = "nothing"  # no word of a citizen's contribution


ROUTES = {
    "accounts.ask_link": Shows.NOTHING,
    "accounts.ask_move": Shows.NOTHING,
    "accounts.ask_reset": Shows.NOTHING,
    "accounts.confirm": Shows.NOTHING,
    "accounts.demonstration": Shows.NOTHING,
    "accounts.link": Shows.NOTHING,
    "accounts.move": Shows.NOTHING,
    "accounts.reset": Shows.NOTHING,
    "accounts.show": Shows.OWN,
    "accounts.sign_in": Shows.NOTHING,
    "accounts.sign_up": Shows.NOTHING,
    "admin.show_audit": Shows.TEAM,
    "admin.show_jobs": Shows.TEAM,
    "admin.show_mails": Shows.TEAM,
    "ballots.box": Shows.NOTHING,
    "ballots.desk": Shows.NOTHING,
    "ballots.download": Shows.NOTHING,
    "ballots.edit": Shows.NOTHING,
    "ballots.index": Shows.NOTHING,
    "ballots.new": Shows.NOTHING,
    "ballots.result": Shows.NOTHING,
    "ballots.show": Shows.NOTHING,
    "ballots.signed_seal": Shows.NOTHING,
    "comments.ask_reply": Shows.PUBLIC,
    "comments.edit": Shows.OWN,
    "comments.index": Shows.PUBLIC,
    "contributions.find": Shows.PUBLIC,
    "contributions.search": Shows.PUBLIC,
    "disclosure.security_txt": Shows.NOTHING,
    "journal.download": Shows.NOTHING,
    "journal.index": Shows.NOTHING,
    "factors.ask": Shows.NOTHING,
    "factors.check": Shows.NOTHING,
    "factors.codes": Shows.NOTHING,
    "factors.new_passkey": Shows.NOTHING,
    "factors.qr_code": Shows.NOTHING,
    "factors.show": Shows.NOTHING,
    "kept.show": Shows.OWN,
    "moderation.ask_report": Shows.PUBLIC,
    "moderation.case": Shows.TEAM,
    "moderation.charter": Shows.NOTHING,
    "moderation.decision": Shows.OWN,
    "moderation.figures": Shows.NOTHING,
    "moderation.index": Shows.TEAM,
    "moderation.measure": Shows.TEAM,
    "moderation.my_measure": Shows.NOTHING,
    "moderation.person": Shows.TEAM,
    "moderation.process": Shows.NOTHING,
    "moderation.queue": Shows.TEAM,
    "moderation.receipt": Shows.OWN,
    "moderation.statement": Shows.OWN,
    "moderation.visitor_receipt": Shows.OWN,
    "notifications.index": Shows.PUBLIC,
    "proposals.ask_answer": Shows.PUBLIC,
    "proposals.ask_withdrawal": Shows.OWN,
    "proposals.check": Shows.OWN,
    "proposals.edit": Shows.OWN,
    "proposals.history": Shows.PUBLIC,
    "proposals.index": Shows.PUBLIC,
    "proposals.new": Shows.OWN,
    "proposals.show": Shows.PUBLIC,
    "spaces.edit": Shows.TEAM,
    "spaces.home": Shows.PUBLIC,
    "spaces.index": Shows.TEAM,
    "spaces.invitation": Shows.NOTHING,
    "spaces.new": Shows.TEAM,
    "spaces.show": Shows.PUBLIC,
    "spaces.team": Shows.TEAM,
    "statements.index": Shows.PUBLIC,
    "statements.export": Shows.PUBLIC,
    "statements.mine": Shows.PUBLIC,
    "statements.new": Shows.PUBLIC,
    "statements.vote": Shows.PUBLIC,
    "synthesis.ask_answer": Shows.PUBLIC,
    "synthesis.ask_answers": Shows.PUBLIC,
    "synthesis.ask_publication": Shows.PUBLIC,
    "synthesis.ask_summary": Shows.PUBLIC,
    "synthesis.bundle": Shows.PUBLIC,
    "synthesis.changes": Shows.PUBLIC,
    "synthesis.cut": Shows.PUBLIC,
    "synthesis.data": Shows.PUBLIC,
    "synthesis.inside": Shows.PUBLIC,
    "synthesis.introduction": Shows.PUBLIC,
    "synthesis.others": Shows.PUBLIC,
    "synthesis.outside": Shows.PUBLIC,
    "synthesis.preview": Shows.PUBLIC,
    "synthesis.progress": Shows.NOTHING,
    "synthesis.review": Shows.PUBLIC,
    "synthesis.show": Shows.PUBLIC,
    "synthesis.table": Shows.PUBLIC,
    "synthesis.theme": Shows.PUBLIC,
    "synthesis.version": Shows.PUBLIC,
    "synthesis.workshop": Shows.PUBLIC,
}
MAILS = {
    "accounts/already": Shows.NOTHING,
    "accounts/changed": Shows.NOTHING,
    "accounts/confirm": Shows.NOTHING,
    "accounts/enter": Shows.NOTHING,
    "accounts/move": Shows.NOTHING,
    "accounts/moved": Shows.NOTHING,
    "accounts/moving": Shows.NOTHING,
    "accounts/reset": Shows.NOTHING,
    "accounts/second_factor": Shows.NOTHING,
    "accounts/unknown": Shows.NOTHING,
    "moderation/answered": Shows.NOTHING,
    "moderation/decided": Shows.OWN,
    "moderation/received": Shows.NOTHING,
    "moderation/sanctioned": Shows.NOTHING,
    "moderation/undone": Shows.OWN,
    "spaces/invitation": Shows.NOTHING,
}
NOTICES = {
    "deliberations/commented": Shows.PUBLIC,
    "deliberations/replied": Shows.PUBLIC,
    "moderation/changed": Shows.NOTHING,
    "moderation/contested": Shows.NOTHING,
    "moderation/decided": Shows.NOTHING,
    "moderation/joined": Shows.PUBLIC,
    "moderation/reported": Shows.NOTHING,
    "moderation/sanction_contested": Shows.NOTHING,
    "moderation/sanctioned": Shows.NOTHING,
    "moderation/settled": Shows.PUBLIC,
    "moderation/undone": Shows.PUBLIC,
    "moderation/went_with_it": Shows.PUBLIC,
    "proposals/answer_taken_back": Shows.PUBLIC,
    "proposals/answered": Shows.PUBLIC,
    "proposals/changed": Shows.PUBLIC,
    "proposals/withdrawn": Shows.PUBLIC,
    "synthesis/published": Shows.NOTHING,
    "synthesis/submitted": Shows.NOTHING,
    "votes/carried": Shows.PUBLIC,
    "votes/given_back": Shows.PUBLIC,
}
JOBS = {
    "civic.outbox.jobs:deliver": Shows.NOTHING,  # carries what `MAILS` wrote
    "synthesis.answering.jobs:give": Shows.PUBLIC,
    "synthesis.answering.jobs:take_back": Shows.NOTHING,
    "synthesis.jobs:compute": Shows.PUBLIC,
    "synthesis.jobs:cut": Shows.PUBLIC,
}
REGULAR = {
    "forget form keys": Shows.NOTHING,
    "forget kept forms": Shows.NOTHING,
    "publish head": Shows.NOTHING,
    "sweep": Shows.NOTHING,
}
COMMANDS = {
    "check": Shows.NOTHING,
    "count": Shows.NOTHING,
    "create-administrator": Shows.NOTHING,
    "demonstrate": Shows.NOTHING,
    "import": Shows.NOTHING,
    "opinions": Shows.NOTHING,  # reads a file
    "replace-signing-key": Shows.NOTHING,
    "seed": Shows.NOTHING,
    "serve": Shows.NOTHING,
    "setup": Shows.NOTHING,
    "themes": Shows.NOTHING,  # reads a file
    "web": Shows.NOTHING,
    "worker": Shows.NOTHING,
}
