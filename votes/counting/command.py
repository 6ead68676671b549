"""`palabre count`: count a file of ballots, as a table or as JSON. Needs no database."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from votes.counting.ballots import Ballots
from votes.counting.equal_shares import COMPLETIONS
from votes.counting.errors import CountError
from votes.counting.formats.opening import read_ballots
from votes.counting.lot import lot_order
from votes.counting.paper import Paper
from votes.counting.result import Result, plain
from votes.counting.rules import RULES, count as count_ballots
from votes.counting.telling import told
from votes.counting.thresholds import standing, threshold

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
VOTES = ("votes", "approvals")


def amount(written: str) -> Decimal:
    """A sum of money, exact and above zero."""
    try:
        exact = Decimal(written)
    except InvalidOperation as error:
        raise click.BadParameter(f"{written!r} is not an amount") from error
    if not exact.is_finite() or exact <= 0:
        raise click.BadParameter("an amount must be above zero")
    return exact


def scale(written: str) -> tuple[int, ...]:
    """Points per place: whole numbers between commas."""
    cells = written.split(",")
    if not all(cell.strip().isdecimal() for cell in cells):
        raise click.BadParameter(f"{written!r} is not a scale such as 3,2,1")
    return tuple(int(cell) for cell in cells)


@click.command("count")
@click.argument("file", type=FILE)
@click.option("--rule", required=True, type=click.Choice(list(RULES)), help="How to count.")
@click.option("--seats", type=click.IntRange(min=1), help="How many are elected.")
@click.option("--budget", type=amount, help="In place of the file's budget.")
@click.option("--convention", type=click.Choice(["skip", "stop"]), help="What does not fit.")
@click.option("--utility", type=click.Choice(["cost", "cardinality"]), help="Equal Shares.")
@click.option("--completion", type=click.Choice(COMPLETIONS), help="Equal Shares.")
@click.option("--increment", type=amount, help="What Add1 adds each time.")
@click.option("--whole-start", is_flag=True, default=None, help="Start from a whole sum each.")
@click.option("--least-votes", type=click.IntRange(min=0), help="Votes needed to be considered.")
@click.option("--unranked", type=click.Choice(["averaged", "pessimistic"]), help="Borda.")
@click.option("--strength", type=click.Choice(["winning", "margins"]), help="Ranked pairs.")
@click.option("--default", "default", help="Option that means none of these.")
@click.option("--tied-last", type=click.Choice(["lot", "together"]), help="Instant runoff.")
@click.option("--most-points", type=click.IntRange(min=1), help="Points a ballot may spread.")
@click.option("--most-per-option", type=click.IntRange(min=1), help="Points for one option.")
@click.option("--scale", type=scale, help="Points per place, such as 3,2,1.")
@click.option("--second", type=FILE, help="Ballots of the second round.")
@click.option("--roll", type=click.IntRange(min=0), help="How many may vote (inscrits).")
@click.option("--quorum", help='Such as "1/4 inscrits".')
@click.option("--threshold", "majority", help='Such as "> 1/2 exprimés".')
@click.option("--draw", help="What was drawn in public: ties are settled by lot.")
@click.option("--box-digest", help="Digest of the sealed box; by default that of the file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def count(file: Path, rule: str, as_json: bool, **given: Any) -> None:
    """Count the ballots of FILE under a rule.

    FILE may be .pb, .soc, .soi, .toc, .toi, .cat, .blt, .csv (grades, or our own table) or .jsonl
    (our own export), also packed as .gz.
    """
    try:
        ballots = read_ballots(file)
        if given["roll"] is not None:
            ballots = replace(ballots, paper=replace(ballots.paper, roll=given["roll"]))
        result = count_ballots(rule, ballots, **_options(file, ballots.paper, given))
        decided = _standing(result, given["quorum"], given["majority"])
    except CountError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_json(result, ballots, decided) if as_json else _text(result, ballots, decided))


def _options(file: Path, paper: Paper, given: dict[str, Any]) -> dict[str, Any]:
    """What was given, as the rule's function takes it."""
    outside = {"roll", "quorum", "majority", "draw", "box_digest"}
    options = {k: v for k, v in given.items() if v is not None and k not in outside}
    for amount in {"budget", "increment"} & options.keys():
        options[amount] = _minor(options[amount], paper)
    if "second" in options:
        options["second"] = read_ballots(options["second"])
    if given["draw"] is not None:
        digest = given["box_digest"] or sha256(file.read_bytes()).hexdigest()
        options["lot"] = lot_order(paper.options, digest, given["draw"])
    return options


def _minor(amount: Decimal, paper: Paper) -> int:
    minor = amount * paper.unit
    if minor != minor.to_integral_value():
        raise CountError(f"{amount} has more decimals than the amounts of the file")
    return int(minor)


def _standing(result: Result, quorum: str | None, majority: str | None) -> dict[str, Any]:
    """Quorum and threshold, for the votes of the first option."""
    if quorum is None and majority is None:
        return {}
    asked = {"quorum": quorum and threshold(quorum), "majority": majority and threshold(majority)}
    votes = next((result.trace[key] for key in VOTES if key in result.trace), None)
    if majority and votes is None and result.stages:
        votes = result.stages[-1].get("votes")
    if majority and votes is None:
        raise CountError(f"the rule {result.rule.name} gives no votes to hold against a threshold")
    mine = max(votes.values(), default=0) if votes else 0
    stood = standing(mine, result.counts, **{k: v or None for k, v in asked.items()})  # type: ignore[arg-type]
    return {
        "quorum": quorum and {"rule": str(asked["quorum"]), "met": stood.quorum_met},
        "threshold": majority and {"rule": str(asked["majority"]), "met": stood.threshold_met},
        "decision": stood.decision,
    }


def _json(result: Result, ballots: Ballots, decided: dict[str, Any]) -> str:
    whole = result.as_plain()
    if ballots.paper.names:
        whole["names"] = dict(ballots.paper.names)
    if ballots.notes:
        whole["notes"] = list(ballots.notes)
    if decided:
        whole["standing"] = plain(decided)
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _text(result: Result, ballots: Ballots, decided: dict[str, Any]) -> str:
    text = told(result, ballots.paper.names, ballots.notes)
    if not decided:
        return text
    stood = [f"{d['rule']}: {'met' if d['met'] else 'not met'}" for d in _rules_of(decided)]
    return "\n".join([text, "", *stood, f"Decision: {decided['decision']}"])


def _rules_of(decided: dict[str, Any]) -> list[dict[str, Any]]:
    return [decided[key] for key in ("quorum", "threshold") if decided[key]]
