"""Ballots as organisers and voters click through them, on plain forms alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from civic import clock
from civic.db import begin_write, commit
from civic.journal import signing
from civic.settings import ROOT
from tests.factories import Factories
from tests.security.posts import _draft
from votes import recount
from votes.ballots import actions, queries
from votes.ballots.models import Act, Ballot, Electorate, State

PAPERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plurality": ({"choice": "o2"}, {"choice": "o9"}),
    "two-rounds": ({"choice": "o1"}, {"choice": ["o1", "o2"]}),
    "approval": ({"tick": ["o1", "o3"]}, {}),
    "points": ({"points-o1": "6", "points-o2": "4"}, {"points-o1": "11"}),
    "borda": ({"place-o1": "1", "place-o2": "2"}, {"place-o1": "1", "place-o2": "1"}),
    "irv": ({"place-o3": "1", "place-o1": "2"}, {"place-o3": "2"}),
    "stv-scottish": ({"place-o3": "1"}, {"place-o3": "x"}),
    "schulze": ({"place-o2": "1", "place-o1": "2"}, {"place-o1": "-1"}),
    "ranked-pairs": ({"place-o2": "1"}, {}),
    "majority-judgment": (
        {"grade-o1": "2", "grade-o2": "0", "grade-o3": "1"}, {"grade-o1": "2"}),
    "usual-judgment": (
        {"grade-o1": "2", "grade-o2": "0", "grade-o3": "1"}, {"grade-o1": "99"}),
    "budget-greedy": ({"tick": ["o1"]}, {"tick": ["o1", "o2", "o3"]}),
    "equal-shares": ({"tick": ["o2", "o3"]}, {"tick": ["o1", "o2"]}),
}  # fmt: skip
GIVEN: dict[str, dict[str, Any]] = {
    "points": {"most_points": 10},
    "majority-judgment": {"grades": ["À rejeter", "Passable", "Bien"]},
    "usual-judgment": {"grades": ["À rejeter", "Passable", "Bien"]},
    "budget-greedy": {"budget": 100, "costs": [60, 50, 40]},
    "equal-shares": {"budget": 100, "costs": [60, 50, 40]},
}


def address(ballot: Ballot) -> str:
    return f"/spaces/{ballot.space.slug}/ballots/{ballot.id}"


def cast(browser: Any, ballot: Ballot, paper: dict[str, Any]) -> str:
    """Check the paper, put it into the box; the receipt."""
    checked = browser.submit(address(ballot), paper)
    assert checked.status_code == 200, checked.page.text
    fields = {
        tag["name"]: [other["value"] for other in checked.page.soup.find_all(
            "input", attrs={"name": tag["name"], "type": "hidden"})]
        for tag in checked.page.soup.find("main").find_all("input", type="hidden")
        if tag["name"] != "csrf_token"
    }  # fmt: skip
    assert fields["sure"] == ["1"]
    done = browser.submit(address(ballot), fields)
    assert done.status_code == 200, done.page.text
    return done.page.soup.find(class_="receipt").get_text(strip=True)


def finish(make: Factories, ballot: Ballot) -> None:
    """Seal after the close, and publish by two people."""
    first, second = make.official(ballot.space), make.official(ballot.space)
    with clock.at(ballot.closes_at + timedelta(seconds=1)):
        begin_write()
        actions.seal(ballot, first)
        request = actions.ask(ballot, first, Act.PUBLISH, "Le bureau a signé.")
        actions.confirm(request, ballot, second)
        commit()


@pytest.mark.parametrize("rule", PAPERS)
def test_each_kind_is_refused_with_reasons_kept_cast_and_found_again(
    make: Factories, signed_in: Any, client: Any, rule: str
) -> None:
    ballot = make.ballot(rule=rule, **GIVEN.get(rule, {}))
    paper, wrong = PAPERS[rule]
    browser = signed_in(make.account())
    refused = browser.submit(address(ballot), wrong)
    assert refused.status_code == 422
    assert refused.page.soup.find(id="error-summary").find("li")
    assert queries.voters_of(ballot) == 0
    receipt = cast(browser, ballot, paper)
    assert re.fullmatch(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", receipt)
    again = browser.submit(address(ballot), paper)
    assert again.status_code == 403
    looked = client.submit(f"{address(ballot)}/receipt", {"receipt": receipt.lower()})
    assert looked.page.soup.find(class_="notice--success")
    unknown = client.submit(f"{address(ballot)}/receipt", {"receipt": "AAAA-BBBB-CCCC-DDDD"})
    assert unknown.page.soup.find(class_="notice--warning")
    finish(make, ballot)
    page = client.get(address(ballot)).page
    rows = page.soup.find("table").find("tbody").find_all("tr")
    assert len(rows) == 3
    assert "1" in page.text


def test_what_was_chosen_stays_on_a_paper_that_is_refused(make: Factories, signed_in: Any) -> None:
    ballot = make.ballot(rule="budget-greedy", budget=100, costs=[60, 50, 40])
    page = signed_in(make.account()).submit(address(ballot), {"tick": ["o1", "o2"]}).page
    ticked = {tag["value"] for tag in page.soup.find_all("input", checked=True)}
    assert ticked == {"o1", "o2"}


def test_blank_is_said_on_purpose(make: Factories, signed_in: Any) -> None:
    ballot = make.ballot(rule="approval")
    both = signed_in(make.account()).submit(address(ballot), {"tick": "o1", "blank": "1"})
    assert both.status_code == 422
    cast(signed_in(make.account()), ballot, {"blank": "1"})
    finish(make, ballot)
    assert ballot.result is not None
    assert ballot.result["counts"]["blancs"] == 1


def test_a_visitor_reads_and_is_asked_to_sign_in(make: Factories, client: Any) -> None:
    ballot = make.ballot()
    page = client.get(address(ballot)).page
    assert not page.soup.find(id="paper")
    assert any(link.startswith("/sign-in?next=") for link in page.links())
    assert client.submit(address(ballot), {"choice": "o1"}).status_code == 401
    assert address(ballot) in client.get(f"/spaces/{ballot.space.slug}").page.links()


def test_a_ballot_of_the_team_is_drafted_shown_and_voted_in(
    make: Factories, signed_in: Any, db: Any
) -> None:
    space = make.space()
    clerk = signed_in(make.official(space))
    root = f"/spaces/{space.slug}/ballots"
    form = _draft() | {"electorate": "team", "opens_at": "2020-01-01T00:00"}
    assert clerk.submit(f"{root}/new", form | {"electorate": "everyone"}).status_code == 422
    assert clerk.submit(f"{root}/new", form).status_code == 303
    ballot = db.query(Ballot).one()
    assert ballot.electorate is Electorate.TEAM
    edit = clerk.get(f"{address(ballot)}/edit").page
    kept = edit.soup.find("select", attrs={"name": "electorate"}).find("option", selected=True)
    assert kept["value"] == "team"
    assert clerk.submit(f"{address(ballot)}/opening").status_code == 303
    citizen = signed_in(make.account())
    page = citizen.get(address(ballot)).page
    assert not page.soup.find(id="paper")
    assert "L’équipe de cet espace" in page.text
    assert citizen.submit(address(ballot), {"choice": "o1"}).status_code == 403
    cast(signed_in(make.moderator(space)), ballot, {"choice": "o1"})
    assert queries.voters_of(ballot) == 1


def test_an_official_drafts_opens_and_the_rest_takes_two(
    make: Factories, signed_in: Any, client: Any, db: Any
) -> None:
    space = make.space()
    first, second = make.official(space), make.official(space)
    clerk, citizen = signed_in(first), signed_in(make.account())
    root = f"/spaces/{space.slug}/ballots"
    assert citizen.get(f"{root}/new").status_code == 404
    form = {
        "question": "Que faire de la place ?", "rule": "approval", "options": "Un parc\nUn marché",
        "opens_at": "2020-01-01T00:00", "closes_at": "2036-01-01T00:00", "seats": "1",
        "least": "1", "most": "0", "electorate": "confirmed", "threshold_base": "exprimés",
        "allows_blank": "y", "shares_ballots": "y",
    }  # fmt: skip
    for cost in ("0", "9" * 12):
        dear = clerk.submit(f"{root}/new", form | {"options": f"Un parc | {cost}\nUn marché | 5"})
        assert dear.status_code == 422, "no column holds this"
        assert cost in dear.page.value_of("options")
    bad = clerk.submit(f"{root}/new", form | {"quorum": "la moitié", "closes_at": "hier"})
    assert bad.status_code == 422
    assert bad.page.value_of("question") == "Que faire de la place ?"
    made = clerk.submit(f"{root}/new", form)
    assert made.status_code == 303
    ballot = db.query(Ballot).one()
    assert client.get(address(ballot)).status_code == 404, "a draft is not public"
    points = {"rule": "points", "most_points": "7", "most_per_option": "3"}
    assert clerk.submit(f"{address(ballot)}/edit", form | points).status_code == 303
    assert (ballot.most_points, ballot.most_per_option) == (7, 3)
    assert "Bon à savoir" in clerk.get(f"{address(ballot)}/desk").page.text
    assert clerk.submit(f"{address(ballot)}/edit", form | {"options": "Un\nDeux\nTrois"}
                        ).status_code == 303  # fmt: skip
    assert clerk.submit(f"{address(ballot)}/opening").status_code == 303
    assert clerk.submit(f"{address(ballot)}/edit", form).status_code == 403, "frozen"
    cast(citizen, ballot, {"tick": "o3"})
    extended = {"act": "extend", "because": "Une panne hier soir.", "closes_at": ""}
    refused = clerk.submit(f"{address(ballot)}/requests", extended)
    assert refused.status_code == 422, "extending needs a new closing"
    assert refused.page.value_of("because") == "Une panne hier soir."
    asked = {"act": "close", "because": "La salle ferme."}
    assert clerk.submit(f"{address(ballot)}/requests", asked).status_code == 303
    waiting = queries.waiting_requests(ballot)[0]
    confirmation = f"{address(ballot)}/requests/{waiting.id}/confirmation"
    assert clerk.submit(confirmation).status_code == 403, "nobody confirms their own request"
    assert citizen.submit(confirmation).status_code == 404
    assert signed_in(second).submit(confirmation).status_code == 303
    assert citizen.submit(address(ballot), {"tick": "o1"}).status_code in (403, 409)
    assert clerk.submit(f"{address(ballot)}/sealing").status_code == 303
    db.refresh(ballot)
    assert ballot.state is State.SEALED
    assert "o3" not in client.get(f"{address(ballot)}/result.json").text


def test_published_ballots_are_counted_again_by_a_stranger(
    make: Factories, client: Any, tmp_path: Path
) -> None:
    ballot = make.ballot()
    for n in range(12):
        make.vote(ballot, ["o1"] if n % 3 else ["o2"])
    assert client.get(f"{address(ballot)}/ballots.jsonl").status_code in (403, 409)
    finish(make, ballot)
    file = tmp_path / "vote.jsonl"
    file.write_bytes(client.get(f"{address(ballot)}/ballots.jsonl").data)
    run = [sys.executable, "-m", "votes.recount", str(file)]
    right = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert right.returncode == 0, right.stderr
    assert right.stdout.strip() == client.get(f"{address(ballot)}/result.json").text
    file.write_text(file.read_text("utf-8").replace('["o1"]', '["o3"]'), "utf-8")
    wrong = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "line 2" in wrong.stderr


ALONE = """
import sys
for name in ("cryptography", "flask", "sqlalchemy", "civic", "app", "wtforms", "babel"):
    sys.modules[name] = None
from votes import recount
sys.exit(recount.main(sys.argv[1:]))
"""


def recounted(*arguments: object, alone: bool = False) -> subprocess.CompletedProcess[str]:
    how = ["-c", ALONE] if alone else ["-m", "votes.recount"]
    return subprocess.run(
        [sys.executable, *how, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def downloads(make: Factories, client: Any, folder: Path) -> tuple[Path, Path]:
    """The ballots and the box of a published vote."""
    ballot = make.ballot()
    for n in range(12):
        make.vote(ballot, ["o1"] if n % 3 else ["o2"])
    assert client.get(f"{address(ballot)}/box.json").status_code in (403, 409)
    finish(make, ballot)
    file, box = folder / "vote.jsonl", folder / "box.json"
    file.write_bytes(client.get(f"{address(ballot)}/ballots.jsonl").data)
    box.write_bytes(client.get(f"{address(ballot)}/box.json").data)
    return file, box


def test_a_stranger_verifies_the_seal_and_the_box(
    make: Factories, client: Any, tmp_path: Path
) -> None:
    file, box = downloads(make, client, tmp_path)
    key = signing.known_keys()[0].public
    right = recounted(file, box, "--key", key)
    assert right.returncode == 0, right.stderr
    assert f"signed with the key {key}" in right.stderr
    assert "give the root" in right.stderr
    other = recounted(file, "--key", "ab" * 32)
    assert (other.returncode, "another key" in other.stderr) == (1, True)
    box.write_text(box.read_text().replace('"leaves":[["', '"leaves":[["0'))
    wrong = recounted(file, box)
    assert wrong.returncode == 1
    assert "box:" in wrong.stderr


def test_without_cryptography_the_recount_says_that_the_signature_is_not_verified(
    make: Factories, client: Any, tmp_path: Path
) -> None:
    file, box = downloads(make, client, tmp_path)
    alone = recounted(file, box, alone=True)
    assert alone.returncode == 0, alone.stderr
    assert "not verified" in alone.stderr
    assert alone.stdout == recounted(file).stdout


def test_whoever_changes_ballots_result_and_marks_together_lacks_the_signature(
    make: Factories, client: Any, tmp_path: Path
) -> None:
    file, _box = downloads(make, client, tmp_path)
    head, *lines = file.read_text("utf-8").splitlines()
    lines = [line.replace("o2", "o3") for line in lines]
    forged = json.loads(head)
    forged["line_digests"] = [recount.line_mark(line) for line in lines]
    forged["result"] = recount.counted(forged, lines)

    def written() -> None:
        forged["head_digest"] = recount.head_mark(forged)
        file.write_text("\n".join([recount.written(forged), *lines]) + "\n", "utf-8")

    written()
    seen = recounted(file)
    assert (seen.returncode, "seal: ballots is" in seen.stderr) == (1, True)
    said = forged["seal"]["statement"]
    before, after = recount.sealed(forged)["ballots"], recount.ballots_mark(lines)
    forged["seal"]["statement"] = said.replace(before, after)
    written()
    seen = recounted(file)
    assert (seen.returncode, "signature does not hold" in seen.stderr) == (1, True)


def test_turnout_is_hidden_where_it_was_said(make: Factories, client: Any) -> None:
    ballot = make.ballot(hides_turnout=True)
    make.vote(ballot, ["o1"])
    facts = client.get(address(ballot)).page.soup.find(class_="facts").get_text()
    assert "1 personne" not in facts


def places_on(page: Any) -> dict[str, str]:
    """The options of a ranking in the order of the page, with the places they show."""
    return {
        select["id"].removeprefix("place-"): chosen["value"] if chosen else ""
        for select in page.soup.find_all("select")
        for chosen in [select.find("option", selected=True)]
    }


def test_an_option_is_moved_up_and_down_by_buttons_without_a_script(
    make: Factories, signed_in: Any
) -> None:
    ballot = make.ballot(rule="irv")
    browser, here = signed_in(make.account()), f"{address(ballot)}/arranged"
    first = browser.submit(here, {"move": "up-o3"}).page
    assert list(places_on(first).items()) == [("o3", "1"), ("o1", ""), ("o2", "")]
    given = {"place-o3": "1", "place-o1": "2", "place-o2": "3"}
    assert list(places_on(browser.submit(here, given | {"move": "up-o2"}).page)) == [
        "o3", "o2", "o1",
    ]  # fmt: skip
    assert list(places_on(browser.submit(here, given | {"move": "down-o3"}).page)) == [
        "o1", "o3", "o2",
    ]  # fmt: skip
    out = places_on(browser.submit(here, given | {"move": "down-o2"}).page)
    assert out == {"o3": "1", "o1": "2", "o2": ""}
    unknown = browser.submit(here, given | {"move": "up-o9", "place-o1": "x"}).page
    assert places_on(unknown) == {"o3": "1", "o2": "2", "o1": ""}
    endless = browser.submit(here, given | {"move": "up-o9", "place-o1": "7" * 5_000})
    assert endless.status_code == 200
    assert places_on(endless.page) == {"o3": "1", "o2": "2", "o1": ""}
    swapped = browser.submit(here, given | {"move": "up-o1"}, headers={"HX-Request": "true"})
    assert not swapped.page.is_whole
    assert list(places_on(swapped.page)) == ["o1", "o3", "o2"]
    assert queries.voters_of(ballot) == 0


def test_what_is_left_of_the_points_is_told(make: Factories, signed_in: Any) -> None:
    ballot = make.ballot(rule="points", most_points=10)
    browser, here = signed_in(make.account()), f"{address(ballot)}/arranged"
    assert "10 points restent" in browser.get(address(ballot)).page.text
    page = browser.submit(here, {"points-o1": "6", "points-o2": "x"}).page
    assert "4 points restent" in page.text
    assert page.value_of("points-o1") == "6"
    over = browser.submit(here, {"points-o1": "9", "points-o2": "2"},
                          headers={"HX-Request": "true"})  # fmt: skip
    assert not over.page.is_whole
    assert "1 point de trop" in over.text
    assert over.page.soup.find(class_="purse__over"), "in the colour of a basket too dear"
    assert browser.submit(f"{address(make.ballot())}/arranged", {}).status_code == 404
