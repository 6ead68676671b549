"""What officials do to the themes: nothing is lost, everything can be undone."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select

from civic.db import commit, db as database
from civic.errors import Conflict, Invalid, Missing, NotAllowed
from civic.spaces.models import Space
from synthesis import sources
from synthesis.actions import Stale
from synthesis.correcting import actions
from synthesis.figures import coverage, theme_lines
from synthesis.models import Placement, Synthesis, Theme
from synthesis.queries import recomputed_figures
from tests.factories import Factories


class Workshop:
    """A space with nine proposals in two themes, two alone, and an official."""

    def __init__(self, make: Factories) -> None:
        self.space: Space = make.space()
        author = make.account()
        self.bikes = [make.proposal(self.space, author, f"Vélo {n}") for n in range(4)]
        self.trees = [make.proposal(self.space, author, f"Arbre {n}") for n in range(3)]
        self.alone = [make.proposal(self.space, author, f"Seul {n}") for n in range(2)]
        self.official = make.official(self.space)
        held = {"Vélos": self.bikes, "Arbres": self.trees}
        self.synthesis: Synthesis = make.synthesis(self.space, held, self.alone, self.official)

    @property
    def turn(self) -> int:
        return self.synthesis.turn

    def theme(self, name: str) -> Theme:
        lines = theme_lines(self.synthesis)
        return next(line.theme for line in lines if line.theme.name == name)

    def sizes(self) -> dict[str, int]:
        return {line.theme.name: line.size for line in theme_lines(self.synthesis)}

    def snapshot(self) -> Any:
        rows = database.session.execute(
            select(
                Placement.contribution_id, Placement.theme_id, Placement.is_set_aside,
                Placement.reason, Placement.strength, Placement.moved_by_id,
            )
            .where(Placement.synthesis_id == self.synthesis.id)
            .order_by(Placement.contribution_id)
        ).all()  # fmt: skip
        return [tuple(row) for row in rows], sorted(self.sizes().items())


@pytest.fixture
def workshop(make: Factories) -> Workshop:
    return Workshop(make)


def test_a_theme_takes_the_name_that_an_official_gives_and_keeps_the_proposed_one(
    workshop: Workshop,
) -> None:
    theme = workshop.theme("Vélos")
    actions.rename(theme, workshop.official, "Circuler à vélo", workshop.turn)
    assert (theme.name, theme.name_proposed) == ("Circuler à vélo", "Vélos")


def test_merging_puts_everything_under_one_name(workshop: Workshop) -> None:
    source, target = workshop.theme("Arbres"), workshop.theme("Vélos")
    actions.merge(source, target, workshop.official, workshop.turn)
    assert workshop.sizes() == {"Vélos": 7}
    assert source.merged_into_id == target.id
    with pytest.raises(Missing):
        sources.load_theme(workshop.synthesis, source.id)


def test_an_answer_already_written_is_never_swallowed_by_a_merge(workshop: Workshop) -> None:
    source, target = workshop.theme("Arbres"), workshop.theme("Vélos")
    source.answer = "Nous planterons."
    with pytest.raises(NotAllowed, match="Arbres"):
        actions.merge(source, target, workshop.official, workshop.turn)


def test_chosen_contributions_move_together_and_are_marked_as_placed_by_a_person(
    workshop: Workshop,
) -> None:
    ids = [workshop.bikes[0].id, workshop.alone[0].id]
    actions.move(
        workshop.synthesis, workshop.official, ids, workshop.theme("Arbres"), workshop.turn
    )
    assert workshop.sizes() == {"Arbres": 5, "Vélos": 3}
    place = sources.placement(workshop.synthesis, ids[1])
    assert place.moved_by_id == workshop.official.id
    assert place.reason == ""


def test_a_new_theme_is_made_of_what_was_chosen(workshop: Workshop) -> None:
    ids = [p.id for p in workshop.alone]
    actions.move_to_new(workshop.synthesis, workshop.official, ids, "Divers", workshop.turn)
    assert workshop.sizes() == {"Vélos": 4, "Arbres": 3, "Divers": 2}
    assert coverage(workshop.synthesis).alone == 0


def test_what_is_set_aside_leaves_its_theme_and_stays_counted(workshop: Workshop) -> None:
    ids = [workshop.bikes[0].id]
    actions.set_aside(workshop.synthesis, workshop.official, ids, "Hors sujet", workshop.turn)
    counted = coverage(workshop.synthesis)
    assert (counted.received, counted.in_themes, counted.set_aside) == (9, 6, 1)
    actions.put_back(workshop.synthesis, workshop.official, ids[0], workshop.turn)
    counted = coverage(workshop.synthesis)
    assert (counted.alone, counted.set_aside) == (3, 0)


def test_only_what_was_set_aside_can_be_put_back(workshop: Workshop) -> None:
    with pytest.raises(Conflict):
        actions.put_back(workshop.synthesis, workshop.official, workshop.bikes[0].id, workshop.turn)


def test_choosing_nothing_or_a_text_of_another_space_is_refused(
    workshop: Workshop, make: Factories
) -> None:
    with pytest.raises(Invalid):
        actions.move(workshop.synthesis, workshop.official, [], None, workshop.turn)
    stranger = make.proposal()
    with pytest.raises(Missing):
        actions.move(workshop.synthesis, workshop.official, [stranger.id], None, workshop.turn)


def test_a_form_that_has_not_seen_the_latest_change_is_told(workshop: Workshop) -> None:
    seen = workshop.turn
    actions.rename(workshop.theme("Vélos"), workshop.official, "À vélo", seen)
    commit()
    with pytest.raises(Stale):
        actions.rename(workshop.theme("Arbres"), workshop.official, "Planter", seen)
    assert set(workshop.sizes()) == {"À vélo", "Arbres"}


def test_nobody_but_an_official_of_the_space_changes_anything(
    workshop: Workshop, make: Factories
) -> None:
    for stranger in (make.account(), make.moderator(workshop.space), make.official(make.space())):
        with pytest.raises(NotAllowed):
            actions.rename(workshop.theme("Vélos"), stranger, "Autre", workshop.turn)


def test_a_published_version_no_longer_moves(workshop: Workshop, make: Factories) -> None:
    done = make.synthesis(workshop.space, {"Vélos": workshop.bikes}, published=True)
    theme = theme_lines(done)[0].theme
    with pytest.raises(NotAllowed):
        actions.rename(theme, workshop.official, "Autre", done.turn)


CHANGES = {
    "rename": lambda w: actions.rename(w.theme("Vélos"), w.official, "À vélo", w.turn),
    "lock": lambda w: actions.lock(w.theme("Vélos"), w.official, True, w.turn),
    "merge": lambda w: actions.merge(w.theme("Arbres"), w.theme("Vélos"), w.official, w.turn),
    "move": lambda w: actions.move(
        w.synthesis, w.official, [w.bikes[0].id, w.alone[0].id], w.theme("Arbres"), w.turn
    ),
    "alone": lambda w: actions.move(w.synthesis, w.official, [w.bikes[0].id], None, w.turn),
    "new": lambda w: actions.move_to_new(w.synthesis, w.official, [w.bikes[0].id], "Neuf", w.turn),
    "aside": lambda w: actions.set_aside(
        w.synthesis, w.official, [w.bikes[1].id], "Hors sujet", w.turn
    ),
    "cut": lambda w: (w.propose_cut(), actions.apply_cut(w.theme("Vélos"), w.official, w.turn)),
}


def propose_cut(workshop: Workshop) -> None:
    ids = [p.id for p in workshop.bikes]
    parts = [
        {"name": "Pistes", "keywords": ["piste"], "members": ids[:3]},
        {"name": "Parkings", "keywords": ["parking"], "members": ids[3:]},
    ]
    actions.receive_cut(workshop.theme("Vélos"), parts)


Workshop.propose_cut = propose_cut  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_can_be_undone_to_the_letter(workshop: Workshop, name: str) -> None:
    before = workshop.snapshot()
    locked = workshop.theme("Vélos").is_locked
    CHANGES[name](workshop)
    change = sources.last_change(workshop.synthesis)
    assert change is not None
    actions.undo(workshop.synthesis, workshop.official, change.number, workshop.turn)
    assert workshop.snapshot() == before
    assert workshop.theme("Vélos").is_locked is locked
    assert sources.last_change(workshop.synthesis) is None


def test_only_the_last_change_is_undone_first(workshop: Workshop) -> None:
    CHANGES["rename"](workshop)
    actions.lock(workshop.theme("À vélo"), workshop.official, True, workshop.turn)
    with pytest.raises(Conflict):
        actions.undo(workshop.synthesis, workshop.official, 1, workshop.turn)
    actions.undo(workshop.synthesis, workshop.official, 2, workshop.turn)
    actions.undo(workshop.synthesis, workshop.official, 1, workshop.turn)
    assert set(workshop.sizes()) == {"Vélos", "Arbres"}


def test_a_cut_keeps_the_largest_part_and_makes_themes_of_the_others(workshop: Workshop) -> None:
    propose_cut(workshop)
    kept = workshop.theme("Vélos").id
    actions.apply_cut(workshop.theme("Vélos"), workshop.official, workshop.turn)
    assert workshop.sizes() == {"Vélos": 3, "Arbres": 3, "Parkings": 1}
    assert workshop.theme("Vélos").id == kept
    assert not workshop.theme("Parkings").name_given


def test_what_left_a_theme_after_the_cut_was_proposed_stays_where_it_went(
    workshop: Workshop,
) -> None:
    propose_cut(workshop)
    last = workshop.bikes[3].id
    actions.move(
        workshop.synthesis, workshop.official, [last], workshop.theme("Arbres"), workshop.turn
    )
    actions.apply_cut(workshop.theme("Vélos"), workshop.official, workshop.turn)
    assert workshop.sizes() == {"Vélos": 3, "Arbres": 4}


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(seed=st.integers(0, 10_000))
def test_whatever_officials_do_every_contribution_is_accounted_for(
    workshop: Workshop, seed: int
) -> None:
    walk, synthesis, by = random.Random(seed), workshop.synthesis, workshop.official
    ids = [p.id for p in (*workshop.bikes, *workshop.trees, *workshop.alone)]
    for step in range(12):
        chosen = walk.sample(ids, walk.randint(1, 4))
        themes = database.session.scalars(sources.living_themes(synthesis)).all()
        verb = walk.choice(["move", "alone", "new", "aside", "merge", "undo"])
        if verb == "move" and themes:
            actions.move(synthesis, by, chosen, walk.choice(themes), synthesis.turn)
        elif verb == "alone":
            actions.move(synthesis, by, chosen, None, synthesis.turn)
        elif verb == "new":
            actions.move_to_new(synthesis, by, chosen, f"Thème {step}", synthesis.turn)
        elif verb == "aside":
            actions.set_aside(synthesis, by, chosen, "Hors sujet", synthesis.turn)
        elif verb == "merge" and len(themes) > 1:
            actions.merge(*walk.sample(themes, 2), by, synthesis.turn)
        elif verb == "undo" and (change := sources.last_change(synthesis)):
            actions.undo(synthesis, by, change.number, synthesis.turn)
        counted = coverage(synthesis)
        assert counted.received == 9 == counted.in_themes + counted.alone + counted.set_aside
        assert sum(line.size for line in theme_lines(synthesis)) == counted.in_themes
        figures = recomputed_figures(synthesis)
        assert figures["in_themes"] == counted.in_themes
    rows = database.session.scalar(
        select(func.count()).where(Placement.synthesis_id == synthesis.id)
    )
    assert rows == 9
    database.session.rollback()
