"""The `palabre` command: its subcommands are found by name and loaded when they are called."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from civic.settings import SettingsError

NO_TABLE = r"no such (table|column)|(relation|column) .* does not exist"
OUTDATED = "The database is older than this program, or empty. Run “palabre setup” first."


class PalabreGroup(FlaskGroup):
    """Subcommands by dotted path, so that `palabre themes` needs no database and the web no
    scikit-learn. `palabre db …` comes from Flask-Migrate."""

    def __init__(self, paths: Mapping[str, str], **given: Any) -> None:
        super().__init__(
            add_default_commands=False, add_version_option=False, set_debug_flag=False, **given
        )
        self.paths = dict(paths)

    def invoke(self, ctx: click.Context) -> Any:
        """Run, or say in plain words what is wrong with the settings."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from None
        except (OperationalError, ProgrammingError) as error:
            if re.search(NO_TABLE, str(error.orig)):
                raise click.ClickException(OUTDATED) from error
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every subcommand, in alphabetical order."""
        return sorted({*self.paths, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The subcommand, loaded now."""
        if name not in self.paths:
            return super().get_command(ctx, name)
        module, _, command = self.paths[name].partition(":")
        return getattr(importlib.import_module(module), command)
