"""Flask-Login on top of server-side, revocable sign-ins."""

from __future__ import annotations

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from civic.accounts import actions
from civic.accounts.models import Account, Visitor
from civic.accounts.queries import account_of_token
from civic.accounts.rules import SEEN_EVERY, idle_limit
from civic.clock import now
from civic.db import begin_write, commit, db
from civic.web.slots import Question

login_manager = LoginManager()
login_manager.session_protection = None  # the server-side row decides, not the browser's headers
login_manager.anonymous_user = Visitor
login_manager.user_loader(account_of_token)
has_a_role = Question("accounts.has_a_role")  # answered by the packages that entrust roles


def init_app(app: Flask) -> None:
    """Recognise people by their cookie, and remember when they were last here."""
    login_manager.init_app(app)
    app.after_request(_remember_last_use)


def sign_in(
    account: Account, second_factor: bool = False, provider: str = "", id_token: str = ""
) -> None:
    """Open a sign-in for this browser, with a fresh cookie; the one before is ended.

    Parameters
    ----------
    second_factor : bool
        Whether a second factor was given: without one, roles stay closed in this sign-in.
    """
    if session.get("_user_id"):
        actions.end_sign_in(session["_user_id"])
    session.clear()
    actions.open_sign_in(
        account, request.user_agent.string, has_a_role.ask(account), second_factor, provider,
        id_token,
    )  # fmt: skip
    session.permanent = True
    login_user(account, force=True)


def renew(second_factor: bool = False) -> None:
    """Give this browser a new token, because what it may do has changed.

    Neither the end of the sign-in nor its freshness moves, unless a second factor was just given.
    """
    here = current_user.sign_in
    account = current_user._get_current_object()
    ends, fresh_at, given = here.expires_at, here.fresh_at, here.second_factor_at is not None
    sign_in(account, second_factor or given, here.provider, here.id_token)
    account.sign_in.expires_at = min(ends, account.sign_in.expires_at)
    if not second_factor:
        account.sign_in.fresh_at = fresh_at
    db.session.flush()


def sign_out() -> None:
    """End this browser's sign-in; a copy of its cookie is worth nothing."""
    actions.end_sign_in(current_user.get_id() or "")
    logout_user()
    session.clear()


def _remember_last_use(response: Response) -> Response:
    person = g.get("_login_user")  # only whoever this request has recognised
    here = getattr(person, "sign_in", None)
    if here is None or g.get("database_is_away"):
        return response
    try:
        seen = here.seen_at or here.created_at
        if here.ended_at is None and now() - seen > idle_limit(here) * SEEN_EVERY:
            begin_write()
            actions.touch(here.token_hash)
            commit()
    except SQLAlchemyError:  # somebody else writes at this moment: the next request will tell
        db.session.rollback()
    return response
