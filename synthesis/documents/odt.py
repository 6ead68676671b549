"""Blocks as an OpenDocument text, for the clerk who goes on writing in it."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from synthesis.documents.blocks import Block, Heading, Paragraph, Run, Runs, Table

BOLD, ITALIC, QUOTED = "Said_strong", "Said_emphasis", "Quotations"


def write(blocks: Sequence[Block], title: str, author: str, language: str) -> bytes:
    """An ODT of these blocks, with its headings, lists and table heads as such."""
    from odfdo import Document, Element, Style  # noqa: PLC0415  (only this needs it)

    document = Document("text")
    document.meta.title, document.meta.creator = _sayable(title), _sayable(author)
    document.language = {"fr": "fr-FR", "en": "en-GB"}.get(language, language)
    document.insert_style(Style("text", name=BOLD, bold=True), automatic=True)
    document.insert_style(Style("text", name=ITALIC, italic=True), automatic=True)
    document.body.clear()
    for xml in _grouped(blocks):
        document.body.append(Element.from_tag(xml))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _grouped(blocks: Sequence[Block]) -> list[str]:
    """The XML of each block; items that follow each other make one list."""
    found: list[str] = []
    items: list[str] = []
    for number, block in enumerate([*blocks, None]):
        if isinstance(block, Paragraph) and block.depth:
            items.append(f"<text:list-item>{_paragraph(block)}</text:list-item>")
            continue
        if items:
            found.append(f"<text:list>{''.join(items)}</text:list>")
            items = []
        if block is not None:
            found.append(_block(block, number))
    return found


def _block(block: Block, number: int) -> str:
    if isinstance(block, Heading):
        style = quoteattr(f"Heading_20_{block.level}")
        return (
            f'<text:h text:style-name={style} text:outline-level="{block.level}">'
            f"{_runs(block.runs)}</text:h>"
        )
    if isinstance(block, Table):
        return _table(block, number)
    return _paragraph(block)


def _paragraph(block: Paragraph) -> str:
    style = QUOTED if block.quoted else "Text_20_body"
    return f'<text:p text:style-name="{style}">{_runs(block.runs)}</text:p>'


def _table(table: Table, number: int) -> str:
    head = f"<table:table-header-rows>{_row(table.head)}</table:table-header-rows>"
    rows = "".join(_row(row) for row in table.rows)
    columns = f'<table:table-column table:number-columns-repeated="{max(len(table.head), 1)}"/>'
    caption = f'<text:p text:style-name="Caption">{_runs(table.caption)}</text:p>'
    return (
        f"<text:section text:name={quoteattr(f'Section{number}')}>{caption}"
        f"<table:table table:name={quoteattr(f'Table{number}')}>{columns}{head}{rows}</table:table>"
        "</text:section>"
    )


def _row(cells: Sequence[Runs]) -> str:
    return "<table:table-row>" + "".join(_cell(cell) for cell in cells) + "</table:table-row>"


def _cell(runs: Runs) -> str:
    said = f"<text:p>{_runs(runs)}</text:p>"
    return f'<table:table-cell office:value-type="string">{said}</table:table-cell>'


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    said = escape(_sayable(run.text))
    if run.emphasis:
        said = f'<text:span text:style-name="{ITALIC}">{said}</text:span>'
    if run.strong:
        said = f'<text:span text:style-name="{BOLD}">{said}</text:span>'
    if run.href:
        address = quoteattr(_sayable(run.href))
        return f'<text:a xlink:type="simple" xlink:href={address}>{said}</text:a>'
    return said


def _sayable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(c for c in text if unicodedata.category(c)[0] != "C")
