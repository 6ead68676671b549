"""Everything that a published synthesis rests on, in one file that anyone can verify.

A ZIP with the document, the text of every public contribution, the table for spreadsheets and a
manifest of digests. `synthesis.verify` reads it with the standard library alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from civic.db import db
from synthesis import export, sources
from synthesis.models import Synthesis
from synthesis.verify import DOCUMENT, FORMAT, MANIFEST, TEXTS

README = """\
This bundle holds a published synthesis and every public contribution that it rests on.

  synthesis.json        themes, places, quotes, figures of the votes, parameters
  contributions.jsonl   one contribution a line: id, address, kind, title, text
  placements.csv        the same places, for a spreadsheet
  manifest.json         SHA-256 of each file

With Palabre's source:  python -m synthesis.verify BUNDLE.zip
counts every figure again from the rows. Texts hidden or withdrawn since the publication are not in
it; the coverage says how many they are.
"""
EPOCH = (2020, 1, 1, 0, 0, 0)  # of every entry: the same synthesis gives the same bytes


def make(synthesis: Synthesis) -> bytes:
    """The bundle of a version as it stands now."""
    files = {
        DOCUMENT: _json(export.document(synthesis)),
        TEXTS: "\n".join(_json(row) for row in _texts(synthesis)),
        "placements.csv": "".join(export.table(synthesis, "en")),
        "README.txt": README,
    }
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    files[MANIFEST] = _json({"format": FORMAT, "sha256": digests})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            archive.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _texts(synthesis: Synthesis) -> list[dict[str, Any]]:
    rows = db.session.execute(sources.texts_in(synthesis))
    return [
        {"id": row.id, "kind": row.kind, "title": row.title, "body": row.body,
         "published_at": row.published_at.isoformat()}
        for row in rows
    ]  # fmt: skip


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
