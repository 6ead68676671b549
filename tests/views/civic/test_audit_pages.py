"""The audit log as an administrator reads it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from civic import audit, clock
from civic.audit import AuditEntry
from civic.auditing.sentences import SENTENCES
from civic.db import commit
from tests.factories import Factories


def written(*act: Any, **more: Any) -> None:
    """An entry, made permanent."""
    audit.record(*act, **more)
    commit()


def test_acts_are_told_in_sentences_with_what_they_are_about(
    signed_in: Any, make: Factories
) -> None:
    administrator = make.administrator()
    space = make.space(title="La place du marché")
    written(administrator, "space.published", about=space, because="Conseil du 3 mars")
    page = signed_in(administrator).get("/admin/audit").page
    assert f"{administrator.name} a publié un espace." in page.text
    assert "La place du marché" in page.text
    assert "Conseil du 3 mars" in page.text
    assert f"/spaces/{space.slug}" in page.links()


def test_the_page_stands_when_people_and_things_are_gone(signed_in: Any, make: Factories) -> None:
    administrator = make.administrator()

    class Gone:
        __tablename__ = "contribution"
        id = 987_654

    class Unknown(Gone):
        __tablename__ = "a_table_of_long_ago"

    class Nobody:
        id = 876_543

    written(Nobody(), "proposal.withdrawn", about=Gone())
    written(None, "an.act_without_words", about=Unknown(), deep={"a": [1, {"b": None}]})
    text = signed_in(administrator).get("/admin/audit").page.text
    assert "contribution:987654" in text
    assert "876543" in text
    assert "an.act_without_words" in text


def test_the_log_is_filtered_by_act_by_name_and_by_day(signed_in: Any, make: Factories) -> None:
    administrator = make.administrator()
    odile, paul = make.account("Odile"), make.account("100%_Paul")
    with clock.at(clock.now() - timedelta(days=40)):
        written(odile, "proposal.withdrawn", because="il y a longtemps")
    written(odile, "proposal.withdrawn", because="récemment")
    written(paul, "moderation.contested", because="par Paul")
    browser = signed_in(administrator)
    ago = (clock.now() - timedelta(days=30)).date().isoformat()

    def shown(query: str) -> str:
        return browser.get(f"/admin/audit?{query}").page.text

    assert "par Paul" not in shown("act=proposal.withdrawn")
    assert "récemment" in shown("act=proposal.withdrawn")
    assert "il y a longtemps" not in shown(f"since={ago}")
    assert "récemment" not in shown(f"until={ago}")
    assert "récemment" not in shown("who=100%25_p")
    assert "par Paul" in shown("who=100%25_p")
    for strange in ("since=hier", "until=0001-01-01", "until=9999-12-31", "act=%00", "who=%25"):
        assert browser.get(f"/admin/audit?{strange}").status_code == 200


def test_a_broken_chain_is_named_on_its_page(signed_in: Any, make: Factories, db: Any) -> None:
    administrator = make.administrator()
    for number in range(3):
        written(administrator, "space.edited", because=f"raison {number}")
    browser = signed_in(administrator)
    head = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    whole = browser.get("/admin/audit/chain").page.text
    assert head.digest in whole
    db.execute(update(AuditEntry).where(AuditEntry.id == head.id - 1).values(reason="autre"))
    commit()
    assert str(head.id - 1) in browser.get("/admin/audit/chain").page.text
    assert browser.get("/admin/audit/chain").page.text != whole


def test_the_log_is_exported_as_it_is_filtered_and_the_export_is_written_down(
    signed_in: Any, make: Factories, db: Any
) -> None:
    administrator = make.administrator()
    written(administrator, "space.edited", because="=HYPERLINK(1)")
    written(administrator, "space.published", because="gardé")
    browser = signed_in(administrator)
    told = browser.submit("/admin/audit/export", {"kind": "csv", "act": "space.edited"})
    assert "attachment" in told.headers["Content-Disposition"]
    rows = list(
        csv.reader(io.StringIO(told.get_data(as_text=True).lstrip("\ufeff")), delimiter=";")
    )
    reason = rows[0].index("reason")
    assert any("HYPERLINK" in row[reason] for row in rows)
    assert not any(row[reason].startswith("=") for row in rows)
    assert not any("gardé" in row[reason] for row in rows)
    found = json.loads(browser.submit("/admin/audit/export", {"kind": "json"}).text)["entries"]
    assert {"audit.exported", "space.published"} <= {entry["act"] for entry in found}
    exported = db.scalars(select(AuditEntry).where(AuditEntry.act == "audit.exported")).all()
    assert len(exported) == 2
    for entry in found:
        row = db.get(AuditEntry, entry["number"])
        assert (row.digest, row.previous, row.details) == (
            entry["digest"], entry["previous"], entry["details"],
        )  # fmt: skip


def test_every_sentence_names_who_did_it() -> None:
    assert not [act for act, words in SENTENCES.items() if "%(who)s" not in str(words)]
