"""A budget as officials and citizens click through it, on plain forms alone."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from civic import clock
from civic.clock import now
from civic.spaces.actions import give_role
from civic.spaces.models import Role
from tests.actions.budgets.test_budgets import finished
from tests.factories import Factories
from tests.views.ballots.test_pages import address as paper_of, cast
from votes.ballots import queries as ballots
from votes.budgets import queries
from votes.budgets.models import Budget, DistrictChoice, Project, Stage, Study

HTMX = {"HX-Request": "true"}


def address(budget: Budget) -> str:
    return f"/spaces/{budget.space.slug}/budgets/{budget.id}"


def page_of(project: Project) -> str:
    return f"{address(project.budget)}/projects/{project.id}"


def written(**given: str) -> dict[str, str]:
    """The form of a budget, filled in."""
    start = now() + timedelta(days=1)
    span = {
        "opens_at": start.strftime("%Y-%m-%dT%H:%M"),
        "closes_at": (start + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M"),
    }
    return span | {
        "title": "Budget participatif 2027", "rule": "budget-greedy", "town_amount": "1000",
        "districts": "Nord | 500\nSud | 60 000 €", "districts_each": "1",
        "electorate": "confirmed", "allows_change": "y",
    } | given  # fmt: skip


def test_from_the_draft_to_the_works_on_plain_forms(
    make: Factories, signed_in: Any, client: Any, db: Any
) -> None:
    space = make.space()
    proposal = make.proposal(space, title="Une fontaine place du Marché")
    clerk, second = signed_in(make.official(space)), signed_in(make.official(space))
    desk = clerk.submit(f"/spaces/{space.slug}/budgets/new", written()).location
    budget = db.scalars(select(Budget)).one()
    assert [(e.name, e.amount, e.is_town) for e in budget.envelopes] == [
        ("Toute la ville", 1000, True), ("Nord", 500, False), ("Sud", 60_000, False),
    ]  # fmt: skip
    assert client.get(address(budget)).status_code == 404
    clerk.submit(f"{address(budget)}/announcement")
    assert "Nord" in client.get(address(budget)).page.text

    listed = clerk.get(f"{address(budget)}/proposals").page
    form = clerk.get(next(link for link in listed.links() if "proposal=" in link)).page
    assert form.value_of("name") == proposal.title
    names = ("Une fontaine", "Un banc long", "Un arbre", "Un jardin", "Un kiosque", "Une halle")
    for number, name in enumerate(names):
        sources = str(proposal.id) if name == "Une fontaine" else ""
        made = clerk.submit(f"{address(budget)}/projects/new", {
            "name": name, "envelope": str(budget.envelopes[number // 2].id), "proposals": sources,
        })  # fmt: skip
        assert made.status_code == 303, made.page.text
        studied = clerk.submit(f"{made.location}/study", {"found": "feasible", "cost": "400"})
        assert studied.status_code == 303, studied.page.text
    assert clerk.get(desk).page.soup.find(class_="notice--warning") is None
    clerk.submit(f"{address(budget)}/opening")
    db.refresh(budget)
    assert budget.state == "vote"
    assert clerk.get(f"{address(budget)}/edit").status_code == 403

    with clock.at(budget.opens_at + timedelta(hours=1)):
        voter = signed_in(make.account())
        cast(voter, budget.town[0].ballot, {"tick": ["o1", "o2"]})
    with clock.at(budget.closes_at + timedelta(hours=1)):
        clerk, second = signed_in(make.official(space)), signed_in(make.official(space))
        clerk.submit(f"{address(budget)}/sealing")
        asked = clerk.submit(
            f"{address(budget)}/requests", {"act": "publish", "because": "Le bureau a signé."}
        )
        assert asked.status_code == 303
        assert (
            clerk.submit(f"{address(budget)}/confirmation", {"act": "publish"}).status_code == 404
        )
        confirmed = second.submit(f"{address(budget)}/confirmation", {"act": "publish"})
        assert confirmed.status_code == 303
        page = client.get(address(budget)).page
        assert "Financé : 1 " in page.text
        fountain = db.scalars(select(Project).where(Project.name == "Une fontaine")).one()
        news = clerk.submit(f"{page_of(fountain)}/works", {
            "stage": "works", "since": budget.closes_at.date().isoformat(),
            "words": "Le trou est fait.",
        })  # fmt: skip
        assert news.status_code == 303, news.page.text
        shown = client.get(page_of(fountain)).page
        assert (
            shown.soup.find(attrs={"aria-current": "step"})
            .get_text(" ", strip=True)
            .startswith("Travaux")
        )
        assert "Le trou est fait." in shown.text
        assert "Une fontaine" in client.get(f"{address(budget)}/works").page.text
        line = (
            client.get(f"/spaces/{space.slug}/proposals/{proposal.id}")
            .page.soup.find(class_="follow-up")
            .get_text(" ")
        )
        assert "Financé" in line
        assert "Travaux" in line
        rows = client.get(f"{address(budget)}/projects.csv").get_data(as_text=True).splitlines()
        assert len(rows) == 7
        assert any("Une fontaine;feasible;" in row and ";funded;works;" in row for row in rows)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("districts", "Nord 500"),
        ("districts", "Nord | 0"),
        ("districts", "Nord | 500\nnord | 600"),
        ("districts", "Toute la ville | 600"),
        ("closes_at", "2020-01-01T10:00"),
        ("title", ""),
        ("opens_at", "demain"),
    ],
)
def test_a_budget_that_cannot_be_is_kept_for_correction(
    make: Factories, signed_in: Any, db: Any, field: str, value: str
) -> None:
    space = make.space()
    browser = signed_in(make.official(space))
    answer = browser.submit(f"/spaces/{space.slug}/budgets/new", written(**{field: value}))
    assert answer.status_code == 422
    assert answer.page.soup.find(id="error-summary").find("li")
    assert answer.page.value_of(field).split() == value.split()
    assert db.scalars(select(Budget)).all() == []


def test_a_budget_without_any_envelope_is_refused(make: Factories, signed_in: Any) -> None:
    space = make.space()
    answer = signed_in(make.official(space)).submit(
        f"/spaces/{space.slug}/budgets/new", written(districts="", town_amount="0")
    )
    assert answer.status_code == 422


def test_a_voter_chooses_a_district_fills_two_baskets_and_is_done(
    make: Factories, signed_in: Any, db: Any
) -> None:
    budget = make.budget()
    town, north, south = budget.envelopes
    voter = make.account()
    browser = signed_in(voter)
    url = f"{address(budget)}/vote"
    assert browser.submit(f"{address(budget)}/district", {}).status_code == 422
    assert browser.submit(f"{address(budget)}/district", {"envelope": town.id}).status_code == 422
    assert browser.submit(f"{address(budget)}/district", {"envelope": north.id}).status_code == 303
    page = browser.get(url).page
    assert south.name not in page.text
    assert page.links().count(paper_of(north.ballot)) == 1
    cast(browser, north.ballot, {"tick": ["o3"]})
    cast(browser, town.ballot, {"blank": "1"})
    assert browser.get(url).page.soup.find(class_="notice--success")
    refused = browser.get(paper_of(south.ballot)).page
    assert "Nord" in refused.text
    assert refused.soup.find(id="options") is None
    assert browser.submit(paper_of(south.ballot), {"tick": ["o1"], "sure": "1"}).status_code == 403
    assert ballots.voters_of(south.ballot) == 0


def test_leaving_a_district_asks_before_it_takes_the_ballot_out(
    make: Factories, signed_in: Any, db: Any
) -> None:
    budget = make.budget(allows_change=True)
    _town, north, south = budget.envelopes
    browser = signed_in(make.account())
    receipt = cast(browser, north.ballot, {"tick": ["o1"]})
    leaving = {"envelope": north.id, "leave": "1"}
    asked = browser.submit(f"{address(budget)}/district", leaving)
    assert asked.status_code == 200
    assert ballots.voters_of(north.ballot) == 1
    fields = asked.page.form(f"{address(budget)}/district")
    assert browser.post(f"{address(budget)}/district", data=fields).status_code == 303
    assert ballots.voters_of(north.ballot) == 0
    assert db.scalars(select(DistrictChoice)).all() == []
    looked = browser.submit(f"{paper_of(north.ballot)}/receipt", {"receipt": receipt})
    assert looked.page.soup.find(class_="notice--warning")
    cast(browser, south.ballot, {"tick": ["o2"]})


def test_a_district_stays_where_ballots_do_not_change(make: Factories, signed_in: Any) -> None:
    budget = make.budget(allows_change=False)
    north = budget.districts[0]
    browser = signed_in(make.account())
    cast(browser, north.ballot, {"tick": ["o1"]})
    leaving = {"envelope": north.id, "leave": "1", "sure": "1"}
    assert browser.submit(f"{address(budget)}/district", leaving).status_code == 403
    assert browser.get(f"{address(budget)}/vote").page.soup.find("input", {"name": "leave"}) is None


def test_the_basket_tells_what_is_left_with_and_without_script(
    make: Factories, signed_in: Any
) -> None:
    budget = make.budget()
    ballot = budget.town[0].ballot
    browser = signed_in(make.account())
    page = browser.submit(f"{paper_of(ballot)}/basket", {"tick": ["o1", "o3"]}).page
    assert page.is_whole
    assert len(page.soup.select("#options input[checked]")) == 2
    assert "100" in page.soup.find(id="basket").get_text()
    over = browser.submit(f"{paper_of(ballot)}/basket", {"tick": ["o1", "o2"]}, headers=HTMX).page
    assert not over.is_whole
    assert over.soup.find(class_="purse__over").get_text().startswith("10")
    assert ballots.voters_of(ballot) == 0
    plain = make.ballot(budget.space)
    assert browser.submit(f"{paper_of(plain)}/basket", {}).status_code == 404


def test_a_visitor_reads_everything_and_is_asked_to_sign_in_to_vote(
    make: Factories, client: Any
) -> None:
    budget = make.budget()
    assert (
        client.get(f"/spaces/{budget.space.slug}/budgets").page.links().count(address(budget)) == 1
    )
    assert address(budget) in client.get(f"/spaces/{budget.space.slug}").page.links()
    page = client.get(f"{address(budget)}/vote").page
    assert any("sign-in" in link for link in page.links())
    assert page.soup.find("form", action=f"{address(budget)}/district") is None


def test_doors_keep_others_out(make: Factories, signed_in: Any, db: Any) -> None:
    budget = make.budget(opened=False)
    project = queries.projects_of(budget)[0]
    citizen = signed_in(make.account())
    for path in ("desk", "edit", "proposals", "projects/new", f"projects/{project.id}/study",
                 f"projects/{project.id}/edit", f"projects/{project.id}/works"):  # fmt: skip
        assert citizen.get(f"{address(budget)}/{path}").status_code == 404, path
    for path in ("announcement", "opening", "sealing", "requests", "confirmation"):
        assert citizen.submit(f"{address(budget)}/{path}").status_code == 404, path
    elsewhere = make.budget()
    wrong = f"/spaces/{elsewhere.space.slug}/budgets/{budget.id}"
    assert citizen.get(wrong).status_code == 404
    assert citizen.get(f"{address(elsewhere)}/projects/{project.id}").status_code == 404


def test_an_agent_studies_and_does_nothing_else(make: Factories, signed_in: Any, db: Any) -> None:
    budget = make.budget(opened=False)
    project, agent = queries.projects_of(budget)[0], make.account()
    give_role(budget.space, agent, Role.AGENT, by=None)
    db.commit()
    browser = signed_in(agent)
    assert browser.get(f"{address(budget)}/desk").status_code == 200
    url = f"{address(budget)}/projects/{project.id}/study"
    missing = browser.submit(url, {"found": "infeasible", "reason": " "})
    assert missing.status_code == 422
    done = browser.submit(url, {"found": "infeasible", "reason": "Le **sol** est pollué."})
    assert done.status_code == 303
    db.refresh(project)
    assert (project.study, project.studied_by_id) == (Study.INFEASIBLE, agent.id)
    assert "pollué" in browser.get(address(budget)).page.text
    assert browser.get(f"{address(budget)}/edit").status_code == 404


def test_the_bundle_is_for_everyone_once_published(make: Factories, client: Any) -> None:
    budget = make.budget()
    assert client.get(f"{address(budget)}/recount.zip").status_code == 404
    finished(make, budget, {"Toute la ville": [["o1"]] * 10})
    answer = client.get(f"{address(budget)}/recount.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()
    assert names == ["LISEZMOI.txt", "budget.json", "urne-1.jsonl"]


def test_a_day_that_is_none_is_kept_for_correction(make: Factories, signed_in: Any) -> None:
    budget = finished(make, make.budget(), {"Toute la ville": [["o1"]]})
    project = queries.projects_of(budget)[0]
    browser = signed_in(make.official(budget.space))
    for since in ("hier", "", "2040-01-01"):
        answer = browser.submit(f"{page_of(project)}/works", {"stage": "works", "since": since})
        assert answer.status_code == 422
        assert answer.page.value_of("since") == since
    assert project.stage is None
    abandoned = browser.submit(
        f"{page_of(project)}/works", {"stage": "abandoned", "since": now().date().isoformat()}
    )
    assert abandoned.status_code == 422
    assert Stage.ABANDONED not in [step.stage for step in project.steps]


def test_the_page_costs_the_same_number_of_queries_however_many_projects(
    make: Factories, client: Any, queries: list[str]
) -> None:
    few, many = make.budget(), make.budget(costs=(10,) * 9)
    client.get(address(few))
    queries.clear()
    client.get(address(few))
    counted = len(queries)
    queries.clear()
    client.get(address(many))
    assert len(queries) == counted
