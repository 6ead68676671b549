"""Bring a consultation in: one transaction, all or nothing, and a second time changes nothing.

The calendar of the space does not apply to what was said elsewhere, and nobody is notified of
what is old. Every text keeps its date, its author under a pseudonym, and in the import record what
the source says and Palabre has no place for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from civic import audit, clock
from civic.accounts.actions import import_account
from civic.accounts.models import Account
from civic.contributions import actions as contributions
from civic.contributions.models import Contribution, Gathered, State
from civic.db import db
from civic.i18n import gettext as _
from civic.spaces.models import Space
from civic.text import to_html
from deliberations.models import Comment, Statement
from imports.content import Consultation, Entry, Kind, key_of
from imports.fitting import fit
from imports.models import ImportedRow
from imports.threads import settle
from proposals.models import OfficialAnswer, Proposal, Stage
from votes.actions import record_imported_stances

MODELS: dict[Kind, type[Contribution]] = {
    Kind.PROPOSAL: Proposal, Kind.COMMENT: Comment, Kind.STATEMENT: Statement,
}  # fmt: skip
TOWN = key_of("person", "town")  # who signs the answers given on the former site


@dataclass
class Outcome:
    """What an import did, or would do."""

    made: dict[Kind, int] = field(default_factory=dict)
    waiting: int = 0  # of them, texts that wait for a moderator
    people: int = 0
    stances: int = 0
    answers: int = 0
    here_already: int = 0
    changed_there: list[str] = field(default_factory=list)  # lines of texts that were here


def bring_in(
    consultation: Consultation, space: Space, cut: bool = False,
    tell: Callable[[float], None] = lambda share: None,
) -> Outcome:  # fmt: skip
    """Write a consultation into a space; the caller commits, or rolls a trial back.

    Parameters
    ----------
    cut : bool
        Shorten texts that are too long to be shown, the rest going to the record.
    tell : callable
        Told the share of the work done.

    Raises
    ------
    Refused
        With every problem, by file and line.
    """
    importer = _Importer(consultation, space)
    fit(consultation, cut)
    settle(consultation, importer.known)
    consultation.require_sound()
    return importer.run(tell)


class _Importer:
    def __init__(self, consultation: Consultation, space: Space) -> None:
        self.consultation, self.space = consultation, space
        self.outcome = Outcome()
        rows = db.session.scalars(
            select(ImportedRow).where(
                ImportedRow.space_id == space.id, ImportedRow.source == consultation.source
            )
        )
        self.known = {row.key: row for row in rows}
        self.texts: dict[str, int] = {
            key: row.contribution_id
            for key, row in self.known.items()
            if row.contribution_id is not None
        }

    def run(self, tell: Callable[[float], None]) -> Outcome:
        total = len(self.consultation.entries) + 1
        for done, entry in enumerate(self.consultation.entries, 1):
            if entry.key in self.known:
                self._seen_before(entry)
            else:
                with clock.at(entry.at or clock.now()):
                    self._write(entry)
            tell(done / total)
        self._stances()
        tell(1.0)
        self._record()
        return self.outcome

    def _seen_before(self, entry: Entry) -> None:
        self.outcome.here_already += 1
        if self.known[entry.key].digest != entry.digest:
            message = _("it has changed over there since; the text that is here stays.")
            self.outcome.changed_there.append(str(entry.remark(message)))

    def _write(self, entry: Entry) -> None:
        author = self._person(entry.author)
        details = {}
        root = self._root(entry)
        if entry.kind is Kind.COMMENT:
            parent = self.texts.get(entry.parent)
            details["reply_to_id"] = parent if root and parent != root.id else None
        row = contributions.write(
            MODELS[entry.kind], self.space, author, entry.title, entry.body, root, **details
        )
        row.language = entry.language[:5] or row.language
        if entry.is_public:
            contributions.publish(row)
        else:
            contributions.set_state(row, State.PENDING)
        if isinstance(row, Proposal):
            self._settle(row, entry)
        if entry.event or entry.speaks_for > 1:
            told = {"event": entry.event, "speaks_for": entry.speaks_for}
            db.session.add(Gathered(contribution_id=row.id, **told))
        self.texts[entry.key] = row.id
        self._remember(entry.key, entry.digest, entry.details, contribution_id=row.id)
        self.outcome.made[entry.kind] = self.outcome.made.get(entry.kind, 0) + 1
        self.outcome.waiting += not entry.is_public

    def _root(self, entry: Entry) -> Contribution | None:
        """What a comment hangs under: its thread, else what the text it answers hangs under."""
        if entry.kind is not Kind.COMMENT:
            return None
        above = self.texts.get(entry.thread) or self.texts[entry.parent]
        row = db.session.get_one(Contribution, above)
        return row.root or row

    def _settle(self, row: Proposal, entry: Entry) -> None:
        """The answer given over there, or the withdrawal."""
        if entry.withdrawn_at is not None:
            row.stage, row.is_settled = Stage.WITHDRAWN, True
            row.withdrawn_because = _("Withdrawn on the former site.")
        if entry.answer is None:
            return
        body = entry.answer.body or _("The former site gives no reason.")
        db.session.add(
            OfficialAnswer(
                proposal=row, stage=Stage(entry.answer.stage), body=body, body_html=to_html(body),
                by_id=self._person(TOWN).id, at=entry.answer.at or clock.now(), is_published=True,
            )
        )  # fmt: skip
        if row.stage is not Stage.WITHDRAWN:
            row.stage = Stage(entry.answer.stage)
            row.is_settled = row.stage is not Stage.EVALUATING
        self.outcome.answers += 1

    def _person(self, key: str) -> Account:
        """The account that stands for a person of the source; it can never sign in."""
        row = self.known.get(key)
        if row is not None and row.account_id is not None:
            return db.session.get_one(Account, row.account_id)
        town = _("The town (former site)")
        account = import_account(self.consultation.people.get(key, town if key == TOWN else key))
        db.session.flush()
        self.known[key] = self._remember(key, "", {}, account_id=account.id)
        self.outcome.people += 1
        return account

    def _remember(
        self, key: str, digest: str, details: dict[str, object],
        contribution_id: int | None = None, account_id: int | None = None,
    ) -> ImportedRow:  # fmt: skip
        row = ImportedRow(
            space_id=self.space.id, source=self.consultation.source, key=key, digest=digest,
            details=details, contribution_id=contribution_id, account_id=account_id,
            at=clock.now(),
        )  # fmt: skip
        db.session.add(row)
        return row

    def _stances(self) -> None:
        rows = [
            (self._person(cast.person).id, self.texts[cast.statement], cast.value, cast.at)
            for cast in self.consultation.stances
        ]
        if rows:
            db.session.flush()
            self.outcome.stances = record_imported_stances(rows, self.space)

    def _record(self) -> None:
        db.session.flush()
        if not (self.outcome.made or self.outcome.stances):
            return
        audit.record(
            None, "import.done", about=self.space, source=self.consultation.source,
            files=[[file.name, file.size, file.sha256] for file in self.consultation.files],
            made={kind.value: count for kind, count in self.outcome.made.items()},
            people=self.outcome.people, stances=self.outcome.stances,
        )  # fmt: skip
