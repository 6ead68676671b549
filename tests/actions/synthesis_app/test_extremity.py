"""The draw of the next statement knows the opinion groups that were computed last."""

from __future__ import annotations

from typing import Any

from civic.clock import now
from civic.db import begin_write, commit
from deliberations.actions import mark_meta
from deliberations.queries import candidates
from synthesis import jobs
from synthesis.extremity import last_computed
from synthesis.models import State, Synthesis
from tests.factories import Factories
from votes.actions import take_stance
from votes.models import Choice


def test_the_last_computed_version_sharpens_the_draw(make: Factories, db: Any) -> None:
    space, person = make.space(), make.account()
    item, other = make.statement(space), make.statement(space)
    official = make.official(space)
    assert last_computed(space) == {}
    for number, state, far in ((1, State.PUBLISHED, 0.5), (2, State.REVIEW, 1.25),
                               (3, State.FAILED, 9.0)):  # fmt: skip
        db.add(Synthesis(space_id=space.id, number=number, state=state, asked_by_id=official.id,
                         asked_at=now(), opinions={"extremity": {str(item.id): far}}))  # fmt: skip
    db.commit()
    assert last_computed(space) == {item.id: 1.25}
    known = {each.statement: each.extremity for each in candidates(person, space)}
    assert known == {str(item.id): 1.25, str(other.id): 0.0}


def test_a_version_made_before_extremities_were_kept_is_no_obstacle(
    make: Factories, db: Any
) -> None:
    space = make.space()
    official = make.official(space)
    db.add(Synthesis(space_id=space.id, number=1, state=State.PUBLISHED, asked_by_id=official.id,
                     asked_at=now(), opinions={"groups": []}))  # fmt: skip
    db.commit()
    assert last_computed(space) == {}


def test_answers_about_the_person_form_no_opinion_groups(make: Factories, db: Any) -> None:
    space, person = make.space(), make.account()
    item, about = make.statement(space), make.statement(space)
    synthesis, official = make.synthesis(space, {}), make.official(space)
    begin_write()
    for each in (item, about):
        take_stance(each, person, Choice.AGREE)
    mark_meta(about, official, True)
    commit()
    assert [vote.statement for vote in jobs._read(synthesis.id).votes] == [str(item.id)]
