"""No spreadsheet runs what a citizen wrote, and nothing written is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from civic.spreadsheets import FORMULA, cell


@pytest.mark.parametrize(
    "title",
    ["=1+1", "+33 6 00 00 00 00", "-5 % de bruit", "@mairie", "\t=1+1", "\r=1", "＝1+1", " =1+1",
     "\u00a0@a", "−5 %", "\n=1"],
)  # fmt: skip
def test_what_could_be_a_formula_is_neutralised(title: str) -> None:
    assert cell(title) == f"'{title}"


@pytest.mark.parametrize("title", ["Une halle", "5 % de bruit", "« = »", "", "été = chaud"])
def test_ordinary_words_stay_as_they_are(title: str) -> None:
    assert cell(title) == title


def test_numbers_stay_numbers() -> None:
    assert cell(-5) == -5


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("=+-@'\t\r\n ＝"))))
def test_taking_one_apostrophe_away_gives_the_exact_text(text: str) -> None:
    shown = str(cell(text))
    assert shown.removeprefix("'") == text
    assert not shown.lstrip(" \u00a0")[:1] or shown.lstrip(" \u00a0")[0] not in FORMULA
