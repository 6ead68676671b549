"""The page on which an author joins a picture to a proposal, changes its words, takes it away."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request, url_for
from flask_login import current_user
from markupsafe import Markup

from civic.db import commit
from civic.errors import Invalid
from civic.i18n import gettext as _
from civic.pictures import actions as pictures
from civic.pictures.queries import picture_of
from civic.web import slots
from civic.web.doors import signed_in, takes_files
from civic.web.responses import go, page, rendered, say
from proposals import actions, queries
from proposals.models import Proposal
from proposals.picturing.forms import PictureForm
from proposals.views import bp, load


@slots.fills("proposal.text")
def shown(proposals: Sequence[Proposal]) -> dict[int, Markup]:
    """Under the text: its picture, and for its author the way to change it."""
    return {proposal.id: _shown(proposal) for proposal in proposals}


def _shown(proposal: Proposal) -> Markup:
    return rendered(
        "proposals/_picture.html",
        proposal=proposal,
        picture=picture_of(proposal.id),
        may_change=queries.may_change(current_user, proposal),
    )


@bp.get("/<id:proposal_id>/picture")
@signed_in
def picture(slug: str, proposal_id: int) -> Response:
    """The form of the picture."""
    proposal = _mine(slug, proposal_id)
    return _form_page(proposal, PictureForm(formdata=None, obj=picture_of(proposal.id)))


def _mine(slug: str, proposal_id: int) -> Proposal:
    proposal = load(slug, proposal_id)
    queries.may_change(current_user, proposal).require()
    return proposal


def _form_page(proposal: Proposal, form: PictureForm, status: int = 200) -> Response:
    return page(
        "proposals/picture.html",
        status,
        space=proposal.space,
        proposal=proposal,
        form=form,
        picture=picture_of(proposal.id),
    )


@bp.post("/<id:proposal_id>/picture")
@signed_in
@takes_files
def join_picture(slug: str, proposal_id: int) -> Response:
    """Join the picture; without a new file, only its words change."""
    proposal = _mine(slug, proposal_id)
    form = PictureForm()
    if not form.validate():
        return _form_page(proposal, form, 422)
    sent, present = request.files.get("file"), picture_of(proposal.id)
    try:
        if present is not None and (sent is None or not sent.filename):
            pictures.describe(present, form.alternative.data)
        elif sent is None:
            raise Invalid("file", _("Choose an image."))
        else:
            pictures.join(proposal, sent.stream, form.alternative.data)
    except Invalid as error:
        form.file.errors = [str(error)]
        return _form_page(proposal, form, 422)
    actions.note_picture(proposal, current_user)
    commit()
    say(_("The picture is saved."))
    return go(proposal.url)


@bp.post("/<id:proposal_id>/picture/removal")
@signed_in
def remove_picture(slug: str, proposal_id: int) -> Response:
    """Take the picture away."""
    proposal = _mine(slug, proposal_id)
    pictures.remove(proposal)
    actions.note_picture(proposal, current_user)
    commit()
    say(_("The picture is taken away."))
    return go(url_for("proposals.picture", slug=slug, proposal_id=proposal.id))
