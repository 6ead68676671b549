"""The picture of a contribution: what is known of it; its bytes lie in `var_dir/files`."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.contributions.models import Contribution
from civic.db import Base


class Picture(Base):
    """One image with what it shows in words; at most one for each contribution."""

    __tablename__ = "picture"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(64), unique=True)  # its address and its file's name
    alternative: Mapped[str] = mapped_column(String(250))
    media: Mapped[str] = mapped_column(String(30))
    ending: Mapped[str] = mapped_column(String(5))
    size: Mapped[int]  # bytes
    width: Mapped[int]  # dots
    height: Mapped[int]
    at: Mapped[datetime]

    contribution: Mapped[Contribution] = relationship()

    @property
    def url(self) -> str:
        """The address of the image itself."""
        return url_for("pictures.show", key=self.key)

    @property
    def file_name(self) -> str:
        """How its file is called, on disk and for whoever keeps it."""
        return f"{self.key}.{self.ending}"
