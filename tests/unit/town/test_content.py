"""The demonstration town's data files hold together, so that it can be built from them."""

import re
import tomllib
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

CONTENT = Path(__file__).parents[3] / "town" / "content"
SPACES = ("mobilites", "halle", "climat")
LEAST = {"mobilites": (90, 120, 32), "halle": (75, 90, 24), "climat": (6, 0, 4)}
PERMITS = {"propose", "support", "comment", "state", "vote"}
REASONS = {f"R{number}" for number in range(1, 11)}
NARROW, WIDE = "\u202f", "\u00a0"

Row = dict[str, Any]


def _read(name: str) -> Row:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


TOWN = _read("town.toml")
PLACES = {space["key"]: space for space in _read("spaces.toml")["spaces"]}
PROPOSAL_FILES = {space: _read(f"proposals_{space}.toml") for space in SPACES}
PROPOSALS = {space: PROPOSAL_FILES[space]["proposals"] for space in SPACES}
COMMENTS = {space: _read(f"comments_{space}.toml")["comments"] for space in SPACES}
GROUPS = _read("statements.toml")["groups"]
STATEMENTS = _read("statements.toml")["statements"]
ANSWERS = _read("answers.toml")["answers"]
SYNTHESIS = _read("answers.toml")["synthesis"]

TEAM = {member["key"]: member for member in TOWN["team"]}
PEOPLE = {person["key"]: person for person in TOWN["people"]}
WRITERS = {**TEAM, **PEOPLE}
PROPOSAL_BY_KEY = {row["key"]: row for rows in PROPOSALS.values() for row in rows}
COMMENT_BY_KEY = {row["key"]: row for rows in COMMENTS.values() for row in rows}

each_space = pytest.mark.parametrize("space", SPACES)


def _statements(space: str) -> list[Row]:
    return [row for row in STATEMENTS if row["space"] == space]


def _letters(space: str) -> set[str]:
    return {group["letter"] for group in GROUPS if group["space"] == space}


def _permitted(space: str, day: int) -> set[str]:
    phases = PLACES[space]["phases"]
    return {word for p in phases if p["starts"] <= day < p["ends"] for word in p["permits"]}


def _reported() -> list[Row]:
    return [row for row in COMMENT_BY_KEY.values() if "reported" in row]


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


def test_no_key_is_used_twice() -> None:
    lists = [TOWN["team"], TOWN["people"], *PROPOSALS.values(), *COMMENTS.values(), STATEMENTS]
    keys = Counter(row["key"] for rows in lists for row in rows)
    assert [key for key, uses in keys.items() if uses > 1] == []


def test_the_town_has_a_full_team_and_ninety_inhabitants() -> None:
    roles = Counter(member["role"] for member in TEAM.values())
    assert roles == {"moderator": 2, "official": 3, "administrator": 1}
    assert len(PEOPLE) >= 90
    assert len({person["name"] for person in PEOPLE.values()}) == len(PEOPLE)


def test_no_address_can_belong_to_a_real_person() -> None:
    addresses = [person["email"] for person in WRITERS.values()]
    assert len(set(addresses)) == len(addresses)
    assert [address for address in addresses if not address.endswith("@example.org")] == []


@each_space
def test_a_space_is_as_full_as_a_real_consultation(space: str) -> None:
    proposals, comments, statements = LEAST[space]
    assert len(PROPOSALS[space]) >= proposals
    assert len(COMMENTS[space]) >= comments
    assert len(_statements(space)) >= statements


@each_space
def test_phases_follow_each_other_without_a_gap(space: str) -> None:
    phases = PLACES[space]["phases"]
    assert all(phase["starts"] < phase["ends"] for phase in phases)
    assert all(before["ends"] == after["starts"] for before, after in pairwise(phases))
    assert {word for phase in phases for word in phase["permits"]} <= PERMITS


def test_the_three_spaces_show_three_different_moments_today() -> None:
    assert _permitted("mobilites", 0) == PERMITS
    assert _permitted("halle", 0) == set()
    assert _permitted("climat", 0) == {"state", "vote"}


def test_everything_was_written_by_someone_who_lives_or_works_in_the_town() -> None:
    rows = [*PROPOSAL_BY_KEY.values(), *COMMENT_BY_KEY.values(), *STATEMENTS]
    assert [row["key"] for row in rows if row["author"] not in WRITERS] == []


@each_space
def test_everything_was_written_while_its_phase_allowed_it(space: str) -> None:
    late = [r["key"] for r in PROPOSALS[space] if "propose" not in _permitted(space, r["day"])]
    late += [r["key"] for r in COMMENTS[space] if "comment" not in _permitted(space, r["day"])]
    late += [r["key"] for r in _statements(space) if "state" not in _permitted(space, r["day"])]
    assert late == []


@each_space
def test_a_comment_comes_after_its_proposal_and_a_reply_after_its_parent(space: str) -> None:
    mine = {row["key"]: row for row in PROPOSALS[space]}
    for row in COMMENTS[space]:
        assert mine[row["on"]]["day"] < row["day"] < 0, row["key"]
        parent = COMMENT_BY_KEY[row["reply_to"]] if "reply_to" in row else None
        assert parent is None or parent["on"] == row["on"], row["key"]
        assert parent is None or parent["day"] < row["day"], row["key"]


def test_texts_have_the_length_the_forms_accept() -> None:
    assert all(0 < len(row["title"]) <= 120 for row in PROPOSAL_BY_KEY.values())
    assert all(0 < len(row["text"]) <= 140 for row in STATEMENTS)
    assert all(row["body"].strip() for row in COMMENT_BY_KEY.values())
    paragraphs = [len(row["body"].strip().split("\n\n")) for row in PROPOSAL_BY_KEY.values()]
    assert 1 <= min(paragraphs) < max(paragraphs) <= 5


@each_space
def test_every_proposal_has_a_known_subject_and_a_popularity(space: str) -> None:
    known = {theme["key"] for theme in PROPOSAL_FILES[space]["themes"]}
    assert {row["theme"] for row in PROPOSALS[space]} == known
    assert all(0 < row["weight"] <= 1 for row in PROPOSALS[space])


@pytest.mark.parametrize("space", ["mobilites", "halle"])
def test_each_subject_has_enough_voices_for_an_engine_to_find_it(space: str) -> None:
    sizes = Counter(row["theme"] for row in PROPOSALS[space])
    assert 8 <= len(sizes) <= 10
    assert min(sizes.values()) >= 6


def test_many_people_speak_and_none_speaks_too_much() -> None:
    proposals = Counter(row["author"] for row in PROPOSAL_BY_KEY.values())
    assert len(proposals) >= 70
    assert max(proposals.values()) <= 5


def test_several_languages_are_spoken() -> None:
    languages = {row.get("language", "fr") for row in PROPOSAL_BY_KEY.values()}
    assert {"fr", "en", "de", "es", "pt"} <= languages


def test_the_campaign_is_a_dozen_people_with_almost_the_same_text() -> None:
    copies = [row for row in PROPOSAL_BY_KEY.values() if "campaign" in row]
    assert len(copies) == 12
    assert len({row["author"] for row in copies}) == 12
    assert len({row["title"] + row["body"] for row in copies}) == 12
    first = copies[0]["body"]
    assert all(SequenceMatcher(None, first, row["body"]).ratio() > 0.8 for row in copies)


def test_a_near_duplicate_names_an_earlier_proposal_on_the_same_subject() -> None:
    pairs = [
        (row, PROPOSAL_BY_KEY[row["near"]]) for row in PROPOSAL_BY_KEY.values() if "near" in row
    ]
    assert len(pairs) >= 5
    for row, first in pairs:
        assert row["theme"] == first["theme"]
        assert row["author"] != first["author"]
        assert first["day"] < row["day"]


@each_space
def test_opinion_groups_share_out_all_voters(space: str) -> None:
    shares = [round(100 * group["share"]) for group in GROUPS if group["space"] == space]
    assert sum(shares) == 100
    assert len(shares) == 3


def test_leanings_and_passes_are_probabilities_for_every_group() -> None:
    for row in STATEMENTS:
        assert set(row["lean"]) == _letters(row["space"]), row["key"]
        assert all(0 <= chance <= 1 for chance in [*row["lean"].values(), row["pass"]])


def test_statements_lean_as_their_kind_says() -> None:
    for row in STATEMENTS:
        low, high = min(row["lean"].values()), max(row["lean"].values())
        truth = {
            "common": low >= 0.75,
            "bridging": low >= 0.75,
            "refusal": high <= 0.25,
            "divisive": high - low >= 0.4,
            "uncertain": row["pass"] >= 0.3,
        }
        assert truth[row["kind"]], row["key"]


@pytest.mark.parametrize("space", ["mobilites", "halle"])
def test_every_two_opinion_groups_truly_disagree_somewhere(space: str) -> None:
    letters = sorted(_letters(space))
    for first in letters:
        for second in letters[letters.index(first) + 1 :]:
            gaps = [abs(r["lean"][first] - r["lean"][second]) for r in _statements(space)]
            assert sum(gap >= 0.4 for gap in gaps) >= 4, (first, second)


def test_reported_comments_wait_or_were_decided_with_a_reason() -> None:
    for row in _reported():
        assert row["reported"] in REASONS
        assert set(row["reporters"]) <= set(PEOPLE) - {row["author"]}
        if "decision" in row:
            assert row["decided_by"] in TEAM
            assert row["reason_text"]
            assert row["day"] < row["decision_day"] < 0


def test_moderation_has_texts_hidden_kept_and_waiting() -> None:
    outcomes = Counter(row.get("decision", "waiting") for row in _reported())
    assert set(outcomes) == {"hide", "keep", "waiting"}
    assert min(outcomes.values()) >= 3
    assert all("reported" in row for row in COMMENT_BY_KEY.values() if "decision" in row)


def test_an_official_answers_after_the_proposal_was_published() -> None:
    assert len(ANSWERS) >= 8
    assert len({answer["proposal"] for answer in ANSWERS}) == len(ANSWERS)
    assert {answer["decision"] for answer in ANSWERS} == {"accepted", "evaluating", "rejected"}
    for answer in ANSWERS:
        assert TEAM[answer["author"]]["role"] == "official"
        assert PROPOSAL_BY_KEY[answer["proposal"]]["day"] < answer["day"] < 0


def test_the_synthesis_answers_every_subject_once_with_its_dissent() -> None:
    subjects = [theme["theme"] for theme in SYNTHESIS["themes"]]
    known = [theme["key"] for theme in PROPOSAL_FILES[SYNTHESIS["space"]]["themes"]]
    assert sorted(subjects) == sorted(known)
    for theme in SYNTHESIS["themes"]:
        assert {paragraph["kind"] for paragraph in theme["paragraphs"]} == {"said", "dissent"}
        assert theme["decision"] in {"accepted", "partial", "evaluating", "rejected"}
        assert theme["answer"].strip()
        assert theme["reason"].strip()


def test_every_proposal_of_the_space_is_cited_in_the_synthesis() -> None:
    cited = [
        (theme["theme"], key)
        for theme in SYNTHESIS["themes"]
        for paragraph in theme["paragraphs"]
        for key in paragraph["cites"]
    ]
    assert [pair for pair in cited if PROPOSAL_BY_KEY[pair[1]]["theme"] != pair[0]] == []
    assert {key for _, key in cited} == {row["key"] for row in PROPOSALS[SYNTHESIS["space"]]}
    assert all(set(no["cites"]) <= set(PROPOSAL_BY_KEY) for no in SYNTHESIS["not_retained"])


def test_the_synthesis_was_reviewed_by_others_after_contributions_closed() -> None:
    space = SYNTHESIS["space"]
    assert SYNTHESIS["author"] not in SYNTHESIS["reviewers"]
    assert set(SYNTHESIS["reviewers"]) <= set(TEAM)
    assert max(row["day"] for row in COMMENTS[space]) < SYNTHESIS["day"] < 0
    assert SYNTHESIS["next_day"] > 0
    assert {group["letter"] for group in SYNTHESIS["groups"]} == _letters(space)


def test_both_charters_say_the_same_number_of_things() -> None:
    french = (CONTENT / "charter.md").read_text(encoding="utf-8")
    english = (CONTENT / "charter.en.md").read_text(encoding="utf-8")
    for mark in (r"^#", r"^- ", r"^\d\. ", r"^- \*\*"):
        assert len(re.findall(mark, french, re.M)) == len(re.findall(mark, english, re.M))
    assert len(re.findall(r"^- \*\*", french, re.M)) == len(REASONS)


def _french_texts() -> list[str]:
    rows = [r for r in PROPOSAL_BY_KEY.values() if r.get("language", "fr") == "fr"]
    files = [TOWN, list(PLACES.values()), ANSWERS, SYNTHESIS, GROUPS, STATEMENTS]
    charter = (CONTENT / "charter.md").read_text(encoding="utf-8")
    return [*_strings([rows, list(COMMENT_BY_KEY.values()), *files]), charter]


def test_apostrophes_are_typographic_everywhere() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(CONTENT.iterdir())]
    assert [text for text in texts if "'" in text] == []


def test_french_punctuation_has_its_no_break_spaces() -> None:
    wrong = re.compile(rf" [;!?»%€]|« |(?<=\w) :(?=\s)|«[^{NARROW}]|[^{NARROW}]»|\d \d{{3}}\b")
    assert [found for text in _french_texts() for found in wrong.findall(text)] == []
    assert sum(text.count(NARROW) + text.count(WIDE) for text in _french_texts()) > 500
