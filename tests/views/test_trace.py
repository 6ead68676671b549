"""A text that is not public is in no output, whoever asks and in whatever form.

The scene holds one text of each kind in each state, all of them public once: supported, voted on,
followed, answered, reported and read by a synthesis. Then every address that takes GET is asked
for, with every number of the scene, by a visitor, a citizen and an official.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from civic import clock
from civic.contributions.actions import set_state, take_back
from civic.contributions.models import Contribution, State
from civic.contributions.queries import count_of, search
from civic.db import begin_write, commit
from civic.notifications.models import Notice
from civic.outbox.models import Mail
from civic.web.doors import DOOR
from deliberations.models import Comment, Statement
from moderation import actions as moderation
from moderation.models import Reason
from moderation.transparency.rules import Quarter
from proposals.actions import answer
from proposals.models import Proposal, Stage
from synthesis import sources
from synthesis.queries import readable
from synthesis.writing.actions import summarise
from tests.conftest import new_client
from tests.factories import Factories
from town.outputs import ROUTES, Shows
from votes import actions as votes
from votes.budgets.actions import add_project, study
from votes.budgets.models import Study
from votes.models import Choice
from votes.queries import stances_in

SECRET = "zorglub"  # begins a word that stands in one hidden text alone
COMMON = "marmelade"  # stands in every text, so that a search finds them
PUBLIC = "coquelicot"  # stands in what stays public
STATES = ("hidden", "contested", "pending", "removed", "draft")
QUERIES = {
    "contributions.search": (f"?q={COMMON}", f"?q={SECRET}hidden"),
    "proposals.index": (f"?q={COMMON}", "?order=supported", "?order=discussed", "?order=random"),
    "proposals.show": ("?comments=1",),
}
FOR_OTHERS = ("administrator", "moderators of the space and administrators")


class Scene:
    """The rows, and what each address may ask of them."""

    def __init__(self, make: Factories) -> None:
        self.make = make
        self.space = make.space(slug="trace")
        self.author = make.account("Autrice")
        self.citizen = make.account("Lectrice")
        self.official, self.colleague = make.official(self.space), make.official(self.space)
        self.moderator = make.moderator(self.space)
        self.words = (f"{SECRET}{kind}{state}" for kind in "pcs" for state in STATES)
        self.kept = make.proposal(
            self.space, self.citizen, f"{PUBLIC} {COMMON}", f"{PUBLIC} {COMMON}"
        )
        self.proposals = {state: self._proposal(f"{SECRET}p{state}") for state in STATES}
        self.comments = {
            state: make.comment(self.kept, self.author, f"{COMMON} {SECRET}c{state}")
            for state in STATES[:-1]
        }
        self.shaded = make.comment(
            self.proposals["hidden"], self.author, f"{COMMON} {SECRET}shaded"
        )
        self.statements = {
            state: make.statement(self.space, f"{COMMON} {SECRET}s{state}", self.author)
            for state in STATES[:-1]
        }
        self.kept_statement = make.statement(self.space, f"{PUBLIC} {COMMON}", self.author)
        self._live()
        self.synthesis = self._synthesise()
        self.project = self._budget()
        self._vanish()

    def _proposal(self, word: str) -> Proposal:
        """A draft stays one; everything else is public at first."""
        return self.make.proposal(
            self.space, self.author, f"Titre {word}", f"{COMMON} {word} {word}bis",
            published=not word.endswith("draft"),
        )  # fmt: skip

    @property
    def texts(self) -> list[Contribution]:
        """Every text of the scene."""
        held = (self.proposals, self.comments, self.statements)
        return [
            self.kept, self.kept_statement, self.shaded,
            *itertools.chain.from_iterable(group.values() for group in held),
        ]  # fmt: skip

    def _live(self) -> None:
        """People act on the texts while they are public; notices and mails are written."""
        for state in STATES[:-1]:
            self.make.comment(self.proposals[state], self.citizen, f"{PUBLIC} {COMMON}")
            self.make.comment(
                self.kept, self.author, f"{COMMON} {SECRET}r{state}", reply_to=self.comments[state]
            )
            begin_write()
            votes.support(self.proposals[state], self.citizen)
            votes.take_stance(self.statements[state], self.citizen, Choice.AGREE)
            answer(self.proposals[state], self.official, Stage.ACCEPTED, "Oui.", True)
            for text in (self.proposals[state], self.comments[state], self.statements[state]):
                moderation.report(text, self.citizen, Reason.INSULT)
            commit()
        begin_write()
        self.token = moderation.report_as_visitor(
            self.proposals["hidden"], "Passante", "passante@example.org", Reason.PRIVACY,
            "Mon adresse.", "fr", "ici",
        )  # fmt: skip
        commit()

    def _synthesise(self) -> Any:
        """A published version whose themes hold, quote and cite the texts."""
        public = [self.proposals[state] for state in STATES[:-1]]
        made = self.make.synthesis(
            self.space, {"Bancs": [*public, self.kept], "Ombre": []}, by=self.official
        )
        begin_write()
        theme = next(line for line in self.themes(made) if line.name == "Bancs")
        body = "\n\n".join(
            f"Quelqu’un dit « {COMMON} {SECRET}p{state} » [{text.id}]."
            for state, text in self.proposals.items()
            if state != "draft"
        )
        summarise(theme, self.official, body, f"« {SECRET}phiddenbis » [{public[0].id}]",
                  False, made.turn)  # fmt: skip
        self.publish(made)
        return made

    def _budget(self) -> Any:
        """A public budget with one project from every proposal that is public still."""
        budget = self.make.budget(self.space, opened=False)
        public = [self.proposals[state].id for state in STATES[:-1]]
        begin_write()
        project = add_project(
            budget, self.official, budget.town[0], "Huit bancs", "", [*public, self.kept.id]
        )
        study(project, self.official, Study.FEASIBLE, 10, "")
        commit()
        return project

    @staticmethod
    def themes(made: Any) -> Any:
        """The themes of a synthesis."""
        return sources.db.session.scalars(sources.living_themes(made)).all()

    def publish(self, made: Any) -> None:
        """Everyone may read the synthesis."""
        from synthesis.actions import publish, submit  # noqa: PLC0415  (its name is used above)

        made.title, made.intro, made.intro_html = "Dit", "Merci.", "<p>Merci.</p>"
        submit(made, self.colleague, made.turn, accepts_unread=True)
        publish(made, self.official, made.turn)
        commit()

    def _vanish(self) -> None:
        """Each text goes where its state says."""
        replies = sources.db.session.scalars(
            select(Comment).where(Comment.body.like(f"%{SECRET}r%"))
        ).all()
        self.replies = list(replies)
        for reply in replies:
            self.make.hidden(reply, self.moderator)
        for group in (self.proposals, self.comments, self.statements):
            for state in ("hidden", "contested"):
                self.make.hidden(group[state], self.moderator)
            begin_write()
            moderation.contest(group["contested"], self.author, "Relisez.")
            set_state(group["pending"], State.PENDING)
            if group is self.statements:
                set_state(group["removed"], State.REMOVED)
            else:
                take_back(group["removed"], self.author)
            commit()

    def values(self) -> dict[str, list[Any]]:
        """By the name of an address's part, what can stand there."""
        ids = [text.id for text in [*self.texts, *self.replies]]
        themes = [theme.id for theme in self.themes(self.synthesis)]
        return {
            "slug": [self.space.slug],
            "provider": ["mairie"],
            "contribution_id": ids,
            "root_id": ids,
            "proposal_id": [p.id for p in self.proposals.values()] + [self.kept.id],
            "comment_id": [c.id for c in (*self.comments.values(), *self.replies, self.shaded)],
            "number": [self.synthesis.number],
            "theme_id": themes,
            "case_id": [1, 2, 3, 4],
            "report_id": list(range(1, 13)),
            "ballot_id": [1],
            "budget_id": [self.project.budget_id],
            "project_id": [self.project.id],
            "batch_id": [1],
            "key": [self.token],
            "sanction_id": [1],
            "signal": ["burst", "raid"],
            "step_id": [1],
            "quarter": [Quarter.of(clock.now(), ZoneInfo("UTC")).name],
            "token": [self.token],
        }


@pytest.fixture
def scene(make: Factories) -> Scene:
    return Scene(make)


def addresses(app: Flask, scene: Scene, rule: Rule) -> Iterator[str]:
    """Every address of one route that the scene can make."""
    known = scene.values()
    unknown = rule.arguments - set(known)
    assert not unknown, f"{rule.rule}: give the trace test a value for {unknown}"
    names = sorted(rule.arguments)
    queries = ("", *QUERIES.get(rule.endpoint, ()))
    for chosen in itertools.product(*(known[name] for name in names)):
        with app.test_request_context():
            path = app.url_map.bind("127.0.0.1").build(
                rule.endpoint, dict(zip(names, chosen, strict=True))
            )
        yield from (path + query for query in queries)


def routes(app: Flask) -> list[Rule]:
    """What can be asked for, without the pages of moderators and administrators."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.endpoint != "static"
        and getattr(app.view_functions[rule.endpoint], DOOR) not in FOR_OTHERS
    ]


def words_of(response: Any) -> str:
    """Everything in an answer, members of an archive included."""
    if response.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())
    return response.data.decode(errors="replace")


def leaks(app: Flask, scene: Scene, browser: Any) -> Iterator[tuple[str, str]]:
    """Addresses whose answer holds a word of a hidden text, and public words where none belong."""
    for rule in routes(app):
        for address in addresses(app, scene, rule):
            for headers in ({}, {"HX-Request": "true"}):
                words = words_of(browser.get(address, headers=headers)).replace(
                    f"{SECRET}hidden",
                    "",  # what the search was asked for is in its field
                )
                if SECRET in words:
                    yield address, words[max(0, words.index(SECRET) - 80) :][:160]
                elif ROUTES[rule.endpoint] is Shows.NOTHING and PUBLIC in words:
                    yield address, "is said to show no citizen's words"


@pytest.mark.slow
@pytest.mark.parametrize("who", ["visitor", "citizen", "official"])
def test_no_address_gives_a_text_that_is_not_public(app: Flask, scene: Scene, who: str) -> None:
    browser = new_client(app)
    if who != "visitor":
        browser.sign_in(getattr(scene, who))
    found = dict(leaks(app, scene, browser))
    assert not found, found


def test_what_stays_public_is_there_so_that_the_search_for_leaks_means_something(
    app: Flask, scene: Scene, client: Any
) -> None:
    for path in ("/spaces/trace/proposals", f"/search?q={COMMON}", "/spaces/trace/statements"):
        assert PUBLIC in client.get(path).text, path


def test_no_mail_to_others_and_no_notice_holds_a_text(scene: Scene, db: Any) -> None:
    for mail in db.scalars(select(Mail).where(Mail.to != scene.author.email)):
        assert SECRET not in mail.subject + mail.body
    for notice in db.scalars(select(Notice)):
        assert SECRET not in str(notice.details)


def test_no_count_no_list_and_no_analysis_reads_one(scene: Scene, db: Any) -> None:
    assert count_of(scene.space, Proposal) == 1
    assert count_of(scene.space, Statement) == 1
    found = db.scalars(search(COMMON)).unique().all()
    assert all(SECRET not in text.title + text.body for text in found)
    read = db.execute(readable(scene.space, with_comments=True)).all()
    assert read
    assert all(SECRET not in text.title + text.body for text in read)
    voted = {statement for _person, statement, _value in db.execute(stances_in(scene.space))}
    assert not voted & {text.id for text in scene.statements.values()}


def test_the_author_still_reads_their_own(app: Flask, scene: Scene) -> None:
    own = new_client(app).sign_in(scene.author)
    for state in ("hidden", "contested", "pending"):
        text = scene.proposals[state]
        assert f"{SECRET}p{state}" in own.get(f"/spaces/trace/proposals/{text.id}").text
