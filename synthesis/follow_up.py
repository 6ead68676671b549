"""What became of a proposal, step by step: written, grouped, synthesised, answered, decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civic.i18n import gettext as _
from proposals.models import OfficialAnswer, Proposal, Stage
from synthesis.forms import DECISIONS
from synthesis.models import Decision, Placement

SETTLED = (Stage.ACCEPTED, Stage.REJECTED)


@dataclass(frozen=True)
class Step:
    """One step of a proposal's way. `words` say what happened; without `done`, what will."""

    label: str
    done: bool
    words: str = ""
    url: str = ""
    at: datetime | None = None


def steps_of(
    proposal: Proposal, answer: OfficialAnswer | None, place: Placement | None,
    stages: Mapping[Stage, Any],
) -> list[Step]:  # fmt: skip
    """The way of a public proposal so far; a withdrawn one stops where it was.

    Parameters
    ----------
    answer : OfficialAnswer or None
        The town's answer to it, published or not.
    place : Placement or None
        Its place in the latest published synthesis of its space.
    stages : mapping
        The words of each stage.
    """
    steps = [Step(_("Written"), True, at=proposal.published_at)]
    steps += [_grouped(place), _synthesised(place), _answered(answer, place)]
    steps.append(_decided(proposal, place, stages))
    if proposal.stage is Stage.WITHDRAWN:
        steps = [step for step in steps if step.done]
        steps.append(Step(str(stages[Stage.WITHDRAWN]), True))
    return steps


def _grouped(place: Placement | None) -> Step:
    label = _("Grouped with those that say the same")
    if place is None:
        return Step(label, False)
    if place.theme is not None:
        return Step(label, True, place.theme.name, place.theme.url, place.synthesis.computed_at)
    if place.is_set_aside:
        return Step(label, True, _("Read and set aside: %(reason)s", reason=place.reason))
    return Step(label, True, _("Read; it stands alone, in no theme."))


def _synthesised(place: Placement | None) -> Step:
    label = _("In the published synthesis")
    if place is None:
        return Step(label, False)
    synthesis = place.synthesis
    return Step(label, True, _("Read the synthesis"), synthesis.url, synthesis.published_at)


def _answered(answer: OfficialAnswer | None, place: Placement | None) -> Step:
    label = _("Answered by the town")
    if answer is not None and answer.is_published:
        return Step(label, True, _("Read the answer"), "#answer", answer.at)
    theme = place.theme if place else None
    if theme is not None and theme.answer_html:
        return Step(label, True, _("Answer to its theme"), f"{theme.url}#answer", theme.answered_at)
    return Step(label, False)


def _decided(proposal: Proposal, place: Placement | None, stages: Mapping[Stage, Any]) -> Step:
    label = _("Decided")
    if proposal.stage in SETTLED:
        return Step(label, True, str(stages[proposal.stage]))
    theme = place.theme if place else None
    if theme is not None and theme.decision not in (Decision.NONE, Decision.EVALUATING):
        return Step(label, True, str(DECISIONS[theme.decision]))
    return Step(label, False)
