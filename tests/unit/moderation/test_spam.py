"""What the filter notices, learns, keeps and says, without a database."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.spam_corpus import corpus
from moderation.spam.classifier import Learnt, learn, measure
from moderation.spam.noticing import copies_of, has_link, notice, shingles, suspicion
from moderation.spam.queries import Label
from moderation.spam.rules import (
    SHADOW,
    Record,
    Trust,
    is_set_aside,
    may_hide,
    ranks,
    trust_level,
)

START = datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def names(text: str, is_first: bool = False, copies: int = 0) -> set[str]:
    return {signal.name for signal in notice(text, is_first, copies)}


def test_what_a_text_shows() -> None:
    assert names("Il faudrait un banc devant l’école, à l’ombre.") == set()
    assert "mostly_link" in names("Regardez https://bonus.example/x")
    assert "first_link" in names("Voir www.exemple.org pour la suite de cette idée", is_first=True)
    assert "iban" in names("Virement sur FR76 3000 6000 0112 3456 7890 189 aujourd’hui")
    assert "phone" in names("Appelez le 06 12 34 56 78 pour un devis")
    assert "invisible" in names("via\u200bgra")
    assert "capitals" in names("J’EN AI ASSEZ DE CES TROTTOIRS")
    assert "capitals" not in names("OUI")
    assert names("Le même texte que les autres", copies=2) == {"copies"}
    assert names("Le même texte que les autres", copies=5) == {"many_copies"}


def test_suspicion_grows_with_each_signal_and_stays_below_one() -> None:
    few = suspicion(notice("Voir https://a.example", False, 0))
    more = suspicion(notice("Voir https://a.example", True, 4))
    assert 0 < few < more < 1
    assert suspicion([]) == 0


def test_copies_are_texts_that_share_nearly_all_their_words_in_order() -> None:
    text = (
        "Nous demandons un passage piéton devant l’école des Lilas avant la rentrée de septembre."
    )
    others = [shingles(t) for t in (text.upper() + " !", "Un passage piéton, oui, vite.", text)]
    assert copies_of(shingles(text), others) == 2
    assert shingles("Bonne idée !") == frozenset()
    assert copies_of(shingles("Bonne idée !"), [shingles("Bonne idée !")]) == 0


@pytest.fixture(scope="module")
def labels() -> list[Label]:
    return [
        Label(text.text, text.is_spam, START + timedelta(minutes=10 * place))
        for place, text in enumerate(corpus())
    ]


def test_a_model_learns_and_is_measured_on_later_decisions(labels: list[Label]) -> None:
    figures = measure(labels)
    assert figures["tested"] == 200
    assert figures["precision"] >= 0.9
    assert figures["recall"] >= 0.9
    assert figures["sure_precision"] >= 0.95
    shuffled = [Label(label.text, place % 5 == 0, label.at) for place, label in enumerate(labels)]
    assert measure(shuffled)["precision"] < 0.5, "it must not find what is not there"


def test_too_few_decisions_or_one_sort_alone_measure_nothing(labels: list[Label]) -> None:
    assert measure([]) == {"tested": 0}
    assert measure([label for label in labels if not label.is_spam]) == {"tested": 0}


def test_a_model_is_plain_numbers_and_answers_the_same_when_read_again(labels: list[Label]) -> None:
    learnt = learn(labels)
    kept = learnt.as_json()
    assert all(
        isinstance(value, float) and key.isdigit() for key, value in json.loads(kept).items()
    )
    assert "casino" not in kept
    texts = [label.text for label in labels[:50]]
    again = Learnt.from_json(learnt.intercept, kept).probabilities(texts)
    assert abs(again - learnt.probabilities(texts)).max() < 0.02


def test_it_says_which_words_weigh(labels: list[Label]) -> None:
    words = learn(labels).telling_words("Le parc est joli mais jouez au casino en ligne")
    assert "casino" in words
    assert "parc" not in words
    assert learn(labels).telling_words("…") == []


# --- Trust and holds ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "level"),
    [
        (Record(True, DAY / 2, 5, 0, 0), 0),
        (Record(False, 9 * DAY, 5, 0, 0), 0),
        (Record(True, 2 * DAY, 1, 0, 0), 0),
        (Record(True, 2 * DAY, 2, 0, 0), 1),
        (Record(True, 99 * DAY, 10, 0, 0), 2),
        (Record(True, 99 * DAY, 10, 0, 1), 1),
        (Record(True, 99 * DAY, 10, 2, 2), 0),
        (Record(True, DAY, 0, 0, 0, True), 3),
        (Record(True, 99 * DAY, 50, 2, 2, True), 0),
    ],
)
def test_levels_of_trust(record: Record, level: int) -> None:
    assert trust_level(record) == level


def test_a_model_is_watched_for_two_weeks_and_hides_only_where_it_was_right() -> None:
    good = {"tested": 200, "sure": 20, "sure_precision": 0.97}
    assert not ranks(START, START + SHADOW - DAY)
    assert ranks(START, START + SHADOW)
    assert may_hide(good, START, START + SHADOW)
    assert not may_hide(good, START, START + DAY)
    for worse in ({"tested": 199}, {"sure": 0}, {"sure_precision": 0.94}):
        assert not may_hide(good | worse, START, START + SHADOW)
    assert not may_hide({}, START, START + SHADOW)


@pytest.mark.parametrize(
    ("chance", "trust", "link", "may", "held"),
    [
        (0.99, 0, True, True, True),
        (0.97, 0, True, True, False),
        (0.99, 1, True, True, False),
        (0.99, 0, False, True, False),
        (0.99, 0, True, False, False),
        (None, 0, True, True, False),
    ],
)
def test_a_text_is_set_aside_under_all_conditions_only(
    chance: float | None, trust: int, link: bool, may: bool, held: bool
) -> None:
    assert is_set_aside(chance, trust, link, may) is held
    assert has_link("voir gain33.xyz")
    assert not has_link("voir la page 3.")


def test_the_way_up_is_told(app: object, db: object) -> None:
    assert Trust(2, Record(True, 99 * DAY, 10, 0, 0)).way_up == []
    with app.test_request_context():  # type: ignore[attr-defined]
        assert len(Trust(0, Record(False, DAY / 2, 0, 0, 0)).way_up) == 3
        assert len(Trust(1, Record(True, 3 * DAY, 3, 0, 1)).way_up) == 2
