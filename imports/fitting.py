"""Make the texts of a source fit Palabre's, without losing a word."""

from __future__ import annotations

from civic.i18n import gettext as _, ngettext
from civic.text import BODY_MAX, TITLE_MAX, excerpt, has_visible, plain
from imports.content import Consultation, Entry, Kind
from imports.markup import is_html, without_markup

LABEL_LENGTH = 80  # code points of a title made from the beginning of a text


def fit(consultation: Consultation, cut: bool) -> None:
    """Prepare every text, drop the empty ones with a remark, refuse what is too long.

    Parameters
    ----------
    cut : bool
        Shorten a text of more than `BODY_MAX` code points; the rest is kept in the import record.
    """
    _refuse_duplicates(consultation)
    _strip_markup(consultation)
    counts = {"titles": 0, "made": 0}
    for entry in consultation.entries:
        _fit_title(entry, counts)
        _fit_body(consultation, entry, cut)
    _drop_empty(consultation)
    _tell(consultation, counts)


def _refuse_duplicates(consultation: Consultation) -> None:
    seen: dict[str, Entry] = {}
    for entry in consultation.entries:
        first = seen.setdefault(entry.key, entry)
        if first is not entry:
            name = entry.key.partition("/")[2]
            consultation.problems.append(
                entry.remark(
                    _("the number %(id)s is that of line %(line)s too.", id=name, line=first.line)
                )
            )


def _strip_markup(consultation: Consultation) -> None:
    marked = [entry for entry in consultation.entries if is_html(entry.body)]
    for entry in marked:
        entry.body = without_markup(entry.body)
    if marked:
        consultation.guesses.append(
            ngettext(
                "%(num)s text is written in HTML: its tags are removed, its paragraphs kept.",
                "%(num)s texts are written in HTML: their tags are removed, their paragraphs kept.",
                len(marked),
            )
        )


def _fit_title(entry: Entry, counts: dict[str, int]) -> None:
    entry.title, entry.body = plain(" ".join(entry.title.split())), plain(entry.body)
    if entry.kind is not Kind.PROPOSAL:
        entry.body = "\n\n".join(part for part in (entry.title, entry.body) if part)
        entry.title = ""
    elif len(entry.title) > TITLE_MAX:
        counts["titles"] += 1
        entry.body = "\n\n".join(part for part in (entry.title, entry.body) if part)
        entry.title = excerpt(entry.title, TITLE_MAX - 1)
    elif not has_visible(entry.title) and has_visible(entry.body):
        counts["made"] += 1
        entry.title = excerpt(entry.body, LABEL_LENGTH)


def _fit_body(consultation: Consultation, entry: Entry, cut: bool) -> None:
    if len(entry.body) <= BODY_MAX:
        return
    if not cut:
        message = _(
            "the text has %(length)s characters, %(limit)s at most can be shown. With --cut it is "
            "shortened and the rest kept in the import record.",
            length=len(entry.body),
            limit=BODY_MAX,
        )
        consultation.problems.append(entry.remark(message))
        return
    kept = entry.body[: BODY_MAX - 2].rpartition(" ")[0] or entry.body[: BODY_MAX - 2]
    entry.details["rest"] = entry.body[len(kept) :]
    entry.body = f"{kept} …"
    consultation.remarks.append(entry.remark(_("the text is shortened; the record has the rest.")))


def _drop_empty(consultation: Consultation) -> None:
    empty = [e for e in consultation.entries if not has_visible(e.title + e.body)]
    gone = {entry.key: entry for entry in empty}
    for entry in consultation.entries:
        while entry.parent in gone:
            above = gone[entry.parent]
            entry.thread = entry.thread or above.thread
            entry.parent = above.parent
    consultation.entries = [e for e in consultation.entries if e.key not in gone]
    consultation.remarks += [e.remark(_("there is no text; the line is left out.")) for e in empty]


def _tell(consultation: Consultation, counts: dict[str, int]) -> None:
    if counts["titles"]:
        consultation.notes.append(
            ngettext(
                "%(num)s title is longer than %(limit)s characters: it is shortened, and stands "
                "in full at the top of its text.",
                "%(num)s titles are longer than %(limit)s characters: they are shortened, and "
                "stand in full at the top of their texts.",
                counts["titles"],
                limit=TITLE_MAX,
            )
        )
    if counts["made"]:
        consultation.notes.append(
            ngettext(
                "%(num)s text has no title: its first words make one.",
                "%(num)s texts have no title: their first words make one.",
                counts["made"],
            )
        )


def told(consultation: Consultation) -> list[str]:
    """The remarks, the same ones grouped: one example of each and how many more."""
    groups: dict[str, list[str]] = {}
    for remark in consultation.remarks:
        groups.setdefault(remark.message, []).append(str(remark))
    lines = []
    for sentences in groups.values():
        lines += sentences[:3]
        if len(sentences) > 3:
            more = len(sentences) - 3
            lines.append("  " + ngettext("… and %(num)s more.", "… and %(num)s more.", more))
    return lines
