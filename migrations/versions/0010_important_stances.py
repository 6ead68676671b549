"""Stances may be marked as important, and statements as being about the person."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    no = sa.false()
    op.add_column(
        "stance", sa.Column("is_important", sa.Boolean(), nullable=False, server_default=no)
    )
    op.add_column(
        "statement", sa.Column("is_meta", sa.Boolean(), nullable=False, server_default=no)
    )
    op.create_index(
        "ix_stance_important", "stance", ["contribution_id"],
        sqlite_where=sa.text("is_important"), postgresql_where=sa.text("is_important"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_stance_important", "stance")
    op.drop_column("statement", "is_meta")
    op.drop_column("stance", "is_important")
