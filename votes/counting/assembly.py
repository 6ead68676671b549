"""The majority rules of an assembly vote, as French municipal councils know them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Side(Enum):
    """How the president voted."""

    FOR = "for"
    AGAINST = "against"
    ABSTAINS = "abstains"


@dataclass(frozen=True)
class AssemblyVote:
    """The outcome of an assembly vote.

    Parameters
    ----------
    adopted : bool
    needed : int
        Votes for that make an absolute majority of the votes cast.
    casting_vote : bool
        True if the president's vote decided an equality.
    """

    adopted: bool
    needed: int
    casting_vote: bool = False


def assembly_vote(
    in_favour: int, against: int, *, president: Side | None = None, secret: bool = False
) -> AssemblyVote:
    """Adopt by absolute majority of the votes cast, with the president's casting vote.

    Votes cast are those for and against: abstentions, blank and null ballots and refusals to vote
    are no votes cast. On equality the president's vote prevails, except in a secret vote, where
    equality rejects; so it does if the president abstained, or if nobody voted.

    Parameters
    ----------
    in_favour, against : int
        Votes, with those cast by written power.
    president : Side, optional
        The president's own vote, already among the two numbers.
    secret : bool, default=False
        Whether the vote was secret.

    References
    ----------
    .. [1] Code général des collectivités territoriales, article L2121-20.

    Examples
    --------
    >>> assembly_vote(9, 9, president=Side.FOR)
    AssemblyVote(adopted=True, needed=10, casting_vote=True)
    """
    cast = in_favour + against
    needed = cast // 2 + 1
    if in_favour != against or cast == 0 or secret:
        return AssemblyVote(in_favour >= needed, needed)
    prevails = president in (Side.FOR, Side.AGAINST)
    return AssemblyVote(president is Side.FOR, needed, casting_vote=prevails)


def quorum_met(in_office: int, present: int) -> bool:
    """Whether the majority of members in office is present; written powers do not count.

    References
    ----------
    .. [1] Code général des collectivités territoriales, article L2121-17.
    """
    return 2 * present > in_office
