"""Ballots: the organised votes, their rolls, émargements and boxes, and what keeps them frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FROZEN = (
    "space_id", "question", "description", "rule", "seats", "least", "most", "most_points",
    "most_per_option", "budget", "allows_blank", "allows_change", "hides_turnout",
    "shares_ballots", "electorate", "quorum_top", "quorum_bottom", "quorum_base", "quorum_strict",
    "threshold_top", "threshold_bottom", "threshold_base", "threshold_strict", "opens_at",
    "definition_digest",
)  # fmt: skip
SEALED = ("closes_at", "secret", "roll_size", "cast_count", "merkle_root", "sealed_at")
# What each trigger guards: table, event, condition under which it refuses, why.
GUARDS = [
    ("box_paper", "INSERT", "(SELECT state FROM ballot WHERE id = NEW.ballot_id) <> 'open'",
     "the box is not open"),
    ("box_paper", "UPDATE", "(SELECT state FROM ballot WHERE id = OLD.ballot_id) <> 'open'"
     " OR NEW.ballot_id <> OLD.ballot_id OR NEW.id <> OLD.id", "the box is sealed"),
    ("box_paper", "DELETE", "(SELECT state FROM ballot WHERE id = OLD.ballot_id) <> 'open'",
     "the box is sealed"),
    ("emargement", "INSERT", "(SELECT state FROM ballot WHERE id = NEW.ballot_id) <> 'open'",
     "the box is not open"),
    ("emargement", "UPDATE", "1 = 1", "an emargement does not change"),
    ("emargement", "DELETE", "(SELECT state FROM ballot WHERE id = OLD.ballot_id) <> 'open'",
     "the box is sealed"),
    ("ballot_option", "INSERT", "(SELECT state FROM ballot WHERE id = NEW.ballot_id) <> 'draft'",
     "the options are frozen"),
    ("ballot_option", "UPDATE", "(SELECT state FROM ballot WHERE id = OLD.ballot_id) <> 'draft'",
     "the options are frozen"),
    ("ballot_option", "DELETE", "(SELECT state FROM ballot WHERE id = OLD.ballot_id) <> 'draft'",
     "the options are frozen"),
    ("roll_entry", "INSERT", "(SELECT state FROM ballot WHERE id = NEW.ballot_id) <> 'draft'",
     "the roll is frozen"),
    ("roll_entry", "UPDATE", "(SELECT state FROM ballot WHERE id = OLD.ballot_id) <> 'draft'",
     "the roll is frozen"),
    ("roll_entry", "DELETE", "(SELECT state FROM ballot WHERE id = OLD.ballot_id) <> 'draft'",
     "the roll is frozen"),
    ("ballot", "DELETE", "OLD.state <> 'draft'", "a ballot that was opened is kept"),
]  # fmt: skip


def changed(columns: tuple[str, ...], differs: str) -> str:
    return "(" + " OR ".join(f"NEW.{c} {differs} OLD.{c}" for c in columns) + ")"


def guard_of_ballot(differs: str) -> str:
    return (
        f"(OLD.state <> 'draft' AND {changed(FROZEN, differs)})"
        f" OR (OLD.state IN ('sealed', 'published') AND {changed(SEALED, differs)})"
        " OR (OLD.state = 'open' AND NEW.state NOT IN ('open', 'sealed'))"
        " OR (OLD.state = 'sealed' AND NEW.state NOT IN ('sealed', 'published'))"
        " OR (OLD.state = 'published' AND (NEW.state <> 'published'"
        f" OR NEW.draw {differs} OLD.draw OR CAST(NEW.result AS TEXT) {differs}"
        " CAST(OLD.result AS TEXT)))"
    )


def words(*names: str) -> sa.Enum:
    return sa.Enum(*names, native_enum=False, length=10)


def upgrade() -> None:
    create_ballot()
    create_stores()
    create_request()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if is_postgresql else "IS NOT"
    guards = [*GUARDS, ("ballot", "UPDATE", guard_of_ballot(differs), "the ballot is frozen")]
    for table, event, condition, why in guards:
        (guard_postgresql if is_postgresql else guard_sqlite)(table, event, condition, why)


def guard_sqlite(table: str, event: str, condition: str, why: str) -> None:
    op.execute(
        f"CREATE TRIGGER guard_{table}_{event.lower()} BEFORE {event} ON {table}"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )


def guard_postgresql(table: str, event: str, condition: str, why: str) -> None:
    name = f"guard_{table}_{event.lower()}"
    row = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation'; END IF;"
        f" RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def create_ballot() -> None:
    op.create_table(
        "ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(20), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("most_points", sa.Integer(), nullable=False),
        sa.Column("most_per_option", sa.Integer(), nullable=False),
        sa.Column("grades", sa.JSON(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("allows_blank", sa.Boolean(), nullable=False),
        sa.Column("allows_change", sa.Boolean(), nullable=False),
        sa.Column("hides_turnout", sa.Boolean(), nullable=False),
        sa.Column("shares_ballots", sa.Boolean(), nullable=False),
        sa.Column("electorate", words("confirmed", "listed"), nullable=False),
        *share("quorum"),
        *share("threshold"),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", words("draft", "open", "sealed", "published"), nullable=False),
        sa.Column("definition_digest", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("roll_size", sa.Integer(), nullable=True),
        sa.Column("cast_count", sa.Integer(), nullable=True),
        sa.Column("merkle_root", sa.String(64), nullable=False),
        sa.Column("draw", sa.String(200), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_ballot_closes_after_opening")),
        sa.CheckConstraint("seats >= 1 AND least >= 0 AND most >= 0", name=op.f("ck_ballot_limits_not_negative")),
        sa.CheckConstraint("quorum_top <= quorum_bottom AND quorum_bottom > 0", name=op.f("ck_ballot_quorum_share")),
        sa.CheckConstraint("threshold_top <= threshold_bottom AND threshold_bottom > 0", name=op.f("ck_ballot_threshold_share")),
        sa.CheckConstraint("state IN ('draft', 'open') OR secret = ''", name=op.f("ck_ballot_sealed_without_secret")),
        sa.CheckConstraint("state IN ('draft', 'open') OR merkle_root <> ''", name=op.f("ck_ballot_sealed_with_root")),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_ballot_space_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["account.id"], name=op.f("fk_ballot_drafted_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
    )  # fmt: skip
    op.create_index(op.f("ix_ballot_space_id_state"), "ballot", ["space_id", "state"])


def share(name: str) -> list[sa.Column]:
    return [
        sa.Column(f"{name}_top", sa.Integer(), nullable=True),
        sa.Column(f"{name}_bottom", sa.Integer(), nullable=True),
        sa.Column(f"{name}_base", sa.String(10), nullable=False),
        sa.Column(f"{name}_strict", sa.Boolean(), nullable=False),
    ]


def create_stores() -> None:
    op.create_table(
        "ballot_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cost > 0", name=op.f("ck_ballot_option_cost_above_zero")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_option_ballot_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["contribution_id"], ["contribution.id"], name=op.f("fk_ballot_option_contribution_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_option")),
        sa.UniqueConstraint("ballot_id", "key", name=op.f("uq_ballot_option_ballot_id_key")),
        sa.UniqueConstraint("ballot_id", "position", name=op.f("uq_ballot_option_ballot_id_position")),
    )  # fmt: skip
    op.create_index(op.f("ix_ballot_option_contribution_id"), "ballot_option", ["contribution_id"])
    op.create_table(
        "roll_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_roll_entry_ballot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entry")),
        sa.UniqueConstraint("ballot_id", "email", name=op.f("uq_roll_entry_ballot_id_email")),
    )  # fmt: skip
    op.create_table(
        "emargement",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("roll_entry_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_emargement_ballot_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_emargement_account_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["roll_entry_id"], ["roll_entry.id"], name=op.f("fk_emargement_roll_entry_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("ballot_id", "account_id", name=op.f("pk_emargement")),
        sa.UniqueConstraint("ballot_id", "roll_entry_id", name=op.f("uq_emargement_ballot_id_roll_entry_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_emargement_account_id"), "emargement", ["account_id"])
    op.create_index(op.f("ix_emargement_roll_entry_id"), "emargement", ["roll_entry_id"])
    op.create_table(
        "box_paper",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("receipt", sa.String(64), nullable=False),
        sa.Column("voter_key", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_box_paper_ballot_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box_paper")),
        sa.UniqueConstraint("ballot_id", "voter_key", name=op.f("uq_box_paper_ballot_id_voter_key")),
        sa.UniqueConstraint("ballot_id", "receipt", name=op.f("uq_box_paper_ballot_id_receipt")),
        sqlite_with_rowid=False,
    )  # fmt: skip


def create_request() -> None:
    op.create_table(
        "ballot_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("act", words("close", "extend", "publish"), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("confirmed_by_id <> asked_by_id", name=op.f("ck_ballot_request_two_people")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_request_ballot_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_ballot_request_asked_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["account.id"], name=op.f("fk_ballot_request_confirmed_by_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_request")),
    )  # fmt: skip
    op.create_index(
        "uq_ballot_request_waiting", "ballot_request", ["ballot_id", "act"], unique=True,
        sqlite_where=sa.text("confirmed_at IS NULL"),
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("ballot_request", "box_paper", "emargement", "roll_entry", "ballot_option"):
        op.drop_table(table)
    op.drop_table("ballot")
    if op.get_bind().dialect.name == "postgresql":
        for table, event, _condition, _why in [*GUARDS, ("ballot", "UPDATE", "", "")]:
            op.execute(f"DROP FUNCTION guard_{table}_{event.lower()}()")
