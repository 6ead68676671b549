"""The `palabre` command: its subcommands are found by name and loaded when they are called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click
from flask.cli import FlaskGroup

from civic.settings import SettingsError


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

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every subcommand, in alphabetical order."""
        return sorted({*self.paths, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The subcommand, loaded now."""
        if name not in self.paths:
            return super().get_command(ctx, name)
        module, _, command = self.paths[name].partition(":")
        return getattr(importlib.import_module(module), command)
