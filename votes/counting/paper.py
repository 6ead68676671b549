"""The ballot paper: what is put to the vote, before anybody has ticked anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from votes.counting.errors import CountError


@dataclass(frozen=True)
class Paper:
    """The options of a vote and the limits printed beside them.

    Parameters
    ----------
    options : tuple of str
        Keys of the options, each different; results speak in these keys.
    names : mapping of str to str
        A longer name for a key, where it has one.
    title : str
        The question.
    roll : int or None
        *Inscrits*: how many people may vote, where it is known.
    seats : int or None
        How many options are to be elected, where the paper says so.
    costs : tuple of int or None
        Cost of each option, in minor units (`unit` of them make one unit of the currency).
    budget : int or None
        What may be spent in all, in minor units.
    unit : int
        1 for whole euros, 100 where the amounts have cents.
    most_points, most_per_option : int or None
        Limits of a ballot by points.
    scale : tuple of int or None
        Points of a first, second, third place where places are worth points.
    """

    options: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    roll: int | None = None
    seats: int | None = None
    costs: tuple[int, ...] | None = None
    budget: int | None = None
    unit: int = 1
    most_points: int | None = None
    most_per_option: int | None = None
    scale: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse a paper on which two options could be taken for one another."""
        if not self.options:
            raise CountError("a vote needs at least one option")
        if len(set(self.options)) != len(self.options):
            twice = sorted({o for o in self.options if self.options.count(o) > 1})
            raise CountError(f"two options have the same key: {', '.join(twice)}")
        if self.costs is not None and len(self.costs) != len(self.options):
            raise CountError("every project needs exactly one cost")

    def position(self) -> dict[str, int]:
        """Where each option stands in the arrays."""
        return {option: i for i, option in enumerate(self.options)}


def told_apart(names: list[str]) -> tuple[str, ...]:
    """Give two people of the same name two different keys, by their number on the paper."""
    return tuple(
        name if names.count(name) == 1 else f"{name} (no. {number})"
        for number, name in enumerate(names, start=1)
    )
