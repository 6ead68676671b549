"""Carry the mails out."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy import update

from civic.clock import now
from civic.db import begin_write, commit, db
from civic.outbox.models import Mail
from civic.settings import Settings, active

PATIENCE_SECONDS = 20


def deliver(mail_id: int, job: int) -> None:
    """Send one mail, at most once: it is marked as leaving before it leaves."""
    begin_write()
    claimed = db.session.execute(
        update(Mail)
        .where(Mail.id == mail_id, Mail.state.in_(("waiting", "failed")))
        .values(state="leaving", tries=Mail.tries + 1)
    )
    commit()
    if not claimed.rowcount:  # type: ignore[attr-defined]
        return
    mail = db.session.get_one(Mail, mail_id)
    message = as_message(mail, active())
    db.session.rollback()
    try:
        _send(message, active())
    except (OSError, smtplib.SMTPException) as error:
        _mark(mail_id, "failed", str(error)[:300])
        raise
    _mark(mail_id, "sent", "")


def _mark(mail_id: int, state: str, error: str) -> None:
    begin_write()
    mail = db.session.get_one(Mail, mail_id)
    mail.state, mail.error = state, error
    mail.sent_at = now() if state == "sent" else None
    commit()


def as_message(mail: Mail, settings: Settings) -> EmailMessage:
    """The mail as it travels: UTF-8 text, its own message id so that a copy is recognised."""
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{settings.base_url.rstrip('/')}{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body, charset="utf-8")
    return message


HERE = ("localhost", "127.0.0.1", "::1")
NO_TLS = "The mail server offers no TLS: the password is not sent in clear."


def _send(message: EmailMessage, settings: Settings) -> None:
    address = urlsplit(settings.smtp_url)
    host, secure = address.hostname or "localhost", address.scheme == "smtps"
    context = ssl.create_default_context()
    if secure:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, address.port or 465, timeout=PATIENCE_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, address.port or 25, timeout=PATIENCE_SECONDS)
    with server:
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            secure = True
        if address.username and not secure and host not in HERE:
            raise smtplib.SMTPNotSupportedError(NO_TLS)
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(message)
