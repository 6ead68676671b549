"""The jobs that compute a version and look for a cut: run twice, failing, overtaken by people."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from civic.accounts.models import Account
from civic.contributions import actions as contributions
from civic.contributions.models import State as ContributionState
from civic.db import begin_write, commit, db as database
from civic.errors import NotAllowed
from civic.jobs import Job, run
from civic.spaces.models import Space
from deliberations.models import Comment
from proposals.models import Proposal
from synthesis import actions, jobs, sources
from synthesis.correcting import actions as corrections
from synthesis.figures import coverage, theme_lines
from synthesis.large import compute_places
from synthesis.models import Placement, State, Synthesis, Theme
from synthesis.writing.actions import summarise
from tests.factories import Factories

SUBJECTS = {
    "Pistes cyclables": (
        "Une piste cyclable séparée des voitures protège les vélos",
        "Les cyclistes ont peur des voitures, il manque des bandes pour le vélo",
        "Je vais au travail à vélo et la piste cyclable s’arrête au carrefour",
        "Des arceaux pour attacher les vélos des cyclistes devant les commerces",
        "Au carrefour, les voitures coupent la route des cyclistes sur la piste",
        "Prêter des vélos et apprendre à rouler sur une piste cyclable",
    ),
    "Arbres à planter": (
        "Planter des arbres donne de l’ombre aux places",
        "Il fait trop chaud sans ombre, des arbres rafraîchiraient",
        "Un jardin avec des arbres fruitiers et des fleurs",
        "Les arbres coupés doivent être remplacés par d’autres arbres avec de l’ombre",
        "Des fleurs au pied des arbres et un jardin partagé",
        "L’ombre des arbres manque, la chaleur monte dans le jardin",
    ),
    "Cantine scolaire": (
        "La cantine scolaire doit servir des repas bio aux enfants",
        "Les enfants de l’école mangent trop vite à la cantine",
        "Des repas sans viande à la cantine de l’école",
        "Moins de gâchis : que les enfants se servent eux-mêmes leurs repas",
        "Le prix des repas à l’école selon le revenu, pour les enfants",
        "Un cuisinier à l’école plutôt que des repas livrés à la cantine",
    ),
}


class Consultation:
    """Eighteen proposals on three subjects, and an official."""

    def __init__(self, make: Factories) -> None:
        self.make = make
        self.space: Space = make.space()
        self.official: Account = make.official(self.space)
        author = make.account()
        self.proposals: list[Proposal] = [
            make.proposal(self.space, author, f"{title} {n}", f"{body}.")
            for title, bodies in SUBJECTS.items()
            for n, body in enumerate(bodies)
        ]

    def ask(self, **options: Any) -> Synthesis:
        begin_write()
        synthesis = actions.ask(self.space, self.official, **options)
        commit()
        database.session.refresh(synthesis)
        return synthesis


@pytest.fixture(params=["whole", "in pieces"])
def consultation(
    make: Factories, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Consultation:
    """Read into memory whole, and in pieces as a space of a million contributions is."""
    if request.param == "in pieces":
        monkeypatch.setattr(jobs, "LARGE", 3)
        monkeypatch.setattr(jobs, "compute_places", partial(compute_places, block=7))
    return Consultation(make)


def rows(synthesis: Synthesis) -> list[tuple[Any, ...]]:
    found = database.session.execute(
        select(Placement.contribution_id, Placement.theme_id, Placement.strength, Placement.reason)
        .where(Placement.synthesis_id == synthesis.id)
        .order_by(Placement.contribution_id)
    )
    return [tuple(row) for row in found]


def run_again(synthesis: Synthesis) -> None:
    job = database.session.get_one(Job, synthesis.job_id)
    job.state = "waiting"
    commit()
    run(job.id)
    database.session.refresh(synthesis)


def test_every_visible_contribution_has_exactly_one_place(consultation: Consultation) -> None:
    begin_write()
    contributions.set_state(consultation.proposals[0], ContributionState.HIDDEN)
    commit()
    synthesis = consultation.ask()
    assert synthesis.state is State.REVIEW, synthesis.failure
    assert [row[0] for row in rows(synthesis)] == [p.id for p in consultation.proposals[1:]]
    counted = coverage(synthesis)
    assert counted.received == 17 == counted.in_themes + counted.alone
    assert theme_lines(synthesis)


def test_comments_are_read_when_asked_for(consultation: Consultation) -> None:
    begin_write()
    root = consultation.proposals[0]
    comment = contributions.write(
        Comment, consultation.space, consultation.official, body="Oui, à vélo.", root=root
    )
    contributions.publish(comment)
    commit()
    assert comment.id not in [row[0] for row in rows(consultation.ask())]
    assert comment.id in [row[0] for row in rows(consultation.ask(with_comments=True))]


def test_the_job_run_twice_changes_nothing(consultation: Consultation) -> None:
    synthesis = consultation.ask()
    before, themes = rows(synthesis), database.session.scalar(select(func.count(Theme.id)))
    run_again(synthesis)
    assert rows(synthesis) == before
    assert database.session.scalar(select(func.count(Theme.id))) == themes


def test_a_quote_is_a_passage_of_its_contribution(consultation: Consultation) -> None:
    synthesis = consultation.ask()
    quotes = [row for held in sources.quotes_of(synthesis).values() for row in held]
    assert quotes
    for row in quotes:
        text = f"{row.Contribution.title}\n{row.Contribution.body}"
        assert row.Quote.passage in text


def test_a_run_that_fails_says_why_leaves_the_last_result_and_can_be_tried_again(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = consultation.ask()

    def out_of_memory(*_args: Any, **_settings: Any) -> None:
        raise MemoryError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(jobs, "find_themes", out_of_memory)
        broken.setattr(jobs, "compute_places", out_of_memory)
        second = consultation.ask()
    assert second.state is State.FAILED
    assert "no room" in second.failure
    database.session.refresh(first)
    assert first.state is State.REVIEW
    run_again(second)
    assert second.state is State.REVIEW
    assert second.failure == ""


def test_what_people_fixed_survives_a_recomputation(consultation: Consultation) -> None:
    base = consultation.ask()
    by, lines = consultation.official, theme_lines(base)
    first, second = lines[0].theme, lines[1].theme
    begin_write()
    corrections.rename(first, by, "Mon nom", base.turn)
    inside = [p.contribution_id for p in database.session.scalars(sources.inside(first))]
    moved, aside, made = inside[0], inside[1], inside[2]
    corrections.move(base, by, [moved], second, base.turn)
    corrections.set_aside(base, by, [aside], "Hors sujet", base.turn)
    corrections.move_to_new(base, by, [made], "Fait à la main", base.turn)
    commit()
    key = second.key
    after = consultation.ask()
    assert after.state is State.REVIEW, after.failure
    places = {place.contribution_id: place for place in database.session.scalars(
        select(Placement).where(Placement.synthesis_id == after.id)
    )}  # fmt: skip
    assert places[moved].theme is not None
    assert places[moved].theme.key == key
    assert (places[aside].is_set_aside, places[aside].reason) == (True, "Hors sujet")
    assert places[made].theme is not None
    assert places[made].theme.name == "Fait à la main"
    assert "Mon nom" in [line.theme.name for line in theme_lines(after)]
    assert coverage(after).received == 18


def test_a_merged_theme_does_not_come_back(consultation: Consultation) -> None:
    base = consultation.ask()
    lines = theme_lines(base)
    source, target = lines[1].theme, lines[0].theme
    begin_write()
    corrections.merge(source, target, consultation.official, base.turn)
    commit()
    after = consultation.ask()
    members = sources.members_by_key(after)
    together = sources.members_of(base)[target.id]
    assert source.key not in members
    assert together <= members[target.key]


def test_a_correction_made_during_the_computation_is_not_lost(
    consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = consultation.ask()
    engine = "find_themes" if len(consultation.proposals) < jobs.LARGE else "compute_places"
    compute, runs = getattr(jobs, engine), []

    def overtaken(*args: Any, **settings: Any) -> Any:
        runs.append(1)
        result = compute(*args, **settings)
        if len(runs) == 1:
            begin_write()
            found = database.session.get_one(Synthesis, base.id)
            theme = theme_lines(found)[0].theme
            corrections.rename(theme, consultation.official, "Entre-temps", found.turn)
            commit()
        return result

    monkeypatch.setattr(jobs, engine, overtaken)
    after = consultation.ask()
    assert len(runs) == 2
    assert "Entre-temps" in [line.theme.name for line in theme_lines(after)]


def test_the_machine_proposes_a_cut_and_changes_nothing(consultation: Consultation) -> None:
    synthesis = consultation.ask()
    begin_write()
    ids = [p.id for p in consultation.proposals]
    theme = corrections.move_to_new(synthesis, consultation.official, ids, "Tout", synthesis.turn)
    corrections.ask_cut(theme, consultation.official, 3, synthesis.turn)
    commit()
    database.session.refresh(theme)
    assert theme.cut["state"] == "proposed"
    members = [row for part in theme.cut["proposal"] for row in part["members"]]
    assert sorted(members) == sorted(ids), "each contribution is in exactly one part"
    assert sources.members_of(synthesis)[theme.id] == frozenset(ids)


def test_nothing_to_read_and_a_second_asker_are_refused(make: Factories) -> None:
    space = make.space()
    with pytest.raises(NotAllowed):
        actions.ask(space, make.official(space))
    consultation = Consultation(make)
    with pytest.raises(NotAllowed):
        actions.ask(consultation.space, make.account())


def test_what_was_written_about_a_theme_follows_it(consultation: Consultation) -> None:
    base = consultation.ask()
    theme = theme_lines(base)[0].theme
    cited = sources.inside(theme)
    first = database.session.scalars(cited).first()
    assert first is not None
    begin_write()
    text = f"Ils le demandent [{first.contribution_id}]."
    summarise(theme, consultation.official, text, "", True, base.turn)
    commit()
    after = consultation.ask()
    same = next(line.theme for line in theme_lines(after) if line.theme.key == theme.key)
    assert same.summary is not None
    assert (same.summary.body, same.summary.is_unanimous) == (text, True)
