"""The download of a published ballot: the rule, the result, the ballots and the signed seal."""

from __future__ import annotations

from votes.ballots import queries
from votes.ballots.describing import definition_of
from votes.ballots.export import file_of
from votes.ballots.models import Ballot


def download_of(ballot: Ballot) -> str:
    """The whole file. Whether it may be published is the caller's to ask first."""
    contents = [paper.content for paper in queries.papers_of(ballot)]
    seal = queries.seal_of(ballot)
    assert seal is not None
    return file_of(definition_of(ballot), contents, ballot.result or {}, vars(seal))
