"""Real exports, through the command that a town would type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from app import create_app
from civic.db import begin_write, commit, db
from civic.settings import ROOT
from civic.spaces.models import Role, Space
from civic.spaces.queries import team_of
from synthesis import actions, queries
from synthesis.bundle import make as make_bundle
from synthesis.figures import public_figures, theme_lines
from synthesis.models import Decision, State
from tests.conftest import settings_for

DATA = Path(os.environ.get("PALABRE_TEST_DATA", ROOT.parent / "shared" / "data"))
LILLE = DATA / "contributions" / "lille-mel-decidim"
POLIS = DATA / "polis" / "scoop-hivemind.biodiversity"
pytestmark = [pytest.mark.data, pytest.mark.xdist_group("pages")]


def palabre(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "PALABRE_DATABASE_URL": f"sqlite:///{folder / 'palabre.db'}",
        "PALABRE_VAR_DIR": str(folder), "PALABRE_DEMONSTRATION": "true",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "app", *words], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, **settings}, check=False,
    )  # fmt: skip


def count(folder: Path, query: str) -> int:
    engine = create_engine(f"sqlite:///{folder / 'palabre.db'}")
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


@pytest.fixture(scope="module")
def here(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the town to import into."""
    if not LILLE.exists() or not POLIS.exists():
        pytest.skip(f"the real data is not in {DATA}")
    folder = tmp_path_factory.mktemp("imports")
    shutil.copytree(town, folder, dirs_exist_ok=True)
    return folder


def lille(*more: str) -> list[str]:
    return [
        "import", "decidim", str(LILLE / "raw-decidim-proposals-export.csv"), "--comments",
        str(LILLE / "raw-decidim-comments-export.csv"), "--space", "plan-climat", *more,
    ]  # fmt: skip


def test_lille_is_tried_then_imported_and_a_second_time_changes_nothing(here: Path) -> None:
    imported = "SELECT count(*) FROM imported_row WHERE contribution_id IS NOT NULL"
    trial = palabre(here, *lille())
    assert trial.returncode == 0, trial.stderr
    assert count(here, imported) == 0
    done = palabre(here, *lille("--yes"))
    assert done.returncode == 0, done.stderr
    for kind, size in (("proposal", 196 + 29), ("comment", 693)):
        of_kind = (
            "SELECT count(*) FROM imported_row JOIN contribution ON contribution.id = "
            f"contribution_id WHERE kind = '{kind}' AND contribution.state = 'visible'"
        )
        assert count(here, of_kind) == size
    replies = "SELECT count(*) FROM comment JOIN imported_row ON id = contribution_id"
    assert count(here, f"{replies} WHERE reply_to_id IS NOT NULL") == 148
    total = count(here, "SELECT count(*) FROM contribution")
    again = palabre(here, *lille("--yes"))
    assert again.returncode == 0, again.stderr
    assert count(here, "SELECT count(*) FROM contribution") == total
    assert palabre(here, "check").returncode == 0


def test_a_polis_conversation_keeps_every_vote(here: Path) -> None:
    done = palabre(here, "import", "polis", str(POLIS), "--space", "plan-climat", "--yes")
    assert done.returncode == 0, done.stderr
    statements = "FROM imported_row WHERE key LIKE 'statement/%'"
    assert count(here, f"SELECT count(*) {statements}") == 316
    votes = (
        "SELECT count(*) FROM stance WHERE contribution_id IN "
        f"(SELECT contribution_id {statements})"
    )
    assert count(here, votes) == sum_of_votes()
    assert palabre(here, "check").returncode == 0


def sum_of_votes() -> int:
    """Last votes per person and statement of the events, counted without Palabre."""
    seen = set()
    for line in (POLIS / "votes.csv").read_text("utf-8").splitlines()[1:]:
        _time, _date, statement, voter, _vote = line.rsplit(",", 4)
        seen.add((voter, statement))
    return len(seen)


def test_faults_are_told_by_line_and_leave_nothing(here: Path, tmp_path: Path) -> None:
    path = tmp_path / "mauvais.csv"
    path.write_text("id;title;body;created_at\n1;Un;Texte;hier\n2;Deux;Texte;demain\n", "utf-8")
    before = count(here, "SELECT count(*) FROM contribution")
    answer = palabre(here, "import", "decidim", str(path), "--space", "plan-climat", "--yes")
    assert answer.returncode == 1
    assert "mauvais.csv, ligne 2" in answer.stderr
    assert "mauvais.csv, ligne 3" in answer.stderr
    assert count(here, "SELECT count(*) FROM contribution") == before
    nowhere = palabre(here, "import", "decidim", str(path), "--space", "ailleurs")
    assert "plan-climat" in nowhere.stderr


def test_lille_goes_from_its_import_to_a_published_synthesis(here: Path) -> None:
    palabre(here, *lille("--yes"))  # a second time changes nothing
    app = create_app(
        settings_for(here, f"sqlite:///{here / 'palabre.db'}", base_url="http://127.0.0.1:8000")
    )
    with app.test_request_context():
        space = db.session.scalars(select(Space).where(Space.slug == "plan-climat")).one()
        team = [m.account for m in db.session.scalars(team_of(space)) if m.role is Role.OFFICIAL]
        begin_write()
        synthesis = actions.ask(space, team[0], with_comments=True)
        commit()
        db.session.refresh(synthesis)
        assert synthesis.state is State.REVIEW, synthesis.failure
        readable = db.session.execute(queries.readable(space, with_comments=True)).all()
        assert len(readable) >= 196 + 29 + 693
        begin_write()
        theme = theme_lines(synthesis)[0].theme
        actions.write_intro(synthesis, team[0], "Lille", "Ce que vous avez dit.", synthesis.turn)
        actions.answer(theme, team[0], Decision.ACCEPTED, "Oui.", synthesis.turn)
        actions.submit(synthesis, team[0], synthesis.turn, accepts_unread=True)
        actions.publish(synthesis, team[1], synthesis.turn)
        commit()
        counted, lines = public_figures(synthesis)
        assert counted.received == counted.public == len(readable), "every row is accounted for"
        assert counted.in_themes == sum(line.size for line in lines) > 0.85 * len(readable)
        assert counted.in_themes + counted.alone + counted.set_aside == len(readable)
        bundle = here / "bundle.zip"
        bundle.write_bytes(make_bundle(synthesis))
        db.session.remove()
        db.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "synthesis.verify", str(bundle)], cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout
