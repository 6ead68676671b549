"""The law of the house: who imports whom, what each file may do, which door each route has."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import COMMANDS, create_app
from civic.db import db
from civic.jobs import PERIODIC
from civic.personal import registry
from civic.settings import ROOT
from civic.web.doors import DOOR
from tests.conftest import settings_for
from tests.security.permissions import missing
from town import outputs

ORDER = ["civic", "moderation", "votes", "deliberations", "proposals", "synthesis", "imports"]
ORDER += ["town", "app"]
FORBIDDEN_NAMES = {"util", "utils", "helpers", "common", "misc", "service", "services"}
COMMITTERS = {"views", "jobs", "commands", "command"}
MAY_COMMIT = {"civic/db.py", "civic/jobs.py", "civic/administration.py", "civic/outbox/jobs.py"}
MAY_COMMIT |= {
    "moderation/spam/schedule.py",
    "synthesis/large.py",  # a part of its job
    "town/synthesis.py",
    "civic/accounts/sessions.py",
    "civic/operating.py",
    "civic/web/kept.py",
    "civic/web/once.py",
    "town/build.py",
}
PURE = ["votes/counting", "synthesis/themes", "synthesis/opinions"]


def modules() -> Iterator[Path]:
    """Every module of the application."""
    yield ROOT / "app.py"
    for package in ORDER[:-1]:
        yield from sorted((ROOT / package).rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The dotted names that a module imports, wherever the import stands."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def package_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_packages_import_only_to_their_left() -> None:
    faults = [
        f"{name_of(path)} imports {name}: {package_of(path)} stands left of it"
        for path in modules()
        for name in imported(path)
        if (top := name.partition(".")[0]) in ORDER
        and ORDER.index(top) > ORDER.index(package_of(path))
    ]
    assert not faults, faults


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert not [name_of(path) for path in modules() if path.stem in FORBIDDEN_NAMES]


def test_rules_ask_neither_the_database_nor_the_request() -> None:
    faults = [
        (name_of(path), name)
        for path in modules()
        if path.stem == "rules"
        for name in imported(path)
        if name in {"flask", "flask_login", "civic.db", "civic.db.db"} or name.endswith(".queries")
    ]
    assert not faults, faults


def test_only_views_and_jobs_commit() -> None:
    faults = []
    for path in modules():
        if path.stem in COMMITTERS or name_of(path) in MAY_COMMIT:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                called = node.func
                name = getattr(called, "id", None) or getattr(called, "attr", None)
                if name == "commit":
                    faults.append(f"{name_of(path)}:{node.lineno}")
    assert not faults, faults


def test_actions_and_queries_know_no_request() -> None:
    faults = [
        (name_of(path), name)
        for path in modules()
        if path.stem in ("actions", "models")
        for name in imported(path)
        if name in {"flask.request", "flask.session", "flask_login.current_user"}
    ]
    assert not faults, faults


@pytest.mark.parametrize("folder", PURE)
def test_pure_modules_know_neither_flask_nor_the_database(folder: str) -> None:
    faults = [
        (name_of(path), name)
        for path in (ROOT / folder).rglob("*.py")
        for name in imported(path)
        if name.partition(".")[0] in {"flask", "sqlalchemy", "flask_login", "civic", "app"}
    ]
    assert not faults, faults


def test_no_web_process_loads_scikit_learn(tmp_path: Path) -> None:
    # A fresh interpreter, because other tests of this process do load it.
    import_app = (
        "import sys, app; print(sorted(m for m in sys.modules if m in {'sklearn','scipy'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", import_app], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("var")
    return create_app(settings_for(folder, f"sqlite:///{folder / 'palabre.db'}"))


def test_every_column_that_may_hold_personal_data_is_in_the_registry(joined: Flask) -> None:
    """`holds`, `acted` or `excuses` in the `personal.py` of its package; see docs/people.md."""
    found = registry.unregistered(db.metadata.tables.values())
    assert joined
    assert not found, f"say in personal.py what these hold, and what erasure does: {found}"


def test_every_route_states_its_door(joined: Flask) -> None:
    without = [
        rule.rule
        for rule in joined.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(joined.view_functions[rule.endpoint], DOOR)
    ]
    assert not without, without


def test_every_route_has_its_line_in_the_permission_table(joined: Flask) -> None:
    """Quick, so that a new route learns it at once; tests/security holds the table to the truth."""
    without = [f"{method} {rule.endpoint}" for method, rule in missing(joined)]
    assert not without, f"{without}: run `python -m tests.security.permissions`, read, paste"


def test_addresses_are_kebab_case_and_their_parts_are_typed(joined: Flask) -> None:
    for rule in joined.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        fixed = "".join(part for is_variable, part in rule._trace if not is_variable)
        assert fixed == fixed.lower(), rule.rule
        assert "_" not in fixed, rule.rule


def test_markup_is_made_in_known_places_alone() -> None:
    allowed = {"civic/web/responses.py", "civic/web/slots.py"}
    faults = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        if name_of(path) not in allowed
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Markup"
        and not all(isinstance(arg, ast.Constant) for arg in node.args)
    ]
    assert not faults, faults


def test_templates_mark_only_stored_html_as_safe() -> None:
    faults = []
    for path in (ROOT / "templates").rglob("*.html"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for before in line.split("| safe")[:-1]:
                if not before.rstrip().endswith("_html"):
                    faults.append(f"{path.relative_to(ROOT)}:{number}")
    assert not faults, faults


WAYS_OUT = {"http.client", "urllib.request", "socket", "smtplib", "ftplib", "requests", "httpx"}
WAYS_OUT |= {"aiohttp", "urllib3", "telnetlib", "poplib", "imaplib", "xmlrpc", "websockets"}
MAY_CALL_OUT = {"civic/outgoing.py": "the one way out", "civic/outbox/jobs.py": "mail alone"}


def test_one_module_opens_connections_to_other_servers() -> None:
    faults = [
        f"{name_of(path)} imports {name}: ask through civic.outgoing.fetch"
        for path in modules()
        if name_of(path) not in MAY_CALL_OUT
        for name in imported(path)
        if name in WAYS_OUT or name.partition(".")[0] in WAYS_OUT
    ]
    assert not faults, faults


def test_nothing_committed_names_a_machine_or_a_registry() -> None:
    locks = [*(ROOT / "requirements").glob("*.txt")]
    locks += [ROOT / "tests" / "real" / "provider" / "package-lock.json"]
    assert not [lock.name for lock in locks if "://" in lock.read_text()]


def test_every_output_is_listed_with_whose_words_it_holds(joined: Flask) -> None:
    # A new one goes to town/outputs.py; tests/views/test_trace.py looks for hidden texts in it.
    listed = {
        "routes": outputs.ROUTES,
        "mails": outputs.MAILS,
        "notices": outputs.NOTICES,
        "jobs": outputs.JOBS,
        "regular": outputs.REGULAR,
        "commands": outputs.COMMANDS,
    }
    found = {
        "routes": {
            rule.endpoint
            for rule in joined.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint != "static"
        },
        "mails": templates_in("mails", ".txt"),
        "notices": templates_in("notices", ".html"),
        "jobs": {
            name
            for path in modules()
            if name_of(path) != "town/outputs.py"
            for name in re.findall(r'"([a-z_.]+\.jobs:\w+)"', path.read_text(encoding="utf-8"))
        },
        "regular": {name for name, _function, _when in PERIODIC},
        "commands": set(COMMANDS),
    }
    assert not {
        kind: sorted(names ^ set(listed[kind]))
        for kind, names in found.items()
        if names != set(listed[kind])
    }


def templates_in(folder: str, ending: str) -> set[str]:
    return {
        f"{path.parent.parent.name}/{path.stem}"
        for path in (ROOT / "templates").glob(f"*/{folder}/*{ending}")
    }
