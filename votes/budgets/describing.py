"""A budget in plain data: what is frozen at the opening of its vote."""

from __future__ import annotations

from typing import Any

from votes.ballots.sealing import digest
from votes.budgets.models import Budget

FROZEN = ("title", "description", "rule", "districts_each", "by_residence", "allows_change",
          "hides_turnout", "shares_ballots")  # fmt: skip


def definition(budget: Budget) -> dict[str, Any]:
    """The rule, and each envelope with the mark of its frozen ballot."""
    told: dict[str, Any] = {name: getattr(budget, name) for name in FROZEN}
    told["electorate"] = budget.electorate.value
    told["envelopes"] = [
        {"name": envelope.name, "amount": envelope.amount, "is_town": envelope.is_town,
         "ballot": envelope.ballot.definition_digest if envelope.ballot else ""}
        for envelope in budget.envelopes
    ]  # fmt: skip
    return told


def mark(budget: Budget) -> str:
    """The digest that is published at the opening."""
    return digest(definition(budget))
