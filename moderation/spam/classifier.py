"""The ranking learnt from decisions: hashed runs of characters, logistic regression.

Only the worker imports this module. A model is an intercept and weights by place: no word can be
read from it, nothing is pickled, and it is built again from the decisions each night.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from moderation.spam.noticing import IBAN, LINK, PHONE
from moderation.spam.queries import Label
from moderation.spam.rules import SURE, TESTED

PLACES = 2**16
KEPT_WEIGHTS = 20_000  # the largest; the others change nothing
NUMBERS = 4
EXPLAINED = 3  # words that are named
SEED = 20_261_125

_hash = HashingVectorizer(
    analyzer="char_wb", ngram_range=(3, 5), n_features=PLACES, alternate_sign=False,
    lowercase=True, strip_accents="unicode", norm="l2",
)  # fmt: skip


@dataclass(frozen=True)
class Learnt:
    """A model in memory."""

    intercept: float
    weights: np.ndarray

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """How likely each text is to be hidden as spam, by past decisions."""
        logits = _table(texts) @ self.weights + self.intercept
        return 1 / (1 + np.exp(-np.clip(logits, -50, 50)))

    def telling_words(self, text: str) -> list[str]:
        """The words of a text that speak most for spam, the strongest first."""
        words = sorted({word for word in re.findall(r"[\w@./:-]{3,}", text) if len(word) <= 40})
        if not words:
            return []
        said = _hash.transform(words) @ self.weights[:PLACES]
        order = np.argsort(-said, kind="stable")[:EXPLAINED]
        return [words[place] for place in order if said[place] > 0]

    def as_json(self) -> str:
        """The weights as plain numbers, by place."""
        order = np.argsort(-np.abs(self.weights), kind="stable")[:KEPT_WEIGHTS]
        kept = {int(place): round(float(self.weights[place]), 5) for place in sorted(order)}
        return json.dumps({place: weight for place, weight in kept.items() if weight})

    @classmethod
    def from_json(cls, intercept: float, text: str) -> Learnt:
        """The model that was kept."""
        weights = np.zeros(PLACES + NUMBERS)
        for place, weight in json.loads(text).items():
            weights[int(place)] = weight
        return cls(intercept, weights)


def _table(texts: Sequence[str]) -> csr_matrix:
    return hstack([_hash.transform(texts), csr_matrix([_numbers(text) for text in texts])]).tocsr()


def _numbers(text: str) -> list[float]:
    """Links for each ten words, telephone and account numbers, share of capitals: from 0 to 1."""
    words, letters = len(text.split()), [c for c in text if c.isalpha()]
    return [
        min(1.0, 10 * len(LINK.findall(text)) / max(words, 1)),
        float(bool(PHONE.search(text))),
        float(bool(IBAN.search(text))),
        sum(c.isupper() for c in letters) / max(len(letters), 1),
    ]


def learn(labels: Sequence[Label]) -> Learnt:
    """Fit a model; the rarer sort weighs as much as the other."""
    model = LogisticRegression(C=20.0, class_weight="balanced", max_iter=500, random_state=SEED)
    model.fit(_table([label.text for label in labels]), [label.is_spam for label in labels])
    return Learnt(float(model.intercept_[0]), model.coef_[0])


def measure(labels: Sequence[Label]) -> dict[str, Any]:
    """Learn from the earlier decisions, and look at the later ones.

    Returns
    -------
    dict
        `tested`; precision and recall of what would rank above one half; how many texts it was
        sure of (`sure`), the share of them that people hid (`sure_precision`), and the share of
        spam that these are (`sure_recall`).
    """
    ordered = sorted(labels, key=lambda label: label.at)
    size = min(TESTED, len(ordered) // 4)
    earlier, later = ordered[:-size], ordered[-size:]
    if not size or len({label.is_spam for label in earlier}) < 2:
        return {"tested": 0}
    chances = learn(earlier).probabilities([label.text for label in later])
    return {"tested": size} | _figures(chances, np.array([label.is_spam for label in later]))


def _figures(chances: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    likely, sure = chances >= 0.5, chances >= SURE
    return {
        "spam": int(truth.sum()),
        "precision": _share(truth & likely, likely),
        "recall": _share(truth & likely, truth),
        "sure": int(sure.sum()),
        "sure_precision": _share(truth & sure, sure),
        "sure_recall": _share(truth & sure, truth),
    }


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    return round(float(part.sum() / whole.sum()), 4) if whole.sum() else 0.0
