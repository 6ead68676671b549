"""Error pages: what happened, what the person can do, and what they typed.

The status of each error lives here; the domain does not speak HTTP.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from civic import errors
from civic.db import begin_read, db, is_busy
from civic.i18n import gettext as _
from civic.logs import route
from civic.web.kept import keep
from civic.web.responses import page, wants_fragment

log = structlog.get_logger()
STATUS: dict[type[errors.CivicError], int] = {
    errors.SignInNeeded: 401,
    errors.NotOpen: 409,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.OneMoreStep: 422,
    errors.Missing: 404,
    errors.TooMany: 429,
}


def init_app(app: Flask) -> None:
    """Answer every error with a page, or with a message that htmx puts in place."""
    app.register_error_handler(errors.CivicError, refuse)
    app.register_error_handler(CSRFError, lost_session)
    app.register_error_handler(HTTPException, known_http_error)
    app.register_error_handler(OperationalError, database_trouble)
    app.register_error_handler(Exception, unexpected)


def refuse(error: errors.CivicError) -> Response:
    """The domain said no."""
    if isinstance(error, errors.SignInNeeded):
        return _to_sign_in(error)
    if isinstance(error, errors.FreshCheckNeeded):
        return _to_check(error)
    if isinstance(error, errors.Missing) and current_user.roles_sleep:
        return _to_second_factor()
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    title = _("One more click") if isinstance(error, errors.OneMoreStep) else _title(status)
    response = _show(status, title, str(error), kept=_keep_words())
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _to_sign_in(error: errors.SignInNeeded) -> Response:
    came_back_to = request.full_path.rstrip("?") if request.method == "GET" else _keep_words()
    address = url_for("accounts.sign_in", next=came_back_to or _referring_page())
    return _show(401, _("Sign in to go on"), str(error), way_on=(address, _("Sign in")))


def _to_check(error: errors.FreshCheckNeeded) -> Response:
    came_back_to = request.full_path.rstrip("?") if request.method == "GET" else _keep_words()
    address = url_for("factors.check", next=came_back_to or _referring_page())
    return _show(403, _("Confirm that it is you"), str(error), way_on=(address, _("Go on")))


def _to_second_factor() -> Response:
    message = _(
        "There is nothing at this address, or it belongs to your role and opens once you have "
        "given your second factor."
    )
    address = url_for("factors.show")
    return _show(404, _title(404), message, way_on=(address, _("My second factor")))


def _referring_page() -> str | None:
    if request.method == "GET":
        return request.path
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host else None


def lost_session(_error: CSRFError) -> Response:
    """The form's token does not fit the session: give the text back with a fresh one."""
    return _show(
        400,
        _("Your session has changed"),
        _("Nothing was recorded, and nothing you typed is lost: check it and send it again."),
        kept=_keep_words(),
    )


def known_http_error(error: HTTPException) -> Response:
    """Werkzeug's own errors: no such page, wrong method, too large a body."""
    status = error.code or 500
    if isinstance(error, SecurityError):  # a forged host: no address of a page can be built
        return Response(_("This name is not served here."), 400, mimetype="text/plain")
    if status == 413:
        limit = (request.max_content_length or 0) // (1024 * 1024)
        return _show(
            413,
            _title(413),
            _("What you sent is too large. The limit is %(limit)s MB.", limit=limit),
        )
    if 300 <= status < 400:
        return error.get_response()  # type: ignore[return-value]
    response = _show(status, _title(status), _explanation(status))
    if status == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ["GET"])
    return response


def database_trouble(error: OperationalError) -> Response:
    """The database is busy or away; what was typed is given back where it can be."""
    db.session.rollback()
    log.warning("database.trouble", error=str(error.orig), busy=is_busy(error))
    g.database_is_away = not is_busy(error)
    message = _("Many people are taking part at this moment. Nothing was recorded: try again.")
    response = _show(503, _("Please try again in a moment"), message, kept=_echo_words())
    response.headers["Retry-After"] = "5"
    return response


def unexpected(error: Exception) -> Response:
    """A fault of ours: logged with its trace, told without it."""
    db.session.rollback()
    log.exception("request.failed", route=route(), error=type(error).__name__)
    try:
        return _show(500, _title(500), _explanation(500), kept=_echo_words())
    except Exception:  # the page itself is what broke
        log.exception("request.error_page_failed", route=route())
        return Response(f"{_title(500)}. {_explanation(500)}", 500, mimetype="text/plain")


def _keep_words() -> str | None:
    if request.method != "POST":
        return None
    db.session.rollback()
    return keep()


def _echo_words() -> str | None:
    try:
        return _keep_words()
    except OperationalError:
        db.session.rollback()
        return None


def _show(
    status: int, title: str, message: str, kept: str | None = None,
    way_on: tuple[str, str] | None = None,
) -> Response:  # fmt: skip
    begin_read()
    context: dict[str, Any] = {"title": title, "message": message, "kept": kept}
    context |= {"way_on": way_on, "code": status}
    g.personal = True
    if wants_fragment():
        response = page("errors/_message.html", status, **context)
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return page("errors/error.html", status, **context)


def _title(status: int) -> str:
    return {
        400: _("This request could not be read"),
        403: _("This is not possible"),
        404: _("This page does not exist"),
        405: _("This page does not exist"),
        409: _("This is not possible at this moment"),
        413: _("Too large"),
        422: _("This could not be taken"),
        429: _("Too many requests"),
        500: _("Something broke on our side"),
    }.get(status, _("This is not possible"))


def _explanation(status: int) -> str:
    if status in (404, 405):
        return _("The address may be mistyped, or what it showed is no longer public.")
    if status >= 500:
        return _("The fault is recorded. You can go back and try again.")
    return _("Go back to the previous page and try again.")
