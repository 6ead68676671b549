"""Languages: English source strings, a complete French catalogue, French by default.

The translation function is looked up once per request, not once per string: the stock call was
most of the cost of a list page (`docs/decisions/0007-translations-bound-once.md`). Catalogues are
read from their `.po` files at start, so that there is no compiled copy to fall behind.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, LazyString
from flask_login import current_user

from civic.clock import now
from civic.settings import ROOT, active

LANGUAGES = {"fr": "Français", "en": "English"}
CATALOGUES = ROOT / "translations"
COOKIE = "language"
NARROW = "\u202f"  # narrow no-break space, before ; ! ? and inside « »


@lru_cache(maxsize=8)
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; the source strings themselves for English."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def language() -> str:
    """The language of this request (the person's choice, else their account's, else the town's)."""
    if not g:  # no application: a command that only computes
        return "fr"
    if "language" not in g:
        asked = _chosen() or _of_account() if has_request_context() else None
        g.language = asked or active().language
    return g.language


def _chosen() -> str | None:
    given = (request.args.get("lang"), request.cookies.get(COOKIE))
    return next((asked for asked in given if asked in LANGUAGES), None)


def _of_account() -> str | None:
    if request.endpoint == "static" or not current_user.is_authenticated:
        return None
    return current_user.language if current_user.language in LANGUAGES else None


def translations() -> NullTranslations:
    """The catalogue bound to this request, or to this unit of work outside a request."""
    if not g:
        return catalogue("fr")
    held = g._get_current_object()  # once: this runs for every word of a page
    if "language" not in held:
        language()
    if held.get("catalogue_of") != held.language:
        held.catalogue_of = held.language
        held.catalogue = catalogue(held.language)
    found: NullTranslations = held.catalogue
    return found


def gettext(message: str, **values: Any) -> str:
    """The message in the person's language, with its `%(name)s` values."""
    found = translations().ugettext(message)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The message for this number; `%(num)s` is written with grouped digits."""
    found = translations().ungettext(singular, plural, num)
    return found % {"num": decimal(num), **values}


def lazy_gettext(message: str, **values: Any) -> LazyString:
    """A message translated when it is shown, for labels declared at import."""
    return LazyString(gettext, message, **values)


class using:  # noqa: N801  (reads as a phrase: `with using("fr"):`)
    """Write in this language, whoever is signed in: for mails and jobs."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "fr"

    def __enter__(self) -> None:
        self.before = g.get("language")
        g.language = self.language

    def __exit__(self, *_: object) -> None:
        g.language = self.before
        if self.before is None:
            g.pop("language")


# --- Dates and numbers ------------------------------------------------------------------------


def _local(instant: datetime) -> datetime:
    return instant.astimezone(active().zone)


def zone_name() -> str:
    """How the town's zone is called in the text: *heure de Paris*."""
    city = active().timezone.rpartition("/")[2].replace("_", " ")
    return gettext("%(city)s time", city=city)


def full_datetime(instant: datetime | None) -> str:
    """*dimanche 28 mars 2027 à 23 h 59 (heure de Paris)*."""
    if instant is None:
        return ""
    return f"{short_datetime(instant)} ({zone_name()})"


def short_datetime(instant: datetime | None) -> str:
    """*28 mars 2027 à 23 h 59*, in the town's zone."""
    if instant is None:
        return ""
    clock = dates.format_datetime(
        _local(instant), "H 'h' mm" if language() == "fr" else "h:mm a", locale=language()
    )
    return gettext("%(day)s at %(clock)s", day=day(instant), clock=clock.replace(" ", "\u00a0"))


def day(instant: datetime | date | None) -> str:
    """*28 mars 2027*, in the town's zone."""
    if instant is None:
        return ""
    moment = _local(instant) if isinstance(instant, datetime) else instant
    return dates.format_date(moment, "d MMMM y", locale=language())


def ago(instant: datetime | None) -> str:
    """*il y a 3 jours*: an addition to a date, never alone."""
    if instant is None:
        return ""
    return dates.format_timedelta(instant - now(), add_direction=True, locale=language())


def decimal(value: float) -> str:
    """*12 345,6*: grouped, with the language's comma."""
    return numbers.format_decimal(value, locale=language())


def percent(share: float, digits: int = 0) -> str:
    """*42 %* for .42."""
    pattern = "#,##0%" if not digits else "#,##0." + "0" * digits + "%"
    if language() == "fr":
        pattern = pattern.replace("%", "\u202f%")
    return numbers.format_percent(share, pattern, locale=language())


def join_words(words: list[str]) -> str:
    """*a, b et c*."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])


def init_app(app: Flask) -> None:
    """Bind the language functions and filters to the templates."""
    Babel(app, locale_selector=language, default_locale=app.config["SETTINGS"].language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: translations().ugettext(message),
        lambda singular, plural, n: translations().ungettext(singular, plural, n),
        newstyle=True,
    )
    app.jinja_env.filters.update(
        date=day, day=day, datetime=full_datetime, moment=short_datetime, ago=ago, num=decimal,
        percent=percent, join_words=join_words,
    )  # fmt: skip
