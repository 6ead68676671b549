"""What the person who runs the instance looks after: jobs, mails, the audit log."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask_login import current_user
from sqlalchemy import func, select

from civic import audit, jobs
from civic.db import commit, db, get_or_missing
from civic.i18n import gettext as _, lazy_gettext as _l
from civic.outbox.models import Mail
from civic.settings import active
from civic.web.doors import administrator
from civic.web.layout import Link, link
from civic.web.paging import page_of
from civic.web.responses import go, page, say

bp = Blueprint("admin", __name__, url_prefix="/admin")

MAIL_STATES = {
    "waiting": _l("Waiting"),
    "leaving": _l("Leaving"),
    "sent": _l("Sent"),
    "failed": _l("Failed"),
}


@bp.app_template_global()
def admin_links() -> list[Link]:
    """The administrator's pages."""
    return [
        link(_("Spaces"), url_for("spaces.index")),
        link(_("Jobs"), url_for("admin.show_jobs")),
        link(_("Mails"), url_for("admin.show_mails")),
        link(_("Audit log"), url_for("admin.show_audit")),
        link(_("Retention"), url_for("personal.retention")),
        link(_("Administrators"), url_for("organisation.index")),
        link(_("Accounts"), url_for("desk.index")),
    ]


@bp.get("/jobs")
@administrator
def show_jobs() -> Response:
    """What waits, and what failed."""
    waiting = jobs.Job.state.in_(("waiting", "running"))
    count, oldest = db.session.execute(
        select(func.count(), func.min(jobs.Job.queued_at)).where(waiting)
    ).one()
    return page("admin/jobs.html", waiting=count, oldest=oldest, failed_jobs=jobs.failed_jobs())


@bp.post("/jobs/<id:job_id>/retry")
@administrator
def retry(job_id: int) -> Response:
    """Put a failed job back."""
    job: Any = get_or_missing(jobs.Job, job_id)
    jobs.put_back(job)
    audit.record(current_user, "job.retried", details=job.name)
    commit()
    say(_("The job is back in the queue."))
    return go(url_for("admin.show_jobs"))


@bp.get("/mails")
@administrator
def show_mails() -> Response:
    """Every mail and its state; never its body, which is for its reader."""
    found = page_of(select(Mail).order_by(Mail.id.desc()))
    return page("admin/mails.html", found=found, mail_states=MAIL_STATES, sends=active().sends_mail)
