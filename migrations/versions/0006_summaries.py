"""What a theme says, written by officials with citations, and what divides it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "theme_summary",
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("dissent_html", sa.Text(), nullable=False),
        sa.Column("is_unanimous", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["theme.id"], name=op.f("fk_theme_summary_theme_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_theme_summary_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("theme_id", name=op.f("pk_theme_summary")),
    )


def downgrade() -> None:
    op.drop_table("theme_summary")
