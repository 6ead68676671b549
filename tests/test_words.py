"""The French catalogue is complete, and says what the English source says."""

from __future__ import annotations

import io
import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from civic.settings import ROOT

METHODS = [("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
LEFT_OUT = (".venv", "tests", "benchmarks", "var", "translations", "docs", ".git")
VALUES = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def french() -> Catalog:
    path = ROOT / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale="fr")


@pytest.fixture(scope="module")
def used() -> set[str]:
    """Every message that the code and the templates use."""
    found = extract_from_dir(
        str(ROOT),
        METHODS,
        keywords=KEYWORDS,
        directory_filter=lambda folder: not any(f"/{part}" in folder for part in LEFT_OUT),
        options_map={},
    )
    return {m[2][0] if isinstance(m[2], tuple) else m[2] for m in found}


def translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(forms)


def test_every_word_on_screen_has_its_french(french: Catalog, used: set[str]) -> None:
    missing = sorted(m for m in used if m and not translated(french.get(m)))
    assert not missing, f"{len(missing)} of {len(used)}: {missing[:20]}"


def test_no_translation_is_kept_for_words_that_are_gone(french: Catalog, used: set[str]) -> None:
    ids = {m.id[0] if isinstance(m.id, tuple) else m.id for m in french if m.id}
    assert not ids - used


def test_a_translation_holds_the_same_values_as_its_source(french: Catalog) -> None:
    for message in french:
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        wanted = set(VALUES.findall(sources[-1])) - {"%(num)s"}
        for form in forms:
            assert wanted <= set(VALUES.findall(form)), message.id
            assert set(VALUES.findall(form)) <= set(VALUES.findall(" ".join(sources))), message.id


def test_french_typography(french: Catalog) -> None:
    faults = []
    for message in french:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        for form in forms:
            bare = VALUES.sub("", form or "")
            bare = re.sub(r"https?://\S+", "", bare)
            if "'" in bare or re.search(r"[^\u202f\s!?«]([;!?])(?!\w)", bare):
                faults.append(form)
            if re.search(r"«(?!\u202f)|(?<!\u202f)»|[^\u00a0\s]:(?=\s|$)| [;:!?»]", bare):
                faults.append(form)
    assert not faults, faults[:10]
