"""Comment, answer, change and take back."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import current_user

from civic.clock import now
from civic.contributions.models import Contribution
from civic.contributions.queries import load
from civic.contributions.rules import may_read
from civic.db import commit
from civic.errors import Conflict, Missing
from civic.i18n import gettext as _
from civic.spaces.models import Role
from civic.spaces.queries import load_space, roles_of
from civic.web.doors import open_to_all, signed_in
from civic.web.limits import limited
from civic.web.once import once
from civic.web.responses import go, page, respond, say, view, wants_fragment
from civic.web.traps import watched
from deliberations import actions, rules
from deliberations.forms import ChangeCommentForm, CommentForm
from deliberations.models import Comment
from deliberations.threads.panel import thread_panel

bp = Blueprint("comments", __name__)


def load_root(root_id: int) -> Contribution:
    """A contribution whose thread this visitor may read."""
    root = load(Contribution, root_id)
    space = load_space(root.space.slug)
    is_moderator = Role.MODERATOR in roles_of(current_user, space)
    if root.place is None or not may_read(current_user, root, is_moderator):
        raise Missing()
    return root


def load_comment(comment_id: int) -> Comment:
    """A public comment, or one of the visitor's own."""
    found = load(Comment, comment_id)
    if found.root is None:
        raise Missing()
    load_root(found.root.id)
    if not may_read(current_user, found, is_moderator=False):
        raise Missing()
    return found


@bp.get("/contributions/<id:root_id>/comments")
@open_to_all
def index(root_id: int) -> Response:
    """The thread alone, for htmx; everybody else is led to the page that holds it."""
    root = load_root(root_id)
    if not wants_fragment():
        return go(f"{root.place}#thread")
    return page("deliberations/_thread.html", **thread_panel(root))


@bp.post("/contributions/<id:root_id>/comments")
@signed_in
@watched
@once
@limited("comment")
def create(root_id: int) -> Response:
    """Comment a contribution."""
    root = load_root(root_id)
    form = CommentForm()
    if not form.validate():
        panel = thread_panel(root, form)
        return view("deliberations/comment.html", "deliberations/_thread.html", 422, **panel)
    row = actions.comment(root, current_user, form.body.data)
    commit(landing=row.url)
    say(_("Your comment is public.") if row.is_visible else _waits())
    return _shown(root, row)


def _waits() -> str:
    return _("A moderator reads your text before everyone does. You will be told.")


def _shown(root: Contribution, row: Comment) -> Response:
    return respond(
        "deliberations/_thread.html",
        otherwise=row.place or root.url,
        parts=lambda: thread_panel(root, fresh=row.id),
    )


@bp.get("/comments/<id:comment_id>/reply")
@open_to_all
def ask_reply(comment_id: int) -> Response:
    """The form to answer a comment."""
    return _reply_page(load_comment(comment_id), CommentForm(formdata=None))


def _reply_page(to: Comment, form: CommentForm, status: int = 200) -> Response:
    root = to.root
    assert root is not None
    may = rules.may_comment(current_user, root, now()) and rules.may_reply(to, root)
    return view(
        "deliberations/reply.html", "deliberations/_reply.html", status,
        to=to, root=root, comment_form=form, may=may, space=root.space,
    )  # fmt: skip


@bp.post("/comments/<id:comment_id>/reply")
@signed_in
@watched
@once
@limited("comment")
def reply(comment_id: int) -> Response:
    """Answer a comment."""
    to = load_comment(comment_id)
    form = CommentForm()
    if not form.validate():
        return _reply_page(to, form, 422)
    root = load_root(to.root_id or 0)
    row = actions.comment(root, current_user, form.body.data, reply_to=to)
    commit(landing=row.url)
    say(_("Your answer is public.") if row.is_visible else _waits())
    return go(row.place or root.url)


@bp.get("/comments/<id:comment_id>/edit")
@signed_in
def edit(comment_id: int) -> Response:
    """The form to change a comment of mine."""
    row = load_comment(comment_id)
    rules.may_change_comment(current_user, row).require()
    form = ChangeCommentForm(formdata=None, data={"body": row.body, "version": row.version})
    return page("deliberations/edit.html", comment=row, form=form, space=row.space)


@bp.post("/comments/<id:comment_id>/edit")
@signed_in
def save(comment_id: int) -> Response:
    """Change a comment of mine."""
    row = load_comment(comment_id)
    form = ChangeCommentForm()
    if not form.validate():
        return page("deliberations/edit.html", 422, comment=row, form=form, space=row.space)
    try:
        actions.change_comment(row, current_user, form.body.data, form.version.data or 0)
    except Conflict as error:
        form.body.errors = [str(error)]
        form.version.raw_data, form.version.data = None, row.version
        return page("deliberations/edit.html", 409, comment=row, form=form, space=row.space)
    commit()
    say(_("Saved."))
    return go(row.place or row.url)


@bp.post("/comments/<id:comment_id>/removal")
@signed_in
def take_back(comment_id: int) -> Response:
    """Take a comment of mine back."""
    row = load_comment(comment_id)
    actions.take_back_comment(row, current_user)
    commit()
    say(_("Your comment is taken back."))
    return go(f"{row.root.place}#thread" if row.root else row.url)
