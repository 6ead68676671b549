"""Consultations from elsewhere: dates and threads kept, nothing lost, nothing done twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from civic.accounts.models import Account, Origin
from civic.checking import faults
from civic.contributions.actions import set_state
from civic.contributions.models import Contribution, Gathered, State
from civic.db import begin_write, commit, db
from civic.notifications.models import Notice
from deliberations.models import Comment, Statement
from imports.actions import Outcome, bring_in
from imports.content import Consultation, Kind, Refused
from imports.decidim import read_decidim
from imports.models import ImportedRow
from imports.plain import read_plain
from imports.polis import read_polis
from proposals.models import Proposal, Stage
from synthesis.figures import coverage, public_figures
from tests.factories import Factories

PARIS = ZoneInfo("Europe/Paris")
PROPOSALS = """\
id;author/id;author/name;title/fr;body/fr;state;answer/fr;answered_at;votes;withdrawn;published_at;url
7;3;Léa;Des bancs;"Des bancs
sur la place";accepted;Oui, au printemps.;2024-06-01 10:00:00 UTC;12;false;2024-05-01 10:00:00 UTC;https://ville.example/f/1/proposals/7
8;4;Ali;'=Ombre;Des arbres;;;;3;true;2024-05-02 10:00:00 UTC;https://ville.example/f/1/proposals/8
"""
COMMENTS = """\
id;created_at;body;locale;author/id;author/name;alignment;depth;commentable_id;commentable_type;root_commentable_url
21;2024-05-03 09:00:00 UTC;Bonne idée;fr;5;Zoé;1;0;7;Decidim::Proposals::Proposal;https://ville.example/f/1/proposals/7
22;2024-05-03 10:00:00 UTC;Trop cher;fr;4;Ali;-1;1;21;Decidim::Comments::Comment;https://ville.example/f/1/proposals/7
23;2024-05-03 11:00:00 UTC;Et ici ?;fr;3;Léa;0;0;9;Decidim::Debates::Debate;https://ville.example/f/2/debates/9
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    proposals, comments = tmp_path / "proposals.csv", tmp_path / "comments.csv"
    proposals.write_text("\ufeff" + PROPOSALS, "utf-8")
    comments.write_text(COMMENTS, "utf-8")
    return proposals, comments


def imported(space: Any, consultation: Consultation) -> Outcome:
    begin_write()
    outcome = bring_in(consultation, space)
    commit()
    return outcome


def decidim(files: tuple[Path, Path]) -> Consultation:
    return read_decidim(*files, None, PARIS, "fr")


def test_a_decidim_process_comes_with_its_threads_dates_and_answers(
    make: Any, db: Any, files: tuple[Path, Path]
) -> None:
    space = make.space()
    outcome = imported(space, decidim(files))
    assert outcome.made == {Kind.PROPOSAL: 3, Kind.COMMENT: 3}
    benches = db.scalars(select(Proposal).where(Proposal.title == "Des bancs")).one()
    assert benches.body == "Des bancs\nsur la place"
    assert benches.published_at.isoformat() == "2024-05-01T10:00:00+00:00"
    assert (benches.stage, benches.answer.body) == (Stage.ACCEPTED, "Oui, au printemps.")
    assert benches.comment_count == 2
    shade = db.scalars(select(Proposal).where(Proposal.title == "=Ombre")).one()
    assert (shade.stage, shade.author.name) == (Stage.WITHDRAWN, "Ali")
    reply = db.scalars(select(Comment).where(Comment.body == "Trop cher")).one()
    assert (reply.root_id, reply.author_id) == (benches.id, shade.author_id)
    assert db.get(Comment, reply.reply_to_id).body == "Bonne idée"
    lone = db.scalars(select(Comment).where(Comment.body == "Et ici ?")).one()
    assert "debates/9" in lone.root.body
    assert not list(faults())


def test_what_has_no_place_here_is_in_the_record(
    make: Any, db: Any, files: tuple[Path, Path]
) -> None:
    space = make.space()
    imported(space, decidim(files))
    row = db.get(ImportedRow, (space.id, "decidim:ville.example", "proposal/7"))
    assert (row.details["votes"], row.details["url"][:20]) == ("12", "https://ville.exampl")
    comment = db.get(ImportedRow, (space.id, "decidim:ville.example", "comment/22"))
    assert comment.details["alignment"] == "-1"


def test_authors_cannot_sign_in_and_nobody_is_told(
    make: Any, db: Any, files: tuple[Path, Path]
) -> None:
    space = make.space()
    before = db.scalar(select(func.count(Account.id)))
    imported(space, decidim(files))
    people = db.scalars(select(Account).where(Account.origin == Origin.IMPORTED)).all()
    assert len(people) == db.scalar(select(func.count(Account.id))) - before
    assert {person.name for person in people} >= {"Léa", "Ali", "Zoé"}
    assert not any(person.email for person in people)
    assert not db.scalar(select(func.count(Notice.id)))


def test_a_second_time_changes_nothing_and_tells_what_changed_there(
    make: Any, db: Any, files: tuple[Path, Path]
) -> None:
    space = make.space()
    imported(space, decidim(files))
    counts = [db.scalar(select(func.count()).select_from(t)) for t in (Contribution, Account)]
    files[0].write_text(PROPOSALS.replace("Des arbres", "Des platanes"), "utf-8")
    outcome = imported(space, decidim(files))
    assert outcome.made == {}
    assert outcome.here_already == 6
    assert len(outcome.changed_there) == 1
    assert counts == [
        db.scalar(select(func.count()).select_from(t)) for t in (Contribution, Account)
    ]
    assert db.scalars(select(Proposal).where(Proposal.title == "=Ombre")).one().body == "Des arbres"


def test_one_bad_line_stops_everything_and_is_named(
    make: Any, db: Any, files: tuple[Path, Path]
) -> None:
    space = make.space()
    files[1].write_text(COMMENTS.replace("2024-05-03 10:00:00 UTC", "hier"), "utf-8")
    begin_write()
    with pytest.raises(Refused, match=r"comments.csv, (line|ligne) 3"):
        bring_in(decidim(files), space)
    db.rollback()
    assert not db.scalar(select(func.count(ImportedRow.key)))


def test_the_calendar_of_the_space_does_not_apply(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "lettres.csv"
    path.write_bytes("titre;texte\nPréau;Un préau à l'école\n".encode("latin-1"))
    space = make.space(permits=frozenset())
    outcome = imported(space, read_plain(path, {}, Kind.PROPOSAL, PARIS, "fr"))
    assert outcome.made == {Kind.PROPOSAL: 1}


def test_a_plain_file_is_mapped_and_its_answers_become_comments(
    make: Any, db: Any, tmp_path: Path
) -> None:
    path = tmp_path / "idees.csv"
    path.write_text("n°,idée,qui,sur\na1,Un four à pain,Ana,\na2,Et un pétrin,Bo,a1\n", "utf-8")
    mapping = {"id": "n°", "body": "idée", "author": "qui", "answers": "sur"}
    imported(make.space(), read_plain(path, mapping, Kind.PROPOSAL, PARIS, "fr"))
    comment = db.scalars(select(Comment)).one()
    assert (comment.root.title, comment.author.name) == ("Un four à pain", "Bo")
    with pytest.raises(Refused, match="idee"):
        read_plain(path, {"body": "idee"}, Kind.PROPOSAL, PARIS, "fr")
    with pytest.raises(Refused, match="corps"):
        read_plain(path, {"corps": "idée"}, Kind.PROPOSAL, PARIS, "fr")


def test_a_polis_conversation_comes_with_its_votes(make: Any, db: Any, tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(
        "timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        "1726860676783,0,1,2,0,1,Des arbres partout\n"
        "1726860676784,1,2,0,1,-1,Hors sujet\n",
        "utf-8",
    )
    (tmp_path / "votes.csv").write_text(
        "timestamp,datetime,comment-id,voter-id,vote\n"
        "1726860676785,x,0,1,1\n1726860676786,x,0,2,-1\n1726860676999,x,0,2,1\n"
        "1726860676786,x,1,1,-1\n",
        "utf-8",
    )
    space = make.space()
    outcome = imported(space, read_polis(tmp_path, "fr"))
    assert (outcome.made, outcome.stances, outcome.waiting) == ({Kind.STATEMENT: 2}, 3, 1)
    trees, refused = db.scalars(select(Statement).order_by(Statement.id)).all()
    assert (trees.agree_count, trees.disagree_count) == (2, 0)
    assert (refused.state, refused.disagree_count) == (State.PENDING, 1)
    again = imported(space, read_polis(tmp_path, "fr"))
    assert (again.made, again.stances) == ({}, 0)
    assert not list(faults())


GATHERED = """\
texte;atelier;personnes;auteur
Des bancs près de l'arrêt de bus;Atelier du 3 mars;12;
Un marché le dimanche matin;Atelier du 3 mars;;
Planter des arbres sur la place;;;Awa
"""


def test_what_a_workshop_said_is_attributed_to_it_with_its_number_of_people(
    make: Factories, tmp_path: Path, client: Any
) -> None:
    space = make.space()
    path = tmp_path / "atelier.csv"
    path.write_text(GATHERED, encoding="utf-8")
    begin_write()
    bring_in(read_plain(path, {}, Kind.PROPOSAL, PARIS, "fr"), space)
    commit()
    rows = db.session.scalars(select(Proposal).order_by(Proposal.id)).all()
    gathered = {g.contribution_id: g for g in db.session.scalars(select(Gathered))}
    assert [gathered[row.id].speaks_for if row.id in gathered else 0 for row in rows] == [12, 1, 0]
    assert {row.author.name for row in rows} == {"Atelier du 3 mars", "Awa"}
    page = client.get(f"/spaces/{space.slug}/proposals/{rows[0].id}").page
    assert "Atelier du 3 mars" in page.text
    assert "12" in page.text
    synthesis = make.synthesis(space, {"Ville": list(rows)}, published=True)
    assert coverage(synthesis).people == 14, "twelve, the workshop once more, and Awa"
    counted, lines = public_figures(synthesis)
    assert counted.people == lines[0].people == 14
    begin_write()
    set_state(rows[0], State.HIDDEN)
    commit()
    assert public_figures(synthesis)[0] == coverage(synthesis)
    assert coverage(synthesis).people == 2
    assert [name for name, _fault in faults()] == ["hidden texts have a decision"]


def test_a_number_of_people_that_is_none_is_told_by_line(make: Factories, tmp_path: Path) -> None:
    path = tmp_path / "atelier.csv"
    path.write_text("texte;personnes\nDes bancs;beaucoup\nUn marché;0\n", encoding="utf-8")
    begin_write()
    with pytest.raises(Refused) as refused:
        bring_in(read_plain(path, {}, Kind.PROPOSAL, PARIS, "fr"), make.space())
    assert [remark.line for remark in refused.value.remarks] == [2, 3]
