"""Read the demonstration town's words: TOML files under `town/content/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"
SPACES = ("mobilites", "halle", "climat")
Row = dict[str, Any]


def read(name: str) -> Row:
    """One file of content."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Content:
    """Everything that was written for the town."""

    @cached_property
    def town(self) -> Row:
        """Name, team and inhabitants."""
        return read("town")

    @cached_property
    def spaces(self) -> list[Row]:
        """The three spaces with their phases."""
        rows: list[Row] = read("spaces")["spaces"]
        return rows

    @cached_property
    def proposals(self) -> list[Row]:
        """Every proposal, with the key of its space."""
        return self._of_spaces("proposals")

    @cached_property
    def comments(self) -> list[Row]:
        """Every comment, with the key of its space."""
        return self._of_spaces("comments")

    @cached_property
    def statements(self) -> Row:
        """Statements and the opinion groups that vote on them."""
        return read("statements")

    @cached_property
    def ballots(self) -> list[Row]:
        """The organised votes."""
        rows: list[Row] = read("ballots")["ballots"]
        return rows

    @cached_property
    def budgets(self) -> list[Row]:
        """The participatory budgets."""
        rows: list[Row] = read("budgets")["budgets"]
        return rows

    @cached_property
    def answers(self) -> Row:
        """Official answers and the synthesis of the market hall."""
        return read("answers")

    @staticmethod
    def _of_spaces(kind: str) -> list[Row]:
        return [row | {"space": space} for space in SPACES for row in read(f"{kind}_{space}")[kind]]
