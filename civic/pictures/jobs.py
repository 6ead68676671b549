"""Remove the files that no picture has any more."""

from __future__ import annotations

from datetime import timedelta

from civic import jobs
from civic.clock import now
from civic.db import begin_read
from civic.pictures import queries

SPARED = timedelta(hours=1)  # a file may be written before its row is committed


def tidy() -> int:
    """Remove files without a picture; how many."""
    begin_read()
    before = (now() - SPARED).timestamp()
    folder = queries.folder()
    old = [p for p in folder.glob("*") if p.is_file() and p.stat().st_mtime < before]
    kept = queries.known([path.stem for path in old])
    gone = [path for path in old if path.stem not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


jobs.periodic("remove files without a picture", minute="47", hour="3")(tidy)
