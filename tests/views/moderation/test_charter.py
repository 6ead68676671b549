"""The rules, version after version, and what decisions refer to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from civic import clock
from civic.audit import AuditEntry
from moderation.charter import queries
from tests.factories import Factories

FORM = {
    "intro": "Ici on débat **vivement**.",
    "changes": "Des exemples pour les injures.",
    "rule_insult": "On ne s’en prend pas aux personnes.",
    "kept_insult": "Ce projet est idiot.\nQuelle honte, ce budget.",
    "hidden_insult": "Vous êtes un idiot.",
    "reply_insult": "Votre texte vise une personne.",
    "article_insult": "Article 29 de la loi de 1881",
}


def test_a_town_words_its_rules_and_everyone_reads_each_version(
    client: Any, signed_in: Any, make: Factories, db: Any
) -> None:
    administrator = signed_in(make.administrator())
    assert "version 1" in administrator.get("/admin/rules").page.text
    refused = administrator.submit("/admin/rules", FORM | {"changes": "", "seen": "0"})
    assert refused.status_code == 422
    assert refused.page.value_of("kept_insult") == FORM["kept_insult"]
    assert administrator.submit("/admin/rules", FORM | {"seen": "0"}).status_code == 303
    page = client.get("/moderation/rules").page
    for words in ("On ne s’en prend pas aux personnes.", "Ce projet est idiot.", "Article 29"):
        assert words in page.text
    assert "hounds" not in page.text
    again = FORM | {"rule_insult": "Attaquez les idées.", "changes": "Plus court.", "seen": "1"}
    assert administrator.submit("/admin/rules", again).status_code == 303
    assert "Attaquez les idées." in client.get("/moderation/rules").page.text
    old = client.get("/moderation/rules/versions/1").page
    assert "On ne s’en prend pas aux personnes." in old.text
    assert "plus en vigueur" in old.text
    assert client.get("/moderation/rules/versions/3").status_code == 404
    assert db.scalars(select(AuditEntry.act)).all().count("charter.published") == 2


def test_two_administrators_do_not_overwrite_each_other(signed_in: Any, make: Factories) -> None:
    one, two = signed_in(make.administrator()), signed_in(make.administrator())
    one.submit("/admin/rules", FORM | {"seen": "0"})
    late = two.submit("/admin/rules", FORM | {"intro": "Autre.", "seen": "0"})
    assert late.status_code == 409
    assert late.page.value_of("intro") == "Autre."
    assert late.page.value_of("seen") == "1"
    assert two.submit("/admin/rules", FORM | {"seen": "1"}).status_code == 303


def test_only_administrators_word_the_rules(signed_in: Any, make: Factories) -> None:
    moderator = signed_in(make.moderator(make.space()))
    assert moderator.get("/admin/rules").status_code == 404
    assert moderator.submit("/admin/rules", FORM | {"seen": "0"}).status_code == 404


def test_a_decision_refers_to_the_version_that_was_in_force(
    signed_in: Any, make: Factories
) -> None:
    administrator, space = signed_in(make.administrator()), make.space()
    first = make.hidden(make.proposal(space))
    with clock.at(clock.now() + timedelta(hours=1)):
        signed_in(make.administrator()).submit("/admin/rules", FORM | {"seen": "0"})
        second = make.hidden(make.proposal(space, title="Autre"))
    assert (queries.number_at(first.at), queries.number_at(second.at)) == (0, 1)
    page = administrator.get(f"/spaces/{space.slug}/moderation/{second.case_id}").page
    assert "/moderation/rules/versions/1" in page.links()
    assert "Votre texte vise une personne." in page.text


def test_an_administrator_trusts_somebody_fully_and_no_longer(
    signed_in: Any, make: Factories
) -> None:
    space, person = make.space(), make.account()
    make.proposal(space, person)
    url = f"/spaces/{space.slug}/moderation/people/{person.id}/trust"
    administrator = signed_in(make.administrator())
    place = administrator.submit(url, {"wanted": "1"}).location
    assert "Confiance : 3 sur 3" in administrator.get(place).page.text.replace("\u00a0", " ")
    administrator.submit(url, {"wanted": "0"})
    assert "Confiance : 0 sur 3" in administrator.get(place).page.text.replace("\u00a0", " ")
    assert signed_in(make.moderator(space)).submit(url, {"wanted": "1"}).status_code == 404
