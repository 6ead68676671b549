"""Themes beside the ordinary chain on labelled corpora, planted copies, and cost at size."""

from __future__ import annotations

import random
import resource
import statistics
import tempfile
import time
from itertools import combinations
from pathlib import Path

from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score
from sklearn.preprocessing import normalize

from benchmarks.corpora import CORPORA, Labelled, vrai_debat
from benchmarks.planted import KINDS, plant, score
from synthesis.themes.engine import find_themes
from synthesis.themes.labels import sentences
from synthesis.themes.scale.engine import find_themes_at_scale
from synthesis.themes.scale.source import Shelf
from synthesis.themes.text import Document

SEEDS = 5
FLOORS = {"vrai-debat": 0.50, "lille-mel": 0.43, "grande-annotation": 0.27,
          "decide-madrid": 0.38, "paris titles": 0.16}  # fmt: skip
SIZES = (20_000, 100_000)
LARGE_SIZES = (200_000, 400_000)


def ours(corpus: Labelled, seed: int) -> list[str]:
    """The theme of each document; what stands alone has one label of its own."""
    found = find_themes(corpus.documents, themes=corpus.themes, seed=seed).assignments
    return [found[d.id].theme if d.id in found else "alone" for d in corpus.documents]


def ordinary(corpus: Labelled, seed: int) -> list[int]:
    """TF-IDF on words, SVD in 100 dimensions, one k-means: what an analyst writes in ten lines."""
    texts = [f"{d.title} {d.text}" for d in corpus.documents]
    weights = TfidfVectorizer(min_df=2, max_df=0.5, sublinear_tf=True).fit_transform(texts)
    points = normalize(TruncatedSVD(100, random_state=seed).fit_transform(weights))
    return list(KMeans(corpus.themes, n_init=3, random_state=seed).fit_predict(points))


def agreement() -> None:
    """Agreement with people's own labels and between seeds, ours and the ordinary chain's."""
    print(f"{'corpus':<18} {'texts':>6} {'k':>3}  {'AMI':>5} {'floor':>5} {'seeds':>5} {'CPU':>6}"
          f"   ordinary: {'AMI':>5} {'seeds':>5} {'CPU':>6}")  # fmt: skip
    for make in CORPORA:
        corpus = make()
        line = f"{corpus.name:<18} {len(corpus.documents):>6} {corpus.themes:>3}  "
        for method, floor in ((ours, FLOORS[corpus.name]), (ordinary, None)):
            began = time.process_time()
            runs = [method(corpus, seed) for seed in range(SEEDS)]
            cost = (time.process_time() - began) / SEEDS
            ami = statistics.median(adjusted_mutual_info_score(corpus.labels, r) for r in runs)
            same = statistics.mean(adjusted_rand_score(a, b) for a, b in combinations(runs, 2))
            asked = "" if floor is None else f"{floor:>5.2f} "
            between = "" if floor is not None else "           "
            line += f"{between}{ami:>5.3f} {asked}{same:>5.2f} {cost:>5.1f}s"
        print(line, flush=True)


def copies() -> None:
    """Planted copies of six kinds among real proposals."""
    corpus = vrai_debat(10_000)
    began = time.process_time()
    recall, wrong = score(*plant(corpus.documents, 120, seed=1))
    print(f"\n10,000 texts and 120 originals with six copies each, "
          f"{time.process_time() - began:.1f} CPU s")  # fmt: skip
    print("  ".join(f"{kind} {recall[kind]:.2f}" for kind in KINDS), f"  wrong pairs {wrong}")


def cost() -> None:
    """Processor time and memory on texts made of real sentences."""
    pieces = [s for d in vrai_debat(10_000).documents for s in sentences(d.text)]
    chance = random.Random(0)
    for size in SIZES:
        texts = [
            " ".join(chance.choice(pieces) for _ in range(chance.choice((1, 1, 2, 3, 4))))
            for _ in range(size)
        ]
        documents = [Document(str(n), text) for n, text in enumerate(texts)]
        began = time.process_time()
        result = find_themes(documents)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:>8} texts: {time.process_time() - began:6.1f} CPU s, peak {peak:5.0f} MB, "
              f"{len(result.themes)} themes")  # fmt: skip


def cost_at_scale() -> None:
    """The same texts from a file, in pieces: memory does not follow their number."""
    pieces = [s for d in vrai_debat(10_000).documents for s in sentences(d.text)]
    for size in LARGE_SIZES:
        chance = random.Random(0)
        with tempfile.TemporaryDirectory() as folder:
            shelf = Shelf(Path(folder) / "texts.db")
            shelf.put(
                Document(str(n), " ".join(chance.choices(pieces, k=chance.choice((1, 1, 2, 3, 4)))))
                for n in range(size)
            )
            began = time.process_time()
            result = find_themes_at_scale(shelf, lambda numbers, block: None)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:>8} texts in pieces: {time.process_time() - began:6.1f} CPU s, "
              f"peak {peak:5.0f} MB, {len(result.themes)} themes")  # fmt: skip


if __name__ == "__main__":
    agreement()
    copies()
    print()
    cost_at_scale()  # before the other, which needs more memory
    cost()
