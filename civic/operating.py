"""Commands of the person who runs an instance: bring the database up to date, name who runs it."""

from __future__ import annotations

import logging

import click
from alembic import command
from alembic.config import Config
from flask.cli import with_appcontext

from civic import audit
from civic.accounts.actions import create_account
from civic.accounts.queries import credential_of
from civic.db import begin_write, commit
from civic.errors import CivicError
from civic.i18n import gettext as _
from civic.settings import ROOT


def migrate() -> None:
    """Bring the database to the schema of this version; nothing happens if it is there."""
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    command.upgrade(config, "head")


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Create the database, or bring it up to date."""
    migrate()
    click.echo(_("The database is up to date."))


@click.command("create-administrator")
@click.argument("email")
@click.option("--name", prompt=True, help="Name shown on the site.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@with_appcontext
def create_administrator(email: str, name: str, password: str) -> None:
    """Name somebody who opens spaces and invites the team (an existing account is promoted)."""
    begin_write()
    known = credential_of(email)
    try:
        account = known.account if known else create_account(name, email, password, confirmed=True)
    except CivicError as error:
        raise click.ClickException(str(error)) from None
    account.is_administrator = True
    audit.record(None, "administrator.named", about=account)
    commit()
    click.echo(_("%(name)s is an administrator.", name=account.name))
