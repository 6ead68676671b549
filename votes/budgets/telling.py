"""Why this project and why not that one, in sentences, from the counted data alone."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from civic.i18n import decimal, gettext as _
from votes.ballots.models import Ballot
from votes.ballots.results import Told


def reasons(ballot: Ballot) -> dict[str, str]:
    """A sentence for each option of the counted ballot of an envelope, by its key.

    What the reasons may say of few ballots is the business of `Told`: some have none then.
    """
    assert ballot.result is not None
    keys = {option.key: option.key for option in ballot.options}
    told = Told(ballot.result, keys, {option.key: option.cost or 0 for option in ballot.options})
    tied = ballot.result.get("tie") or []
    return {
        why.name: _("Funded: %(because)s", because=why.because) if why.funded
        else _("Tied: %(because)s", because=why.because) if why.name in tied
        else _("Not funded: %(because)s", because=why.because)
        for why in told.whys()
    }  # fmt: skip


def spent(result: Mapping[str, Any]) -> tuple[Fraction, Fraction]:
    """What the funded projects cost together, and what is left of the envelope."""
    trace = result["trace"]
    return Fraction(trace.get("cost", 0)), Fraction(trace.get("left", 0))


def euros(amount: int) -> str:
    """A sum in euros."""
    return _("%(cost)s €", cost=decimal(amount))
