"""What an author says of a picture."""

from __future__ import annotations

from wtforms import FileField

from civic.i18n import lazy_gettext as _l
from civic.web.forms import CivicForm, TextField, at_most, said

ALTERNATIVE_MAX = 250


class PictureForm(CivicForm):
    """A file and what it shows."""

    file = FileField(_l("Image (JPEG, PNG or WebP, at most 6 MB)"))
    alternative = TextField(
        _l("What it shows"),
        [said(_l("Say in a sentence what the image shows.")), at_most(ALTERNATIVE_MAX)],
    )
