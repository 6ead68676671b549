"""From a file that somebody sent to an image that is safe to show, or to the reason for a no.

Decided by content alone. Everything is measured before it is unpacked; what comes out is written
anew from the dots, so that neither a place, a camera's number nor a hidden program is left.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from civic.errors import Invalid
from civic.i18n import gettext as _

LARGEST = 6 * 1024 * 1024  # bytes sent
MOST_DOTS = 40_000_000  # dots of an image: 160 MB once unpacked, what a telephone takes
LONGEST_SIDE = 20_000  # dots of one side
SHOWN_SIDE = 1_600  # dots of the longer side of what is kept
BEGINNINGS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
QUALITY = 82
FIELD = "file"


@dataclass(frozen=True)
class Accepted:
    """A new image: its bytes, its type, its size in dots."""

    data: bytes
    media: str
    ending: str
    width: int
    height: int


def accept(stream: IO[bytes]) -> Accepted:
    """Let an image in.

    Raises
    ------
    Invalid
        When it is too large, no image of a known kind, or not whole.
    """
    data = stream.read(LARGEST + 1)
    if not data:
        raise Invalid(FIELD, _("Choose an image."))
    if len(data) > LARGEST:
        raise Invalid(FIELD, _("This file is too large. The limit is 6 MB."))
    kind = kind_of(data)
    if kind is None:
        raise Invalid(FIELD, _("This is not an image that can be shown. Send a JPEG, PNG or WebP."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of bombs and of files that end too soon
            return _made_anew(data, kind)
    except (OSError, SyntaxError, ValueError, MemoryError, EOFError, OverflowError, Warning,
            UnidentifiedImageError, Image.DecompressionBombError):  # fmt: skip
        raise Invalid(FIELD, _("This image is damaged or too large to be unpacked.")) from None


def kind_of(data: bytes) -> str | None:
    """What a file is, by how it begins; its name and declared type are never asked."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for start, kind in BEGINNINGS.items() if data.startswith(start)), None)


def _made_anew(data: bytes, kind: str) -> Accepted:
    with Image.open(io.BytesIO(data), formats=[kind]) as sent:
        width, height = sent.size
        if width * height > MOST_DOTS or max(width, height) > LONGEST_SIDE or not width * height:
            raise ValueError("too many dots")
        sent.draft("RGB", (SHOWN_SIDE, SHOWN_SIDE))  # a large JPEG is unpacked at a smaller scale
        upright = ImageOps.exif_transpose(sent)
        has_holes = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        dots = upright.convert("RGBA" if has_holes else "RGB")
    dots.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    bare = Image.new(dots.mode, dots.size)
    bare.paste(dots)
    return _written(bare, has_holes)


def _written(image: Image.Image, has_holes: bool) -> Accepted:
    out = io.BytesIO()
    if has_holes:
        image.save(out, "PNG", optimize=True)
        return Accepted(out.getvalue(), "image/png", "png", *image.size)
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Accepted(out.getvalue(), "image/jpeg", "jpg", *image.size)
