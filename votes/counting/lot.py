"""The tie-break by lot: published beforehand, drawn in public, the same for anyone who redoes it.

Before opening, the rule says that ties are settled by lot. After closing, the bureau draws
something that nobody could choose (dice, a lottery draw of a stated date) and enters it. The order
of the options is then that of SHA-256(digest of the box, draw, option): one order for the whole
election, reused at each tie. The three are simply written one after the other, so that anybody can
redo it: `printf '%s%s%s' DIGEST DRAW OPTION | sha256sum`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from votes.counting.errors import CountError

Item = TypeVar("Item", bound=Hashable)
Outcome = TypeVar("Outcome")

WAYS_AT_MOST = 200


def lot_order(options: Iterable[str], box_digest: str, draw: str) -> tuple[str, ...]:
    """The order in which the lot favours the options.

    Parameters
    ----------
    options : iterable of str
    box_digest : str
        Digest of the sealed box, so that the order could not be known before the close.
    draw : str
        What was drawn in public after the close; must not be empty.

    Returns
    -------
    tuple of str
        The most favoured first.
    """
    if not draw.strip():
        raise CountError("the lot needs the public draw: it cannot be empty")

    def ticket(option: str) -> str:
        return sha256(f"{box_digest}{draw}{option}".encode()).hexdigest()

    return tuple(sorted(options, key=ticket))


class Draw:
    """Settles ties, and remembers every time it was asked.

    With an order, it follows it. Without one it takes the choices of a script, then the first
    possibility each time: `every_way` uses this to find out whether a lot would change anything.
    What it has once decided between two options it does not decide otherwise later.
    """

    def __init__(self, order: Sequence[str] | None = None, script: Sequence[int] = ()) -> None:
        self.order = tuple(order) if order is not None else None
        self.script = tuple(script)
        self.taken: list[int] = []
        self.widths: list[int] = []
        self.log: list[Mapping[str, Any]] = []
        self._ahead: set[tuple[Hashable, Hashable]] = set()

    def favour(self, tied: Sequence[Item]) -> Item:
        """The option that the lot puts ahead of the others."""
        return self._choose(tied, last=False)

    def drop(self, tied: Sequence[Item]) -> Item:
        """The option that the lot puts behind the others."""
        return self._choose(tied, last=True)

    def rank(self, tied: Sequence[str]) -> list[str]:
        """All tied options in the drawn order."""
        order = self._positions(tied)
        ranked = sorted(tied, key=order.__getitem__)
        self.log.append({"between": sorted(tied), "order": ranked})
        return ranked

    def _choose(self, tied: Sequence[Item], *, last: bool) -> Item:
        if self.order is not None:
            return self._by_order(tied, last=last)
        open_to = [item for item in tied if not self._settled_against(item, tied, last=last)]
        choice = self._by_script(len(open_to)) if len(open_to) > 1 else 0
        chosen = open_to[choice]
        self._remember(chosen, tied, last=last)
        return chosen

    def _by_order(self, tied: Sequence[Item], *, last: bool) -> Item:
        order: Mapping[Any, int] = self._positions(tied)
        chosen = (max if last else min)(tied, key=order.__getitem__)
        verb = "dropped" if last else "favoured"
        self.log.append({"between": sorted(map(str, tied)), verb: chosen})
        return chosen

    def _positions(self, tied: Sequence[Any]) -> dict[Any, int]:
        order = {option: place for place, option in enumerate(self.order or ())}
        missing = [str(option) for option in tied if option not in order]
        if missing:
            raise CountError(f"the drawn order leaves out {', '.join(missing)}")
        return order

    def _by_script(self, width: int) -> int:
        asked = len(self.taken)
        choice = self.script[asked] if asked < len(self.script) else 0
        self.taken.append(choice)
        self.widths.append(width)
        return choice

    def _settled_against(self, item: Item, tied: Sequence[Item], *, last: bool) -> bool:
        pairs = ((item, other) if last else (other, item) for other in tied if other != item)
        return any(pair in self._ahead for pair in pairs)

    def _remember(self, chosen: Item, tied: Sequence[Item], *, last: bool) -> None:
        for other in tied:
            if other != chosen:
                self._put_ahead(*((other, chosen) if last else (chosen, other)))

    def _put_ahead(self, first: Hashable, second: Hashable) -> None:
        above = {x for x, y in self._ahead if y == first} | {first}
        below = {y for x, y in self._ahead if x == second} | {second}
        self._ahead |= {(x, y) for x in above for y in below}


def every_way(
    count: Callable[[Draw], Outcome], at_most: int = WAYS_AT_MOST
) -> tuple[list[Outcome], bool]:
    """Run a count once for every way in which the lots could fall.

    Returns
    -------
    outcomes : list
        One per way; a single one where no tie was met.
    complete : bool
        False if there were more than `at_most` ways: then more outcomes may exist.
    """
    outcomes: list[Outcome] = []
    scripts: list[tuple[int, ...]] = [()]
    while scripts:
        if len(outcomes) == at_most:
            return outcomes, False
        draw = Draw(script=scripts.pop())
        outcomes.append(count(draw))
        for asked in range(len(draw.script), len(draw.taken)):
            before = tuple(draw.taken[:asked])
            scripts += [(*before, other) for other in range(1, draw.widths[asked])]
    return outcomes, True
