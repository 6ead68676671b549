"""A town is not served in a state that would hurt it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from civic.settings import ROOT, NotReadyError, Settings
from civic.starting import faults, require_ready, warnings
from tests.conftest import migrate, settings_for
from tests.real.server import environment, free_port

GOOD = {
    "base_url": "https://participer.ville.example", "secure_cookies": True, "trusted_proxies": 1,
    "secret_key": "kXq7ZtP2vB9sLm4WnR8yHc3JdF6gTaE1uQ5oIxYzM0iNbVpK",
    "argon2_memory": 19_456, "argon2_rounds": 2,
}  # fmt: skip


def production(folder: Path, **given: Any) -> Flask:
    """A town about to be served, on an empty database."""
    return create_app(settings_for(folder, f"sqlite:///{folder / 'p.db'}", **(GOOD | given)))


def migrated(app: Flask) -> Flask:
    from civic.db import db  # noqa: PLC0415

    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        migrate(app, connection)
        connection.commit()
    return app


def test_a_town_with_good_settings_starts(tmp_path: Path) -> None:
    require_ready(migrated(production(tmp_path)))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"secret_key": "a" * 48}, "guessed"),
        ({"secret_key": "change-me-change-me-change-me-please"}, "guessed"),
        ({"secret_key": "Palabre-Saint-Aubin-2026-xyz-48-plus"}, "guessed"),
        ({"secure_cookies": False}, "PALABRE_SECURE_COOKIES=true"),
        ({"trusted_hosts": ("*",)}, "“*”"),
        ({"trusted_hosts": ("ville.example", ".ville.example")}, "“.ville.example”"),
        ({"trusted_hosts": ("*.ville.example",)}, "“*.ville.example”"),
        ({"argon2_memory": 8}, "PALABRE_ARGON2_MEMORY"),
        ({"argon2_rounds": 1}, "PALABRE_ARGON2_ROUNDS"),
        ({"log_level": "DEBUG"}, "PALABRE_LOG_LEVEL"),
    ],
)
def test_each_fault_is_told_with_its_cure(
    tmp_path: Path, given: dict[str, Any], words: str
) -> None:
    told = [f for f in faults(production(tmp_path, **given)) if "palabre setup" not in f]
    assert len(told) == 1
    assert words in told[0]


def test_a_short_key_that_somebody_wrote_into_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("abc")
    assert any("3 characters" in f for f in faults(production(tmp_path, secret_key="")))


def test_debug_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = migrated(production(tmp_path))
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert [f for f in faults(app) if "FLASK_DEBUG" in f]
    monkeypatch.delenv("FLASK_DEBUG")
    app.debug = True
    assert [f for f in faults(app) if "FLASK_DEBUG" in f]


def test_an_empty_database_is_refused_in_a_trial_too(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path / 'p.db'}"))
    assert [f for f in faults(app) if "palabre setup" in f]
    assert not list(faults(migrated(app)))


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    app = production(
        tmp_path, secret_key="x" * 40, secure_cookies=False, trusted_hosts=("*",), argon2_memory=8
    )
    app.debug = True
    with pytest.raises(NotReadyError) as refused:
        require_ready(app)
    assert len(refused.value.faults) == 6
    assert "x" * 40 not in str(refused.value)


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, "postgresql://nobody@127.0.0.1:1/none")
    told = list(faults(create_app(settings)))
    assert len(told) == 1
    assert "PALABRE_DATABASE_URL" in told[0]


def test_a_proxy_that_is_not_declared_and_a_site_in_clear_are_warned_of() -> None:
    here = Settings()
    assert not list(warnings(here))
    assert list(warnings(replace(here, base_url="http://ville.example")))
    https = replace(here, base_url="https://ville.example")
    assert list(warnings(https))
    assert not list(warnings(replace(https, trusted_proxies=1)))


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["web", "worker", "serve"])
def test_each_command_refuses_in_plain_words(tmp_path: Path, verb: str) -> None:
    more = {"PALABRE_BASE_URL": "https://ville.example", "PALABRE_DEMONSTRATION": "false"}
    env = environment(tmp_path, free_port(), f"sqlite:///{tmp_path / 'p.db'}", **more)
    done = subprocess.run(
        [sys.executable, "-m", "app", verb], cwd=ROOT, env=env, check=False, capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for word in ("PALABRE_SECURE_COOKIES", "PALABRE_ARGON2_MEMORY", "palabre setup"):
        assert word in done.stderr
