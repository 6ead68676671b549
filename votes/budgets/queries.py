"""Find budgets, envelopes, projects, choices of district, and who is to be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from civic.accounts.models import Account, Visitor
from civic.contributions.models import Contribution, Follow, visible
from civic.contributions.queries import kind_name
from civic.db import db, get_or_missing
from civic.errors import Missing
from civic.spaces.models import Space
from civic.verification.models import Verification
from votes.ballots.models import Ballot, Emargement
from votes.budgets.models import (
    Budget,
    DistrictChoice,
    Envelope,
    Project,
    ProjectSource,
    State,
    Study,
)
from votes.models import Support


def load_budget(space: Space, budget_id: int, drafts: bool = False) -> Budget:
    """A budget of this space; drafts only for its officials.

    Raises
    ------
    Missing
        When there is none for this visitor.
    """
    found: Budget = get_or_missing(Budget, budget_id, space_id=space.id)
    if found.state is State.DRAFT and not drafts:
        raise Missing()
    return found


def budgets_in(spaces: Sequence[Space], drafts: bool = False) -> Select[Budget]:
    """The budgets of these spaces, the latest first."""
    statement = select(Budget).where(Budget.space_id.in_([space.id for space in spaces]))
    if not drafts:
        statement = statement.where(Budget.state != State.DRAFT)
    return statement.order_by(Budget.closes_at.desc(), Budget.id.desc())


def load_project(budget: Budget, project_id: int) -> Project:
    """A project of this budget.

    Raises
    ------
    Missing
        When there is none.
    """
    found: Project = get_or_missing(Project, project_id, budget_id=budget.id)
    return found


def projects_of(budget: Budget) -> Sequence[Project]:
    """The projects of a budget, in the order in which they were made."""
    statement = select(Project).where(Project.budget_id == budget.id).order_by(Project.id)
    return db.session.scalars(statement.options(joinedload(Project.envelope))).unique().all()


def offered_in(envelope: Envelope) -> Sequence[Project]:
    """The feasible projects of an envelope, in the order of its paper."""
    statement = select(Project).where(
        Project.envelope_id == envelope.id, Project.study == Study.FEASIBLE
    )
    return db.session.scalars(statement.order_by(Project.id)).all()


def envelopes_of(ballots: Iterable[Ballot]) -> dict[int, Envelope]:
    """The envelopes whose ballots these are, by ballot."""
    ids = [ballot.id for ballot in ballots]
    found = db.session.scalars(
        select(Envelope)
        .where(Envelope.ballot_id.in_(ids))
        .options(joinedload(Envelope.budget).joinedload(Budget.space))
    )
    return {envelope.ballot_id: envelope for envelope in found if envelope.ballot_id is not None}


# --- Districts ---------------------------------------------------------------------------------


def districts_of(account: Account | Visitor, budget: Budget) -> frozenset[int]:
    """The districts in which a person votes, by the id of their envelopes."""
    if account.id is None:
        return frozenset()
    statement = select(DistrictChoice.envelope_id).where(
        DistrictChoice.budget_id == budget.id, DistrictChoice.account_id == account.id
    )
    return frozenset(db.session.scalars(statement))


def residence_of(account: Account | Visitor, budget: Budget) -> str | None:
    """The district that a verification recorded of this person, where the budget asks for it."""
    if account.id is None or not budget.by_residence:
        return None
    return db.session.scalar(
        select(Verification.district).where(
            Verification.space_id == budget.space_id, Verification.account_id == account.id
        )
    )


def voted_in(account: Account | Visitor, budget: Budget) -> frozenset[int]:
    """The envelopes in which a person has voted, by id."""
    if account.id is None:
        return frozenset()
    statement = (
        select(Envelope.id)
        .join(Emargement, Emargement.ballot_id == Envelope.ballot_id)
        .where(Envelope.budget_id == budget.id, Emargement.account_id == account.id)
    )
    return frozenset(db.session.scalars(statement))


# --- Proposals behind projects -----------------------------------------------------------------


def sources_of(projects: Iterable[Project]) -> dict[int, list[Contribution]]:
    """The public proposals behind these projects, by project."""
    rows = db.session.execute(
        select(ProjectSource.project_id, Contribution)
        .join(Contribution, Contribution.id == ProjectSource.contribution_id)
        .where(ProjectSource.project_id.in_([project.id for project in projects]), visible())
        .order_by(Contribution.id)
        .options(joinedload(Contribution.author), joinedload(Contribution.space))
    )
    found: dict[int, list[Contribution]] = {}
    for project_id, contribution in rows:
        found.setdefault(project_id, []).append(contribution)
    return found


def source_ids(project: Project) -> list[int]:
    """Every proposal behind a project, public or not."""
    statement = select(ProjectSource.contribution_id).where(ProjectSource.project_id == project.id)
    return sorted(db.session.scalars(statement))


def projects_about(ids: Iterable[int]) -> dict[int, list[Project]]:
    """The projects of public budgets that come from these proposals, the latest first."""
    rows = db.session.execute(
        select(ProjectSource.contribution_id, Project)
        .join(Project, Project.id == ProjectSource.project_id)
        .join(Budget, Budget.id == Project.budget_id)
        .where(ProjectSource.contribution_id.in_(list(ids)), Budget.state != State.DRAFT)
        .order_by(Project.id.desc())
        .options(joinedload(Project.budget).joinedload(Budget.space), joinedload(Project.envelope))
    ).unique()
    found: dict[int, list[Project]] = {}
    for contribution_id, project in rows:
        found.setdefault(contribution_id, []).append(project)
    return found


def _kinds() -> list[str]:
    """The kinds of texts that take supports: those that a project can come from."""
    mappers = Contribution.__mapper__.self_and_descendants
    return [kind_name(m.class_) for m in mappers if m.class_.takes_supports]


def candidates(budget: Budget) -> Select[Contribution]:
    """Public proposals of the space that no project of the budget comes from, the most supported
    first."""
    taken = select(ProjectSource.contribution_id).where(ProjectSource.budget_id == budget.id)
    return (
        select(Contribution)
        .where(
            Contribution.space_id == budget.space_id, Contribution.kind.in_(_kinds()), visible(),
            Contribution.id.not_in(taken),
        )
        .order_by(Contribution.support_count.desc(), Contribution.id)
        .options(joinedload(Contribution.author), selectinload(Contribution.space))
    )  # fmt: skip


def usable(budget: Budget, ids: Iterable[int]) -> frozenset[int]:
    """Which of these numbers are public proposals of the budget's space."""
    statement = select(Contribution.id).where(
        Contribution.id.in_(list(ids)), Contribution.space_id == budget.space_id,
        Contribution.kind.in_(_kinds()), visible(),
    )  # fmt: skip
    return frozenset(db.session.scalars(statement))


def interested_in(contribution_ids: Sequence[int]) -> dict[int, set[int]]:
    """Who wrote, supports or follows each of these proposals, by proposal."""
    found: dict[int, set[int]] = {number: set() for number in contribution_ids}
    for table in (Support, Follow):
        pairs = select(table.contribution_id, table.account_id).where(
            table.contribution_id.in_(contribution_ids)
        )
        for contribution_id, account_id in db.session.execute(pairs):
            found[contribution_id].add(account_id)
    authors = select(Contribution.id, Contribution.author_id).where(
        Contribution.id.in_(contribution_ids)
    )
    for contribution_id, author_id in db.session.execute(authors):
        found[contribution_id].add(author_id)
    return found
