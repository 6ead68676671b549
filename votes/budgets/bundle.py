"""The recount bundle of a budget: every envelope's download in one zip, always the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from votes.ballots.download import download_of
from votes.ballots.models import State
from votes.ballots.rules import may_share_ballots
from votes.budgets.models import Budget, Envelope
from votes.recount_budget import MANIFEST

EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip holds dates; one date for all keeps its bytes the same
READ_ME = """\
Budget : {title}

Chaque fichier urne-N.jsonl contient la règle, le résultat publié et les bulletins anonymes d’une
enveloppe. Avec le code source de Palabre :

    python -m votes.recount_budget CE-FICHIER.zip

recompte chaque enveloppe et nomme ce qui diffère. / Each file urne-N.jsonl holds the rule, the
published result and the anonymous ballots of one envelope; the command counts each of them again
and names what differs.
"""


def bundle_of(budget: Budget) -> bytes:
    """The zip of a budget whose results are published."""
    files: dict[str, bytes] = {}
    envelopes = [_entry(n, envelope, files) for n, envelope in enumerate(budget.envelopes, 1)]
    manifest = {
        "format": "palabre budget", "version": 1, "title": budget.title, "rule": budget.rule,
        "districts_each": budget.districts_each, "definition": budget.definition_digest,
        "envelopes": envelopes,
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    files[MANIFEST] = f"{text}\n".encode()
    files["LISEZMOI.txt"] = READ_ME.format(title=budget.title).encode()
    return _zipped(files)


def _entry(number: int, envelope: Envelope, files: dict[str, bytes]) -> dict[str, Any]:
    """What the manifest says of an envelope; its file joins the others if it may be published."""
    ballot = envelope.ballot
    told: dict[str, Any] = {
        "name": envelope.name, "amount": envelope.amount, "is_town": envelope.is_town,
        "file": "", "sha256": "", "why": "", "seal": ballot.merkle_root if ballot else "",
        "selected": [], "definition": ballot.definition_digest if ballot else "",
    }  # fmt: skip
    if ballot is None or ballot.state is not State.PUBLISHED:
        return told | {"why": "not published"}
    result = ballot.result or {}
    names = {option.key: option.name for option in ballot.options}
    told["selected"] = [names[key] for key in result.get("selected") or []]
    may = may_share_ballots(ballot)
    if not may:
        return told | {"why": "these ballots are not published: too few, or not announced"}
    name = f"urne-{number}.jsonl"
    files[name] = download_of(ballot).encode()
    return told | {"file": name, "sha256": hashlib.sha256(files[name]).hexdigest()}


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            bundle.writestr(zipfile.ZipInfo(name, EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
