"""Supporting a proposal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from civic import clock
from civic.db import commit
from civic.errors import NotAllowed, NotOpen
from civic.spaces.models import Act
from tests.factories import Factories
from votes import actions
from votes.queries import supported_by


def test_one_citizen_counts_once_however_often_they_press(make: Factories) -> None:
    proposal, citizen = make.proposal(), make.account()
    assert actions.support(proposal, citizen)
    assert not actions.support(proposal, citizen)
    commit()
    assert proposal.support_count == 1


def test_a_support_can_be_withdrawn_and_given_again(make: Factories) -> None:
    proposal, citizen = make.proposal(), make.account()
    actions.support(proposal, citizen)
    assert actions.withdraw_support(proposal, citizen)
    assert not actions.withdraw_support(proposal, citizen)
    assert proposal.support_count == 0
    actions.support(proposal, citizen)
    assert proposal.support_count == 1
    assert supported_by(citizen, [proposal.id]) == {proposal.id}


def test_supports_stop_at_the_very_instant_the_phase_ends(make: Factories) -> None:
    space = make.space()
    proposal, citizen = make.proposal(space), make.account()
    end = space.phases[0].ends_at
    with clock.at(end), pytest.raises(NotOpen, match="clos|closed"):
        actions.support(proposal, citizen)
    with clock.at(end - timedelta(seconds=1)):
        assert actions.support(proposal, citizen)


def test_a_space_without_supports_says_so(make: Factories) -> None:
    proposal = make.proposal(make.space(permits=frozenset({Act.PROPOSE})))
    with pytest.raises(NotOpen):
        actions.support(proposal, make.account())


def test_a_limit_of_supports_is_kept_and_a_withdrawal_frees_one(make: Factories) -> None:
    space = make.space(supports_per_person=1)
    first, second, citizen = make.proposal(space), make.proposal(space), make.account()
    actions.support(first, citizen)
    commit()
    with pytest.raises(NotAllowed):
        actions.support(second, citizen)
    actions.withdraw_support(first, citizen)
    assert actions.support(second, citizen)


def test_somebody_whose_address_is_not_confirmed_is_told_so(make: Factories) -> None:
    citizen = make.account(confirmed=False, must_confirm=True)
    with pytest.raises(NotAllowed):
        actions.support(make.proposal(), citizen)
