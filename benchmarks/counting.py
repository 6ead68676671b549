"""How long a count takes: a million ballots, a large town's budget, and the field's own programs.

    python -m benchmarks counting

Ballots are synthetic (fixed seed, 12 options, truncated at random). Budgets are real files, where
PALABRE_TEST_DATA has them. pabutools and pref_voting are timed only if they can be imported, in
the same run, on smaller inputs than ours where they would take minutes; each line names its input.
"""

from __future__ import annotations

import gzip
import importlib
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from votes.counting.ballots import Grades, Rankings, rankings_of
from votes.counting.formats.opening import read_ballots
from votes.counting.paper import Paper
from votes.counting.rules import count

MILLION = 1_000_000
OPTIONS = tuple(f"option {n}" for n in range(12))
DATA = Path(os.environ.get("PALABRE_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
WROCLAW = DATA / "ballots" / "pb-wroclaw-2015-131k" / "poland_wroclaw_2015_150-500.pb.gz"
SMALL = DATA / "ballots" / "pb-small" / "poland_warszawa_2017_zoliborz-centralny.pb"
FOR_ORACLES = 10_000


def timed(name: str, limit: float | None, work: Callable[[], Any]) -> Any:
    """Run once, print how long it took beside what is asked."""
    began = time.perf_counter()
    outcome = work()
    took = time.perf_counter() - began
    asked = (
        "" if limit is None else f"   asked <= {limit:g} s   {'ok' if took <= limit else 'LATE'}"
    )
    print(f"{name:<62} {took:8.3f} s{asked}", flush=True)
    return outcome


def orders(voters: int, seed: int = 20_070_422) -> tuple[np.ndarray, np.ndarray]:
    """Orders of preference leaning one way, and how many places each voter fills (1 to 12)."""
    rng = np.random.default_rng(seed)
    leaning = rng.normal(size=(voters, len(OPTIONS))) + np.linspace(1, 0, len(OPTIONS))
    return np.argsort(-leaning, axis=1), rng.integers(1, len(OPTIONS) + 1, size=voters)


def rankings(voters: int) -> Rankings:
    """The same orders as places."""
    order, filled = orders(voters)
    places = np.zeros((voters, len(OPTIONS)), dtype=np.int16)
    columns = np.arange(1, len(OPTIONS) + 1)
    np.put_along_axis(places, order, np.where(columns <= filled[:, None], columns, 0), axis=1)
    return Rankings(Paper(OPTIONS), places, np.ones(voters, dtype=np.int64))


def grades(voters: int) -> Grades:
    """Grades at random, one in ten missing."""
    marks = np.random.default_rng(1).integers(-1, 7, size=(voters, len(OPTIONS)), dtype=np.int8)
    names = tuple(f"grade {n}" for n in range(7))
    return Grades(Paper(OPTIONS), names, marks, np.ones(voters, dtype=np.int64))


def a_million_ballots() -> None:
    """Every rule on rankings and grades, at the size of a capital."""
    ranked, graded = rankings(MILLION), grades(MILLION)
    print(f"{MILLION:,} ballots, {len(OPTIONS)} options")
    timed("  pairwise and Schulze", 5, lambda: count("schulze", ranked))
    timed("  ranked pairs", None, lambda: count("ranked-pairs", ranked))
    timed("  instant runoff", 4, lambda: count("irv", ranked))
    timed("  Scottish STV, 3 seats", 20, lambda: count("stv-scottish", ranked, seats=3))
    timed("  Borda", None, lambda: count("borda", ranked))
    timed("  majority judgment", 1, lambda: count("majority-judgment", graded))


def a_large_budget() -> None:
    """Wrocław 2015: 131,778 voters, 257 projects."""
    if not WROCLAW.exists():
        print("The budget of Wrocław is not among the data: not measured.")
        return
    print("Wrocław 2015, 131,778 voters, 257 projects")
    began = time.perf_counter()
    cast = timed("  reading the file", None, lambda: read_ballots(WROCLAW))
    timed("  by votes", None, lambda: count("budget-greedy", cast))
    timed("  Equal Shares once", 0.2, lambda: count("equal-shares", cast))
    print(f"  {'both together with the reading':<60} {time.perf_counter() - began:8.3f} s")
    timed("  Equal Shares with Add1", 20, lambda: count("equal-shares", cast, completion="add1"))


def oracle(name: str) -> ModuleType | None:
    """A program of the field, where it is installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name.partition('.')[0]} is not installed: not measured beside ours.")
        return None


def beside_pref_voting() -> None:
    """The same 10,000 ballots, from lists of options to the winner, in both programs."""
    profiles = oracle("pref_voting.profiles_with_ties")
    if profiles is None:
        return
    methods = importlib.import_module("pref_voting.voting_methods")
    order, filled = orders(FOR_ORACLES)
    lists = [row[:n].tolist() for row, n in zip(order, filled, strict=True)]

    def theirs() -> Any:
        maps = [{option: place for place, option in enumerate(row, 1)} for row in lists]
        profile = profiles.ProfileWithTies(maps, candidates=list(range(len(OPTIONS))))
        profile.use_extended_strict_preference()
        return methods.beat_path(profile)

    def ours() -> Any:
        named = [[OPTIONS[x] for x in row] for row in lists]
        return count("schulze", rankings_of(Paper(OPTIONS), named))

    print(f"{FOR_ORACLES:,} ballots, 12 options, Schulze, building the profile included")
    won = timed("  pref_voting", None, theirs)
    result = timed("  Palabre", None, ours)
    print(f"  same winner: {[OPTIONS[x] for x in won] == list(result.elected)}")


def beside_pabutools() -> None:
    """One small town, reading included, in both programs."""
    elections = oracle("pabutools.election")
    if elections is None or not SMALL.exists():
        return
    rules = importlib.import_module("pabutools.rules")

    def theirs() -> Any:
        instance, profile = elections.parse_pabulib(str(SMALL))
        return rules.method_of_equal_shares(instance, profile, sat_class=elections.Cost_Sat)

    print("Żoliborz Centralny 2017, 1,119 voters, 23 projects, Equal Shares once")
    bought = timed("  pabutools", None, theirs)
    result = timed("  Palabre", None, lambda: count("equal-shares", read_ballots(SMALL)))
    print(f"  same projects: {sorted(p.name for p in bought) == sorted(result.selected)}")


def reading_an_export() -> None:
    """Our own export of 100,000 distinct ballots, packed."""
    from_orders, filled = orders(100_000)
    head = '{"format":"palabre-ballots","version":1,"kind":"ranking","options":['
    head += ",".join(f'{{"id":"{o}"}}' for o in OPTIONS) + "]}\n"
    lines = (
        '{"ballot":["' + '","'.join(OPTIONS[x] for x in row[:n]) + '"]}\n'
        for row, n in zip(from_orders, filled, strict=True)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "box.jsonl.gz"
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as out:
            out.write(head)
            out.writelines(lines)
        timed("Reading 100,000 ranked ballots of our export", None, lambda: read_ballots(path))


if __name__ == "__main__":
    a_large_budget()
    a_million_ballots()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Largest memory so far: {peak:,.0f} MB (inputs included)")
    reading_an_export()
    beside_pref_voting()
    beside_pabutools()
