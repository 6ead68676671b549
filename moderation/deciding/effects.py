"""What each outcome does to a text, and how it is reversed exactly.

`apply` changes the text and returns what the reversal will need; `reverse` puts everything back
as it was; `repeat` does again what a reversal reversed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, literal, select, update

from civic.contributions import actions as contributions
from civic.contributions.models import Contribution, Revision, State, visible
from civic.contributions.queries import revisions_of
from civic.db import db
from civic.errors import YES, Conflict, Verdict
from civic.i18n import gettext as _, using
from civic.spaces.models import Space
from moderation import rules
from moderation.deciding import mergers
from moderation.events import text_let_out
from moderation.models import Case, Concealed, Decision, Effect, Original, Outcome
from moderation.words import REASONS

IN_TITLES = "[…]"


@dataclass(frozen=True)
class Target:
    """What an outcome needs beside the reason: words to mask, where to move, what to join."""

    passages: Sequence[str] = field(default_factory=list)
    space: Space | None = None
    root: Contribution | None = None
    into: Contribution | None = None


def apply(decision: Decision, row: Contribution, target: Target) -> dict[str, Any]:
    """Do what was decided, once `may_apply` said yes; what is returned is kept for the reversal."""
    act = _APPLY.get(decision.outcome)
    return act(decision, row, target) if act else {}


def may_apply(outcome: Outcome, row: Contribution, target: Target) -> Verdict:
    """Whether the target fits the text; asked before anything is written."""
    if outcome is Outcome.MASK:
        return rules.may_mask(row, [line for line in target.passages if line.strip()])
    if outcome is Outcome.MOVE and row.root_id is None:
        return rules.may_move_to_space(row, target.space)
    if outcome is Outcome.MOVE:
        return rules.may_move_under(row, target.root)
    if outcome is Outcome.MERGE:
        into = target.into
        return rules.may_merge(
            row, into, mergers.is_merged(row), mergers.is_target(row),
            into is not None and mergers.is_merged(into),
        )  # fmt: skip
    return YES


def reverse(decision: Decision, effect: Effect, row: Contribution, back_to: State) -> None:
    """Put everything back as it was before a decision.

    Parameters
    ----------
    back_to : State
        Who may read the text then: as before, or everyone when a reader decides so.
    """
    act = _REVERSE.get(decision.outcome)
    if act:
        act(decision, effect, row, back_to)


def repeat(decision: Decision, effect: Effect, row: Contribution) -> None:
    """Do again what had been reversed, with what was kept of it."""
    again = _APPLY[decision.outcome]
    effect.details = again(decision, row, _target_of(effect))
    effect.reversed_by_id = None


def _target_of(effect: Effect) -> Target:
    kept = effect.details
    return Target(
        passages=kept.get("passages", ()),
        space=db.session.get(Space, kept["to_space"]) if "to_space" in kept else None,
        root=db.session.get(Contribution, kept["to_root"]) if "to_root" in kept else None,
        into=db.session.get(Contribution, kept["into"]) if "into" in kept else None,
    )


# --- Public or not ----------------------------------------------------------------------------


def let_out(row: Contribution) -> None:
    """Make a text public; where it never was, the packages of the kinds are told."""
    is_first = row.published_at is None
    contributions.publish(row)
    if is_first:
        text_let_out.send(db.session(), contribution_id=row.id)


def _keep(_decision: Decision, row: Contribution, _target: Target) -> dict[str, Any]:
    if row.state is State.PENDING:
        let_out(row)
    return {}


def _unkeep(_decision: Decision, _effect: Effect, row: Contribution, back_to: State) -> None:
    if row.state is State.VISIBLE and back_to is State.PENDING:
        contributions.set_state(row, State.PENDING)


def _hide(decision: Decision, row: Contribution, _target: Target) -> dict[str, Any]:
    _note_what_goes(decision, row)
    contributions.set_state(row, State.HIDDEN)
    return {}


def _note_what_goes(decision: Decision, row: Contribution) -> None:
    """Write down the exact set that everyone could read until now."""
    gone = select(literal(decision.id), Contribution.id).where(
        (Contribution.id == row.id) | (Contribution.root_id == row.id), visible()
    )
    already = select(Concealed.contribution_id).where(Concealed.decision_id == decision.id)
    db.session.execute(
        insert(Concealed).from_select(
            ["decision_id", "contribution_id"], gone.where(Contribution.id.not_in(already))
        )
    )


def _unhide(_decision: Decision, _effect: Effect, row: Contribution, back_to: State) -> None:
    if row.state is not State.HIDDEN:
        return
    if back_to is State.VISIBLE:
        let_out(row)
    else:
        contributions.set_state(row, back_to)


# --- Masking ----------------------------------------------------------------------------------


def _mask(decision: Decision, row: Contribution, target: Target) -> dict[str, Any]:
    found = [line.strip() for line in target.passages if line.strip()]
    mark = _mark(decision, row)
    for revision in db.session.scalars(revisions_of(row)).all():
        _cover(decision, revision, found, mark)
    title, body = covered(row.title, found, IN_TITLES), covered(row.body, found, mark)
    contributions.rewrite(row, title, body)
    if row.state in (State.HIDDEN, State.PENDING):
        let_out(row)
    return {"passages": found, "version": row.version}


def _mark(decision: Decision, row: Contribution) -> str:
    """What stands where words were, in the language of the text."""
    with using(row.language):
        if decision.reason is None:
            return _("[passage masked by the moderators]")
        return _("[passage masked: %(reason)s]", reason=str(REASONS[decision.reason]).lower())


def covered(text: str, passages: Sequence[str], mark: str) -> str:
    """A text with every occurrence of these passages replaced, the longest first."""
    for passage in sorted(passages, key=len, reverse=True):
        text = text.replace(passage, mark)
    return text


def _cover(decision: Decision, revision: Revision, passages: Sequence[str], mark: str) -> None:
    title = covered(revision.title, passages, IN_TITLES)
    body = covered(revision.body, passages, mark)
    if (title, body) == (revision.title, revision.body):
        return
    db.session.merge(
        Original(
            decision_id=decision.id, number=revision.number, title=revision.title,
            body=revision.body,
        )
    )  # fmt: skip
    revision.title, revision.body = title, body


def _unmask(decision: Decision, effect: Effect, row: Contribution, back_to: State) -> None:
    kept = db.session.scalars(
        select(Original).where(Original.decision_id == decision.id).order_by(Original.number)
    ).all()
    by_number = {original.number: original for original in kept}
    for revision in db.session.scalars(revisions_of(row)):
        if revision.number in by_number:
            original = by_number[revision.number]
            revision.title, revision.body = original.title, original.body
    last = effect.details["version"]
    if row.version == last and last - 1 in by_number:  # its author has not changed it since
        contributions.rewrite(row, by_number[last - 1].title, by_number[last - 1].body)
    if effect.state_before in (State.HIDDEN, State.PENDING) and back_to is effect.state_before:
        contributions.set_state(row, back_to)


# --- Moving -----------------------------------------------------------------------------------


def _move(_decision: Decision, row: Contribution, target: Target) -> dict[str, Any]:
    before: dict[str, Any] = {"space": row.space_id, "root": row.root_id}
    if row.root_id is None:
        assert target.space is not None
        ids = contributions.move_to_space(row, target.space)
        to = {"to_space": target.space.id}
    else:
        assert target.root is not None
        gone = contributions.move_under(row, target.root, {})
        ids, before["memo"] = [row.id, *gone.ids], gone.memo
        to = {"to_root": target.root.id}
    _cases_follow(ids, row.space_id)
    return before | to


def _cases_follow(ids: Sequence[int], space_id: int) -> None:
    db.session.execute(
        update(Case)
        .where(Case.contribution_id.in_(ids))
        .values(space_id=space_id)
        .execution_options(synchronize_session="fetch")
    )
    for case in db.session.identity_map.values():
        if isinstance(case, Case) and case.contribution_id in ids:
            db.session.expire(case, ["space_id", "space"])


def _move_back(_decision: Decision, effect: Effect, row: Contribution, _back_to: State) -> None:
    kept = effect.details
    if kept["root"] is None:
        ids = contributions.move_to_space(row, db.session.get_one(Space, kept["space"]))
    else:
        root = db.session.get_one(Contribution, kept["root"])
        gone = contributions.move_under(row, root, kept.get("memo", {}))
        ids = [row.id, *gone.ids]
    _cases_follow(ids, row.space_id)


# --- Merging ----------------------------------------------------------------------------------


def _merge(decision: Decision, row: Contribution, target: Target) -> dict[str, Any]:
    into = target.into
    assert into is not None
    mergers.merge(row, into, decision)
    return {"into": into.id}


def _unmerge(_decision: Decision, _effect: Effect, row: Contribution, _back_to: State) -> None:
    if not mergers.is_merged(row):
        raise Conflict(_("This text is not merged any more."))
    mergers.unmerge(row)


Act = Callable[[Decision, Contribution, Target], dict[str, Any]]
Reversal = Callable[[Decision, Effect, Contribution, State], None]
_APPLY: dict[Outcome, Act] = {
    Outcome.KEEP: _keep,
    Outcome.HIDE: _hide,
    Outcome.MASK: _mask,
    Outcome.MOVE: _move,
    Outcome.MERGE: _merge,
}
_REVERSE: dict[Outcome, Reversal] = {
    Outcome.KEEP: _unkeep,
    Outcome.HIDE: _unhide,
    Outcome.MASK: _unmask,
    Outcome.MOVE: _move_back,
    Outcome.MERGE: _unmerge,
}
