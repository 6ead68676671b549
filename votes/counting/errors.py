"""What a count refuses, in a sentence for the person who asked for it."""

from __future__ import annotations


class CountError(ValueError):
    """These ballots cannot be counted under this rule; the message says why."""


class UnreadableFileError(CountError):
    """The file does not follow its format; the message names the line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.line = line
