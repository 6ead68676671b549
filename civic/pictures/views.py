"""The one route by which a file leaves."""

from __future__ import annotations

from flask import Blueprint, Response, make_response

from civic.contributions.models import Contribution
from civic.contributions.views import load_readable
from civic.errors import Missing
from civic.pictures import queries
from civic.web.doors import open_to_all
from civic.web.responses import as_file

bp = Blueprint("pictures", __name__)
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@bp.get("/files/<token:key>")
@open_to_all
def show(key: str) -> Response:
    """The picture of a text that this visitor may read: as an attachment, never as a page."""
    picture = queries.by_key(key)
    if picture is None:
        raise Missing()
    load_readable(Contribution, picture.contribution.space.slug, picture.contribution_id)
    try:
        data = queries.path_of(picture).read_bytes()
    except FileNotFoundError:
        raise Missing() from None
    response = make_response(data)
    response.mimetype = picture.media
    response.headers["Content-Security-Policy"] = POLICY
    return as_file(response, picture.file_name)
