"""A ballot in plain data: what is frozen at the opening, and what decides the count."""

from __future__ import annotations

from typing import Any

from votes.ballots import queries
from votes.ballots.export import Definition, lines_of
from votes.ballots.kinds import BUDGETS, ONE_SEAT
from votes.ballots.models import Ballot
from votes.ballots.rules import FEW
from votes.counting.rules import options_of
from votes.recount import ballots_mark


def published_definition(ballot: Ballot) -> dict[str, Any]:
    """All that is frozen at the opening; its digest is published. The calendar may be extended by
    two people, and is told as it stood at the opening."""
    names = (
        "question", "description", "rule", "seats", "least", "most", "most_points",
        "most_per_option", "grades", "budget", "allows_blank", "allows_change", "hides_turnout",
        "shares_ballots",
    )  # fmt: skip
    told = {name: getattr(ballot, name) for name in names}
    told["electorate"] = ballot.electorate.value
    if ballot.residents is not None:
        told["age_brackets"] = sorted(ballot.residents.age_brackets)
        told["districts"] = sorted(ballot.residents.districts)
    told["options"] = [
        {"key": o.key, "name": o.name, "cost": o.cost, "contribution": o.contribution_id}
        for o in ballot.options
    ]
    told["quorum"], told["threshold"] = _share(ballot, "quorum"), _share(ballot, "threshold")
    told["rule_options"] = _rule_options(ballot)
    return told


def definition_of(ballot: Ballot) -> Definition:
    """What a count of a sealed ballot needs."""
    lot = {"digest": ballot.merkle_root, "draw": ballot.draw} if ballot.draw else None
    return Definition(
        title=ballot.question, sheet=ballot.sheet, seats=ballot.seats,
        roll=ballot.roll_size or 0, options=_rule_options(ballot),
        quorum=_share(ballot, "quorum"), threshold=_share(ballot, "threshold"), lot=lot,
        paper=queries.paper_count(ballot),
    )  # fmt: skip


def told_by_seal(ballot: Ballot, contents: list[str]) -> dict[str, Any]:
    """What the town signs when a box is sealed. The digest of the ballots is left out where they
    are not published: in a small box it could be found again by trying."""
    assert ballot.result is not None
    assert ballot.sealed_at is not None
    shares = ballot.shares_ballots and len(contents) >= FEW
    return {
        "ballot": ballot.id, "question": ballot.question, "definition": ballot.definition_digest,
        "rule": ballot.result["rule"]["name"], "rule_version": ballot.result["rule"]["version"],
        "roll": ballot.roll_size, "cast": ballot.cast_count, "root": ballot.merkle_root,
        "ballots": ballots_mark(lines_of(contents)) if shares else "",
        "sealed_at": ballot.sealed_at.isoformat(timespec="seconds"),
        "paper": queries.paper_count(ballot),
    }  # fmt: skip


def _rule_options(ballot: Ballot) -> dict[str, Any]:
    if ballot.rule == "equal-shares":
        return {"completion": "utilitarian"}  # decision 15: what is left over is spent too
    if ballot.rule in BUDGETS or ballot.rule in ONE_SEAT:
        return {}
    return {"seats": ballot.seats} if "seats" in options_of(ballot.rule) else {}


def _share(ballot: Ballot, name: str) -> dict[str, Any] | None:
    top = getattr(ballot, f"{name}_top")
    if top is None:
        return None
    return {
        "numerator": top,
        "denominator": getattr(ballot, f"{name}_bottom"),
        "base": getattr(ballot, f"{name}_base"),
        "strict": getattr(ballot, f"{name}_strict"),
    }
