"""Texts that an export left as HTML, sometimes escaped twice, turned back into plain paragraphs."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

BLOCKS = frozenset(
    ["p", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "tr"]
)
SILENT = frozenset(["script", "style"])
_OPENING = re.compile(
    r"\s*(?:<|&lt;|&amp;lt;)(?:p|div|ul|ol|h[1-6]|blockquote|br|span|strong|em)\b[^\n]*?(?:>|&gt;)",
    re.IGNORECASE,
)


def is_html(text: str) -> bool:
    """Whether a text begins with a tag, escaped or not."""
    return bool(_OPENING.match(text))


def without_markup(text: str) -> str:
    """The words of a text: paragraphs and list items on lines of their own, links kept."""
    if not is_html(text):
        return text
    while re.match(r"\s*&(?:amp;)*lt;", text):
        text = unescape(text)
    reader = _Reader()
    reader.feed(text)
    reader.close()
    words = unescape("".join(reader.parts))  # what was escaped twice
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in words.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0
        self.link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        if tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a":
            self.link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT and self.silent > 0
        if tag in BLOCKS and tag != "li":
            self.parts.append("\n\n")
        elif tag == "a" and self.link.startswith(("http://", "https://", "mailto:")):
            if not "".join(self.parts).endswith(self.link):
                self.parts.append(f" ({self.link})")
            self.link = ""

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(re.sub(r"\s+", " ", data))
