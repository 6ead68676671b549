"""The log: one line an event, as JSON, in UTC, with the number of the request it belongs to.

What a log never holds: passwords, tokens, cookies, addresses of people, the words of a form or the
values of a query. A route is named by its rule (`/reset/<token>`), not by the address that was
asked for. Everything outside ASCII, line breaks included, is escaped by JSON, so that no name can
write a line of its own or colour a terminal.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from gunicorn.glogging import Logger

LEFT_OUT = "[left out]"
SECRET_NAMES = re.compile(r"password|secret|token|cookie|authorization|csrf|e-?mail|address", re.I)
SECRET_WORDS = [
    re.compile(r"(?m)^(DETAIL|CONTEXT|HINT):.*$"),  # PostgreSQL quotes the row that it refused
    re.compile(r"\[parameters: .*?\](?=\n|$)", re.S),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),  # name and password in an address
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(  # a random token: long, with both cases and a figure, unlike any name in a program
        r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{22,}"
    ),
]
LONGEST = 8_000  # characters of one value

log = structlog.get_logger()
Event = MutableMapping[str, Any]


def configure(level: str) -> None:
    """Write every event of the program as one line of JSON."""
    structlog.configure(
        processors=[*_shared(), structlog.processors.JSONRenderer(ensure_ascii=True, default=repr)],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        without_secrets,
    ]


def without_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Leave out what a log must not hold, by the name of the value and by its look."""
    for name, value in event.items():
        if name in ("event", "at", "level", "request", "digest"):
            continue
        if SECRET_NAMES.search(name):
            event[name] = LEFT_OUT
        elif isinstance(value, str):
            event[name] = clean(value)
        elif not isinstance(value, int | float | bool | None):
            event[name] = clean(repr(value))
    return event


def clean(text: str) -> str:
    """A text without tokens, addresses of people and values of queries, and not endless."""
    for pattern in SECRET_WORDS:
        text = pattern.sub(LEFT_OUT, text)
    return text[:LONGEST]


def take_over() -> None:
    """Lines of the libraries take the same form; for processes that serve or work."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(line_format())
    logging.getLogger().handlers[:] = [handler]


def line_format() -> logging.Formatter:
    """The form of a line, for the standard library's logging."""
    render = structlog.processors.JSONRenderer(ensure_ascii=True, default=repr)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _said, render],
    )


def _said(_logger: Any, _method: str, event: Event) -> Event:
    """A library's own sentence may quote what it was sent."""
    event["event"] = clean(str(event["event"]))
    return event


class WebServerLog(Logger):
    """gunicorn's own lines, in the same form."""

    def setup(self, cfg: Any) -> None:
        """Give its handlers our form."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(line_format())


# --- Requests ---------------------------------------------------------------------------------


def init_app(app: Flask) -> None:
    """Number each request, and write one line when it is answered."""
    configure(app.config["SETTINGS"].log_level)

    @app.before_request
    def number() -> None:
        g.request_id, g.began = secrets.token_hex(8), time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def answered(response: Response) -> Response:
        if request.endpoint != "static" and "request_id" in g:
            response.headers["X-Request-Id"] = g.request_id
            log.info(
                "request.answered", method=request.method[:10], route=route(),
                status=response.status_code, ms=round(1000 * (time.perf_counter() - g.began), 1),
            )  # fmt: skip
        return response


def route() -> str:
    """Which rule a request met; never the address itself, which may hold a token."""
    return request.url_rule.rule if request.url_rule else "none"
