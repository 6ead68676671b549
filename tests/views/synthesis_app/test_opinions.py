"""Opinion groups on the public page: sentences, table, drawing; nobody can be found in them."""

from __future__ import annotations

import json
import random

from civic.contributions import actions as contributions
from civic.contributions.models import State as ContributionState
from civic.db import begin_write, commit, db as database
from deliberations.models import Statement
from synthesis.models import Synthesis
from synthesis.opinion_draft import summary
from synthesis.opinions.engine import Vote, find_groups
from tests.conftest import CheckedClient
from tests.factories import Factories

SENTENCES = [f"La halle doit servir à l’usage numéro {n}." for n in range(8)]


def published_with(make: Factories, votes_of: str) -> tuple[Synthesis, list[Statement]]:
    """A published synthesis whose votes have two camps, or none."""
    space, author = make.space(), make.account()
    begin_write()
    statements = [contributions.write(Statement, space, author, body=text) for text in SENTENCES]
    for statement in statements:
        contributions.publish(statement)
    commit()
    draw = random.Random(3)
    camps = {
        "camps": lambda p, s: 1 if (p + s) % 2 else -1,
        "chance": lambda p, s: draw.choice([1, -1]),
    }
    votes = [
        Vote(f"voter-{p}", str(statement.id), camps[votes_of](p, s))
        for p in range(40)
        for s, statement in enumerate(statements)
    ]
    synthesis = make.synthesis(space, {"Vélos": [make.proposal(space)]}, published=True)
    begin_write()
    result = find_groups(votes)
    synthesis.opinions, synthesis.memory = summary(result), result.as_json()
    commit()
    return synthesis, statements


def test_sentences_come_first_then_the_table_then_the_drawing(
    make: Factories, client: CheckedClient
) -> None:
    synthesis, statements = published_with(make, "camps")
    page = client.get(f"/spaces/{synthesis.space.slug}/synthesis").page
    section = page.soup.find("section", attrs={"aria-labelledby": "opinions"})
    order = [tag.name for tag in section.find_all(["p", "table", "svg"])]
    assert order.index("p") < order.index("table") < order.index("svg")
    assert len(section.find_all("th", attrs={"scope": "col"})) == 4
    assert len(section.find_all("th", attrs={"scope": "row"})) == len(statements)
    letters = [h["id"] for h in section.find_all("h3", id=True)]
    assert letters == ["group-a", "group-b"]


def test_the_table_says_how_many_answered_and_agreed(
    make: Factories, client: CheckedClient
) -> None:
    synthesis, _statements = published_with(make, "camps")
    page = client.get(f"/spaces/{synthesis.space.slug}/synthesis?lang=en").page
    row = page.soup.select("table tbody tr")[0]
    cells = [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
    assert cells[0].startswith("50%")
    assert "n = 40" in cells[0]
    assert {cell.split("%")[0] for cell in cells[1:]} == {"0", "100"}


def test_no_voter_is_named_on_the_page_nor_in_the_data(
    make: Factories, client: CheckedClient
) -> None:
    synthesis, _statements = published_with(make, "camps")
    url = f"/spaces/{synthesis.space.slug}/synthesis"
    for address in (url, f"{url}/1/data.json"):
        assert "voter-" not in client.get(address).get_data(as_text=True)


def test_a_hidden_statement_leaves_sentences_table_and_data(
    make: Factories, client: CheckedClient
) -> None:
    synthesis, statements = published_with(make, "camps")
    begin_write()
    contributions.set_state(statements[0], ContributionState.HIDDEN)
    commit()
    url = f"/spaces/{synthesis.space.slug}/synthesis"
    page = client.get(url)
    assert SENTENCES[0] not in page.get_data(as_text=True)
    assert len(page.page.soup.select("table tbody tr")) == len(statements) - 1
    data = json.loads(client.get(f"{url}/1/data.json").get_data())["opinions"]
    assert str(statements[0].id) not in json.dumps(data["groups"])
    assert str(statements[0].id) not in data["statements"]


def test_no_distinct_groups_is_said_plainly(make: Factories, client: CheckedClient) -> None:
    synthesis, statements = published_with(make, "chance")
    page = client.get(f"/spaces/{synthesis.space.slug}/synthesis?lang=en").page
    assert "No distinct groups." in page.text
    assert not page.soup.find("svg", attrs={"role": "img"})
    assert len(page.soup.select("table tbody tr")) == len(statements)


def test_without_votes_there_is_no_word_of_groups(make: Factories, client: CheckedClient) -> None:
    space = make.space()
    make.synthesis(space, {"Vélos": [make.proposal(space)]}, published=True)
    assert database.session.query(Statement).count() == 0
    assert client.get(f"/spaces/{space.slug}/synthesis").page.soup.find(id="opinions") is None
