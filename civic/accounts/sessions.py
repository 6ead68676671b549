"""Flask-Login on top of server-side, revocable sign-ins."""

from __future__ import annotations

from flask import Flask, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from civic.accounts import actions
from civic.accounts.models import Account, Visitor
from civic.accounts.queries import account_of_token
from civic.web.slots import Question

login_manager = LoginManager()
login_manager.session_protection = None  # the server-side row decides, not the browser's headers
login_manager.anonymous_user = Visitor
login_manager.user_loader(account_of_token)
has_a_role = Question("accounts.has_a_role")  # answered by the packages that entrust roles


def init_app(app: Flask) -> None:
    """Recognise people by their cookie."""
    login_manager.init_app(app)


def sign_in(account: Account, privileged: bool) -> None:
    """Open a sign-in for this browser, with a fresh cookie."""
    if session.get("_user_id"):
        actions.end_sign_in(session["_user_id"])
    session.clear()
    actions.open_sign_in(account, request.user_agent.string, privileged)
    session.permanent = True
    login_user(account, force=True)


def sign_out() -> None:
    """End this browser's sign-in; a copy of its cookie is worth nothing."""
    actions.end_sign_in(current_user.get_id() or "")
    logout_user()
    session.clear()
