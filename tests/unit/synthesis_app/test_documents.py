"""A page as blocks, and blocks as PDF and ODT: nothing said is lost, nothing is markup."""

from __future__ import annotations

import io
import zipfile

import pytest
from pypdf import PdfReader

from synthesis.documents import odt, pdf
from synthesis.documents.blocks import Heading, Paragraph, Run, Table, blocks_of

BASE = "https://ville.example/spaces/halle/synthesis/1"
PAGE = """
<h1>Ce que vous avez dit</h1><nav><p>Sommaire</p></nav>
<p>Nous <strong>avons lu</strong> <a href="/spaces/halle">tout</a>\u202f; <em>merci</em>.</p>
<h4>Trop bas</h4><ul><li>un</li><li>deux<ul><li>dedans</li></ul></li></ul>
<figure><blockquote><p><q>La halle !</q></p></blockquote><figcaption>Awa</figcaption></figure>
<table><caption>Chiffres</caption><thead><tr><th>Quoi</th><th>n</th></tr></thead>
<tbody><tr><th>Bancs</th><td>12 <span class="hint">(n = 20)</span></td></tr>
<tr><th>Seul</th></tr></tbody></table>
<svg><text>dessin</text></svg><p class="visually-hidden">caché</p>
"""
HOSTILE = [
    '#eval("1") #link("x")[y] \\ " $x$ *gras* _it_ @ref <tag> // rien', "]]} #set page(width: 1pt)",
    "<text:p>&amp;</text:p>", "\u202eretourné\u200b", "مرحبا 中文 🚲",
    "\x0b\x1f", "a" * 5_000, "«\u202fquoi\u202f»",
]  # fmt: skip


def test_a_page_becomes_headings_paragraphs_lists_and_tables() -> None:
    blocks = blocks_of(PAGE, BASE)
    kinds = [type(block).__name__ for block in blocks]
    assert kinds == ["Heading", "Paragraph", "Heading", *["Paragraph"] * 5, "Table"]
    said = blocks[1]
    assert isinstance(said, Paragraph)
    assert "".join(run.text for run in said.runs) == "Nous avons lu tout\u202f; merci."
    assert Run("tout", href="https://ville.example/spaces/halle") in said.runs
    assert isinstance(blocks[2], Heading)
    assert blocks[2].level == 2, "levels follow each other"
    assert [b.depth for b in blocks if isinstance(b, Paragraph)] == [0, 1, 1, 2, 0, 0]
    quoted = [b for b in blocks if isinstance(b, Paragraph) and b.quoted]
    assert "".join(run.text for run in quoted[0].runs) == "«\u202fLa halle !\u202f»"
    table = blocks[-1]
    assert isinstance(table, Table)
    assert {len(row) for row in table.rows} == {2}, "a short row is filled up"


def test_the_pdf_is_tagged_and_says_everything() -> None:
    made = pdf.write(blocks_of(PAGE, BASE), "Ce que vous avez dit", "Ville", "fr")
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert reader.metadata
    assert reader.metadata.title == "Ce que vous avez dit"
    assert b"pdfuaid" in made or b"/StructTreeRoot" in made
    text = "".join(page.extract_text() for page in reader.pages)
    for word in ("avons lu", "dedans", "La halle", "Bancs", "Chiffres"):
        assert word in text
    assert "dessin" not in text


def test_the_odt_has_its_structure() -> None:
    made = odt.write(blocks_of(PAGE, BASE), "Ce que vous avez dit", "Ville", "fr")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        content = archive.read("content.xml").decode()
        meta = archive.read("meta.xml").decode()
    assert content.count("<text:h ") == 2
    assert "table:table-header-rows" in content
    assert 'xlink:href="https://ville.example/spaces/halle"' in content
    assert "Ce que vous avez dit" in meta


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_never_markup(text: str) -> None:
    blocks = [
        Heading(1, (Run("T"),)),
        Paragraph((Run(text, href=f"https://x.example/{text[:9]}"),)),
    ]
    made = pdf.write(blocks, text[:50] or "T", "Ville", "fr")
    assert len(PdfReader(io.BytesIO(made)).pages) <= 3
    with zipfile.ZipFile(io.BytesIO(odt.write(blocks, text[:50], "Ville", "fr"))) as archive:
        content = archive.read("content.xml").decode()
    assert content.count("<text:p ") == 1
