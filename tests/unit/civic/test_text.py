"""The text gate, safe HTML, search words."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, strategies as st

from civic import text

ANY_TEXT = st.text(max_size=300)
HOSTILE = [
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<style>*{display:none}</style>",
    "[x](javascript:alert(1))",
    "[x](java\u200bscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//evil.example)",
    "[x](vbscript:msgbox)",
    "<a href='https://ok.example' hx-get='/x' data-hx-get='/x' hx-on:click='x'>a</a>",
    "<b id='main' name='x' class='y' style='color:red' form='f' formaction='/x'>b</b>",
    "<img src=x onerror=alert(1)>",
    "![x](javascript:alert(1))",
    "<iframe src='https://evil.example'></iframe>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
]
LONG = {
    "quotes": ">" * 5_000,
    "blockquotes": "<blockquote>" * 1_600,
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(90)),
    "brackets": "[" * 19_999,
    "links": "[a](b " * 3_000,
    "stars": "*a " * 6_000,
    "ticks": "`a ``" * 3_900,
    "addresses": "http://a.fr " * 1_600,
    "emphasis": "**a_" * 4_900,
    "entities": "&lt;" * 4_900,
}


@given(ANY_TEXT)
def test_the_gate_passed_twice_changes_nothing_more(words: str) -> None:
    assert text.gate(text.gate(words)) == text.gate(words)


@given(ANY_TEXT)
def test_what_the_gate_lets_through_both_databases_can_keep(words: str) -> None:
    passed = text.gate(words)
    passed.encode("utf-8")
    assert "\x00" not in passed
    assert "\r" not in passed


def test_nothing_visible_is_lost_at_the_gate() -> None:
    words = "« L’été », Œuvre & <b>, 12 €, 👩‍👩‍👧, עברית, العربية, e\u0301"
    assert text.gate(words) == words.replace("e\u0301", "é")


def test_two_spellings_of_one_accent_become_one() -> None:
    assert text.gate("e\u0301te\u0301") == "été"


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", "\u200b", "\u2800", "\u3164", "\u202e"])
def test_a_text_of_invisible_characters_shows_nothing(blank: str) -> None:
    assert not text.has_visible(blank)


@pytest.mark.parametrize("shown", ["a", "é", "1", "?", "👍", "ع"])
def test_a_letter_a_sign_or_a_picture_shows(shown: str) -> None:
    assert text.has_visible(shown)


def test_piled_up_accents_are_thinned() -> None:
    assert len(text.plain("a" + "\u0301" * 50)) <= 1 + text.MARKS_PER_LETTER


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_markup_of_a_citizen_can_run_load_or_imitate(hostile: str) -> None:
    soup = BeautifulSoup(text.to_html(hostile), "html.parser")
    for tag in soup.find_all(True):
        assert tag.name in text.TAGS
        assert set(tag.attrs) <= {"href", "rel"}
        assert text.is_safe_link(tag.get("href", "https://ok.example"))


@given(ANY_TEXT)
def test_any_text_becomes_allowed_tags_alone(words: str) -> None:
    soup = BeautifulSoup(text.to_html(words), "html.parser")
    assert {tag.name for tag in soup.find_all(True)} <= text.TAGS


@pytest.mark.parametrize("kind", LONG)
def test_a_text_made_to_be_slow_is_not(kind: str) -> None:
    start = time.process_time()
    text.to_html(LONG[kind][: text.BODY_MAX])
    assert time.process_time() - start < 1


def test_a_text_over_the_limit_is_shown_as_plain_paragraphs() -> None:
    html = text.to_html("**a**\n\n" + "b" * text.BODY_MAX)
    assert html.startswith("<p>**a**</p><p>bbb")


def test_markdown_keeps_what_people_use() -> None:
    html = text.to_html("# Titre\n\n**gras** et *penché*\n\n- un\n- deux\n\nhttps://ok.example/a_b")
    assert "<h3>Titre</h3>" in html
    assert "<strong>gras</strong>" in html
    assert "<li>un</li>" in html
    assert 'href="https://ok.example/a_b" rel="nofollow ugc noopener"' in html


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("École", "ecole"),
        ("bibliothèques", "bibliotheque"),
        ("vélos", "velo"),
        ("L’Œuvre", "oeuvre"),
        ("aujourd’hui", "aujourd'hui"),
        ("Qu’est-ce", "est"),
        ("12e", "12E"),
    ],
)
def test_search_meets_a_word_in_any_of_its_forms(written: str, searched: str) -> None:
    assert set(text.search_words(searched).split()) <= set(text.search_words(written).split())


@given(ANY_TEXT)
def test_search_words_are_letters_and_digits_alone(words: str) -> None:
    for word in text.search_words(words).split():
        assert word.isalnum() or not word.isascii()


def test_an_excerpt_ends_at_a_word() -> None:
    assert text.excerpt("un deux trois quatre", 10) == "un deux…"
    assert text.excerpt("court") == "court"
