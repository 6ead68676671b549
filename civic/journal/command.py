"""`palabre replace-signing-key`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from civic import audit
from civic.db import begin_write, commit
from civic.i18n import gettext as _
from civic.journal import signing
from civic.settings import active


@click.command("replace-signing-key")
@with_appcontext
def replace_signing_key() -> None:
    """Sign with a new key from now on; what older keys signed still verifies."""
    begin_write()
    try:
        public = signing.replace_key(active())
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    audit.record(None, "signing_key.replaced", public=public)
    signing.keep(public)
    commit()
    click.echo(_("New public key: %(public)s", public=public))
