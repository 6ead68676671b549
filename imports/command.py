"""`palabre import`: a consultation from another platform, or from a spreadsheet."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from civic.db import begin_write, commit, db
from civic.errors import CivicError
from civic.i18n import gettext as _, ngettext
from civic.outgoing import fetch
from civic.settings import active
from civic.spaces.models import Space
from imports.actions import Outcome, bring_in
from imports.content import Consultation, Kind, Refused
from imports.decidim import read_decidim
from imports.fitting import told
from imports.plain import USUAL, read_plain
from imports.polis import read_polis


class Source(click.ParamType):
    """A file, or its https address on a host of `PALABRE_OUTGOING_HOSTS`."""

    name = "file or address"

    def convert(self, value: Any, *_more: Any) -> Any:
        """An address stays as it is; it is read when the command runs."""
        return value if str(value).startswith("https://") else Path(value)


FILE = Source()
SOURCE = Path | str


def _file(source: SOURCE | None) -> Path | None:
    """The file of a source; what stands at an address is fetched and dropped at the end."""
    if source is None or isinstance(source, Path):
        return source
    try:
        answer = fetch(source)
    except CivicError as error:
        raise click.ClickException(str(error)) from None
    if answer.status != 200:
        raise click.ClickException(
            _("%(url)s answered %(status)s.", url=source, status=answer.status)
        )
    folder = click.get_current_context().with_resource(tempfile.TemporaryDirectory())
    here = Path(folder) / "source"
    here.write_bytes(answer.body)
    return here


@click.group("import")
def bring() -> None:
    """Bring in a consultation. Without --yes, only say what would be done."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every source has."""
    for option in (
        click.option("--yes", is_flag=True, help="Do it; without, nothing is changed."),
        click.option("--cut", is_flag=True, help="Shorten texts that are too long to be shown."),
        click.option("--source", help="A name for this source; found out otherwise."),
        click.option("--language", default="fr", show_default=True, help="Of the texts."),
        click.option("--space", "slug", required=True, help="End of the address of the space."),
    ):
        command = option(command)
    return command


ENCODING = click.option("--encoding", help="Of the files; found out otherwise.")


@bring.command("decidim")
@click.argument("proposals", type=FILE, required=False)
@click.option("--comments", type=FILE, help="The export of comments.")
@click.option("--debates", type=FILE, help="The export of debates, for their titles.")
@ENCODING
@_options
@with_appcontext
def decidim(
    proposals: SOURCE | None, comments: SOURCE | None, debates: SOURCE | None, encoding: str | None,
    slug: str, **choices: Any,
) -> None:  # fmt: skip
    """Bring in Decidim exports: PROPOSALS.csv, comments, debates."""
    if proposals is None and comments is None:
        raise click.UsageError(_("Give at least one file."))
    _run(slug, choices, lambda: read_decidim(
        _file(proposals), _file(comments), _file(debates), active().zone, choices["language"],
        encoding,
    ))  # fmt: skip


@bring.command("contributions")
@click.argument("file", type=FILE)
@click.option("--map", "mapping", multiple=True, metavar="OURS=COLUMN",
              help=f"Which column holds what: {', '.join(USUAL)}.")  # fmt: skip
@click.option("--as", "kind", type=click.Choice(["proposal", "statement"]), default="proposal",
              show_default=True, help="What a row becomes.")  # fmt: skip
@ENCODING
@_options
@with_appcontext
def contributions(
    file: SOURCE, mapping: tuple[str, ...], kind: str, encoding: str | None, slug: str,
    **choices: Any,
) -> None:  # fmt: skip
    """Bring in a CSV file with one text a row."""
    columns = {}
    for pair in mapping:
        ours, equals, theirs = pair.partition("=")
        if not equals:
            raise click.UsageError(_("--map takes OURS=COLUMN, not “%(pair)s”.", pair=pair))
        columns[ours.strip()] = theirs.strip()
    _run(slug, choices, lambda: read_plain(
        _file(file) or Path(), columns, Kind(kind), active().zone, choices["language"], encoding
    ))  # fmt: skip


@bring.command("polis")
@click.argument("folder", type=click.Path(path_type=Path))
@_options
@with_appcontext
def polis(folder: Path, slug: str, **choices: Any) -> None:
    """Bring in a Polis export folder: statements and votes."""
    _run(slug, choices, lambda: read_polis(folder, choices["language"]))


def _run(slug: str, choices: dict[str, Any], read: Callable[[], Consultation]) -> None:
    try:
        consultation = read()
        consultation.source = choices["source"] or consultation.source
        begin_write()
        space = _space(slug)
        outcome = _with_a_bar(consultation, space, choices["cut"])
    except Refused as refused:
        db.session.rollback()
        raise click.ClickException(str(refused)) from refused
    if choices["yes"]:
        commit()
    else:
        db.session.rollback()
    for line in report(consultation, outcome, done=choices["yes"]):
        click.echo(line)


def _space(slug: str) -> Space:
    space = db.session.scalar(select(Space).where(Space.slug == slug))
    if space is None:
        slugs = ", ".join(db.session.scalars(select(Space.slug).order_by(Space.slug)))
        message = _("There is no space “%(slug)s”. There are: %(slugs)s.", slug=slug, slugs=slugs)
        raise click.ClickException(message)
    return space


def _with_a_bar(consultation: Consultation, space: Space, cut: bool) -> Outcome:
    with click.progressbar(length=1000, label=_("Importing"), file=sys.stderr) as bar:

        def tell(share: float) -> None:
            bar.update(int(1000 * share) - bar.pos)

        return bring_in(consultation, space, cut, tell)


def report(consultation: Consultation, outcome: Outcome, done: bool) -> list[str]:
    """What was read and what became of it, in sentences."""
    lines = [*consultation.guesses, *consultation.notes, *told(consultation)]
    lines += outcome.changed_there[:3]
    counts = outcome.made
    lines += [
        ngettext("%(num)s proposal", "%(num)s proposals", counts.get(Kind.PROPOSAL, 0)) + ", "
        + ngettext("%(num)s comment", "%(num)s comments", counts.get(Kind.COMMENT, 0)) + ", "
        + ngettext("%(num)s statement", "%(num)s statements", counts.get(Kind.STATEMENT, 0)) + ", "
        + ngettext("%(num)s vote", "%(num)s votes", outcome.stances) + ", "
        + ngettext("%(num)s answer", "%(num)s answers", outcome.answers) + ", "
        + ngettext("%(num)s person", "%(num)s people", outcome.people) + "."
    ]  # fmt: skip
    if outcome.here_already:
        lines.append(
            ngettext("%(num)s text was here already.", "%(num)s texts were here already.",
                     outcome.here_already)
        )  # fmt: skip
    lines.append(
        _("Done.") if done else _("Nothing was changed: this was a trial. Add --yes to do it.")
    )
    return lines
