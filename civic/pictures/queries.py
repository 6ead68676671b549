"""Find pictures and their files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import select

from civic.db import db
from civic.pictures.models import Picture
from civic.settings import active


def picture_of(contribution_id: int) -> Picture | None:
    """The picture of a contribution."""
    return db.session.get(Picture, contribution_id)


def by_key(key: str) -> Picture | None:
    """The picture behind an address."""
    return db.session.scalar(select(Picture).where(Picture.key == key))


def known(keys: Collection[str]) -> set[str]:
    """Which of these files belong to a picture."""
    return set(db.session.scalars(select(Picture.key).where(Picture.key.in_(keys))))


def folder() -> Path:
    """Where the files lie: outside of what the web server shows."""
    return active().var_dir / "files"


def path_of(picture: Picture) -> Path:
    """Where the bytes of a picture lie."""
    return folder() / picture.file_name
