"""Brigading: signals with their figures, never verdicts. No vote and no account is touched."""
