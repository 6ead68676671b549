"""Forms that programs fill: a field that nobody sees, and the time since the form was shown.

Neither is a proof: people who dictate or paste are fast, and some programs fill fields for people.
So nothing is refused: what was typed is kept, and one more click sends it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from civic.clock import now
from civic.errors import OneMoreStep
from civic.i18n import gettext as _
from civic.settings import active

TRAP = "homepage"  # looks like a field of a profile; it must stay empty
RENDERED = "_rendered"
SALT = "form shown at"


def rendered_at() -> str:
    """The signed instant at which a form is shown."""
    mark: str = _signer().dumps(round(now().timestamp(), 1))
    return mark


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)


def watched(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for one more click when a form seems to be filled by a program.

    Raises
    ------
    OneMoreStep
        What was typed is kept.
    """

    @wraps(view)
    def guard(*args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and _looks_automatic():
            raise OneMoreStep(
                _("This form came back very fast, or with a hidden field filled in, as programs do."
                  " If you are a person, send it once more; nothing you typed is lost.")
            )  # fmt: skip
        return view(*args, **kwargs)

    return guard


def _looks_automatic() -> bool:
    if request.form.get(TRAP, "").strip():
        return True
    mark = request.form.get(RENDERED)
    if mark is None or not active().form_seconds:
        return False
    try:
        shown = float(_signer().loads(mark))
    except (BadData, TypeError, ValueError):
        return True
    return now().timestamp() - shown < active().form_seconds
