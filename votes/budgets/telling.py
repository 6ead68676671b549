"""Why this project and why not that one, in sentences, from the counted data alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from civic.i18n import decimal, gettext as _, ngettext


def reasons(result: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each option of the ballot of an envelope, by its key."""
    trace: Mapping[str, Any] = result["trace"]
    found = dict(_greedy(trace.get("steps") or [])) | dict(_shared(trace))
    tied = result.get("tie") or []
    return found | {key: _tied() for key in tied}


def spent(result: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    """What the funded projects cost together, and what is left of the envelope."""
    trace = result["trace"]
    return Fraction(trace.get("cost", 0)), Fraction(trace.get("left", 0))


def _greedy(steps: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for place, step in enumerate(steps, start=1):
        yield step["project"], _step(place, step)


def _step(place: int, step: Mapping[str, Any]) -> str:
    votes = _votes(step["votes"])
    left, cost = euros(step["left_before"]), euros(step["cost"])
    if step["decision"] == "funded":
        return _("Funded: %(votes)s, number %(place)s by votes. %(left)s were left when its turn "
                 "came, and it costs %(cost)s.", votes=votes, place=place, left=left,
                 cost=cost)  # fmt: skip
    if step["decision"] == "too dear for what is left":
        return _("Not funded: %(votes)s, number %(place)s by votes. It costs %(cost)s, and only "
                 "%(left)s were left when its turn came.", votes=votes, place=place, left=left,
                 cost=cost)  # fmt: skip
    if step["decision"] == "tied":
        return _tied()
    return _("Not funded: nobody put it into their basket.")


def _shared(trace: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for missed in trace.get("not_funded") or []:
        yield missed["project"], _missed(missed)
    for bought in trace.get("purchases") or []:
        yield bought["project"], _(
            "Funded: %(votes)s. Its voters pay for it out of their shares of %(share)s, each "
            "%(payment)s at most.", votes=_votes(bought["votes"]),
            share=euros(trace["endowment"]), payment=euros(bought["payment"]),
        )  # fmt: skip
    for step in trace.get("filled") or []:
        if step["decision"] == "funded":
            yield step["project"], _(
                "Funded with what was left over: %(votes)s. %(left)s were left when its turn came, "
                "and it costs %(cost)s.", votes=_votes(step["votes"]),
                left=euros(step["left_before"]), cost=euros(step["cost"]),
            )  # fmt: skip


def _missed(missed: Mapping[str, Any]) -> str:
    if not missed["votes"]:
        return _("Not funded: nobody put it into their basket.")
    return _(
        "Not funded: %(votes)s. Its voters had %(held)s of their shares left together, %(short)s "
        "short of its cost, and too little was left over.", votes=_votes(missed["votes"]),
        held=euros(missed["supporters_hold"]), short=euros(missed["short_by"]),
    )  # fmt: skip


def _tied() -> str:
    return _("Tied with another project: a public draw decides between them.")


def _votes(count: int) -> str:
    return ngettext("%(num)s vote", "%(num)s votes", count)


def euros(amount: Any) -> str:
    """An exact amount in euros, to the cent where it is not whole."""
    exact = Fraction(amount)
    shown = int(exact) if exact.denominator == 1 else round(float(exact), 2)
    return _("%(cost)s €", cost=decimal(shown))
