"""What became of a proposal, step by step: written, grouped, synthesised, answered, decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from civic.i18n import gettext as _
from proposals.models import OfficialAnswer, Proposal, Stage
from synthesis.forms import DECISIONS
from synthesis.models import Decision, Placement
from votes.budgets.forms import OUTCOMES, STAGES as WORKS_STAGES, STUDIES
from votes.budgets.models import Project, Stage as Works, Study

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
    stages: Mapping[Stage, Any], projects: Sequence[Project] = (),
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
    projects : sequence of Project
        The projects of participatory budgets that come from it, the latest first.
    """
    steps = [Step(_("Written"), True, at=proposal.published_at)]
    steps += [_grouped(place), _synthesised(place), _answered(answer, place)]
    steps.append(_decided(proposal, place, stages))
    steps += _of_project(projects[0]) if projects else []
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


def _of_project(project: Project) -> list[Step]:
    """Studied, put to the vote, works, done: as far as its way goes or still may."""
    is_studied = project.study is not Study.WAITING
    studied = Step(
        _("Studied for the participatory budget"), is_studied,
        str(STUDIES[project.study]), project.url, project.studied_at,
    )  # fmt: skip
    if project.study is Study.INFEASIBLE:
        return [studied]
    ballot = project.envelope.ballot
    voted = Step(
        _("Put to the vote of the budget"), bool(project.outcome),
        str(OUTCOMES.get(project.outcome, "")), project.url,
        ballot.published_at if ballot else None,
    )  # fmt: skip
    return [studied, voted, *(_of_works(project) if project.outcome in ("", "funded") else [])]


def _of_works(project: Project) -> list[Step]:
    stage, last = project.stage, project.steps[-1] if project.steps else None
    words, at = str(WORKS_STAGES[stage]) if stage else "", last.at if last else None
    if stage is Works.ABANDONED:
        return [Step(words, True, _("Read why"), f"{project.url}#works", at)]
    is_done = stage is Works.DELIVERED
    told = _("Works"), stage is not None, words, f"{project.url}#works"
    done = Step(_("Done"), is_done, words, f"{project.url}#works", at)
    return [Step(*told, None if is_done else at), done]
