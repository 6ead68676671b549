"""Settings: read once, all faults told together."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from civic.settings import ROOT, Settings, SettingsError, kept_secret, load_settings

NOWHERE = Path("/nowhere/.env")


def test_without_any_setting_a_small_town_runs() -> None:
    settings = load_settings({}, NOWHERE)
    assert settings.database.startswith("sqlite:///")
    assert settings.port == 8000
    assert not settings.sends_mail


def test_every_fault_is_told_at_once() -> None:
    given = {
        "PALABRE_PORT": "http",
        "PALABRE_LANGUAGE": "de",
        "PALABRE_TIMEZONE": "Paris",
        "PALABRE_DATABASE_URL": "mysql://x",
        "PALABRE_COLOUR": "red",
        "PALABRE_SECRET_KEY": "short",
    }
    with pytest.raises(SettingsError) as refused:
        load_settings(given, NOWHERE)
    assert len(refused.value.faults) == len(given)
    for name in given:
        assert name in str(refused.value)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# a comment\nPALABRE_TOWN_NAME="Saint-Aubin"\nPALABRE_PORT=9000\n')
    settings = load_settings({"PALABRE_PORT": "9001"}, file)
    assert (settings.town_name, settings.port) == ("Saint-Aubin", 9001)


def test_postgresql_is_reached_through_psycopg() -> None:
    settings = load_settings({"PALABRE_DATABASE_URL": "postgresql://u@h/d"}, NOWHERE)
    assert settings.database == "postgresql+psycopg://u@h/d"


def test_a_demonstration_never_sends_mail() -> None:
    with pytest.raises(SettingsError):
        load_settings(
            {"PALABRE_DEMONSTRATION": "true", "PALABRE_SMTP_URL": "smtp://localhost"}, NOWHERE
        )


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path / "var")
    first = kept_secret(settings)
    assert kept_secret(settings) == first
    assert len(first) >= 32
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o077 == 0


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    undocumented = [f.name for f in fields(Settings) if f.name != "extra"
                    and f"PALABRE_{f.name.upper()}" not in page]  # fmt: skip
    assert not undocumented


def test_a_setting_left_empty_is_a_setting_left_out() -> None:
    assert load_settings({"PALABRE_PORT": " "}, NOWHERE).port == 8000


def test_a_command_says_what_is_wrong_with_the_settings_in_plain_words() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "check"], cwd=ROOT, check=False, capture_output=True,
        text=True, env={**os.environ, "PALABRE_PORT": "huit mille"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "PALABRE_PORT" in done.stderr
    assert "Traceback" not in done.stderr
