"""Jobs: never lost, retried once, harmless when they run twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from civic import clock, jobs
from civic.db import begin_write, commit
from civic.jobs import Job
from tests.factories import Factories

RAN: list[dict[str, Any]] = []


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A job of the test's own, in place of a package's."""
    RAN.clear()
    behaviour: dict[str, Any] = {"fails": 0}

    def work(job: int, **arguments: Any) -> None:
        RAN.append(arguments)
        if len(RAN) <= behaviour["fails"]:
            raise RuntimeError("panne")

    monkeypatch.setattr(jobs, "resolve", lambda _name: work)
    return behaviour


def the_job(db: Any) -> Job:
    db.expire_all()
    return db.scalars(select(Job).order_by(Job.id.desc())).first()


def test_a_committed_job_runs_with_its_arguments(stage: Any, db: Any) -> None:
    begin_write()
    jobs.enqueue("test.jobs:work", number=3)
    commit()
    assert RAN == [{"number": 3}]
    assert (the_job(db).state, the_job(db).progress) == ("done", 1.0)


def test_a_job_of_an_act_that_did_not_happen_never_runs(stage: Any, db: Any) -> None:
    begin_write()
    jobs.enqueue("test.jobs:work")
    begin_write()
    commit()
    assert not RAN


def test_a_job_that_fails_once_is_tried_again(stage: Any, db: Any) -> None:
    stage["fails"] = 1
    begin_write()
    jobs.enqueue("test.jobs:work")
    commit()
    assert len(RAN) == 2
    assert the_job(db).state == "done"


def test_a_job_that_fails_twice_is_shown_with_its_cause(stage: Any, db: Any) -> None:
    stage["fails"] = 9
    begin_write()
    jobs.enqueue("test.jobs:work")
    commit()
    assert len(RAN) == 2
    assert the_job(db).state == "failed"
    assert "panne" in the_job(db).error
    assert the_job(db) in jobs.failed_jobs()


def test_a_job_handed_over_twice_runs_once(stage: Any, db: Any) -> None:
    begin_write()
    job = jobs.enqueue("test.jobs:work")
    commit()
    jobs.run(job.id)
    assert len(RAN) == 1


def test_the_sweep_takes_up_what_a_dead_worker_left(stage: Any, db: Any, app: Any) -> None:
    begin_write()
    db.add(Job(name="test.jobs:work", state="running", tries=1, queued_at=clock.now(),
               heard_at=clock.now()))  # fmt: skip
    commit()
    assert jobs.sweep() == 0
    with clock.at(clock.now() + jobs.SILENCE + timedelta(seconds=1)):
        assert jobs.sweep() == 1
    assert len(RAN) == 1
    assert the_job(db).state == "done"


def test_a_job_whose_worker_died_twice_is_given_up(stage: Any, db: Any) -> None:
    begin_write()
    db.add(Job(name="test.jobs:work", state="running", tries=2, queued_at=clock.now(),
               heard_at=clock.now()))  # fmt: skip
    commit()
    with clock.at(clock.now() + jobs.SILENCE + timedelta(seconds=1)):
        jobs.sweep()
    assert not RAN
    assert the_job(db).state == "failed"


def test_only_functions_of_job_modules_can_be_named() -> None:
    with pytest.raises(ValueError, match="does not name a job"):
        jobs.resolve("os:system")


def test_a_failed_job_leaves_the_worker_fit_for_the_next(
    stage: Any, db: Any, make: Factories
) -> None:
    stage["fails"] = 2
    for _time in range(2):
        begin_write()
        jobs.enqueue("test.jobs:work")
        commit()
    assert the_job(db).state == "done"
