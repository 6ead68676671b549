"""From a posted form to the content of a ballot, or to the reasons why it is refused.

A blank ballot is an explicit choice and has empty content. Whoever posts nothing at all, or blank
together with choices, is asked which of the two was meant: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from civic.i18n import gettext as _, ngettext
from votes.ballots.kinds import Shape, Sheet

Content = list[str] | dict[str, Any]


class Fields(Protocol):
    """A posted form."""

    def get(self, key: str, default: str) -> str:
        """One value."""

    def getlist(self, key: str) -> list[str]:
        """Every value."""


class BallotRefusedError(Exception):
    """This ballot cannot be cast; `reasons` are sentences for the voter."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


def read(sheet: Sheet, fields: Fields) -> Content:
    """The content of a filled-in ballot.

    Raises
    ------
    BallotRefusedError
        With every reason.
    """
    content = READERS[sheet.shape](sheet, fields)
    blank = fields.get("blank", "") == "1" or fields.get("choice", "") == "blank"
    if blank and not sheet.allows_blank:
        raise BallotRefusedError([_("This vote takes no blank ballots.")])
    if blank and content:
        raise BallotRefusedError(
            [_("You asked for a blank ballot and made choices. Keep one or the other.")]
        )
    if blank:
        return content
    reasons = list(_faults(sheet, content))
    if reasons:
        raise BallotRefusedError(reasons)
    return content


def _faults(sheet: Sheet, content: Content) -> Iterable[str]:
    if not content:
        yield (
            _("Nothing is chosen yet. To choose nothing on purpose, tick the blank ballot.")
            if sheet.allows_blank
            else _("Nothing is chosen yet.")
        )
        return
    yield from CHECKS[sheet.shape](sheet, content)


# --- Readers ----------------------------------------------------------------------------------


def _choice(sheet: Sheet, fields: Fields) -> Content:
    chosen = fields.getlist("choice")
    if len(chosen) > 1:
        raise BallotRefusedError([_("Choose one option only.")])
    return _known(sheet, [key for key in chosen if key != "blank"])


def _ticks(sheet: Sheet, fields: Fields) -> Content:
    ticked = fields.getlist("tick")
    if len(set(ticked)) != len(ticked):
        raise BallotRefusedError([_("An option is ticked twice.")])
    return sorted(_known(sheet, ticked), key=sheet.keys.index)


def _points(sheet: Sheet, fields: Fields) -> Content:
    given = {key: _whole(fields.get(f"points-{key}", "")) for key in sheet.keys}
    return {key: number for key, number in given.items() if number}


def _places(sheet: Sheet, fields: Fields) -> Content:
    given = {key: _whole(fields.get(f"place-{key}", "")) for key in sheet.keys}
    placed = sorted((place, key) for key, place in given.items() if place)
    places = [place for place, _key in placed]
    reasons = [
        _("Place %(place)s is given to several options.", place=place)
        for place in sorted({p for p in places if places.count(p) > 1})
    ]
    reasons += [
        _("Place %(place)s is given to nobody, and a later place is.", place=place)
        for place in range(1, max(places, default=0))
        if place not in places
    ][:3]
    if reasons:
        raise BallotRefusedError(reasons)
    return [key for _place, key in placed]


def _grades(sheet: Sheet, fields: Fields) -> Content:
    found = {}
    for key in sheet.keys:
        raw = fields.get(f"grade-{key}", "")
        if not raw:
            continue
        level = _whole(raw)
        if level >= len(sheet.grades):
            raise BallotRefusedError([_("This grade is not one of the grades of this vote.")])
        found[key] = sheet.grades[level]
    return found


def _known(sheet: Sheet, keys: list[str]) -> list[str]:
    if any(key not in sheet.keys for key in keys):
        raise BallotRefusedError([_("One of the options is not on this ballot.")])
    return keys


def _whole(raw: str) -> int:
    number = _number(raw)
    if raw.strip() and number is None:
        raise BallotRefusedError([_("Write whole numbers, zero or more.")])
    return number or 0


def _number(raw: str) -> int | None:
    """What was written as a number of at most six figures; None for anything else."""
    raw = raw.strip()
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 6 else None


def fields_of(sheet: Sheet, content: Content) -> dict[str, list[str]]:
    """The posted form that reads as this content: what `read` does, backwards."""
    if not content:
        return {"choice": ["blank"]} if sheet.shape is Shape.CHOICE else {"blank": ["1"]}
    if sheet.shape is Shape.GRADES:
        assert isinstance(content, dict)
        return {f"grade-{k}": [str(sheet.grades.index(grade))] for k, grade in content.items()}
    if sheet.shape is Shape.POINTS:
        assert isinstance(content, dict)
        return {f"points-{key}": [str(number)] for key, number in content.items()}
    if sheet.shape is Shape.RANKING:
        return {f"place-{key}": [str(place)] for place, key in enumerate(content, 1)}
    return {"choice" if sheet.shape is Shape.CHOICE else "tick": list(content)}


def moved(sheet: Sheet, fields: Fields, key: str, up: bool) -> dict[str, str]:
    """The places after one option went up or down by one; whatever had no place has none still.

    An option without a place goes up to the end of the list; the last one goes down out of it.
    """
    order = ranked(sheet, fields)
    if key not in order:
        order += [key] if up and key in sheet.keys else []
    elif up:
        at = order.index(key)
        order.insert(max(at - 1, 0), order.pop(at))
    else:
        at = order.index(key)
        option = order.pop(at)
        if at < len(order):
            order.insert(at + 1, option)
    return {f"place-{option}": str(place) for place, option in enumerate(order, 1)}


def ranked(sheet: Sheet, fields: Fields) -> list[str]:
    """The options that have a place, in its order; what is no number has none."""
    written = {key: _number(fields.get(f"place-{key}", "")) for key in sheet.keys}
    placed = {key: place for key, place in written.items() if place}
    return sorted(placed, key=lambda key: (placed[key], sheet.keys.index(key)))


def points_left(sheet: Sheet, fields: Fields) -> int:
    """What is left of a voter's points; below zero where too many are given."""
    given = sum(_number(fields.get(f"points-{key}", "")) or 0 for key in sheet.keys)
    return sheet.most_points - given


# --- Checks -----------------------------------------------------------------------------------


def _named(sheet: Sheet, content: Content) -> Iterable[str]:
    named = len(content)
    if named < sheet.least:
        yield ngettext(
            "Choose at least %(num)s option.", "Choose at least %(num)s options.", sheet.least
        )
    if sheet.most and named > sheet.most:
        yield ngettext(
            "Choose %(num)s option at most.", "Choose %(num)s options at most.", sheet.most
        )
    yield from _basket(sheet, content)


def _basket(sheet: Sheet, content: Content) -> Iterable[str]:
    if sheet.budget is None:
        return
    over = cost_of(sheet, content) - sheet.budget
    if over > 0:
        yield _("Your basket costs %(over)s too much. Take something out.", over=over)


def cost_of(sheet: Sheet, content: Content) -> int:
    """What the named options cost together."""
    return sum(choice.cost or 0 for choice in sheet.choices if choice.key in content)


def _sums(sheet: Sheet, content: Content) -> Iterable[str]:
    assert isinstance(content, dict)
    total = sum(content.values())
    if sheet.most_points and total > sheet.most_points:
        yield _(
            "You gave %(total)s points of %(most)s. Take some back.",
            total=total,
            most=sheet.most_points,
        )
    if sheet.most_per_option and max(content.values()) > sheet.most_per_option:
        yield _("No option takes more than %(most)s points.", most=sheet.most_per_option)


def _graded(sheet: Sheet, content: Content) -> Iterable[str]:
    for choice in sheet.choices:
        if choice.key not in content:
            yield _("Give a grade to “%(name)s”.", name=choice.name)


READERS: dict[Shape, Callable[[Sheet, Fields], Content]] = {
    Shape.CHOICE: _choice,
    Shape.APPROVAL: _ticks,
    Shape.POINTS: _points,
    Shape.RANKING: _places,
    Shape.GRADES: _grades,
}
CHECKS: dict[Shape, Callable[[Sheet, Content], Iterable[str]]] = {
    Shape.CHOICE: _named,
    Shape.APPROVAL: _named,
    Shape.POINTS: _sums,
    Shape.RANKING: _named,
    Shape.GRADES: _graded,
}
