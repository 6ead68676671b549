"""The public page of the journal: daily heads and public keys, for whoever holds us to them."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, url_for
from sqlalchemy import select

from civic.db import db
from civic.i18n import gettext as _
from civic.journal.models import LogHead
from civic.journal.signing import known_keys
from civic.web.doors import open_to_all
from civic.web.layout import Link, in_footer, link
from civic.web.paging import page_of
from civic.web.responses import as_file, page

bp = Blueprint("journal", __name__, url_prefix="/journal")


@in_footer
def footer_link() -> Link:
    """On every page."""
    return link(_("Journal and signing keys"), url_for("journal.index"))


@bp.get("")
@open_to_all
def index() -> Response:
    """The heads, the latest first, and the keys."""
    heads = page_of(select(LogHead).order_by(LogHead.day.desc()))
    return page("journal/index.html", found=heads, keys=known_keys())


@bp.get("/heads.jsonl")
@open_to_all
def download() -> Response:
    """Every head with its signature, one a line."""
    heads = db.session.scalars(select(LogHead).order_by(LogHead.day))
    lines = [
        json.dumps(
            {"statement": head.statement, "public_key": head.public_key,
             "signature": head.signature},
            ensure_ascii=False,
        )
        for head in heads
    ]  # fmt: skip
    text = "".join(f"{line}\n" for line in lines)
    return as_file(current_app.response_class(text, mimetype="application/json"), "heads.jsonl")
