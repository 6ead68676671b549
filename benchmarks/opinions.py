"""Opinion groups of real conversations: both engines, and red-dwarf where it is installed."""

from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path

from sklearn.metrics import adjusted_rand_score

from synthesis.opinions.engine import find_groups
from synthesis.opinions.holdout import held_out_gain
from synthesis.opinions.matrix import from_votes
from synthesis.opinions.reading import Conversation, read_export

DATA = Path(os.environ.get("PALABRE_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
ENGINES = ("compatible", "robust")


def folders() -> list[Path]:
    """The Polis exports that are here."""
    return sorted(path for path in (DATA / "polis").iterdir() if (path / "comments.csv").exists())


def line(name: str, conversation: Conversation, engine: str) -> str:
    """One engine on one conversation."""
    began = time.process_time()
    found = find_groups(
        conversation.votes, statements=conversation.statements, removed=conversation.removed,
        engine=engine,
    )  # fmt: skip
    cost = time.process_time() - began
    of = {member: g.letter for g in found.groups for member in g.members}
    both = [person for person in conversation.reference_groups if person in of]
    same = adjusted_rand_score(
        [conversation.reference_groups[person] for person in both], [of[person] for person in both]
    ) if both else float("nan")  # fmt: skip
    gain = held_out_gain(from_votes(conversation.votes, statements=conversation.statements), engine)
    silhouette = found.quality.silhouette
    return (
        f"{name:<30} {engine:<11} k={found.quality.k}  silhouette "
        f"{float('nan') if silhouette is None else silhouette:5.2f}  with the export {same:5.2f}  "
        f"held-out gain {gain.mean:6.4f} ± {gain.error:.4f}  {cost:6.2f} CPU s"
    )


def main() -> None:
    """Every conversation with every engine."""
    for folder in folders():
        conversation = read_export(folder)
        persons = len({vote.person for vote in conversation.votes})
        print(f"{folder.name}: {persons} people, {len(conversation.statements)} statements, "
              f"{len(conversation.votes)} votes")  # fmt: skip
        for engine in ENGINES:
            print("  " + line(folder.name, conversation, engine), flush=True)
    if importlib.util.find_spec("reddwarf") is None:
        print("red-dwarf is not installed here: no comparison with it in this run.")


if __name__ == "__main__":
    main()
