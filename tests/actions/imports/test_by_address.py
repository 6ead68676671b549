"""A file given by its address is fetched through the one way out."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

import imports.command
from civic.outgoing import Fetched
from proposals.models import Proposal
from tests.factories import Factories

CSV = "titre;texte\nDes bancs;Des bancs à l’ombre, sur la place.\n".encode()
ADDRESS = "https://donnees.ville.example/propositions.csv"


def bring(app: Any, slug: str, *more: str) -> Any:
    columns = ("--map", "title=titre", "--map", "body=texte")
    words = ["contributions", ADDRESS, "--space", slug, *columns, *more]
    return app.test_cli_runner().invoke(imports.command.bring, words)


def test_a_file_is_read_by_its_address(
    app: Any, make: Factories, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetched(url: str) -> Fetched:
        asked.append(url)
        return Fetched(200, {}, CSV)

    monkeypatch.setattr(imports.command, "fetch", fetched)
    space = make.space()
    done = bring(app, space.slug, "--yes")
    assert done.exit_code == 0, done.output
    assert asked == [ADDRESS]
    assert db.scalar(select(func.count()).where(Proposal.space_id == space.id)) == 1


def test_an_address_that_no_setting_allows_is_refused_in_words(app: Any, make: Factories) -> None:
    done = bring(app, make.space().slug)
    assert done.exit_code == 1
    assert "PALABRE_OUTGOING_HOSTS" in done.output


def test_an_answer_that_is_not_the_file_is_told(
    app: Any, make: Factories, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports.command, "fetch", lambda _url: Fetched(404, {}, b"secret"))
    done = bring(app, make.space().slug)
    assert "404" in done.output
    assert "secret" not in done.output
