"""Real contributions with their own labels, as the measurements of themes read them."""

import csv
import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from synthesis.themes.text import Document

HERE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("PALABRE_TEST_DATA", HERE.parent / "shared" / "data"))
CATCH_ALL = "Expression Libre"  # a theme that says nothing of its texts
NO_SUBJECT = re.compile(r"[A-Z] |Sans réponse|$")
SAMPLE = 1_500


@dataclass(frozen=True)
class Labelled:
    """Documents and the label of each."""

    name: str
    documents: list[Document]
    labels: list[str]

    @property
    def themes(self) -> int:
        """How many labels there are."""
        return len(set(self.labels))


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one file of contributions.

    Raises
    ------
    FileNotFoundError
        When the data is not there.
    """
    csv.field_size_limit(10**8)
    with (DATA / "contributions" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def vrai_debat(size: int = SAMPLE) -> Labelled:
    """Proposals of the Vrai Débat with the theme that their author chose."""
    rows = [row for n in (1, 2, 3) for row in rows_of(f"vrai-debat/vrai-debat-{n}.csv")]
    rows = [row for row in rows if CATCH_ALL not in row["theme"]]
    rows = random.Random(0).sample(rows, min(size, len(rows)))
    documents = [Document(row["id"], row["body"], row["title"]) for row in rows]
    return Labelled("vrai-debat", documents, [row["theme"] for row in rows])


def lille(fewest: int = 10) -> Labelled:
    """Comments of Lille's consultation with the question that they answer."""
    rows = [row for row in rows_of("lille-mel-decidim/lille-mel-decidim.csv") if row["debate"]]
    return _frequent("lille-mel", rows, "debate", fewest)


def grande_annotation(fewest: int = 5) -> Labelled:
    """Answers to the best annotated question, with the subject that most annotators gave.

    Labels that name no subject ("others", "none", "all", "no answer") are left out.
    """
    rows = rows_of("grande-annotation/grande-annotation.csv")
    question = Counter(row["question_id"] for row in rows).most_common(1)[0][0]
    rows = [row | {"label": row["labels"].split("|")[0].rpartition("=")[0]} for row in rows
            if row["question_id"] == question]  # fmt: skip
    rows = [row for row in rows if not NO_SUBJECT.match(row["label"])]
    return _frequent("grande-annotation", rows, "label", fewest)


def decide_madrid(proposals: int = 20, each: int = 60) -> Labelled:
    """Comments of Decide Madrid with the proposal that they comment."""
    rows = [row for row in rows_of("decide-madrid/decide-madrid.csv") if row["kind"] != "propuesta"]
    most = Counter(row["proposal_id"] for row in rows).most_common(proposals)
    taken: list[dict[str, str]] = []
    for key, _count in most:
        own = [row for row in rows if row["proposal_id"] == key]
        taken += random.Random(0).sample(own, min(each, len(own)))
    documents = [Document(row["id"], row["text"]) for row in taken]
    return Labelled("decide-madrid", documents, [row["proposal_id"] for row in taken])


def paris() -> Labelled:
    """Titles of Paris' participatory budget with their theme."""
    rows = rows_of("paris-budget-participatif/paris-budget-participatif.csv")
    rows = [row for row in rows if row["thematique"]]
    documents = [Document(row["id"], row["titre"]) for row in rows]
    return Labelled("paris titles", documents, [row["thematique"] for row in rows])


def _frequent(name: str, rows: list[dict[str, str]], column: str, fewest: int) -> Labelled:
    """The rows whose label at least `fewest` rows have."""
    counts = Counter(row[column] for row in rows)
    rows = [row for row in rows if counts[row[column]] >= fewest]
    documents = [
        Document(row["id"], row.get("body") or row.get("text", ""), row.get("title", ""))
        for row in rows
    ]
    return Labelled(name, documents, [row[column] for row in rows])


CORPORA = (vrai_debat, lille, grande_annotation, decide_madrid, paris)
