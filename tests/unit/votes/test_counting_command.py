"""`palabre count`: one file in, a table or JSON out, and a clear word where it cannot."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from votes.counting.ballots import grades_of, marks_of, rankings_of
from votes.counting.command import count
from votes.counting.formats.ballot_writer import written
from votes.counting.lot import lot_order
from votes.counting.paper import Paper
from votes.counting.rules import RULES
from votes.counting.telling import percent, table

TOWN = Paper(("a", "b", "c"), {"a": "Park"}, costs=(60, 60, 20), budget=100, seats=2)
BOXES = {
    "ticks": marks_of(TOWN, [["a", "c"], ["b"], ["b"], ["a"], []]),
    "orders": rankings_of(TOWN, [["a", "b"], ["b", "a"], ["c", "a"], ["a"]]),
    "grades": grades_of(TOWN, ("Bad", "Good"), [{"a": "Good", "b": "Bad", "c": "Bad"}]),
}
COUNTED_ON = dict.fromkeys(RULES, "orders") | {
    "approval": "ticks", "points": "ticks", "budget-greedy": "ticks", "equal-shares": "ticks",
    "plurality": "orders", "majority-judgment": "grades", "usual-judgment": "grades",
}  # fmt: skip


@pytest.fixture
def box(tmp_path):
    """Write one of the boxes to a file; its path."""

    def write(name: str) -> str:
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(written(BOXES[name])), encoding="utf-8")
        return str(path)

    return write


def run(*arguments: str):
    return CliRunner().invoke(count, arguments)


def counted(*arguments: str) -> dict:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_prints_the_same_result_as_a_table_and_as_json(box, rule):
    path = box(COUNTED_ON[rule])
    result = counted(path, "--rule", rule)
    assert result["rule"]["name"] == rule
    assert sorted(sum(result["ranking"], [])) == ["a", "b", "c"]
    assert set(result["counts"]) == {"inscrits", "votants", "blancs", "nuls", "exprimés"}
    assert ("selected" in result) == (rule in ("budget-greedy", "equal-shares"))
    text = run(path, "--rule", rule).output
    for option in result.get("elected", result.get("selected")):
        name = "a  Park" if option == "a" else option
        assert f": {name}\n" in text


def test_the_turnout_is_counted_with_the_roll_that_is_given(box):
    result = counted(box("ticks"), "--rule", "approval", "--roll", "40")
    assert result["counts"] == {
        "inscrits": 40, "votants": 5, "blancs": 1, "nuls": 0, "exprimés": 4,
    }  # fmt: skip
    assert result["names"] == {"a": "Park"}


def test_quorum_and_threshold_are_told_with_their_base(box):
    arguments = [box("ticks"), "--rule", "approval", "--roll", "40", "--quorum", "1/4 inscrits"]
    assert "at least 1/4 of inscrits: not met\nDecision: no decision" in run(*arguments).output
    half = counted(*arguments[:-2], "--threshold", "> 1/2 exprimés")["standing"]
    assert half["threshold"] == {"rule": "more than 1/2 of exprimés", "met": False}
    assert half["decision"] == "rejected"


def test_a_tie_is_null_once_the_draw_is_given_and_the_draw_can_be_redone(box):
    path = box("ticks")
    tied = counted(path, "--rule", "approval")
    assert (tied["elected"], tied["tie"]) == ([], ["a", "b"])
    settled = counted(path, "--rule", "approval", "--draw", "6 2 6")
    digest = sha256(Path(path).read_bytes()).hexdigest()
    first = next(o for o in lot_order("abc", digest, "6 2 6") if o in "ab")
    assert (settled["elected"], settled["tie"]) == ([first], None)
    assert settled["lots"][0]["between"] == ["a", "b"]
    again = counted(path, "--rule", "approval", "--draw", "6 2 6", "--box-digest", digest)
    assert again == settled


def test_equal_shares_takes_its_completion_and_another_budget(box):
    result = counted(
        box("ticks"), "--rule", "equal-shares", "--completion", "add1", "--budget", "300"
    )
    assert result["selected"] == ["a", "b", "c"]
    assert result["rule"]["options"]["budget"] == 300


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ticks", "--rule", "schulze"], "pairwise comparisons need rankings"),
        (["ticks", "--rule", "approval", "--completion", "add1"], "has no option completion"),
        (["ticks", "--rule", "budget-greedy", "--budget", "1.005"], "more decimals"),
        (["ticks", "--rule", "budget-greedy", "--budget", "none"], "'none' is not an amount"),
        (["ticks", "--rule", "approval", "--quorum", "half"], "'half' is not a share"),
        (["ticks", "--rule", "approval", "--quorum", "1/2 inscrits"], "inscrits is not known"),
        (["orders", "--rule", "borda", "--threshold", "1/2"], "gives no votes to hold against"),
        (["orders", "--rule", "points", "--scale", "3,x"], "'3,x' is not a scale"),
        (["orders", "--rule", "nobody"], "'nobody' is not one of"),
    ],
)
def test_what_cannot_be_counted_is_said_in_one_line(box, arguments, message):
    done = run(box(arguments[0]), *arguments[1:])
    assert done.exit_code != 0
    assert message in done.output
    assert "Traceback" not in done.output


def test_the_command_also_runs_as_a_module_without_the_application(box):
    watched = (
        "import sys; from votes.counting.command import count; "
        "count(sys.argv[1:], standalone_mode=False); "
        "sys.exit(bool({'flask', 'sqlalchemy', 'sklearn', 'scipy'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", watched, box("orders"), "--rule", "irv"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Elected: a" in done.stdout


def test_shares_are_rounded_half_up_for_display():
    assert [percent(1, 8), percent(1, 3), percent(2, 3), percent(0, 0)] == [
        "12.5 %", "33.3 %", "66.7 %", "-",
    ]  # fmt: skip
    assert percent(1, 2000) == "0.1 %"


def test_numbers_stand_to_the_right_in_a_table():
    assert table(["who", "n"], [["a", 5], ["bcde", 12]]) == "who    n\na      5\nbcde  12"
