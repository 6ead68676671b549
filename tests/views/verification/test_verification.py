"""Inhabitants are verified by list, by letter or in person; little is tried and little is kept."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from civic import clock
from civic.audit import AuditEntry
from civic.db import begin_write, commit
from civic.errors import NotAllowed
from civic.spaces.actions import give_role
from civic.spaces.models import Act, Role, Space
from civic.verification import actions
from civic.verification.lists import Line, a_date, birth_value, read_letters, read_residents
from civic.verification.models import Attempt, LetterCode, Means, ResidentLine, Verification
from civic.verification.rules import TRIES_A_DAY, bracket_of
from tests.factories import Factories
from tests.security.posts import _draft as ballot_form
from tests.views.personal.test_marker import everything
from votes.ballots import actions as ballots, queries as ballot_queries
from votes.ballots.describing import published_definition
from votes.ballots.models import Ballot, Electorate

TODAY = date(2026, 3, 28)
BORN = date(1980, 3, 28)
LIST = """courriel;quartier
lea@example.org;Bords de Loire
LEA@example.org;Bords de Loire
pas une adresse;
paul@example.org;Centre
"""
LETTERS = """Nom;Adresse;Code postal;Ville;Date de naissance;Quartier
Zoé *Zèle*;3 rue "des Lilas";45000;Orléans;01/02/1990;Centre
Sans rue;;45000;Orléans;;
"""


def asking(make: Factories, **given: Any) -> Space:
    """A space that lets only verified inhabitants support."""
    space = make.space()
    begin_write()
    means = {"by_list": True, "by_letter": True, "by_agent": True} | given
    actions.require_residents(space, make.official(space), [Act.SUPPORT], **means)
    commit()
    return space


def listed(make: Factories, space: Space, *lines: Line) -> None:
    begin_write()
    actions.bring_list(space, make.official(space), lines)
    commit()


@pytest.mark.parametrize(
    ("born", "bracket"),
    [(date(2010, 3, 29), "0-15"), (date(2010, 3, 28), "16-17"), (date(2008, 3, 28), "18-25"),
     (date(2008, 3, 29), "16-17"), (date(1966, 3, 28), "60+"), (date(1966, 3, 29), "40-59"),
     (date(1904, 2, 29), "60+")],
)  # fmt: skip
def test_of_a_date_of_birth_only_a_bracket_is_kept(born: date, bracket: str) -> None:
    assert bracket_of(born, TODAY) == bracket


@pytest.mark.parametrize(
    ("written", "read"),
    [("28/03/1980", BORN), ("1980-03-28", BORN), (" 28.3.1980 ", BORN), ("31/02/1980", None),
     ("03/28/1980", None), ("hier", None), ("", None), ("28/03/80", None)],
)  # fmt: skip
def test_dates_are_read_as_french_people_write_them(written: str, read: date | None) -> None:
    assert a_date(written) == read


def test_a_list_is_read_line_by_line_with_what_is_wrong(app: Any) -> None:
    with app.test_request_context():
        read = read_residents(LIST, TODAY)
        assert [line.value for line in read.lines] == ["lea@example.org", "paul@example.org"]
        assert read.repeated == 1
        assert [number for number, _words in read.problems] == [4]
        births = read_residents("cp,ne le\n45 000,28/03/1980\n45000,1980-03-28\n,x\n", TODAY)
        assert len(births.lines) == 2, "two people may share a postal code and a date of birth"
        assert len({line.value for line in births.lines}) == 1
        letters = read_letters(LETTERS, TODAY)
        assert [letter.age_bracket for letter in letters.letters] == ["26-39"]
        assert [number for number, _words in letters.problems] == [3]
        assert read_residents("", TODAY).problems
        assert read_residents("\x00\xff;;\n;;\n", TODAY).lines == []


def test_a_space_that_asks_says_so_and_lets_verified_people_in(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = asking(make)
    proposal, person = make.proposal(space), make.account(email="lea@example.org")
    listed(make, space, Line("address", "lea@example.org", "26-39", "Centre"))
    browser = signed_in(person)
    support = f"/contributions/{proposal.id}/support"
    page = f"/spaces/{space.slug}/verification"
    assert page in browser.get(f"/spaces/{space.slug}").page.links()
    refused = browser.submit(support, {"wanted": "1"})
    assert refused.status_code == 403
    assert "habitants" in refused.page.text
    assert browser.get(page).status_code == 200
    assert browser.submit(f"{page}/address").status_code == 303
    db.expire_all()
    shown = browser.get(page).page.text
    assert "26-39" in shown
    assert "Centre" in shown
    assert browser.submit(support, {"wanted": "1"}).status_code == 303
    kept = db.get(Verification, (space.id, person.id))
    assert (kept.means, kept.by_id) == (Means.ADDRESS, None)
    assert browser.submit(f"{page}/address").status_code == 403, "once is enough"
    other = make.proposal()
    assert browser.submit(f"/contributions/{other.id}/support", {"wanted": "1"}).status_code == 303


def test_one_line_verifies_one_person_and_twins_are_two_lines(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = asking(make)
    line = Line("birth", birth_value("45 000", BORN))
    listed(make, space, line, line)
    listed(make, space, line, line)
    assert len(db.scalars(select(ResidentLine)).all()) == 2, "a list that comes twice adds nothing"
    form = {"postcode": "45000", "birth": "28/03/1980"}
    page = f"/spaces/{space.slug}/verification/birth"
    people = [signed_in(make.account()) for _n in range(3)]
    assert [p.submit(page, form).status_code for p in people] == [303, 303, 422]


def test_attempts_are_counted_and_closed_for_a_day(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = asking(make)
    listed(make, space, Line("birth", birth_value("45000", BORN)))
    browser = signed_in(make.account())
    page = f"/spaces/{space.slug}/verification"
    for left in range(TRIES_A_DAY - 1, -1, -1):
        form = {"postcode": "45000", "birth": f"0{left + 1}/03/1981"}
        wrong = browser.submit(f"{page}/birth", form)
        assert wrong.status_code == 422
        assert f"{left} essai" in wrong.page.text
    good = {"postcode": "45000", "birth": "28/03/1980"}
    assert browser.submit(f"{page}/birth", good).status_code == 403
    assert browser.submit(f"{page}/letter", {"code": "ABCD-EFGH-JKMN"}).status_code == 403
    assert db.scalars(select(Attempt)).all()
    assert signed_in(make.account()).submit(f"{page}/birth", good).status_code == 303


def test_bad_fields_are_refused_and_kept_and_count_for_nothing(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = asking(make)
    browser = signed_in(make.account())
    page = f"/spaces/{space.slug}/verification"
    answer = browser.submit(f"{page}/birth", {"postcode": "45000", "birth": "hier"})
    assert answer.status_code == 422
    assert answer.page.value_of("postcode") == "45000"
    assert answer.page.value_of("birth") == "hier"
    assert browser.submit(f"{page}/letter", {"code": " "}).status_code == 422
    assert not db.scalars(select(Attempt)).all()


def test_the_list_is_hashed_with_a_key_and_differently_in_each_space(
    signed_in: Any, make: Factories, db: Any
) -> None:
    first, second = asking(make), asking(make)
    official = make.official(first)
    browser = signed_in(official)
    page = f"/spaces/{first.slug}/verification/list"
    checked = browser.submit(f"{page}/check", {"text": LIST})
    assert checked.status_code == 200
    assert "Ligne 4" in checked.page.text
    assert not db.scalars(select(ResidentLine)).all(), "a trial keeps nothing"
    kept_text = checked.page.soup.find("textarea", hidden=True).get_text()
    assert browser.submit(page, {"text": kept_text}).status_code == 303
    listed(make, second, Line("address", "lea@example.org"))
    digests = {row.digest for row in db.scalars(select(ResidentLine))}
    assert len(digests) == 3
    assert not any("lea@example.org" in table for table in everything(db).values())
    file = {"file": (io.BytesIO(LIST.encode("cp1252")), "liste.csv")}
    sent = browser.submit(f"{page}/check", file, content_type="multipart/form-data")
    assert "2 lignes utilisables" in sent.page.text or "2 lignes" in sent.page.text
    assert browser.submit(f"{page}/check", {"text": "rien"}).status_code == 422
    assert browser.submit(f"{page}/removal").status_code == 303
    db.expire_all()
    kept = db.scalars(select(ResidentLine).where(ResidentLine.space_id == first.id)).all()
    assert kept == []


def test_letters_are_a_tagged_pdf_whose_codes_work_once(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = asking(make)
    official = make.official(space)
    browser = signed_in(official)
    page = f"/spaces/{space.slug}/verification"
    assert browser.submit(f"{page}/letters/check", {"text": LETTERS}).status_code == 200
    assert not db.scalars(select(LetterCode)).all()
    printed = browser.submit(f"{page}/letters", {"text": LETTERS})
    assert printed.mimetype == "application/pdf"
    assert printed.headers["Cache-Control"] == "private, no-store"
    pdf = PdfReader(io.BytesIO(printed.data))
    assert len(pdf.pages) == 1
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(pdf.trailer["/Root"]["/Lang"]).startswith("fr")
    words = pdf.pages[0].extract_text()
    assert "Zoé *Zèle*" in words
    assert 'rue "des Lilas"' in words
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", words)
    assert code
    stored = everything(db)
    for secret in (code[0], code[0].replace("-", ""), "Zèle", "Lilas"):
        assert not any(secret in table for table in stored.values()), secret
    person, late = signed_in(make.account()), signed_in(make.account())
    with clock.at(clock.now() + timedelta(days=61)):
        assert late.submit(f"{page}/letter", {"code": code[0]}).status_code == 422
    typed = code[0].lower().replace("-", " ")
    assert person.submit(f"{page}/letter", {"code": typed}).status_code == 303
    assert late.submit(f"{page}/letter", {"code": code[0]}).status_code == 422, "once"
    batch = db.scalars(select(LetterCode)).one().batch
    assert batch in browser.get(f"{page}/desk").page.text


def test_lost_letters_are_cancelled(signed_in: Any, make: Factories, db: Any) -> None:
    space = asking(make)
    browser = signed_in(make.official(space))
    page = f"/spaces/{space.slug}/verification"
    browser.submit(f"{page}/letters", {"text": LETTERS})
    batch = db.scalars(select(LetterCode)).one().batch
    assert browser.submit(f"{page}/letters/removal", {"batch": batch}).status_code == 303
    assert not db.scalars(select(LetterCode)).all()


def test_an_agent_verifies_others_in_person_never_themselves(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space, person, agent = asking(make), make.account(), make.account()
    begin_write()
    give_role(space, agent, Role.AGENT, by=None)
    commit()
    browser = signed_in(agent)
    desk = f"/spaces/{space.slug}/verification/desk"
    form = {"email": person.email, "age_bracket": "60+", "district": "Centre", "seen": "y"}
    for fault in ({"seen": ""}, {"email": "personne@example.org"}, {"email": agent.email},
                  {"age_bracket": "200"}):  # fmt: skip
        refused = browser.submit(desk, form | fault)
        assert refused.status_code == 422, fault
        assert refused.page.value_of("district") == "Centre"
    assert browser.submit(desk, form).status_code == 303
    assert browser.submit(desk, form).status_code == 422, "verified already"
    kept = db.get(Verification, (space.id, person.id))
    assert (kept.means, kept.by_id, kept.age_bracket) == (Means.AGENT, agent.id, "60+")
    entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "verification.done")).one()
    assert entry.actor_id == agent.id
    assert "Centre" not in str(entry.details)
    for path in ("list", "letters"):
        assert browser.get(f"/spaces/{space.slug}/verification/{path}").status_code == 404
    stranger = signed_in(make.account())
    assert stranger.get(desk).status_code == 404
    assert stranger.submit(desk, form).status_code == 404


def test_ways_that_a_space_does_not_offer_are_missing(signed_in: Any, make: Factories) -> None:
    space, plain = asking(make, by_list=False, by_letter=False), make.space()
    browser = signed_in(make.account())
    page = f"/spaces/{space.slug}/verification"
    assert browser.submit(f"{page}/address").status_code == 404
    assert browser.submit(f"{page}/letter", {"code": "ABCD-EFGH-JKMN"}).status_code == 404
    assert browser.get(f"/spaces/{plain.slug}/verification").status_code == 404


def test_an_official_says_what_is_asked(signed_in: Any, make: Factories, db: Any) -> None:
    space = make.space()
    browser = signed_in(make.official(space))
    page = f"/spaces/{space.slug}/verification"
    assert browser.submit(f"{page}/requirement", {"acts": ["vote"]}).status_code == 422
    form = {"acts": ["vote", "propose"], "by_letter": "y"}
    assert browser.submit(f"{page}/requirement", form).status_code == 303
    desk = browser.get(f"{page}/desk").page
    ticked = {b["value"] for b in desk.soup.find_all("input", attrs={"name": "acts"}, checked=True)}
    assert ticked == {"vote", "propose"}
    assert browser.submit(f"{page}/requirement", {"by_agent": "y"}).status_code == 303
    db.expire_all()
    assert space.requirement.acts == frozenset()


def test_a_ballot_for_verified_inhabitants_of_some_ages_and_districts(
    signed_in: Any, make: Factories, db: Any, app: Any
) -> None:
    space = asking(make)
    ballot = make.ballot(
        space, electorate=Electorate.VERIFIED, age_brackets=["16-17", "18-25"],
        districts=["Centre"], opened=False,
    )  # fmt: skip
    people, agent = [make.account() for _n in range(4)], make.official(space)
    begin_write()
    for person, bracket, district in zip(
        people, ["16-17", "18-25", "60+", "18-25"], ["centre", "Centre", "Centre", "Nord"],
        strict=True,
    ):  # fmt: skip
        actions.verify_in_person(space, agent, person, bracket, district)
    commit()
    begin_write()
    ballots.open_ballot(ballot, agent)
    commit()
    on_roll = [ballot_queries.is_on_roll(ballot, person) for person in people]
    assert on_roll == [True, True, False, False]
    assert ballot_queries.roll_size(ballot) == 2
    make.vote(ballot, ["o1"], people[0])
    with pytest.raises(NotAllowed):
        make.vote(ballot, ["o1"], people[2])
    with pytest.raises(NotAllowed):
        make.vote(ballot, ["o1"], make.account())
    with pytest.raises(DatabaseError), db.begin_nested():
        db.execute(text("UPDATE ballot_residents SET districts = '[]'"))
    told = published_definition(ballot)
    assert told["districts"] == ["Centre"]


def test_an_official_chooses_ages_and_districts_in_the_form_of_a_ballot(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = asking(make)
    browser = signed_in(make.official(space))
    form = ballot_form(electorate="verified", age_brackets=["60+"], districts="Centre\nNord\n")
    made = browser.submit(f"/spaces/{space.slug}/ballots/new", form)
    assert made.status_code == 303, made.page.text
    ballot = db.scalars(select(Ballot)).one()
    assert (ballot.residents.age_brackets, ballot.residents.districts) == (
        ["60+"],
        ["Centre", "Nord"],
    )
    edit = browser.get(f"/spaces/{space.slug}/ballots/{ballot.id}/edit").page
    assert edit.value_of("districts") == "Centre\nNord"
    changed = ballot_form(electorate="confirmed")
    assert (
        browser.submit(f"/spaces/{space.slug}/ballots/{ballot.id}/edit", changed).status_code == 303
    )
    db.expire_all()
    assert ballot.residents is None
