"""Notes, batches and alarms of the queue; spam scores; origins and venues; versions of the rules."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REASONS = (
    "hate", "threat", "insult", "privacy", "spam", "off_topic", "duplicate", "misleading",
    "illegal", "impersonation",
)  # fmt: skip
TABLES = (
    "moderation_note", "moderation_batch", "moderation_batch_item", "moderation_alarm",
    "moderator_preference", "spam_model", "spam_score", "spam_hold", "trust_grant", "act_origin",
    "declared_venue", "signal_step", "charter", "charter_rule",
)  # fmt: skip


def words(*names: str, length: int = 14) -> sa.Enum:
    return sa.Enum(*names, native_enum=False, length=length)


def number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def short(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def to(table: str, column: str, other: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def upgrade() -> None:
    _queue()
    _spam()
    _signals()
    _charter()


def _queue() -> None:
    table = "moderation_note"
    op.create_table(
        table, number("id"), number("case_id"), number("by_id"), text("body"), instant("at"),
        to(table, "case_id", "moderation_case"), to(table, "by_id", "account", "RESTRICT"),
        key(table, "id"),
    )  # fmt: skip
    index(table, "case_id")
    table = "moderation_batch"
    op.create_table(
        table, number("id"), number("by_id"),
        sa.Column("outcome", words("keep", "hide"), nullable=False),
        sa.Column("reason", words(*REASONS), nullable=True),
        text("words"), instant("at"), instant("undone_at", True),
        to(table, "by_id", "account", "RESTRICT"), key(table, "id"),
    )  # fmt: skip
    table = "moderation_batch_item"
    op.create_table(
        table, number("batch_id"), number("decision_id"),
        to(table, "batch_id", "moderation_batch"), to(table, "decision_id", "moderation_decision"),
        key(table, "batch_id", "decision_id"),
    )  # fmt: skip
    index(table, "decision_id")
    table = "moderation_alarm"
    op.create_table(
        table, number("case_id"), number("turn"), instant("at"),
        to(table, "case_id", "moderation_case"), key(table, "case_id", "turn"),
    )  # fmt: skip
    table = "moderator_preference"
    op.create_table(
        table, number("account_id"), flag("has_keys"), flag("goes_on"),
        to(table, "account_id", "account"), key(table, "account_id"),
    )  # fmt: skip


def _spam() -> None:
    table = "spam_model"
    op.create_table(
        table, number("id"), instant("trained_at"), instant("shadow_since"),
        sa.Column("intercept", sa.Float(), nullable=False), text("weights"),
        sa.Column("figures", sa.JSON(), nullable=False), key(table, "id"),
    )  # fmt: skip
    table = "spam_score"
    op.create_table(
        table, number("contribution_id"), number("version"), number("model_id", True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("suspicion", sa.Float(), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False), instant("at"),
        to(table, "contribution_id", "contribution"), key(table, "contribution_id"),
    )  # fmt: skip
    table = "spam_hold"
    op.create_table(
        table, number("contribution_id"), instant("at"), instant("until"),
        instant("ended_at", True), short("ended_by", 10),
        to(table, "contribution_id", "contribution"), key(table, "contribution_id"),
    )  # fmt: skip
    index(table, "ended_at", "until")
    table = "trust_grant"
    op.create_table(
        table, number("account_id"), number("by_id"), instant("at"),
        to(table, "account_id", "account"), to(table, "by_id", "account", "RESTRICT"),
        key(table, "account_id"),
    )  # fmt: skip


def _signals() -> None:
    table = "act_origin"
    op.create_table(
        table, number("space_id"), number("account_id"), sa.Column("day", sa.Date(), nullable=False),
        short("mark", 64),
        to(table, "space_id", "space"), to(table, "account_id", "account"),
        key(table, "space_id", "account_id", "day", "mark"),
    )  # fmt: skip
    table = "declared_venue"
    op.create_table(
        table, number("id"), number("space_id"), short("name", 100), short("network", 50),
        instant("starts_at"), instant("ends_at"), number("by_id"), instant("at"),
        to(table, "space_id", "space"), to(table, "by_id", "account", "RESTRICT"), key(table, "id"),
    )  # fmt: skip
    index(table, "space_id")
    table = "signal_step"
    op.create_table(
        table, number("id"), number("space_id"), short("signal", 20),
        sa.Column("choice", words("nothing", "watch", "note"), nullable=False),
        text("words"), sa.Column("figures", sa.JSON(), nullable=False), number("by_id"),
        instant("at"), instant("ended_at", True),
        to(table, "space_id", "space"), to(table, "by_id", "account", "RESTRICT"), key(table, "id"),
    )  # fmt: skip
    index(table, "space_id", "at")


def _charter() -> None:
    table = "charter"
    op.create_table(
        table, number("id"), number("number"), text("intro"), text("intro_html"), text("changes"),
        number("by_id"), instant("published_at"),
        to(table, "by_id", "account", "RESTRICT"), key(table, "id"),
        sa.UniqueConstraint("number", name=op.f("uq_charter_number")),
    )  # fmt: skip
    table = "charter_rule"
    op.create_table(
        table, number("charter_id"), sa.Column("reason", words(*REASONS), nullable=False),
        short("rule", 300), text("kept"), text("hidden"), text("reply"), short("article", 150),
        to(table, "charter_id", "charter"), key(table, "charter_id", "reason"),
    )  # fmt: skip


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
