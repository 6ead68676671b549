"""Join a picture to a contribution, or take it away."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import IO

from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import db
from civic.pictures import gate, queries
from civic.pictures.models import Picture
from civic.text import plain


def join(contribution: Contribution, stream: IO[bytes], alternative: str) -> Picture:
    """Give a contribution its picture, in place of the one that it had.

    Raises
    ------
    Invalid
        When the file is refused.
    """
    accepted = gate.accept(stream)
    remove(contribution)
    picture = Picture(
        contribution_id=contribution.id, key=secrets.token_urlsafe(24),
        alternative=plain(alternative), media=accepted.media, ending=accepted.ending,
        size=len(accepted.data), width=accepted.width, height=accepted.height, at=now(),
    )  # fmt: skip
    _write(queries.path_of(picture), accepted.data)
    db.session.add(picture)
    db.session.flush()
    return picture


def describe(picture: Picture, alternative: str) -> None:
    """Say anew what a picture shows."""
    picture.alternative = plain(alternative)
    db.session.flush()


def remove(contribution: Contribution) -> None:
    """Take the picture away; its file goes with the next tidying, whatever becomes of this act."""
    picture = queries.picture_of(contribution.id)
    if picture is not None:
        db.session.delete(picture)
        db.session.flush()


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: a full disk leaves no half file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
