"""A form that a program seems to fill asks for one more click and loses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from civic import clock
from deliberations.models import Comment
from proposals.models import Proposal
from tests.factories import Factories

FORM = {"title": "Un banc de plus", "body": "Il faudrait un banc devant l’école, à l’ombre."}


@pytest.fixture
def watching(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds, as in a real instance."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], form_seconds=2))


def posted(browser: Any, url: str, **more: Any) -> Any:
    """Post the form of a page with the marks that it came with."""
    page = browser.get(url).page
    marks = {name: page.value_of(name) for name in ("_rendered", "homepage", "_once")}
    return browser.submit(url, FORM | marks | more)


def sent_again(browser: Any, response: Any, url: str) -> Any:
    """Follow the link to what was kept, and send it."""
    kept = next(link for link in response.page.links() if "/kept/" in link)
    page = browser.get(kept).page
    assert page.value_of("body") == FORM["body"]
    assert "homepage" not in page.form(url + "?")
    return browser.submit(url, page.form(url + "?"))


@pytest.mark.usefixtures("watching")
def test_somebody_who_takes_their_time_notices_nothing(
    signed_in: Any, make: Factories, db: Any
) -> None:
    url = f"/spaces/{make.space().slug}/proposals/new"
    browser = signed_in(make.account())
    page = browser.get(url).page
    fields = FORM | {"_rendered": page.value_of("_rendered"), "homepage": ""}
    with clock.at(clock.now() + timedelta(seconds=3)):
        assert browser.submit(url, fields).status_code == 303
    assert len(db.scalars(select(Proposal)).all()) == 1


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize("more", [{}, {"homepage": "https://spam.example"}, {"_rendered": "x.y"}])
def test_a_program_is_asked_for_one_more_click_which_a_person_can_give(
    signed_in: Any, make: Factories, db: Any, more: dict[str, str]
) -> None:
    url = f"/spaces/{make.space().slug}/proposals/new"
    browser = signed_in(make.account())
    asked = posted(browser, url, **more)
    assert asked.status_code == 422
    assert "Encore un clic" in asked.page.heading
    assert not db.scalars(select(Proposal)).all()
    assert sent_again(browser, asked, url).status_code == 303
    assert db.scalars(select(Proposal)).one().body == FORM["body"]


def test_the_hidden_field_is_out_of_reach_of_people(signed_in: Any, make: Factories) -> None:
    proposal = make.proposal()
    browser = signed_in(make.account())
    page = browser.get(f"/spaces/{proposal.space.slug}/proposals/{proposal.id}").page
    field = page.soup.find("input", attrs={"name": "homepage"})
    assert field["tabindex"] == "-1"
    assert field["autocomplete"] == "off"
    assert field.parent["aria-hidden"] == "true"
    refused = browser.submit(
        f"/contributions/{proposal.id}/comments", {"body": "Oui.", "homepage": "x"}
    )
    assert refused.status_code == 422
    assert not list(page.soup.find_all("textarea", string="x"))


def test_a_visitor_who_signs_up_gets_the_same_chance(client: Any, db: Any) -> None:
    form = {"name": "Ondine", "email": "ondine@example.org", "password": "quatre mots de passe"}
    asked = client.submit("/sign-up", form | {"homepage": "x"})
    assert asked.status_code == 422
    assert "/kept/" in asked.text
    assert client.submit("/sign-up", form).status_code in (200, 303)
    assert not db.scalars(select(Comment)).all()
