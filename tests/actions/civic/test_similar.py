"""What resembles a proposal being written: shown, never in the way, never hidden texts."""

from __future__ import annotations

from typing import Any

from civic.contributions import actions as contributions
from civic.contributions.models import State
from civic.contributions.similar import similar_to
from civic.db import begin_write, commit
from proposals.models import Proposal
from tests.factories import Factories


def several(make: Factories, space: Any) -> list[Proposal]:
    author = make.account()
    return [
        make.proposal(space, author, title, body)
        for title, body in (
            ("Une piste cyclable quai Nord", "Les cyclistes ont peur des camions sur le quai."),
            ("Des bancs au square", "S’asseoir à l’ombre des tilleuls du square."),
            ("Le quai aux vélos", "Le quai Nord est dangereux : une piste pour les cyclistes."),
            ("Cantine bio", "Des repas bio pour les enfants de l’école."),
        )
    ]


def test_the_nearest_come_first_and_the_others_not_at_all(make: Factories, db: Any) -> None:
    space = make.space()
    first, _benches, third, _food = several(make, space)
    found = similar_to(Proposal, space, "Piste pour cyclistes sur le quai Nord")
    assert {row.id for row in found} == {first.id, third.id}
    assert similar_to(Proposal, space, "Un feu d’artifice") == []
    assert similar_to(Proposal, space, "") == []
    assert similar_to(Proposal, space, "\" OR 1 & | ! ( ' :*") == []


def test_itself_hidden_texts_drafts_and_other_spaces_are_left_out(make: Factories, db: Any) -> None:
    space = make.space()
    first, _benches, third, _food = several(make, space)
    begin_write()
    contributions.set_state(third, State.REMOVED)
    commit()
    words = "Piste pour cyclistes sur le quai Nord"
    assert [row.id for row in similar_to(Proposal, space, words)] == [first.id]
    assert similar_to(Proposal, space, words, leave_out=first.id) == []
    assert similar_to(Proposal, make.space(), words) == []


def test_they_are_shown_on_the_check_page_and_do_not_hold_the_author_back(
    make: Factories, signed_in: Any
) -> None:
    space = make.space()
    first = several(make, space)[0]
    author = make.account()
    draft = make.proposal(
        space, author, "Piste cyclable du quai Nord", "Pour les cyclistes.", published=False
    )
    browser = signed_in(author)
    address = f"/spaces/{space.slug}/proposals/{draft.id}"
    page = browser.get(f"{address}/check").page
    assert f"/spaces/{space.slug}/proposals/{first.id}" in page.links()
    assert browser.submit(f"{address}/publication").status_code == 303
