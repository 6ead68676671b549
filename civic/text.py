"""Text: the gate through which every string enters, and the one way from Markdown to safe HTML.

`gate` is applied once to everything that a request or an importer brings (see
`civic.web.requests`). `to_html` runs once, when a text is written; pages show what it stored.
bleach is a named part of the project and is no longer maintained, so nh3 has the last word with
the same allow-list (`docs/decisions/0006-two-sanitisers.md`).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from html import escape, unescape
from urllib.parse import urlsplit

import bleach
import nh3
import snowballstemmer
from markdown_it import MarkdownIt

BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = {c: None for c in range(32) if c not in (9, 10)} | {127: None}
_SURROGATES = dict.fromkeys(range(55296, 57344))
_TAG_BLOCK = dict.fromkeys(range(917504, 917632))
_DROPPED = _CONTROLS | _SURROGATES | _TAG_BLOCK | {0xFEFF: None, 0xFFFE: None, 0xFFFF: None}
_BIDI = {ord(c): None for c in BIDI_CONTROLS}
MARKS_PER_LETTER = 4  # accents that may stand on one letter; more is "zalgo" and overflows lines
BODY_MAX = 20_000  # code points of a body
TITLE_MAX = 150  # code points of a title
NAME_MAX = 60  # code points of a name

TAGS = frozenset(
    ["p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "code", "pre", "h3", "h4"]
    + ["h5", "hr"]
)
SCHEMES = frozenset(["http", "https", "mailto"])
REL = "nofollow ugc noopener"
NESTING_MAX = 12  # levels of lists and quotes
OPENERS_MAX = 400  # brackets and stars in a row of text: more costs time and says nothing


def gate(text: str) -> str:
    """Clean one incoming string. Idempotent.

    Normal form C; line ends as one newline; without NUL, control characters, lone surrogates,
    tag characters and byte-order marks. Nothing visible is removed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """A body or title as it is stored: gated, without bidi overrides and piled-up accents."""
    text = gate(text).translate(_BIDI)
    return _thin_marks(text).strip()


def _thin_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MARKS_PER_LETTER:
            kept.append(character)
    return "".join(kept)


def has_visible(text: str) -> bool:
    """Whether something would show on screen: a letter, a digit, a sign or a picture."""
    return any(unicodedata.category(c)[0] in "LNPS" for c in text if c not in "\u2800\u3164\u115f")


def has_bidi_controls(text: str) -> bool:
    """Whether the text holds characters that turn the text around it."""
    return any(c in BIDI_CONTROLS for c in text)


# --- Markdown to safe HTML ------------------------------------------------------------------


class _Tools(threading.local):
    """Parser, cleaner and stemmer keep state while they work: one set for each thread."""

    def __init__(self) -> None:
        options = {"html": False, "linkify": True, "breaks": True, "maxNesting": NESTING_MAX}
        self.markdown = MarkdownIt("js-default", options)
        self.markdown.disable(["image", "table", "reference", "strikethrough"])
        self.bleach = bleach.Cleaner(
            tags=TAGS, attributes={"a": ["href"]}, protocols=SCHEMES, strip=True
        )
        self.stemmer = snowballstemmer.stemmer("french")


_tools = _Tools()


def is_safe_link(address: str) -> bool:
    """Whether a link may be followed from a citizen's text: http(s) or mailto, fully written."""
    if any(unicodedata.category(c) in ("Cc", "Cf", "Zs", "Co") for c in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


def _link_attribute(_tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or is_safe_link(unescape(value)) else None


def to_html(text: str) -> str:
    """Turn a citizen's Markdown into HTML that cannot run, load or imitate anything.

    Parameters
    ----------
    text : str
        At most `BODY_MAX` code points; what is longer is shown as plain paragraphs.

    Returns
    -------
    str
        Paragraphs, emphasis, lists, quotes, links (http, https, mailto) and code. Headings start
        at level 3, under those of the page.
    """
    text = plain(text)
    if len(text) > BODY_MAX or _is_hostile(text):
        return _paragraphs(text)
    html = _lower_headings(_tools.markdown.render(text))
    return nh3.clean(
        _tools.bleach.clean(html),
        tags=set(TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        link_rel=REL,
        attribute_filter=_link_attribute,
    )


def _is_hostile(text: str) -> bool:
    runs = re.compile(rf"(?:[\[\](){{}}*_`<>!~]\s*){{{OPENERS_MAX},}}")
    return bool(runs.search(text)) or text.count("[") > 2_000 or text.count("`") > 2_000


def _lower_headings(html: str) -> str:
    """Headings from level 3 on, whatever levels were used, none skipped."""
    used = sorted(set(re.findall(r"<h([1-6])>", html)))
    before = 2

    def lowered(found: re.Match[str]) -> str:
        nonlocal before
        before = min(3 + used.index(found[1]), before + 1, 5)
        return f"<h{before}>{found[2]}</h{before}>"

    return re.sub(r"<h([1-6])>(.*?)</h\1>", lowered, html, flags=re.S)


def _paragraphs(text: str) -> str:
    blocks = (block for block in re.split(r"\n{2,}", text) if block.strip())
    return "".join(f"<p>{escape(block.strip())}</p>" for block in blocks)


def words_of_html(html: str) -> str:
    """The text of stored HTML, one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def excerpt(text: str, length: int = 220) -> str:
    """The beginning of a text, cut at a word, with an ellipsis when something is left out."""
    line = re.sub(r"\s+", " ", re.sub(r"[*_`#>\[\]]+", "", text)).strip()
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


# --- Search words ---------------------------------------------------------------------------

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": " ", "'": " ", "ʼ": " "})
_ELISIONS = frozenset(
    ["l", "d", "j", "t", "s", "n", "m", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"]
)


def fold(text: str) -> str:
    """Lower case without accents, ligatures or apostrophes: *Œuvre* and *oeuvre* are one."""
    lowered = text.casefold().translate(_LIGATURES)
    apart = unicodedata.normalize("NFKD", lowered)
    return "".join(c for c in apart if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    # The stemmer runs on the folded word, so that « vélos », "velos" and "vélo" meet.
    stem = _tools.stemmer.stemWord(word)
    return stem[:-1] if len(stem) > 3 and stem[-1] in "sx" else stem


def search_words(*texts: str) -> str:
    """Folded stems, space-separated: what is indexed, and what a query is turned into."""
    found = re.findall(r"[^\W_]+", fold(" ".join(texts)))
    return " ".join(_stem(word) for word in found if word not in _ELISIONS)
