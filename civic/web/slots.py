"""Slots: how a page below shows a panel that belongs to a package above.

The package above registers a function for a named slot; the page asks for the panels of all its
items at once, never one by one. A panel is rendered HTML; a page with no panel shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

Panel = Callable[[Sequence[Any]], Mapping[int, Markup]]
_slots: dict[str, list[Panel]] = {}


def fills(slot: str) -> Callable[[Panel], Panel]:
    """Register a function from items (rows with an `id`) to panels by id."""

    def keep(panel: Panel) -> Panel:
        _slots.setdefault(slot, []).append(panel)
        return panel

    return keep


def panels(slot: str, items: Sequence[Any]) -> dict[int, Markup]:
    """The panels of all these items, joined in the order of registration."""
    joined: dict[int, Markup] = {item.id: Markup("") for item in items}
    for panel in _slots.get(slot, []):
        for item_id, html in panel(items).items():
            joined[item_id] += html
    return joined


class Question:
    """A question that a page below asks and that packages above may answer with yes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers: list[Callable[[Any], bool]] = []

    def answered_by(self, answer: Callable[[Any], bool]) -> Callable[[Any], bool]:
        """Register a function that answers for its package."""
        self.answers.append(answer)
        return answer

    def ask(self, item: Any) -> bool:
        """Whether any package says yes."""
        return any(answer(item) for answer in self.answers)


class Figures:
    """Numbers that packages above may know of a page's items; an item without one counts 0."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sources: list[Callable[[Any], Mapping[int, float]]] = []

    def given_by(self, source: Callable[[Any], Mapping[int, float]]) -> Callable[[Any], Any]:
        """Register a function from where the items stand to their numbers, by id."""
        self.sources.append(source)
        return source

    def ask(self, where: Any) -> dict[int, float]:
        """Every number that is known."""
        known: dict[int, float] = {}
        for source in self.sources:
            known |= source(where)
        return known
