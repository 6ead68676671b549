"""Accounts, credentials, sign-ins and the links that are sent by mail."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, cast

from flask_login import UserMixin
from sqlalchemy import JSON, Boolean, ColumnElement, Enum, ForeignKey, String, Text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db import Base
from civic.i18n import gettext as _
from civic.settings import active


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
    administers: Mapped[bool] = mapped_column("is_administrator", Boolean, default=False)
    must_confirm: Mapped[bool] = mapped_column(Boolean, default=False)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]  # nobody signs in to it until it is unlocked
    suspended_until: Mapped[datetime | None]  # writes nothing until then
    limited_until: Mapped[datetime | None]  # writes little until then
    deleted_at: Mapped[datetime | None]

    credential: Mapped[Credential | None] = relationship(back_populates="account", uselist=False)

    sign_in_token: str = ""  # set when a request is recognised, and at sign-in
    sign_in = cast("SignIn | None", None)  # the sign-in of this request; None outside one

    @property
    def roles_sleep(self) -> bool:
        """Whether what this person is entrusted with is closed: no second factor was given here."""
        here = self.sign_in
        return here is not None and here.second_factor_at is None and active().asks_second_factor

    @hybrid_property
    def is_administrator(self) -> bool:
        """Whether this person runs the instance, and may do so in this sign-in."""
        return self.administers and not self.roles_sleep

    @is_administrator.inplace.setter
    def _set_administrator(self, value: bool) -> None:
        self.administers = value

    @is_administrator.inplace.expression
    @classmethod
    def _administers(cls) -> Any:
        return cls.administers

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
    roles_sleep = False
    sign_in = None
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
    password_hash: Mapped[str] = mapped_column(String(200))  # empty: no password opens it
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
    seen_at: Mapped[datetime | None]  # the last request, to the minute or the hour
    is_privileged: Mapped[bool] = mapped_column(Boolean, default=False)  # kept shorter
    second_factor_at: Mapped[datetime | None]
    fresh_at: Mapped[datetime | None]  # when the person last proved to be there
    provider: Mapped[str] = mapped_column(String(40), default="")  # who vouched, if not we
    id_token: Mapped[str] = mapped_column(Text, default="")  # to sign out there too

    account: Mapped[Account] = relationship()


class Purpose(enum.StrEnum):
    """What a link sent by mail is for."""

    CONFIRM = "confirm"
    RESET = "reset"
    ENTER = "enter"  # sign in
    MOVE = "move"  # take a new address


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
    address: Mapped[str] = mapped_column(String(254), default="")  # the new one, for MOVE

    account: Mapped[Account] = relationship()


class Ceremony(Base):
    """Something begun that the same browser must end within minutes, once.

    A sign-in that waits for its second factor, or the challenge of a passkey. The token is in the
    browser's cookie; what was begun stays here.
    """

    __tablename__ = "ceremony"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    account: Mapped[Account | None] = relationship()
