"""Pages to come in, and what a person sees of their own account."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.accounts import actions, forms, passwords, queries, sessions
from civic.accounts.factors.entering import come_in
from civic.accounts.providers.actions import identities_of
from civic.accounts.providers.client import providers, way_out
from civic.db import begin_write, commit
from civic.errors import Conflict, Invalid, Missing
from civic.i18n import gettext as _, language
from civic.settings import active
from civic.web import limits, slots
from civic.web.doors import open_to_all, reads_first, signed_in
from civic.web.forms import CivicForm
from civic.web.responses import go, is_internal, page, say
from civic.web.traps import watched

bp = Blueprint("accounts", __name__)


def way_on(form: CivicForm) -> str:
    """Where to go after signing in: the page the person came for, if it is one of ours."""
    asked = getattr(form, "next", None)
    return asked.data if asked is not None and is_internal(asked.data) else url_for("spaces.home")


@bp.get("/sign-up")
@open_to_all
def sign_up() -> Response:
    """The form to join."""
    return page("accounts/sign_up.html", form=forms.SignUpForm(next=request.args.get("next")))


@bp.post("/sign-up")
@open_to_all
@watched
def register() -> Response:
    """Join. The answer is the same whether or not the address had an account."""
    form = forms.SignUpForm()
    if not form.validate():
        return page("accounts/sign_up.html", form=form, status=422)
    limits.count("sign-up")
    try:
        account = actions.register(form.name.data, form.email.data, form.password.data, language())
    except Invalid as error:
        form.password.errors = [str(error)]
        return page("accounts/sign_up.html", form=form, status=422)
    if account is not None and not active().sends_mail:
        sessions.sign_in(account)
        commit()
        say(_("Welcome, %(name)s. You can take part now.", name=account.name))
        return go(way_on(form))
    commit()
    return page("accounts/registered.html", email=form.email.data)


@bp.get("/sign-in")
@open_to_all
def sign_in() -> Response:
    """The form to come in."""
    return page("accounts/sign_in.html", form=forms.SignInForm(next=request.args.get("next")))


@bp.post("/sign-in")
@open_to_all
@reads_first
def enter() -> Response:
    """Come in. A wrong address and a wrong password get the same answer in the same time."""
    form = forms.SignInForm()
    if not form.validate():
        return page("accounts/sign_in.html", form=form, status=422)
    limits.count("sign-in", who=form.email.data)
    credential = queries.credential_of(form.email.data)
    if not passwords.fits(credential.password_hash if credential else None, form.password.data):
        form.email.errors = [_("This address and this password do not go together.")]
        return page("accounts/sign_in.html", form=form, status=422)
    assert credential is not None
    account_id, outdated = credential.account_id, passwords.is_outdated(credential.password_hash)
    begin_write()
    account = queries.account_by_id(account_id)
    if outdated:
        actions.hash_again(account, form.password.data)
    landing = come_in(account, way_on(form))
    commit()
    return go(landing)


@bp.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    """Leave, on this device."""
    elsewhere = _way_out()
    sessions.sign_out()
    commit()
    home = url_for("spaces.home")
    response = page("accounts/signed_out.html", 200, **elsewhere) if elsewhere else go(home)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _way_out() -> dict[str, str]:
    """Where the session of the provider that vouched for this sign-in ends, if it has a place."""
    here = current_user.sign_in
    provider = providers().get(here.provider) if here is not None and here.id_token else None
    address = way_out(provider, here.id_token) if provider else ""
    return {"label": provider.label, "way_out": address} if provider and address else {}


@bp.get("/account")
@signed_in
def show() -> Response:
    """My account: name, language, password, devices, and what I wrote."""
    return _account_page()


def _account_page(status: int = 200, **given: CivicForm) -> Response:
    return page(
        "accounts/show.html",
        status=status,
        profile=given.get("profile") or forms.ProfileForm(obj=current_user),
        password=given.get("password") or forms.ChangePasswordForm(formdata=None),
        devices=queries.live_sign_ins(current_user),
        identities=identities_of(current_user),
        labels={provider.name: provider.label for provider in providers().values()},
        this_device=queries.hash_of(current_user.get_id()),
        panels=slots.panels("accounts.mine", [current_user])[current_user.id],
    )


@bp.post("/account")
@signed_in
def edit() -> Response:
    """Change my name or language."""
    form = forms.ProfileForm()
    if not form.validate():
        return _account_page(422, profile=form)
    actions.rename(current_user, form.name.data, form.language.data)
    commit()
    say(_("Saved."))
    response = go(url_for("accounts.show"))
    response.delete_cookie("language")
    return response


@bp.post("/account/password")
@signed_in
def change_password() -> Response:
    """Change my password; my other devices are signed out."""
    form = forms.ChangePasswordForm()
    if not form.validate():
        return _account_page(422, password=form)
    credential = current_user.credential
    limits.count("code", who=current_user.id)
    stored = credential.password_hash if credential else None
    if not passwords.fits(stored, form.current_password.data):
        form.current_password.errors = [_("This is not your present password.")]
        return _account_page(422, password=form)
    try:
        actions.set_password(current_user, form.password.data, keep=current_user.get_id())
    except Invalid as error:
        form.password.errors = [str(error)]
        return _account_page(422, password=form)
    commit()
    say(_("Your password is changed, and your other devices are signed out."))
    return go(url_for("accounts.show"))


@bp.post("/account/devices")
@signed_in
def end_others() -> Response:
    """Sign out everywhere but here."""
    actions.end_sign_ins(current_user, keep=current_user.get_id())
    commit()
    say(_("Your other devices are signed out."))
    return go(url_for("accounts.show"))


@bp.post("/account/devices/<token:device>")
@signed_in
def end_one(device: str) -> Response:
    """Sign one device out; it is named by what is stored of its token, which opens nothing."""
    if device not in {live.token_hash for live in queries.live_sign_ins(current_user)}:
        raise Missing()
    if device == current_user.sign_in.token_hash:
        return sign_out()
    actions.end_device(device)
    commit()
    say(_("This device is signed out."))
    return go(url_for("accounts.show"))


# --- Demonstration ----------------------------------------------------------------------------


@bp.get("/demonstration")
@open_to_all
def demonstration() -> Response:
    """One-click sign-in for each role, and the mails that would have left."""
    _only_in_demonstration()
    return page(
        "accounts/demonstration.html",
        people=queries.demonstration_people(),
        demonstration_roles=_demonstration_roles(),
        mails=queries.latest_mails(),
    )


@bp.post("/demonstration/<id:account_id>")
@open_to_all
def enter_demonstration(account_id: int) -> Response:
    """Sign in as one of the invented people."""
    _only_in_demonstration()
    account = queries.account_by_id(account_id)
    if account.email not in {person.email for person in queries.demonstration_people()}:
        raise Conflict(_("Only the people listed on this page can be signed in here."))
    sessions.sign_in(account)
    commit()
    say(_("You are signed in as %(name)s.", name=account.name))
    return go(url_for("spaces.home"))


def _demonstration_roles() -> dict[str, str]:
    official = _("elected official")
    words = [_("citizen"), _("citizen"), _("moderator"), official, official, _("administrator")]
    return {
        f"{key}@example.org": word
        for key, word in zip(queries.DEMONSTRATION_KEYS, words, strict=True)
    }


def _only_in_demonstration() -> None:
    if not active().demonstration:
        raise Missing()
