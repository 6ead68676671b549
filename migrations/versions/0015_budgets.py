"""Participatory budgets: envelopes, projects and their study, choices of district, works."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FROZEN = (
    "space_id", "title", "description", "rule", "districts_each", "by_residence", "allows_change",
    "hides_turnout", "shares_ballots", "electorate", "opens_at", "state", "definition_digest",
)  # fmt: skip
NEW_STATE = "(SELECT state FROM budget WHERE id = NEW.budget_id) = 'vote'"
OLD_STATE = "(SELECT state FROM budget WHERE id = OLD.budget_id) = 'vote'"
PLACES = "(SELECT districts_each FROM budget WHERE id = NEW.budget_id)"
# What each trigger guards: table, event, condition under which it refuses, why.
GUARDS = [
    ("budget", "DELETE", "OLD.state <> 'draft'", "a budget that was public is kept"),
    ("envelope", "INSERT", NEW_STATE, "the envelopes are frozen"),
    ("envelope", "UPDATE", OLD_STATE, "the envelopes are frozen"),
    ("envelope", "DELETE", OLD_STATE, "the envelopes are frozen"),
    ("project", "INSERT", NEW_STATE, "the projects are frozen"),
    ("project", "UPDATE", OLD_STATE, "the projects are frozen"),
    ("project", "DELETE", OLD_STATE, "the projects are frozen"),
    ("district_choice", "INSERT", f"{PLACES} <> 0 AND NEW.place > {PLACES}",
     "there are no more places than the rule gives"),
    ("district_choice", "UPDATE", "1 = 1", "a choice is left and made anew"),
    ("works_step", "UPDATE", "1 = 1", "the history of the works does not change"),
    ("works_step", "DELETE", "1 = 1", "the history of the works does not change"),
]  # fmt: skip


def upgrade() -> None:
    create_budget()
    create_projects()
    create_voting()
    create_works()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if is_postgresql else "IS NOT"
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in FROZEN)
    guards = [
        *GUARDS,
        ("budget", "UPDATE", f"OLD.state = 'vote' AND ({changed})", "the budget is frozen"),
    ]
    for table, event, condition, why in guards:
        (guard_postgresql if is_postgresql else guard_sqlite)(table, event, condition, why)


def guard_sqlite(table: str, event: str, condition: str, why: str) -> None:
    op.execute(
        f"CREATE TRIGGER guard_{table}_{event.lower()} BEFORE {event} ON {table}"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def guard_postgresql(table: str, event: str, condition: str, why: str) -> None:
    name = f"guard_{table}_{event.lower()}"
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END IF;"
        f" RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def words(*names: str, length: int = 12) -> sa.Enum:
    return sa.Enum(*names, native_enum=False, length=length)


def stages() -> sa.Enum:
    return words("planned", "studies", "procurement", "works", "delivered", "abandoned")


def create_budget() -> None:
    op.create_table(
        "budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(20), nullable=False),
        sa.Column("districts_each", sa.Integer(), nullable=False),
        sa.Column("by_residence", sa.Boolean(), nullable=False),
        sa.Column("allows_change", sa.Boolean(), nullable=False),
        sa.Column("hides_turnout", sa.Boolean(), nullable=False),
        sa.Column("shares_ballots", sa.Boolean(), nullable=False),
        sa.Column("electorate", words("confirmed", "listed", length=10), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", words("draft", "study", "vote"), nullable=False),
        sa.Column("definition_digest", sa.String(64), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_budget_closes_after_opening")),
        sa.CheckConstraint("districts_each >= 0", name=op.f("ck_budget_districts_not_negative")),
        sa.CheckConstraint("state <> 'vote' OR definition_digest <> ''", name=op.f("ck_budget_opened_with_digest")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_budget_space_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["account.id"], name=op.f("fk_budget_drafted_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
    )  # fmt: skip
    op.create_index(op.f("ix_budget_space_id_state"), "budget", ["space_id", "state"])
    op.create_table(
        "envelope",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("is_town", sa.Boolean(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_envelope_amount_above_zero")),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_envelope_budget_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_envelope_ballot_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("budget_id", "position", name=op.f("uq_envelope_budget_id_position")),
        sa.UniqueConstraint("id", "budget_id", name=op.f("uq_envelope_id_budget_id")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_envelope_ballot_id")),
    )  # fmt: skip


def create_projects() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(150), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("study", words("waiting", "feasible", "infeasible"), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_html", sa.Text(), nullable=False),
        sa.Column("studied_by_id", sa.Integer(), nullable=True),
        sa.Column("studied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("option_key", sa.String(10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cost > 0", name=op.f("ck_project_cost_above_zero")),
        sa.CheckConstraint("study <> 'feasible' OR cost IS NOT NULL", name=op.f("ck_project_feasible_with_cost")),
        sa.CheckConstraint("study <> 'infeasible' OR reason <> ''", name=op.f("ck_project_infeasible_with_reason")),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_project_budget_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["envelope_id", "budget_id"], ["envelope.id", "envelope.budget_id"], name="fk_project_envelope_id_budget_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["studied_by_id"], ["account.id"], name=op.f("fk_project_studied_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("id", "budget_id", name=op.f("uq_project_id_budget_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_project_envelope_id_study"), "project", ["envelope_id", "study"])
    op.create_table(
        "project_source",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_project_source_contribution_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["project_id", "budget_id"], ["project.id", "project.budget_id"], name="fk_project_source_project_id_budget_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "contribution_id", name=op.f("pk_project_source")),
        sa.UniqueConstraint("budget_id", "contribution_id", name=op.f("uq_project_source_budget_id_contribution_id")),
    )  # fmt: skip
    op.create_index(
        op.f("ix_project_source_contribution_id"), "project_source", ["contribution_id"]
    )


def create_voting() -> None:
    op.create_table(
        "district_choice",
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 1", name=op.f("ck_district_choice_place_counts_from_one")),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_district_choice_budget_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_district_choice_account_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["envelope_id", "budget_id"], ["envelope.id", "envelope.budget_id"], name="fk_district_choice_envelope_id_budget_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("budget_id", "account_id", "place", name=op.f("pk_district_choice")),
        sa.UniqueConstraint("envelope_id", "account_id", name=op.f("uq_district_choice_envelope_id_account_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_district_choice_account_id"), "district_choice", ["account_id"])


def create_works() -> None:
    op.create_table(
        "works_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("stage", stages(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("delivery", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("words_html", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_works_step_project_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_works_step_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works_step")),
    )  # fmt: skip
    op.create_index(op.f("ix_works_step_project_id_id"), "works_step", ["project_id", "id"])
    op.create_table(
        "works_told",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("stage", stages(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_works_told_project_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "stage", name=op.f("pk_works_told")),
    )  # fmt: skip


def downgrade() -> None:
    for table in (
        "works_told", "works_step", "district_choice", "project_source", "project", "envelope",
        "budget",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, event, _condition, _why in [*GUARDS, ("budget", "UPDATE", "", "")]:
            op.execute(f"DROP FUNCTION guard_{table}_{event.lower()}()")
