"""Texts are read, ranked and, under every condition at once, set aside for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from benchmarks.spam_corpus import corpus
from civic import clock
from civic.audit import AuditEntry
from civic.checking import faults
from civic.contributions.actions import revise
from civic.contributions.models import State
from civic.db import begin_write, commit
from civic.jobs import Job
from civic.notifications.models import Notice
from civic.outbox.models import Mail
from moderation import actions as moderation, queries as moderation_queries
from moderation.models import Outcome, Reason
from moderation.spam import queries, rules
from moderation.spam.classifier import learn
from moderation.spam.models import Hold, Model, Score
from moderation.spam.queries import Label
from moderation.spam.schedule import LEARN, SCORE, ask, ask_for_scores, ask_to_learn, end_spam_holds
from moderation.spam.trust import grant, take_back, trust_of
from tests.factories import Factories

SURE = "Grand casino en ligne, bonus de 500 € offert, jouez au poker https://bonus-77.shop/x"
GOOD = {"tested": 200, "sure": 30, "sure_precision": 0.99}


def scored(db: Any, text: Any) -> Score:
    found = db.get(Score, text.id)
    assert found is not None
    db.refresh(found)
    return found


@pytest.fixture(scope="module")
def learnt() -> Any:
    texts = corpus() + corpus(seed=3)
    return learn([Label(text.text, text.is_spam, clock.now()) for text in texts])


def keep_model(db: Any, learnt: Any, age: timedelta, figures: dict[str, Any]) -> Model:
    begin_write()
    model = Model(
        trained_at=clock.now(), shadow_since=clock.now() - age, intercept=learnt.intercept,
        weights=learnt.as_json(), figures=figures,
    )  # fmt: skip
    db.add(model)
    commit()
    return model


def test_every_new_text_is_read_once_for_each_version(make: Factories, db: Any) -> None:
    text = make.proposal(body="Voir https://a.example et https://b.example")
    ask_for_scores()
    first = scored(db, text)
    assert first.version == 1
    assert {name for name, _value in first.signals} >= {"links", "first_link"}
    begin_write()
    assert not queries.unscored()
    revise(text, text.author, text.title, "Il faudrait un banc.", 1)
    commit()
    ask_for_scores()
    second = scored(db, text)
    assert (second.version, second.signals, second.suspicion) == (2, [], 0.0)


def test_the_same_words_everywhere_are_noticed(make: Factories, db: Any) -> None:
    words = "Nous demandons un passage piéton devant l’école des Lilas avant la rentrée."
    texts = [make.proposal(body=words, title="Passage") for _n in range(4)]
    ask_for_scores()
    assert scored(db, texts[0]).signals == [["many_copies", 3]]
    assert all(text.state is State.VISIBLE for text in texts)


def test_a_model_in_shadow_says_nothing_then_ranks(make: Factories, db: Any, learnt: Any) -> None:
    model = keep_model(db, learnt, timedelta(days=3), GOOD)
    text = make.proposal(body=SURE, title="Jeux")
    ask_for_scores()
    watched = scored(db, text)
    assert watched.probability > 0.98
    assert watched.suspicion < watched.probability
    assert text.state is State.VISIBLE
    begin_write()
    model.shadow_since -= timedelta(days=14)
    model.figures = {"tested": 0}
    revise(text, text.author, "Jeux", SURE + " !", 1)
    commit()
    ask_for_scores()
    ranking = scored(db, text)
    assert ranking.suspicion == ranking.probability
    assert ranking.signals[-1][0] == "words"
    assert text.state is State.VISIBLE


def test_a_sure_case_of_somebody_new_waits_a_day_at_most(
    make: Factories, db: Any, learnt: Any
) -> None:
    keep_model(db, learnt, timedelta(days=20), GOOD)
    text = make.proposal(body=SURE, title="Jeux")
    moderator = make.moderator(text.space)
    ask_for_scores()
    db.refresh(text)
    assert text.state is State.PENDING
    assert not list(faults())
    told = db.scalars(select(Notice).where(Notice.verb == "moderation.held")).one()
    assert told.account_id == text.author_id
    mail = db.scalars(select(Mail).where(Mail.to == text.author.email)).all()[-1]
    assert "filtre automatique" in mail.body
    reported = select(Notice.account_id).where(Notice.verb == "moderation.reported")
    assert moderator.id in db.scalars(reported).all()
    assert "spam.held" in db.scalars(select(AuditEntry.act)).all()
    end_spam_holds()
    db.refresh(text)
    assert text.state is State.PENDING
    with clock.at(clock.now() + timedelta(hours=25)):
        end_spam_holds()
    db.refresh(text)
    assert text.state is State.VISIBLE
    assert db.get(Hold, text.id).ended_by == "time"
    ask_for_scores()
    assert text.state is State.VISIBLE
    assert not list(faults())


def test_nobody_known_is_ever_set_aside(make: Factories, db: Any, learnt: Any) -> None:
    keep_model(db, learnt, timedelta(days=20), GOOD)
    known = make.account()
    administrator = make.administrator()
    begin_write()
    grant(known, administrator)
    commit()
    text = make.proposal(author=known, body=SURE, title="Jeux")
    without_link = make.proposal(body="Jouez au casino en ligne bonus poker", title="Jeux")
    ask_for_scores()
    assert (text.state, without_link.state) == (State.VISIBLE, State.VISIBLE)
    begin_write()
    take_back(known, administrator)
    commit()
    assert trust_of(known).level == 0


def test_a_decision_ends_a_hold(make: Factories, db: Any, learnt: Any) -> None:
    keep_model(db, learnt, timedelta(days=20), GOOD)
    texts = [make.proposal(body=f"{SURE} {n}", title="Jeux") for n in range(2)]
    ask_for_scores()
    for text, outcome in zip(texts, (Outcome.KEEP, Outcome.HIDE), strict=True):
        moderator = make.moderator(text.space)
        begin_write()
        case = moderation_queries.case_of(text)
        moderation.decide(case, moderator, outcome, 0, Reason.SPAM, "Publicité.")
        commit()
    end_spam_holds()
    assert [text.state for text in texts] == [State.VISIBLE, State.HIDDEN]
    assert {db.get(Hold, text.id).ended_by for text in texts} == {"person"}
    assert not list(faults())


def test_nothing_is_learnt_from_few_decisions_nor_much_from_one_person(
    make: Factories, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = make.space()
    moderator = make.moderator(space)
    for n in range(4):
        make.hidden(make.proposal(space, body=f"{SURE} {n}"), moderator)
    ask_to_learn()
    assert db.scalars(select(Model)).first() is None
    monkeypatch.setattr("moderation.spam.queries.LABELS_PER_DAY", 3)
    assert queries.labels() == []  # hidden as an insult, not as spam
    for n in range(5):
        case = make.report(make.proposal(space, title=f"Gardé {n}"))
        begin_write()
        moderation.decide(case, moderator, Outcome.KEEP, 0)
        commit()
    assert [label.is_spam for label in queries.labels()] == [False] * 3


def test_enough_decisions_make_a_model_that_keeps_its_shadow(
    make: Factories, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        Label(text.text, text.is_spam, clock.now() + timedelta(minutes=place))
        for place, text in enumerate(corpus())
    ]
    monkeypatch.setattr("moderation.spam.queries.labels", lambda: rows)
    ask_to_learn()
    first = db.scalars(select(Model)).one()
    assert first.figures["learnt_spam"] >= 50
    assert first.figures["tested"] == 200
    with clock.at(clock.now() + timedelta(days=1)):
        ask_to_learn()
    last = db.scalars(select(Model).order_by(Model.id.desc())).first()
    assert last.id != first.id
    assert last.shadow_since == first.shadow_since


def test_one_job_at_a_time(make: Factories, db: Any) -> None:
    begin_write()
    db.add(Job(name=SCORE, arguments={}, state="running", queued_at=clock.now()))
    db.flush()
    ask(SCORE)
    ask(LEARN)
    assert len(db.scalars(select(Job).where(Job.name == SCORE)).all()) == 1
    assert len(db.scalars(select(Job).where(Job.name == LEARN)).all()) == 1


def test_f45_a_hundred_wrong_decisions_alarm_and_set_nothing_aside(
    make: Factories, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator, start = make.administrator(), clock.now() - timedelta(days=20)
    honest = [
        Label(text.text, text.is_spam, start + timedelta(minutes=place))
        for place, text in enumerate(corpus())
    ]
    wrong = [
        Label(label.text, False, label.at + timedelta(days=10))
        for label in [label for label in honest if label.is_spam][-100:]
    ]
    drifts = select(Notice).where(Notice.verb == "moderation.drifted")
    monkeypatch.setattr("moderation.spam.queries.labels", lambda: honest)
    with clock.at(start):
        ask_to_learn()
    assert not db.scalars(drifts).all()
    monkeypatch.setattr("moderation.spam.queries.labels", lambda: honest + wrong)
    for _night in range(2):
        ask_to_learn()
    told_to = db.scalars(drifts).one()
    assert told_to.account_id == administrator.id
    assert told_to.details["before"] - told_to.details["now"] > rules.DRIFT
    assert db.scalars(select(AuditEntry).where(AuditEntry.act == "spam.drifted")).one()
    crafted = make.proposal(title="Jeux", body=SURE)
    ask_for_scores()
    assert scored(db, crafted).probability is not None
    assert crafted.state is State.VISIBLE, "only a person hides it"
    assert not list(faults())


def test_f45_one_moderator_teaches_fifty_decisions_a_day(make: Factories) -> None:
    space = make.space()
    moderator, other = make.moderator(space), make.moderator(space)
    for n in range(56):
        case = make.report(make.proposal(space, title=f"Texte {n}"), reason=Reason.SPAM)
        begin_write()
        by = other if n == 55 else moderator
        moderation.decide(case, by, Outcome.HIDE, 0, Reason.SPAM, "Publicité.")
        commit()
    assert len(queries.labels()) == rules.LABELS_PER_DAY + 1
