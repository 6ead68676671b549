"""The HTML of a page as a list of blocks, for formats that are not HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

HEADINGS = {f"h{level}": level for level in range(1, 7)}
UNSEEN = frozenset({"svg", "script", "style", "nav", "form", "button", "meter", "progress"})
FOLDED = re.compile(r"[ \t\r\n\f]+")  # no-break spaces stay
QUOTES = {"fr": ("«\u202f", "\u202f»")}  # by language; others have “ and ”
VOID = frozenset({"br", "hr", "img", "input", "wbr"})


@dataclass(frozen=True)
class Run:
    """Some text in one manner; `href` is an absolute address, or empty."""

    text: str
    strong: bool = False
    emphasis: bool = False
    href: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; levels follow each other without a gap."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `quoted` when somebody else says it, `depth` when it is an item of a list."""

    runs: Runs
    quoted: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first row is the head, the first cell of a row names it."""

    caption: Runs
    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


Block = Heading | Paragraph | Table


def blocks_of(html: str, base_url: str, language: str = "fr") -> list[Block]:
    """Read the HTML that a template of ours made.

    Parameters
    ----------
    base_url : str
        That against which links are read.
    language : str
        Of the words of the page: its quotation marks are used.
    """
    reader = _Reader(base_url, QUOTES.get(language, ("“", "”")))
    reader.feed(html)
    reader.close()
    reader.end_block()
    return list(_consecutive(reader.blocks))


def _consecutive(blocks: Sequence[Block]) -> Iterator[Block]:
    """The same with no heading more than one level under the one before."""
    before = 0
    for block in blocks:
        if isinstance(block, Heading):
            before = min(block.level, before + 1)
            yield Heading(before, block.runs)
        else:
            yield block


@dataclass
class _Grid:
    """A table as it is read."""

    caption: Runs = ()
    rows: list[list[Runs]] = field(default_factory=list)

    def block(self) -> Table:
        """The table; short rows are filled up so that every row has as many cells."""
        wide = max((len(row) for row in self.rows), default=0)
        filled = [tuple(row) + ((),) * (wide - len(row)) for row in self.rows]
        return Table(self.caption, filled[0] if filled else (), tuple(filled[1:]))


class _Reader(HTMLParser):
    def __init__(self, base_url: str, quotes: tuple[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.base_url, self._quotes = base_url, quotes
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._open: list[str] = []
        self._links: list[str] = []
        self._hidden = 0
        self._grid: _Grid | None = None

    # --- What the parser meets ----------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in VOID:
            if tag == "br":
                self._say(" ")
            return
        hides = tag in UNSEEN or "visually-hidden" in (given.get("class") or "")
        if self._hidden or hides:
            self._hidden += 1
        else:
            self._enter(tag, given)
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag not in self._open:
            return
        while self._open:
            last = self._open[-1]
            if self._hidden:
                self._hidden -= 1
            else:
                self._leave(last)
            self._open.pop()
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._say(data)

    # --- What is made of it -------------------------------------------------------------------

    def _enter(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "a":
            self._links.append(urljoin(self.base_url, given.get("href") or ""))
        elif tag == "table":
            self.end_block()
            self._grid = _Grid()
        elif tag == "tr" and self._grid is not None:
            self._grid.rows.append([])
        elif tag == "q":
            self._say(self._quotes[0])
        elif not _is_inline(tag):
            self.end_block()

    def _leave(self, tag: str) -> None:
        if tag == "a":
            self._links.pop()
        elif tag == "q":
            self._say(self._quotes[1])
        elif tag in ("td", "th") and self._grid is not None and self._grid.rows:
            self._grid.rows[-1].append(self._taken())
        elif tag == "caption" and self._grid is not None:
            self._grid.caption = self._taken()
        elif tag == "table" and self._grid is not None:
            self.blocks.append(self._grid.block())
            self._grid = None
        elif not _is_inline(tag):
            self.end_block()

    def _say(self, text: str) -> None:
        manner = set(self._open)
        run = Run(
            text, bool(manner & {"strong", "b"}), bool(manner & {"em", "i"}),
            self._links[-1] if self._links else "",
        )  # fmt: skip
        self._runs.append(run)

    def _taken(self) -> Runs:
        """What was said since the last block, spaces folded as a browser does."""
        found: list[Run] = []
        ends_in_space = True
        for run in self._runs:
            text = FOLDED.sub(" ", run.text)
            text = text.lstrip(" ") if ends_in_space else text
            if text:
                found.append(Run(text, run.strong, run.emphasis, run.href))
                ends_in_space = text.endswith(" ")
        self._runs = []
        return tuple(found)

    def end_block(self) -> None:
        """Close the paragraph or heading that is being read."""
        if self._grid is not None:
            return
        runs = self._taken()
        if not "".join(run.text for run in runs).strip():
            return
        level = next((HEADINGS[tag] for tag in reversed(self._open) if tag in HEADINGS), 0)
        if level:
            self.blocks.append(Heading(level, runs))
        else:
            depth = sum(tag in ("ul", "ol") for tag in self._open)
            self.blocks.append(Paragraph(runs, "blockquote" in self._open, depth))


def _is_inline(tag: str) -> bool:
    return tag in (
        "a", "abbr", "b", "bdi", "code", "em", "i", "q", "small", "span", "strong", "time",
    )  # fmt: skip
