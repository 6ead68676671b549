"""The trace from controls to tests, and the static rules that stand behind some of them."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from civic.outbox import jobs as outbox
from civic.outbox.models import Mail
from civic.settings import ROOT, Settings
from tests.test_architecture import imported, modules, name_of, tree_of

TRACE = ROOT / "docs" / "security" / "asvs.md"
CONTROLS = [
    "1.1.1–1.1.2, 1.3.3", "1.2.1–1.2.3, 1.3.1, 1.3.5, 3.2.2", "1.2.2, 3.7.2", "1.2.4", "1.2.9",
    "1.3.2, 1.3.7, 1.5.2", "1.3.4", "1.3.6, 13.2.4, 15.3.2", "1.3.11", "1.5.1", "2.1, 2.2", "2.3.1",
    "2.3.2–2.3.4", "2.4.1", "3.2.1, 4.1.1", "3.3.1–3.3.4", "3.4.1–3.4.6", "3.5.1–3.5.3",
    "4.1.3, 15.3.4", "5.1.1, 5.2.1–5.2.3, 5.3.2, 5.4.1–5.4.2", "5.4.3", "6.1–6.3", "6.3.4, 6.8.1",
    "6.4.1–6.4.4, 6.5, 6.6", "7.1–7.5", "8.1–8.3", "8.4.1", "11.2–11.5", "12", "13.2–13.4",
    "14.2, 14.3", "15.1–15.3", "16", "16.5",
]  # fmt: skip
FAULTS = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 24, 26, 27, 28, 29, 31, 34, 35, 36, 39,
          40, 41, 43, 46, 47, 48]  # fmt: skip
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[list[str]]:
    """The cells of every line of the tables."""
    lines = TRACE.read_text(encoding="utf-8").splitlines()
    return [[c.strip() for c in line.strip("|").split("|")] for line in lines if line[:1] == "|"]


def test_every_control_has_a_test_or_a_reason_why_it_does_not_apply() -> None:
    held = {row[0]: row[-1] for row in rows()}
    for control in CONTROLS:
        assert control in held, control
        said = held[control]
        assert NAMED.search(said) or re.match(r"not applicable: .{15,}", said), control


def test_every_fault_of_the_plan_has_a_test() -> None:
    held = {row[0].split()[0]: row[-1] for row in rows() if row[0].startswith("F")}
    assert not [f"F{n}" for n in FAULTS if not NAMED.search(held.get(f"F{n}", ""))]


def test_every_test_that_is_named_exists() -> None:
    named = set(NAMED.findall(TRACE.read_text(encoding="utf-8")))
    assert len(named) > 60
    gone = []
    for file, test in named:
        path = ROOT / file
        known = path.is_file() and f"def {test}(" in path.read_text(encoding="utf-8")
        gone += [] if known else [f"{file}::{test}"]
    assert not gone, gone


# --- Static rules -----------------------------------------------------------------------------


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", "") or getattr(node.func, "attr", ""))


def test_no_query_is_put_together_from_text() -> None:
    raw = {"text", "execute", "exec_driver_sql", "literal_column"}
    faults = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in calls(path)
        if called(node) in raw and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        if name_of(path) not in FIXED_PARTS
    ]
    assert not faults, faults


FIXED_PARTS = {
    "civic/db.py": "the busy timeout, a number of ours",
    "civic/contributions/similar.py": "names of tables that are constants; words are bound",
    "civic/personal/jobs.py": "the busy timeout again",
}


def test_nothing_runs_or_loads_what_people_wrote() -> None:
    running, templates = {"eval", "exec", "__import__"}, {"render_template_string", "from_string"}
    faults = [
        f"{name_of(path)}:{node.lineno} {called(node)}"
        for path in modules()
        for node in calls(path)
        if called(node) in templates
        or (called(node) in running and isinstance(node.func, ast.Name))
    ]
    # Writing XML needs its escaping; nothing reads XML, and files of others are CSV and JSON.
    loaders = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "xml", "lxml"}
    faults += [
        f"{name_of(path)} imports {name}"
        for path in modules()
        for name in imported(path)
        if name.partition(".")[0] in loaders and not name.startswith("xml.sax.saxutils")
    ]
    assert not faults, faults


def test_no_secret_comes_from_chance_that_can_be_foreseen() -> None:
    """`random` and uuid4 are for lots and samples, with a seed that is told; never for a token."""
    faults = [
        f"{name_of(path)} imports {name}"
        for path in modules()
        if package(path) in ("civic", "moderation")
        for name in imported(path)
        if name.partition(".")[0] in ("random", "uuid")
    ]
    assert not faults, faults
    short = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in calls(path)
        if called(node) == "token_urlsafe" and node.args
        if isinstance(node.args[0], ast.Constant) and int(node.args[0].value) < 16  # type: ignore[arg-type]
    ]
    assert not short, short


def package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


# --- Mail -------------------------------------------------------------------------------------


class Clear:
    """A mail server that offers no TLS."""

    def __init__(self, *_args: Any, **_more: Any) -> None:
        self.logged_in: list[Any] = []

    def __enter__(self) -> Clear:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def has_extn(self, _name: str) -> bool:
        return False

    def login(self, *given: Any) -> None:
        raise AssertionError("the password was sent in clear")

    def send_message(self, _message: Any) -> None:
        pass


def test_no_mail_password_is_sent_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox.smtplib, "SMTP", Clear)
    settings = replace(Settings(), smtp_url="smtp://nom:motdepasse@courriel.ville.example:587")
    message = outbox.as_message(a_mail("Bonjour"), settings)
    with pytest.raises(outbox.smtplib.SMTPException, match="TLS"):
        outbox._send(message, settings)
    outbox._send(message, replace(settings, smtp_url="smtp://courriel.ville.example"))


def a_mail(subject: str, to: str = "odile@example.org") -> Mail:
    return Mail(
        to=to, subject=subject, body="Corps", message_id="<1@ville.example>", state="waiting"
    )


@pytest.mark.parametrize("written", ["A\nBcc: x@evil.example", "A\r\nX: y", "A\x0bB"])
def test_no_line_break_reaches_the_head_of_a_mail(written: str) -> None:
    for mail in (a_mail(written), a_mail("Bonjour", f"odile@example.org{written}")):
        try:
            raw = outbox.as_message(mail, Settings()).as_bytes()
        except ValueError:
            continue  # refused by the library: the mail is marked as failed
        head = raw.partition(b"\n\n")[0]
        assert b"\nBcc:" not in head
        assert b"\nX:" not in head
