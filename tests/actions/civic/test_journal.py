"""The key is made once and stays private, old seals verify, and a rewritten log shows."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from civic import audit, clock
from civic.audit import AuditEntry
from civic.journal import actions, checks, signing
from civic.journal.models import LogHead
from civic.settings import SettingsError, active, load_settings
from tests.factories import Factories


def faults() -> list[str]:
    return [*checks.heads_stand(), *checks.heads_are_signed()]


def test_the_key_is_made_once_and_only_the_service_can_read_it(app: Flask, db: Any) -> None:
    first, second = signing.sign("essai\n{}"), signing.sign("essai\n{}")
    kept = active().var_dir / "signing-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first == second
    assert len(signing.known_keys()) == 1


def test_another_statement_or_another_key_does_not_verify(app: Flask, db: Any) -> None:
    signed = signing.sign("essai\n{}")
    assert signing.is_ours(signed)
    assert not signing.verifies(replace(signed, statement="essai\n{ }"))
    assert not signing.verifies(replace(signed, signature="00" * 64))
    assert not signing.is_ours(replace(signed, public_key="ab" * 32))


def test_what_an_older_key_signed_still_verifies(app: Flask, db: Any) -> None:
    old = signing.sign("essai\n{}")
    with clock.at(clock.now() + timedelta(days=1)):
        public = signing.replace_key(active())
        new = signing.sign("essai\n{}")
    assert new.public_key == public != old.public_key
    assert signing.is_ours(old)
    assert signing.is_ours(new)
    assert [key.public for key in signing.known_keys()] == [new.public_key, old.public_key]


def test_a_key_that_comes_from_the_settings_is_used_and_not_replaced_here(
    app: Flask, db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = replace(active(), signing_key="11" * 32, var_dir=tmp_path)
    monkeypatch.setitem(app.config, "SETTINGS", given)
    assert signing.is_ours(signing.sign("essai\n{}"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="PALABRE_SIGNING_KEY"):
        signing.replace_key(given)


def test_a_signing_key_that_is_no_key_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="64 hexadecimal"):
        load_settings({"PALABRE_SIGNING_KEY": "secret"}, tmp_path / "none")


def test_one_head_a_day_is_published(make: Factories, db: Any) -> None:
    make.space()
    assert actions.publish_head()
    audit.record(None, "test.act")
    assert not actions.publish_head()
    with clock.at(clock.now() + timedelta(days=1)):
        assert actions.publish_head()
    heads = list(db.scalars(select(LogHead).order_by(LogHead.day)))
    assert heads[0].entry_id < heads[1].entry_id
    assert faults() == []


def test_entries_taken_off_the_end_leave_a_whole_chain_but_miss_their_head(
    make: Factories, db: Any
) -> None:
    make.space()
    audit.record(None, "test.act", because="à effacer")
    actions.publish_head()
    last = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    db.execute(delete(AuditEntry).where(AuditEntry.id == last.id))
    db.expire_all()
    assert audit.first_fault() is None, "the chain alone does not show it"
    assert any("is gone" in fault for fault in faults())


def test_a_log_written_anew_from_end_to_end_is_not_the_published_one(
    make: Factories, db: Any
) -> None:
    audit.record(None, "test.act", because="vrai")
    actions.publish_head()
    entry = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    entry.reason = "faux"
    entry.digest = entry.computed_digest()
    db.flush()
    assert audit.first_fault() is None
    assert any("not the one that was published" in fault for fault in faults())


@pytest.mark.parametrize("tampering", ["UPDATE log_head SET digest = 'x'", "DELETE FROM log_head",
                                       "DELETE FROM signing_key"])  # fmt: skip
def test_the_database_itself_keeps_heads_and_keys(make: Factories, db: Any, tampering: str) -> None:
    make.space()
    actions.publish_head()
    db.commit()
    with pytest.raises(DatabaseError):
        db.execute(text(tampering))
    db.rollback()


def test_a_head_changed_behind_the_triggers_is_found(make: Factories, db: Any) -> None:
    make.space()
    actions.publish_head()
    if db.connection().dialect.name == "sqlite":
        db.execute(text("DROP TRIGGER guard_log_head_update"))
    else:
        db.execute(text("ALTER TABLE log_head DISABLE TRIGGER guard_log_head_update"))
    db.execute(update(LogHead).values(entry_id=LogHead.entry_id - 1))
    db.expire_all()
    assert any("signature does not hold" in fault for fault in faults())
