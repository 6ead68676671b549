"""Pages to come in through a provider, and to join one to an account."""

from __future__ import annotations

from flask import Blueprint, Response, request, session, url_for
from flask_login import current_user

from civic.accounts.actions import begin_ceremony, end_ceremony
from civic.accounts.factors.entering import come_in
from civic.accounts.factors.queries import factors_of
from civic.accounts.providers import actions, client, forms
from civic.accounts.providers.client import Recognised
from civic.accounts.providers.models import Identity
from civic.accounts.providers.reading import Provider
from civic.accounts.queries import ceremony_of
from civic.db import begin_write, commit, get_or_missing
from civic.errors import CivicError, Missing
from civic.i18n import gettext as _, language
from civic.web import limits
from civic.web.doors import fresh, open_to_all, signed_in
from civic.web.responses import go, is_internal, page, say

bp = Blueprint("providers", __name__)
WAY_ON, JOINING, NEWCOMER = "provider_next", "provider_join", "newcomer"


@bp.app_template_global()
def identity_providers() -> list[Provider]:
    """The providers, in the order of the settings."""
    return list(client.providers().values())


@bp.get("/sign-in/with/<slug:provider>")
@open_to_all
def leave(provider: str) -> Response:
    """Go to the provider. Only this browser's own cookie changes."""
    found = client.provider_named(provider)
    wanted = request.args.get("next")
    session[WAY_ON] = wanted if is_internal(wanted) else url_for("spaces.home")
    try:
        return client.send_there(found)
    except CivicError as error:
        return _refused(error)


@bp.get("/sign-in/with/<slug:provider>/back")
@open_to_all
def back(provider: str) -> Response:
    """Come back from the provider: known, to be joined, or new here."""
    found = client.provider_named(provider)
    way_on = session.pop(WAY_ON, url_for("spaces.home"))
    joining = session.pop(JOINING, None)
    limits.count("sign-in")
    try:
        said = client.recognise(found)
        begin_write()
        if joining is not None:
            return _join(found, said, joining)
        landing = _come_in(found, said, way_on)
    except CivicError as error:
        return _refused(error)
    commit()
    return go(landing)


def _refused(error: CivicError) -> Response:
    say(str(error), "error")
    return go(url_for("accounts.show" if current_user.is_authenticated else "accounts.sign_in"))


def _join(provider: Provider, said: Recognised, joining: str) -> Response:
    """The wish to join was posted from inside, in this very sign-in."""
    if not current_user.is_authenticated or current_user.sign_in.token_hash != joining:
        raise Missing()
    actions.join(current_user, said.issuer, said.subject, provider.name)
    commit()
    say(_("%(provider)s opens your account from now on.", provider=provider.label))
    return go(url_for("accounts.show"))


def _come_in(provider: Provider, said: Recognised, way_on: str) -> str:
    identity = actions.identity_of(said.issuer, said.subject)
    if identity is not None:
        actions.note_use(identity)
        return come_in(identity.account, way_on, provider=provider.name, id_token=said.id_token)
    details = {
        "provider": provider.name, "issuer": said.issuer, "subject": said.subject,
        "id_token": said.id_token, "name": said.name, "email": said.email, "next": way_on,
    }  # fmt: skip
    session[NEWCOMER] = begin_ceremony(NEWCOMER, None, **details)
    return url_for("providers.greet")


@bp.get("/sign-in/new")
@open_to_all
def greet() -> Response:
    """Somebody recognised elsewhere is new here: how do they want to be shown?"""
    waiting = ceremony_of(NEWCOMER, session.get(NEWCOMER))
    if waiting is None:
        return go(url_for("accounts.sign_in"))
    return _greet(forms.WelcomeForm(name=waiting.details["name"]), waiting.details["provider"])


def _greet(form: forms.WelcomeForm, provider: str, status: int = 200) -> Response:
    label = client.provider_named(provider).label
    return page("accounts/providers/greet.html", status, form=form, label=label)


@bp.post("/sign-in/new")
@open_to_all
def welcome() -> Response:
    """Make their account."""
    waiting, form = ceremony_of(NEWCOMER, session.get(NEWCOMER)), forms.WelcomeForm()
    if waiting is None:
        return go(url_for("accounts.sign_in"))
    given = dict(waiting.details)
    if not form.validate():
        return _greet(form, given["provider"], 422)
    limits.count("sign-up")
    end_ceremony(waiting)
    account = actions.welcome(
        form.name.data, language(), given["issuer"], given["subject"], given["provider"],
        given["email"],
    )  # fmt: skip
    landing = come_in(account, given["next"], False, given["provider"], given["id_token"])
    commit()
    say(_("Welcome, %(name)s. You can take part now.", name=account.name))
    return go(landing)


@bp.post("/account/identities/<slug:provider>")
@signed_in
@fresh
def ask_join(provider: str) -> Response:
    """Say that the next return from this provider joins it to this account."""
    found = client.provider_named(provider)
    session[JOINING] = current_user.sign_in.token_hash
    return page("accounts/providers/join.html", provider=found)


@bp.post("/account/identities/<id:identity_id>/removal")
@signed_in
@fresh
def part(identity_id: int) -> Response:
    """Take a provider away."""
    identity: Identity = get_or_missing(Identity, identity_id)
    if identity.account_id != current_user.id:
        raise Missing()
    another = bool(current_user.email) or factors_of(current_user).passkeys > 0
    actions.part(identity, current_user, another)
    commit()
    say(_("Saved."))
    return go(url_for("accounts.show"))
