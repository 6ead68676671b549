"""Paragraphs that lead back to who said it: what is cited, what is refused, what is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from civic.text import to_html
from synthesis.citing import cited_in, faults, paragraphs, unfounded, with_links

FIGURES = {"contributions": 12, "people": 9, "texts": 11}


def test_each_paragraph_cites_and_a_heading_need_not() -> None:
    text = "## Les bancs\n\nDes bancs [12][7].\n\nEt de l’ombre."
    assert [part.cited for part in paragraphs(text)] == [(12, 7), ()]
    assert cited_in(text, "Non [9].") == {12, 7, 9}
    found = faults(text, {12, 7}, {12: "", 7: ""})
    assert len(found) == 1
    assert "2" in found[0]


def test_a_contribution_of_another_theme_cannot_be_cited() -> None:
    assert len(faults("Des bancs [12].", {7}, {})) == 1
    assert faults("Des bancs [12].", {12}, {}) == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Les 120 personnes veulent un parc [3].", ["120"]),
        ("73 % sont d’accord [3].", ["73"]),
        ("{people} personnes en 2026 [3].", []),
        ("Un parc de 3,5 ha [3].", []),
        ("Il coûterait 400\u202f000 € [3].", []),
        ("« Nous étions 500 » [3].", []),
        ("1 personne l’a dit [3].", []),
    ],
)
def test_a_figure_comes_from_the_data_or_from_what_is_cited(text: str, refused: list[str]) -> None:
    assert unfounded(text, "Un parc de 3,5 ha pour 400 000 €.") == refused


def test_an_unknown_field_is_named() -> None:
    assert len(faults("Il y a {voters} voix [3].", {3}, {3: ""})) == 1
    assert faults("Il y a {people} voix [3].", {3}, {3: ""}) == []


def test_citations_become_links_and_fields_become_figures() -> None:
    html = with_links(to_html("Pour {people} personnes [3], et [4]."), FIGURES, {3})
    assert '<a class="cite" href="/contributions/3">[3]</a>' in html
    assert "9 personnes" in html
    assert "/contributions/4" not in html


@given(st.text(max_size=200))
def test_nothing_that_is_written_can_become_markup(text: str) -> None:
    clean = to_html(text)
    shown = with_links(clean, FIGURES, {1, 2, 3})
    added = re.sub(r'<(a|span) class="cite"[^>]*>\[[^<]*\]</(a|span)>', "", shown)
    assert added.count("<") <= clean.count("<")
