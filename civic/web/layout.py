"""What the frame of every page needs: names, navigation, addresses of static files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Response, g, has_request_context, request, url_for
from flask_login import current_user

from civic.i18n import COOKIE, LANGUAGES, gettext as _, language
from civic.settings import ROOT, active
from civic.web.once import new_key
from civic.web.traps import rendered_at

Link = dict[str, Any]
NAVIGATION: list[Callable[[], Link | None]] = []
FOOTER: list[Callable[[], Link]] = []


def in_navigation(link: Callable[[], Link | None]) -> Callable[[], Link | None]:
    """Register a link of the main navigation; None leaves it out for this person."""
    NAVIGATION.append(link)
    return link


def in_footer(link: Callable[[], Link]) -> Callable[[], Link]:
    """Register a link of the footer."""
    FOOTER.append(link)
    return link


@lru_cache(maxsize=256)
def static(path: str) -> str:
    """The address of a static file, with a mark of its content so that it may be kept for ever."""
    mark = hashlib.sha256((ROOT / "static" / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={mark}"


def current_url_for_lang(code: str) -> str:
    """The same page in another language."""
    if request.method != "GET" or not request.endpoint:
        return f"/?lang={code}"
    kept: dict[str, Any] = {k: v for k, v in request.args.items(multi=False) if k != "lang"}
    return url_for(request.endpoint, **(request.view_args or {}), **(kept | {"lang": code}))


def link(label: str, url: str) -> Link:
    """A link of the navigation, current when its page or one below it is shown."""
    here = request.path == url or (url != "/" and request.path.startswith(url + "/"))
    return {"label": label, "url": url, "current": here}


def _frame() -> dict[str, Any]:
    if not has_request_context():
        return {}  # a mail that a job or a command writes has no frame
    settings = active()
    return {
        "lang": language(),
        "town_name": settings.town_name,
        "town_css": settings.town_css,
        "demo": settings.demonstration,
        "current_url_for_lang": current_url_for_lang,
        "page_is_home": request.path == "/",
        "nav": [found for made in NAVIGATION if (found := made())],
        "footer": [made() for made in FOOTER],
    }


def init_app(app: Flask) -> None:
    """Give the frame to the templates, and remember a language that was chosen."""
    app.context_processor(_frame)
    app.jinja_env.globals.update(static=static, once_key=new_key, rendered_at=rendered_at)

    @app.after_request
    def remember_language(response: Response) -> Response:
        asked = request.args.get("lang")
        if asked in LANGUAGES and request.method == "GET":
            response.set_cookie(
                COOKIE, asked, max_age=31_536_000, samesite="Lax", httponly=True,
                secure=active().secure_cookies,
            )  # fmt: skip
            g.personal = True
        return response


@in_navigation
def _spaces() -> Link:
    return link(_("Consultations"), url_for("spaces.home"))


@in_navigation
def _search() -> Link:
    return link(_("Search"), url_for("contributions.search"))


@in_navigation
def _notices() -> Link | None:
    if not current_user.is_authenticated:
        return None
    return link(_("Notices"), url_for("notifications.index"))


@in_navigation
def _administration() -> Link | None:
    if not (current_user.is_authenticated and current_user.is_administrator):
        return None
    return link(_("Administration"), url_for("spaces.index"))


@in_navigation
def _demonstration() -> Link | None:
    if not active().demonstration:
        return None
    return link(_("Try each role"), url_for("accounts.demonstration"))
