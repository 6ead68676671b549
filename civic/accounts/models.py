"""Accounts, credentials, sign-ins and the links that are sent by mail."""

from __future__ import annotations

import enum
from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import Boolean, ColumnElement, Enum, ForeignKey, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db import Base
from civic.i18n import gettext as _


class Origin(enum.StrEnum):
    """Where an account comes from."""

    PERSON = "person"
    IMPORTED = "imported"
    ASSISTED = "assisted"  # entered by an agent for somebody who came without a device


class Account(UserMixin, Base):
    """A person as others see them. `name` is a first name, a full name or a pseudonym.

    A deleted account is a row without a name: what it wrote and voted stays, and stays countable.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    own_name: Mapped[str] = mapped_column("name", String(60))
    language: Mapped[str] = mapped_column(String(5), default="fr")
    origin: Mapped[Origin] = mapped_column(
        Enum(Origin, native_enum=False, length=10, values_callable=lambda e: [m.value for m in e]),
        default=Origin.PERSON,
    )
    is_administrator: Mapped[bool] = mapped_column(Boolean, default=False)
    must_confirm: Mapped[bool] = mapped_column(Boolean, default=False)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    suspended_until: Mapped[datetime | None]  # writes nothing until then
    limited_until: Mapped[datetime | None]  # writes little until then
    deleted_at: Mapped[datetime | None]

    credential: Mapped[Credential | None] = relationship(back_populates="account", uselist=False)

    sign_in_token: str = ""  # set when a request is recognised, and at sign-in

    @hybrid_property
    def name(self) -> str:
        """How others see this person; words of the reader's language once the account is gone."""
        return self.own_name if self.deleted_at is None else _("Deleted account")

    @name.inplace.setter
    def _set_name(self, name: str) -> None:
        self.own_name = name

    @name.inplace.expression
    @classmethod
    def _name_column(cls) -> ColumnElement[str]:
        return cls.own_name.expression

    def get_id(self) -> str:
        """What the cookie holds: the token of this sign-in, never the account's number."""
        return self.sign_in_token

    @property
    def email(self) -> str:
        """The address for mails; empty for an imported author."""
        return self.credential.email if self.credential else ""

    @property
    def is_confirmed(self) -> bool:
        """Whether the address is known to be theirs, or need not be."""
        return self.confirmed_at is not None or not self.must_confirm

    def __repr__(self) -> str:
        return f"<Account {self.id}>"


class Visitor:
    """Whoever has not signed in."""

    id: int | None = None
    name = ""
    language = ""
    is_authenticated = False
    is_active = False
    is_anonymous = True
    is_administrator = False
    is_confirmed = False
    suspended_until = None
    limited_until = None

    def get_id(self) -> None:
        """Nobody."""
        return

    @property
    def label(self) -> str:
        """How a visitor is called."""
        return _("Visitor")


class Credential(Base):
    """How a person signs in."""

    __tablename__ = "credential"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]

    account: Mapped[Account] = relationship(back_populates="credential")


class SignIn(Base):
    """One device that is signed in; ending it makes its cookie worthless at once."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    device: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class Purpose(enum.StrEnum):
    """What a link sent by mail is for."""

    CONFIRM = "confirm"
    RESET = "reset"


class MailToken(Base):
    """A link sent by mail. Opening it changes nothing; a button on its page uses it up."""

    __tablename__ = "mail_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[Purpose] = mapped_column(
        Enum(Purpose, native_enum=False, length=10, values_callable=lambda e: [m.value for m in e])
    )
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
