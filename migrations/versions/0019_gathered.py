"""Where texts from outside were gathered, and for how many people they speak."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gathered",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(200), nullable=False),
        sa.Column("speaks_for", sa.Integer(), nullable=False),
        sa.CheckConstraint("speaks_for >= 1", name=op.f("ck_gathered_somebody")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name=op.f("fk_gathered_contribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_gathered")),
    )
    op.add_column(
        "placement", sa.Column("speaks_for", sa.Integer(), nullable=False, server_default="1")
    )


def downgrade() -> None:
    op.drop_column("placement", "speaks_for")
    op.drop_table("gathered")
