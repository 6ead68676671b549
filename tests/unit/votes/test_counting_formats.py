"""Readers and writers: what a file says is counted, what it should not say is named."""

import gzip
import json

import numpy as np
import pytest
from hypothesis import given, strategies as st

from votes.counting.approval import approval
from votes.counting.ballots import Grades, Marks, Rankings, grades_of, marks_of, rankings_of
from votes.counting.errors import CountError, UnreadableFileError
from votes.counting.formats.ballot_export import read_export
from votes.counting.formats.ballot_table import read_table, written_as_table
from votes.counting.formats.ballot_writer import written
from votes.counting.formats.blt import read_blt
from votes.counting.formats.grade_csv import read_grade_csv
from votes.counting.formats.opening import read_ballots
from votes.counting.formats.pabulib import read_pabulib
from votes.counting.formats.preflib import read_preflib_categories, read_preflib_orders
from votes.counting.paper import Paper

PB = """META
key; value
description; A small town
budget; 1000.50
vote_type; approval
PROJECTS
project_id;cost;name
1;500;Bench
2;700.25;"Trees; many"
VOTES
voter_id;vote
9;1,2
8;2
7;3
6;1,3
5;
"""
ORDERS = """# TITLE: A choice
# ALTERNATIVE NAME 1: Ann
# ALTERNATIVE NAME 2: Bob
# ALTERNATIVE NAME 3: Ann
3: 1,{2,3}
2: 2
"""
BLT = """3 2  # three candidates, two seats
4 1 2 0
2 3=1 2 0
1 2 - 3 0
0
"Ann"
"Bob"
"Cy #2"
"A title"
"""


def test_a_pabulib_file_keeps_cents_and_names_a_vote_for_an_unlisted_project():
    marks = read_pabulib(PB.splitlines(keepends=True))
    assert marks.paper.options == ("1", "2")
    assert (marks.paper.costs, marks.paper.budget, marks.paper.unit) == (
        (50000, 70025),
        100050,
        100,
    )
    assert marks.paper.names["2"] == "Trees; many"
    assert marks.totals() == [2, 2]
    assert marks.counts().as_plain() == {
        "inscrits": None, "votants": 5, "blancs": 1, "nuls": 1, "exprimés": 3,
    }  # fmt: skip
    assert [note.split(":")[0] for note in marks.notes] == ["line 14", "line 14", "line 15"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("budget; 1000.50", "budget; many"), "'many' is not an amount"),
        (("budget; 1000.50\n", ""), "no budget"),
        (("vote_type; approval", "vote_type; wishes"), "wishes is not one of"),
        (("META\n", ""), "must begin with META"),
        (("1;500;Bench\n2;700.25;\"Trees; many\"\n", ""), "no project"),
    ],
)  # fmt: skip
def test_a_broken_pabulib_file_is_refused_with_a_reason(change, message):
    with pytest.raises(UnreadableFileError, match=message):
        read_pabulib(PB.replace(*change).splitlines(keepends=True))


def test_points_and_places_of_pabulib():
    points = PB.replace("approval", "cumulative").split("VOTES")[0]
    marks = read_pabulib((points + "VOTES\nvoter_id;vote;points\n1;2,1;3,1\n").splitlines())
    assert marks.totals(marks.points) == [1, 3]
    with pytest.raises(UnreadableFileError, match="line 12: there are not as many points"):
        read_pabulib((points + "VOTES\nvoter_id;vote;points\n1;2,1;3\n").splitlines())
    places = PB.replace("approval", "ordinal\nmax_length; 2").split("VOTES")[0]
    rankings = read_pabulib((places + "VOTES\nvoter_id;vote\n1;2,1\n").splitlines())
    assert isinstance(rankings, Rankings)
    assert rankings.paper.scale == (2, 1)


def test_equal_ranks_stay_equal_and_two_anns_stay_two():
    rankings = read_preflib_orders(ORDERS.splitlines())
    assert rankings.paper.options == ("Ann (no. 1)", "Bob", "Ann (no. 3)")
    assert rankings.places.tolist() == [[1, 2, 2], [0, 1, 0]]
    assert rankings.times.tolist() == [3, 2]


@pytest.mark.parametrize("line", ["2; 1,2", "x: 1", "1: 4", "1: 1,1", "1: a"])
def test_a_line_that_is_no_ballot_is_refused_by_its_number(line):
    with pytest.raises(UnreadableFileError, match="line 7"):
        read_preflib_orders([*ORDERS.splitlines(), line])


def test_two_categories_are_ticks_and_more_are_grades():
    head = ORDERS.splitlines()[1:4] + ["# CATEGORY NAME 1: Yes", "# CATEGORY NAME 2: No"]
    ticks = read_preflib_categories([*head, "2: {1,3},2", "1: {},{1,2,3}"])
    assert isinstance(ticks, Marks)
    assert (ticks.totals(), ticks.counts().blancs) == ([2, 0, 2], 1)
    graded = read_preflib_categories([*head, "# CATEGORY NAME 3: Never", "1: 2,{},{1,3}"])
    assert isinstance(graded, Grades)
    assert graded.grades == ("Never", "No", "Yes")
    assert graded.marks.tolist() == [[0, 2, 0]]


def test_a_blt_file_with_shared_and_empty_places():
    rankings = read_blt(BLT.splitlines())
    assert rankings.paper.options == ("Ann", "Bob", "Cy #2")
    assert (rankings.paper.seats, rankings.paper.title) == (2, "A title")
    assert rankings.places.tolist() == [[1, 2, 0], [1, 2, 1], [0, 1, 3]]


def test_those_who_withdrew_are_no_options_and_the_places_close_up():
    rankings = read_blt(BLT.replace("seats\n", "seats\n-1\n").splitlines())
    assert rankings.paper.options == ("Bob", "Cy #2")
    assert rankings.places.tolist() == [[1, 0], [2, 1], [1, 3]]
    assert rankings.notes == ("Ann has withdrawn",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("3 2 ", "3 "), "line 1: the first line"),
        (("4 1 2 0", "4 1 2"), "line 2: a ballot must be written"),
        (("4 1 2 0", "4 1 9 0"), "line 2: there is no candidate 9"),
        (("4 1 2 0", "4 1 1 0"), "line 2: a candidate is ranked twice"),
        (('"Ann"\n"Bob"\n', ""), "3 candidates are announced, 2 are named"),
        (("\n0\n", "\n"), "no line 0 ends the ballots"),
    ],
)
def test_a_broken_blt_file_is_refused_with_a_reason(change, message):
    with pytest.raises(UnreadableFileError, match=message):
        read_blt(BLT.replace(*change).splitlines())


def test_a_table_of_grades_where_nought_is_no_answer():
    grades = read_grade_csv([",Ann,Bob\n", "17,6,0\n", "4,1,3\n"])
    assert grades.marks.tolist() == [[5, -1], [0, 2]]
    with pytest.raises(UnreadableFileError, match="line 2: grades are whole numbers from 0 to 6"):
        read_grade_csv([",Ann,Bob\n", "17,7,0\n"])
    with pytest.raises(UnreadableFileError, match="line 2: 2 grades are expected"):
        read_grade_csv([",Ann,Bob\n", "17,5\n"])


TOWN = Paper(("a", "b,\"c\"", "é"), {"a": "Park"}, title="Which?", roll=9, costs=(150, 200, 50),
             budget=1005, unit=100, seats=2)  # fmt: skip
BOXES = [
    marks_of(TOWN, [["a"], [], ["é", "a"], ["a"]], nulls=2),
    marks_of(Paper(("a", "b"), most_points=4), [{"a": 3, "b": 1}, {}], [1, 2]),
    rankings_of(TOWN, [["é", ["a", 'b,"c"']], [[], "a"], []]),
    grades_of(Paper(("x", "y")), ("Bad", "Good"), [{"x": "Good"}, {"x": "Bad", "y": "Bad"}]),
]


def same(one, other) -> bool:
    return list(written(one)) == list(written(other))


@pytest.mark.parametrize("box", BOXES)
def test_what_is_exported_is_read_back_alike_in_both_writings(box):
    for back in (read_export(written(box)), read_table(written_as_table(box))):
        assert same(back, box)
        assert back.paper.costs == box.paper.costs
        assert back.counts() == box.counts()


def test_an_export_tells_nothing_of_who_came_first():
    first = marks_of(Paper(("a", "b")), [["a"], ["b"], ["a", "b"]])
    second = marks_of(Paper(("a", "b")), [["b", "a"], ["a"], ["b"]])
    assert same(first, second)


def test_identical_ballots_are_one_line_of_the_export():
    lines = list(written(marks_of(Paper(("a", "b")), [["a"]] * 5)))
    assert lines[1] == '{"ballot":["a"],"times":5}\n'


HEAD = {"format": "palabre-ballots", "version": 1, "kind": "approval",
        "options": [{"id": "a"}, {"id": "b"}]}  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["{}"], "must announce palabre-ballots version 1"),
        ([json.dumps(HEAD), "[1"], "line 2: this is not JSON"),
        (
            [json.dumps(HEAD), '{"ballot": ["a"]}', '{"ballot": ["z"]}'],
            "line 3: z is not an option",
        ),
        ([json.dumps(HEAD), '{"ballot": {"a": 1}}'], "line 2: this is not a ballot of the kind"),
        ([json.dumps(HEAD), '{"ballot": ["a"], "times": 0}'], "line 2: times must be"),
        ([json.dumps(HEAD | {"kind": "wish"})], "the kind must be one of"),
        ([json.dumps(HEAD | {"options": ["a"]})], "options must be a list of objects"),
    ],
)
def test_a_broken_export_is_refused_by_its_line(lines, message):
    with pytest.raises(UnreadableFileError, match=message):
        read_export(lines)


def test_files_are_opened_by_their_ending_and_unpacked(tmp_path):
    packed = tmp_path / "town.pb.gz"
    packed.write_bytes(gzip.compress(PB.encode("utf-8-sig")))
    assert approval(read_ballots(packed)).elected == ()
    table = tmp_path / "box.csv"
    table.write_text("".join(written_as_table(BOXES[0])), encoding="utf-8")
    assert same(read_ballots(table), BOXES[0])
    other = tmp_path / "grades.csv"
    other.write_text(",Ann\n1,5\n", encoding="utf-8")
    assert isinstance(read_ballots(other), Grades)


def test_a_file_that_is_no_text_or_no_ballots_is_refused(tmp_path):
    unknown, latin, broken = (tmp_path / n for n in ("a.xls", "b.pb", "c.blt.gz"))
    unknown.write_text("")
    latin.write_bytes("META\nkey;value\nunit;Orléans".encode("latin-1"))
    broken.write_bytes(b"not gzip")
    for path, message in ((unknown, "does not end"), (latin, "not UTF-8"), (broken, "gzip")):
        with pytest.raises(UnreadableFileError, match=message):
            read_ballots(path)


def test_a_large_box_is_read_without_a_row_per_identical_ballot():
    lines = [json.dumps(HEAD), *['{"ballot": ["a"]}'] * 50_000, '{"ballot": []}']
    marks = read_export(lines)
    assert np.array_equal(np.sort(marks.times), [1, 50_000])


WRITTEN = {
    "town.pb": PB, "orders.toi": ORDERS, "ward.blt": BLT, "grades.csv": ",A,B\n1,2,3\n2,6,0\n",
    "box.jsonl": "".join(written(BOXES[2])), "box.csv": "".join(written_as_table(BOXES[2])),
}  # fmt: skip
damages = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 5), st.text('0129,;:{}[]"\n #=-²x', max_size=3)),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize("name", WRITTEN)
@given(damages=damages)
def test_a_damaged_file_is_read_or_refused_but_never_a_crash(tmp_path_factory, name, damages):
    text = WRITTEN[name]
    for where, removed, added in damages:
        at = where % (len(text) + 1)
        text = text[:at] + added + text[at + removed :]
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_text(text, encoding="utf-8")
    try:
        ballots = read_ballots(path)
    except CountError:
        return
    assert ballots.counts().exprimes >= 0


@pytest.mark.parametrize("head", [{"roll": "many"}, {"scale": 3}, {"grades": 4}, {"budget": []}])
def test_a_first_line_with_values_of_another_nature_is_refused_or_ignored(tmp_path, head):
    path = tmp_path / "box.jsonl"
    path.write_text(json.dumps(HEAD | head) + '\n{"ballot": ["a"]}\n', encoding="utf-8")
    if "grades" in head:  # means nothing for approvals
        assert read_ballots(path).counts().exprimes == 1
    else:
        with pytest.raises(UnreadableFileError):
            read_ballots(path)
