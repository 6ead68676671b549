"""What was written about themes, ready for a page: citations as links, figures as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from civic.text import to_html
from synthesis import citing
from synthesis.figures import ThemeLine
from synthesis.models import Summary
from synthesis.sources import gone_among, public_among, summaries_of


@dataclass(frozen=True)
class Shown:
    """The two texts of a theme as cleaned HTML, and whom they lead back to."""

    summary: Summary
    body_html: str
    dissent_html: str
    sources: int


def shown(lines: Sequence[ThemeLine]) -> dict[int, Shown]:
    """By theme, what officials wrote; a few queries however many themes there are."""
    by_theme = {line.theme.id: line for line in lines}
    summaries = summaries_of(by_theme)
    cited = {row.theme_id: citing.cited_in(row.body, row.dissent) for row in summaries}
    every = {number for numbers in cited.values() for number in numbers}
    public = public_among(every)
    gone = gone_among(every - public)
    return {row.theme_id: _one(row, by_theme[row.theme_id], public, gone) for row in summaries}


def _one(
    row: Summary, line: ThemeLine, public: set[int], gone: Mapping[int, str]
) -> Shown:  # fmt: skip
    figures = figures_of(line)
    return Shown(
        row,
        citing.with_links(_html(row.body, row.body_html, gone), figures, public),
        citing.with_links(_html(row.dissent, row.dissent_html, gone), figures, public),
        len(citing.cited_in(row.body, row.dissent) & public),
    )


def _html(text: str, stored: str, gone: Mapping[int, str]) -> str:
    left = citing.without_gone(text, gone)
    return stored if left == text else to_html(left)


def figures_of(line: ThemeLine) -> Mapping[str, int]:
    """The live figures of a theme."""
    return {"contributions": line.size, "people": line.people, "texts": line.texts}
