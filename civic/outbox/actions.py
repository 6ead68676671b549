"""Write a mail; somebody else carries it."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import render_template

from civic import jobs
from civic.clock import now
from civic.db import db
from civic.i18n import using
from civic.outbox.models import Mail
from civic.settings import active


def post(to: str, template: str, language: str, **context: object) -> Mail:
    """Queue one mail, rendered in the reader's language, in the present transaction.

    The template's first line is the subject; the rest, after a blank line, is the body.
    """
    with using(language):
        subject, _, body = render_template(
            template, base_url=active().base_url.rstrip("/"), town=active().town_name, **context
        ).partition("\n")
    host = urlsplit(active().base_url).hostname or "localhost"
    mail = Mail(
        message_id=f"<{secrets.token_hex(16)}@{host}>",
        to=to,
        subject=" ".join(subject.split())[:200],
        body=body.strip() + "\n",
        queued_at=now(),
    )
    db.session.add(mail)
    db.session.flush()
    if active().sends_mail:
        jobs.enqueue("civic.outbox.jobs:deliver", mail_id=mail.id)
    return mail
