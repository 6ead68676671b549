"""Blocks placed by a Dask cluster; `pip install palabre[dask]` brings it. Never required.

    from dask.distributed import Client
    find_themes_at_scale(source, sink, mapper=mapper(Client("scheduler:8786")))

Workers need Palabre's package and reach the source themselves (the same database, or a file on a
shared disk); one model of some 50 MB is sent to each of them once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from synthesis.themes.scale.engine import Mapper

AHEAD = 2  # blocks under way or waiting for each thread of the cluster


def mapper(client: Any) -> Mapper:
    """A `map` whose work is done by the workers of a `distributed.Client`, results in order.

    A few blocks more than there are threads are under way at any moment, so that memory stays flat
    here too. A worker that dies has its blocks done again by another.
    """

    def on_workers(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        sent = client.scatter(function, broadcast=True, hash=False)
        most = AHEAD * max(sum(client.nthreads().values()), 1)
        waiting: deque[Any] = deque()
        for item in items:
            waiting.append(client.submit(_apply, sent, item, pure=False))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    return on_workers


def _apply(function: Callable[[Any], Any], item: Any) -> Any:
    return function(item)
