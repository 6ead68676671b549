"""`palabre themes`: the themes of a file of contributions, for an analyst at a terminal."""

import csv
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from synthesis.themes.copies import Kind
from synthesis.themes.encoders import EncoderMissing, UniversalEncoder
from synthesis.themes.engine import find_themes
from synthesis.themes.reading import UnreadableError, documents_in, read_file
from synthesis.themes.result import Theme, ThemesResult
from synthesis.themes.scale.engine import find_themes_at_scale
from synthesis.themes.scale.model import REASONS, Block
from synthesis.themes.scale.source import Shelf
from synthesis.themes.text import Document

TOLD = {
    "too short": "too short",
    "no words": "without words",
    "no neighbour": "like no other",
    "other language": "in another language",
}


@click.command("themes")
@click.argument("source", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--text", help="Column of the texts.")
@click.option("--title", help="Column of the titles.")
@click.option("--id", "key", help="Column of the ids.")
@click.option(
    "--themes", "number", type=click.IntRange(1, 200), help="How many themes; proposed otherwise."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Start of the random draws.")
@click.option("--stopword", "stopwords", multiple=True, help="A word of the question itself.")
@click.option("--encoder", "encodes", is_flag=True, help="Better vectors, if installed; slower.")
@click.option("--cache", type=click.Path(path_type=Path), help="File of vectors already made.")
@click.option(
    "--places",
    type=click.Path(path_type=Path),
    metavar="OUT.csv",
    help="For files larger than memory: read it in pieces and write the theme of each text here.",
)
@click.option("--json", "as_json", is_flag=True, help="The whole result as JSON.")
def themes(
    source: Path, text: str | None, title: str | None, key: str | None, number: int | None,
    seed: int, stopwords: tuple[str, ...], encodes: bool, cache: Path | None, places: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Group the contributions of a CSV file by what they talk about."""
    if places is not None:
        _in_pieces(documents_in(source, text, title, key), places, number, seed, stopwords)
        return
    try:
        documents = read_file(source, text, title, key)
        encoder = UniversalEncoder(cache) if encodes else None
    except (UnreadableError, EncoderMissing) as error:
        raise click.ClickException(str(error)) from error
    stderr = sys.stderr
    with click.progressbar(length=100, label="Grouping", file=stderr) as bar:

        def tell(share: float) -> None:
            bar.update(int(100 * share) - bar.pos)

        result = find_themes(
            documents, themes=number, seed=seed, stopwords=stopwords, progress=tell, encoder=encoder
        )
    click.echo(result.as_json() if as_json else report(result))


def _in_pieces(
    documents: Iterator[Document], places: Path, number: int | None, seed: int,
    stopwords: tuple[str, ...],
) -> None:  # fmt: skip
    """Themes of a file that memory does not hold, and a line for each text in another file."""
    with tempfile.TemporaryDirectory() as folder, places.open("w", newline="") as file:
        shelf = Shelf(Path(folder) / "texts.db")
        try:
            shelf.put(documents)
        except UnreadableError as error:
            raise click.ClickException(str(error)) from error
        except sqlite3.IntegrityError as error:
            raise click.ClickException("Two contributions have the same id.") from error
        out = csv.writer(file)
        out.writerow(["id", "theme", "strength", "reason"])

        def write(_numbers: NDArray[np.int64], block: Block) -> None:
            for n, one in enumerate(block.ids):
                theme = int(block.theme[n])
                key = block.keys[theme] if theme >= 0 else ""
                out.writerow([one, key, f"{block.strength[n]:.3f}", REASONS[block.reason[n]]])

        result = find_themes_at_scale(
            shelf, write, themes=number, seed=seed, stopwords=stopwords
        )  # fmt: skip
    covered = result.coverage
    click.echo(
        f"{covered.in_themes} of {covered.received} contributions are in {len(result.themes)} "
        f"themes; {covered.alone} stand alone; {covered.texts} different texts."
    )
    for theme in result.themes:
        click.echo("\n" + "\n".join(_theme(theme)))


def report(result: ThemesResult) -> str:
    """The result in sentences."""
    covered = result.coverage
    lines = [
        f"{covered.in_themes} of {covered.received} contributions are in {len(result.themes)} "
        f"themes; {covered.alone} stand alone.",
    ]
    for theme in result.themes:
        lines += ["", *_theme(theme)]
    if result.alone:
        counts = Counter(item.reason for item in result.alone)
        told = ", ".join(f"{n} {TOLD.get(reason, reason)}" for reason, n in counts.most_common())
        lines += ["", f"Alone: {told}."]
    lines += _copies(result)
    return "\n".join([*lines, "", f"Digest {result.digest}"])


def _theme(theme: Theme) -> list[str]:
    lines = [f"{theme.name} — {theme.size} contributions ({theme.id})"]
    lines.append(f"  words: {', '.join(theme.keywords)}")
    lines += [f"  “{' '.join(r.passage.split())}” [{r.id}]" for r in theme.representatives[:2]]
    if theme.subthemes:
        parts = "; ".join(f"{part.label} ({part.size})" for part in theme.subthemes)
        lines.append(f"  in it: {parts}")
    return lines


def _copies(result: ThemesResult) -> list[str]:
    large = [group for group in result.duplicates if group.kind is not Kind.SHORT_ANSWER]
    if not large:
        return []
    lines = ["", f"The same text sent several times ({len(large)}):"]
    for group in large[:5]:
        lines.append(f"  {len(group.ids)} times, {group.kind}: {', '.join(group.ids[:6])}")
    return lines
