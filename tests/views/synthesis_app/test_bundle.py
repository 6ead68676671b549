"""The bundle of a synthesis: verified by the standard library alone, and any change is named."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civic.contributions.actions import set_state
from civic.contributions.models import State
from civic.db import begin_write, commit
from civic.settings import ROOT
from synthesis.verify import Bundle, faults
from tests.factories import Factories


@pytest.fixture
def published(make: Factories) -> Any:
    space = make.space()
    bikes = [make.proposal(space, title=f"Vélo {n}", body="Une piste à vélo.") for n in range(3)]
    trees = [make.proposal(space, title=f"Arbre {n}", body="Des arbres.") for n in range(2)]
    alone = make.proposal(space, title="Un four à pain")
    make.synthesis(space, {"Vélos": bikes, "Arbres": trees}, [alone], published=True)
    return space, bikes


def downloaded(client: Any, space: Any, folder: Path) -> Path:
    answer = client.get(f"/spaces/{space.slug}/synthesis/1/bundle.zip")
    assert answer.status_code == 200
    path = folder / "bundle.zip"
    path.write_bytes(answer.data)
    return path


def run(path: Path) -> subprocess.CompletedProcess[str]:
    """As a stranger would: no package but the standard library."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "synthesis.verify", str(path)], cwd=ROOT, text=True,
        capture_output=True, check=False, env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
    )  # fmt: skip


def changed(path: Path, edit: Callable[[dict[str, Any]], Any], honest: bool = True) -> Path:
    """The bundle with its document edited; the manifest follows, or not."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    document = json.loads(files["synthesis.json"])
    edit(document)
    files["synthesis.json"] = json.dumps(document).encode()
    if honest:
        manifest = json.loads(files["manifest.json"])
        manifest["sha256"]["synthesis.json"] = hashlib.sha256(files["synthesis.json"]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    other = path.with_name("changed.zip")
    other.write_bytes(buffer.getvalue())
    return other


def test_a_stranger_counts_every_figure_again(client: Any, published: Any, tmp_path: Path) -> None:
    path = downloaded(client, published[0], tmp_path)
    answer = run(path)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.count("✓") == 7
    assert downloaded(client, published[0], tmp_path).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda d: d["themes"][0].update(contributions=99), "contributions is 99"),
        (lambda d: d["themes"][1].update(people=0), "people is 0"),
        (lambda d: d["coverage"].update(alone=0), "alone is 0"),
        (lambda d: d["placements"].pop(), "no place"),
        (lambda d: d["placements"].append(d["placements"][0]), "has 2 places"),
        (
            lambda d: d["themes"][0].update(
                summary=f"Dit [{d['themes'][1]['quotes'][0]['contribution']}]."
            ),
            "in another theme",
        ),
        (lambda d: d["themes"][0]["quotes"][0].update(passage="Jamais dit."), "Jamais dit."),
    ],
)
def test_what_was_changed_is_named(
    client: Any, published: Any, tmp_path: Path, edit: Any, named: str
) -> None:
    path = changed(downloaded(client, published[0], tmp_path), edit)
    said = "\n".join(line for _name, lines in faults(Bundle(path)) for line in lines)
    assert named in said


def test_a_changed_byte_and_a_file_that_is_no_bundle_are_told(
    client: Any, published: Any, tmp_path: Path
) -> None:
    path = changed(downloaded(client, published[0], tmp_path), lambda d: None, honest=False)
    answer = run(path)
    assert answer.returncode == 1
    assert "synthesis.json:" in answer.stdout
    other = tmp_path / "photo.jpg"
    other.write_bytes(b"\xff\xd8")
    assert run(other).returncode == 2
    assert run(tmp_path / "nothing").returncode == 2


def test_a_text_hidden_since_is_in_no_file_of_it(
    client: Any, published: Any, tmp_path: Path
) -> None:
    space, bikes = published
    begin_write()
    set_state(bikes[1], State.REMOVED)
    commit()
    path = downloaded(client, space, tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"\xc3\xa9lo 1" in archive.read(name) for name in archive.namelist())
    assert run(path).returncode == 0
