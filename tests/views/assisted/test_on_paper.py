"""An agent enters what people bring on paper: with consent, once, marked, never silently."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from civic.accounts.models import Account, Origin
from civic.assisted.models import AssistedAct, Consent, Entered
from civic.audit import AuditEntry
from civic.checking import faults
from civic.contributions.models import Contribution
from civic.db import begin_write, commit
from civic.spaces.actions import give_role
from civic.spaces.models import Act, Role, Space
from civic.verification.actions import require_residents
from civic.verification.models import Verification
from tests.conftest import new_client
from tests.factories import Factories

ENTRY = {"reference": "2026-014", "signed_on": "02/01/2026", "name": "Mme Garnier",
         "consents": "y"}  # fmt: skip
PROPOSAL = ENTRY | {"what": "proposal", "title": "Un banc au marché", "text": "Pour se reposer."}


def agent_of(make: Factories, space: Space) -> Account:
    agent = make.account(name="Agente Dupuis")
    begin_write()
    give_role(space, agent, Role.AGENT, by=None)
    commit()
    return agent


def desk(space: Space) -> str:
    return f"/spaces/{space.slug}/proposals/on-paper"


def test_a_proposal_entered_for_somebody_is_theirs_and_says_so_everywhere(
    signed_in: Any, make: Factories, db: Any, client: Any
) -> None:
    space = make.space()
    agent = agent_of(make, space)
    browser = signed_in(agent)
    assert browser.submit(desk(space), PROPOSAL).status_code == 303
    row = db.scalars(select(Contribution).where(Contribution.title == "Un banc au marché")).one()
    assert row.is_assisted
    assert row.author.origin is Origin.ASSISTED
    assert row.author.credential is None
    for path in (f"/spaces/{space.slug}/proposals", f"/spaces/{space.slug}/proposals/{row.id}",
                 "/search?q=banc"):  # fmt: skip
        text = client.get(path).page.text
        assert "Mme Garnier" in text
        assert "saisi par un agent pour cette personne" in text, path
        assert "Dupuis" not in text, "the agent is named in the log, not in public"
    entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "assisted.entered")).one()
    assert (entry.actor_id, entry.about) == (agent.id, f"contribution:{row.id}")
    assert entry.details["reference"] == "2026-014"
    assert "2026-014" in browser.get(desk(space)).page.text
    assert list(faults()) == []


def test_one_reference_is_one_person_and_counts_once(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space = make.space()
    proposal, statement = make.proposal(space), make.statement(space)
    browser = signed_in(agent_of(make, space))
    support = ENTRY | {"what": "support", "about": str(proposal.id)}
    assert browser.submit(desk(space), support).status_code == 303
    assert browser.submit(desk(space), support).status_code == 422, "once"
    assert browser.submit(desk(space), support | {"reference": "2026-015"}).status_code == 303
    stance = ENTRY | {"what": "agree", "about": str(statement.id)}
    assert browser.submit(desk(space), stance).status_code == 303
    comment = ENTRY | {"what": "comment", "about": str(proposal.id), "text": "Oui, des bancs."}
    assert browser.submit(desk(space), comment).status_code == 303
    db.expire_all()
    assert (proposal.support_count, statement.agree_count, proposal.comment_count) == (2, 1, 1)
    assert db.scalar(select(func.count()).select_from(Consent)) == 2
    assert len(db.scalars(select(Account).where(Account.origin == Origin.ASSISTED)).all()) == 2
    page = browser.get(f"/spaces/{space.slug}/proposals/{proposal.id}").page.text
    assert "2 de ces soutiens ont été saisis par un agent" in page
    assert "saisi par un agent pour cette personne" in page, "the comment"
    assert "1 vote" in browser.get(f"/spaces/{space.slug}").page.text
    assert list(faults()) == []


def test_a_person_with_an_account_takes_part_under_it(
    signed_in: Any, make: Factories, db: Any
) -> None:
    space, person = make.space(), make.account()
    proposal = make.proposal(space)
    browser = signed_in(agent_of(make, space))
    form = ENTRY | {"what": "support", "about": str(proposal.id), "name": "", "email": person.email}
    assert browser.submit(desk(space), form).status_code == 303
    act = db.scalars(select(AssistedAct)).one()
    assert (act.account_id, act.what) == (person.id, Entered.SUPPORT)
    shown = signed_in(person).get(f"/spaces/{space.slug}/proposals/{proposal.id}").page
    assert "Retirer mon soutien" in " ".join(shown.buttons()), "they may take it back themselves"


@pytest.mark.parametrize(
    "fault",
    [{"consents": ""}, {"reference": " "}, {"signed_on": "hier"}, {"signed_on": "01/01/2999"},
     {"name": ""}, {"title": ""}, {"text": ""}, {"email": "personne@example.org"},
     {"what": "support", "about": "999999"}, {"what": "support", "about": ""},
     {"what": "ballot"}, {"what": "statement", "text": "Non"}],
)  # fmt: skip
def test_a_paper_with_a_fault_is_refused_and_what_was_typed_is_kept(
    signed_in: Any, make: Factories, db: Any, fault: dict[str, str]
) -> None:
    space = make.space()
    answer = signed_in(agent_of(make, space)).submit(desk(space), PROPOSAL | fault)
    assert answer.status_code == 422
    assert answer.page.soup.find(id="error-summary")
    expected = (PROPOSAL | fault)["title"]
    assert answer.page.value_of("title") == expected
    assert not db.scalars(select(AssistedAct)).all()
    assert not db.scalars(select(Consent)).all()


def test_only_agents_and_officials_of_the_space_enter_and_nobody_for_themselves(
    signed_in: Any, make: Factories
) -> None:
    space, elsewhere = make.space(), make.space()
    agent = agent_of(make, space)
    for person in (make.account(), make.moderator(space), agent_of(make, elsewhere),
                   make.administrator()):  # fmt: skip
        browser = signed_in(person)
        assert browser.get(desk(space)).status_code == 404
        assert browser.submit(desk(space), PROPOSAL).status_code == 404
    assert new_client(signed_in(agent).application).get(desk(space)).status_code == 401
    own = PROPOSAL | {"name": "", "email": agent.email}
    assert signed_in(agent).submit(desk(space), own).status_code == 422
    assert signed_in(make.official(space)).submit(desk(space), PROPOSAL).status_code == 303


def test_the_calendar_and_the_check_of_inhabitants_hold_for_papers_too(
    signed_in: Any, make: Factories, db: Any
) -> None:
    closed = make.space(permits=frozenset({Act.COMMENT}))
    late = signed_in(agent_of(make, closed)).submit(desk(closed), PROPOSAL)
    assert late.status_code == 422
    assert late.page.value_of("text") == "Pour se reposer."
    space = make.space()
    begin_write()
    require_residents(space, make.official(space), [Act.PROPOSE], False, False, True)
    commit()
    agent = agent_of(make, space)
    assert signed_in(agent).submit(desk(space), PROPOSAL).status_code == 303
    kept = db.scalars(select(Verification).where(Verification.space_id == space.id)).one()
    assert kept.by_id == agent.id, "the agent has seen the person"
