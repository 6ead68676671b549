"""Imports: what was brought in, and from where."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_row",
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(contribution_id IS NULL) <> (account_id IS NULL)",
            name=op.f("ck_imported_row_text_or_person"),
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_imported_row_space_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_imported_row_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_imported_row_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("space_id", "source", "key", name=op.f("pk_imported_row")),
    )
    op.create_index(op.f("ix_imported_row_contribution_id"), "imported_row", ["contribution_id"])
    op.create_index(op.f("ix_imported_row_account_id"), "imported_row", ["account_id"])


def downgrade() -> None:
    op.drop_table("imported_row")
