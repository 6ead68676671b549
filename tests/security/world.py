"""A small town in which every route has something to show: one of each thing, and who may see it.

`ARGUMENTS` says what stands for each part of an address; `OTHERWISE` says it for the routes that
need another row than the usual one. A new part of an address needs one line here.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask, current_app, url_for
from PIL import Image
from sqlalchemy import delete, select
from werkzeug.routing import Rule

from civic import clock
from civic.accounts.actions import _new_mail_token, open_sign_in
from civic.accounts.factors.actions import begin_codes
from civic.accounts.factors.models import Passkey
from civic.accounts.models import Account, Purpose
from civic.accounts.providers.models import Identity
from civic.accounts.queries import account_by_id, hash_of
from civic.db import begin_write, commit, db
from civic.jobs import Job
from civic.notifications.mailing import token_of
from civic.personal.actions import ask_for_download
from civic.pictures.actions import join as join_picture
from civic.spaces.actions import invite
from civic.spaces.models import Role, Space
from civic.verification.actions import bring_list, make_codes, require_residents
from civic.verification.lists import Letter, Line, birth_value
from civic.web.kept import KeptForm
from moderation import actions as moderation, queries as cases
from moderation.charter.actions import publish as publish_charter
from moderation.charter.queries import next_number
from moderation.models import Measure, Outcome, Reason
from moderation.queue import actions as queue
from moderation.sanctions.actions import contest as contest_measure, impose
from moderation.signals import queries as signals
from moderation.signals.actions import take_step
from moderation.signals.models import Choice as StepChoice
from synthesis import actions as synthesis
from synthesis.answering.actions import ask_all
from synthesis.correcting import actions as corrections
from synthesis.models import Decision, Synthesis
from synthesis.sources import living_themes
from tests.factories import Factories
from votes.actions import take_stance
from votes.ballots import actions as ballots
from votes.ballots.batches import actions as batches, queries as batch_queries
from votes.ballots.models import Act, Ballot, Electorate
from votes.budgets import actions as budgets
from votes.budgets.queries import projects_of
from votes.models import Choice
from votes.removals.actions import ask as ask_removal

ROLES = ("visitor", "citizen", "owner", "moderator", "other moderator", "official",
         "other official", "administrator")  # fmt: skip
FREE = "Des bancs à l’ombre près de l’école"
SECRET_DRAFT = "Brouillon zinzolin du matin"
TOKEN = "t0ken-that-nobody-has-guessed-yet"


def an_image(kind: str = "PNG", size: tuple[int, int] = (8, 8), **given: Any) -> bytes:
    """A small image."""
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, kind, **given)
    return out.getvalue()


@dataclass
class World:
    """Numbers and words only, so that a test may roll rows back."""

    people: dict[str, int] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)
    otherwise: dict[str, dict[str, Any]] = field(default_factory=dict)
    absent: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def account(self, role: str) -> Account:
        """One of the people."""
        return account_by_id(self.people[role])

    def address(self, app: Flask, rule: Rule, **given: Any) -> str:
        """The address of a route with a row behind each of its parts."""
        own = self.otherwise.get(rule.endpoint, {})
        missing = [a for a in rule.arguments if a not in self.arguments and a not in own]
        assert not missing, f"{rule}: give {missing} a value in tests/security/world.py"
        values = {a: self.arguments.get(a) for a in rule.arguments}
        values |= {k: v for k, v in own.items() if k in rule.arguments} | given
        with app.test_request_context():
            return url_for(rule.endpoint, **values)


def build(make: Factories) -> World:
    """The town of the tests."""
    world = World()
    here, elsewhere = make.space(title="Ici"), make.space(title="Ailleurs")
    people = _people(make, here, elsewhere)
    world.people = {role: account.id for role, account in people.items()}
    world.arguments = {
        "slug": here.slug,
        "role": "moderator",
        "token": TOKEN,
        "quarter": f"{clock.now():%Y}-q{(clock.now().month + 2) // 3}",
        "filename": "x",
        "signal": "burst",
    }
    world.more |= {"email": people["citizen"].email, "elsewhere": elsewhere.slug, "here": here.slug}
    for part in (
        _texts, _data, _reports, _decided, _ballots, _papers, _budgets, _synthesis, _links,
        _devices,
        _elsewhere,
    ):  # fmt: skip
        part(make, world, here, people)
    return world


def _people(make: Factories, here: Space, elsewhere: Space) -> dict[str, Account]:
    return {
        "citizen": make.account("Camille"),
        "owner": make.account("Odile"),
        "moderator": make.moderator(here),
        "other moderator": make.moderator(elsewhere),
        "official": make.official(here),
        "other official": make.official(elsewhere),
        "administrator": make.administrator(),
        "second official": make.official(here),
        "neighbour": make.account("Voisine"),
    }


def _texts(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    owner = people["owner"]
    proposal = make.proposal(here, owner, "Des bancs à l’ombre")
    own = make.comment(proposal, owner, "Je complète ma proposition.")
    draft = make.proposal(here, owner, SECRET_DRAFT, published=False)
    statement = make.statement(here, "Il faudrait plus de bancs en ville.", owner)
    others = make.statement(here, "La place doit rester ouverte le soir.", people["neighbour"])
    world.arguments |= {
        "proposal_id": proposal.id, "contribution_id": proposal.id, "root_id": proposal.id,
        "comment_id": own.id, "statement_id": statement.id,
    }  # fmt: skip
    for view in ("check", "publish", "discard"):
        world.otherwise[f"proposals.{view}"] = {"proposal_id": draft.id}
    voted = make.statement(here, "La fontaine devrait couler en été.", people["neighbour"])
    begin_write()
    take_stance(voted, people["citizen"], Choice.AGREE)
    commit()
    begin_write()
    shown = join_picture(proposal, io.BytesIO(an_image()), "Un banc à l’ombre.")
    commit()
    world.otherwise["pictures.show"] = {"key": shown.key}
    world.otherwise["statements.take_stance"] = {"statement_id": others.id}
    for view in ("importance", "undo"):
        world.otherwise[f"statements.{view}"] = {"statement_id": voted.id}
    world.more |= {"draft": draft.id}


def _data(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    begin_write()
    row = ask_for_download(people["owner"])
    commit()
    world.arguments["key"] = row.key
    begin_write()
    require_residents(here, people["official"], [], by_list=True, by_letter=True, by_agent=True)
    for view in ("ask_unsubscribe", "unsubscribe"):
        world.otherwise[f"notifications.{view}"] = {"token": token_of(people["owner"])}
    lines = [Line("address", people["citizen"].email)]
    lines.append(Line("birth", birth_value("45000", date(1980, 3, 28))))
    bring_list(here, people["official"], lines)
    letter = Letter("Camille", "1 rue", "45000", "Ici")
    (world.more["code"],) = make_codes(here, people["official"], [letter], "lettres")
    commit()
    world.otherwise["organisation.remove"] = {"account_id": make.administrator().id}


def _reports(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    neighbour, owner = people["neighbour"], people["owner"]
    rude = make.proposal(here, neighbour, "Une proposition brutale")
    case = make.report(rude, owner)
    found = cases.report_by(owner.id, rude)
    assert found is not None
    begin_write()
    visitor_token = moderation.report_as_visitor(
        rude, "Paul", "paul@example.org", Reason.HATE, "Illégal.", "fr", "origine"
    )
    commit()
    hidden = make.proposal(here, owner, "Une proposition cachée")
    make.hidden(hidden)
    spam = make.report(make.proposal(here, neighbour, "Une réclame"), reason=Reason.SPAM)
    begin_write()
    batch, _skipped = queue.decide_batch(
        [spam], {spam.id: (0, 1)}, people["moderator"], Outcome.KEEP, None, ""
    )
    commit()
    assert batch is not None
    for view in ("show_batch", "undo_batch"):
        world.otherwise[f"moderation.{view}"] = {"batch_id": batch.id}
    world.arguments |= {"case_id": case.id, "report_id": found.id}
    world.more |= {"case": case.id}
    publish_charter(people["administrator"], "", "Une version.", {}, next_number() - 1)
    commit()
    begin_write()
    found = signals.signals_of(here, clock.now())[0]
    step = take_step(here, people["moderator"], found, StepChoice.WATCH, "Je regarde.")
    commit()
    world.arguments |= {"step_id": step.id}
    world.otherwise["moderation.charter_version"] = {"number": 1}
    world.otherwise["moderation.visitor_receipt"] = {"token": visitor_token}
    world.otherwise["moderation.decision"] = {"contribution_id": hidden.id}
    world.otherwise["moderation.contest"] = {"contribution_id": hidden.id}
    for view in ("ask_report", "report"):
        world.otherwise[f"moderation.{view}"] = {"contribution_id": rude.id}


def _decided(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    """A decision that its moderator may undo, one that reporters contest, measures on accounts."""
    neighbour, owner, moderator = people["neighbour"], people["owner"], people["moderator"]
    administrator = people["administrator"]
    taken = make.hidden(make.proposal(here, neighbour, "Une proposition décidée"), moderator)
    kept = make.proposal(here, neighbour, "Une proposition gardée")
    case = make.report(kept, owner)
    report = cases.report_by(owner.id, kept)
    assert report is not None
    begin_write()
    token = moderation.report_as_visitor(
        kept, "Anne", "anne@example.org", Reason.HATE, "Illégal.", "fr", "ailleurs"
    )
    moderation.decide(case, administrator, Outcome.KEEP, case.turn)
    measures = [
        impose(person, here, administrator, Measure.WARNING, Reason.INSULT, "Restez courtois.")
        for person in (neighbour, owner)
    ]
    contest_measure(measures[0], neighbour, "Je conteste.")
    removal = ask_removal(here, administrator, [people["citizen"].id], "Votes en rafale.")
    commit()
    world.otherwise["votes.answer_removal"] = {"removal_id": removal.id}
    world.more |= {"suspected": people["citizen"].id}
    world.otherwise["moderation.undo"] = {"case_id": taken.case_id}
    world.otherwise["moderation.contest_report"] = {"report_id": report.id}
    world.otherwise["moderation.contest_notice"] = {"token": token}
    world.otherwise["moderation.statement"] = world.otherwise["moderation.decision"]
    for view in ("person", "sanction"):
        world.otherwise[f"moderation.{view}"] = {"account_id": neighbour.id}
    for view in ("measure", "answer_measure"):
        world.otherwise[f"moderation.{view}"] = {"sanction_id": measures[0].id}
    for view in ("my_measure", "contest_measure"):
        world.otherwise[f"moderation.{view}"] = {"sanction_id": measures[1].id}


def _ballots(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    official, second = people["official"], people["second official"]
    voters = [make.account() for _n in range(10)]
    opened, draft = make.ballot(here), make.ballot(here, opened=False)
    with clock.at(clock.now() - timedelta(days=9)):
        closed, tied, published = make.ballot(here), make.ballot(here), make.ballot(here)
        for n, voter in enumerate(voters):
            make.vote(closed, ["o1"], voter)
            make.vote(tied, [f"o{n % 2 + 1}"], voter)
            make.vote(published, ["o2"], voter)
    begin_write()
    request = ballots.ask(opened, second, Act.CLOSE, "Tout le monde a voté.")
    for one in (tied, published):
        ballots.seal(db.session.get_one(Ballot, one.id), official)
    told = ballots.ask(db.session.get_one(Ballot, published.id), second, Act.PUBLISH, "Compté.")
    ballots.confirm(told, db.session.get_one(Ballot, published.id), official)
    commit()
    world.arguments |= {"ballot_id": opened.id, "request_id": request.id}
    rows = {"edit": draft, "save": draft, "open_it": draft, "seal": closed, "draw": tied}
    rows |= dict.fromkeys(("download", "result", "box", "signed_seal"), published)
    for view, row in rows.items():
        world.otherwise[f"ballots.{view}"] = {"ballot_id": row.id}
    world.otherwise["ballots.arrange"] = {"ballot_id": make.ballot(here, rule="irv").id}
    world.more |= {"ballot_draft": draft.id}


def _budgets(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    official, second = people["official"], people["second official"]
    drafted, studied = make.budget(here, announced=False, opened=False), make.budget(here, False)
    opened = make.budget(here)
    with clock.at(clock.now() - timedelta(days=9)):
        closed, published = make.budget(here), make.budget(here)
        make.vote(published.town[0].ballot, ["o1"])
    begin_write()
    project = budgets.add_project(studied, official, studied.town[0], "Un arbre de plus", "")
    budgets.ask(opened, second, Act.CLOSE, "Tout le monde a voté.")
    budgets.seal(published, official)
    budgets.ask(published, second, Act.PUBLISH, "Compté.")
    budgets.confirm(published, official, Act.PUBLISH)
    commit()
    spare = make.budget(here, opened=False)  # nothing is in the way of its vote
    funded = next(p for p in projects_of(published) if p.outcome == "funded")
    world.arguments |= {"budget_id": studied.id, "project_id": project.id}
    rows = {"announce": drafted, "open_it": spare, "seal": closed, "ask": opened}
    rows |= {"confirm": opened, "choose": opened, "vote": opened, "recount": published}
    for view, row in rows.items():
        world.otherwise[f"budgets.{view}"] = {"budget_id": row.id}
    for view in ("works", "ask_works", "tell_works"):
        world.otherwise[f"budgets.{view}"] = {"budget_id": published.id, "project_id": funded.id}
    world.otherwise["ballots.basket"] = {"ballot_id": opened.town[0].ballot_id}
    world.more |= {"district": opened.districts[0].id, "envelope": studied.town[0].id}


def _papers(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    """Batches of paper ballots at each stage, and a roll with names."""
    second, third = people["second official"], people["administrator"]
    with clock.at(clock.now() - timedelta(days=9)):
        closed = make.ballot(here)
    listed = make.ballot(here, electorate=Electorate.LISTED, emails=["a@example.org", "Anne"])
    begin_write()
    stages = {
        name: batches.declare(closed, second, name, 1) for name in ("new", "one", "two", "in")
    }
    batches.take_reading(stages["one"], people["official"])
    batches.type_paper(stages["one"], people["official"], 1, ["o1"])
    for name, other in (("two", ["o2"]), ("in", ["o1"])):
        for typist, content in ((second, ["o1"]), (third, other)):
            batches.take_reading(stages[name], typist)
            batches.type_paper(stages[name], typist, 1, content)
            batches.end_reading(stages[name], typist)
    marked = batches.declare(listed, second, "roll", 1)
    (free, _o, _b), (taken, _online, _batch) = batch_queries.lines(listed, "a")
    batches.mark(marked, second, taken)
    commit()
    world.arguments |= {"batch_id": stages["new"].id, "line_id": free.id}
    views = {
        "batch": "new", "take_reading": "new", "resize_batch": "new", "withdraw_batch": "new",
        "paper": "one", "type_paper": "one", "end_reading": "one", "settle_paper": "two",
        "admit_batch": "in",
    }  # fmt: skip
    for view, name in views.items():
        own = {"ballot_id": closed.id, "batch_id": stages[name].id, "number": 1}
        world.otherwise[f"ballots.{view}"] = own
    for view, line in (("mark_line", free), ("unmark_line", taken)):
        own = {"ballot_id": listed.id, "batch_id": marked.id, "line_id": line.id}
        world.otherwise[f"ballots.{view}"] = own


def _synthesis(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    texts = [make.proposal(here, people["neighbour"]) for _n in range(5)]
    official = people["official"]
    themes = {"Bancs": texts[:2], "Arbres": texts[2:4]}
    public = make.synthesis(here, themes, texts[4:], official, published=True)
    review = make.synthesis(here, themes, texts[4:], official)
    colleague = make.official(here)
    begin_write()
    first, second = db.session.scalars(living_themes(review)).all()[:2]
    corrections.receive_cut(second, [
        {"name": name, "keywords": [], "members": [text.id]}
        for name, text in zip("ab", texts[2:4], strict=True)
    ])  # fmt: skip
    corrections.set_aside(review, official, [texts[4].id], "Hors sujet.", review.turn)
    corrections.rename(first, official, "Des bancs", review.turn)
    synthesis.submit(review, colleague, review.turn, accepts_unread=True)
    themes_of_public = db.session.scalars(living_themes(public)).all()
    synthesis.answer(themes_of_public[0], official, Decision.ACCEPTED, "Oui.", public.turn)
    with current_app.test_request_context():  # the answer holds an address
        batch = ask_all(themes_of_public[0], official, public.turn, left_out=[texts[0].id])
    commit()
    world.arguments |= {"number": review.number, "theme_id": first.id, "change": 2}
    for view in ("version", "bundle", "table", "data", "others", "theme", "as_pdf", "as_odt"):
        world.otherwise[f"synthesis.{view}"] = {
            "number": public.number, "theme_id": themes_of_public[0].id,
        }  # fmt: skip
    for view in ("ask_answers", "answers", "undo_answers"):
        world.otherwise[f"synthesis.{view}"] = {
            "number": public.number, "theme_id": themes_of_public[0].id, "batch_id": batch.id,
        }  # fmt: skip
    for view in ("cut", "decide_cut"):
        world.otherwise[f"synthesis.{view}"] = {"theme_id": second.id}
    world.otherwise["synthesis.put_back"] = {"contribution_id": texts[4].id}
    world.otherwise["synthesis.place_one"] = {"contribution_id": texts[0].id, "theme_id": second.id}
    world.more |= {
        "review": review.id, "theme": first.id, "second_theme": second.id, "alone": texts[4].id,
        "placed": texts[0].id, "public_turn": public.turn,
    }  # fmt: skip


def turn(world: World) -> int:
    """The present turn of the synthesis under review."""
    return db.session.scalar(select(Synthesis.turn).where(Synthesis.id == world.more["review"]))  # type: ignore[return-value]


def _links(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    citizen = people["citizen"]
    begin_write()
    reset = _new_mail_token(citizen, Purpose.RESET)
    confirm = _new_mail_token(citizen, Purpose.CONFIRM)
    enter = _new_mail_token(citizen, Purpose.ENTER)
    move = _new_mail_token(citizen, Purpose.MOVE, "ailleurs@example.org")
    offered = invite(people["administrator"], here, citizen.email, Role.MODERATOR)
    failed = Job(name="civic.outbox.jobs:none", state="failed", queued_at=clock.now(), tries=2)
    db.session.execute(delete(KeptForm).where(KeptForm.token == TOKEN))  # of another such town
    kept = KeptForm(token=TOKEN, path="/", fields=[["body", FREE]], at=clock.now())
    db.session.add_all([failed, kept])
    commit()
    world.arguments |= {
        "job_id": failed.id, "token_hash": hash_of(offered), "account_id": people["moderator"].id,
    }  # fmt: skip
    for views, token in (
        (("accounts.reset", "accounts.set_new_password"), reset),
        (("accounts.confirm", "accounts.confirmed"), confirm),
        (("accounts.link", "accounts.enter_by_link"), enter),
        (("accounts.move", "accounts.moved"), move),
        (("spaces.invitation", "spaces.accept"), offered),
    ):
        for view in views:
            world.otherwise[view] = {"token": token}


def _devices(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    """The owner is signed in on a telephone too, has a passkey and sets codes up."""
    owner = people["owner"]
    begin_write()
    device = open_sign_in(owner, "Téléphone")
    begin_codes(owner)
    passkey = Passkey(
        account_id=owner.id, key_id=hash_of(device), handle=hash_of(device), public_key=b"",
        name="Téléphone",
        created_at=clock.now(),
    )  # fmt: skip
    db.session.add(passkey)
    commit()
    begin_write()
    identity = Identity(
        account_id=owner.id, issuer="https://provider.example", subject=f"odile-{owner.id}",
        provider="mairie", created_at=clock.now(),
    )  # fmt: skip
    db.session.add(identity)
    commit()
    world.arguments |= {
        "device": hash_of(device), "passkey_id": passkey.id, "identity_id": identity.id,
        "provider": "mairie",
    }  # fmt: skip


def _elsewhere(make: Factories, world: World, here: Space, people: dict[str, Account]) -> None:
    """The same kinds of rows in another space: under this one's address they are missing."""
    space = db.session.scalar(select(Space).where(Space.slug == world.more["elsewhere"]))
    assert space is not None
    text = make.proposal(space, people["neighbour"])
    statement = make.statement(space, "Ailleurs aussi, il faut des bancs.", people["neighbour"])
    case = make.report(text, people["owner"])
    ballot = make.ballot(space)
    begin_write()
    official = people["other official"]
    request = ballots.ask(db.session.get_one(Ballot, ballot.id), official, Act.CLOSE, "Vite.")
    commit()
    foreign = make.synthesis(space, {"Ailleurs": [text]}, by=official)
    budget = make.budget(space, opened=False)
    theme = db.session.scalars(living_themes(foreign)).all()[0]
    world.more["foreign"] = {
        "proposal_id": text.id, "statement_id": statement.id, "case_id": case.id,
        "ballot_id": ballot.id, "request_id": request.id, "theme_id": theme.id,
        "budget_id": budget.id, "project_id": projects_of(budget)[0].id,
    }  # fmt: skip
