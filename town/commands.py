"""`palabre demonstrate`: the town, built once, then served; and `palabre seed`, built only."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from civic.accounts.queries import demonstration_people
from civic.db import begin_read
from civic.i18n import gettext as _
from civic.operating import migrate
from civic.serving import Tree
from civic.settings import active
from town.build import build, is_empty


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Build the demonstration town, unless something is there already."""
    _prepare()


def _prepare() -> None:
    migrate()
    begin_read()
    if not is_empty():
        click.echo(_("The data of last time is kept."))
        return
    click.echo(_("Building the demonstration town (once)…"))
    build(tell=lambda title: click.echo(f"  {title}"))


@click.command("demonstrate")
@with_appcontext
def demonstrate() -> None:
    """Serve the demonstration town: web and worker, until Ctrl-C."""
    _prepare()
    settings = active()
    address = f"http://{settings.host}:{settings.port}"
    click.echo("")
    click.echo(_("Palabre is at %(address)s", address=address))
    if settings.demonstration:
        click.echo(_("Sign in as any of these people, with one click:"))
        click.echo(f"  {address}/demonstration")
        for person in demonstration_people():
            click.echo(f"    {person.name}")
    click.echo(_("Stop with Ctrl-C. The data stays in %(folder)s.", folder=settings.var_dir))
    begin_read()
    raise click.exceptions.Exit(Tree(settings).run())
