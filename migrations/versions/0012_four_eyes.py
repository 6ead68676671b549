"""A synthesis is submitted by one official and published by another; answers given all at once."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    submission = "synthesis_submission"
    op.create_table(
        submission,
        sa.Column("synthesis_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("accepts_unread", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("published_by_id <> by_id", name=op.f(f"ck_{submission}_four_eyes")),
        _key(submission, "synthesis_id", "synthesis.id", "CASCADE"),
        _key(submission, "by_id", "account.id", "RESTRICT"),
        _key(submission, "published_by_id", "account.id", "RESTRICT"),
        sa.PrimaryKeyConstraint("synthesis_id", name=op.f(f"pk_{submission}")),
    )
    op.create_table(
        "answer_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        _key("answer_batch", "theme_id", "theme.id", "CASCADE"),
        _key("answer_batch", "by_id", "account.id", "RESTRICT"),
        _key("answer_batch", "undone_by_id", "account.id", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_batch")),
    )
    op.create_index(op.f("ix_answer_batch_theme_id"), "answer_batch", ["theme_id"])
    op.create_table(
        "batch_answer",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        _key("batch_answer", "batch_id", "answer_batch.id", "CASCADE"),
        _key("batch_answer", "proposal_id", "proposal.id", "CASCADE"),
        sa.PrimaryKeyConstraint("batch_id", "proposal_id", name=op.f("pk_batch_answer")),
    )
    op.create_index(op.f("ix_batch_answer_proposal_id"), "batch_answer", ["proposal_id"])


def downgrade() -> None:
    op.drop_table("batch_answer")
    op.drop_table("answer_batch")
    op.drop_table("synthesis_submission")
