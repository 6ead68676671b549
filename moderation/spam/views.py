"""How far somebody is trusted, beside their record; administrators may trust somebody fully."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.accounts.models import Account
from civic.db import commit, get_or_missing
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.spaces.queries import load_space
from civic.web.doors import administrator
from civic.web.responses import go, rendered, say
from moderation.spam import trust as trusting
from moderation.views import bp


@bp.app_template_global()
def trust_panel(account: Account, space: Space) -> Markup:
    """The level of a person, and the button of the administrators."""
    return rendered(
        "moderation/spam/person.html", account=account, space=space,
        trust=trusting.trust_of(account), levels=trusting.LEVELS,
    )  # fmt: skip


@bp.post("/spaces/<slug:slug>/moderation/people/<id:account_id>/trust")
@administrator
def trust(slug: str, account_id: int) -> Response:
    """Trust somebody fully (`wanted=1`), or no longer (`wanted=0`)."""
    space, account = load_space(slug), get_or_missing(Account, account_id)
    act = trusting.grant if request.form.get("wanted") == "1" else trusting.take_back
    act(account, current_user)
    commit()
    say(_("Saved."))
    return go(url_for("moderation.person", slug=space.slug, account_id=account_id))
