"""Ways in: second factors, passkeys, identities of other providers, and limits on sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def account_column(primary: bool = False, nullable: bool = False) -> sa.Column:
    return sa.Column("account_id", sa.Integer(), nullable=nullable, primary_key=primary)


def of_an_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_account_id")
    return sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("account", sa.Column("locked_at", INSTANT, nullable=True))
    op.add_column(
        "mail_token", sa.Column("address", sa.String(254), nullable=False, server_default="")
    )
    for name in ("seen_at", "second_factor_at", "fresh_at"):
        op.add_column("sign_in", sa.Column(name, INSTANT, nullable=True))
    op.add_column(
        "sign_in",
        sa.Column("is_privileged", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "sign_in", sa.Column("provider", sa.String(40), nullable=False, server_default="")
    )
    op.add_column("sign_in", sa.Column("id_token", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "ceremony",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        account_column(nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        of_an_account("ceremony"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_ceremony")),
    )
    op.create_index(op.f("ix_ceremony_account_id"), "ceremony", ["account_id"])
    op.create_index(op.f("ix_ceremony_expires_at"), "ceremony", ["expires_at"])
    op.create_table(
        "authenticator",
        account_column(),
        sa.Column("sealed_secret", sa.String(300), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        of_an_account("authenticator"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        account_column(),
        sa.Column("used_at", INSTANT, nullable=True),
        of_an_account("recovery_code"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        account_column(),
        sa.Column("key_id", sa.String(1400), nullable=False),
        sa.Column("handle", sa.String(90), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        of_an_account("passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("key_id", name=op.f("uq_passkey_key_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        account_column(),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        of_an_account("identity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_account_id"), "identity", ["account_id"])


def downgrade() -> None:
    for table in ("identity", "passkey", "recovery_code", "authenticator", "ceremony"):
        op.drop_table(table)
    for name in (
        "id_token", "provider", "is_privileged", "fresh_at", "second_factor_at", "seen_at"
    ):  # fmt: skip
        op.drop_column("sign_in", name)
    op.drop_column("mail_token", "address")
    op.drop_column("account", "locked_at")
