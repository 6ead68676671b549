"""A source larger than memory: learned from a sample, placed block by block, alike everywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from synthesis.themes.command import themes
from synthesis.themes.copies import Kind
from synthesis.themes.engine import Fixed, Previous, find_themes, learn
from synthesis.themes.scale.engine import ScaleResult, find_themes_at_scale, sample_of
from synthesis.themes.scale.model import REASONS, Block, model_of, place
from synthesis.themes.scale.source import Shelf
from synthesis.themes.text import Document

SUBJECTS = {
    "vélo": ["piste cyclable", "vélo", "arceaux", "cyclistes", "bande cyclable", "atelier vélo"],
    "école": ["école", "cantine", "classe", "enseignants", "cour de récréation", "élèves"],
    "arbre": ["arbres", "ombre", "parc", "jardin", "planter", "espaces verts"],
    "bus": ["bus", "ligne", "arrêt", "horaires", "transports", "tramway"],
}


def said(n: int, seed: int = 0) -> list[Document]:
    """Sentences on four subjects, of several authors, in an order that tells nothing."""
    draw = random.Random(seed)
    found = []
    for number in range(n):
        words = draw.choice(list(SUBJECTS.values()))
        told = [*draw.sample(words, 4), f"rue {draw.choice('abcdefgh')}ville", f"n{number}"]
        text = f"Il faudrait {', '.join(told)} dans notre quartier."
        found.append(Document(str(number), text, author=f"a{number % 97}"))
    return found


class Kept:
    """A sink that keeps every block."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.blocks: list[Block] = []

    def __call__(self, numbers: NDArray[np.int64], block: Block) -> None:
        self.numbers += numbers.tolist()
        self.blocks.append(block)

    def column(self, name: str) -> NDArray[Any]:
        return np.concatenate([getattr(block, name) for block in self.blocks])


def shelf_of(folder: Path, documents: Sequence[Document]) -> Shelf:
    shelf = Shelf(folder / "shelf.db")
    shelf.put(documents)
    return shelf


def run(folder: Path, documents: Sequence[Document], **given: Any) -> tuple[ScaleResult, Kept]:
    kept = Kept()
    options = {"themes": 4, "sample": 300, "block": 130} | given
    return find_themes_at_scale(shelf_of(folder, documents), kept, **options), kept


def test_every_text_is_placed_once_and_subjects_stay_together(tmp_path: Path) -> None:
    documents = said(1_000)
    result, kept = run(tmp_path, documents)
    assert kept.numbers == list(range(1, 1_001))
    assert result.coverage.received == 1_000
    assert result.coverage.in_themes + result.coverage.alone == 1_000
    assert sum(theme.size for theme in result.themes) == result.coverage.in_themes
    placed = kept.column("theme")
    subject = [next(s for s, words in SUBJECTS.items() if words[0] in d.text or words[1] in d.text
                    or words[2] in d.text) for d in documents]  # fmt: skip
    for name in SUBJECTS:
        own = placed[[s == name for s in subject]]
        assert np.bincount(own[own >= 0]).max() > 0.95 * len(own)
    assert {len(block.ids) for block in kept.blocks[:-1]} == {130}, "memory holds one block"


def test_people_and_different_texts_are_counted_over_everything(tmp_path: Path) -> None:
    documents = said(600)
    result, kept = run(tmp_path, documents)
    placed, names = kept.column("theme"), [block.ids for block in kept.blocks]
    ids = [one for block in names for one in block]
    authors = {d.id: d.author for d in documents}
    of_theme = {n: {authors[one] for one, t in zip(ids, placed, strict=True) if t == n}
                for n in set(placed.tolist()) if n >= 0}  # fmt: skip
    sizes = {n: int((placed == n).sum()) for n in of_theme}
    assert sorted((t.size, t.people) for t in result.themes) == sorted(
        (sizes[n], len(people)) for n, people in of_theme.items()
    )


def test_a_place_depends_on_its_text_alone() -> None:
    documents = said(300)
    model = model_of(learn(documents, themes=4))
    together = place(model, documents)
    for n in (0, 17, 299):
        alone = place(model, [documents[n]])
        for field in fields(Block):
            if field.name == "keys":
                continue
            one, other = getattr(alone, field.name)[0], getattr(together, field.name)[n]
            if field.name == "strength":
                assert one == pytest.approx(other, abs=1e-5)
            else:
                assert np.array_equal(one, other), field.name


def test_what_fits_in_memory_is_placed_as_by_the_ordinary_engine(tmp_path: Path) -> None:
    documents = said(500)
    ordinary = find_themes(documents, themes=4).assignments
    result, kept = run(tmp_path, documents, sample=500, block=500)
    assert {theme.id for theme in result.themes} == {a.theme for a in ordinary.values()}
    (block,) = kept.blocks
    found = {
        one: block.keys[n] for one, n in zip(block.ids, block.theme.tolist(), strict=True) if n >= 0
    }
    assert {one: a.theme for one, a in ordinary.items()} == found


def test_copies_and_campaigns_are_found_over_everything(tmp_path: Path) -> None:
    letter = (
        "Madame la maire, nous demandons que la piscine municipale rouvre le dimanche matin pour"
        " les familles du centre, car les créneaux du samedi sont complets depuis un an."
    )
    letters = [Document(f"l{n}", f"Bonjour. {letter} Merci, voisin {n}.") for n in range(25)]
    documents = [*said(700), *letters, Document("once", letter), Document("twice", letter)]
    random.Random(4).shuffle(documents)
    result, _kept = run(tmp_path, documents)
    largest = result.copies[0]
    assert largest.kind is Kind.CAMPAIGN
    members = {documents[n - 1].id for n in largest.numbers}
    assert members == {d.id for d in letters} | {"once", "twice"}
    assert result.coverage.texts <= len(documents) - 26


def test_a_text_that_resembles_nothing_says_why(tmp_path: Path) -> None:
    odd = [Document("dots", "…"), Document("two", "oui non"), Document("far", "Zwxq kjhg brrr!")]
    _result, kept = run(tmp_path, [*said(400), *odd])
    ids = [one for block in kept.blocks for one in block.ids]
    why = {one: REASONS[r] for one, r in zip(ids, kept.column("reason").tolist(), strict=True)}
    assert why["dots"] == "no words"
    assert why["two"] in ("too short", "no words")
    assert why["far"] in ("no neighbour", "too short", "other language")
    assert (kept.column("theme") < 0).sum() == sum(reason != "" for reason in why.values())


def test_nothing_joins_a_locked_theme(tmp_path: Path) -> None:
    documents = said(600)
    first = find_themes(documents[:300], themes=4)
    key = first.themes[0].id
    members = {theme.id: first.members(theme.id) for theme in first.themes}
    locked = Fixed(locked={key: members[key]})
    result, kept = run(
        tmp_path, documents, themes=None, sample=600, previous=Previous(members), fixed=locked
    )
    ids = [one for block in kept.blocks for one in block.ids]
    late = {one for one, r in zip(ids, kept.column("reason").tolist(), strict=True)
            if REASONS[r] == "locked"}  # fmt: skip
    assert late
    assert all(int(one) >= 300 or one in members[key] for one in late)
    assert key in {theme.id for theme in result.themes} | {key}


def test_a_grown_source_is_learned_from_mostly_the_same_texts() -> None:
    before = set(sample_of(np.arange(10_000), 1_000, 0).tolist())
    after = set(sample_of(np.arange(11_000), 1_000, 0).tolist())
    assert len(before & after) > 850
    assert sample_of(np.arange(5), 10, 0).tolist() == [0, 1, 2, 3, 4]


def test_the_command_reads_a_file_in_pieces(tmp_path: Path) -> None:
    source, out = tmp_path / "said.csv", tmp_path / "places.csv"
    rows = "\n".join(f"{d.id};{d.text}" for d in said(300))
    source.write_text(f"id;texte\n{rows}\n", encoding="cp1252")
    done = CliRunner().invoke(themes, [str(source), "--places", str(out), "--themes", "4"])
    assert done.exit_code == 0, done.output
    assert "of 300 contributions are in 4 themes" in done.output
    lines = out.read_text().splitlines()
    assert len(lines) == 301
    twice = tmp_path / "twice.csv"
    twice.write_text("id,text\n1,Un banc\n1,Un arbre\n")
    refused = CliRunner().invoke(themes, [str(twice), "--places", str(out)])
    assert refused.exit_code == 1
    assert "same id" in refused.output


def test_nothing_at_all_is_no_error(tmp_path: Path) -> None:
    result, kept = run(tmp_path, [])
    assert result.themes == ()
    assert result.coverage.received == 0
    assert kept.numbers == []


@pytest.mark.slow  # starts two processes
def test_two_workers_of_a_cluster_bring_the_same_result(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is an optional extra")
    from synthesis.themes.scale.dask import mapper  # noqa: PLC0415  (an optional package)

    documents = said(900)
    (tmp_path / "here").mkdir()
    here, at_home = run(tmp_path / "here", documents)
    (tmp_path / "there").mkdir()
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1",
            worker_dashboard_address=None, local_directory=str(tmp_path),
        ) as cluster,
        distributed.Client(cluster) as client,
    ):  # fmt: skip
        there, away = run(tmp_path / "there", documents, mapper=mapper(client))
        assert len(client.scheduler_info()["workers"]) == 2
    assert here == there
    for field in fields(Block):
        assert np.array_equal(at_home.column(field.name), away.column(field.name)), field.name
