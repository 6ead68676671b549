"""Claims, effects of decisions, mergers, sanctions, pre-moderation, and votes that were removed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

REASONS = (
    "hate", "threat", "insult", "privacy", "spam", "off_topic", "duplicate", "misleading",
    "illegal", "impersonation",
)  # fmt: skip
MEASURES = ("warning", "limited", "suspended", "report_warning", "report_limit")
STATES = ("draft", "pending", "visible", "hidden", "removed")
PLEA = "moderation_plea"
EFFECTS = """
    INSERT INTO moderation_effect
        (decision_id, main_id, reversed_by_id, state_before, case_before, details)
    SELECT d.id, NULL, (
            SELECT min(r.id) FROM moderation_decision r
            JOIN moderation_case rc ON rc.id = r.case_id
            WHERE d.outcome = 'hide' AND r.outcome = 'restore' AND r.id > d.id
            AND rc.contribution_id = c.contribution_id
        ),
        CASE WHEN d.outcome IN ('confirm', 'restore') THEN 'hidden' ELSE 'visible' END,
        CASE WHEN d.outcome = 'confirm' THEN 'contested' ELSE 'open' END,
        EMPTY
    FROM moderation_decision d JOIN moderation_case c ON c.id = d.case_id
"""


def words(*names: str, length: int = 14) -> sa.Enum:
    return sa.Enum(*names, native_enum=False, length=length)


def number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def to(table: str, column: str, other: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def upgrade() -> None:
    op.add_column("account", instant("suspended_until", nullable=True))
    op.add_column("account", instant("limited_until", nullable=True))
    op.add_column(
        "space",
        sa.Column(
            "premoderation", words("none", "newcomers", "all", length=10), nullable=False,
            server_default="none",
        ),
    )  # fmt: skip
    op.add_column(
        "report",
        sa.Column(
            "capacity", words("citizen", "official"), nullable=False, server_default="citizen"
        ),
    )
    op.add_column(
        "moderation_decision",
        sa.Column("is_unfounded", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _decisions()
    _effects_of_earlier_decisions()
    _pleas()
    _sanctions()
    _votes()


def _decisions() -> None:
    table = "moderation_claim"
    op.create_table(
        table, number("case_id"), number("by_id"), instant("until"),
        to(table, "case_id", "moderation_case"), to(table, "by_id", "account"),
        key(table, "case_id"),
    )  # fmt: skip
    table = "moderation_effect"
    op.create_table(
        table, number("decision_id"), number("main_id", True), number("reversed_by_id", True),
        sa.Column("state_before", words(*STATES, length=10), nullable=False),
        sa.Column("case_before", words("open", "decided", "contested"), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        to(table, "decision_id", "moderation_decision"),
        to(table, "main_id", "moderation_decision"),
        to(table, "reversed_by_id", "moderation_decision"),
        key(table, "decision_id"),
    )  # fmt: skip
    index(table, "main_id")
    table = "moderation_concealed"
    op.create_table(
        table, number("decision_id"), number("contribution_id"),
        to(table, "decision_id", "moderation_decision"),
        to(table, "contribution_id", "contribution"),
        key(table, "decision_id", "contribution_id"),
    )  # fmt: skip
    index(table, "contribution_id")
    table = "moderation_original"
    op.create_table(
        table, number("decision_id"), number("number"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        to(table, "decision_id", "moderation_decision"),
        key(table, "decision_id", "number"),
    )  # fmt: skip
    table = "moderation_merger"
    op.create_table(
        table, number("duplicate_id"), number("into_id"), number("decision_id"), instant("at"),
        to(table, "duplicate_id", "contribution"), to(table, "into_id", "contribution"),
        to(table, "decision_id", "moderation_decision"), key(table, "duplicate_id"),
    )  # fmt: skip
    index(table, "into_id")
    table = "moderation_request"
    op.create_table(
        table, number("id"), number("case_id"),
        sa.Column("sender", words("organiser", "authority"), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        number("by_id"), instant("at"),
        to(table, "case_id", "moderation_case"), to(table, "by_id", "account", "RESTRICT"),
        key(table, "id"),
    )  # fmt: skip
    index(table, "case_id", "at")


def _effects_of_earlier_decisions() -> None:
    """Until now a decision hid or restored a text, and nothing else."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(EFFECTS.replace("EMPTY", "'{}'" if is_sqlite else "CAST('{}' AS JSON)"))
    op.execute(
        "INSERT INTO moderation_concealed (decision_id, contribution_id)"
        " SELECT e.decision_id, t.id FROM moderation_effect e"
        " JOIN moderation_decision d ON d.id = e.decision_id"
        " JOIN moderation_case c ON c.id = d.case_id"
        " JOIN contribution t ON t.id = c.contribution_id"
        " OR (t.root_id = c.contribution_id AND t.state = 'visible')"
        " WHERE d.outcome = 'hide' AND e.reversed_by_id IS NULL"
    )


def _pleas() -> None:
    """Authors alone could contest until now."""
    with op.batch_alter_table(PLEA) as plea:
        plea.add_column(number("by_id", True))
        plea.add_column(number("visitor_id", True))
        plea.create_foreign_key(
            op.f(f"fk_{PLEA}_by_id"), "account", ["by_id"], ["id"], ondelete="CASCADE"
        )
        plea.create_foreign_key(
            op.f(f"fk_{PLEA}_visitor_id"), "visitor_report", ["visitor_id"], ["id"],
            ondelete="CASCADE",
        )  # fmt: skip
    op.execute(
        "UPDATE moderation_plea SET by_id = (SELECT contribution.author_id FROM contribution"
        " JOIN moderation_case ON moderation_case.contribution_id = contribution.id"
        " JOIN moderation_decision ON moderation_decision.case_id = moderation_case.id"
        " WHERE moderation_decision.id = moderation_plea.decision_id)"
    )


def _sanctions() -> None:
    table = "sanction"
    op.create_table(
        table, number("id"), number("account_id"), number("space_id"),
        sa.Column("measure", words(*MEASURES), nullable=False),
        sa.Column("reason", words(*REASONS), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        number("by_id"), instant("at"), instant("until", True),
        sa.Column("plea", sa.Text(), nullable=False), instant("contested_at", True),
        sa.Column("answer", sa.Text(), nullable=False), number("answered_by_id", True),
        instant("answered_at", True), instant("lifted_at", True),
        sa.CheckConstraint(
            "until IS NULL OR until > at", name=op.f("ck_sanction_ends_after_start")
        ),
        to(table, "account_id", "account"), to(table, "space_id", "space", "RESTRICT"),
        to(table, "by_id", "account", "RESTRICT"),
        to(table, "answered_by_id", "account", "RESTRICT"), key(table, "id"),
    )  # fmt: skip
    index(table, "account_id", "at")
    index(table, "space_id", "at")


def _votes() -> None:
    table = "carried_support"
    op.create_table(
        table, number("contribution_id"), number("account_id"), instant("at"),
        instant("carried_at"), sa.Column("was_new", sa.Boolean(), nullable=False),
        to(table, "contribution_id", "contribution"),
        to(table, "account_id", "account", "RESTRICT"),
        key(table, "contribution_id", "account_id"),
    )  # fmt: skip
    index(table, "account_id")
    table = "vote_removal"
    op.create_table(
        table, number("id"), number("space_id"),
        sa.Column("state", words("asked", "done", "refused", "reversed", length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False), number("asked_by_id"), instant("asked_at"),
        number("answered_by_id", True), instant("answered_at", True),
        sa.Column("answer", sa.Text(), nullable=False), number("vote_count"),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR answered_by_id <> asked_by_id",
            name=op.f("ck_vote_removal_by_two"),
        ),
        to(table, "space_id", "space", "RESTRICT"),
        to(table, "asked_by_id", "account", "RESTRICT"),
        to(table, "answered_by_id", "account", "RESTRICT"), key(table, "id"),
    )  # fmt: skip
    index(table, "space_id", "state")
    table = "vote_removal_account"
    op.create_table(
        table, number("removal_id"), number("account_id"),
        to(table, "removal_id", "vote_removal"), to(table, "account_id", "account"),
        key(table, "removal_id", "account_id"),
    )  # fmt: skip
    table = "removed_vote"
    op.create_table(
        table, number("id"), number("removal_id"), number("contribution_id"), number("account_id"),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=True),
        sa.Column("is_important", sa.Boolean(), nullable=False), instant("at"),
        to(table, "removal_id", "vote_removal"), to(table, "contribution_id", "contribution"),
        to(table, "account_id", "account", "RESTRICT"), key(table, "id"),
    )  # fmt: skip
    op.create_index(
        "uq_removed_vote", table, ["removal_id", "contribution_id", "account_id", "kind"],
        unique=True,
    )  # fmt: skip


def downgrade() -> None:
    for table in ("removed_vote", "vote_removal_account", "vote_removal", "carried_support"):
        op.drop_table(table)
    op.drop_table("sanction")
    with op.batch_alter_table(PLEA) as plea:
        plea.drop_constraint(op.f(f"fk_{PLEA}_visitor_id"), type_="foreignkey")
        plea.drop_constraint(op.f(f"fk_{PLEA}_by_id"), type_="foreignkey")
        plea.drop_column("visitor_id")
        plea.drop_column("by_id")
    for table in ("request", "merger", "original", "concealed", "effect", "claim"):
        op.drop_table(f"moderation_{table}")
    op.drop_column("moderation_decision", "is_unfounded")
    op.drop_column("report", "capacity")
    op.drop_column("space", "premoderation")
    op.drop_column("account", "limited_until")
    op.drop_column("account", "suspended_until")
