"""People: deletion, downloads, verification, acts entered by agents, choices about notices."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ERASED_LINE = "NEW.email = 'erased:' || OLD.id AND NEW.ballot_id = OLD.ballot_id"


def words(*names: str) -> sa.Enum:
    return sa.Enum(*names, native_enum=False, length=10)


def instant(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def whole(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def short(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False)


def link(table: str, column: str, to: str, gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete=gone)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def upgrade() -> None:
    op.add_column("account", instant("deleted_at", nullable=True))
    op.add_column("notice", instant("mailed_at", nullable=True))
    op.add_column(
        "mail", sa.Column("unsubscribe", sa.String(300), nullable=False, server_default="")
    )
    create_personal()
    create_verification()
    create_assisted()
    guard_roll(f"NOT ({ERASED_LINE})")


def create_personal() -> None:
    op.create_table(
        "download", short("key", 64), whole("account_id"), instant("asked_at"),
        instant("ready_at", True), instant("taken_at", True), instant("expires_at"), whole("size"),
        link("download", "account_id", "account", "CASCADE"), key("download", "key"),
    )  # fmt: skip
    index("download", "account_id")
    op.create_table(
        "former_address", short("digest", 64), whole("account_id"), instant("until"),
        link("former_address", "account_id", "account", "CASCADE"),
        key("former_address", "digest", "account_id"),
    )  # fmt: skip
    index("former_address", "until")
    op.create_table(
        "retention_report", whole("id"), instant("at"),
        sa.Column("counts", sa.JSON(), nullable=False), key("retention_report", "id"),
    )  # fmt: skip
    op.create_table(
        "notice_choice", whole("account_id"), short("kind", 20),
        sa.Column("frequency", words("at_once", "daily", "weekly", "never"), nullable=False),
        link("notice_choice", "account_id", "account", "CASCADE"),
        key("notice_choice", "account_id", "kind"),
    )  # fmt: skip


def create_verification() -> None:
    op.create_table(
        "verification_requirement", whole("space_id"), short("acts", 80),
        *(sa.Column(name, sa.Boolean(), nullable=False)
          for name in ("by_list", "by_letter", "by_agent")),
        link("verification_requirement", "space_id", "space", "CASCADE"),
        key("verification_requirement", "space_id"),
    )  # fmt: skip
    op.create_table(
        "resident_line", whole("id"), whole("space_id"), short("digest", 64),
        short("age_bracket", 10), short("district", 60), instant("added_at"),
        whole("used_by_id", True),
        link("resident_line", "space_id", "space", "CASCADE"),
        link("resident_line", "used_by_id", "account", "SET NULL"), key("resident_line", "id"),
    )  # fmt: skip
    index("resident_line", "space_id", "digest")
    index("resident_line", "used_by_id")
    op.create_table(
        "letter_code", whole("id"), whole("space_id"), short("batch", 40), short("digest", 64),
        short("age_bracket", 10), short("district", 60), instant("made_at"), instant("expires_at"),
        instant("used_at", True), whole("used_by_id", True),
        link("letter_code", "space_id", "space", "CASCADE"),
        link("letter_code", "used_by_id", "account", "SET NULL"), key("letter_code", "id"),
        sa.UniqueConstraint("digest", name=op.f("uq_letter_code_digest")),
    )  # fmt: skip
    index("letter_code", "space_id", "batch")
    index("letter_code", "used_by_id")
    op.create_table(
        "verification", whole("space_id"), whole("account_id"),
        sa.Column("means", words("address", "birth", "letter", "agent"), nullable=False),
        short("age_bracket", 10), short("district", 60), instant("at"), whole("by_id", True),
        link("verification", "space_id", "space", "CASCADE"),
        link("verification", "account_id", "account", "CASCADE"),
        link("verification", "by_id", "account", "SET NULL"),
        key("verification", "space_id", "account_id"),
    )  # fmt: skip
    index("verification", "account_id")
    op.create_table(
        "verification_attempt", whole("id"), whole("space_id"), whole("account_id"), instant("at"),
        link("verification_attempt", "space_id", "space", "CASCADE"),
        link("verification_attempt", "account_id", "account", "CASCADE"),
        key("verification_attempt", "id"),
    )  # fmt: skip
    index("verification_attempt", "account_id", "space_id", "at")


def create_assisted() -> None:
    op.create_table(
        "assisted_consent", whole("space_id"), short("reference", 40), whole("account_id"),
        sa.Column("signed_on", sa.Date(), nullable=False), whole("by_id"), instant("at"),
        link("assisted_consent", "space_id", "space", "CASCADE"),
        link("assisted_consent", "account_id", "account", "RESTRICT"),
        link("assisted_consent", "by_id", "account", "RESTRICT"),
        key("assisted_consent", "space_id", "reference"),
    )  # fmt: skip
    index("assisted_consent", "account_id")
    op.create_table(
        "assisted_act", whole("id"), whole("contribution_id"),
        sa.Column("what", words("text", "support", "stance"), nullable=False),
        whole("account_id"), short("reference", 40), whole("by_id"), instant("at"),
        link("assisted_act", "contribution_id", "contribution", "CASCADE"),
        link("assisted_act", "account_id", "account", "RESTRICT"),
        link("assisted_act", "by_id", "account", "RESTRICT"), key("assisted_act", "id"),
    )  # fmt: skip
    index("assisted_act", "contribution_id", "what")
    index("assisted_act", "account_id")


def guard_roll(more: str) -> None:
    """A line of an opened roll changes in one way only: its address is erased."""
    condition = f"(SELECT state FROM ballot WHERE id = OLD.ballot_id) <> 'draft' AND {more}"  # noqa: S608
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION guard_roll_entry_update() RETURNS trigger"
            f" LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN RAISE EXCEPTION"
            " 'the roll is frozen' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
        )
        return
    op.execute("DROP TRIGGER guard_roll_entry_update")
    op.execute(
        "CREATE TRIGGER guard_roll_entry_update BEFORE UPDATE ON roll_entry"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, 'the roll is frozen'); END"
    )


def downgrade() -> None:
    guard_roll("1 = 1")
    for table in (
        "assisted_act", "assisted_consent", "verification_attempt", "verification", "letter_code",
        "resident_line", "verification_requirement", "notice_choice", "retention_report",
        "former_address", "download",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("mail", "unsubscribe")
    op.drop_column("notice", "mailed_at")
    op.drop_column("account", "deleted_at")
