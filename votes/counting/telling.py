"""A result in plain text: what is decided, the counts, the order, then how it came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from votes.counting.result import Result, plain

SCORES = ("votes", "approvals", "points", "scores")
Rows = Sequence[Sequence[object]]


def told(result: Result, names: Mapping[str, str], notes: Sequence[str] = ()) -> str:
    """The whole text, with the options under their longer names."""
    parts = [
        _decision(result, names),
        _counts(result),
        _order(result, names),
        *_stages(result, names),
        *_details(result, names),
        *(f"Note: {note}" for note in notes),
    ]
    return "\n\n".join(part for part in parts if part)


def percent(part: int, whole: int) -> str:
    """A share for display, rounded half up to one decimal, from whole numbers.

    Examples
    --------
    >>> percent(1, 8)
    '12.5 %'
    """
    if whole == 0:
        return "-"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def table(header: Sequence[str], rows: Rows) -> str:
    """Columns of text, numbers to the right."""
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    right = [all(_is_number(row[i]) for row in cells[1:]) for i in range(len(header))]
    lines = (
        "  ".join(
            c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)
        )
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def _is_number(cell: str) -> bool:
    return cell.replace(".", "").replace("-", "").replace("/", "").replace(" %", "").isdigit() or (
        cell in ("", "-")
    )


def _called(option: str, names: Mapping[str, str]) -> str:
    name = names.get(option, "")
    return f"{option}  {name[:60]}" if name and name != option else option


def _decision(result: Result, names: Mapping[str, str]) -> str:
    verb, chosen = (
        ("Funded", result.selected) if result.elected is None else ("Elected", result.elected)
    )
    lines = [f"Rule: {result.rule.name}, version {result.rule.version}{_settings(result)}"]
    lines += [f"{verb}: {_called(option, names)}" for option in chosen or ()]
    if not chosen:
        lines.append(f"{verb}: nobody" if verb == "Elected" else f"{verb}: nothing")
    if result.tie:
        lines.append(f"Tie, for the published lot to settle: {', '.join(result.tie)}")
    lines += [f"By lot: {_use(use)}" for use in result.lots]
    return "\n".join(lines)


def _settings(result: Result) -> str:
    given = {k: v for k, v in plain(result.rule.options).items() if v not in (None, [], "")}
    return "".join(f", {key.replace('_', ' ')} {value}" for key, value in given.items())


def _use(use: Mapping[str, Any]) -> str:
    between = f"between {', '.join(use['between'])}: "
    if "order" in use:
        return between + "in the order " + ", ".join(use["order"])
    return between + next(f"{use[k]} {k}" for k in ("favoured", "dropped") if k in use)


def _counts(result: Result) -> str:
    counts = result.counts.as_plain()
    return table(list(counts), [["-" if n is None else n for n in counts.values()]])


def _order(result: Result, names: Mapping[str, str]) -> str:
    scores: Mapping[str, Any] = next(
        (result.trace[key] for key in SCORES if key in result.trace), {}
    )
    base = result.counts.exprimes
    rank, rows = 1, []
    for group in result.ranking:
        for option in group:
            row = [str(rank), _called(option, names)]
            if scores:
                row += [str(plain(scores[option])), _share(scores[option], base, result)]
            rows.append(row)
        rank += len(group)
    header = ["rank", "option"] + (["score", "of exprimés"] if scores else [])
    return table(header, rows)


def _share(score: Any, base: int, result: Result) -> str:
    is_votes = isinstance(score, int) and {"votes", "approvals"} & result.trace.keys()
    return percent(score, base) if is_votes else ""


def _stages(result: Result, names: Mapping[str, str]) -> Iterator[str]:
    """One column per round or stage."""
    if not result.stages:
        return
    tallies = [stage.get("totals", stage.get("votes", {})) for stage in result.stages]
    header = ["option", *(str(n) for n in range(1, len(tallies) + 1))]
    options = sorted(tallies[0], key=lambda o: [tally.get(o, -1) for tally in reversed(tallies)])
    rows = [
        [_called(o, names), *(_cell(tally.get(o)) for tally in tallies)] for o in reversed(options)
    ]
    if "exhausted" in result.stages[0]:
        rows.append(["exhausted", *(_cell(stage["exhausted"]) for stage in result.stages)])
    yield table(header, rows)
    yield "\n".join(_events(result.stages))


def _cell(value: Any) -> str:
    return "" if value is None else str(plain(value))


def _events(stages: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for number, stage in enumerate(stages, start=1):
        happened = [
            f"{key} {', '.join(stage[key])}"
            for key in ("elected", "dropped", "excluded")
            if stage.get(key)
        ]
        if stage.get("action") == "surplus":
            happened.insert(0, f"surplus of {', '.join(stage['of'])}")
        if happened:
            yield f"Stage {number}: {'; '.join(happened)}"


def _details(result: Result, names: Mapping[str, str]) -> Iterator[str]:
    trace = result.trace
    if "gauges" in trace:
        yield _gauges(trace["gauges"])
    if "pairwise" in trace:
        yield _matrix(trace["pairwise"])
    if "purchases" in trace:
        yield from _shares(trace, names)
    if "steps" in trace:
        yield _steps(trace["steps"], names)
    if trace.get("qualified"):
        yield f"Second round between: {', '.join(trace['qualified'])}"


def _gauges(gauges: Mapping[str, Mapping[str, Any]]) -> str:
    header = ["option", "majority grade", "above", "below"]
    rows = [[o, f"{g['grade']} {g['sign']}", g["above"], g["below"]] for o, g in gauges.items()]
    return table(header, rows)


def _matrix(pairwise: Mapping[str, Mapping[str, int]]) -> str:
    options = list(pairwise)
    rows = [[x, *(pairwise[x].get(y, "-") for y in options)] for x in options]
    return "Ballots that prefer the option of the line to that of the column\n" + table(
        ["", *options], rows
    )


def _shares(trace: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    yield (
        f"{trace['voters']} voters hold {_amount(trace['endowment'])} each; "
        f"{trace['increments']} increments ({trace['why']}); "
        f"spent {_amount(trace['cost'])}, left {_amount(trace['left'])}"
    )
    paid = ("votes", "effective_votes", "cost", "payment", "pay_in_full", "pay_all_they_had")
    yield table(
        ["bought", "votes", "effective", "cost", "payment", "pay in full", "pay all they had"],
        [
            [_called(b["project"], names), *(_amount(b[k]) for k in paid)]
            for b in trace["purchases"]
        ],
    )
    lack = ("votes", "cost", "supporters_hold", "short_by")
    yield table(
        ["not funded", "votes", "cost", "supporters hold", "short by"],
        [
            [_called(n["project"], names), *(_amount(n[k]) for k in lack)]
            for n in trace["not_funded"]
        ],
    )


def _amount(value: int | Decimal | Fraction) -> str:
    """An exact amount, shown to two decimals, rounded half up."""
    hundredths = (2 * 100 * Fraction(value) + 1) // 2
    return (
        str(hundredths // 100)
        if hundredths % 100 == 0
        else f"{hundredths // 100}.{hundredths % 100:02d}"
    )


def _steps(steps: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    keys = ("votes", "cost", "left_before")
    return table(
        ["project", "votes", "cost", "left before", "decision"],
        [
            [_called(s["project"], names), *(_amount(s[k]) for k in keys), s["decision"]]
            for s in steps
        ],
    )
