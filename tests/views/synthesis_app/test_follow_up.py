"""Each proposal shows what became of it, from writing to the town's decision."""

from __future__ import annotations

from typing import Any

from civic.db import begin_write, commit
from proposals import actions as proposals
from proposals.models import Stage
from tests.factories import Factories


def steps(client: Any, proposal: Any) -> dict[str, bool]:
    """The steps shown, in order, and whether each is done."""
    page = client.get(f"/spaces/{proposal.space.slug}/proposals/{proposal.id}").page
    found = page.soup.find(class_="steps").find_all("li")
    return {
        item.find(class_="step__label").get_text(): "step--done" in item["class"] for item in found
    }


def test_a_new_proposal_is_written_and_waits_for_the_rest(client: Any, make: Factories) -> None:
    assert list(steps(client, make.proposal()).values()) == [True, False, False, False, False]


def test_a_published_synthesis_and_an_answer_move_it_on(client: Any, make: Factories) -> None:
    space = make.space()
    proposal = make.proposal(space)
    make.synthesis(space, {"Un thème": [proposal]}, published=True)
    assert list(steps(client, proposal).values())[:3] == [True, True, True]
    official = make.official(space)
    begin_write()
    proposals.answer(proposal, official, Stage.EVALUATING, "Nous y regardons.", is_published=True)
    commit()
    assert list(steps(client, proposal).values()) == [True, True, True, True, False]
    begin_write()
    proposals.answer(proposal, official, Stage.ACCEPTED, "Ce sera fait.", is_published=True)
    commit()
    assert all(steps(client, proposal).values())


def test_a_withdrawn_proposal_says_so_and_promises_nothing_more(
    client: Any, make: Factories
) -> None:
    author = make.account()
    proposal = make.proposal(author=author)
    begin_write()
    proposals.withdraw(proposal, author, "J’ai changé d’avis.")
    commit()
    assert list(steps(client, proposal).values()) == [True, True]
