"""The public page of the journal."""

from __future__ import annotations

import json
from typing import Any

from civic.journal import actions, signing
from tests.factories import Factories


def test_heads_and_keys_are_public_and_verify_from_the_download_alone(
    make: Factories, client: Any, db: Any
) -> None:
    empty = client.get("/journal")
    assert empty.status_code == 200
    make.space()
    actions.publish_head()
    db.commit()
    page = client.get("/journal").page
    (key,) = signing.known_keys()
    assert key.public in page.text
    assert key.fingerprint in page.text
    lines = client.get("/journal/heads.jsonl").text.splitlines()
    signed = signing.Signed(**json.loads(lines[0]))
    assert signing.verifies(signed)
    assert json.loads(signed.statement.partition("\n")[2])["digest"] in page.text
    assert "/journal" in client.get("/").page.links()
