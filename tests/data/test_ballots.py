"""Real elections with known outcomes: every figure that the towns and the studies published."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from votes.counting.assembly import Side, assembly_vote, quorum_met
from votes.counting.ballots import grades_of, marks_of, rankings_of
from votes.counting.formats.opening import read_ballots
from votes.counting.majority_judgment import majority_judgment, majority_value, ranked
from votes.counting.merit_profile import gauge
from votes.counting.paper import Paper
from votes.counting.result import plain
from votes.counting.rules import count
from votes.counting.thresholds import threshold
from votes.counting.usual_judgment import score

pytestmark = pytest.mark.data

SCOTTISH = ["aberdeen_2017_ward1", "dundee_2017_ward6", "edinburgh_2017_ward1",
            "edinburgh_2017_ward8", "eilean_siar_2012_ward3", "eilean_siar_2022_ward3",
            "glasgow_2007_linn", "glasgow_2012_ward5", "shetland_2022_ward3",
            "south_ayrshire_2012_ward4"]  # fmt: skip
BUDGETS = [
    "pb-small/poland_gdynia_2020_babie-doly-small", "pb-small/poland_zabrze_2021_helenka",
    "pb-small/poland_lodz_2020_im-montwilla-mireckiego",
    "pb-small/poland_warszawa_2017_zoliborz-centralny",
    "pb-small/poland_warszawa_2019_grochow-kinowa", "pb-small/poland_warszawa_2019_stare-miasto",
    "pb-small/poland_warszawa_2019_zielony-ursynow",
    "pb-wieliczka-2023/poland_wieliczka_2023_green-budget",
]  # fmt: skip
BY_POINTS = ["france_toulouse_2019_", "poland_gdansk_2020_rudniki",
             "poland_krakow_2018_wzgorza-krzeslawickie"]  # fmt: skip
LARGE = ["pb-lodz-2020-51k/poland_lodz_2020_", "pb-wroclaw-2015-131k/poland_wroclaw_2015_150-500"]
SHARES = {
    "mes_cost": {},
    "mes_cardinality": {"utility": "cardinality"},
    "mes_cost_add1_until_next_overspends": {"completion": "add1"},
    "mes_cost_add1_stop_when_exhaustive": {"completion": "add1-exhaustive"},
}


@pytest.fixture(scope="module")
def ballots(real_data: Path) -> Path:
    return real_data / "ballots"


def published(folder: Path, name: str = "expected.json", file: str = ""):
    told = json.loads((folder / name).read_text(encoding="utf-8"))
    return next(entry for entry in told if entry["file"] == file) if file else told


def of_budget(ballots: Path, name: str) -> dict:
    folder, _, file = name.rpartition("/")
    own = "" if folder != "pb-small" else f"{file}.pb"
    return published(ballots / folder, file=own)


@pytest.mark.parametrize("ward", SCOTTISH)
def test_scottish_wards_elect_who_sat_with_every_total_of_every_stage(ballots, ward):
    told = published(ballots / "stv-scotland", file=f"{ward}.blt")
    papers = read_ballots(ballots / "stv-scotland" / f"{ward}.blt")
    result, names = count("stv-scottish", papers), papers.paper.options
    assert (result.trace["quota"], result.counts.exprimes) == (told["quota"], told["valid"])
    assert [plain(stage["totals"]) for stage in result.stages] == [
        {names[int(number) - 1]: votes for number, votes in stage.items()}
        for stage in told["stages"]
    ]
    elected = [(c["name"], c["stage"]) for c in told["elected"]]
    assert [(n, s["stage"]) for s in result.stages for n in s["elected"]] == elected
    assert result.tie is None


def test_dublin_west_2002(ballots):
    folder = ballots / "stv-ireland-2002-dublin-west"
    told = published(folder)
    result = count("stv-scottish", read_ballots(folder / "00001-00000002.soi"), seats=3)
    elected = [(c["name"], c["stage"]) for c in told["elected_scottish_rules"]]
    assert [(n, s["stage"]) for s in result.stages for n in s["elected"]] == elected
    assert (result.trace["quota"], result.counts.exprimes) == (told["quota"], told["valid"])


def test_burlington_2009_to_the_last_ballot(ballots):
    folder = ballots / "irv-burlington-2009"
    told, papers = published(folder), read_ballots(folder / "00005-00000002.toi")
    result = count("irv", papers)
    rounds = [{"votes": s["votes"], "exhausted": s["exhausted"]} for s in result.stages]
    assert rounds == told["rounds"]
    assert result.elected == (told["winner"],)
    assert count("schulze", papers).elected == (told["condorcet_winner"],)
    assert count("plurality", papers).elected == (told["plurality_leader"],)
    assert result.counts.votants == told["ballots"]


@pytest.mark.parametrize("number", ["00000001", "00000003", "00000006"])
def test_debian_leaders(ballots, number):
    folder, file = ballots / "condorcet-debian", f"00002-{number}.soi"
    told, papers = published(folder, file=file), read_ballots(folder / file)
    for rule in ("schulze", "ranked-pairs"):
        result = count(rule, papers)
        assert (list(result.elected), result.tie) == (told["winner"], None)
        assert result.trace["pairwise"] == told["pairwise"]


@pytest.mark.parametrize("station", ["01", "12"])
def test_orsay_2007_by_majority_judgment(ballots, station):
    folder = ballots / "mj-orsay-2007"
    told = published(folder, f"expected_bureau_{station}.json")
    hold_to_orsay(majority_judgment(read_ballots(folder / f"bureau_{station}.csv")), told)


def test_orsay_2007_both_stations_together(ballots, tmp_path):
    folder = ballots / "mj-orsay-2007"
    first, second = ((folder / f"bureau_{n}.csv").read_text("utf-8") for n in ("01", "12"))
    both = tmp_path / "both.csv"
    both.write_text(first.rstrip("\n") + "\n" + second.split("\n", 1)[1], encoding="utf-8")
    told = published(folder, "expected_both.json")
    hold_to_orsay(majority_judgment(read_ballots(both)), told)


def hold_to_orsay(result, told) -> None:
    assert [list(group) for group in result.ranking] == [[name] for name in told["ranking"]]
    assert plain(result.trace["profiles"]) == told["merit_profiles"]
    bare = {
        o: {**g, "grade": g["grade"].replace("À", "A")} for o, g in result.trace["gauges"].items()
    }
    assert bare == told["majority"]
    assert result.counts.votants == told["ballots"]


def test_approval_in_france_2002(ballots):
    folder = ballots / "approval-france-2002"
    told = published(folder)
    in_all: dict[str, int] = {}
    for station in told["stations"]:
        result = count("approval", read_ballots(folder / station["file"]))
        assert result.trace["approvals"] == station["approvals"]
        assert result.counts.votants == station["ballots"]
        assert result.counts.blancs == station["empty_ballots"]
        in_all = {o: in_all.get(o, 0) + n for o, n in station["approvals"].items()}
    assert in_all == told["total"]["approvals"]


@pytest.mark.parametrize("name", BUDGETS)
def test_town_budgets_by_votes_and_by_equal_shares(ballots, name):
    told, cast = of_budget(ballots, name), read_ballots(ballots / f"{name}.pb")
    assert cast.counts().votants == told["voters"]
    assert len([n for n in cast.notes if "on the list" in n]) == told["unknown_project_votes"]
    by_votes = count("budget-greedy", cast)
    assert (sorted(by_votes.selected), by_votes.tie) == (sorted(told["greedy_by_votes"]), None)
    for case in ("mes_cost", "mes_cardinality"):
        hold_to_shares(cast, told[case], SHARES[case])


# Hundreds of runs over 6,586 voters, for four rules: about three seconds.
@pytest.mark.slow
def test_wieliczka_2023_gives_the_official_projects_and_its_other_stopping_rule_does_not(ballots):
    name = "pb-wieliczka-2023/poland_wieliczka_2023_green-budget"
    told, cast = of_budget(ballots, name), read_ballots(ballots / f"{name}.pb")
    for case in SHARES:
        hold_to_shares(cast, told[case], SHARES[case])
    official = count("equal-shares", cast, completion="add1", whole_start=True)
    assert sorted(official.selected) == sorted(told["official_selected"])
    assert official.trace["endowment"] == 315


# Thousands of runs, each decided in fractions: about five seconds for the smallest towns together.
@pytest.mark.slow
@pytest.mark.parametrize("name", BUDGETS[:-1])
def test_small_towns_with_more_money_for_everyone(ballots, name):
    told, cast = of_budget(ballots, name), read_ballots(ballots / f"{name}.pb")
    for case in list(SHARES)[2:]:
        hold_to_shares(cast, told[case], SHARES[case])


# A file of 51,472 and one of 131,778 voters; Łódź alone takes six seconds to fill up.
@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_towns(ballots, name):
    told, cast = of_budget(ballots, name), read_ballots(ballots / f"{name}.pb.gz")
    assert sorted(count("budget-greedy", cast).selected) == sorted(told["greedy_by_votes"])
    for case in list(SHARES)[:3]:
        hold_to_shares(cast, told[case], SHARES[case])


def hold_to_shares(cast, told, options) -> None:
    result = count("equal-shares", cast, **options)
    full = told if isinstance(told, dict) else {"selected": told}
    assert (sorted(result.selected), result.tie) == (sorted(full["selected"]), None)
    if "cost" in full:
        assert result.trace["cost"] == full["cost"]
    if full.get("why") in ("next-overspends", "exhaustive"):
        assert result.trace["why"] == full["why"]
        assert result.trace["increments"] == full["increments"]
        assert float(result.trace["endowment"]) == pytest.approx(full["endowment"], rel=1e-12)


@pytest.mark.parametrize("name", BY_POINTS)
def test_budgets_by_points_and_by_places(ballots, name):
    told = of_budget(ballots, f"pb-small/{name}")
    cast = read_ballots(ballots / "pb-small" / f"{name}.pb")
    result = count("points", cast)
    assert result.trace["points"] == told["points"]
    assert result.trace["voters"] == told["voters_per_project"]
    funded = count("budget-greedy", cast)
    assert sorted(funded.selected) == sorted(told["greedy_by_points"])
    assert funded.trace["cost"] == told["greedy_by_points_cost"]


@pytest.fixture(scope="module")
def worked(ballots) -> dict:
    return published(ballots / "worked-examples", "worked_examples.json")


def test_worked_majority_judgments(worked):
    for case in worked["majority_judgment"]["cases"]:
        profiles = {o: tuple(p) for o, p in case["profiles"].items()}
        assert [list(group) for group in ranked(profiles)] == case["ranking"], case["name"]
        for option, seen in case.get("gauge", {}).items():
            mine = gauge(profiles[option])
            assert [mine.above, mine.grade, mine.below] == seen
        for option, value in case.get("majority_value", {}).items():
            assert majority_value(profiles[option]) == value
        for option, exact in case.get("usual_score", {}).items():
            assert score(profiles[option]) == Fraction(exact)


def test_worked_rankings(worked):
    told = worked["schulze"]
    papers = rankings_of(Paper(tuple("ABCDE")), [list(o) for _, o in told["ballots"]],
                         [n for n, _ in told["ballots"]])  # fmt: skip
    result, others = count("schulze", papers), told["same_ballots_other_rules"]
    assert "".join(o for group in result.ranking for o in group) == told["ranking"]
    assert result.trace["strongest_paths"] == told["strongest_paths"]
    for rule in ("ranked-pairs", "borda", "plurality"):
        assert count(rule, papers).elected == (others[rule.replace("-", "_")],)
    # Two options tie for last. The published answer drops both at once; dropped one by one, as our
    # rule says, either way of the lot elects C.
    assert count("irv", papers, tied_last="together").elected == (others["instant_runoff"],)
    assert (count("irv", papers).elected, count("irv", papers).tie) == (("C",), None)


def test_worked_tennessee(worked):
    told = worked["tennessee"]
    papers = rankings_of(Paper(tuple(told["ballots"][0][1])), [o for _, o in told["ballots"]],
                         [n for n, _ in told["ballots"]])  # fmt: skip
    for rule in ("plurality", "borda", "schulze", "ranked-pairs"):
        assert count(rule, papers).elected == (told[rule.replace("-", "_")],)
    assert count("borda", papers).trace["points"] == told["borda_points"]
    runoff = count("irv", papers)
    assert runoff.elected == (told["instant_runoff"],)
    assert [stage["votes"] for stage in runoff.stages] == told["irv_rounds"]


def test_worked_transferable_votes(worked):
    told = worked["stv_scottish"]
    papers = rankings_of(Paper(tuple("1234")), [list(map(str, o)) for _, o in told["ballots"]],
                         [n for n, _ in told["ballots"]])  # fmt: skip
    result = count("stv-scottish", papers, seats=told["seats"])
    assert result.elected == tuple(map(str, told["elected"]))
    assert [plain(stage["totals"]) for stage in result.stages] == told["stages"]


def test_worked_budget(worked):
    told = worked["pb"]
    paper = Paper(tuple(told["projects"]), costs=tuple(told["projects"].values()),
                  budget=told["budget"])  # fmt: skip
    cast = marks_of(paper, told["ballots"])
    assert count("budget-greedy", cast).trace["votes"] == told["votes"]
    assert list(count("budget-greedy", cast).selected) == told["greedy_ties_cheaper_first"]
    assert list(count("equal-shares", cast).selected) == told["equal_shares_cost"]
    by_number = count("equal-shares", cast, utility="cardinality")
    assert list(by_number.selected) == told["equal_shares_cardinality"]
    for completion, key in (("add1", "add1_until_next_overspends"),
                            ("add1-exhaustive", "add1_stop_when_exhaustive")):  # fmt: skip
        result = count("equal-shares", cast, completion=completion)
        assert list(result.selected) == told[key]["selected"]
        assert result.trace["increments"] == told[key]["increments"]


def test_worked_councils_and_thresholds(worked):
    for case in worked["council"]["cases"]:
        side = Side(case["president"]) if "president" in case else None
        vote = assembly_vote(case["f"], case["a"], president=side, secret=case.get("secret", False))
        assert vote.adopted == case["adopted"], case
    for case in worked["council"]["quorum"]:
        assert quorum_met(case["in_office"], case["present"]) == case["ok"], case
    for case in worked["thresholds"]:
        much, base = case["rule"].rsplit(" of ", 1)
        words = much.replace("more than", ">").replace("at least", ">=")
        share = words.replace("two thirds", "2/3")
        assert threshold(share).minimum(int(base)) == case["minimum"], case


def test_a_perfect_tie_of_grades_stays_a_tie():
    cast = grades_of(Paper(("A", "B")), ("Bad", "Good"), [{"A": "Good"}, {"B": "Good"}])
    assert majority_judgment(cast).ranking == (("A", "B"),)
