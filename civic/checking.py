"""`palabre check`: the invariants that must hold, each told with what breaks it.

Checks never repair: a fault is for a person to look at. Packages register their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from civic import audit
from civic.contributions.models import Contribution, Revision, SpaceCount, State, visible
from civic.db import begin_read, db
from civic.i18n import gettext as _, ngettext

Check = Callable[[], Iterator[str]]
CHECKS: list[tuple[str, Check]] = []


def invariant(title: str) -> Callable[[Check], Check]:
    """Register a check: a function that yields one sentence for each fault."""

    def keep(check: Check) -> Check:
        CHECKS.append((title, check))
        return check

    return keep


def faults() -> Iterator[tuple[str, str]]:
    """Every fault found, with the title of its check."""
    begin_read()
    for title, check in CHECKS:
        for fault in check():
            yield title, fault


@click.command("check")
@with_appcontext
def check() -> None:
    """Verify the invariants of the data; the exit code is 1 when something is wrong."""
    found = list(faults())
    broken = {title for title, _fault in found}
    for title, _check in CHECKS:
        click.echo(f"{'✗' if title in broken else '✓'} {title}")
    for title, fault in found:
        click.echo(f"  {title}: {fault}", err=True)
    click.echo(ngettext("%(num)s fault", "%(num)s faults", len(found)))
    if found:
        raise click.exceptions.Exit(1)


@invariant("audit chain whole")
def _audit_chain() -> Iterator[str]:
    entry = audit.first_fault()
    if entry is not None:
        yield _("the chain breaks at entry %(id)s (%(act)s)", id=entry.id, act=entry.act)


@invariant("thread sizes equal visible comments")
def _thread_sizes() -> Iterator[str]:
    child = aliased(Contribution)
    counted = (
        select(func.count())
        .select_from(child)
        .where(child.root_id == Contribution.id, child.state == State.VISIBLE)
        .correlate(Contribution)
        .scalar_subquery()
    )
    wrong = select(Contribution.id, Contribution.comment_count, counted).where(
        Contribution.comment_count != counted
    )
    for row_id, kept, real in db.session.execute(wrong):
        yield f"contribution {row_id}: {kept} ≠ {real}"


@invariant("space counts equal visible contributions")
def _space_counts() -> Iterator[str]:
    real = {
        (space_id, kind): size
        for space_id, kind, size in db.session.execute(
            select(Contribution.space_id, Contribution.kind, func.count())
            .where(visible())
            .group_by(Contribution.space_id, Contribution.kind)
        )
    }
    kept = {(row.space_id, row.kind): row.visible for row in db.session.scalars(select(SpaceCount))}
    for key in sorted(real.keys() | kept.keys()):
        if real.get(key, 0) != kept.get(key, 0):
            yield f"space {key[0]}, {key[1]}: {kept.get(key, 0)} ≠ {real.get(key, 0)}"


@invariant("threads of texts that are not public are shaded")
def _shading() -> Iterator[str]:
    root = aliased(Contribution)
    wrong = (
        select(Contribution.id)
        .join(root, Contribution.root_id == root.id)
        .where(Contribution.shaded != (root.state != State.VISIBLE))
    )
    for row_id in db.session.scalars(wrong):
        yield f"contribution {row_id}"


@invariant("every version of a text is kept")
def _revisions() -> Iterator[str]:
    counted = (
        select(func.count())
        .select_from(Revision)
        .where(Revision.contribution_id == Contribution.id)
        .correlate(Contribution)
        .scalar_subquery()
    )
    wrong = select(Contribution.id).where(Contribution.version != counted)
    for row_id in db.session.scalars(wrong):
        yield f"contribution {row_id}"
