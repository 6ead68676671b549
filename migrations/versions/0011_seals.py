"""Public keys, daily heads of the audit log, and the signed seals of ballot boxes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEPT = {"signing_key": "a public key is kept", "log_head": "a published head is kept",
        "ballot_seal": "a seal is kept"}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("public", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("public", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "log_head",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        *signed(),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_log_head")),
    )
    op.create_table(
        "ballot_seal",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        *signed(),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_seal_ballot_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_ballot_seal")),
    )  # fmt: skip
    guard = guard_postgresql if op.get_bind().dialect.name == "postgresql" else guard_sqlite
    for table, why in KEPT.items():
        for event in ("UPDATE", "DELETE"):
            guard(table, event, why)


def signed() -> list[sa.Column]:
    return [
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
    ]


def guard_sqlite(table: str, event: str, why: str) -> None:
    op.execute(
        f"CREATE TRIGGER guard_{table}_{event.lower()} BEFORE {event} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def guard_postgresql(table: str, event: str, why: str) -> None:
    name = f"guard_{table}_{event.lower()}"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    for table in KEPT:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in KEPT:
            for event in ("update", "delete"):
                op.execute(f"DROP FUNCTION guard_{table}_{event}()")
