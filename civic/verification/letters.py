"""Letters with a code, as one tagged PDF (typst): a page for each, its address in the window.

Names, addresses and codes go into the document as data, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typst

from civic.i18n import day, gettext as _, language
from civic.spaces.models import Space
from civic.verification.lists import Letter

SOURCE = Path(__file__).with_name("letter.typ")


def pdf_of(
    letters: Sequence[Letter], codes: Sequence[str], space: Space, town: str, address: str,
    until: object,
) -> bytes:  # fmt: skip
    """The letters, in the order of the list."""
    words = {
        "title": _("Your code for “%(space)s”", space=space.title),
        "greeting": _("Hello,"),
        "why": _(
            "%(town)s asks its inhabitants about “%(space)s”. This code says that you live here, "
            "so that you can take part on the site.", town=town, space=space.title,
        ),
        "how": _("Sign in or create an account at this address, then type the code:"),
        "code": _("Your code"),
        "until": _("It serves once, until %(day)s.", day=day(until)),  # type: ignore[arg-type]
        "kept": _("Neither your name nor your address is kept on the site with this code."),
        "without": _("Without a device: come to the town hall with this letter."),
        "language": language(), "town": town, "address": address,
    }  # fmt: skip
    pages = [
        {"name": letter.name, "street": letter.street, "code": code,
         "city": f"{letter.postcode} {letter.city}"}
        for letter, code in zip(letters, codes, strict=True)
    ]  # fmt: skip
    given = {"words": json.dumps(words), "letters": json.dumps(pages)}
    made: bytes = typst.compile(SOURCE.read_bytes(), sys_inputs=given, pdf_standards=["ua-1"])
    return made
