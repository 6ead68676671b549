"""Opinion groups of real conversations: both engines, and red-dwarf where it is installed."""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Mapping
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
    same = agreement(conversation, of)
    gain = held_out_gain(from_votes(conversation.votes, statements=conversation.statements), engine)
    silhouette = found.quality.silhouette
    return (
        f"{name:<30} {engine:<11} k={found.quality.k}  silhouette "
        f"{float('nan') if silhouette is None else silhouette:5.2f}  with the export {same:5.2f}  "
        f"held-out gain {gain.mean:6.4f} ± {gain.error:.4f}  {cost:6.2f} CPU s"
    )


def agreement(conversation: Conversation, of: Mapping[str, object]) -> float:
    """Adjusted Rand index with the groups of the export, over the people that both place."""
    both = [person for person in conversation.reference_groups if person in of]
    if not both:
        return float("nan")
    theirs = [conversation.reference_groups[person] for person in both]
    return float(adjusted_rand_score(theirs, [of[person] for person in both]))


def red_dwarf(conversation: Conversation) -> str:
    """The same conversation by red-dwarf, an independent implementation of Polis' method."""
    from reddwarf.implementations.polis import run_pipeline  # noqa: PLC0415  (an oracle)

    people = {name: n for n, name in enumerate(sorted({v.person for v in conversation.votes}))}
    numbers = {name: n for n, name in enumerate(sorted({v.statement for v in conversation.votes}))}
    votes = [
        {"participant_id": people[v.person], "statement_id": numbers[v.statement], "vote": v.value}
        for v in conversation.votes
    ]
    removed = [numbers[name] for name in conversation.removed if name in numbers]
    began = time.process_time()
    found = run_pipeline(votes=votes, mod_out_statement_ids=removed, random_state=0)
    cost = time.process_time() - began
    names = {n: name for name, n in people.items()}
    labels = found.participants_df["cluster_id"].dropna()
    of = {names[int(n)]: label for n, label in labels.items()}
    return (
        f"red-dwarf   k={labels.nunique()}  with the export {agreement(conversation, of):5.2f}  "
        f"{cost:6.2f} CPU s"
    )


def main() -> None:
    """Every conversation with every engine."""
    has_oracle = importlib.util.find_spec("reddwarf") is not None
    for folder in folders():
        conversation = read_export(folder)
        persons = len({vote.person for vote in conversation.votes})
        print(f"{folder.name}: {persons} people, {len(conversation.statements)} statements, "
              f"{len(conversation.votes)} votes")  # fmt: skip
        for engine in ENGINES:
            print("  " + line(folder.name, conversation, engine), flush=True)
        if has_oracle:
            print(f"  {folder.name:<30} {red_dwarf(conversation)}", flush=True)
    if not has_oracle:
        print("red-dwarf is not installed here: no comparison with it in this run.")


if __name__ == "__main__":
    main()
