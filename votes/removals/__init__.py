"""Removing votes that fraud brought: two people, a reason, and a number that everyone can read."""
