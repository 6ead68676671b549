"""Moderation: cases, reports and decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REASONS = (
    "hate", "threat", "insult", "privacy", "spam", "off_topic", "duplicate", "misleading",
    "illegal", "impersonation",
)  # fmt: skip


def words(*names: str) -> sa.Enum:
    return sa.Enum(*names, native_enum=False, length=14)


def upgrade() -> None:
    op.create_table(
        "moderation_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", words("open", "decided", "contested"), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"],
            name=op.f("fk_moderation_case_contribution_id"), ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_moderation_case_space_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
        sa.UniqueConstraint(
            "contribution_id", "version", name=op.f("uq_moderation_case_contribution_id_version")
        ),
    )  # fmt: skip
    op.create_index(
        op.f("ix_moderation_case_space_id_state_urgency_opened_at"),
        "moderation_case",
        ["space_id", "state", "urgency", "opened_at"],
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("reason", words(*REASONS), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["moderation_case.id"], name=op.f("fk_report_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["account.id"], name=op.f("fk_report_reporter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("case_id", "reporter_id", name=op.f("uq_report_case_id_reporter_id")),
    )
    op.create_index(op.f("ix_report_reporter_id"), "report", ["reporter_id"])
    op.create_table(
        "visitor_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("reason", words(*REASONS), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["moderation_case.id"], name=op.f("fk_visitor_report_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_report")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_visitor_report_token_hash")),
    )  # fmt: skip
    op.create_index(op.f("ix_visitor_report_case_id"), "visitor_report", ["case_id"])
    op.create_index(op.f("ix_visitor_report_origin_at"), "visitor_report", ["origin", "at"])
    op.create_index(op.f("ix_visitor_report_email_at"), "visitor_report", ["email", "at"])
    op.create_table(
        "moderation_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", words("keep", "hide", "confirm", "restore"), nullable=False),
        sa.Column("reason", words(*REASONS), nullable=True),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_moderation_decision_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["moderation_case.id"], name=op.f("fk_moderation_decision_case_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
        sa.UniqueConstraint(
            "case_id", "number", name=op.f("uq_moderation_decision_case_id_number")
        ),
    )  # fmt: skip
    op.create_table(
        "moderation_plea",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["moderation_decision.id"],
            name=op.f("fk_moderation_plea_decision_id"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_moderation_plea")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("moderation_plea")
    op.drop_table("moderation_decision")
    op.drop_table("visitor_report")
    op.drop_table("report")
    op.drop_table("moderation_case")
