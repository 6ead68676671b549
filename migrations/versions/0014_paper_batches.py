"""Paper ballots: batches, what two people read on each paper, and the lines that voted on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

IS_OPEN = "(SELECT state FROM ballot WHERE id = {row}.ballot_id) = 'open'"
IS_IN = "(SELECT admitted_at FROM paper_batch WHERE id = {row}.batch_id) IS NOT NULL"
BOTH_WAYS = (
    "EXISTS (SELECT 1 FROM {other} WHERE {other}.ballot_id = NEW.ballot_id"
    " AND {other}.roll_entry_id = NEW.roll_entry_id)"
)
# What each trigger guards: its name, table, event, condition under which it refuses, why.
GUARDS = [
    ("paper_batch_insert", "paper_batch", "INSERT", f"NOT {IS_OPEN.format(row='NEW')}",
     "the box is not open"),
    ("paper_batch_update", "paper_batch", "UPDATE",
     f"OLD.admitted_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL OR NOT {IS_OPEN.format(row='OLD')}",
     "this batch is over"),
    ("paper_batch_delete", "paper_batch", "DELETE", "1 = 1", "a batch is kept"),
    ("typed_paper_insert", "typed_paper", "INSERT", IS_IN.format(row="NEW"), "this batch is in the box"),
    ("typed_paper_update", "typed_paper", "UPDATE", IS_IN.format(row="OLD"), "this batch is in the box"),
    ("typed_paper_delete", "typed_paper", "DELETE", "1 = 1", "what was typed is kept"),
    ("paper_mark_insert", "paper_mark", "INSERT",
     f"NOT {IS_OPEN.format(row='NEW')} OR {BOTH_WAYS.format(other='emargement')}",
     "the box is not open, or this line has voted online"),
    ("paper_mark_update", "paper_mark", "UPDATE", "1 = 1", "a mark does not change"),
    ("paper_mark_delete", "paper_mark", "DELETE",
     f"NOT {IS_OPEN.format(row='OLD')} OR {IS_IN.format(row='OLD')}", "this batch is in the box"),
    ("emargement_on_paper", "emargement", "INSERT", BOTH_WAYS.format(other="paper_mark"),
     "this line has voted on paper"),
]  # fmt: skip


def upgrade() -> None:
    create_batch()
    op.create_table(
        "typed_paper",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0 AND reading BETWEEN 1 AND 3", name=op.f("ck_typed_paper_number_and_reading")),
        key("typed_paper", "batch_id", "paper_batch.id"),
        sa.PrimaryKeyConstraint("batch_id", "number", "reading", name=op.f("pk_typed_paper")),
    )  # fmt: skip
    op.create_table(
        "paper_mark",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("roll_entry_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        key("paper_mark", "ballot_id", "ballot.id"),
        key("paper_mark", "roll_entry_id", "roll_entry.id"),
        key("paper_mark", "batch_id", "paper_batch.id"),
        sa.PrimaryKeyConstraint("ballot_id", "roll_entry_id", name=op.f("pk_paper_mark")),
    )
    for column in ("roll_entry_id", "batch_id"):
        op.create_index(op.f(f"ix_paper_mark_{column}"), "paper_mark", [column])
    guard = guard_postgresql if op.get_bind().dialect.name == "postgresql" else guard_sqlite
    for given in GUARDS:
        guard(*given)


def create_batch() -> None:
    people = ("first_by_id", "second_by_id", "settled_by_id", "admitted_by_id")
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in people),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("first_at", "second_at", "admitted_at", "withdrawn_at")
        ),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_paper_batch_size_above_zero")),
        sa.CheckConstraint("first_by_id <> second_by_id", name=op.f("ck_paper_batch_two_typists")),
        sa.CheckConstraint(
            "admitted_at IS NULL OR (first_at IS NOT NULL AND second_at IS NOT NULL)",
            name=op.f("ck_paper_batch_admitted_after_two_readings"),
        ),
        sa.CheckConstraint(
            "admitted_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_paper_batch_in_or_out")
        ),
        key("paper_batch", "ballot_id", "ballot.id"),
        *(key("paper_batch", name, "account.id") for name in ("declared_by_id", *people)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint("ballot_id", "reference", name=op.f("uq_paper_batch_ballot_id_reference")),
    )  # fmt: skip


def key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="RESTRICT"
    )


def guard_sqlite(name: str, table: str, event: str, condition: str, why: str) -> None:
    op.execute(
        f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table}"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def guard_postgresql(name: str, table: str, event: str, condition: str, why: str) -> None:
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END IF;"
        f" RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER guard_{name} BEFORE {event} ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION guard_{name}()"
    )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    on_emargement = " ON emargement" if is_postgresql else ""
    op.execute(f"DROP TRIGGER guard_emargement_on_paper{on_emargement}")
    for table in ("paper_mark", "typed_paper", "paper_batch"):
        op.drop_table(table)
    if is_postgresql:
        for name, *_rest in GUARDS:
            op.execute(f"DROP FUNCTION guard_{name}()")
