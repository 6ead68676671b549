"""Run Palabre: web and worker as one process tree, or one by one on several machines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from civic import jobs, logs
from civic.settings import ROOT, Settings, active
from civic.starting import require_ready

GRACE_SECONDS = 20
GUNICORN = ["-m", "gunicorn", "app:ready_app()"]


@click.command("web")
@with_appcontext
def web() -> None:
    """Serve the pages with gunicorn (no worker)."""
    require_ready(current_app)
    command = gunicorn_command(active())
    os.chdir(ROOT)
    os.execv(command[0], command)  # noqa: S606  (in place of this process: signals reach it)


def gunicorn_command(settings: Settings) -> list[str]:
    """The web server's command line."""
    return [
        sys.executable, *GUNICORN,
        "--bind", f"{settings.host}:{settings.port}",
        "--workers", str(settings.web_workers),
        "--threads", str(settings.web_threads),
        "--worker-class", "gthread",
        "--timeout", "60",
        "--graceful-timeout", "10",
        "--log-level", "warning",
        "--logger-class", "civic.logs.WebServerLog",
        "--worker-tmp-dir", _quick_folder(settings),
    ]  # fmt: skip


def _quick_folder(settings: Settings) -> str:
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    return str(settings.var_dir)


@click.command("worker")
@click.option("--no-periodic", is_flag=True, help="Leave periodic tasks to another worker.")
@with_appcontext
def worker(no_periodic: bool) -> None:
    """Run the jobs. Exactly one worker of an instance runs the periodic tasks."""
    require_ready(current_app)
    logs.take_over()
    consumer = jobs.queue().create_consumer(
        workers=1, periodic=not no_periodic, initial_delay=0.2, max_delay=2.0
    )
    consumer.run()


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the pages and run the jobs, as one process tree. Ctrl-C stops everything."""
    require_ready(current_app)
    _end_with(Tree(active()).run())


def _end_with(code: int) -> None:
    raise click.exceptions.Exit(code)


class Tree:
    """A web server and a worker that start, run and stop together."""

    def __init__(self, settings: Settings) -> None:
        self.commands = [gunicorn_command(settings), [sys.executable, "-m", "app", "worker"]]
        self.children: list[subprocess.Popen[bytes]] = []
        self.stopping = False

    def run(self) -> int:
        """Start both, wait, and stop both when one ends or a signal comes.

        Returns
        -------
        int
            0 after a signal; the code of the child that ended by itself otherwise.
        """
        signal.signal(signal.SIGINT, self._ask_to_stop)
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        for command in self.commands:
            # Their own session, so that Ctrl-C reaches this process alone, which stops them.
            self.children.append(subprocess.Popen(command, cwd=ROOT, start_new_session=True))  # noqa: S603
        code = self._wait()
        self._stop()
        return code

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _wait(self) -> int:
        while not self.stopping:
            for child in self.children:
                if child.poll() is not None:
                    return child.returncode or 1
            time.sleep(0.2)
        return 0

    def _stop(self) -> None:
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
