"""An official writes what a theme says: cited by a click, checked, shown with its sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from civic.contributions.actions import set_state
from civic.contributions.models import State
from civic.db import begin_write, commit, db
from synthesis import actions
from synthesis.figures import theme_lines
from tests.conftest import CheckedClient
from tests.factories import Factories


class Desk:
    def __init__(self, make: Factories, signed_in: Callable[..., CheckedClient]) -> None:
        self.make, self.space = make, make.space()
        self.bikes = [make.proposal(self.space, title=f"Vélo {n}") for n in range(3)]
        self.trees = [make.proposal(self.space, title=f"Arbre {n}") for n in range(2)]
        self.official = make.official(self.space)
        held = {"Vélos": self.bikes, "Arbres": self.trees}
        self.synthesis = make.synthesis(self.space, held, [], self.official)
        self.theme = theme_lines(self.synthesis)[0].theme
        self.root = f"/spaces/{self.space.slug}/synthesis"
        self.url = f"{self.root}/workshop/1/themes/{self.theme.id}/summary"
        self.browser = signed_in(self.official)

    def write(self, body: str, dissent: str = "", **more: Any) -> Any:
        db.session.refresh(self.synthesis)
        form = {"turn": self.synthesis.turn, "body": body, "dissent": dissent} | more
        return self.browser.submit(self.url, form)


@pytest.fixture
def desk(make: Factories, signed_in: Callable[..., CheckedClient]) -> Desk:
    return Desk(make, signed_in)


def test_a_cited_text_is_saved_and_leads_back_to_who_said_it(desk: Desk) -> None:
    first, second = desk.bikes[0].id, desk.bikes[1].id
    saved = desk.write(f"{{people}} personnes le demandent [{first}].", f"Pas tous [{second}].")
    assert saved.status_code == 303
    page = desk.browser.get(f"{desk.root}/workshop/1/preview").page
    assert f"/contributions/{first}" in page.links()
    assert f"/contributions/{second}" in page.links()
    assert "3 personnes le demandent" in page.text


@pytest.mark.parametrize(
    ("body", "dissent", "field"),
    [("", "", "body"), ("Sans citation.", "", "body"), ("Cité [{own}].", "", "dissent"),
     ("Cité [{other}].", "Non [{own}].", "body"), ("Pour 120 personnes [{own}].", "", "body"),
     ("Cité [{own}].", "Sans citation.", "dissent")],
)  # fmt: skip
def test_what_leads_nowhere_is_refused_and_kept(
    desk: Desk, body: str, dissent: str, field: str
) -> None:
    numbers = {"own": desk.bikes[0].id, "other": desk.trees[0].id}
    body, dissent = body.format(**numbers), dissent.format(**numbers)
    more = {} if field == "dissent" and not dissent else {"is_unanimous": "y"}
    answer = desk.write(body, dissent, **more)
    assert answer.status_code == 422
    assert answer.page.soup.find(id="error-summary").find("a", href=f"#{field}")
    assert answer.page.value_of("body") == body
    db.session.refresh(desk.theme)
    assert desk.theme.summary is None


def test_nothing_against_must_be_said_by_the_official(desk: Desk) -> None:
    text = f"Tous le demandent [{desk.bikes[0].id}]."
    assert desk.write(text).status_code == 422
    assert desk.write(text, is_unanimous="y").status_code == 303


def test_a_click_puts_a_citation_into_the_text_and_saves_nothing(desk: Desk) -> None:
    number = desk.bikes[0].id
    page = desk.browser.get(desk.url).page
    assert page.soup.find("button", attrs={"name": "cite", "value": f"body:{number}"})
    answer = desk.write("Des pistes", cite=f"body:{number}")
    assert answer.status_code == 200
    assert answer.page.value_of("body") == f"Des pistes [{number}]"
    again = desk.write("Des pistes", cite="body:<b>")
    assert again.page.value_of("body") == "Des pistes"


def test_a_citation_of_a_text_hidden_since_leads_nowhere(desk: Desk, client: Any) -> None:
    number = desk.bikes[1].id
    desk.write(f"Cité [{desk.bikes[0].id}] [{number}].", is_unanimous="y")
    colleague = desk.make.official(desk.space)
    begin_write()
    actions.write_intro(desk.synthesis, desk.official, "Titre", "Début.", desk.synthesis.turn)
    actions.submit(desk.synthesis, desk.official, desk.synthesis.turn, accepts_unread=True)
    actions.publish(desk.synthesis, colleague, desk.synthesis.turn)
    set_state(desk.bikes[1], State.REMOVED)
    commit()
    page = client.get(desk.root).page
    assert f"/contributions/{desk.bikes[0].id}" in page.links()
    assert f"/contributions/{number}" not in page.links()
