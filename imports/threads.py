"""Threads rebuilt: each reply after what it answers, and no text without a place."""

from __future__ import annotations

from collections.abc import Container

from civic.i18n import gettext as _
from imports.content import Consultation, Entry, Kind


def settle(consultation: Consultation, known: Container[str]) -> None:
    """Give each comment the nearest ancestor that exists, then put parents before children.

    What answers a text that the export lacks (hidden over there, or empty) hangs on the nearest
    ancestor, else on its thread; what has neither becomes a proposal, so that nothing is lost.

    Parameters
    ----------
    known : container of str
        Keys that an earlier import brought in: they may be answered too.
    """
    by_key = {entry.key: entry for entry in consultation.entries}
    for entry in consultation.entries:
        if entry.kind is Kind.COMMENT and (entry.parent or entry.thread):
            _place(consultation, entry, by_key, known)
        elif entry.kind is Kind.COMMENT:
            _stand_alone(consultation, entry)
    consultation.entries = _in_order(consultation, by_key)


def _place(
    consultation: Consultation, entry: Entry, by_key: dict[str, Entry], known: Container[str]
) -> None:
    if entry.parent and entry.parent not in by_key and entry.parent not in known:
        consultation.remarks.append(
            entry.remark(
                _("it answers a text that the file does not hold; it stays in its thread.")
            )
        )
        entry.parent = ""
    if not entry.parent and entry.thread not in by_key and entry.thread not in known:
        _stand_alone(consultation, entry)


def _stand_alone(consultation: Consultation, entry: Entry) -> None:
    consultation.remarks.append(
        entry.remark(_("nothing says what it comments; it becomes a proposal of its own."))
    )
    entry.kind, entry.parent, entry.thread = Kind.PROPOSAL, "", ""


def _in_order(consultation: Consultation, by_key: dict[str, Entry]) -> list[Entry]:
    """Breadth first from what answers nothing; what is never reached answers itself."""
    children: dict[str, list[Entry]] = {}
    ordered: list[Entry] = []
    for entry in consultation.entries:
        above = entry.parent or entry.thread
        if entry.kind is Kind.COMMENT and above in by_key:
            children.setdefault(above, []).append(entry)
        else:
            ordered.append(entry)
    for entry in ordered:  # grows while it is read
        ordered += children.get(entry.key, [])
    reached = {entry.key for entry in ordered}
    consultation.problems += [
        entry.remark(_("it answers itself, by way of other texts."))
        for entry in consultation.entries
        if entry.key not in reached
    ]
    return ordered
