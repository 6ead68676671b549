"""What a view answers: a page, the fragment that the page includes, or a redirect.

The only place that asks whether a request came from htmx. A fragment is the same template that
its page includes, so both are always equal; without script the same post answers 303.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template
from flask_htmx import HTMX
from markupsafe import Markup

htmx = HTMX()


def wants_fragment() -> bool:
    """Whether this request comes from htmx and is neither boosted nor a return in history."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A whole page; a form that was refused comes back with status 422."""
    return make_response(render_template(template, **context), status)


def view(template: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """A list or panel that htmx may refresh alone: the fragment for htmx, else the page."""
    return page(fragment if wants_fragment() else template, status, **context)


def say(message: str, kind: str = "success") -> None:
    """Tell the person what happened: above the heading of the next page, or in the status line."""
    if wants_fragment():
        g.setdefault("status_lines", []).append(str(message))
    else:
        flash(str(message), kind)


def respond(
    fragment: str, otherwise: str, status: int = 200,
    parts: Callable[[], Mapping[str, Any]] | None = None, **context: Any,
) -> Response:  # fmt: skip
    """After a commit: the changed fragment for htmx, else a redirect to the page that shows it.

    Parameters
    ----------
    parts : callable, optional
        Makes what only the fragment needs; a redirect does not pay for it.
    """
    if not wants_fragment():
        return go(otherwise)
    html = rendered(fragment, **(parts() if parts else {}), **context) + status_line()
    return make_response(html, status)


def as_file(response: Response, name: str) -> Response:
    """The same answer, to be kept as a file of this name."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def rendered(template: str, **context: Any) -> Markup:
    """A rendered template as safe HTML: the one way in which a panel or fragment is made."""
    return Markup(render_template(template, **context))  # noqa: S704  (autoescaped by Jinja)


def status_line() -> Markup:
    """What `say` has to tell, as an out-of-band swap into the polite status region."""
    lines = g.pop("status_lines", [])
    if not lines:
        return Markup("")
    return Markup('<div id="status" hx-swap-oob="innerHTML">{}</div>').format(" ".join(lines))


def go(url: str) -> Response:
    """Send the person to another address of this site, by GET."""
    if wants_fragment():
        for line in g.pop("status_lines", []):
            flash(line, "success")
        response = make_response("", 200)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, 303))


def is_internal(url: str | None) -> bool:
    """Whether an address that came with a request stays on this site."""
    if not url or not url.startswith("/") or url.startswith(("//", "/\\")):
        return False
    return all(ord(character) > 32 for character in url)
