"""Blocks as a tagged PDF (PDF/UA-1), typeset by Typst inside this process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from synthesis.documents.blocks import Block, Heading, Run, Runs, Table

STANDARD: Literal["ua-1"] = "ua-1"
FONTS = ("Libertinus Serif", "DejaVu Sans", "Noto Sans", "Noto Color Emoji")
PAGE = """\
#set page(paper: "a4", margin: (x: 2.2cm, y: 2.4cm), numbering: "1 / 1")
#set par(justify: false, leading: 0.7em)
#set table(stroke: 0.5pt + luma(120), inset: 5pt)
#show heading: set block(above: 1.4em, below: 0.8em)
#show link: underline
"""


def write(blocks: Sequence[Block], title: str, author: str, language: str) -> bytes:
    """A PDF of these blocks.

    A character that no font of this machine has is shown as a box, and the text behind it stays;
    PDF/UA forbids that, so such a document is tagged all the same but does not claim to be one.

    Raises
    ------
    typst.TypstError
        When the document cannot be made.
    """
    import typst  # noqa: PLC0415  (40 MB that only this needs)

    source = "\n\n".join(
        [
            f"#set document(title: {_string(title)}, author: {_string(author)})",
            f"#set text(lang: {_string(language)}, size: 10.5pt, font: ({_fonts()}))",
            PAGE,
            *(_block(block) for block in blocks),
        ]
    )
    try:
        return bytes(typst.compile(source.encode(), format="pdf", pdf_standards=STANDARD))
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return bytes(typst.compile(source.encode(), format="pdf"))


def _fonts() -> str:
    return ", ".join(_string(name) for name in FONTS)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"#heading(level: {block.level})[{_runs(block.runs)}]"
    if isinstance(block, Table):
        return _table(block)
    if block.depth:
        return f"#pad(left: {block.depth - 1}em)[#list[{_runs(block.runs)}]]"
    if block.quoted:
        return f"#quote(block: true)[{_runs(block.runs)}]"
    return _runs(block.runs)


def _table(table: Table) -> str:
    if not table.head:
        return ""
    widths = ", ".join(["2fr", *["1fr"] * (len(table.head) - 1)])
    head = ", ".join(f"[#strong[{_runs(cell)}]]" for cell in table.head)
    cells = ", ".join(f"[{_runs(cell)}]" for row in table.rows for cell in row)
    drawn = f"table(columns: ({widths},), table.header({head}), {cells})"
    return f"#text(size: 8.5pt)[{_runs(table.caption)}]\n\n#text(size: 8.5pt, {drawn})"


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    said = f"#{_string(run.text)}"
    if run.emphasis:
        said = f"#emph[{said}]"
    if run.strong:
        said = f"#strong[{said}]"
    return f"#link({_string(run.href)})[{said}]" if run.href else said


def _string(text: str) -> str:
    """A literal of Typst: nothing in it is markup."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    shown = (c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in quoted)
    return f'"{"".join(shown)}"'
