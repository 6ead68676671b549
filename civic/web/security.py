"""Headers that every answer carries, and what may be cached.

Everything comes from this site alone: no inline script or style, no frame, no other origin.
A page for a person who is signed in, or that holds a form token, is never stored; a page that is
the same for every visitor may be kept but is asked for again each time: its ETag answers cheaply,
and what was hidden is gone at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import current_user

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_app(app: Flask) -> None:
    """Put the headers on every answer, errors and redirects included."""
    always = headers_of(app)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in always.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            _say_who_may_keep(response)
        return response


def headers_of(app: Flask) -> dict[str, str]:
    """What every answer carries; over HTTPS, that the browser must come back over HTTPS."""
    settings = app.config["SETTINGS"]
    if not (settings.secure_cookies or settings.is_production):
        return HEADERS
    return HEADERS | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def on_static_files(app: Flask) -> Callable[[Any, str, str], None]:
    """The same headers on static files, which never reach the application."""
    always = headers_of(app)

    def add(headers: Any, _path: str, _url: str) -> None:
        for name, value in always.items():
            headers[name] = value

    return add


def _say_who_may_keep(response: Response) -> None:
    response.vary.add("HX-Request")
    response.vary.add("Cookie")
    if "Cache-Control" in response.headers:
        return
    if _is_the_same_for_all(response):
        response.cache_control.public = True
        response.cache_control.no_cache = True
        response.add_etag()
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "private, no-store"


def _is_the_same_for_all(response: Response) -> bool:
    return (
        request.method == "GET"
        and response.status_code == 200
        and not current_user.is_authenticated
        and not session.modified
        and not session
        and not g.get("personal")
        and not response.is_streamed
    )
