"""The public pages of a synthesis: every figure leads to what it counts; nothing hidden shows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask

from civic.contributions.actions import set_state
from civic.contributions.models import State as ContributionState
from civic.db import begin_write, commit, db as database
from civic.spaces.models import Space
from civic.web import slots
from proposals.models import Proposal
from synthesis.models import Synthesis
from synthesis.queries import recomputed_figures
from tests.conftest import CheckedClient
from tests.factories import Factories


class Town:
    """A published synthesis: two themes of three and two, one alone."""

    def __init__(self, make: Factories) -> None:
        self.space: Space = make.space()
        self.one, self.two = make.account("Awa"), make.account("Bilal")
        bikes = [make.proposal(self.space, self.one, f"Vélo {n}", body=BODIES[n]) for n in range(3)]
        trees = [make.proposal(self.space, self.two, f"Arbre {n}") for n in range(2)]
        self.alone = make.proposal(self.space, self.two, "Bonjour", body="Bonjour à vous tous.")
        self.bikes, self.trees = bikes, trees
        self.official = make.official(self.space)
        self.synthesis: Synthesis = make.synthesis(
            self.space, {"Vélos": bikes, "Arbres": trees}, [self.alone], self.official, True
        )
        self.url = f"/spaces/{self.space.slug}/synthesis"


BODIES = [
    "Une piste cyclable rue du Parc, séparée des voitures.",
    "Des arceaux devant l’école et la mairie.",
    "Un atelier de réparation ouvert le samedi.",
]


@pytest.fixture
def town(make: Factories) -> Town:
    return Town(make)


def address_of(proposal: Proposal) -> str:
    return f"/spaces/{proposal.space.slug}/proposals/{proposal.id}"


def hide(proposal: object) -> None:
    begin_write()
    set_state(proposal, ContributionState.HIDDEN)  # type: ignore[arg-type]
    commit()


def test_everyone_reads_the_published_synthesis_and_each_figure_leads_to_its_list(
    town: Town, client: CheckedClient
) -> None:
    page = client.get(town.url).page
    assert page.heading == "Ce que vous avez dit"
    theme_links = [link for link in page.links() if "/themes/" in link]
    assert theme_links
    for card in page.soup.select("article.theme"):
        figure = card.select_one(".theme-figures a")
        listed = client.get(figure["href"]).page.soup.select("article.source")
        assert len(listed) == int(re.sub(r"\D", "", figure.get_text()))


def test_a_quote_is_word_for_word_and_leads_to_its_source(
    town: Town, client: CheckedClient
) -> None:
    figure = client.get(town.url).page.soup.select_one("figure.quote")
    assert BODIES[0] in figure.blockquote.get_text()
    assert figure.figcaption.a["href"] == address_of(town.bikes[0])


def test_what_stands_alone_is_listed_with_its_reason(town: Town, client: CheckedClient) -> None:
    page = client.get(f"{town.url}/1/others").page
    assert [a["href"] for a in page.soup.select("article.source h3 a")] == [address_of(town.alone)]
    assert page.soup.select_one(".source__reason").get_text(strip=True)


def test_the_parts_of_the_coverage_add_up(town: Town, client: CheckedClient) -> None:
    line = client.get(town.url).page.soup.select_one(".coverage").get_text(" ")
    received, in_themes, alone, aside, people = map(int, re.findall(r"\d+", line))
    assert (received, in_themes, alone, aside, people) == (6, 5, 1, 0, 2)


def test_a_text_hidden_after_publication_is_in_no_part_of_the_synthesis(
    town: Town, client: CheckedClient
) -> None:
    hidden = town.bikes[0]
    hide(hidden)
    version = f"{town.url}/1"
    themes = [link for link in client.get(town.url).page.links() if "/themes/" in link]
    pages = [town.url, version, f"{version}/others", f"{version}/data.csv", f"{version}/data.json"]
    for address in [*pages, *themes]:
        text = client.get(address).get_data(as_text=True)
        assert "Vélo 0" not in text, address
        assert BODIES[0] not in text, address
    line = client.get(town.url).page.soup.select_one(".coverage").get_text(" ")
    assert list(map(int, re.findall(r"\d+", line))) == [6, 4, 1, 0, 1, 2]


def test_the_figures_stated_at_publication_equal_the_rows(town: Town) -> None:
    stated = {k: v for k, v in town.synthesis.figures.items() if k != "unread_themes"}
    assert stated == recomputed_figures(town.synthesis)
    assert (stated["received"], stated["in_themes"], stated["alone"]) == (6, 5, 1)


def test_a_text_that_changed_since_is_no_longer_quoted(town: Town, client: CheckedClient) -> None:
    begin_write()
    database.session.refresh(town.bikes[0])
    town.bikes[0].version = 2
    commit()
    assert BODIES[0] not in client.get(town.url).page.text


def test_the_data_hold_every_public_contribution_once(town: Town, client: CheckedClient) -> None:
    found = json.loads(client.get(f"{town.url}/1/data.json").get_data())
    ids = [row["contribution"] for row in found["placements"]]
    assert sorted(ids) == sorted(p.id for p in (*town.bikes, *town.trees, town.alone))
    sizes = {theme["id"]: theme["contributions"] for theme in found["themes"]}
    for theme, size in sizes.items():
        assert size == sum(1 for row in found["placements"] if row["theme"] == theme)
    assert found["coverage"]["received"] == 6


RISKY = ["=1+1", "+33 6 00 00 00 00", "-5 % de bruit", "@mairie", "\t=1", "＝1+1", 'a "b"; c\nd']


def test_no_cell_of_the_table_is_a_formula_and_every_title_can_be_had_back(
    make: Factories, client: CheckedClient
) -> None:
    space = make.space()
    proposals = [make.proposal(space, title="Titre long", body="Un texte.") for _ in RISKY]
    begin_write()
    for proposal, title in zip(proposals, RISKY, strict=True):
        database.session.refresh(proposal)
        proposal.title = title
    commit()
    make.synthesis(space, {"=Thème": proposals}, published=True)
    raw = client.get(f"/spaces/{space.slug}/synthesis/1/data.csv").get_data()
    assert raw.startswith(b"\xef\xbb\xbf"), "a French spreadsheet needs the mark to read accents"
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == len(RISKY)
    for row in rows:
        for value in row.values():
            assert value.lstrip()[:1] not in tuple("=+-@＝＋－＠") or not value.lstrip()
    assert [row["title"].removeprefix("'") for row in rows] == RISKY
    assert {row["theme_name"] for row in rows} == {"'=Thème"}


def test_a_draft_is_for_the_officials_alone(
    make: Factories, client: CheckedClient, signed_in: Callable[..., CheckedClient]
) -> None:
    space = make.space()
    proposal = make.proposal(space)
    synthesis = make.synthesis(space, {"Vélos": [proposal]})
    url = f"/spaces/{space.slug}/synthesis"
    theme = f"{url}/1/themes/{1}"
    for address in (url, f"{url}/1", f"{url}/1/others", f"{url}/1/data.csv", theme):
        assert client.get(address).status_code == 404, address
    preview = f"{url}/workshop/1/preview"
    assert client.get(preview).status_code == 401
    assert signed_in(make.account()).get(preview).status_code == 404
    assert signed_in(make.official(make.space())).get(preview).status_code == 404
    assert signed_in(synthesis.asked_by).get(preview).status_code == 200


def test_earlier_versions_stay_readable_and_say_so(
    town: Town, make: Factories, client: CheckedClient
) -> None:
    make.synthesis(town.space, {"Tout": [*town.bikes, *town.trees]}, [town.alone], published=True)
    latest = client.get(town.url).page
    assert f"{town.url}/1" in latest.links()
    assert len(latest.soup.select("article.theme")) == 1
    earlier = client.get(f"{town.url}/1").page
    assert town.url in earlier.links()
    assert len(earlier.soup.select("article.theme")) == 2


def test_a_space_s_page_leads_to_its_synthesis(town: Town, client: CheckedClient) -> None:
    assert town.url in client.get(f"/spaces/{town.space.slug}").page.links()


def test_each_proposal_is_told_its_theme_in_bulk(
    town: Town, app: Flask, queries: list[str]
) -> None:
    with app.test_request_context():
        shown = [*town.bikes, *town.trees, town.alone]
        assert all(proposal.space.slug for proposal in shown)  # rows at hand, as on a page
        queries.clear()
        panels = slots.panels("proposal.page", shown)
        assert len(queries) <= 8
    assert f"{town.url}/1/themes/" in panels[town.bikes[1].id]
    assert f"{town.url}/1/themes/" not in panels[town.alone.id]
    assert f"{town.url}/1" in panels[town.alone.id]


def test_authors_are_told_once_however_many_versions_are_published(
    town: Town, make: Factories, signed_in: Callable[..., CheckedClient]
) -> None:
    make.synthesis(town.space, {"Tout": [*town.bikes, *town.trees]}, published=True)
    notices = signed_in(town.one).get("/account/notices").page
    assert len(notices.soup.select(".notice-line")) == 1
    assert f"{town.url}/1" in notices.links()


@pytest.mark.parametrize(("address", "most"), [("", 14), ("/1/data.json", 14)])
def test_the_page_costs_the_same_number_of_queries_however_much_it_shows(
    make: Factories, client: CheckedClient, queries: list[str], address: str, most: int
) -> None:
    def cost(space: Space) -> int:
        queries.clear()
        assert client.get(f"/spaces/{space.slug}/synthesis{address}").status_code == 200
        return len(queries)

    small, large = make.space(), make.space()
    make.synthesis(small, {"A": [make.proposal(small)]}, published=True)
    themes = {f"Thème {n}": [make.proposal(large) for _ in range(3)] for n in range(5)}
    make.synthesis(large, themes, [make.proposal(large)], published=True)
    assert cost(small) == cost(large) <= most


def test_visitors_share_one_copy_of_the_page(town: Town, client: CheckedClient) -> None:
    answer = client.get(town.url)
    assert "public" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("ending", ["pdf", "odt"])
def test_everyone_takes_the_synthesis_away_as_a_document(
    make: Factories, client: CheckedClient, ending: str
) -> None:
    space = make.space()
    held = [make.proposal(space, title=f"Banc {n}") for n in range(3)]
    make.synthesis(space, {"Bancs": held}, published=True)
    answer = client.get(f"/spaces/{space.slug}/synthesis/1/document.{ending}")
    assert answer.status_code == 200
    assert f"synthese-{space.slug}-1.{ending}" in answer.headers["Content-Disposition"]
    assert answer.data[:2] in (b"%P", b"PK")
    draft = make.synthesis(space, {"Bancs": held})
    assert (
        client.get(f"/spaces/{space.slug}/synthesis/{draft.number}/document.{ending}").status_code
        == 404
    )
