"""The synthesis of the market hall: what the engines propose, corrected and answered by officials.

The machine proposes; what the team would do by hand follows, through the same actions as the
workshop: themes are merged and made until there is one for each subject that the town answers,
misplaced proposals are moved, each theme is named, read and answered, and the whole published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from civic.accounts.models import Account
from civic.db import begin_write, commit, db
from civic.spaces.models import Space
from synthesis import actions
from synthesis.correcting import actions as correcting
from synthesis.models import Decision, Placement, State, Synthesis, Theme
from synthesis.sources import living_themes
from town.content import Row


@contextmanager
def jobs_at_once() -> Iterator[None]:
    """Run what is asked of the worker here, as soon as it is committed."""
    before = current_app.extensions["palabre.inline_jobs"]
    current_app.extensions["palabre.inline_jobs"] = True
    try:
        yield
    finally:
        current_app.extensions["palabre.inline_jobs"] = before


def compute(space: Space, by: Account, themes: int) -> Synthesis:
    """Ask for a version and wait for it."""
    with jobs_at_once():
        synthesis = actions.ask(space, by, with_comments=True, themes=themes)
        commit()
    begin_write()
    db.session.refresh(synthesis)
    if synthesis.state is not State.REVIEW:
        raise RuntimeError(f"The synthesis was not computed: {synthesis.failure}")
    return synthesis


@dataclass
class Review:
    """An official at work on one version.

    `subjects` has the subject of each contribution by id. Only those of `certain` are moved by
    hand; the others, comments, stay in the theme that the machine gave them.
    """

    synthesis: Synthesis
    by: Account
    subjects: Mapping[int, str]
    certain: Collection[int]

    def arrange(self, wanted: list[str]) -> dict[str, Theme]:
        """One theme for each wanted subject, holding every contribution on it."""
        themes = self._matched(wanted)
        for subject in wanted:
            if subject not in themes:
                ids = [row for row in self.certain if self.subjects[row] == subject]
                themes[subject] = correcting.move_to_new(
                    self.synthesis, self.by, ids, subject, self.synthesis.turn
                )
        self._merge_the_others(themes)
        for subject, theme in themes.items():
            self._bring_home(subject, theme)
        return themes

    def _matched(self, wanted: list[str]) -> dict[str, Theme]:
        """The machine's themes, each under the subject it holds most of, the fullest first."""
        held = {theme: self._held(theme) for theme in self._living()}
        pairs = [(n, t.id, s, t) for t, counts in held.items() for s, n in counts.items()]
        found: dict[str, Theme] = {}
        for _n, _id, subject, theme in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
            if subject in wanted and subject not in found and theme not in found.values():
                found[subject] = theme
        return found

    def _merge_the_others(self, themes: Mapping[str, Theme]) -> None:
        for theme in self._living():
            if theme not in themes.values():
                subject = self._held(theme).most_common(1)[0][0]
                correcting.merge(theme, themes[subject], self.by, self.synthesis.turn)

    def _bring_home(self, subject: str, theme: Theme) -> None:
        there = set(self._members(theme))
        mine = (row for row in self.certain if self.subjects[row] == subject)
        away = [row for row in mine if row not in there]
        if away:
            correcting.move(self.synthesis, self.by, away, theme, self.synthesis.turn)

    def _living(self) -> Sequence[Theme]:
        return db.session.scalars(living_themes(self.synthesis)).all()

    def _members(self, theme: Theme) -> list[int]:
        statement = select(Placement.contribution_id).where(
            Placement.synthesis_id == self.synthesis.id, Placement.theme_id == theme.id
        )
        return list(db.session.scalars(statement))

    def _held(self, theme: Theme) -> Counter[str]:
        members = self._members(theme)
        return Counter(self.subjects[row] for row in members if row in self.subjects)

    def answer(self, theme: Theme, row: Row, reader: Account) -> None:
        """Name a theme, have it read by a colleague and answer it."""
        correcting.rename(theme, self.by, row["title"], self.synthesis.turn)
        correcting.mark_read(theme, reader, True, self.synthesis.turn)
        body = f"{row['answer']}\n\n**Pourquoi.** {row['reason']}"
        actions.answer(theme, self.by, Decision(row["decision"]), body, self.synthesis.turn)

    def introduce(self, written: Row, next_day: str) -> None:
        """Title, introduction, what is not retained and why, and what comes next."""
        refused = [f"- **{row['title']}.** {row['reason']}" for row in written["not_retained"]]
        parts = [written["intro"].strip(), "### Ce que nous ne retenons pas", "\n".join(refused)]
        parts += ["### La suite", f"{written['next_step']} Rendez-vous le {next_day}."]
        actions.write_intro(
            self.synthesis, self.by, written["title"], "\n\n".join(parts), self.synthesis.turn
        )
