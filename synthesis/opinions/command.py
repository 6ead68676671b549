"""`palabre opinions`: the groups of a file of votes, for an analyst at a terminal."""

import json
from pathlib import Path

import click

from synthesis.opinions.engine import ENGINES, find_groups
from synthesis.opinions.reading import Conversation, UnreadableError, read
from synthesis.opinions.result import Contrast, Count, OpinionsResult, Previous

SHOWN = 5


@click.command("opinions")
@click.argument("source", metavar="FOLDER_OR_CSV", type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="Start of the random draws.")
@click.option("--previous", type=click.Path(path_type=Path), help="JSON of an earlier result.")
@click.option("--json", "as_json", is_flag=True, help="The whole result as JSON.")
def opinions(source: Path, engine: str, seed: int, previous: Path | None, as_json: bool) -> None:
    """Find opinion groups in a Polis export or a table person, statement, vote."""
    try:
        conversation = read(source)
        earlier = Previous.from_json(previous.read_text("utf-8")) if previous else None
    except UnreadableError as error:
        raise click.ClickException(str(error)) from error
    except (OSError, json.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise click.ClickException(f"{previous} is not an earlier result: {error}") from error
    for warning in conversation.warnings:
        click.echo(warning, err=True)
    result = find_groups(
        conversation.votes,
        statements=conversation.statements,
        removed=conversation.removed,
        previous=earlier,
        seed=seed,
        engine=engine,
    )
    click.echo(result.as_json() if as_json else report(result, conversation))


def report(result: OpinionsResult, conversation: Conversation) -> str:
    """The result in sentences."""
    parts = [_opening(result), *_groups(result, conversation)]
    kinds = ("common ground", "shared refusal", "divided", "uncertain")
    for kind in kinds:
        names = [name for name, found in result.categories.items() if found == kind]
        parts += [f"\n{kind.capitalize()} ({len(names)})"]
        parts += [_line(result.statements[name], conversation) for name in _first(result, names)]
    return "\n".join([*parts, f"\nDigest {result.digest}"])


def _opening(result: OpinionsResult) -> str:
    quality = result.quality
    votes, persons = result.parameters["votes"], result.parameters["persons"]
    people = (
        f"{persons} people cast {votes} votes; {quality.placed} voted enough to be placed, "
        f"{quality.not_placed} did not."
    )
    if quality.reason:
        return f"{people}\n{quality.reason[0].upper()}{quality.reason[1:]}."
    return f"{people}\n{quality.k} groups, silhouette {quality.silhouette:.2f}."


def _groups(result: OpinionsResult, conversation: Conversation) -> list[str]:
    lines = []
    for group in result.groups:
        lines.append(f"\nGroup {group.letter}, {group.size} people, differs most on:")
        for item in result.representative[group.letter]:
            said = item.figures["agree" if item.stance == "agree" else "disagree"]
            verb = "agree" if item.stance == "agree" else "disagree"
            lines.append(f"  {said} of {item.n} {verb}: {_text(item.statement, conversation)}")
    return lines


def _first(result: OpinionsResult, names: list[str]) -> list[str]:
    """The statements most people voted on."""
    return sorted(names, key=lambda name: -result.statements[name].overall.n)[:SHOWN]


def _line(item: Contrast, conversation: Conversation) -> str:
    by_group = "; ".join(f"{letter} {_share(count)}" for letter, count in item.groups.items())
    figures = f"{_share(item.overall)}{f' ({by_group})' if by_group else ''}"
    return f"  {figures}: {_text(item.statement, conversation)}"


def _share(count: Count) -> str:
    return f"{count.agree} agree, {count.disagree} disagree of {count.n}"


def _text(statement: str, conversation: Conversation) -> str:
    text = " ".join(conversation.texts.get(statement, "").split())
    return f"[{statement}] {text}" if text else f"[{statement}]"
