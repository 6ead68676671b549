"""The door of every string: queries and forms pass the text gate before anyone reads them."""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.utils import cached_property

from civic.text import gate


def _gated(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict((gate(k), gate(v)) for k, v in values.items(multi=True))


class GatedRequest(Request):
    """A request whose `args` and `form` have passed `civic.text.gate`, by construction."""

    @cached_property
    def args(self) -> ImmutableMultiDict[str, str]:
        """The query, gated."""
        return _gated(super().args)

    @cached_property
    def form(self) -> ImmutableMultiDict[str, str]:
        """The posted fields, gated."""
        return _gated(super().form)

    @cached_property
    def values(self) -> Any:
        """Query and form together are never read: a form must not be filled from an address."""
        raise RuntimeError("Read args or form.")


class SlugConverter(BaseConverter):
    """`<slug:slug>`: lower-case letters, digits and hyphens."""

    regex = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class TokenConverter(BaseConverter):
    """`<token:token>`: the letters of a URL-safe random token."""

    regex = r"[A-Za-z0-9_-]{16,128}"


LARGEST_NUMBER = 2**31 - 1  # of a row, on either database


def row_number(raw: str) -> int | None:
    """A number that a row can have, from what was sent; None when it is none."""
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 10:
        return None
    return int(raw) if int(raw) <= LARGEST_NUMBER else None


class IdConverter(BaseConverter):
    """`<id:name_id>`: a row's number, small enough for both databases."""

    regex = r"[1-9][0-9]{0,9}"

    def to_python(self, value: str) -> int:
        """The number; an address with a number that no row can have leads nowhere."""
        if int(value) > LARGEST_NUMBER:
            raise ValidationError
        return int(value)

    def to_url(self, value: int) -> str:
        """Its digits."""
        return str(int(value))
