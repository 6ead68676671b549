"""What downloads and marks of former addresses hold; and what the common ground holds.

The tables of the audit log, of jobs, of mails, of notices and of kept forms are spoken for here,
since they stand below the registry.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, update

from civic.assisted.models import AssistedAct, Consent
from civic.audit import AuditEntry
from civic.i18n import lazy_gettext as _l
from civic.jobs import Job
from civic.notifications.models import Notice, NoticeChoice
from civic.outbox.models import Mail
from civic.personal.models import Download, FormerAddress, RetentionReport
from civic.personal.registry import (
    Fate,
    Ground,
    acted,
    at_address,
    by,
    excuses,
    holds,
    mentions_address,
    retains,
)
from civic.web.kept import KEPT as FORMS_KEPT, KeptForm
from civic.web.once import KEPT as KEYS_KEPT, FormKey

BODIES_KEPT = timedelta(days=7)
MAILS_KEPT = timedelta(days=90)
NOTICES_KEPT = timedelta(days=365)
REPORTS_KEPT = timedelta(days=730)

holds(
    Download,
    ["key", "account_id", "asked_at", "ready_at", "taken_at", "expires_at", "size"],
    what=_l("Your requests to download your data"),
    why=_l("To hand you the file once"),
    ground=Ground.DUTY,
    kept=_l("Two days; the file goes as soon as you have taken it"),
    fate=Fate.DELETE,
    whose=by(Download, "account_id"),
    secret=("key",),
)
holds(
    FormerAddress,
    ["digest", "account_id", "until"],
    what=_l("A keyed mark of the address of a deleted account"),
    why=_l("So that nobody votes twice in one vote by deleting their account and coming back"),
    ground=Ground.MISSION,
    kept=_l("Until the votes in which the account took part have closed"),
    fate=Fate.KEEP,
    because=_l("It leads to no address without the key of the site, and goes when the votes close"),
    whose=by(FormerAddress, "account_id"),
    secret=("digest",),
)
holds(
    Mail,
    ["to", "subject", "body", "state", "queued_at", "sent_at"],
    what=_l("The mails that the site wrote to you"),
    why=_l("To send them, and to try again when a server is away"),
    ground=Ground.MISSION,
    kept=_l("The text 7 days after it was sent, the rest 90 days"),
    fate=Fate.DELETE,
    whose=at_address(Mail, "to"),
    secret=("body",),
)
holds(
    Notice,
    ["account_id", "verb", "about_id", "at", "read_at", "mailed_at"],
    what=_l("Your notices"),
    why=_l("To tell you what becomes of what you write and follow"),
    ground=Ground.MISSION,
    kept=_l("One year"),
    fate=Fate.DELETE,
    whose=by(Notice, "account_id"),
)
holds(
    Notice,
    ["by_id"],
    what=_l("Notices that other people got about something you did"),
    why=_l("To tell them what became of what they follow"),
    ground=Ground.MISSION,
    kept=_l("One year"),
    fate=Fate.KEEP,
    because=_l("They are other people’s notices, and say “deleted account”"),
    whose=by(Notice, "by_id"),
)
holds(
    NoticeChoice,
    ["account_id", "kind", "frequency"],
    what=_l("How often you want mails"),
    why=_l("To write to you no more often than you want"),
    ground=Ground.CONSENT,
    kept=_l("Until you delete your account"),
    fate=Fate.DELETE,
    whose=by(NoticeChoice, "account_id"),
)
holds(
    KeptForm,
    ["fields"],
    what=_l("A form that could not be sent, with what you typed in it"),
    why=_l("So that nothing you typed is lost"),
    ground=Ground.MISSION,
    kept=_l("One day"),
    fate=Fate.DELETE,
    whose=mentions_address(KeptForm, "fields"),
)
holds(
    AuditEntry,
    ["actor_id", "act", "about", "reason", "at"],
    what=_l("The log of consequential acts: who did what, when, and the reason given"),
    why=_l("So that anyone can check that the rules were followed"),
    ground=Ground.MISSION,
    kept=_l("As long as the site"),
    fate=Fate.KEEP,
    because=_l("Each entry is bound to the one before it; it names accounts by their number"),
    whose=by(AuditEntry, "actor_id"),
)
holds(
    Job,
    ["error"],
    what=_l("What a mail server answered when a mail to you did not leave"),
    why=_l("To mend what is broken"),
    ground=Ground.MISSION,
    kept=_l("30 days"),
    fate=Fate.BLANK,
    blank={"error": ""},
    whose=mentions_address(Job, "error"),
)
excuses(Job, "name", because="the name of a function")
holds(
    Consent,
    ["space_id", "reference", "account_id", "signed_on", "at"],
    what=_l("The reference of the paper on which you agreed that an agent enters your words"),
    why=_l("To prove that you agreed"),
    ground=Ground.CONSENT,
    kept=_l("As long as what was entered for you"),
    fate=Fate.KEEP,
    because=_l("It is the proof of what was entered; the paper itself stays in the town hall"),
    whose=by(Consent, "account_id"),
)
acted(Consent, "by_id", what=_l("Consents on paper that you recorded as an agent"))
holds(
    AssistedAct,
    ["account_id", "contribution_id", "what", "reference", "at"],
    what=_l("What an agent entered for you"),
    why=_l("To say in public that it was entered by an agent"),
    ground=Ground.CONSENT,
    kept=_l("As long as the text or the vote"),
    fate=Fate.KEEP,
    because=_l("The texts stay and the votes are counted; neither bears your name any more"),
    whose=by(AssistedAct, "account_id"),
)
acted(AssistedAct, "by_id", what=_l("What you entered for others as an agent"))


@retains("bodies of mails", _l("The text of mails sent 7 days ago"))
def old_bodies(now: datetime) -> Update:
    """Mails that were read long ago keep their subject alone."""
    old = (Mail.state == "sent", Mail.sent_at < now - BODIES_KEPT, Mail.body != "")
    return update(Mail).where(*old).values(body="")


@retains("mails", _l("Mails written 90 days ago, sent or not"))
def old_mails(now: datetime) -> Delete:
    """Mails whose links and news are worth nothing any more."""
    return delete(Mail).where(Mail.queued_at < now - MAILS_KEPT)


@retains("notices", _l("Notices one year old"))
def old_notices(now: datetime) -> Delete:
    """Notices of another year."""
    return delete(Notice).where(Notice.at < now - NOTICES_KEPT)


@retains("kept forms", _l("Forms that could not be sent, after one day"))
def old_forms(now: datetime) -> Delete:
    """What was kept for more than a day."""
    return delete(KeptForm).where(KeptForm.at < now - FORMS_KEPT)


@retains("form keys", _l("Keys of forms, after one week"))
def old_keys(now: datetime) -> Delete:
    """Keys of forms that nobody will send again."""
    return delete(FormKey).where(FormKey.at < now - KEYS_KEPT)


@retains("former addresses", _l("Marks of former addresses, once the votes have closed"))
def old_addresses(now: datetime) -> Delete:
    """Marks that no vote needs any more."""
    return delete(FormerAddress).where(FormerAddress.until < now)


@retains("reports", _l("Reports of this job, after two years"))
def old_reports(now: datetime) -> Delete:
    """Reports of the retention job itself."""
    return delete(RetentionReport).where(RetentionReport.at < now - REPORTS_KEPT)
