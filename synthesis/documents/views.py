"""A published synthesis to take away as a document."""

from __future__ import annotations

from flask import Response, current_app, render_template

from civic.i18n import language
from civic.settings import active
from civic.spaces.queries import load_space
from civic.web.doors import open_to_all
from civic.web.responses import as_file
from synthesis import queries
from synthesis.documents import odt, pdf
from synthesis.documents.blocks import Block, blocks_of
from synthesis.models import Synthesis
from synthesis.views import bp, parts_of

MIMETYPES = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
}


@bp.get("/<id:number>/document.pdf")
@open_to_all
def as_pdf(slug: str, number: int) -> Response:
    """A tagged PDF of what everyone reads at this moment."""
    return _document(queries.load_public(load_space(slug), number), "pdf")


@bp.get("/<id:number>/document.odt")
@open_to_all
def as_odt(slug: str, number: int) -> Response:
    """The same as a text that a clerk can go on with."""
    return _document(queries.load_public(load_space(slug), number), "odt")


def _document(synthesis: Synthesis, kind: str) -> Response:
    write = pdf.write if kind == "pdf" else odt.write
    title = synthesis.title or synthesis.space.title
    body = write(_blocks(synthesis), title, active().town_name, language())
    response = current_app.response_class(body, mimetype=MIMETYPES[kind])
    return as_file(response, f"synthese-{synthesis.space.slug}-{synthesis.number}.{kind}")


def _blocks(synthesis: Synthesis) -> list[Block]:
    html = render_template(
        "synthesis/document.html", space=synthesis.space, synthesis=synthesis, versions=[],
        **parts_of(synthesis),
    )  # fmt: skip
    return blocks_of(html, f"{active().base_url}{synthesis.url}", language())
