"""Palabre: joins the packages into one application. Nothing imports this module.

`create_app()` reads the settings and connects the parts; `palabre` is its command.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from civic import administration, disclosure, i18n, jobs, logs
from civic.accounts import sessions, views as accounts
from civic.accounts.desk import views as desk
from civic.accounts.factors import views as factors
from civic.accounts.mailed import views as _mailed  # noqa: F401  (routes join the blueprint)
from civic.accounts.providers import client as identity, views as providers
from civic.assisted import models as _assisted  # noqa: F401  (its tables join the others)
from civic.auditing import views as _auditing  # noqa: F401  (routes join the blueprint)
from civic.commands import PalabreGroup
from civic.contributions import views as contributions
from civic.db import begin_read, begin_write, db
from civic.journal import checks as _journal, jobs as _heads, views as journal  # noqa: F401
from civic.notifications import jobs as _mailing, views as notifications  # noqa: F401
from civic.organisation import views as organisation
from civic.personal import jobs as _retention, views as personal  # noqa: F401
from civic.pictures import jobs as _pictures, views as pictures  # noqa: F401
from civic.settings import ROOT, Settings, kept_secret, load_settings
from civic.spaces import views as spaces
from civic.starting import require_ready
from civic.verification import views as verification
from civic.web import errors, filters, kept, layout, limits, responses, security
from civic.web.doors import READS_FIRST, TAKES_FILES
from civic.web.requests import GatedRequest, IdConverter, SlugConverter, TokenConverter
from deliberations import jobs as _late, views as statements  # noqa: F401  (receivers)
from deliberations.threads import views as comments
from imports import models as _imports  # noqa: F401  (its table joins the others)
from moderation import checks as _moderation, views as moderation  # noqa: F401
from moderation.charter import views as _charter  # noqa: F401
from moderation.deciding import views as _deciding  # noqa: F401  (routes join the blueprint)
from moderation.handling import views as _handling  # noqa: F401
from moderation.queue import jobs as _queue_jobs, views as _queue  # noqa: F401
from moderation.reporting import views as _reporting  # noqa: F401
from moderation.sanctions import views as _sanctions  # noqa: F401
from moderation.signals import views as _signals  # noqa: F401
from moderation.spam import schedule as _spam, views as _trust  # noqa: F401  (its hours register themselves)
from moderation.transparency import views as _transparency  # noqa: F401
from proposals import jobs as _announcing, views as proposals  # noqa: F401  (receivers)
from proposals.assisted import views as _on_paper  # noqa: F401  (routes join the blueprint)
from proposals.picturing import views as _picturing  # noqa: F401  (routes join the blueprint)
from synthesis import checks as _synthesis, extremity as _extremity, views as synthesis  # noqa: F401
from synthesis.answering import views as _synthesis_answering  # noqa: F401
from synthesis.correcting import views as _correcting  # noqa: F401  (routes join the blueprint)
from synthesis.documents import views as _synthesis_documents  # noqa: F401
from synthesis.publication import views as _publication  # noqa: F401
from synthesis.workshop import views as _workshop  # noqa: F401
from synthesis.writing import views as _synthesis_writing  # noqa: F401
from town import views as town
from votes import checks as _votes, signals as _vote_signals, views as votes  # noqa: F401  (checks register themselves)
from votes.ballots import checks as _ballots, views as ballots  # noqa: F401
from votes.ballots.batches import checks as _papers, views as _batches  # noqa: F401
from votes.ballots.desk import views as _desk  # noqa: F401
from votes.budgets import checks as _budgets, views as budgets  # noqa: F401
from votes.budgets.desk import views as _budget_desk  # noqa: F401
from votes.budgets.works import views as _works  # noqa: F401
from votes.removals import views as _removals  # noqa: F401

BLUEPRINTS = [
    accounts.bp,
    factors.bp,
    desk.bp,
    providers.bp,
    spaces.bp,
    contributions.bp,
    notifications.bp,
    personal.bp,
    pictures.bp,
    organisation.bp,
    verification.bp,
    town.bp,
    administration.bp,
    disclosure.bp,
    journal.bp,
    kept.bp,
    moderation.bp,
    votes.bp,
    ballots.bp,
    budgets.bp,
    comments.bp,
    statements.bp,
    proposals.bp,
    synthesis.bp,
]
# Packages that hold personal data: each says so in its file `personal.py`.
HOLDERS = ["civic.accounts", "civic.accounts.factors", "civic.accounts.providers"]
HOLDERS += ["civic.contributions", "civic.personal", "civic.pictures", "civic.spaces"]
HOLDERS += ["civic.verification", "moderation", "votes", "votes.ballots", "votes.budgets"]
HOLDERS += ["proposals", "synthesis", "imports"]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
REQUEST_BYTES = 2 * 1024 * 1024
FILE_BYTES = 7 * 1024 * 1024  # a file with the form around it
COMMANDS = {
    "demonstrate": "town.commands:demonstrate",
    "seed": "town.commands:seed",
    "setup": "civic.operating:setup",
    "create-administrator": "civic.operating:create_administrator",
    "replace-signing-key": "civic.journal.command:replace_signing_key",
    "check": "civic.checking:check",
    "serve": "civic.serving:serve",
    "web": "civic.serving:web",
    "worker": "civic.serving:worker",
    "themes": "synthesis.themes.command:themes",
    "import": "imports.command:bring",
    "count": "votes.counting.command:count",
    "opinions": "synthesis.opinions.command:opinions",
}


class Palabre(Flask):
    """Flask, with every incoming string passed through the text gate."""

    request_class = GatedRequest


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment when not given.
    """
    settings = settings or load_settings()
    for package in HOLDERS:
        import_module(f"{package}.personal")
    app = Palabre("palabre", root_path=str(ROOT), static_folder="static")
    _configure(app, settings)
    _connect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def ready_app() -> Flask:
    """The application for the web server: it refuses to start on faults that a town would feel."""
    app = create_app()
    logs.take_over()
    require_ready(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=kept_secret(settings),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=REQUEST_BYTES,
        MAX_FORM_PARTS=1_000,
        SESSION_COOKIE_NAME="__Host-palabre" if settings.secure_cookies else "palabre",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=settings.hosts,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as its session: no text is eaten
        WTF_CSRF_FIELD_NAME="csrf_token",
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.config.update(settings.extra)
    app.url_map.converters.update(slug=SlugConverter, token=TokenConverter, id=IdConverter)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _engine_options(settings: Settings) -> dict[str, Any]:
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        return {"pool_size": settings.web_threads, "max_overflow": 2, "hide_parameters": True}
    return {
        "hide_parameters": True,  # a value of a query never reaches a log
        "pool_size": settings.web_threads,
        "max_overflow": 2,
        "pool_pre_ping": True,
        "connect_args": {"options": "-c lock_timeout=20000 -c timezone=utc"},
    }


def _connect(app: Flask) -> None:
    logs.init_app(app)
    app.before_request(_start_unit_of_work)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    i18n.init_app(app)
    jobs.init_app(app)
    sessions.init_app(app)
    limits.init_app(app)
    identity.init_app(app)
    CSRFProtect(app).exempt(notifications.unsubscribe)  # its link is the proof (RFC 8058)
    responses.htmx.init_app(app)
    layout.init_app(app)
    filters.init_app(app)
    security.init_app(app)
    errors.init_app(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=31_536_000,
        add_headers_function=security.on_static_files(app),
    )  # fmt: skip


def _start_unit_of_work() -> None:
    """A request that may change something begins by writing; the others only read."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, TAKES_FILES, False):
        request.max_content_length = FILE_BYTES
    if request.method in SAFE_METHODS or getattr(view, READS_FIRST, False):
        begin_read()
    else:
        begin_write()


cli = PalabreGroup(COMMANDS, create_app=create_app, help="Palabre: a town hears its citizens.")

if __name__ == "__main__":
    cli()
