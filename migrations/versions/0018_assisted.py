"""Texts that an agent entered for somebody are marked in their own row; ballots for residents."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPENED = "(SELECT state FROM ballot WHERE id = {row}.ballot_id) <> 'draft'"


def upgrade() -> None:
    op.add_column(
        "contribution",
        sa.Column("is_assisted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "ballot_residents",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("age_brackets", sa.JSON(), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_residents_ballot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_ballot_residents")),
    )  # fmt: skip
    for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        guard(event, OPENED.format(row=row), row)


def guard(event: str, condition: str, row: str) -> None:
    name, table = f"guard_ballot_residents_{event.lower()}", "ballot_residents"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
            " BEGIN SELECT RAISE(ABORT, 'the electorate is frozen'); END"
        )
        return
    given = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition}"
        " THEN RAISE EXCEPTION 'the electorate is frozen' USING ERRCODE = 'check_violation';"
        f" END IF; RETURN {given}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    op.drop_table("ballot_residents")
    if op.get_bind().dialect.name == "postgresql":
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP FUNCTION guard_ballot_residents_{event}()")
    op.drop_column("contribution", "is_assisted")
